//! [`Hostile`]: a server on a loopback socket that answers each request with the bytes it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A whole HTTP answer, head included.
#[derive(Clone, Debug)]
pub struct Answer(pub Vec<u8>);

impl Answer {
    /// An answer of this status, with these further header lines and this body; it ends its connection.
    #[must_use]
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut head =
            format!("HTTP/1.1 {status} So\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        Self([format!("{head}\r\n").as_bytes(), body].concat())
    }

    /// Status 200 and this body, said to be JSON.
    #[must_use]
    pub fn json(body: impl AsRef<[u8]>) -> Self {
        Self::new(200, &[("content-type", "application/json")], body)
    }
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Such as `create_order`: without `/v1/` and without the query.
    pub call: String,
    /// The head as sent.
    pub head: String,
    /// The body as sent.
    pub body: Vec<u8>,
}

/// A server that answers as it is told, for as long as the process lives.
#[derive(Clone, Debug)]
pub struct Hostile {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Hostile {
    /// Starts it. `answer` gets the call and how many requests for it came before.
    ///
    /// # Panics
    /// When there is no free port.
    pub fn start(answer: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { url, seen }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Every request so far.
    ///
    /// # Panics
    /// When a thread of it did.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests for this call came.
    #[must_use]
    pub fn count(&self, call: &str) -> usize {
        self.seen().iter().filter(|seen| seen.call == call).count()
    }
}

fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Seen>>, answer: &dyn Fn(&str, usize) -> Answer) {
    let Some(request) = read(&mut stream) else { return };
    let call = request.call.clone();
    let before = {
        let mut kept = kept.lock().unwrap();
        kept.push(request);
        kept.iter().filter(|seen| seen.call == call).count().saturating_sub(1)
    };
    // Whoever stops reading early closes: no failure of this server.
    let _ = stream.write_all(&answer(&call, before).0);
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let got = stream.read(&mut chunk).ok().filter(|got| *got > 0)?;
        bytes.extend_from_slice(chunk.get(..got)?);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let (head, body) = bytes.split_at(end + 4);
        let head = String::from_utf8_lossy(head).into_owned();
        let length = |line: &str| -> Option<usize> {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        };
        if body.len() >= head.lines().find_map(length).unwrap_or(0) {
            let path = head.split(' ').nth(1)?.split('?').next()?;
            let call = path.strip_prefix("/v1/").unwrap_or(path).to_owned();
            return Some(Seen { call, body: body.to_vec(), head });
        }
    }
}
