//! [`Path`]: path and query of a request, percent-encoded by construction, and the forms a request has.
//!
//! It keeps: no value can add a parameter, a header or a second request.

use crate::error::{InvalidRequest, Why};
use http::{Method, Request, header};
use serde::Serialize;

/// A path under the base URL, with its query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    text: String,
    has_query: bool,
}

impl Path {
    /// A fixed path, such as `/v1/wallets`.
    #[must_use]
    pub fn new(path: &'static str) -> Self {
        Self { text: path.to_owned(), has_query: false }
    }

    /// Adds a query parameter; name and value are percent-encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        encode(name, &mut self.text);
        self.text.push('=');
        encode(value, &mut self.text);
        self
    }

    /// A GET without a body.
    ///
    /// # Errors
    /// [`Why::Unwritable`] when the path is no path, or longer than 64 KiB.
    pub fn into_read(self) -> Result<Request<Vec<u8>>, InvalidRequest> {
        self.into_request(Method::GET, Vec::new())
    }

    /// A GET with a JSON body, which one call of the service asks for (api-facts 1.1).
    ///
    /// It names the body's length itself: a body that a server does not expect and nobody measured would be taken for
    /// the next request (reliability 5.4).
    ///
    /// # Errors
    /// As [`Path::into_change`].
    pub fn into_read_with<T: Serialize + ?Sized>(self, body: &T) -> Result<Request<Vec<u8>>, InvalidRequest> {
        let mut request = self.into_request(Method::GET, json(body)?)?;
        let length = header::HeaderValue::from(request.body().len());
        request.headers_mut().insert(header::CONTENT_LENGTH, length);
        Ok(request)
    }

    /// A POST with a JSON body.
    ///
    /// # Errors
    /// As [`Path::into_read`], and when `body` cannot be written as JSON.
    pub fn into_change<T: Serialize + ?Sized>(self, body: &T) -> Result<Request<Vec<u8>>, InvalidRequest> {
        self.into_request(Method::POST, json(body)?)
    }

    fn into_request(self, method: Method, body: Vec<u8>) -> Result<Request<Vec<u8>>, InvalidRequest> {
        let mut request = Request::builder().method(method).uri(self.text);
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(body).map_err(|_| InvalidRequest::new("path", Why::Unwritable))
    }
}

fn json<T: Serialize + ?Sized>(body: &T) -> Result<Vec<u8>, InvalidRequest> {
    serde_json::to_vec(body).map_err(|_| InvalidRequest::new("body", Why::Unwritable))
}

/// Every byte but letters, digits and `-._~` becomes `%XX`.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(digit), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'%' => {
                    let hex = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(core::str::from_utf8(&hex).unwrap(), 16).unwrap());
                }
                other => bytes.push(other),
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_encoded_parses_back_to_the_same_parameters(name in "\\PC{1,8}", value in any::<String>()) {
            let request = Path::new("/v1/x").query(&name, &value).query("b", "&=#").into_read().unwrap();
            prop_assert_eq!(request.uri().path(), "/v1/x");
            let query = request.uri().query().unwrap();
            let pairs: Vec<_> = query.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
            prop_assert_eq!(pairs.len(), 2);
            prop_assert_eq!((decode(pairs[0].0), decode(pairs[0].1)), (name, value));
        }
    }

    #[test]
    fn a_read_has_no_body_and_no_content_type() {
        let request = Path::new("/v1/wallets").into_read().unwrap();
        assert!(request.headers().is_empty() && request.body().is_empty());
        let request = Path::new("/v1/x").into_change(&[1]).unwrap();
        assert_eq!((request.headers().len(), request.body().as_slice()), (1, &b"[1]"[..]));
    }

    /// Reliability 5.4.
    #[test]
    fn a_read_with_a_body_names_its_length_and_type() {
        let request = Path::new("/v1/x").into_read_with(&["é\r\n"]).unwrap();
        assert_eq!((request.method(), request.body().as_slice()), (&Method::GET, "[\"é\\r\\n\"]".as_bytes()));
        assert_eq!(request.headers()["content-length"], "10");
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.headers().len(), 2);
    }
}
