//! [`HyperTransport`]: one exchange over hyper's HTTP/1 connection, on any [`Runtime`]. It decides nothing.

use crate::connection::{Connection, Origin, origin};
use crate::error_map::{broken, never_sent, sending};
use crate::runtime::Runtime;
use clore_adapter::body::{Body, ask_packed};
use clore_adapter::{Local, tls};
use clore_core::client::TransportOptions;
use clore_core::drive::Transport;
use clore_core::effect::Delivery;
use clore_core::error::{ConfigError, Error, ErrorKind, Failure, FailureKind};
use clore_core::event::Event;
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::limits::Caps;
use clore_core::op::{Exchange, Inbox};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use futures_rustls::TlsConnector;
use http::header::{HOST, HeaderValue};
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections, and what a transport has beside them, on the runtime `R`.
///
/// [`Client`](crate::Client) has one on async-std. On another runtime give one to [`run`](clore_core::drive::run).
pub struct HyperTransport<R> {
    tls: TlsConnector,
    caps: Caps,
    idle: Mutex<Vec<Connection>>,
    local: Local,
    runtime: PhantomData<fn() -> R>,
}

/// How many idle connections are kept.
const KEPT: usize = 8;

impl<R: Runtime> HyperTransport<R> {
    /// A transport of `session`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for certificates that cannot be read, and for a proxy: this transport speaks to none.
    pub fn new(session: &Session, options: TransportOptions) -> Result<Self, Error> {
        if options.environment_proxy {
            return Err(ErrorKind::Config(ConfigError::Transport("this client speaks to no proxy")).into());
        }
        Ok(Self {
            tls: TlsConnector::from(Arc::new(tls::config(&options.roots)?)),
            caps: *session.config().caps(),
            idle: Mutex::default(),
            local: Local::new(session, options.observer),
            runtime: PhantomData,
        })
    }

    /// An idle connection that is fit; others that are found are closed.
    fn take(&self, to: &Origin) -> Option<Connection> {
        let mut idle = locked(&self.idle);
        while let Some(mut connection) = idle.pop() {
            if connection.is_fit(to) {
                return Some(connection);
            }
        }
        None
    }

    fn keep(&self, connection: Connection) {
        let mut idle = locked(&self.idle);
        if idle.len() < KEPT {
            idle.push(connection.was_used());
        }
    }
}

impl<R> fmt::Debug for HyperTransport<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("journal", self.local.journal()).finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The request as HTTP/1 wants it: a path, and the host in a header.
fn on_the_wire(mut request: Request<Vec<u8>>) -> Result<Request<Full<Bytes>>, Failure> {
    let bad = || never_sent(FailureKind::Request);
    let host = request.uri().authority().ok_or_else(bad)?.as_str().to_owned();
    let path = request.uri().path_and_query().ok_or_else(bad)?.as_str().parse::<Uri>().map_err(|_| bad())?;
    *request.uri_mut() = path;
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::from_str(&host).map_err(|_| bad())?);
    ask_packed(headers);
    Ok(request.map(|body| Full::new(Bytes::from(body))))
}

impl<R: Runtime> Transport for HyperTransport<R> {
    fn now(&self) -> Moment {
        self.local.now()
    }

    async fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        inbox.mark(Delivery::NotSent);
        let to = origin(exchange.request.uri())?;
        let request = on_the_wire(exchange.request)?;
        let mut connection = match self.take(&to) {
            Some(connection) => connection,
            None => Connection::open::<R>(to, &self.tls, &self.caps).await?,
        };
        let Connection { sender, drive, .. } = &mut connection;
        let ready = drive.beside(sender.ready()).await;
        ready.map_err(|_| never_sent(FailureKind::Io(std::io::ErrorKind::ConnectionAborted)))?;
        inbox.mark(Delivery::Unknown);
        let sent = drive.beside(sender.try_send_request(request)).await;
        let (mut head, mut answer) = sent.map_err(sending)?.into_parts();
        let mut body = Body::begin(head.status, &mut head.headers, inbox)?;
        while let Some(frame) = drive.beside(answer.frame()).await {
            let frame = frame.map_err(|error| broken(&error))?;
            if let Some(data) = frame.data_ref() {
                body.push(data)?;
            }
        }
        body.end()?;
        self.keep(connection);
        Ok(())
    }

    async fn sleep_until(&self, moment: Moment) {
        R::sleep(moment.since(self.now())).await;
    }

    async fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        // It may wait for a lock and the disk, so it is off the executor's threads. If the caller goes away meanwhile,
        // what is written stays, and its claim is released.
        let (journal, done) = (Arc::clone(self.local.journal()), Arc::new(Mutex::new(None)));
        let work = {
            let done = Arc::clone(&done);
            // A journal that panics must not take the executor's thread along.
            let write = move || *locked(&done) = Some(journal.record(record));
            move || drop(catch_unwind(AssertUnwindSafe(write)))
        };
        R::unblock(Box::new(work)).await;
        let gone = JournalError::Medium { kind: std::io::ErrorKind::Other, doing: "handing a record over" };
        locked(&done).take().unwrap_or(Err(gone))
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
