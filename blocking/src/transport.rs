//! [`UreqTransport`]: one exchange by ureq, and sleeping. It decides nothing.

use crate::error_map::failure;
use clore_core::config::Config;
use clore_core::drive::BlockingTransport;
use clore_core::error::{ConfigError, Error, ErrorKind, Failure};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, JournalError, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::time::{Moment, UnixTime};
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};

/// ureq's pool, a clock that starts with the client, and where records go.
#[derive(Debug)]
pub(crate) struct UreqTransport {
    pub(crate) agent: Agent,
    pub(crate) origin: Instant,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) observer: Observer,
}

/// What one push takes at most.
const CHUNK: usize = 16 << 10;
/// The largest head (reliability 5.5).
const HEAD: usize = 64 << 10;
/// A connection that was idle for longer is not trusted with a request.
const IDLE: Duration = Duration::from_secs(10);

/// ureq as the core wants it. Without `roots`, Mozilla's certificate authorities are trusted.
pub(crate) fn agent(config: &Config, roots: Option<&[u8]>, environment_proxy: bool) -> Result<Agent, Error> {
    let connecting = Some(config.timeout().min(Duration::from_secs(10)));
    let mut builder = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .https_only(!config.is_plain_http())
        .max_response_header_size(HEAD)
        .max_idle_age(IDLE)
        .timeout_connect(connecting)
        .timeout_resolve(connecting)
        .proxy(environment_proxy.then(Proxy::try_from_env).flatten());
    if let Some(pem) = roots {
        builder = builder.tls_config(only(pem)?);
    }
    Ok(builder.build().new_agent())
}

/// Trusts only the certificate authorities of `pem`.
fn only(pem: &[u8]) -> Result<TlsConfig, Error> {
    let bad = || ErrorKind::Config(ConfigError::Transport("the root certificates cannot be read"));
    let items = parse_pem(pem).collect::<Result<Vec<_>, _>>().map_err(|_| bad())?;
    let certificate = |item| if let PemItem::Certificate(one) = item { Some(one) } else { None };
    let certificates: Vec<_> = items.into_iter().filter_map(certificate).collect();
    if certificates.is_empty() {
        return Err(bad().into());
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build())
}

impl BlockingTransport for UreqTransport {
    fn now(&self) -> Moment {
        Moment::from_origin(self.origin.elapsed())
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        // ureq takes zero for "no time limit"; a deadline that has passed is one nanosecond away.
        let left = exchange.deadline.since(self.now()).max(Duration::from_nanos(1));
        let request = self.agent.configure_request(exchange.request).timeout_global(Some(left)).build();
        let mut response = self.agent.run(request).map_err(|error| failure(&error))?;
        inbox.head(response.status(), response.headers())?;
        let mut body = response.body_mut().as_reader();
        let mut chunk = [0; CHUNK];
        loop {
            match body.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => inbox.data(chunk.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
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
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(UnixTime::from_seconds)
    }

    fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // The system's generator fails only where nothing can be done about it, and weak randomness is worse.
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }

    fn observe(&self, event: &Event) {
        #[cfg(feature = "tracing")]
        crate::trace::event(event);
        self.observer.hear(event);
    }
}
