//! [`Spend`]: one money call other than renting: a user's own endpoint, or `create_order` without reconciling.
//!
//! ```text
//!  Record(Intent) ── Blocked, failed ─► Err, nothing sent
//!   ▼ Claimed
//!  Send ── never sent ─► Backoff and again, else Resolving(NeverSent) ─► Err
//!   ├─ code 2 3 4 6 ─► Resolving(Refused) ─► Err
//!   ├─ success ─► Resolving(Placed, or what the endpoint says it proves: Done, Refused) ─► Ok
//!   ├─ success, not known of all that was asked (Proof::InPart) ─► Record(Sent) ─► Ok, the intent stays open
//!   └─ all else, code 5 and a rental without an id included ─► Record(Sent) ─► Err OutcomeUnknown, the intent stays open
//! ```
//!
//! Without a snapshot nothing proves that a second send would be the first one to take effect, so there is none.

use super::fetch::failed;
use super::judge::{Judgement, Seen, judge};
use super::{Exchange, Head, Operation, Pace, Settings, Step};
use crate::effect::{Delivery, Effect};
use crate::endpoint::{Answer, Endpoint, Proof, Reader};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{Claim, Intent, JournalError, Record, Recorded, Resolution};
use crate::model::OrderId;
use crate::retry::{Backoff, Jitter, Policy, Verdict};
use crate::time::Moment;
use std::collections::VecDeque;

pub(super) struct Spend<E: Endpoint> {
    endpoint: E,
    settings: Settings,
    intent: Intent,
    deadline: Moment,
    jitter: Jitter,
    tries: u32,
    last: Option<Error>,
    claim: Option<Claim>,
    events: VecDeque<Event>,
    state: State<E>,
}

enum State<E: Endpoint> {
    Record,
    Send,
    Backoff(Moment),
    Sending { reader: Option<E::Reader>, seen: Option<Seen> },
    Noting(Result<E::Output, Error>),
    Resolving(Resolution, Result<E::Output, Error>),
    Over(Option<Result<E::Output, Error>>),
}

impl<E: Endpoint> core::fmt::Debug for State<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Record => "Record",
            Self::Send => "Send",
            Self::Backoff(_) => "Backoff",
            Self::Sending { .. } => "Sending",
            Self::Noting(_) => "Noting",
            Self::Resolving(..) => "Resolving",
            Self::Over(_) => "Over",
        })
    }
}

impl<E: Endpoint> core::fmt::Debug for Spend<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Spend")
            .field("call", &E::NAME)
            .field("intent", &self.intent.id)
            .field("state", &self.state)
            .finish()
    }
}

impl<E: Endpoint> Spend<E> {
    pub(super) fn new(settings: &Settings, endpoint: E, now: Moment) -> Self {
        let mut intent = Intent::new(settings.intent_id(), E::NAME);
        intent.wall = settings.wall;
        intent.server = endpoint.server();
        Self {
            settings: settings.clone(),
            intent,
            deadline: now.after(settings.config().deadline),
            jitter: settings.jitter(),
            tries: 0,
            last: None,
            claim: None,
            events: VecDeque::new(),
            state: match endpoint.request() {
                Ok(_) => State::Record,
                Err(invalid) => State::Over(Some(Err(invalid.into()))),
            },
            endpoint,
        }
    }

    fn send(&mut self) -> Result<Exchange, Error> {
        let config = self.settings.config();
        let request = self.endpoint.request()?;
        let lane = self.endpoint.lane();
        let mut exchange = Exchange::new(request, Effect::Spend, lane, config.timeout, self.deadline);
        exchange.with_key = self.endpoint.needs_key();
        self.tries = self.tries.saturating_add(1);
        self.state = State::Sending { reader: Some(self.endpoint.reader(&config.caps)), seen: None };
        Ok(exchange)
    }

    /// `order`: one that the answer names all the same.
    fn unknown(&mut self, delivery: Delivery, order: Option<OrderId>) -> State<E> {
        let error = Error::new(ErrorKind::OutcomeUnknown).with_delivery(delivery).with_orders(order);
        State::Noting(Err(error.with_intents([self.intent.id.clone()])))
    }

    /// The service says that it is done; what that proves is the endpoint's to say. A call that rents a server and is
    /// told no order is not done: code 0 without an id proves no more than a lost answer (`rent.md`, "which answers
    /// refuse a create").
    fn done(&mut self, value: E::Output) -> State<E> {
        let order = match self.endpoint.proof(&value) {
            Proof::Placed(order) => order,
            Proof::Done => {
                self.events.push_back(Event::SpendDone { call: E::NAME, intent: self.intent.id.clone() });
                return State::Resolving(Resolution::Done, Ok(value));
            }
            Proof::Refused => return State::Resolving(Resolution::Refused, Ok(value)),
            Proof::InPart => return State::Noting(Ok(value)),
            Proof::Nothing => return self.unknown(Delivery::Answered, None),
        };
        if let Some(server) = self.intent.server {
            self.events.push_back(Event::OrderPlaced { order, server, inferred: false });
        }
        State::Resolving(Resolution::Placed { order, inferred: false }, Ok(value))
    }

