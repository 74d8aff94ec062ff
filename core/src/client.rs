//! The client that every adapter has: [`client!`](crate::client!) stamps it, concrete and without type parameters, onto
//! an adapter's transport. What a client can do stands in `surface.rs`, what it decides by in [`crate::config`].

use crate::event::Observer;

/// What a transport is built with beside its session.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TransportOptions {
    /// Whose certificates are trusted.
    pub roots: Roots,
    /// Whether the proxy that the environment names is used.
    pub environment_proxy: bool,
    /// Who hears what happens.
    pub observer: Observer,
}

impl TransportOptions {
    /// Mozilla's roots, no proxy, and this observer.
    #[must_use]
    pub fn observed_by(observer: Observer) -> Self {
        Self { observer, ..Self::default() }
    }
}

/// Whose certificates are trusted. Verification itself cannot be switched off.
///
/// Closed: every adapter must know each.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// Mozilla's, as compiled in.
    #[default]
    Mozilla,
    /// Only these, in PEM.
    Pem(Vec<u8>),
}

/// Stamps `Client` and `ClientBuilder` onto a transport: `client!(blocking MyTransport)` or
/// `client!(asynchronous MyTransport)`, with the client's documentation before it. The transport has
/// `fn new(&Session, TransportOptions) -> Result<Self, Error>`.
#[macro_export]
macro_rules! client {
    ($(#[$doc:meta])* $mode:ident $transport:ty) => {
        $(#[$doc])*
        ///
        /// Clones are cheap and share connections, pacing and journal; the last one closes them on drop. Make one per
        /// key: clients built apart do not know of each other and will be told "too fast" by the service.
        #[derive(Clone, Debug)]
        pub struct Client {
            session: $crate::session::Session,
            transport: ::std::sync::Arc<$transport>,
        }

        /// Builds a [`Client`].
        #[derive(Debug)]
        #[must_use]
        pub struct ClientBuilder {
            settings: $crate::config::ConfigBuilder,
            session: Option<$crate::session::Session>,
            journal: ::std::sync::Arc<dyn $crate::journal::Journal>,
            options: $crate::client::TransportOptions,
        }

        impl ClientBuilder {
            /// Key, base URL, deadlines, pacing: everything that core decides by.
            pub fn settings(mut self, settings: $crate::config::ConfigBuilder) -> Self {
                self.settings = settings;
                self
            }

            /// The API key.
            pub fn key(mut self, key: $crate::secret::Secret) -> Self {
                self.settings = self.settings.key(key);
                self
            }

            /// Where intents are recorded before money is spent. By default in memory: that does not survive a crash.
            pub fn journal(mut self, journal: impl $crate::journal::Journal + 'static) -> Self {
                self.journal = ::std::sync::Arc::new(journal);
                self
            }

            /// Shares the session of another client, of any adapter: its configuration, pacing, journal and clock.
            /// Settings and journal of this builder are not looked at then.
            pub fn session(mut self, session: &$crate::session::Session) -> Self {
                self.session = Some(session.clone());
                self
            }

            /// Hears what happens, on the thread or task that makes it happen: it must not block.
            pub fn observer(mut self, hear: impl Fn(&$crate::event::Event) + Send + Sync + 'static) -> Self {
                self.options.observer = $crate::event::Observer::new(hear);
                self
            }

            /// Trusts only these certificate authorities (PEM) in place of Mozilla's.
            pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
                self.options.roots = $crate::client::Roots::Pem(pem.into());
                self
            }

            /// Uses the proxy that the environment names (`HTTPS_PROXY` and the like), where the adapter can; where it
            /// cannot, building the client fails. Off by default.
            pub fn environment_proxy(mut self, yes: bool) -> Self {
                self.options.environment_proxy = yes;
                self
            }

            /// Checks everything and makes the client. Nothing is sent.
            ///
            /// # Errors
            /// [`Config`]($crate::error::ErrorKind::Config), without repeating the value.
            pub fn build(self) -> Result<Client, $crate::error::Error> {
                let session = match self.session {
                    Some(session) => session,
                    None => $crate::session::Session::with_journal(self.settings.build()?, self.journal),
                };
                let transport = <$transport>::new(&session, self.options)?;
                Ok(Client { session, transport: ::std::sync::Arc::new(transport) })
            }
        }

        impl Client {
            /// A builder with the defaults.
            pub fn builder() -> ClientBuilder {
                ClientBuilder {
                    settings: $crate::config::Config::builder(),
                    session: None,
                    journal: ::std::sync::Arc::new($crate::journal::MemoryJournal::new()),
                    options: $crate::client::TransportOptions::default(),
                }
            }

            /// A client with the defaults and this key.
            ///
            /// # Errors
            /// [`Config`]($crate::error::ErrorKind::Config) for a key that cannot be one; it is not repeated.
            pub fn new(key: $crate::secret::Secret) -> Result<Self, $crate::error::Error> {
                Self::builder().key(key).build()
            }

            /// A client with the defaults and the key in `CLORE_API_KEY`.
            ///
            /// # Errors
            /// [`Config`]($crate::error::ErrorKind::Config) when the variable is not there or cannot be a key.
            pub fn from_env() -> Result<Self, $crate::error::Error> {
                use $crate::error::{ConfigError, ErrorKind};
                let key = ::std::env::var("CLORE_API_KEY").map_err(|_| ErrorKind::Config(ConfigError::NoKey))?;
                Self::new($crate::secret::Secret::new(key))
            }

            /// The session, which other clients of the same key can share.
            #[must_use]
            pub fn session(&self) -> &$crate::session::Session {
                &self.session
            }
        }

        $crate::client! { @run $mode $transport }
        $crate::client_methods!($mode Client);
    };
    (@run blocking $transport:ty) => {
        impl Client {
            /// Sends one endpoint, a user's own included, and gives its answer.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            pub fn send<E: $crate::endpoint::Endpoint>(&self, endpoint: E) -> Result<E::Output, $crate::error::Error> {
                self.run(endpoint)
            }

            /// Runs any plan: an endpoint, or one of core's operations with its options.
            ///
            /// # Errors
            /// What the operation ends with.
            pub fn run<P: $crate::op::Plan>(
                &self,
                plan: P,
            ) -> Result<<P::Operation as $crate::op::Operation>::Output, $crate::error::Error> {
                use $crate::drive::BlockingTransport;
                let settings =
                    $crate::op::Settings::new(&self.session, self.transport.wall(), self.transport.entropy());
                let operation = plan.begin(&settings, self.transport.now());
                #[cfg(feature = "tracing")]
                let _span = ::tracing::info_span!("clore", call = $crate::op::Operation::name(&operation)).entered();
                let call = $crate::call::Call::new(&self.session, operation);
                $crate::drive::run_blocking(&*self.transport, call)
            }

            /// The client's clock, on which listings are fresh or stale.
            #[must_use]
            pub fn now(&self) -> $crate::time::Moment {
                $crate::drive::BlockingTransport::now(&*self.transport)
            }

            /// 32 bytes from the system, for a generated password.
            #[must_use]
            pub fn entropy(&self) -> [u8; 32] {
                $crate::drive::BlockingTransport::entropy(&*self.transport)
            }
        }
    };
    (@run asynchronous $transport:ty) => {
        impl Client {
            /// Sends one endpoint, a user's own included, and gives its answer.
            ///
            /// # Errors
            /// See [`Error`]($crate::error::Error).
            ///
            /// # Cancel safety
            /// See [`Client::run`].
            pub async fn send<E: $crate::endpoint::Endpoint>(
                &self,
                endpoint: E,
            ) -> Result<E::Output, $crate::error::Error> {
                self.run(endpoint).await
            }

            /// Runs any plan: an endpoint, or one of core's operations with its options.
            ///
            /// # Errors
            /// What the operation ends with.
            ///
            /// # Cancel safety
            /// Dropping the future while it waits returns its turn; dropping it with a request in flight closes the
            /// connection and counts the request as maybe sent: a money call keeps its open intent.
            pub async fn run<P: $crate::op::Plan>(
                &self,
                plan: P,
            ) -> Result<<P::Operation as $crate::op::Operation>::Output, $crate::error::Error> {
                use $crate::drive::Transport;
                let settings =
                    $crate::op::Settings::new(&self.session, self.transport.wall(), self.transport.entropy());
                let operation = plan.begin(&settings, self.transport.now());
                #[cfg(feature = "tracing")]
                let span = ::tracing::info_span!("clore", call = $crate::op::Operation::name(&operation));
                let call = $crate::call::Call::new(&self.session, operation);
                let call = $crate::drive::run(&*self.transport, call);
                #[cfg(feature = "tracing")]
                let call = ::tracing::Instrument::instrument(call, span);
                call.await
            }

            /// The client's clock, on which listings are fresh or stale.
            #[must_use]
            pub fn now(&self) -> $crate::time::Moment {
                $crate::drive::Transport::now(&*self.transport)
            }

            /// 32 bytes from the system, for a generated password.
            #[must_use]
            pub fn entropy(&self) -> [u8; 32] {
                $crate::drive::Transport::entropy(&*self.transport)
            }
        }
    };
}
