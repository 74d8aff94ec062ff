//! [`Tuned`]: one call with bounds of its own, in place of its session's, and with headers beside its own.
//!
//! Invariant: what protects money is not tunable. Pacing, journal, limits, key and host stay the session's, and a header
//! that says who asks, where to, or how the body is framed is refused.

use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::call::AUTH_HEADER;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::secret::Secret;
use crate::time::Moment;
use core::time::Duration;
use http::header::{self, HeaderName, HeaderValue};

/// Runs `P` with bounds of its own.
///
/// ```
/// use clore_core::endpoint::wallets::Wallets;
/// use clore_core::op::Tuned;
/// use core::time::Duration;
///
/// let quick = Tuned::new(Wallets).timeout(Duration::from_secs(3)).attempts(1).header("x-request-id", "42");
/// # drop(quick);
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a client runs it"]
pub struct Tuned<P> {
    plan: P,
    timeout: Option<Duration>,
    deadline: Option<Duration>,
    attempts: Option<u32>,
    /// Their values show nowhere: what they hold is not known.
    headers: Vec<(String, Secret)>,
}

impl<P: Plan> Tuned<P> {
    /// `plan` as the session would run it.
    pub fn new(plan: P) -> Self {
        Self { plan, timeout: None, deadline: None, attempts: None, headers: Vec::new() }
    }

    /// How long one attempt may take, from its turn to the last byte.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long the whole call may take, waiting and retries included. A wait for an order, a reconciliation and the
    /// confirming of a cancel have times of their own.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The total of attempts per request; 0 and 1 mean one. It never makes a money call be sent again.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// A header on each of its requests to the service. The key, the host, what frames the body and what the transport
    /// negotiates are not the caller's to set: the call then fails, and nothing is sent.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Secret::new(value)));
        self
    }
}

/// Headers that say who asks, where to, how the body is framed, or what the transport negotiates.
const KEPT: [HeaderName; 16] = [
    AUTH_HEADER,
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::ACCEPT_ENCODING,
    header::RANGE,
];

fn parsed(headers: &[(String, Secret)]) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
    let bad = |why| Error::from(ErrorKind::Own(Excerpt::new(why, DETAIL_TEXT)));
    let one = |(name, value): &(String, Secret)| {
        let name = HeaderName::try_from(name).map_err(|_| bad("a header's name cannot be sent"))?;
        let hop = name.as_str().starts_with("proxy-") || name == "keep-alive";
        if hop || KEPT.contains(&name) {
            return Err(bad("this header is set by the client itself and by nobody else"));
        }
        let mut value =
            HeaderValue::try_from(value.expose()).map_err(|_| bad("a header's value cannot be sent"))?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    headers.iter().map(one).collect()
}

impl<P: Plan> Plan for Tuned<P> {
    type Operation = Tuning<P::Operation>;

    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation {
        let checked = settings.bounded(self.timeout, self.deadline, self.attempts);
        let checked = checked.and_then(|settings| Ok((settings, parsed(&self.headers)?)));
        match checked {
            Ok((settings, headers)) => Tuning { op: self.plan.begin(&settings, now), headers, refused: None },
            Err(error) => {
                let op = self.plan.begin(settings, now);
                Tuning { op, headers: Vec::new(), refused: Some(Box::new(error)) }
            }
        }
    }
}

/// The machine of [`Tuned`].
#[derive(Debug)]
pub struct Tuning<O> {
    op: O,
    headers: Vec<(HeaderName, HeaderValue)>,
    refused: Option<Box<Error>>,
}

impl<O: Operation> Operation for Tuning<O> {
    type Output = O::Output;

    fn name(&self) -> &'static str {
        self.op.name()
    }

    fn poll(&mut self, now: Moment) -> Step<Result<O::Output, Error>> {
        if let Some(error) = &self.refused {
            return Step::Done(Err((**error).clone()));
        }
        match self.op.poll(now) {
            Step::Send(mut exchange) => {
                for (name, value) in &self.headers {
                    exchange.request.headers_mut().append(name, value.clone());
                }
                Step::Send(exchange)
            }
            step => step,
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.op.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.op.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.op.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.op.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.op.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.op.next_event()
    }
}

#[cfg(test)]
#[path = "tuned_tests.rs"]
mod tests;
