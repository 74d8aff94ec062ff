//! [`Runtime`]: what the transport needs of a runtime, written against `futures-io`. async-std's is here; another one is
//! about twenty lines (`examples/smol.rs`).

use futures_io::{AsyncRead, AsyncWrite};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Sockets, timers, name look-up and a place for blocking work.
pub trait Runtime: Send + Sync + 'static {
    /// A connected socket.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Looks a name up.
    fn resolve(host: String, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;

    /// Connects, with small requests not held back (`TCP_NODELAY`).
    fn connect(to: SocketAddr) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    /// Returns after `time`, or earlier.
    fn sleep(time: Duration) -> impl Future<Output = ()> + Send;

    /// Runs `work` where blocking is allowed.
    fn unblock(work: Box<dyn FnOnce() + Send>) -> impl Future<Output = ()> + Send;
}

/// async-std's own sockets, timers and blocking threads.
#[derive(Clone, Copy, Debug)]
pub struct AsyncStd;

impl Runtime for AsyncStd {
    type Stream = async_std::net::TcpStream;

    async fn resolve(host: String, port: u16) -> io::Result<Vec<SocketAddr>> {
        use async_std::net::ToSocketAddrs;
        Ok((host.as_str(), port).to_socket_addrs().await?.collect())
    }

    async fn connect(to: SocketAddr) -> io::Result<Self::Stream> {
        let stream = async_std::net::TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    async fn sleep(time: Duration) {
        async_std::task::sleep(time).await;
    }

    async fn unblock(work: Box<dyn FnOnce() + Send>) {
        async_std::task::spawn_blocking(work).await;
    }
}
