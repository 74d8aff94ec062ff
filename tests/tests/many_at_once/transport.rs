//! An asynchronous transport over plain loopback sockets: HTTP/1.1, connections kept, a limiter of others' making.

use clore_core::drive::Transport;
use clore_core::effect::Delivery;
use clore_core::error::{Failure, FailureKind};
use clore_core::journal::{JournalError, Record, Recorded};
use clore_core::op::{Ask, Exchange, Inbox, Permitted};
use clore_core::time::{Moment, UnixTime};
use http::{HeaderMap, StatusCode};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Limiter = Box<dyn Fn() -> Permitted + Send + Sync>;
/// Hears the path of a request that was written; says whether its answer is waited for for ever.
type Hangs = Box<dyn Fn(&str) -> bool + Send + Sync>;

pub(crate) struct Sockets {
    address: SocketAddr,
    origin: Instant,
    idle: Mutex<Vec<TcpStream>>,
    limiter: Limiter,
    hangs: Hangs,
}

impl Sockets {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let (limiter, hangs): (Limiter, Hangs) = (Box::new(|| Permitted::Granted), Box::new(|_| false));
        Self { address, origin: Instant::now(), idle: Mutex::default(), limiter, hangs }
    }

    pub(crate) fn limited(mut self, limiter: impl Fn() -> Permitted + Send + Sync + 'static) -> Self {
        self.limiter = Box::new(limiter);
        self
    }

    pub(crate) fn hanging(mut self, hangs: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.hangs = Box::new(hangs);
        self
    }

    async fn connection(&self) -> Result<TcpStream, Failure> {
        let kept = self.idle.lock().unwrap().pop();
        match kept {
            Some(stream) => Ok(stream),
            None => TcpStream::connect(self.address)
                .await
                .map_err(|_| Failure::new(Delivery::NotSent, FailureKind::Connect, "")),
        }
    }
}

fn lost(error: &std::io::Error) -> Failure {
    Failure::new(Delivery::Unknown, FailureKind::Io(error.kind()), "")
}

impl Transport for Sockets {
    fn now(&self) -> Moment {
        Moment::from_origin(self.origin.elapsed())
    }

    async fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let path = exchange.request.uri().path_and_query().unwrap().as_str().to_owned();
        let mut stream = self.connection().await?;
        let head = format!("{} {path} HTTP/1.1\r\nhost: loopback\r\n\r\n", exchange.request.method());
        stream.write_all(head.as_bytes()).await.map_err(|error| lost(&error))?;
        if (self.hangs)(&path) {
            core::future::pending::<()>().await;
        }
        let (mut answer, mut chunk) = (Vec::new(), [0; 1024]);
        loop {
            let read = stream.read(&mut chunk).await.map_err(|error| lost(&error))?;
            answer.extend_from_slice(&chunk[..read]);
            let text = String::from_utf8_lossy(&answer);
            if let Some((_, body)) = text.split_once("\r\n\r\n")
                && body.ends_with('}')
            {
                inbox.head(StatusCode::OK, &HeaderMap::new())?;
                inbox.data(body.as_bytes())?;
                break;
            }
            if read == 0 {
                return Err(lost(&std::io::ErrorKind::UnexpectedEof.into()));
            }
        }
        self.idle.lock().unwrap().push(stream);
        Ok(())
    }

    async fn sleep_until(&self, moment: Moment) {
        tokio::time::sleep_until((self.origin + moment.since_origin()).into()).await;
    }

    async fn record(&self, _: Record) -> Result<Recorded, JournalError> {
        unreachable!("nothing here spends")
    }

    async fn permit(&self, _: Ask) -> Permitted {
        (self.limiter)()
    }

    fn wall(&self) -> Option<UnixTime> {
        None
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }
}
