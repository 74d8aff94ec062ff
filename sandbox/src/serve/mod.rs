//! The sandbox behind a loopback socket: threads, keep-alive, and a clock that may run faster than the wall's.
//!
//! ```text
//! acceptor ─► a thread per connection: read ─► lock, take the time, exchange, unlock ─► wait if told to ─► write
//! ```
//!
//! The only place of the crate that reads a clock. The state is never locked while a thread sleeps, reads or writes;
//! the time of an arrival is taken under the lock, so arrivals are in order.

mod connection;
mod read_request;
mod write_answer;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::clore::Clore;
use crate::fault::Fault;
use crate::options::Options;
use crate::rentals::Rental;
use crate::request_log::Logged;

/// A sandbox on a socket. It stops when dropped.
///
/// ```
/// use std::io::{Read, Write};
/// use clore_sandbox::{Options, Server};
///
/// let server = Server::start(Options::new().servers(10), "127.0.0.1:0")?;
/// let address = server.url();
/// let mut stream = std::net::TcpStream::connect(address.trim_start_matches("http://"))?;
/// write!(stream, "GET /v1/wallets HTTP/1.1\r\nhost: sandbox\r\nauth: {}\r\nconnection: close\r\n\r\n", server.key())?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// assert!(answer.ends_with(r#""code":0}"#));
/// assert_eq!(server.requests().len(), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    key: String,
    acceptor: Option<JoinHandle<()>>,
}

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct ServerBuilder {
    options: Options,
    speed: f64,
}

struct Shared {
    state: Mutex<State>,
    started: Instant,
    speed: f64,
    stop: AtomicBool,
    stopped: (Mutex<()>, Condvar),
    accepted: AtomicU64,
    open: Mutex<HashMap<u64, Open>>,
}

struct State {
    clore: Clore,
    /// How far the clock was moved by hand.
    jumped: Duration,
}

/// A connection's entry, taken out and its stream shut whatever way its thread ends.
struct Entry<'a> {
    shared: &'a Shared,
    id: u64,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        if let Some(open) = locked(&self.shared.open).remove(&self.id) {
            let _ = open.stream.shutdown(std::net::Shutdown::Both);
        }
    }
}

struct Open {
    stream: Arc<TcpStream>,
    thread: Option<JoinHandle<()>>,
}

/// A panic in one thread must not make the others panic: what the lock guards stays usable.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// Works on the state with its clock set to now.
    fn with<T>(&self, work: impl FnOnce(&mut Clore, Duration) -> T) -> T {
        let mut state = locked(&self.state);
        let elapsed = Duration::try_from_secs_f64(self.started.elapsed().as_secs_f64() * self.speed);
        let now = elapsed.unwrap_or(Duration::MAX).saturating_add(state.jumped);
        state.clore.advance(now);
        work(&mut state.clore, now)
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Sleeps by the wall's clock; false when the server stopped meanwhile.
    fn sleep(&self, time: Duration) -> bool {
        let (lock, signal) = &self.stopped;
        let guard = locked(lock);
        let slept = signal.wait_timeout_while(guard, time, |()| !self.stopping());
        drop(slept.unwrap_or_else(PoisonError::into_inner));
        !self.stopping()
    }
}

impl Server {
    /// Starts a sandbox on an address; port 0 takes a free one. Its clock runs as fast as the wall's.
    ///
    /// # Errors
    /// When the address cannot be listened on, or no thread can be started.
    pub fn start(options: Options, listen: impl ToSocketAddrs) -> io::Result<Server> {
        Server::builder(options).start(listen)
    }

    /// A server that is set up further.
    pub fn builder(options: Options) -> ServerBuilder {
        ServerBuilder { options, speed: 1.0 }
    }

    /// `http://127.0.0.1:PORT`, without `/v1` and without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.reachable())
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key it accepts.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The sandbox's time.
    pub fn now(&self) -> Duration {
        self.shared.with(|_, now| now)
    }

    /// Moves the sandbox's clock forward.
    pub fn advance(&self, time: Duration) {
        {
            let mut state = locked(&self.shared.state);
            state.jumped = state.jumped.saturating_add(time);
        }
        self.shared.with(|_, _| {});
    }

