//! The user's own word on an open intent: [`CloseIntent`] (nothing was placed) and [`AttributeIntent`] (it is this
//! order). Both take the claim first; a live owner is never overruled.
//!
//! ```text
//!  Adopting: Record(Adopt) ─► Closing: one complete reading, Look ─► no stray row ─► Marking: Record(Resolved) ─► Over
//!                          └► Attributing: Look, the order is nobody else's ───────►┘
//! ```

use super::candidate;
use super::settle::{Settled, Settlement};
use crate::endpoint::my_orders::{Reading, Sightings};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{Claim, Intent, IntentId, JournalError, Ownership, Record, Recorded, Resolution, View};
use crate::model::OrderId;
use crate::model::order::Sighting;
use crate::op::fetch::{Fetch, Fetched};
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet};

/// The user says that nothing was placed. Refused, naming the rows, when a complete reading shows an order on that
/// server which is neither in the intent's snapshot nor another intent's. An intent that names no one server (several
/// gigaspot bids, a user's own endpoint) may have become any order: each one that has not ended stands in the way.
/// [`CloseIntent::except`] says which are not of it.
#[derive(Clone, Debug)]
pub struct CloseIntent {
    intent: IntentId,
    others: BTreeSet<OrderId>,
}

impl CloseIntent {
    /// Closes `intent`.
    #[must_use]
    pub fn new(intent: IntentId) -> Self {
        Self { intent, others: BTreeSet::new() }
    }

    /// The user says of these orders that they are not of this intent, so they do not stand in the way.
    #[must_use]
    pub fn except(mut self, orders: impl IntoIterator<Item = OrderId>) -> Self {
        self.others.extend(orders);
        self
    }
}

/// The user says which order an intent became. Refused when another intent has that order.
#[derive(Clone, Debug)]
pub struct AttributeIntent(IntentId, OrderId);

impl AttributeIntent {
    /// Says that `intent` became `order`.
    #[must_use]
    pub fn new(intent: IntentId, order: OrderId) -> Self {
        Self(intent, order)
    }
}

impl Plan for CloseIntent {
    type Operation = Closing;

    fn begin(self, settings: &Settings, now: Moment) -> Closing {
        let fetch = Fetch::new(settings, Sightings::new(), now);
        let mut word = UserWord::new(settings, self.intent, Resolution::Closed, Some(fetch));
        word.others = self.others;
        Closing(word)
    }
}

impl Plan for AttributeIntent {
    type Operation = Attributing;

    fn begin(self, settings: &Settings, _: Moment) -> Attributing {
        Attributing(UserWord::new(settings, self.0, Resolution::AttributedTo(self.1), None))
    }
}

/// The machine of [`CloseIntent`].
#[derive(Debug)]
pub struct Closing(UserWord);

/// The machine of [`AttributeIntent`].
#[derive(Debug)]
pub struct Attributing(UserWord);

#[derive(Debug)]
struct UserWord {
    settings: Settings,
    id: IntentId,
    resolution: Resolution,
    reading: Option<Box<Fetch<Sightings>>>,
    intent: Option<Box<Intent>>,
    claim: Option<Claim>,
    seen: BTreeMap<OrderId, Sighting>,
    /// Orders that the user says are not of this intent.
    others: BTreeSet<OrderId>,
    state: State,
}

#[derive(Debug)]
enum State {
    Finding,
    Adopting,
    Reading,
    Looking,
    Marking,
    Over(Option<Box<Result<Settled, Error>>>),
}

impl UserWord {
    fn new(
        settings: &Settings,
        id: IntentId,
        resolution: Resolution,
        reading: Option<Fetch<Sightings>>,
    ) -> Self {
        Self {
            settings: settings.clone(),
            id,
            resolution,
            reading: reading.map(Box::new),
            intent: None,
            claim: None,
            seen: BTreeMap::new(),
            others: BTreeSet::new(),
            state: State::Finding,
        }
    }

    fn fail(&mut self, kind: ErrorKind) -> State {
        self.claim = None;
        State::Over(Some(Box::new(Err(Error::new(kind).with_intents([self.id.clone()])))))
    }

