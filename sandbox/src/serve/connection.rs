//! One connection: requests one after the other until either side ends it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::Shared;
use super::read_request::{Incoming, ReadError, Reader};
use super::write_answer::{bytes_of, simple};
use crate::fault::Reply;

/// How long a connection may be idle, and how long a write may take.
const IDLE: Duration = Duration::from_secs(90);
const WRITE: Duration = Duration::from_secs(30);

pub(super) fn serve(shared: &Shared, stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(IDLE));
    let _ = stream.set_write_timeout(Some(WRITE));
    let mut reader = Reader::new(stream);
    while !shared.stopping() {
        match reader.next() {
            Ok(Some(incoming)) => {
                if !answer(shared, stream, incoming) {
                    break;
                }
            }
            Ok(None) | Err(ReadError::Gone) => break,
            Err(ReadError::Bad(status)) => {
                refuse(stream, status);
                break;
            }
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

/// Says why a request is not read, and hears it out for a while: closing on unread bytes would take the answer back.
fn refuse(mut stream: &TcpStream, status: u16) {
    let _ = stream.write_all(&simple(status));
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let mut sink = [0; 8192];
    for _ in 0..512 {
        if !matches!(stream.read(&mut sink), Ok(count) if count > 0) {
            return;
        }
    }
}

/// Answers one request; false when the connection ends.
fn answer(shared: &Shared, mut stream: &TcpStream, incoming: Incoming) -> bool {
    let Incoming { request, keep_alive, gzip, head_only } = incoming;
    let exchange = shared.with(|clore, now| clore.exchange(now, request));
    if !exchange.delay.is_zero() && !shared.sleep(exchange.delay) {
        return false;
    }
    match exchange.reply {
        Reply::Answer(response) => {
            let bytes = bytes_of(response, keep_alive, gzip, head_only);
            stream.write_all(&bytes).is_ok() && keep_alive
        }
        Reply::Cut(response, count) => {
            let bytes = bytes_of(response, keep_alive, gzip, head_only);
            let _ = stream.write_all(&bytes[..count.min(bytes.len())]);
            false
        }
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes);
            false
        }
        Reply::Closed => false,
        Reply::Never => {
            // Until the client goes, or the server stops and shuts the stream.
            let _ = stream.set_read_timeout(None);
            let mut sink = [0; 1024];
            while matches!(stream.read(&mut sink), Ok(count) if count > 0) {}
            false
        }
    }
}