    /// What was really rented, as it stands now.
    pub fn ledger(&self) -> Vec<Rental> {
        self.shared.with(|clore, _| clore.ledger())
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Logged> {
        self.shared.with(|clore, _| clore.requests())
    }

    /// How many connections were ever accepted.
    pub fn connections(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// Works on the sandbox itself, its clock set to now. While it does, no request is answered.
    pub fn with<T>(&self, work: impl FnOnce(&mut Clore) -> T) -> T {
        self.shared.with(|clore, _| work(clore))
    }

    /// Scripts one more fault; its requests are counted from now on.
    pub fn fault(&self, fault: Fault) {
        self.with(|clore| clore.faults().push(fault));
    }

    fn reachable(&self) -> SocketAddr {
        reachable(self.address)
    }
}

/// An address that can be connected to, of one that was listened on.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

impl ServerBuilder {
    /// How many seconds of its clock pass in a second of the wall's. What is no positive number counts as 1.
    pub fn speed(mut self, speed: f64) -> ServerBuilder {
        self.speed = if speed.is_finite() && speed > 0.0 { speed.min(1e6) } else { 1.0 };
        self
    }

    /// Adds one scripted fault.
    pub fn fault(mut self, fault: Fault) -> ServerBuilder {
        self.options = self.options.fault(fault);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the address cannot be listened on, or no thread can be started.
    pub fn start(self, listen: impl ToSocketAddrs) -> io::Result<Server> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let mut clore = Clore::new(self.options);
        clore.options.public_url.get_or_insert_with(|| format!("http://{}", reachable(address)));
        let key = clore.key().to_owned();
        let shared = Arc::new(Shared {
            state: Mutex::new(State { clore, jumped: Duration::ZERO }),
            started: Instant::now(),
            speed: self.speed,
            stop: AtomicBool::new(false),
            stopped: (Mutex::new(()), Condvar::new()),
            accepted: AtomicU64::new(0),
            open: Mutex::new(HashMap::new()),
        });
        let for_thread = Arc::clone(&shared);
        let acceptor = thread::Builder::new()
            .name("clore-sandbox".to_owned())
            .spawn(move || accept(&listener, &for_thread))?;
        Ok(Server { shared, address, key, acceptor: Some(acceptor) })
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        if shared.stopping() {
            return;
        }
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, most likely: others may end meanwhile.
            shared.sleep(Duration::from_millis(20));
            continue;
        };
        let id = shared.accepted.fetch_add(1, Ordering::SeqCst);
        let stream = Arc::new(stream);
        let (for_thread, its_stream) = (Arc::clone(shared), Arc::clone(&stream));
        // Registered before it runs, so that a connection that ends at once finds its entry.
        locked(&shared.open).insert(id, Open { stream, thread: None });
        let spawned = thread::Builder::new().name(format!("clore-sandbox {id}")).spawn(move || {
            let _entry = Entry { shared: &for_thread, id };
            connection::serve(&for_thread, &its_stream);
        });
        let mut open = locked(&shared.open);
        match (spawned, open.get_mut(&id)) {
            (Ok(thread), Some(entry)) => entry.thread = Some(thread),
            (Ok(_), None) => {}
            (Err(_), _) => {
                open.remove(&id);
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        {
            let _guard = locked(&self.shared.stopped.0);
            self.shared.stopped.1.notify_all();
        }
        // The acceptor waits in `accept`: a connection wakes it.
        let woken = TcpStream::connect_timeout(&self.reachable(), Duration::from_secs(1)).is_ok();
        if let Some(acceptor) = self.acceptor.take()
            && (woken || acceptor.is_finished())
        {
            let _ = acceptor.join();
        }
        let open: Vec<Open> = locked(&self.shared.open).drain().map(|(_, open)| open).collect();
        for connection in &open {
            let _ = connection.stream.shutdown(std::net::Shutdown::Both);
        }
        for thread in open.into_iter().filter_map(|connection| connection.thread) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("url", &self.url())
            .field("speed", &self.shared.speed)
            .finish_non_exhaustive()
    }
}
