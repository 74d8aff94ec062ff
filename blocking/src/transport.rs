//! [`UreqTransport`]: one exchange by ureq, and sleeping. It decides nothing.

use crate::error_map::failure;
use crate::lookup::Lookup;
use clore_adapter::Local;
use clore_adapter::body::{Body, ask_packed};
use clore_core::client::{Roots, TransportOptions};
use clore_core::drive::BlockingTransport;
use clore_core::error::{Error, Failure};
use clore_core::event::Event;
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use std::io::{ErrorKind::Interrupted, Read};
use std::time::Duration;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, tls};

/// ureq's pool, and what a transport has beside it.
#[derive(Debug)]
pub(crate) struct UreqTransport {
    agent: Agent,
    lookup: Lookup,
    local: Local,
}

/// What one push takes at most.
const CHUNK: usize = 16 << 10;
/// What ureq holds of an answer at once; a head has to fit.
const BUFFER: usize = 128 << 10;
/// A connection that was idle for longer is not trusted with a request.
pub(crate) const IDLE: Duration = Duration::from_secs(10);

impl UreqTransport {
    pub(crate) fn new(session: &Session, options: TransportOptions) -> Result<Self, Error> {
        let (config, head) = (session.config(), session.config().caps().head_room());
        let mut builder = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .https_only(!config.is_plain_http())
            .max_response_header_size(head)
            .input_buffer_size(head.max(BUFFER))
            .max_idle_age(IDLE)
            .timeout_connect(Some(config.timeout().min(Duration::from_secs(10))))
            .timeout_resolve(Some(config.timeout().min(Duration::from_secs(10))))
            .tls_config(tls(&options.roots)?);
        if !options.environment_proxy {
            builder = builder.proxy(None);
        }
        let lookup = Lookup::default();
        let agent = Agent::with_parts(builder.build(), DefaultConnector::default(), lookup.clone());
        Ok(Self { agent, lookup, local: Local::new(session, options.observer) })
    }
}

fn tls(roots: &Roots) -> Result<tls::TlsConfig, Error> {
    let roots = match clore_adapter::tls::named(roots)? {
        None => tls::RootCerts::WebPki,
        Some(named) => {
            let named: Vec<_> = named.iter().map(|der| tls::Certificate::from_der(der).to_owned()).collect();
            tls::RootCerts::new_with_certs(&named)
        }
    };
    Ok(tls::TlsConfig::builder().root_certs(roots).build())
}

impl BlockingTransport for UreqTransport {
    fn now(&self) -> Moment {
        self.local.now()
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        // ureq takes zero for "no time limit"; a deadline that has passed is one nanosecond away.
        let left = exchange.deadline.since(self.now()).max(Duration::from_nanos(1));
        let mut request = exchange.request;
        ask_packed(request.headers_mut());
        let request = self.agent.configure_request(request).timeout_global(Some(left)).build();
        let response = self.agent.run(request).map_err(|error| {
            self.lookup.forget();
            failure(&error)
        })?;
        let (mut head, mut body) = response.into_parts();
        let mut to = Body::begin(head.status, &mut head.headers, inbox)?;
        let mut from = body.as_reader();
        let mut chunk = [0; CHUNK];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => return to.end(),
                Ok(read) => to.push(chunk.get(..read).unwrap_or_default())?,
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
        self.local.journal().record(record)
    }

    fn wall(&self) -> Option<UnixTime> {
        self.local.wall()
    }

    fn entropy(&self) -> [u8; 32] {
        self.local.entropy()
    }

    fn observe(&self, event: &Event) {
        self.local.observe(event);
    }
}
