//! [`Client`]: the methods of core's surface, run by this crate's transport.

use crate::transport::{UreqTransport, agent};
use clore_core::call::Call;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::drive::{BlockingTransport, run_blocking};
use clore_core::error::{ConfigError, Error, ErrorKind};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, MemoryJournal};
use clore_core::op::{Operation, Plan, Settings};
use clore_core::secret::Secret;
use clore_core::session::Session;
use std::sync::Arc;
use std::time::Instant;

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
    roots: Option<Vec<u8>>,
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
        self.roots = Some(pem.into());
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
        let agent = agent(session.config(), self.roots.as_deref(), self.environment_proxy)?;
        let (journal, observer) = (self.journal, self.observer);
        let transport = UreqTransport { agent, origin: Instant::now(), journal, observer };
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
            roots: None,
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

    /// Runs any plan: an endpoint, or one of core's operations with its options.
    ///
    /// # Errors
    /// What the operation ends with.
    pub fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        let settings = Settings::new(&self.session, self.transport.wall(), self.transport.entropy());
        let operation = plan.begin(&settings, self.transport.now());
        run_blocking(&*self.transport, Call::new(&self.session, operation))
    }
}

clore_core::client_methods!(blocking Client);
