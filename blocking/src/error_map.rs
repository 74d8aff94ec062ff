//! Which of ureq's errors mean "never sent". A closed list; everything else may have been sent.
//!
//! A TLS handshake that breaks looks to ureq like an answer that breaks, so it counts as maybe sent: an adapter may say
//! `Unknown` where another proves `NotSent`, never the reverse.

use clore_core::effect::Delivery::{NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use std::io::ErrorKind;
use ureq::{Error, Timeout};

/// What `error` means, in our own words: ureq's text can hold the URL.
pub(crate) fn failure(error: &Error) -> Failure {
    let (delivery, kind, detail) = match error {
        Error::HostNotFound => (NotSent, FailureKind::Name, ""),
        Error::ConnectionFailed | Error::ConnectProxyFailed(_) => (NotSent, FailureKind::Connect, ""),
        Error::Timeout(Timeout::Resolve) => (NotSent, FailureKind::Name, "the look-up took too long"),
        Error::Timeout(Timeout::Connect) => (NotSent, FailureKind::Timeout, "while connecting"),
        Error::Timeout(_) => (Unknown, FailureKind::Timeout, ""),
        Error::BadUri(_) | Error::Http(_) | Error::InvalidProxyUrl => (NotSent, FailureKind::Request, ""),
        Error::RequireHttpsOnly(_) => (NotSent, FailureKind::Request, "plain http was not allowed"),
        Error::Rustls(rustls::Error::InvalidCertificate(_)) | Error::TlsRequired | Error::Pem(_) => {
            (NotSent, FailureKind::Certificate, "")
        }
        Error::LargeResponseHeader(..) => (Unknown, FailureKind::TooLarge, "the head"),
        Error::Protocol(_) | Error::Decompress(..) | Error::BodyExceedsLimit(_) => {
            (Unknown, FailureKind::Protocol, "")
        }
        Error::Io(io) => return by_io(io),
        _ => (Unknown, FailureKind::Io(ErrorKind::Other), ""),
    };
    Failure::new(delivery, kind, detail)
}

fn by_io(error: &std::io::Error) -> Failure {
    let kind = error.kind();
    // rustls reports a certificate it does not accept inside an io::Error, before any request byte.
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
        return Failure::new(NotSent, FailureKind::Certificate, "");
    }
    match kind {
        // "Unreachable" is not here: the network can say that of a connection that has carried the request.
        ErrorKind::ConnectionRefused | ErrorKind::AddrNotAvailable => {
            Failure::new(NotSent, FailureKind::Connect, "")
        }
        // A failed look-up has no kind of its own; its text is the only mark it has.
        _ if error.to_string().starts_with("failed to lookup address information") => {
            Failure::new(NotSent, FailureKind::Name, "")
        }
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::new(Unknown, FailureKind::Timeout, ""),
        _ => Failure::new(Unknown, FailureKind::Io(kind), ""),
    }
}
