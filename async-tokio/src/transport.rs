//! [`ReqwestTransport`]: one exchange by reqwest, and tokio's timers. It decides nothing.

use crate::error_map::failure;
use clore_adapter::body::{Body, ask_packed};
use clore_adapter::{Local, tls};
use clore_core::client::TransportOptions;
use clore_core::drive::Transport;
use clore_core::error::{ConfigError, Error, ErrorKind, Failure};
use clore_core::event::Event;
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use reqwest::{Client, Request, redirect, retry};
use std::sync::Arc;
use std::time::Duration;

/// reqwest's pool, and what a transport has beside it.
#[derive(Debug)]
pub(crate) struct ReqwestTransport {
    http: Client,
    local: Local,
}

/// A connection that was idle for longer is not trusted with a request.
const IDLE: Duration = Duration::from_secs(10);

impl ReqwestTransport {
    pub(crate) fn new(session: &Session, options: TransportOptions) -> Result<Self, Error> {
        let (config, caps) = (session.config(), session.config().caps());
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls::config(&options.roots)?)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .https_only(!config.is_plain_http())
            .no_gzip()
            // One line more than allowed is read, so that it is core that refuses it.
            .http1_max_headers(caps.head_lines.saturating_add(1))
            .http2_max_header_list_size(u32::try_from(caps.head_room()).unwrap_or(u32::MAX))
            .pool_idle_timeout(IDLE)
            .connect_timeout(config.timeout().min(Duration::from_secs(10)));
        if !options.environment_proxy {
            builder = builder.no_proxy();
        }
        let bad = ErrorKind::Config(ConfigError::Transport("the HTTP client could not be built"));
        let http = builder.build().map_err(|_| bad)?;
        Ok(Self { http, local: Local::new(session, options.observer) })
    }
}

impl Transport for ReqwestTransport {
    fn now(&self) -> Moment {
        self.local.now()
    }

    async fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let mut request = Request::try_from(exchange.request).map_err(|error| failure(&error))?;
        ask_packed(request.headers_mut());
        let mut response = self.http.execute(request).await.map_err(|error| failure(&error))?;
        let mut body = Body::begin(response.status(), response.headers_mut(), inbox)?;
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            body.push(&chunk)?;
        }
        body.end()
    }

    async fn sleep_until(&self, moment: Moment) {
        tokio::time::sleep(moment.since(self.now())).await;
    }

    async fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        // It may wait for a lock and the disk, so it is off the executor's threads. If the caller goes away meanwhile,
        // what is written stays, and its claim is released.
        let journal = Arc::clone(self.local.journal());
        let gone =
            |_| JournalError::Medium { kind: std::io::ErrorKind::Other, doing: "handing a record over" };
        tokio::task::spawn_blocking(move || journal.record(record)).await.map_err(gone)?
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
