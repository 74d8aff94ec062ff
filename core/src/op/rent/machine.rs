//! The machine behind [`Rent`]: its states and what each input goes to. The graph is drawn in the parent module, the
//! transitions are in `steps`.

use super::candidate::Dates;
use super::outcome::{Evidence, FoundBy, RentOutcome, RentWarning};
use super::plan::Rent;
use super::reconcile::Reconcile;
use super::settle::Settle;
use crate::effect::Delivery;
use crate::endpoint::Reader;
use crate::endpoint::create_order::{CreateOrderReader, CreateVerdict};
use crate::endpoint::my_orders::Sightings;
use crate::error::{Error, ErrorKind, Failure, FailureKind};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{Claim, Intent, IntentId, JournalError, Record, Recorded, Resolution};
use crate::model::order::Sighting;
use crate::op::fetch::Fetch;
use crate::op::judge::Seen;
use crate::op::standing_orders::MarkEnds;
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::retry::Jitter;
use crate::time::Moment;
use std::collections::VecDeque;

/// Renting one server; see the module's graph.
#[derive(Debug)]
pub struct Renting {
    pub(super) plan: Rent,
    pub(super) settings: Settings,
    pub(super) deadline: Moment,
    pub(super) jitter: Jitter,
    pub(super) intent: Intent,
    pub(super) dates: Dates,
    /// When the last snapshot or recheck was read to its end.
    pub(super) read: Moment,
    /// When settling what others left began; it has time of its own.
    pub(super) settling_since: Moment,
    /// Whether the intent stands in the journal.
    pub(super) recorded: bool,
    /// Whether a send of this intent may have left.
    pub(super) left: bool,
    pub(super) sent_noted: bool,
    pub(super) tries: u32,
    pub(super) claim: Option<Claim>,
    pub(super) evidence: Evidence,
    pub(super) success_without_id: bool,
    /// What a send after a "too fast" was refused with: the error, should reading show no order.
    pub(super) refused_later: Option<Error>,
    /// The row that was taken for ours.
    pub(super) found: Option<Sighting>,
    /// What it was found by.
    pub(super) found_by: Option<Box<FoundBy>>,
    /// When the last send was closed.
    pub(super) closed: Moment,
    /// The create was not begun because its listing had become too old.
    pub(crate) ran_out: bool,
    pub(super) warnings: Vec<RentWarning>,
    pub(super) events: VecDeque<Event>,
    pub(super) state: State,
}

#[derive(Debug)]
pub(super) enum State {
    Snapshot(Box<Fetch<Sightings>>),
    /// Orders that ended without us are marked before the intent is checked.
    Ending(Box<MarkEnds>),
    Record,
    /// Until when, and who is in the way.
    Busy(Moment, Vec<IntentId>),
    Settling(Box<Settle>),
    Create,
    Sending {
        reader: Option<Box<CreateOrderReader>>,
        seen: Option<Seen>,
    },
    Backoff(Moment),
    Recheck(Box<Fetch<Sightings>>),
    Noting(Box<State>),
    Reconciling(Box<Reconcile>),
    Resolving(Resolution, Box<Result<RentOutcome, Error>>),
    Over(Option<Box<Result<RentOutcome, Error>>>),
}

impl Renting {
    /// Whether the service refused the first create that left, so that nothing else can have come of it.
    pub(crate) fn was_refused_at_once(&self) -> bool {
        self.left && !self.sent_noted
    }
}

impl Plan for Rent {
    type Operation = Renting;

    fn begin(self, settings: &Settings, now: Moment) -> Renting {
        Renting::new(self, settings, now)
    }
}

impl Operation for Renting {
    type Output = RentOutcome;

