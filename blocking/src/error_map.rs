//! Which of ureq's errors mean "never sent". A closed list; everything else may have been sent.
//!
//! A TLS handshake that breaks looks to ureq like an answer that breaks, so it counts as maybe sent: an adapter may say
//! `Unknown` where another proves `NotSent`, never the reverse.

use clore_core::effect::Delivery::{self, NotSent, Unknown};
use clore_core::error::{Failure, FailureKind};
use std::io::ErrorKind;
use ureq::{Error, Timeout};

/// What `error` means, in our own words: ureq's text can hold the URL.
pub(crate) fn failure(error: &Error) -> Failure {
    let (delivery, kind) = match error {
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => (NotSent, FailureKind::Name),
        Error::ConnectionFailed | Error::ConnectProxyFailed(_) => (NotSent, FailureKind::Connect),
        Error::Timeout(Timeout::Connect) => (NotSent, FailureKind::Timeout),
        Error::Timeout(_) => (Unknown, FailureKind::Timeout),
        Error::BadUri(_) | Error::InvalidProxyUrl | Error::RequireHttpsOnly(_) => {
            (NotSent, FailureKind::Request)
        }
        Error::TlsRequired | Error::Pem(_) => (NotSent, FailureKind::Certificate),
        Error::LargeResponseHeader(..) => (Unknown, FailureKind::TooLarge),
        Error::Protocol(_) | Error::BodyExceedsLimit(_) => (Unknown, FailureKind::Protocol),
        Error::Io(io) => by_io(io),
        _ => (Unknown, FailureKind::Io(ErrorKind::Other)),
    };
    Failure::new(delivery, kind, "")
}

fn by_io(error: &std::io::Error) -> (Delivery, FailureKind) {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match error.kind() {
        // rustls says so only while shaking hands, before any byte of the request.
        _ if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) => (NotSent, FailureKind::Certificate),
        // "Unreachable" is not here: the network can say that of a connection that has carried the request.
        ErrorKind::ConnectionRefused | ErrorKind::AddrNotAvailable => (NotSent, FailureKind::Connect),
        // A failed look-up has no kind of its own; its text is the only mark it has.
        _ if error.to_string().starts_with("failed to lookup address information") => {
            (NotSent, FailureKind::Name)
        }
        ErrorKind::TimedOut | ErrorKind::WouldBlock => (Unknown, FailureKind::Timeout),
        kind => (Unknown, FailureKind::Io(kind)),
    }
}
