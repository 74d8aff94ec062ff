//! Which errors mean "never sent": all before a request was handed to the connection, and those with which hyper hands
//! it back. Everything else may have been sent.

use clore_core::effect::Delivery::{NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use futures_rustls::rustls;
use hyper::client::conn::TrySendError;
use std::error::Error;
use std::io;

pub(crate) fn never_sent(kind: FailureKind) -> Failure {
    Failure::new(NotSent, kind, "")
}

pub(crate) fn shaking_hands(error: &io::Error) -> Failure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    never_sent(match tls {
        Some(rustls::Error::InvalidCertificate(_)) => FailureKind::Certificate,
        _ => FailureKind::Handshake,
    })
}

/// hyper gives the request back when it wrote nothing of it: that is the proof.
pub(crate) fn sending<T>(mut error: TrySendError<T>) -> Failure {
    match error.take_message() {
        Some(_) => never_sent(FailureKind::Io(io::ErrorKind::ConnectionAborted)),
        None => broken(error.error()),
    }
}

pub(crate) fn broken(error: &hyper::Error) -> Failure {
    let io = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    // A head over the cap has no mark of its own for clients but its text.
    let kind = if error.is_parse() && error.to_string().ends_with("too large") {
        FailureKind::TooLarge
    } else if error.is_parse() {
        FailureKind::Protocol
    } else if error.is_incomplete_message() {
        FailureKind::Io(io::ErrorKind::UnexpectedEof)
    } else {
        FailureKind::Io(io.map_or(io::ErrorKind::Other, io::Error::kind))
    };
    Failure::new(Unknown, kind, "")
}