    fn refuse(&mut self, why: &str) -> State {
        self.fail(ErrorKind::Own(Excerpt::new(why, 200)))
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Settled, Error>> {
        loop {
            match &mut self.state {
                State::Finding | State::Looking => return Step::Record(Record::Look),
                State::Adopting => return Step::Record(Record::Adopt(self.id.clone())),
                State::Reading => {
                    let Some(fetch) = &mut self.reading else {
                        self.state = State::Looking;
                        continue;
                    };
                    match fetch.poll(now).ended() {
                        Ok(result) => self.state = self.read(result),
                        Err(step) => return step,
                    }
                }
                State::Marking => {
                    let (intent, resolution) = (self.id.clone(), self.resolution);
                    return Step::Record(Record::Resolved { intent, resolution, wall: self.settings.wall });
                }
                State::Over(result) => match result.take() {
                    Some(result) => return Step::Done(*result),
                    None => return Step::Wait(Moment::NEVER),
                },
            }
        }
    }

    fn read(&mut self, result: Result<Fetched<Reading>, Error>) -> State {
        let reading = match result {
            Ok(fetched) => fetched.value,
            Err(error) => {
                self.claim = None;
                return State::Over(Some(Box::new(Err(error.with_intents([self.id.clone()])))));
            }
        };
        let server = self.intent.as_ref().and_then(|intent| intent.server);
        if let Err(why) = reading.check_for(server) {
            return self.fail(ErrorKind::UnreadHistory(why));
        }
        self.seen = reading.rows.into_iter().map(|row| (row.id, row)).collect();
        State::Looking
    }

    fn found(&mut self, view: &View) -> State {
        match view.intent(&self.id) {
            Some(open) if open.ownership == Ownership::OtherKey => {
                self.refuse("it was made with another key, and only that key can settle it")
            }
            Some(open) => {
                self.intent = Some(Box::new(open.intent.clone()));
                State::Adopting
            }
            None => self.refuse("no open intent has this name"),
        }
    }

    fn looked(&mut self, view: &View) -> State {
        if let Some(order) = self.resolution.order() {
            return match view.attributed_to(order) {
                Some(other) if *other != self.id => {
                    let error = ErrorKind::Own(Excerpt::new("another intent has this order", 200));
                    self.claim = None;
                    let error = Error::new(error).with_orders([order]).with_intents([other.clone()]);
                    State::Over(Some(Box::new(Err(error))))
                }
                _ => State::Marking,
            };
        }
        let Some(intent) = &self.intent else { return self.refuse("no open intent has this name") };
        let mine = |row: &&Sighting| view.attributed_to(row.id).is_none_or(|owner| *owner == self.id);
        // An intent that names no server may be any order that still bills; one that names one, any row there.
        let may_be =
            |row: &&Sighting| !(self.others.contains(&row.id) || intent.server.is_none() && row.ended);
        let rows = candidate::new_rows(intent, &self.seen).filter(mine).filter(may_be).map(|row| row.id);
        let rows: Vec<OrderId> = rows.collect();
        if rows.is_empty() {
            return State::Marking;
        }
        self.claim = None;
        let why = "there are orders that it may have become: cancel or attribute them, or name those that are others";
        let error = Error::new(ErrorKind::Own(Excerpt::new(why, 200)));
        State::Over(Some(Box::new(Err(error.with_orders(rows).with_intents([self.id.clone()])))))
    }

    fn recorded(&mut self, done: Result<Recorded, JournalError>) {
        self.state = match (core::mem::replace(&mut self.state, State::Over(None)), done) {
            // Nothing was asked of the journal.
            (other @ (State::Reading | State::Over(_)), _) => other,
            (_, Err(error)) => self.fail(ErrorKind::Journal(error)),
            (State::Finding, Ok(Recorded::Seen(view))) => self.found(&view),
            (State::Finding, Ok(_)) => self.found(&View::default()),
            (State::Adopting, Ok(Recorded::Claimed(claim))) => {
                self.claim = Some(claim);
                State::Reading
            }
            (State::Adopting, Ok(Recorded::Owned)) => self.fail(ErrorKind::Busy),
            (State::Adopting, Ok(_)) => self.refuse("it is not open any more, or of another key"),
            (State::Looking, Ok(Recorded::Seen(view))) => self.looked(&view),
            (State::Looking, Ok(_)) => self.refuse("the journal could not be read"),
            (State::Marking, Ok(Recorded::Written)) => {
                let server = self.intent.as_ref().and_then(|intent| intent.server);
                let settlement = match self.resolution.order() {
                    Some(order) => Settlement::Placed { order, inferred: true },
                    None => Settlement::Closed,
                };
                self.claim = None;
                State::Over(Some(Box::new(Ok(Settled::new(self.id.clone(), server, settlement)))))
            }
            (State::Marking, Ok(_)) => self.refuse("the journal refused it"),
        };
    }

    fn fetch(&mut self) -> Option<&mut Fetch<Sightings>> {
        match self.state {
            State::Reading => self.reading.as_deref_mut(),
            _ => None,
        }
    }
}

macro_rules! user_operation {
    ($machine:ident, $name:literal) => {
        impl Operation for $machine {
            type Output = Settled;
            fn name(&self) -> &'static str {
                $name
            }
            fn poll(&mut self, now: Moment) -> Step<Result<Settled, Error>> {
                self.0.poll(now)
            }
            fn handle_head(&mut self, head: Head<'_>) -> Flow {
                self.0.fetch().map_or(Flow::Stop, |fetch| fetch.handle_head(head))
            }
            fn handle_data(&mut self, decoded: &[u8]) -> Flow {
                self.0.fetch().map_or(Flow::Stop, |fetch| fetch.handle_data(decoded))
            }
            fn handle_end(&mut self, now: Moment) -> Pace {
                self.0.fetch().map_or(Pace::Fine, |fetch| fetch.handle_end(now))
            }
            fn handle_failure(&mut self, now: Moment, failure: Failure) {
                if let Some(fetch) = self.0.fetch() {
                    fetch.handle_failure(now, failure);
                }
            }
            fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
                self.0.recorded(done);
            }
            fn next_event(&mut self) -> Option<Event> {
                self.0.fetch().and_then(Fetch::next_event)
            }
        }
    };
}

user_operation!(Closing, "close intent");
user_operation!(Attributing, "attribute intent");
