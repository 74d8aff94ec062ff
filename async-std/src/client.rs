//! [`Client`]: the methods of core's surface, run by this crate's transport.

use crate::runtime::AsyncStd;
use crate::tls::Roots;
use crate::transport::HyperTransport;
use clore_core::call::Call;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::drive::{Transport, run};
use clore_core::endpoint::Endpoint;
use clore_core::error::{ConfigError, Error, ErrorKind};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, MemoryJournal};
use clore_core::op::{Operation, Plan, Settings};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::Moment;
use std::sync::Arc;

/// A client on async-std. Clones are cheap and share connections, pacing and journal; the last one closes them on drop.
///
/// Make one per key: clients built apart do not know of each other and will be told "too fast" by the service.
#[derive(Clone, Debug)]
pub struct Client {
    session: Session,
    transport: Arc<HyperTransport<AsyncStd>>,
}

/// Builds a [`Client`].
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    settings: ConfigBuilder,
    session: Option<Session>,
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

    /// Shares the session of another client, of any adapter: its configuration, pacing, journal and clock. Settings and
    /// journal of this builder are not looked at then.
    pub fn session(mut self, session: &Session) -> Self {
        self.session = Some(session.clone());
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

    /// Hears what happens, on the task that makes it happen. It must not block.
    pub fn observer(mut self, hear: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(hear);
        self
    }

    /// Trusts only these certificate authorities (PEM) in place of Mozilla's.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots = Roots::Pem(pem.into());
        self
    }

    /// This client speaks to no proxy: asking for the environment's is an error when it is built.
    pub fn environment_proxy(mut self, yes: bool) -> Self {
        self.environment_proxy = yes;
        self
    }

    /// Checks everything and makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Config`], without repeating the value.
    pub fn build(self) -> Result<Client, Error> {
        let session = match self.session {
            Some(session) => session,
            None => Session::with_journal(self.settings.build()?, self.journal),
        };
        if self.environment_proxy {
            return Err(ErrorKind::Config(ConfigError::Transport("this client speaks to no proxy")).into());
        }
        let transport = HyperTransport::trusting(&session, &self.roots, self.observer)?;
        Ok(Client { session, transport: Arc::new(transport) })
    }
}

impl Client {
    /// A builder with the defaults.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            settings: Config::builder(),
            session: None,
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
    ///
    /// # Cancel safety
    /// See [`Client::run`].
    pub async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.run(endpoint).await
    }

    /// Runs any plan: an endpoint, or one of core's operations with its options.
    ///
    /// # Errors
    /// What the operation ends with.
    ///
    /// # Cancel safety
    /// Dropping the future while it waits returns its turn; dropping it with a request in flight closes the connection
    /// and counts the request as maybe sent: a money call keeps its open intent.
    pub async fn run<P: Plan>(&self, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
        let settings = Settings::new(&self.session, self.transport.wall(), self.transport.entropy());
        let operation = plan.begin(&settings, self.transport.now());
        let call = run(&*self.transport, Call::new(&self.session, operation));
        #[cfg(feature = "tracing")]
        let call = tracing::Instrument::instrument(call, tracing::info_span!("clore"));
        call.await
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

clore_core::client_methods!(asynchronous Client);
