//! [`UreqTransport`]: one exchange by ureq, and sleeping. It decides nothing.

use crate::error_map::failure;
use crate::lookup::Lookup;
use clore_core::client::{Roots, TransportOptions};
use clore_core::drive::BlockingTransport;
use clore_core::error::{ConfigError, Error, ErrorKind, Failure};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, JournalError, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{io::ErrorKind::Interrupted, io::Read, sync::Arc};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, tls};

/// ureq's pool, a clock that starts with the client, and where records go.
#[derive(Debug)]
pub(crate) struct UreqTransport {
    agent: Agent,
    lookup: Lookup,
    origin: Instant,
    journal: Arc<dyn Journal>,
    observer: Observer,
}

/// What one push takes at most.
const CHUNK: usize = 16 << 10;
/// The largest head (reliability 5.5).
const HEAD: usize = 64 << 10;
/// A connection that was idle for longer is not trusted with a request.
pub(crate) const IDLE: Duration = Duration::from_secs(10);

impl UreqTransport {
    pub(crate) fn new(session: &Session, options: TransportOptions) -> Result<Self, Error> {
        let config = session.config();
        let mut builder = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .https_only(!config.is_plain_http())
            .max_response_header_size(HEAD)
            .max_idle_age(IDLE)
            .timeout_connect(Some(config.timeout().min(Duration::from_secs(10))))
            .timeout_resolve(Some(config.timeout().min(Duration::from_secs(10))))
            .tls_config(tls(&options.roots)?);
        if !options.environment_proxy {
            builder = builder.proxy(None);
        }
        let (origin, journal) = (session.origin(Instant::now()), Arc::clone(session.journal()));
        let lookup = Lookup::default();
        let agent = Agent::with_parts(builder.build(), DefaultConnector::default(), lookup.clone());
        Ok(Self { agent, lookup, origin, journal, observer: options.observer })
    }
}

fn tls(roots: &Roots) -> Result<tls::TlsConfig, Error> {
    let roots = match roots {
        Roots::Mozilla => tls::RootCerts::WebPki,
        Roots::Pem(pem) => {
            let certificate = |item| match item {
                Ok(tls::PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            };
            let certificates: Option<Vec<_>> = tls::parse_pem(pem).map(certificate).collect();
            let bad = ErrorKind::Config(ConfigError::Transport("the root certificates cannot be read"));
            tls::RootCerts::new_with_certs(&certificates.filter(|all| !all.is_empty()).ok_or(bad)?)
        }
    };
    Ok(tls::TlsConfig::builder().root_certs(roots).build())
}

impl BlockingTransport for UreqTransport {
    fn now(&self) -> Moment {
        Moment::from_origin(self.origin.elapsed())
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        // ureq takes zero for "no time limit"; a deadline that has passed is one nanosecond away.
        let left = exchange.deadline.since(self.now()).max(Duration::from_nanos(1));
        let request = self.agent.configure_request(exchange.request).timeout_global(Some(left)).build();
        let mut response = self.agent.run(request).map_err(|error| {
            self.lookup.forget();
            failure(&error)
        })?;
        inbox.head(response.status(), response.headers())?;
        let mut body = response.body_mut().as_reader();
        let mut chunk = [0; CHUNK];
        loop {
            match body.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => inbox.data(chunk.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == Interrupted => {}
                Err(error) => return Err(failure(&error.into())),
            }
        }
    }

    fn sleep_until(&self, moment: Moment) {
        // Another thread's waker ends it early.
        std::thread::park_timeout(moment.since(self.now()));
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.journal.record(record)
    }

    fn wall(&self) -> Option<UnixTime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(UnixTime::from_seconds)
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // The system's generator fails only where nothing can be done about it, and weak randomness is worse.
        #[allow(clippy::expect_used)]
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }

    fn observe(&self, event: &Event) {
        // No event holds a secret, so all of it may be told.
        #[cfg(feature = "tracing")]
        match (event.is_warning(), event.is_news()) {
            (true, _) => tracing::warn!(?event),
            (_, true) => tracing::info!(?event),
            _ => tracing::debug!(?event),
        }
        self.observer.tell(event);
    }
}
