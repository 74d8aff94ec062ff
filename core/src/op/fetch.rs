//! [`Fetch`]: one endpoint, asked until it answers, within its attempts and its deadline.
//!
//! ```text
//!  Ready ──► Send ──► Flying ──end, failure──► judged ──► Over(result)
//!    ▲                                           │ retry
//!    └──────────────── Backoff ◄─────────────────┘
//! ```
//!
//! It serves reads and idempotent calls. For money calls it is asked for one attempt at a time, and its `attempt`
//! says what that one came to. Invariant: nothing found by an earlier attempt reaches the result.

use super::judge::{Bad, Judgement, Seen, judge};
use super::{Exchange, Head, Operation, Pace, Settings, Step};
use crate::effect::{Delivery, Lane};
use crate::endpoint::{Endpoint, Reader};
use crate::error::{Error, ErrorKind, Failure, FailureKind};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::retry::{Attempt, Bounds, Decision, Jitter, Permanence, Policy, Verdict, decide};
use crate::time::{Moment, UnixTime};
use std::collections::VecDeque;

/// An answer and what its head said.
#[derive(Clone, Debug)]
pub(crate) struct Fetched<T> {
    pub(crate) value: T,
    /// The answer's `Date`, the only clock that is evidence.
    pub(crate) date: Option<UnixTime>,
}

/// One endpoint, asked until it answers.
pub(crate) struct Fetch<E: Endpoint> {
    endpoint: E,
    settings: Settings,
    lane: Lane,
    policy: Policy,
    deadline: Moment,
    jitter: Jitter,
    tries: u32,
    /// An attempt before the last one may have been done: it was lost, or refused as too fast.
    maybe_done: bool,
    /// An attempt was lost, or answered by something that says nothing.
    lost: bool,
    /// The last attempt that came to something.
    last: Option<Last>,
    state: State<E::Reader, Fetched<E::Output>>,
    events: VecDeque<Event>,
}

/// What an attempt came to, apart from its answer.
struct Last {
    delivery: Delivery,
    error: Error,
}

enum State<R, T> {
    Ready,
    Backoff(Moment),
    Flying { reader: Option<R>, seen: Option<Seen> },
    Over(Option<Result<T, Error>>),
}

impl<R, T> core::fmt::Debug for State<R, T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Ready => "Ready",
            Self::Backoff(_) => "Backoff",
            Self::Flying { .. } => "Flying",
            Self::Over(_) => "Over",
        })
    }
}

impl<E: Endpoint> core::fmt::Debug for Fetch<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Fetch")
            .field("call", &E::NAME)
            .field("tries", &self.tries)
            .field("state", &self.state)
            .finish()
    }
}

impl<E: Endpoint> Fetch<E> {
    pub(crate) fn new(settings: &Settings, endpoint: E, now: Moment) -> Self {
        let config = settings.config();
        Self {
            lane: endpoint.lane(),
            policy: Policy::default().max_attempts(config.max_retries),
            deadline: now.after(config.deadline),
            jitter: settings.jitter(),
            tries: 0,
            maybe_done: false,
            lost: false,
            last: None,
            state: State::Ready,
            events: VecDeque::new(),
            settings: settings.clone(),
            endpoint,
        }
    }

    pub(crate) fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    pub(crate) fn attempts(mut self, attempts: u32) -> Self {
        self.policy = self.policy.max_attempts(attempts);
        self
    }

    pub(crate) fn deadline(mut self, deadline: Moment) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) fn endpoint(&self) -> &E {
        &self.endpoint
    }

    /// Whether an attempt before the one that gave the result may have been done.
    pub(crate) fn maybe_done(&self) -> bool {
        self.maybe_done
    }

    /// Whether an attempt was lost, or answered by something that says nothing. Without one, everything was either
    /// never sent or refused, "too fast" included (api-facts 8, 1).
    pub(crate) fn was_lost(&self) -> bool {
        self.lost
    }

    fn send(&mut self) -> Result<Exchange, Error> {
        let config = self.settings.config();
        let request = self.endpoint.request()?;
        let mut exchange =
            Exchange::new(request, self.endpoint.effect(), self.lane, config.timeout, self.deadline);
        exchange.with_key = self.endpoint.needs_key();
        exchange.foreign = self.endpoint.address().cloned();
        self.tries = self.tries.saturating_add(1);
        let reader = Some(self.endpoint.reader(&config.caps));
        self.state = State::Flying { reader, seen: None };
        Ok(exchange)
    }

    /// Another attempt came to something: the one before it may have been done.
    fn note_last(&mut self) -> Option<Last> {
        let last = self.last.take()?;
        self.maybe_done |= last.delivery != Delivery::NotSent;
        Some(last)
    }

    /// What follows a failed attempt.
    fn decide(&mut self, now: Moment, delivery: Delivery, bad: Bad) {
        let Bad { verdict, permanence, retry_after, mut error, .. } = bad;
        // No turn came for one more attempt: what stopped the one before is the cause to tell (S12).
        if let Some(last) = self.note_last()
            && *error.kind() == ErrorKind::Deadline
        {
            error = last.error;
        }
        self.lost |=
            delivery == Delivery::Unknown || (delivery == Delivery::Answered && verdict == Verdict::Unclear);
        self.last = Some(Last { delivery, error: error.clone() });
        let attempt = Attempt::new(self.tries, self.endpoint.effect(), delivery, verdict)
            .lane(self.lane)
            .permanence(permanence)
            .retry_after(retry_after);
        let cancel = self.endpoint.effect().is_cancel_in(self.lane);
        let earliest = self.settings.session.gate().earliest(self.lane, cancel, now);
        let bounds = Bounds::new(now, self.deadline).earliest(earliest);
        let (policy, jitter) = (&self.policy, &mut self.jitter);
        let decision =
            self.settings.session.budget(|budget| decide(&attempt, policy, bounds, budget, jitter));
        self.state = match decision {
            Decision::Retry { at, .. } => {
                let why = error.kind().clone();
                self.events.push_back(Event::RetryScheduled { at, attempt: self.tries, why });
                State::Backoff(at)
            }
            Decision::Reconcile => State::Over(Some(Err(unknown(error)))),
            Decision::Stop(_) => State::Over(Some(Err(error))),
        };
    }
}

