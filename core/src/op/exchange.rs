//! One request on its way out, and the head of its answer.

use crate::effect::{Effect, Lane};
use crate::foreign_address::ForeignAddress;
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
    /// What it changes.
    pub effect: Effect,
    /// The queue it waits in.
    pub lane: Lane,
    /// Too late to start after this: the turn goes back and the operation hears [`FailureKind::TooLate`](crate::error::FailureKind::TooLate).
    pub start_by: Option<Moment>,
    /// The whole exchange, from name look-up to the last byte, ends here.
    pub deadline: Moment,
    /// At most this long from the granted turn; the call lowers `deadline` to it.
    pub timeout: Duration,
    /// Whether the API key goes with it. Never to another host than the base URL's.
    pub with_key: bool,
    /// Where it goes in place of the base URL. The call makes the request anew from this alone: a GET without body,
    /// key or header but the User-Agent, whatever `request` and `with_key` say.
    pub foreign: Option<ForeignAddress>,
}

impl Exchange {
    /// A request that changes `effect`, carries the key, waits in `lane`, takes at most `timeout` and ends by `deadline`.
    #[must_use]
    pub fn new(
        request: http::Request<Vec<u8>>,
        effect: Effect,
        lane: Lane,
        timeout: Duration,
        deadline: Moment,
    ) -> Self {
        Self { request, effect, lane, start_by: None, deadline, timeout, with_key: true, foreign: None }
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
#[derive(Clone, Copy)]
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

impl fmt::Debug for Head<'_> {
    /// The headers' number only: what an answer sets there may be anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head").field("status", &self.status).field("headers", &self.headers.len()).finish()
    }
}
