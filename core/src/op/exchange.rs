//! One request on its way out, the head of its answer, and how it may fail.

use crate::effect::{Delivery, Lane};
use crate::excerpt::Excerpt;
use crate::limits::DETAIL_TEXT;
use crate::time::Moment;
use core::fmt;
use core::time::Duration;
use http::{HeaderMap, StatusCode};

/// One request and the bounds it must keep.
///
/// Operations build it with a path-only URI (`/v1/wallets`); the call adds host, key and User-Agent.
#[non_exhaustive]
pub struct Exchange {
    /// The request. Its `Debug` can hold a password; print [`Exchange`] instead.
    pub request: http::Request<Vec<u8>>,
    /// The queue it waits in.
    pub lane: Lane,
    /// Too late to start after this: the turn goes back and the operation hears [`FailureKind::TooLate`].
    pub start_by: Option<Moment>,
    /// The whole exchange, from name look-up to the last byte, ends here.
    pub deadline: Moment,
    /// At most this long from the granted turn; the call lowers `deadline` to it.
    pub timeout: Duration,
    /// Whether the API key goes with it. Never to another host than the base URL's.
    pub with_key: bool,
}

impl Exchange {
    /// A request that carries the key, waits in `lane`, takes at most `timeout` and ends by `deadline`.
    #[must_use]
    pub fn new(request: http::Request<Vec<u8>>, lane: Lane, timeout: Duration, deadline: Moment) -> Self {
        Self { request, lane, start_by: None, deadline, timeout, with_key: true }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .field("lane", &self.lane)
            .field("start_by", &self.start_by)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Status and headers of an answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Head<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers, as far as the transport kept them.
    pub headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    /// A head with this status and these headers.
    #[must_use]
    pub fn new(status: StatusCode, headers: &'a HeaderMap) -> Self {
        Self { status, headers }
    }
}

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
        matches!(self, Self::Certificate | Self::Request | Self::TooLarge | Self::Misuse | Self::QueueFull | Self::NoTurn)
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
