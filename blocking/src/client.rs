//! [`Client`]: the methods of core's surface, run by this crate's transport.

use crate::transport::{Roots, UreqTransport};
use clore_core::config::{Config, ConfigBuilder};
use clore_core::drive::{BlockingTransport, run_plan_blocking, run_rental_blocking};
use clore_core::error::{ConfigError, Error, ErrorKind};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, MemoryJournal};
use clore_core::op::{Operation, Plan, RentGuard, RentPlan, RentalEnd, WithRental};
use clore_core::{secret::Secret, session::Session, time::Moment};
use std::sync::Arc;

/// A blocking client. Clones are cheap and share connections, pacing and journal; the last one closes them on drop.
///
/// Make one per key: clients built apart do not know of each other and will be told "too fast" by the service.
#[derive(Clone, Debug)]
pub struct Client {
    session: Session,
    transport: Arc<UreqTransport>,
}

/// Builds a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    settings: ConfigBuilder,
    journal: Arc<dyn Journal>,
    observer: Observer,
    roots: Roots,
    environment_proxy: bool,
}

impl ClientBuilder {
    /// Key, base URL, deadlines, pacing: everything that core decides by.
    pub fn settings(mut self, settings: ConfigBuilder) -> Self {
        self.settings = settings;
        self
    }

    /// The API key.
    pub fn key(mut self, key: Secret) -> Self {
        self.settings = self.settings.key(key);
        self
    }

    /// Where intents are recorded before money is spent. By default in memory: that does not survive a crash.
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Arc::new(journal);
        self
    }

    /// Hears what happens, on the thread that makes it happen.
    pub fn observer(mut self, hear: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(hear);
        self
    }

    /// Trusts only these certificate authorities (PEM) in place of Mozilla's.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots = Roots::Pem(pem.into());
        self
    }

    /// Uses the proxy that the environment names (`HTTPS_PROXY` and the like). Off by default.
    pub fn environment_proxy(mut self, yes: bool) -> Self {
        self.environment_proxy = yes;
        self
    }

    /// Checks everything and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], without repeating the value.
    pub fn build(self) -> Result<Client, Error> {
        let session = Session::new(self.settings.build()?);
        let (tls, told) = ((self.roots, self.environment_proxy), (self.journal, self.observer));
        let transport = UreqTransport::new(session.config(), tls, told)?;
        Ok(Client { session, transport: Arc::new(transport) })
    }
}

impl Client {
    /// A builder with the defaults.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            settings: Config::builder(),
            journal: Arc::new(MemoryJournal::new()),
            observer: Observer::default(),
            roots: Roots::Mozilla,
            environment_proxy: false,
        }
    }

    /// A client with the defaults and this key.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a key that cannot be one; it is not repeated.
    pub fn new(key: Secret) -> Result<Self, Error> {
        Self::builder().key(key).build()
    }

    /// A client with the defaults and the key in `CLORE_API_KEY`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the variable is not there or cannot be a key.
    pub fn from_env() -> Result<Self, Error> {
        let key = std::env::var("CLORE_API_KEY").map_err(|_| ErrorKind::Config(ConfigError::NoKey))?;
        Self::new(Secret::new(key))
    }

    /// Sends one endpoint, a user's own included, and gives its answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn send<E: clore_core::endpoint::Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.run(endpoint)
    }

    /// Runs any plan: an endpoint, or one of core's operations with its options.
    ///
    /// # Errors
    /// What the operation ends with.
    pub fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        run_plan_blocking(&*self.transport, &self.session, plan)
    }

    /// Rents, does `work` with the order on this thread while a second one watches it, and does by the order what the
    /// policy of `rental` says: by default it is cancelled, however the work ends, and the cancel is verified by
    /// reading. The order's id is told before `work` begins.
    ///
    /// ```
    /// use clore_blocking::Client;
    /// use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
    /// use clore_core::op::{RentCheapest, RentalEnd, WithRental};
    /// use clore_core::search::Filter;
    /// use clore_core::spending::OrderCaps;
    /// use core::time::Duration;
    /// # use clore_core::{config::Config, secret::Secret};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let clore = clore_sandbox::Server::builder(clore_sandbox::Options::new().servers(200)).speed(200.0).start("127.0.0.1:0")?;
    /// # let settings = Config::builder().base_url(clore.url()).key(Secret::new(clore.key())).rate_limit(Duration::from_millis(20));
    /// # let client = Client::builder().settings(settings).build()?;
    /// let cheapest = RentCheapest::new(Filter::new().gpu("RTX 4090").max_price("0.80".parse()?), |offer| {
    ///     CreateOrder::on_demand(offer, DEFAULT_IMAGE).ssh_key("ssh-ed25519 AAAA me")
    /// });
    /// let rental = WithRental::new(cheapest).caps(OrderCaps::new().runtime(Duration::from_secs(7_200)));
    /// let end = client.with_rental(rental, |guard| {
    ///     let machine = client.wait_for_order(guard.order())?;
    ///     Ok::<_, clore_core::error::Error>(machine.ssh()) // work with it here
    /// })?;
    /// match end {
    ///     RentalEnd::Worked { end, .. } if !end.may_bill() => println!("order {} is over", end.order),
    ///     RentalEnd::Worked { end, .. } => println!("order {} may be billing: {:?}", end.order, end.fate),
    ///     RentalEnd::NotRented(rented) => println!("{:?}", rented.end),
    /// }
    /// # assert!(clore.ledger().iter().all(|rental| !rental.is_open()) && clore.ledger().len() == 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Money
    /// While the program is killed (`kill -9`), suspended, without power or without a network, nothing ends the order,
    /// and it bills: see [`WithRental`]. Ctrl-C kills a program that does not catch it; this crate catches nothing. Let
    /// your handler call [`GuardHandle::interrupt`](clore_core::op::GuardHandle::interrupt) and return.
    ///
    /// # Errors
    /// What renting ends with. What became of the order is no error but a value.
    ///
    /// # Panics
    /// Goes on with a panic of `work` when the order has been treated as after a failure.
    pub fn with_rental<P: RentPlan + Clone, T, E>(
        &self,
        rental: WithRental<P>,
        work: impl FnOnce(&RentGuard) -> Result<T, E>,
    ) -> Result<RentalEnd<<P::Operation as Operation>::Output, T, E>, Error> {
        run_rental_blocking(&*self.transport, &self.session, rental, work)
    }

    /// The session, which other clients of the same key can look at.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The client's clock, on which listings are fresh or stale.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.transport.now()
    }

    /// 32 bytes from the system, for a generated password.
    #[must_use]
    pub fn entropy(&self) -> [u8; 32] {
        self.transport.entropy()
    }
}

clore_core::client_methods!(blocking Client);
