//! Run core on nothing but sockets, step by step.
//!
//! [`own_adapter`](super::own_adapter) puts core on an HTTP library. Here is what such a library does, as far as core
//! needs it: `examples/own_adapter/src/sockets.rs` is the whole, in under 100 lines of code, with tests that cut and drip
//! its answers. On another runtime (an embedded one, a green-thread library) only the sockets change. It speaks plain
//! http; for https put a TLS stream around the socket. Until then core refuses to send the key to any host but this
//! machine, and tells so when the [`Config`](crate::config::Config) is built.
//!
//! # 1. One deadline over everything
//!
//! A timeout per read is none: who sends a byte now and then holds the call for ever. So the time is counted once, and a
//! second thread shuts the socket down when it is over. Whatever is being read or written ends then. The sender that is
//! given back ends that thread when the exchange is over.
//!
//! ```
//! use std::net::{Shutdown, TcpStream};
//! use std::sync::mpsc::{Sender, channel};
//! use std::time::{Duration, Instant};
//!
//! fn shut_at(until: Instant, stream: &TcpStream) -> std::io::Result<Sender<()>> {
//!     let (keep, kept) = channel();
//!     let (closing, left) = (stream.try_clone()?, until.saturating_duration_since(Instant::now()));
//!     std::thread::spawn(move || (kept.recv_timeout(left).is_ok(), closing.shutdown(Shutdown::Both)));
//!     Ok(keep)
//! }
//! # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let mut stream = TcpStream::connect(listener.local_addr()?)?;
//! # let _keep = shut_at(Instant::now() + Duration::from_millis(20), &stream)?;
//! # assert_eq!(std::io::Read::read(&mut stream, &mut [0])?, 0);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Name look-up belongs to the deadline too. The system's cannot be interrupted, so the example lets a thread do it and
//! waits for the thread only as long as there is time.
//!
//! # 2. A cut must look like one
//!
//! The end of a connection is no end of an answer. A line is whole when its line feed came; a body of a stated length
//! when all of it came; a chunked one when its chunk of size 0 came. A body that ends with the connection alone could not
//! be told from a cut one, so the example refuses it.
//!
//! ```
//! use clore_core::op::Inbox;
//! use std::io::{self, BufRead, Read};
//!
//! fn line(from: &mut impl BufRead) -> io::Result<String> {
//!     let mut line = Vec::new();
//!     from.take(16 << 10).read_until(b'\n', &mut line)?;
//!     let line = line.strip_suffix(b"\n").ok_or(io::ErrorKind::UnexpectedEof)?;
//!     Ok(String::from_utf8_lossy(line).trim_end_matches('\r').to_owned())
//! }
//!
//! fn push(from: &mut impl BufRead, bytes: u64, inbox: &mut Inbox<'_>) -> io::Result<()> {
//!     let (mut from, mut chunk) = (from.take(bytes), [0; 16 << 10]);
//!     while let read @ 1.. = from.read(&mut chunk)? {
//!         inbox.data(&chunk[..read])?;
//!     }
//!     if from.limit() == 0 { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
//! }
//!
//! fn push_chunks(from: &mut impl BufRead, inbox: &mut Inbox<'_>) -> io::Result<()> {
//!     let odd = io::ErrorKind::InvalidData;
//!     let mut size = 1;
//!     while size > 0 {
//!         let digits = line(from)?;
//!         size = u64::from_str_radix(digits.split(';').next().unwrap_or("").trim(), 16).map_err(|_| odd)?;
//!         push(from, size, inbox)?;
//!         line(from)?.is_empty().then_some(()).ok_or(odd)?;
//!     }
//!     Ok(())
//! }
//! # assert!(line(&mut &b"HTTP/1.1 200 OK"[..]).is_err());
//! # assert_eq!(line(&mut &b"HTTP/1.1 200 OK\r\n"[..])?, "HTTP/1.1 200 OK");
//! # Ok::<(), io::Error>(())
//! ```
//!
//! Each `?` on the inbox ends the exchange when core has enough, or has seen too much. All that is kept in memory has a
//! bound: a line, the head, one chunk of the body.
//!
//! # 3. Say how far it got
//!
//! Before the first byte of the request is written a failure is [`NotSent`](crate::effect::Delivery::NotSent), and core
//! may try again. From then on it is [`Unknown`](crate::effect::Delivery::Unknown), whatever went wrong: a wrong "never
//! sent" pays twice, a needless "unknown" costs a few readings. When the time is over the failure is a timeout, whatever
//! the shut socket said.
//!
//! ```
//! use clore_core::effect::Delivery;
//! use clore_core::error::{Failure, FailureKind};
//! use std::time::Instant;
//!
//! fn failed(until: Instant, delivery: Delivery, error: std::io::Error) -> Failure {
//!     match Instant::now() < until {
//!         true => Failure::new(delivery, FailureKind::Io(error.kind()), ""),
//!         false => Failure::new(delivery, FailureKind::Timeout, ""),
//!     }
//! }
//! ```
//!
//! # 4. Put it together
//!
//! [`exchange`](crate::drive::BlockingTransport::exchange) connects, writes the request with `connection: close`, reads
//! the head into [`Inbox::head`](crate::op::Inbox::head) and the body as above. One connection per call costs a round trip
//! and saves every question about connections that went stale. The other methods are the clock, a sleep that ends when
//! its thread is unparked, the journal and 32 bytes of the system's randomness. Then hand it to
//! [`run_blocking`](crate::drive::run_blocking), as [`own_adapter`](super::own_adapter) shows.
