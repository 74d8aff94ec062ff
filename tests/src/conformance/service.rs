//! [`Service`]: the sandbox behind a loopback socket, on a clock that its requests move.
//!
//! Each request arrives six seconds of the sandbox's after the one before, however long it really took. So what the
//! service answers depends on what it was asked and on nothing else, and two adapters can be compared byte by byte.

use super::trace::Log;
use super::wire::{self, Incoming};
use clore_sandbox::{Clore, Options, Reply};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The sandbox's time between two requests: more than it wants between creates, less than a snapshot may be old.
const STEP: Duration = Duration::from_secs(6);
/// Headers that HTTP libraries add by themselves; all others are ours and are compared.
const THEIRS: [&str; 5] = ["host", "accept", "accept-encoding", "connection", "content-length"];

/// The sandbox, what it heard, and where it listens.
#[derive(Clone, Debug)]
pub struct Service {
    clore: Arc<Mutex<Clore>>,
    log: Log,
    url: String,
    key: String,
}

impl Service {
    /// Starts it; it listens for as long as the process lives.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = Self::without_socket(options, &url);
        let served = service.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                std::thread::spawn(move || served.serve(stream));
            }
        });
        service
    }

    /// The same without a socket: it calls itself `url`, and is asked by [`Service::reply`].
    #[must_use]
    pub fn without_socket(options: Options, url: &str) -> Self {
        let clore = Clore::new(options.public_url(url));
        let (url, key) = (url.to_owned(), clore.key().to_owned());
        Self { clore: Arc::new(Mutex::new(clore)), log: Log::default(), url, key }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The key it accepts.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it notes in, and others may too.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Works on the sandbox itself.
    pub fn with<T>(&self, work: impl FnOnce(&mut Clore) -> T) -> T {
        work(&mut self.clore.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes a request and answers it.
    pub fn reply(&self, incoming: &Incoming) -> Reply {
        self.note(incoming);
        self.with(|clore| clore.exchange(clore.now() + STEP, incoming.request()).reply)
    }

    fn note(&self, incoming: &Incoming) {
        let Incoming { method, target, headers, body } = incoming;
        let mut ours: Vec<String> = Vec::new();
        for (name, value) in headers.iter().filter(|(name, _)| !THEIRS.contains(&&**name)) {
            let value = if *value == self.key { "(the key)" } else { value };
            ours.push(format!("{name}: {value}"));
        }
        ours.sort();
        let body = String::from_utf8_lossy(body);
        self.log.note(format_args!("server hears {method} {target} [{}] {body}", ours.join(", ")));
    }

    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut carry = Vec::new();
        while let Some(incoming) = wire::read(&mut stream, &mut carry) {
            let gzip = incoming.header("accept-encoding").is_some_and(|codings| codings.contains("gzip"));
            if !play(&mut stream, self.reply(&incoming), gzip) {
                return wire::close_gently(stream);
            }
        }
    }
}

/// Writes what the client is to see; false when that ends the connection.
fn play(stream: &mut TcpStream, reply: Reply, gzip: bool) -> bool {
    use std::io::Write;
    match reply {
        Reply::Answer(answer) => stream.write_all(&wire::bytes_of(&answer, gzip).0).is_ok(),
        Reply::Cut(answer, whole) => {
            let (bytes, _) = wire::bytes_of(&answer, false);
            let _ = stream.write_all(bytes.get(..whole).unwrap_or(&bytes));
            false
        }
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            false
        }
        Reply::Never => {
            // Until the client goes.
            while matches!(std::io::Read::read(stream, &mut [0; 64]), Ok(1..)) {}
            false
        }
        _ => false,
    }
}
