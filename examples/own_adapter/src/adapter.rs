//! A blocking adapter of one's own: copy this file, change what differs in your HTTP library.
//!
//! An adapter moves bytes, sleeps and tells the time. It decides nothing: what to send, when, whether again, and what
//! an answer means is core's business. What it must not do is as important as what it does; each line of
//! [`BlockingTransport::exchange`] below keeps one clause of the contract in [`clore_core::drive`]:
//!
//! | clause | here |
//! |---|---|
//! | one exchange, no hidden second one | attohttpc opens a connection per request and never repeats one |
//! | no redirect is followed | `follow_redirects(false)`: a 3xx is an answer like any other |
//! | no proxy that nobody asked for | an empty `ProxySettings`; the default would read the environment |
//! | the deadline bounds the whole exchange | `timeout` shuts the socket down then, even when bytes keep dripping |
//! | what is pushed is unpacked | without attohttpc's `compress` feature nothing packed is asked for; `Inbox` refuses the rest |
//! | "never sent" only when certain | only for a request that could not even be built |
//! | a sleep ends when the thread is unparked | `park_timeout`, so that threads share one queue of the session |
//!
//! A failed connect is reported as `Unknown` too: attohttpc's errors do not say in which phase they arose, and a wrong
//! "never sent" could pay twice, where a needless `Unknown` costs a few readings of the orders. Whether it was a
//! timeout is told by the clock. A body that breaks off looks like its end to attohttpc; `Inbox` counts and knows.
//!
//! Limits: attohttpc cannot interrupt the system's name look-up, so with a slow resolver an exchange can overrun its
//! deadline by as long as that takes. Of `https` it knows nothing without one of its `tls-*` features.

use attohttpc::{ProxySettings, RequestBuilder, body::Bytes};
use clore_core::drive::BlockingTransport;
use clore_core::effect::Delivery::{NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use clore_core::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::time::{Moment, UnixTime};
use std::io::{self, Read};
use std::time::{Duration, Instant, SystemTime};

/// Use one adapter for all that shares a session.
#[derive(Debug)]
pub struct Adapter {
    /// Where its time begins: the origin of every moment of the session.
    pub origin: Instant,
    /// Forgets with the process. Rent with a file (the crate `clore-journal`) where money is real.
    pub journal: MemoryJournal,
}

impl BlockingTransport for Adapter {
    fn now(&self) -> Moment {
        Moment::from_origin(self.origin.elapsed())
    }
    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let left = exchange.deadline.since(self.now()).max(Duration::from_millis(1));
        // In our own words: a library's text can hold the URL or a header.
        let broke = FailureKind::Io(io::ErrorKind::Other);
        let why = || if self.now() < exchange.deadline { broke } else { FailureKind::Timeout };
        let (head, body) = exchange.request.into_parts();
        let mut request = RequestBuilder::try_new(head.method, head.uri.to_string())
            .map_err(|_| Failure::new(NotSent, FailureKind::Request, ""))?
            .follow_redirects(false)
            .proxy_settings(ProxySettings::builder().build())
            .timeout(left)
            // The total does not cover connecting, and a single read would end after 30 s.
            .connect_timeout(left)
            .read_timeout(left)
            .body(Bytes(body));
        *request.headers_mut() = head.headers;
        let mut response = request.send().map_err(|_| Failure::new(Unknown, why(), ""))?;
        inbox.head(response.status(), response.headers())?;
        let mut chunk = [0; 16 << 10];
        loop {
            match response.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => inbox.data(&chunk[..read])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Failure::new(Unknown, why(), "")),
            }
        }
    }
    fn sleep_until(&self, moment: Moment) {
        std::thread::park_timeout(moment.since(self.now()));
    }
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.journal.record(record)
    }
    fn wall(&self) -> Option<UnixTime> {
        Some(UnixTime::from_seconds(SystemTime::UNIX_EPOCH.elapsed().ok()?.as_secs().try_into().ok()?))
    }
    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }
}
