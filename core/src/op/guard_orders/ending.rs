//! [`Ending`]: cancels the orders that passed their caps: those that are certainly ours together, then one by one those
//! that reading found after a success without an id, each only when the readings show it alone (`rent.md`, "automatic
//! cancel").
//!
//! ```text
//!  Many `CancelMany` ──► One `AutoCancel` ──► the next One … ──► Over(what became of each)
//! ```

use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::OrderId;
use crate::op::rent::{AutoCancel, AutoCancelled, AutoCancelling, WhyBilling};
use crate::op::{
    CancelMany, CancelReport, CancelState, CancellingMany, Head, Operation, Pace, Plan, Settings, Step,
};
use crate::time::Moment;
use std::collections::{BTreeMap, VecDeque};

/// What became of one order.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Ended {
    Confirmed,
    Failed(Error),
    Unconfirmed,
    /// The readings do not show it alone, or could not be made: it was not cancelled.
    NotSure,
}

/// The machine; it ends well whatever becomes of the orders.
#[derive(Debug)]
pub(super) struct Ending {
    settings: Settings,
    many: Vec<OrderId>,
    by_reading: VecDeque<(OrderId, Option<AutoCancel>)>,
    done: BTreeMap<OrderId, Ended>,
    state: State,
}

#[derive(Debug)]
enum State {
    Next,
    Many(Box<CancellingMany>),
    One(OrderId, Box<AutoCancelling>),
}

impl Ending {
    pub(super) fn new(
        settings: &Settings,
        many: Vec<OrderId>,
        by_reading: impl IntoIterator<Item = (OrderId, Option<AutoCancel>)>,
    ) -> Self {
        let (settings, by_reading) = (settings.clone(), by_reading.into_iter().collect());
        Self { settings, many, by_reading, done: BTreeMap::new(), state: State::Next }
    }

    /// What is known so far, for whoever does not wait for the rest.
    pub(super) fn so_far(&self) -> &BTreeMap<OrderId, Ended> {
        &self.done
    }

    fn many(&mut self, asked: &[OrderId], report: Result<CancelReport, Error>) {
        match report {
            Ok(report) => self.done.extend(report.orders.into_iter().map(|(order, state)| {
                let ended = match state {
                    CancelState::Confirmed => Ended::Confirmed,
                    CancelState::Failed(error) => Ended::Failed(error),
                    CancelState::Unconfirmed => Ended::Unconfirmed,
                };
                (order, ended)
            })),
            Err(error) => self.done.extend(asked.iter().map(|order| (*order, Ended::Failed(error.clone())))),
        }
    }

    fn one(&mut self, order: OrderId, result: Result<AutoCancelled, Error>) {
        let ended = match result {
            Ok(AutoCancelled::Confirmed) => Ended::Confirmed,
            Ok(AutoCancelled::StillBilling(WhyBilling::Unconfirmed(error))) | Err(error) => {
                Ended::Failed(error)
            }
            Ok(AutoCancelled::StillBilling(_)) => Ended::NotSure,
        };
        self.done.insert(order, ended);
    }
}

impl Operation for Ending {
    type Output = BTreeMap<OrderId, Ended>;

    fn name(&self) -> &'static str {
        "guard_orders"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Next) {
                State::Next if self.done.is_empty() && !self.many.is_empty() => {
                    let cancel = CancelMany::new(self.many.iter().copied());
                    State::Many(Box::new(cancel.begin(&self.settings, now)))
                }
                State::Next => match self.by_reading.pop_front() {
                    // The journal does not keep enough to judge it by.
                    Some((order, None)) => {
                        self.done.insert(order, Ended::NotSure);
                        State::Next
                    }
                    Some((order, Some(cancel))) => {
                        State::One(order, Box::new(cancel.begin(&self.settings, now)))
                    }
                    None => return Step::Done(Ok(self.done.clone())),
                },
                State::Many(mut cancel) => match cancel.poll(now).ended() {
                    Ok(report) => {
                        let asked = core::mem::take(&mut self.many);
                        self.many(&asked, report);
                        State::Next
                    }
                    Err(step) => {
                        self.state = State::Many(cancel);
                        return step;
                    }
                },
                State::One(order, mut cancel) => match cancel.poll(now).ended() {
                    Ok(result) => {
                        self.one(order, result);
                        State::Next
                    }
                    Err(step) => {
                        self.state = State::One(order, cancel);
                        return step;
                    }
                },
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Many(cancel) => cancel.handle_head(head),
            State::One(_, cancel) => cancel.handle_head(head),
            State::Next => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Many(cancel) => cancel.handle_data(decoded),
            State::One(_, cancel) => cancel.handle_data(decoded),
            State::Next => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Many(cancel) => cancel.handle_end(now),
            State::One(_, cancel) => cancel.handle_end(now),
            State::Next => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Many(cancel) => cancel.handle_failure(now, failure),
            State::One(_, cancel) => cancel.handle_failure(now, failure),
            State::Next => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Many(cancel) => cancel.handle_recorded(now, done),
            State::One(_, cancel) => cancel.handle_recorded(now, done),
            State::Next => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Many(cancel) => cancel.next_event(),
            State::One(_, cancel) => cancel.next_event(),
            State::Next => None,
        }
    }
}
