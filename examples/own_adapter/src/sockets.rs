//! [`Sockets`]: core on bare sockets of the standard library, without any HTTP library. The manual builds it step by
//! step (`clore_core::manual::own_runtime`).
//!
//! It speaks plain http only, one connection per call; https is left to the reader, who wraps the stream of
//! `connect` into a TLS one. Until then core refuses to send the key to any host but this machine.

use clore_core::drive::BlockingTransport;
use clore_core::effect::Delivery::{NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use clore_core::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use clore_core::op::{Exchange, Inbox};
use clore_core::time::{Moment, UnixTime};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri, header};
use std::io::{self, BufRead, BufReader, ErrorKind::InvalidData as ODD, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::sync::mpsc::{Sender, channel};
use std::time::{Instant, SystemTime};

/// When its clock started, and where intents go: in memory, so not for real money across a crash.
pub struct Sockets(pub Instant, pub MemoryJournal);

/// A connection that is shut down at `until`, whatever drips in or out, for as long as the sender beside it is kept.
fn connect(to: &Uri, until: Instant) -> io::Result<(TcpStream, Sender<()>)> {
    let left = || until.saturating_duration_since(Instant::now());
    let host = to.host().filter(|_| to.scheme_str() == Some("http")).ok_or(io::ErrorKind::Unsupported)?;
    let (host, port) = (host.trim_matches(['[', ']']).to_owned(), to.port_u16().unwrap_or(80));
    // The system's look-up knows no deadline, so it gets a thread that may outlive the call.
    let (tell, told) = channel();
    std::thread::spawn(move || tell.send((host, port).to_socket_addrs().map(Vec::from_iter)));
    let addresses = told.recv_timeout(left()).map_err(|_| io::ErrorKind::TimedOut)??;
    let connected = addresses.iter().find_map(|to| TcpStream::connect_timeout(to, left()).ok());
    let stream = connected.ok_or(io::ErrorKind::ConnectionRefused)?;
    let (keep, kept) = channel();
    let (closing, time) = (stream.try_clone()?, left());
    std::thread::spawn(move || (kept.recv_timeout(time).is_ok(), closing.shutdown(Shutdown::Both)));
    Ok((stream, keep))
}

fn write(request: &Request<Vec<u8>>, to: &mut impl Write) -> io::Result<()> {
    let (host, path) = (request.uri().authority().ok_or(ODD)?, request.uri().path_and_query().ok_or(ODD)?);
    let mut bytes = format!("{} {path} HTTP/1.1\r\nhost: {host}\r\n", request.method()).into_bytes();
    for (name, value) in request.headers().iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    write!(bytes, "content-length: {}\r\nconnection: close\r\n\r\n", request.body().len())?;
    to.write_all(&[&bytes[..], request.body()].concat())
}

/// A line without its end; one that is cut off or too long is a failure.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    from.take(16 << 10).read_until(b'\n', &mut line)?;
    let line = line.strip_suffix(b"\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(String::from_utf8_lossy(line).trim_end_matches('\r').to_owned())
}

/// Exactly so many bytes of the body; fewer are a cut.
fn push(from: &mut impl BufRead, bytes: u64, inbox: &mut Inbox<'_>) -> io::Result<()> {
    let (mut from, mut chunk) = (from.take(bytes), [0; 16 << 10]);
    while let read @ 1.. = from.read(&mut chunk)? {
        inbox.data(&chunk[..read])?;
    }
    if from.limit() == 0 { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// A head of at most 64 KiB, then a body in chunks or of a stated length. One that only ends with the connection could
/// not be told from a cut one, so it is refused; nobody asked for trailers either.
fn answer(mut from: impl BufRead, inbox: &mut Inbox<'_>) -> io::Result<()> {
    let mut top = from.by_ref().take(64 << 10);
    let status = line(&mut top)?.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    let (status, mut headers): (StatusCode, _) = (status.ok_or(ODD)?, HeaderMap::new());
    while let Some((name, value)) = line(&mut top)?.split_once(':') {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| ODD)?;
        headers.append(name, HeaderValue::from_str(value.trim()).map_err(|_| ODD)?);
    }
    inbox.head(status, &headers)?;
    if !headers.contains_key(header::TRANSFER_ENCODING) {
        let length =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        return push(&mut from, length.ok_or(ODD)?, inbox);
    }
    let mut size = 1;
    while size > 0 {
        let digits = line(&mut from)?;
        size = u64::from_str_radix(digits.split(';').next().unwrap_or("").trim(), 16).map_err(|_| ODD)?;
        push(&mut from, size, inbox)?;
        line(&mut from)?.is_empty().then_some(()).ok_or(ODD)?;
    }
    Ok(())
}

impl BlockingTransport for Sockets {
    fn now(&self) -> Moment {
        Moment::from_origin(self.0.elapsed())
    }
    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let until = Instant::now() + exchange.deadline.since(self.now());
        let failed = |delivery, error: io::Error| match Instant::now() < until {
            true => Failure::new(delivery, FailureKind::Io(error.kind()), ""),
            false => Failure::new(delivery, FailureKind::Timeout, ""),
        };
        let connected = connect(exchange.request.uri(), until);
        let (mut stream, _keep) = connected.map_err(|why| failed(NotSent, why))?;
        // From the first byte on the request may have arrived, whatever goes wrong.
        let sent = write(&exchange.request, &mut stream).and_then(|()| answer(BufReader::new(stream), inbox));
        sent.map_err(|why| failed(Unknown, why))
    }
    fn sleep_until(&self, moment: Moment) {
        std::thread::park_timeout(moment.since(self.now()));
    }
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.1.record(record)
    }
    fn wall(&self) -> Option<UnixTime> {
        Some(UnixTime::from_seconds(SystemTime::UNIX_EPOCH.elapsed().ok()?.as_secs().try_into().ok()?))
    }
    fn entropy(&self) -> [u8; 32] {
        std::array::from_fn(|_| getrandom::u32().expect("the system gives random bytes").to_be_bytes()[0])
    }
}
