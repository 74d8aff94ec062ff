//! [`Inbox`]: where a transport pushes one answer. It owns the checks, so that every transport has them.
//!
//! Invariant: whatever the transport does, the operation hears at most one head, then data, then exactly one end or
//! failure; "never sent" is believed only while no head was seen. No head and no body over its cap is heard whole.

use super::exchange::Head;
use crate::effect::Delivery;
use crate::error::{Failure, FailureKind};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::time::Moment;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};

/// Who hears what an [`Inbox`] let through.
pub(crate) trait Receive {
    fn head(&mut self, head: Head<'_>) -> Flow;
    fn data(&mut self, decoded: &[u8]) -> Flow;
    fn close(&mut self, now: Moment, received: Received);
}

/// How an exchange ended, after the inbox's checks.
#[derive(Debug)]
pub(crate) enum Received {
    /// Whole, or ended by the reader's own stop.
    End,
    /// Not whole.
    Failed(Failure),
}

/// Lent to a transport for one exchange: push a head, then data, then return.
pub struct Inbox<'a> {
    to: &'a mut (dyn Receive + Send + 'a),
    mark: Option<Delivery>,
    state: State,
    declared: Option<u64>,
    /// Unpacked bytes.
    seen: u64,
    /// Bytes as they came, where that was said.
    packed: Option<u64>,
    caps: Caps,
}

#[derive(Debug)]
enum State {
    NoHead,
    Body,
    Stopped,
    Broken(FailureKind, &'static str),
}

/// The reader wants no more. Return it with `?`: it turns into a [`Failure`] that the inbox recognises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop(());

const STOPPED: &str = "stopped by the reader";

impl From<Stop> for Failure {
    fn from(_: Stop) -> Self {
        Self::new(Delivery::Unknown, FailureKind::Protocol, STOPPED)
    }
}

impl From<Stop> for std::io::Error {
    fn from(_: Stop) -> Self {
        Self::other(STOPPED)
    }
}

impl<'a> Inbox<'a> {
    pub(crate) fn new(to: &'a mut (dyn Receive + Send + 'a), caps: Caps) -> Self {
        Self { to, mark: None, state: State::NoHead, declared: None, seen: 0, packed: None, caps }
    }

    /// Says how far the request got, before any failure: `NotSent` first, `Unknown` before the first byte. Optional;
    /// it lets a deadline that passes while connecting count as "never sent".
    pub fn mark(&mut self, delivery: Delivery) {
        self.mark = Some(delivery);
    }