    fn recorded(&mut self, done: Result<Recorded, JournalError>) -> State<E> {
        let error = match done {
            Ok(Recorded::Claimed(claim)) => {
                self.claim = Some(claim);
                self.events.push_back(Event::IntentRecorded { intent: self.intent.id.clone() });
                return State::Send;
            }
            // A session without a journal.
            Ok(Recorded::Written) => return State::Send,
            Ok(Recorded::Blocked(blocked)) => {
                let kind =
                    if blocked.ownerless.is_empty() { ErrorKind::Busy } else { ErrorKind::OpenIntents };
                let open = blocked.live.into_iter().chain(blocked.ownerless);
                Error::new(kind).with_intents(open.map(|open| open.intent.id))
            }
            Ok(_) => Error::new(ErrorKind::Busy),
            Err(error) => Error::new(ErrorKind::Journal(error)),
        };
        State::Over(Some(Err(error)))
    }
}

impl<E: Endpoint> Operation for Spend<E> {
    type Output = E::Output;

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<E::Output, Error>> {
        match &mut self.state {
            State::Record => Step::Record(Record::Intent(Box::new(self.intent.clone()))),
            State::Backoff(until) if now < *until => Step::Wait(*until),
            State::Send | State::Backoff(_) => match self.send() {
                Ok(exchange) => Step::Send(exchange),
                Err(error) => {
                    self.state = State::Resolving(Resolution::NeverSent, Err(error));
                    self.poll(now)
                }
            },
            State::Sending { .. } if now < self.deadline => Step::Wait(self.deadline),
            // A driver that never says how the exchange ended: the deadline ends it.
            State::Sending { .. } => {
                self.state = self.unknown(Delivery::Unknown, None);
                self.poll(now)
            }
            State::Noting(_) => Step::Record(Record::Sent(self.intent.id.clone())),
            State::Resolving(resolution, _) => Step::Record(Record::Resolved {
                intent: self.intent.id.clone(),
                resolution: *resolution,
                wall: self.settings.wall,
            }),
            State::Over(result) => match result.take() {
                Some(result) => {
                    self.claim = None;
                    Step::Done(result)
                }
                None => Step::Wait(Moment::NEVER),
            },
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Sending { seen, .. } => {
                *seen = Some(Seen::of(head));
                Flow::Continue
            }
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Sending { reader: Some(reader), .. } => reader.push(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, _: Moment) -> Pace {
        let State::Sending { reader, seen } = &mut self.state else { return Pace::Fine };
        let (Some(reader), Some(seen)) = (reader.take(), seen.take()) else {
            self.state = self.unknown(Delivery::Unknown, None);
            return Pace::Fine;
        };
        let answer = reader.finish();
        let named = match &answer {
            Answer::Value(value) | Answer::SuccessWithError { value: Some(value), .. } => {
                self.endpoint.placed(value)
            }
            _ => None,
        };
        let (state, pace) = match judge(&seen, answer) {
            Judgement::Value(value) => (self.done(value), Pace::Fine),
            // Only an envelope refuses; a status without one proves nothing.
            Judgement::Bad(bad) if bad.refused_by_code => {
                (State::Resolving(Resolution::Refused, Err(bad.error)), Pace::Refused)
            }
            Judgement::Bad(bad) => {
                let retry_after = bad.retry_after;
                let too_fast = bad.verdict == Verdict::TooFast;
                let pace = if too_fast { Pace::TooFast { retry_after } } else { Pace::Fine };
                (self.unknown(Delivery::Answered, named), pace)
            }
        };
        self.state = state;
        pace
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if !matches!(self.state, State::Sending { .. }) {
            return;
        }
        if failure.delivery != Delivery::NotSent {
            self.state = self.unknown(failure.delivery, None);
            return;
        }
        let again = now.after(Backoff::default().wait(self.tries, None, &mut self.jitter));
        let fits = again.after(Policy::default().min_attempt) <= self.deadline;
        let last = self.tries >= self.settings.config().max_retries || !fits;
        let mut error = failed(&failure).error;
        if *error.kind() == ErrorKind::Deadline {
            // No turn came for one more attempt: what stopped the one before is the cause to tell (S12).
            error = self.last.take().unwrap_or(error);
        }
        self.state = if last || failure.kind.is_permanent() {
            State::Resolving(Resolution::NeverSent, Err(error))
        } else {
            self.events.push_back(Event::RetryScheduled {
                at: again,
                attempt: self.tries,
                why: error.kind().clone(),
            });
            self.last = Some(error);
            State::Backoff(again)
        };
    }

    fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
        self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
            State::Record => self.recorded(done),
            State::Noting(end) => {
                let (intent, server) = (self.intent.id.clone(), self.intent.server);
                self.events.push_back(Event::OutcomeUnclear { intent, server });
                State::Over(Some(end))
            }
            State::Resolving(_, end) => {
                if !matches!(done, Ok(Recorded::Written)) {
                    self.events.push_back(Event::JournalWarning { intent: self.intent.id.clone() });
                }
                State::Over(Some(end))
            }
            other => other,
        };
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }
}

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;
