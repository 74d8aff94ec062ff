//! HTTP/1 from the server's side: requests as they came, and answers as bytes.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A request as it came in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incoming {
    /// `GET`, `POST`.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Header names in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// The body as sent.
    pub body: Vec<u8>,
}

impl Incoming {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    /// Such as `create_order`: without `/v1/` and without the query.
    #[must_use]
    pub fn call(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        path.strip_prefix("/v1/").unwrap_or(path)
    }

    /// The request as the sandbox takes it.
    #[must_use]
    pub fn request(&self) -> http::Request<Vec<u8>> {
        let builder = http::Request::builder().method(&*self.method).uri(&*self.target);
        let builder = self.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
        builder.body(self.body.clone()).expect("what came over the wire is a request")
    }
}

/// The next whole request of a connection; `carry` keeps what was read beyond it. None when the connection ended
/// before, or what came is no request.
pub fn read(stream: &mut impl Read, carry: &mut Vec<u8>) -> Option<Incoming> {
    loop {
        if let Some((incoming, length)) = parse(carry) {
            carry.drain(..length);
            return Some(incoming);
        }
        let mut chunk = [0; 4096];
        let got = stream.read(&mut chunk).ok().filter(|got| *got > 0)?;
        carry.extend_from_slice(chunk.get(..got)?);
    }
}

/// A whole request at the beginning of `bytes`, and its length.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<(Incoming, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let pair = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers: Vec<_> = lines.filter_map(pair).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(Some(0), |(_, value)| value.parse().ok())?;
    let body = bytes.get(end..end + length)?.to_vec();
    Some((Incoming { method, target, headers, body }, end + length))
}

/// `answer` as bytes with its length, and the length of its head; packed when `gzip` says that the client takes it and
/// the body is worth it.
#[must_use]
pub fn bytes_of(answer: &http::Response<Vec<u8>>, gzip: bool) -> (Vec<u8>, usize) {
    let (mut body, mut packed) = (answer.body().clone(), "");
    if gzip && body.len() > 1024 {
        (body, packed) = (pack(&body), "content-encoding: gzip\r\n");
    }
    let status = answer.status();
    let mut head = format!("HTTP/1.1 {} Status\r\n", status.as_u16()).into_bytes();
    for (name, value) in answer.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(format!("{packed}content-length: {}\r\n\r\n", body.len()).as_bytes());
    let length = head.len();
    head.extend(body);
    (head, length)
}

/// `bytes` packed with gzip.
#[must_use]
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

/// Says that no more comes, and hears the other side out, so that what was written arrives and is not reset away.
pub fn close_gently(mut stream: TcpStream) {
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.set_read_timeout(Some(std::time::Duration::from_millis(500)));
    let mut sink = [0; 4096];
    while matches!(stream.read(&mut sink), Ok(1..)) {}
}
