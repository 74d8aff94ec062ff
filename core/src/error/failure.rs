//! [`Failure`]: an exchange that brought no whole answer, in our own words.

use crate::effect::Delivery;
use crate::excerpt::Excerpt;
use crate::limits::DETAIL_TEXT;

/// An exchange that brought no whole answer.
///
/// It holds a closed kind and at most 200 escaped bytes of our own wording: an HTTP library's own error text can hold
/// the URL or a header, and so is never taken over.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// How far the request certainly got.
    pub delivery: Delivery,
    /// What went wrong.
    pub kind: FailureKind,
    /// A few words of the transport's own.
    pub detail: Excerpt,
}

impl Failure {
    /// A failure of `kind` after `delivery`, told in the transport's own few words.
    #[must_use]
    pub fn new(delivery: Delivery, kind: FailureKind, detail: &str) -> Self {
        Self { delivery, kind, detail: Excerpt::new(detail, DETAIL_TEXT) }
    }
}

/// What went wrong with an exchange. Libraries differ in it for the same fault, so it advises and never decides
/// whether money may have been spent; [`Delivery`] does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum FailureKind {
    /// The host's name could not be looked up.
    Name,
    /// No connection: refused, unreachable.
    Connect,
    /// TLS: a certificate that does not hold, no common version. Never retried.
    Certificate,
    /// TLS or the connection broke while being set up.
    Handshake,
    /// The deadline passed.
    Timeout,
    /// The connection broke.
    Io(std::io::ErrorKind),
    /// Not HTTP, or HTTP that contradicts itself: no head, two lengths, a body shorter than declared.
    Protocol,
    /// The head or the packed body is larger than allowed.
    TooLarge,
    /// The request itself cannot be sent: a URL or header the transport refuses. Never retried.
    Request,
    /// The turn came after `start_by`; nothing was sent and the place in the lane is kept.
    TooLate,
    /// No turn can come before the deadline; nothing was sent.
    NoTurn,
    /// The queue is full; nothing was sent.
    QueueFull,
    /// The driver broke the protocol.
    Misuse,
}

impl FailureKind {
    /// Whether trying again cannot help.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        matches!(
            self,
            Self::Certificate
                | Self::Request
                | Self::TooLarge
                | Self::Misuse
                | Self::QueueFull
                | Self::NoTurn
        )
    }

    /// In words, for a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "the host's name could not be looked up",
            Self::Connect => "no connection could be made",
            Self::Certificate => "the server's certificate was not accepted",
            Self::Handshake => "the connection broke while it was being set up",
            Self::Timeout => "the time for it ran out",
            Self::Io(_) => "the connection broke",
            Self::Protocol => "the answer was not whole or not HTTP",
            Self::TooLarge => "the answer was larger than allowed",
            Self::Request => "the request could not be sent as it is",
            Self::TooLate => "its turn came too late",
            Self::NoTurn => "no turn was free before its deadline",
            Self::QueueFull => "too many requests are waiting",
            Self::Misuse => "the driver broke the protocol",
        }
    }
}
