//! The conformance suite: one script, run through every adapter over real sockets, gives one trace.
//!
//! An adapter moves bytes, sleeps and tells the time; it decides nothing. So whatever it is made of, the requests that
//! reach the server, what is pushed to the operation, the events and the results are the same as those of
//! [`Virtual`](virtual_time::Virtual), which has no sockets and no clock. [`check`] runs both and gives their difference.
//!
//! To test an adapter of your own, implement [`Adapter`] for it and run the parts:
//!
//! | part | what it is |
//! |---|---|
//! | [`check`] | every method of the surface, renting, waiting, cancelling, resuming, lost and refused answers: the same trace |
//! | [`table::failures`] | the fault table: rows × read, money, cancel, against a hostile server |
//! | [`cuts::failures`] | the connection cut at any byte of request and answer |
//!
//! "Same" is what is compared after [`normal`]: method, path, body, our headers, delivery, head, data, end or stop,
//! events, result. The kind of a failure differs between HTTP libraries and is not compared. An adapter may say
//! `Unknown` where another proves `NotSent` only in what it declares by [`Adapter::unsure`], never the reverse.
//!
//! ```
//! use clore_core::drive::run_plan_blocking;
//! use clore_core::error::Error;
//! use clore_core::op::{Operation, Plan};
//! use clore_core::session::Session;
//! use clore_tests::conformance::{Adapter, Phase, Setup, check};
//! # use clore_core::journal::MemoryJournal;
//! # use std::time::Instant;
//!
//! struct Mine;
//!
//! impl Adapter for Mine {
//!     type Client = (own_adapter::adapter::Adapter, Session);
//!     fn name(&self) -> &'static str {
//!         "mine"
//!     }
//!     fn client(&self, setup: &Setup) -> Result<Self::Client, Error> {
//!         # let (origin, journal) = (Instant::now(), MemoryJournal::new());
//!         let transport = own_adapter::adapter::Adapter { origin, journal };
//!         Ok((transport, setup.session()?))
//!     }
//!     fn run<P: Plan>(&self, client: &Self::Client, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
//!         run_plan_blocking(&client.0, &client.1, plan)
//!     }
//!     fn unsure(&self) -> &'static [Phase] {
//!         &Phase::ALL
//!     }
//!     fn has_observer(&self) -> bool {
//!         false
//!     }
//! }
//!
//! if let Err(difference) = check(&Mine) {
//!     panic!("{difference}");
//! }
//! ```

pub mod adapters;
pub mod cuts;
pub mod look;
pub mod normal;
pub mod peer;
pub mod planted;
pub mod script;
pub mod service;
pub mod table;
pub mod trace;
pub mod virtual_time;
pub mod wire;

mod recorded;

use clore_core::config::ConfigBuilder;
use clore_core::error::Error;
use clore_core::event::Observer;
use clore_core::op::{Operation, Plan};
use clore_core::session::Session;
use script::Chapter;
use service::Service;

/// What makes an adapter testable.
pub trait Adapter: Sync {
    /// Whatever runs plans: a client, or a transport with its session.
    type Client: Sync;

    /// Names it in reports.
    fn name(&self) -> &'static str;

    /// A client as `setup` says. Its connections are its own.
    ///
    /// # Errors
    /// What keeps it from being made.
    fn client(&self, setup: &Setup) -> Result<Self::Client, Error>;

    /// Runs `plan` to its end on this thread; an asynchronous client is waited for.
    ///
    /// # Errors
    /// What the operation ends with.
    fn run<P: Plan>(
        &self,
        client: &Self::Client,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error>;

    /// In which phases it cannot prove that nothing was sent, so that it says `Unknown`. None by default.
    fn unsure(&self) -> &'static [Phase] {
        &[]
    }

    /// Where it is weaker than the fault table, and why. Nowhere by default.
    fn weaker(&self) -> &'static [table::Weaker] {
        &[]
    }

    /// Whether it hands events to [`Setup::observer`]. An adapter without observers is compared without events.
    fn has_observer(&self) -> bool {
        true
    }

    /// Whether it asks for packed answers. What one that does not gets packed all the same is refused.
    fn has_gzip(&self) -> bool {
        true
    }

    /// Whether it takes [`Setup::roots`], and speaks TLS at all.
    fn has_tls(&self) -> bool {
        true
    }
}

/// What a client is to be made with.
#[derive(Debug)]
pub struct Setup {
    /// Base URL, key, bounds of time.
    pub settings: ConfigBuilder,
    /// Who hears what happens.
    pub observer: Observer,
    /// The only certificates to trust, in PEM; none: Mozilla's.
    pub roots: Option<Vec<u8>>,
}

impl Setup {
    /// Nobody listens.
    #[must_use]
    pub fn new(settings: ConfigBuilder) -> Self {
        Self { settings, observer: Observer::default(), roots: None }
    }

    /// A session of these settings, with a journal in memory.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn session(&self) -> Result<Session, Error> {
        Ok(Session::new(self.settings.clone().build()?))
    }
}

/// Where an exchange can fail before a byte of its request is sent.
///
/// Closed: each adapter declares by it what it cannot prove.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// While the name is looked up.
    Name,
    /// While connecting.
    Connect,
    /// While shaking hands by TLS: a certificate that does not hold.
    Certificate,
    /// While shaking hands by TLS: it breaks, or is not TLS.
    Handshake,
}

impl Phase {
    /// All.
    pub const ALL: [Self; 4] = [Self::Name, Self::Connect, Self::Certificate, Self::Handshake];
}

/// Runs the script through `adapter` over sockets, and in virtual time; they must give the same trace.
///
/// # Errors
/// Their difference, as lines that begin with `-` (expected) and `+` (what the adapter did).
///
/// # Panics
/// When the sandbox cannot listen on a loopback socket.
pub fn check<A: Adapter>(adapter: &A) -> Result<(), String> {
    check_chapters(adapter, &Chapter::ALL)
}

/// Runs only these chapters of the script.
///
/// # Errors
/// As [`check`].
///
/// # Panics
/// As [`check`].
pub fn check_chapters<A: Adapter>(adapter: &A, chapters: &[Chapter]) -> Result<(), String> {
    let expected = script::trace_in_virtual_time(chapters);
    let got = script::trace(adapter, &Service::start(script::sandbox()), chapters);
    expected.compare(&got, adapter.unsure(), adapter.has_observer())
}
