//! [`ReqwestTransport`]: one exchange by reqwest, and tokio's timers. It decides nothing.

use crate::error_map::failure;
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

/// The largest head of an answer over HTTP/2, and its lines over HTTP/1 (reliability 5.5).
const HEAD: u32 = 64 << 10;
const HEAD_LINES: usize = 100;
/// A connection that was idle for longer is not trusted with a request.
const IDLE: Duration = Duration::from_secs(10);

impl ReqwestTransport {
    pub(crate) fn new(session: &Session, options: TransportOptions) -> Result<Self, Error> {
        let config = session.config();
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls::config(&options.roots)?)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .https_only(!config.is_plain_http())
            .http1_max_headers(HEAD_LINES)
            .http2_max_header_list_size(HEAD)
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
        let request = Request::try_from(exchange.request).map_err(|error| failure(&error))?;
        let mut response = self.http.execute(request).await.map_err(|error| failure(&error))?;
        inbox.head(response.status(), response.headers())?;
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            inbox.data(&chunk)?;
        }
        Ok(())
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
