//! One HTTP/1 connection: made, looked at before it is used again, and polled beside whoever waits for it. No task is
//! spawned for it, so dropping it closes the socket.

use crate::error_map::{never_sent, shaking_hands};
use crate::runtime::Runtime;
use clore_core::error::{Failure, FailureKind};
use clore_core::limits::Caps;
use futures_io::{AsyncRead, AsyncWrite};
use futures_lite::FutureExt;
use futures_rustls::TlsConnector;
use http::Uri;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use rustls_pki_types::ServerName;
use smol_hyper::rt::FuturesIo;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

/// hyper refuses to hold less.
const LEAST_HEAD: usize = 8 << 10;
/// The longest that one address may take to answer.
const CONNECT: Duration = Duration::from_secs(10);
/// A connection that was idle for longer is not trusted with a request.
const IDLE: Duration = Duration::from_secs(10);

/// Where a connection leads: whether it is TLS, the host, the port.
pub(crate) type Origin = (bool, String, u16);

pub(crate) fn origin(uri: &Uri) -> Result<Origin, Failure> {
    let tls = uri.scheme_str() == Some("https");
    let host = uri.host().ok_or_else(|| never_sent(FailureKind::Request))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok((tls, host, uri.port_u16().unwrap_or(if tls { 443 } else { 80 })))
}

/// Plain or TLS, whatever it stands on.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(crate) struct Connection {
    pub(crate) sender: SendRequest<Full<Bytes>>,
    pub(crate) drive: Drive,
    origin: Origin,
    used: Instant,
}

/// hyper's half of a connection that reads and writes; none once the connection has ended.
pub(crate) struct Drive(Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>>);

impl Drive {
    /// Waits for `work`, and polls the connection before it each time.
    pub(crate) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.poll(context);
            work.as_mut().poll(context)
        })
        .await
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        if self.0.as_mut().is_some_and(|drive| drive.as_mut().poll(context).is_ready()) {
            self.0 = None;
        }
    }
}

impl Connection {
    /// Looks the name up, connects to the first address that answers, and shakes hands. Whatever fails in here, no byte
    /// of a request was sent.
    pub(crate) async fn open<R: Runtime>(
        origin: Origin,
        tls: &TlsConnector,
        caps: &Caps,
    ) -> Result<Self, Failure> {
        let (is_tls, host, port) = &origin;
        let addresses = R::resolve(host.clone(), *port).await.map_err(|_| never_sent(FailureKind::Name))?;
        let mut stream = Err(never_sent(FailureKind::Name));
        for address in addresses {
            let connect = async { R::connect(address).await.map_err(|_| never_sent(FailureKind::Connect)) };
            let late = async {
                R::sleep(CONNECT).await;
                Err(never_sent(FailureKind::Timeout))
            };
            stream = connect.or(late).await;
            if stream.is_ok() {
                break;
            }
        }
        let stream: Box<dyn Stream> = if *is_tls {
            let name = ServerName::try_from(host.clone()).map_err(|_| never_sent(FailureKind::Request))?;
            Box::new(tls.connect(name, stream?).await.map_err(|error| shaking_hands(&error))?)
        } else {
            Box::new(stream?)
        };
        let mut builder = http1::Builder::new();
        // One line more than allowed is read, so that it is core that refuses it.
        builder.max_buf_size(caps.head_room().max(LEAST_HEAD)).max_headers(caps.head_lines.saturating_add(1));
        let shaken = builder.handshake(FuturesIo::new(stream)).await;
        let (sender, drive) = shaken.map_err(|_| never_sent(FailureKind::Handshake))?;
        Ok(Self { sender, drive: Drive(Some(Box::pin(drive))), origin, used: Instant::now() })
    }

    /// Whether it can carry another request to `origin`: young, and not closed by the other side as far as one look
    /// tells.
    pub(crate) fn is_fit(&mut self, origin: &Origin) -> bool {
        self.drive.poll(&mut Context::from_waker(Waker::noop()));
        self.origin == *origin
            && self.drive.0.is_some()
            && self.sender.is_ready()
            && self.used.elapsed() < IDLE
    }

    /// A request was answered whole just now.
    pub(crate) fn was_used(mut self) -> Self {
        self.used = Instant::now();
        self
    }
}
