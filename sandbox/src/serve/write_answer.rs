//! Answers as bytes on the wire, packed when the client takes it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderValue, Response, StatusCode, header};

/// Shorter bodies are not worth packing.
const PACK_FROM: usize = 1024;

/// Head and body as they go over the wire.
pub(super) fn bytes_of(
    mut response: Response<Vec<u8>>,
    keep_alive: bool,
    gzip: bool,
    head_only: bool,
) -> Vec<u8> {
    if gzip
        && response.body().len() > PACK_FROM
        && let Some(packed) = packed(response.body())
    {
        *response.body_mut() = packed;
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let status = response.status();
    let mut bytes = Vec::with_capacity(response.body().len() + 512);
    let reason = status.canonical_reason().unwrap_or("Other");
    bytes.extend_from_slice(format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).as_bytes());
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    // RFC 9110: these have no body, and no length.
    let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if !bodiless {
        bytes.extend_from_slice(format!("content-length: {}\r\n", response.body().len()).as_bytes());
    }
    if !keep_alive {
        bytes.extend_from_slice(b"connection: close\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    if !bodiless && !head_only {
        bytes.extend_from_slice(response.body());
    }
    bytes
}

/// An answer to what is no acceptable HTTP; it ends the connection.
pub(super) fn simple(status: u16) -> Vec<u8> {
    let mut response = Response::new(b"<html><body>Not acceptable</body></html>".to_vec());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    bytes_of(response, false, false, false)
}

fn packed(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 6), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}