    fn name(&self) -> &'static str {
        "rent"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<RentOutcome, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
                State::Snapshot(mut fetch) => match fetch.poll(now).ended() {
                    Ok(result) => self.snapshot_read(now, result),
                    Err(step) => {
                        self.state = State::Snapshot(fetch);
                        return step;
                    }
                },
                State::Recheck(mut fetch) => match fetch.poll(now).ended() {
                    Ok(result) => self.rechecked(now, result),
                    Err(step) => {
                        self.state = State::Recheck(fetch);
                        return step;
                    }
                },
                State::Settling(mut settle) => match settle.poll(now).ended() {
                    Ok(Ok(settled)) => self.settled(now, settled),
                    Ok(Err(error)) => self.fail(now, error),
                    Err(step) => {
                        self.state = State::Settling(settle);
                        return step;
                    }
                },
                State::Reconciling(mut reconcile) => match reconcile.poll(now).ended() {
                    Ok(result) => self.reconciled(result),
                    Err(step) => {
                        self.state = State::Reconciling(reconcile);
                        return step;
                    }
                },
                State::Ending(ends) => match ends.next() {
                    Some(record) => {
                        self.state = State::Ending(ends);
                        return Step::Record(record);
                    }
                    None => State::Record,
                },
                State::Record => {
                    self.state = State::Record;
                    let intent = Box::new(self.intent.clone());
                    // Only the holder of the claim may write over its own intent.
                    return Step::Record(if self.recorded {
                        Record::Renew(intent)
                    } else {
                        Record::Intent(intent)
                    });
                }
                State::Noting(next) => {
                    self.state = State::Noting(next);
                    let id = self.intent.id.clone();
                    return Step::Record(if self.success_without_id {
                        Record::Answered(id)
                    } else {
                        Record::Sent(id)
                    });
                }
                State::Resolving(resolution, end) => {
                    self.state = State::Resolving(resolution, end);
                    let (intent, wall) = (self.intent.id.clone(), self.settings.wall);
                    return Step::Record(Record::Resolved { intent, resolution, wall });
                }
                State::Busy(until, whom) if now < until => {
                    self.state = State::Busy(until, whom);
                    return Step::Wait(until);
                }
                // The other run may have rented it: what was read before is worth nothing.
                State::Busy(_, whom) if now >= self.deadline => {
                    self.fail(now, Error::new(ErrorKind::Busy).with_intents(whom))
                }
                State::Busy(..) => self.snapshot(now),
                State::Backoff(until) if now < until => {
                    self.state = State::Backoff(until);
                    return Step::Wait(until);
                }
                State::Backoff(_) if self.left => self.recheck(now),
                State::Backoff(_) => self.snapshot(now),
                State::Create => match self.create(now) {
                    Ok(exchange) => return Step::Send(exchange),
                    Err(error) => self.fail(now, error),
                },
                sending @ State::Sending { .. } => {
                    self.state = sending;
                    return Step::Wait(self.deadline);
                }
                State::Over(end) => match end {
                    Some(end) => return Step::Done(*end),
                    None => return Step::Wait(Moment::NEVER),
                },
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_head(head),
            State::Settling(settle) => settle.handle_head(head),
            State::Reconciling(reconcile) => reconcile.handle_head(head),
            State::Sending { seen, .. } => {
                *seen = Some(Seen::of(head));
                Flow::Continue
            }
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_data(decoded),
            State::Settling(settle) => settle.handle_data(decoded),
            State::Reconciling(reconcile) => reconcile.handle_data(decoded),
            State::Sending { reader: Some(reader), .. } => reader.push(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => {
                self.read = now;
                fetch.handle_end(now)
            }
            State::Settling(settle) => settle.handle_end(now),
            State::Reconciling(reconcile) => reconcile.handle_end(now),
            State::Sending { reader, seen } => {
                let (Some(reader), Some(seen)) = (reader.take(), seen.take()) else {
                    // No loop of ours ends an answer that had no head: what was sent is unknown.
                    let failure =
                        Failure::new(Delivery::Unknown, FailureKind::Misuse, "an end without a head");
                    self.state = self.send_failed(now, &failure);
                    return Pace::Fine;
                };
                self.dates.answer = seen.date;
                let verdict = CreateVerdict::from(reader.finish());
                let (state, pace) = self.answered(now, &seen, verdict);
                self.state = state;
                pace
            }
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_failure(now, failure),
            State::Settling(settle) => settle.handle_failure(now, failure),
            State::Reconciling(reconcile) => reconcile.handle_failure(now, failure),
            State::Sending { seen, .. } => {
                self.dates.answer = seen.take().and_then(|seen| seen.date);
                self.state = self.send_failed(now, &failure);
            }
            _ => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
            State::Settling(mut settle) => {
                settle.handle_recorded(now, done);
                State::Settling(settle)
            }
            State::Reconciling(mut reconcile) => {
                reconcile.handle_recorded(now, done);
                State::Reconciling(reconcile)
            }
            State::Ending(mut ends) => {
                ends.handle_recorded(done);
                State::Ending(ends)
            }
            State::Record => self.intent_recorded(now, done),
            State::Noting(next) => {
                if done.is_err() {
                    self.events.push_back(Event::JournalWarning { intent: self.intent.id.clone() });
                }
                *next
            }
            State::Resolving(resolution, end) => match (&done, resolution) {
                (Ok(Recorded::Attributed(_)), Resolution::Placed { inferred, .. }) => {
                    self.of_another(now, inferred)
                }
                _ => self.resolved(end, matches!(done, Ok(Recorded::Written))),
            },
            other => other,
        };
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.next_event(),
            State::Settling(settle) => settle.next_event(),
            State::Reconciling(reconcile) => reconcile.next_event(),
            _ => None,
        })
    }
}