    /// The head of the answer, once, before any data.
    ///
    /// Whoever unpacks the body removes `content-encoding` and `content-length` from the headers first.
    ///
    /// # Errors
    /// [`Stop`] when no more is wanted; return it.
    pub fn head(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<(), Stop> {
        match self.state {
            State::NoHead => {}
            State::Body => return self.refuse("a second head"),
            State::Stopped | State::Broken(..) => return Err(Stop(())),
        }
        let encoded = headers.get_all(CONTENT_ENCODING).iter().any(|value| value.as_bytes() != b"identity");
        self.state = State::Body;
        if headers.len() > self.caps.head_lines || head_bytes(headers) > self.caps.head_bytes {
            return self.too_large("a head over its cap");
        }
        if encoded {
            return self.refuse("a body that was not unpacked");
        }
        match declared_length(headers) {
            Ok(length) => self.declared = length,
            Err(()) => return self.refuse("lengths that contradict each other"),
        }
        let flow = self.to.head(Head::new(status, headers));
        self.after(flow)
    }

    /// The next unpacked bytes of the body.
    ///
    /// # Errors
    /// [`Stop`] when no more is wanted; return it.
    pub fn data(&mut self, decoded: &[u8]) -> Result<(), Stop> {
        match self.state {
            State::NoHead => return self.refuse("data before a head"),
            State::Body => {}
            State::Stopped | State::Broken(..) => return Err(Stop(())),
        }
        self.seen = self.seen.saturating_add(u64::try_from(decoded.len()).unwrap_or(u64::MAX));
        // The reader first: an answer over a cap of its own is told as one.
        let flow = self.to.data(decoded);
        self.after(flow)?;
        // What is not said to be packed came as it is.
        if self.packed.is_none() { self.within_wire(self.seen) } else { Ok(()) }
    }

    /// So many bytes of the body came in packed; whoever unpacks says it of each piece before what it unpacks to. So a
    /// body that goes on without unpacking to anything ends as well.
    ///
    /// # Errors
    /// [`Stop`] when no more is wanted; return it.
    pub fn packed(&mut self, bytes: usize) -> Result<(), Stop> {
        match self.state {
            State::NoHead => return self.refuse("data before a head"),
            State::Body => {}
            State::Stopped | State::Broken(..) => return Err(Stop(())),
        }
        let came = u64::try_from(bytes).unwrap_or(u64::MAX);
        let packed = self.packed.unwrap_or(0).saturating_add(came);
        self.packed = Some(packed);
        self.within_wire(packed)
    }

    /// Ends the exchange: with the transport's result, or `None` when it was dropped at its deadline.
    ///
    /// The loops call it; an own loop calls it exactly once per exchange.
    pub fn close(self, now: Moment, result: Option<Result<(), Failure>>) {
        let protocol = |text| Received::Failed(Failure::new(Delivery::Unknown, FailureKind::Protocol, text));
        let received = match (self.state, result) {
            (State::Stopped, _) => Received::End,
            (State::Broken(kind, text), _) => Received::Failed(Failure::new(Delivery::Unknown, kind, text)),
            (State::NoHead, None) => {
                let delivery = self.mark.unwrap_or(Delivery::Unknown);
                Received::Failed(Failure::new(
                    delivery,
                    FailureKind::Timeout,
                    "no answer before the deadline",
                ))
            }
            (State::Body, None) => Received::Failed(Failure::new(
                Delivery::Unknown,
                FailureKind::Timeout,
                "the answer was not whole before the deadline",
            )),
            (State::NoHead, Some(Ok(()))) => protocol("the transport reported an answer without a head"),
            (State::Body, Some(Ok(()))) => match self.declared {
                Some(length) if self.seen < length => protocol("the body is shorter than declared"),
                _ => Received::End,
            },
            (State::NoHead, Some(Err(failure))) => Received::Failed(match failure.delivery {
                // "Answered" without a head is nothing a transport can know.
                Delivery::Answered => Failure { delivery: Delivery::Unknown, ..failure },
                Delivery::NotSent | Delivery::Unknown => failure,
            }),
            (State::Body, Some(Err(failure))) => {
                Received::Failed(Failure { delivery: Delivery::Unknown, ..failure })
            }
        };
        self.to.close(now, received);
    }

    fn after(&mut self, flow: Flow) -> Result<(), Stop> {
        match flow {
            Flow::Continue => Ok(()),
            Flow::Stop => {
                self.state = State::Stopped;
                Err(Stop(()))
            }
        }
    }

    fn within_wire(&mut self, came: u64) -> Result<(), Stop> {
        if came > u64::try_from(self.caps.wire_bytes).unwrap_or(u64::MAX) {
            return self.too_large("a body over its cap");
        }
        Ok(())
    }

    fn refuse(&mut self, why: &'static str) -> Result<(), Stop> {
        self.state = State::Broken(FailureKind::Protocol, why);
        Err(Stop(()))
    }

    fn too_large(&mut self, what: &'static str) -> Result<(), Stop> {
        self.state = State::Broken(FailureKind::TooLarge, what);
        Err(Stop(()))
    }
}

impl core::fmt::Debug for Inbox<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inbox").field("state", &self.state).field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// As [`Caps::head_bytes`] counts them.
fn head_bytes(headers: &HeaderMap) -> usize {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len().saturating_add(value.len()).saturating_add(4)
    };
    headers.iter().map(line).fold(0, usize::saturating_add)
}

/// The length the headers declare, `Err` when they declare two.
fn declared_length(headers: &HeaderMap) -> Result<Option<u64>, ()> {
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let text = value.to_str().map_err(|_| ())?;
        let number: u64 = text.trim().parse().map_err(|_| ())?;
        if length.is_some_and(|known| known != number) {
            return Err(());
        }
        length = Some(number);
    }
    Ok(length)
}

#[cfg(test)]
#[path = "inbox_tests.rs"]
mod tests;
