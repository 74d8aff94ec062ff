//! Which of reqwest's errors mean "never sent": those that arose while a request was built or a connection made.
//! Everything else may have been sent.

use clore_core::effect::Delivery::{NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use std::error::Error;
use std::io;

/// What `error` means, in our own words: reqwest's text can hold the URL.
pub(crate) fn failure(error: &reqwest::Error) -> Failure {
    let io = cause::<io::Error>(error).map(io::Error::kind);
    let (delivery, kind) = if error.is_builder() {
        (NotSent, FailureKind::Request)
    } else if error.is_connect() {
        (NotSent, connecting(error, io))
    } else if error.is_timeout() {
        (Unknown, FailureKind::Timeout)
    } else if let Some(kind) = io {
        (Unknown, FailureKind::Io(kind))
    } else if is_too_large(error) {
        (Unknown, FailureKind::TooLarge)
    } else {
        (Unknown, FailureKind::Protocol)
    };
    Failure::new(delivery, kind, "")
}

fn connecting(error: &reqwest::Error, io: Option<io::ErrorKind>) -> FailureKind {
    match cause::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(_)) => FailureKind::Certificate,
        Some(_) => FailureKind::Handshake,
        None if error.is_timeout() => FailureKind::Timeout,
        None if error.is_dns() => FailureKind::Name,
        None if io == Some(io::ErrorKind::UnexpectedEof) => FailureKind::Handshake,
        None => FailureKind::Connect,
    }
}

/// A head over the cap has no mark of its own but its text.
fn is_too_large(error: &reqwest::Error) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        if cause.to_string().ends_with("too large") {
            return true;
        }
        next = cause.source();
    }
    false
}

/// The first `T` among the causes of `error`; io errors are looked into, as TLS hides its own in them.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}
