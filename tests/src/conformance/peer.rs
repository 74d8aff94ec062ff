//! [`Peer`]: a hostile server on a loopback socket. It does one thing to the requests of one call, and answers all others
//! as a service would that knows one order, which is over.

use super::wire;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What is done to a request.
#[derive(Clone, Debug)]
pub enum Play {
    /// These bytes, and the connection is closed.
    Bytes(Arc<[u8]>),
    /// These bytes, and then the second ones over and over, with a pause of so many milliseconds before each.
    Endless(Arc<[u8]>, Arc<[u8]>, u64),
    /// Nothing, and the connection stays open.
    Silence,
    /// The connection is reset, the request unread.
    Reset,
    /// The connection that the request came on has been idle, and is closed as it comes; a fresh one is answered well.
    Stale,
    /// There is no server: the client goes to this address.
    Nowhere(&'static str),
}

impl Play {
    /// These bytes.
    #[must_use]
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        Self::Bytes(bytes.as_ref().into())
    }
}

/// The server, for as long as the process lives.
#[derive(Clone, Debug)]
pub struct Peer {
    url: String,
    heard: Arc<AtomicUsize>,
}

impl Peer {
    /// Starts it, for requests to `call`; `good` is what a fresh connection is answered in [`Play::Stale`].
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start(call: &'static str, play: &Play, good: &'static str) -> Self {
        if let Play::Nowhere(url) = play {
            return Self { url: (*url).to_owned(), heard: Arc::default() };
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let peer = Self { url, heard: Arc::default() };
        let (serving, play) = (peer.clone(), play.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serving, play) = (serving.clone(), play.clone());
                std::thread::spawn(move || serving.serve(stream, call, &play, good));
            }
        });
        peer
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests to the call came.
    #[must_use]
    pub fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }

    fn serve(&self, mut stream: TcpStream, call: &str, play: &Play, good: &str) {
        let _ = stream.set_nodelay(true);
        let mut carry = Vec::new();
        let mut before = 0;
        loop {
            if matches!(play, Play::Reset) {
                let mut first = [0; 256];
                let Ok(got @ 1..) = stream.peek(&mut first) else { return };
                if String::from_utf8_lossy(first.get(..got).unwrap_or_default()).contains(call) {
                    self.heard.fetch_add(1, Ordering::SeqCst);
                    // Closing with bytes unread resets.
                    return;
                }
            }
            let Some(incoming) = wire::read(&mut stream, &mut carry) else { return };
            if incoming.call() == call {
                if matches!(play, Play::Stale) && before > 0 {
                    return;
                }
                self.heard.fetch_add(1, Ordering::SeqCst);
                return act(stream, play, good);
            }
            if stream.write_all(&answer(other(&incoming))).is_err() {
                return;
            }
            before += 1;
            if matches!(play, Play::Stale) {
                // The idle connection goes away; its client has not been told when it is next looked at.
                return;
            }
        }
    }
}

/// What is said to a request that the fault is not for.
fn other(incoming: &wire::Incoming) -> &'static str {
    match incoming.target.as_str() {
        target if target.contains("return_completed=true") => {
            r#"{"orders":[{"id":7,"si":40,"expired":true}],"code":0}"#
        }
        _ => r#"{"orders":[],"code":0}"#,
    }
}

/// A good answer with this body.
#[must_use]
pub fn answer(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn act(mut stream: TcpStream, play: &Play, good: &str) {
    match play {
        Play::Bytes(bytes) => {
            let _ = stream.write_all(bytes);
            wire::close_gently(stream);
        }
        Play::Endless(first, more, pause) => {
            let mut going = stream.write_all(first).is_ok();
            while going {
                std::thread::sleep(Duration::from_millis(*pause));
                going = stream.write_all(more).is_ok();
            }
        }
        Play::Silence => while matches!(std::io::Read::read(&mut stream, &mut [0; 64]), Ok(1..)) {},
        Play::Stale => {
            let _ = stream.write_all(&answer(good));
            wire::close_gently(stream);
        }
        Play::Reset | Play::Nowhere(_) => {}
    }
}
