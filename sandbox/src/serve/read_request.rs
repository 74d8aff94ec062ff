//! Reading requests from a connection: heads by httparse, bodies by length or in chunks, both within caps.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use http::{Method, Request};

/// Longest head and body that are read.
const HEAD_CAP: usize = 64 * 1024;
const BODY_CAP: usize = 1024 * 1024;
const MOST_HEADERS: usize = 100;

/// A request and what its connection needs to know.
pub(super) struct Incoming {
    pub(super) request: Request<Vec<u8>>,
    pub(super) keep_alive: bool,
    pub(super) gzip: bool,
    pub(super) head_only: bool,
}

pub(super) enum ReadError {
    /// The other side is gone, or was idle too long.
    Gone,
    /// Not acceptable HTTP: answered with this status, then closed.
    Bad(u16),
}

enum Body {
    Length(usize),
    Chunked,
}

struct Head {
    length: usize,
    request: http::request::Builder,
    body: Body,
    keep_alive: bool,
    gzip: bool,
    head_only: bool,
    expects_continue: bool,
}

pub(super) struct Reader<'a> {
    stream: &'a TcpStream,
    /// Bytes that were read and not used yet.
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(stream: &'a TcpStream) -> Reader<'a> {
        Reader { stream, buffer: Vec::new() }
    }

    /// The next request; None when the connection ended between two.
    pub(super) fn next(&mut self) -> Result<Option<Incoming>, ReadError> {
        let head = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            if self.buffer.len() >= HEAD_CAP {
                return Err(ReadError::Bad(431));
            }
            if !self.fill()? {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ReadError::Gone) };
            }
        };
        self.buffer.drain(..head.length);
        if head.expects_continue && self.buffer.is_empty() {
            let mut stream = self.stream;
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(|_| ReadError::Gone)?;
        }
        let body = match head.body {
            Body::Length(length) if length > BODY_CAP => return Err(ReadError::Bad(413)),
            Body::Length(length) => self.take(length)?,
            Body::Chunked => self.chunks()?,
        };
        let request = head.request.body(body).map_err(|_| ReadError::Bad(400))?;
        Ok(Some(Incoming {
            request,
            keep_alive: head.keep_alive,
            gzip: head.gzip,
            head_only: head.head_only,
        }))
    }

    /// Reads some more; false at the end.
    fn fill(&mut self) -> Result<bool, ReadError> {
        let mut some = [0; 8192];
        let mut stream = self.stream;
        loop {
            match stream.read(&mut some) {
                Ok(count) => {
                    self.buffer.extend_from_slice(&some[..count]);
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(ReadError::Gone),
            }
        }
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>, ReadError> {
        while self.buffer.len() < length {
            if !self.fill()? {
                return Err(ReadError::Gone);
            }
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// One line without its end.
    fn line(&mut self) -> Result<Vec<u8>, ReadError> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let mut line = self.take(end + 2)?;
                line.truncate(end);
                return Ok(line);
            }
            if self.buffer.len() > 4096 {
                return Err(ReadError::Bad(400));
            }
            if !self.fill()? {
                return Err(ReadError::Gone);
            }
        }
    }

    fn chunks(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = std::str::from_utf8(&line)
                .ok()
                .and_then(|line| line.split(';').next())
                .and_then(|size| usize::from_str_radix(size.trim(), 16).ok())
                .ok_or(ReadError::Bad(400))?;
            if size == 0 {
                let mut trailers = 0;
                while !self.line()?.is_empty() {
                    trailers += 1;
                    if trailers > MOST_HEADERS {
                        return Err(ReadError::Bad(431));
                    }
                }
                return Ok(body);
            }
            if size > BODY_CAP || body.len() + size > BODY_CAP {
                return Err(ReadError::Bad(413));
            }
            body.append(&mut self.take(size)?);
            if !self.line()?.is_empty() {
                return Err(ReadError::Bad(400));
            }
        }
    }
}

fn parse_head(buffer: &[u8]) -> Result<Option<Head>, ReadError> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(ReadError::Bad(431)),
        Err(_) => return Err(ReadError::Bad(400)),
    };
    let method = parsed.method.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    let method = method.ok_or(ReadError::Bad(400))?;
    let newer = parsed.version == Some(1);
    let mut head = Head {
        length,
        head_only: method == Method::HEAD,
        request: Request::builder().method(method).uri(parsed.path.unwrap_or("/")),
        body: Body::Length(0),
        keep_alive: newer,
        gzip: false,
        expects_continue: false,
    };
    let mut seen_length = None;
    for header in parsed.headers.iter() {
        let value = String::from_utf8_lossy(header.value).trim().to_ascii_lowercase();
        match header.name.to_ascii_lowercase().as_str() {
            "content-length" => {
                let given = value.parse::<usize>().map_err(|_| ReadError::Bad(400))?;
                if seen_length.replace(given).is_some_and(|earlier| earlier != given) {
                    return Err(ReadError::Bad(400));
                }
                if !matches!(head.body, Body::Chunked) {
                    head.body = Body::Length(given);
                }
            }
            "transfer-encoding" if value == "chunked" => head.body = Body::Chunked,
            "transfer-encoding" => return Err(ReadError::Bad(501)),
            "connection" => {
                let says = |word: &str| value.split(',').any(|part| part.trim() == word);
                head.keep_alive = (newer && !says("close")) || says("keep-alive");
            }
            "accept-encoding" => {
                head.gzip = value.split(',').any(|part| {
                    let mut words = part.split(';').map(str::trim);
                    words.next() == Some("gzip") && !words.any(|word| word == "q=0")
                });
            }
            "expect" => head.expects_continue = value == "100-continue",
            _ => {}
        }
        head.request = head.request.header(header.name, header.value);
    }
    Ok(Some(head))
}
