//! [`Counting`]: a server on a loopback socket that notes when each request arrives, and answers `{"code":0}`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// One request as it arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// When its head was whole, on the monotonic clock.
    pub at: Instant,
    /// Path and query.
    pub path: String,
}

/// A server that counts, for as long as the process lives. It keeps connections open.
#[derive(Clone, Debug)]
pub struct Counting {
    address: SocketAddr,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Counting {
    /// Starts it.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let arrivals = Arc::<Mutex<Vec<Arrival>>>::default();
        let kept = Arc::clone(&arrivals);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || serve(stream, &kept));
            }
        });
        Self { address, arrivals }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order in which they arrived.
    ///
    /// # Panics
    /// When a thread of it did.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }

    /// The least time between two arrivals.
    #[must_use]
    pub fn least_gap(&self) -> Option<Duration> {
        let arrivals = self.arrivals();
        arrivals.iter().zip(arrivals.iter().skip(1)).map(|(one, next)| next.at - one.at).min()
    }
}

fn serve(mut stream: TcpStream, arrivals: &Mutex<Vec<Arrival>>) {
    let _ = stream.set_nodelay(true);
    let (mut head, mut chunk) = (Vec::new(), [0; 4096]);
    // Whoever goes away in the middle: no failure of this server.
    while let Ok(read @ 1..) = stream.read(&mut chunk) {
        head.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
        {
            let mut arrivals = arrivals.lock().unwrap();
            arrivals.push(Arrival { at: Instant::now(), path });
        }
        head.clear();
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{\"code\":0}";
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}