/// A reprice or spend that may have happened.
fn unknown(error: Error) -> Error {
    let delivery = error.delivery();
    Error::new(ErrorKind::OutcomeUnknown).with_delivery(delivery)
}

impl<E: Endpoint> Operation for Fetch<E> {
    type Output = Fetched<E::Output>;

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        match &mut self.state {
            State::Backoff(at) if now < *at => Step::Wait(*at),
            State::Ready | State::Backoff(_) => match self.send() {
                Ok(exchange) => Step::Send(exchange),
                Err(error) => {
                    self.state = State::Over(None);
                    Step::Done(Err(error))
                }
            },
            State::Flying { .. } if now < self.deadline => Step::Wait(self.deadline),
            // A driver that never says how the exchange ended: the deadline ends it.
            State::Flying { .. } => {
                self.handle_failure(now, Failure::new(Delivery::Unknown, FailureKind::Timeout, ""));
                self.poll(now)
            }
            State::Over(result) => match result.take() {
                Some(result) => Step::Done(result),
                None => Step::Wait(Moment::NEVER),
            },
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Flying { seen, .. } => {
                *seen = Some(Seen::of(head));
                Flow::Continue
            }
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Flying { reader: Some(reader), .. } => reader.push(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        let State::Flying { reader, seen } = &mut self.state else { return Pace::Fine };
        let (Some(reader), Some(seen)) = (reader.take(), seen.take()) else {
            self.handle_failure(
                now,
                Failure::new(Delivery::Unknown, FailureKind::Misuse, "an end without a head"),
            );
            return Pace::Fine;
        };
        let date = seen.date;
        match judge(&seen, reader.finish()) {
            Judgement::Value(value) => {
                self.note_last();
                self.settings.session.budget(|budget| budget.earn());
                if self.endpoint.is_drifting(&value) {
                    self.events.push_back(Event::Drifting { call: E::NAME });
                }
                self.state = State::Over(Some(Ok(Fetched { value, date })));
                Pace::Fine
            }
            Judgement::Bad(bad) => {
                let pace = match bad.verdict {
                    Verdict::TooFast => Pace::TooFast { retry_after: bad.retry_after },
                    Verdict::Refused => {
                        self.settings.session.budget(|budget| budget.earn());
                        Pace::Refused
                    }
                    Verdict::Ok | Verdict::Unclear => Pace::Fine,
                };
                self.decide(now, Delivery::Answered, bad);
                pace
            }
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if !matches!(self.state, State::Flying { .. }) {
            return;
        }
        let bad = failed(&failure);
        self.decide(now, failure.delivery, bad);
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}

/// What a failed exchange means.
pub(super) fn failed(failure: &Failure) -> Bad {
    let permanence = match failure.kind {
        kind if kind.is_permanent() => Permanence::Permanent,
        FailureKind::Protocol => Permanence::Once,
        _ => Permanence::Transient,
    };
    let kind = match failure.kind {
        FailureKind::NoTurn => ErrorKind::Deadline,
        FailureKind::Request if failure.detail.as_str() == NO_KEY => {
            ErrorKind::Config(crate::error::ConfigError::NoKey)
        }
        kind => ErrorKind::Network(kind),
    };
    let error = Error::new(kind).with_delivery(failure.delivery).with_detail(failure.detail.clone());
    Bad { verdict: Verdict::Unclear, permanence, retry_after: None, refused_by_code: false, error }
}

/// The call's own words for "no key is set"; an exchange that needs one is never sent without.
pub(crate) const NO_KEY: &str = "no key is set";

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
