//! [`Knife`]: a server that cuts the first connection after it was armed, and answers all others well.

use crate::conformance::wire;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cut {
    /// After so many bytes of the request, which is not acted on.
    Request(usize),
    /// The request is acted on; after so many bytes of the answer.
    Answer(usize),
}

#[derive(Default)]
struct State {
    armed: Option<Cut>,
    /// Bytes of the last whole request of an armed connection.
    request: usize,
    /// How many requests of armed connections, and of those after them to the same call, were acted on.
    acted: usize,
    call: String,
}

pub(super) struct Knife {
    url: String,
    state: Arc<Mutex<State>>,
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Knife {
    pub(super) fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::<Mutex<State>>::default();
        let serving = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let armed = locked(&serving).armed.take();
                // One after the other: a client has one exchange at a time.
                match armed {
                    Some(cut) => cut_off(stream, cut, &answer, &serving),
                    None => go_on(stream, &serving),
                }
            }
        });
        Self { url, state }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The next connection is cut there.
    pub(super) fn arm(&self, cut: Cut) {
        let mut state = locked(&self.state);
        (state.armed, state.acted) = (Some(cut), 0);
    }

    /// How long the request was that was cut, and how often it was acted on since the knife was armed.
    pub(super) fn heard(&self) -> (usize, usize) {
        let state = locked(&self.state);
        (state.request, state.acted)
    }
}

fn cut_off(mut stream: TcpStream, cut: Cut, answer: &[u8], state: &Mutex<State>) {
    match cut {
        Cut::Request(bytes) => {
            let mut read = 0;
            let mut one = [0; 1];
            while read < bytes && matches!(stream.read(&mut one), Ok(1)) {
                read += 1;
            }
        }
        Cut::Answer(bytes) => {
            let mut carry = Vec::new();
            let mut counted = Counted { stream: &stream, bytes: 0 };
            let Some(incoming) = wire::read(&mut counted, &mut carry) else { return };
            {
                let mut state = locked(state);
                (state.request, state.call) = (counted.bytes, incoming.call().to_owned());
                state.acted += 1;
            }
            let _ = stream.write_all(answer.get(..bytes).unwrap_or(answer));
        }
    }
}

/// A service that knows one order, which is over; each connection carries one request.
fn go_on(mut stream: TcpStream, state: &Mutex<State>) {
    let Some(incoming) = wire::read(&mut stream, &mut Vec::new()) else { return };
    {
        let mut state = locked(state);
        state.acted += usize::from(incoming.call() == state.call);
    }
    let body = if incoming.target.contains("return_completed=true") {
        r#"{"orders":[{"id":7,"si":40,"expired":true}],"code":0}"#
    } else {
        r#"{"orders":[],"code":0}"#
    };
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
}

struct Counted<'a> {
    stream: &'a TcpStream,
    bytes: usize,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(into)?;
        self.bytes += read;
        Ok(read)
    }
}
