//! The machine behind both cancels.

use super::confirm::{Confirm, Due};
use super::{CancelReport, Cancelled};
use crate::effect::Delivery;
use crate::endpoint::Endpoint;
use crate::endpoint::cancel_order::CancelOrder;
use crate::endpoint::cancel_orders::{CancelOrders, CancelOutcome, CancelReport as BatchReport};
use crate::endpoint::my_orders::MyOrders;
use crate::error::{Code, Error, ErrorKind, Failure, Reason};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Record, Recorded};
use crate::limits::CANCEL_BATCH;
use crate::model::OrderId;
use crate::op::fetch::Fetch;
use crate::op::{Head, Operation, Pace, Settings, Step};
use crate::time::Moment;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What became of one order.
///
/// Closed: whoever cancels must have an answer to each.
#[derive(Clone, PartialEq, Debug)]
pub enum CancelState {
    /// A complete list confirms that it is over.
    Confirmed,
    /// The service said no, or nothing could be sent; it may be billing.
    Failed(Error),
    /// No complete list confirms it; it may be billing.
    Unconfirmed,
}

/// The machine of [`Cancel`](super::Cancel).
#[derive(Debug)]
pub struct Cancelling(CancellingMany);

/// The machine of [`CancelMany`](super::CancelMany).
#[derive(Debug)]
pub struct CancellingMany {
    settings: Settings,
    issue: Option<String>,
    requests: VecDeque<Request>,
    states: BTreeMap<OrderId, Option<CancelState>>,
    /// Orders whose last cancel was neither accepted nor answered by "already over".
    unaccepted: BTreeSet<OrderId>,
    confirm: Option<Confirm>,
    to_note: VecDeque<OrderId>,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Clone, Debug)]
enum Request {
    One(CancelOrder),
    Batch(CancelOrders),
}

#[derive(Debug)]
enum State {
    Next,
    One(Box<Fetch<CancelOrder>>),
    Batch(Box<Fetch<CancelOrders>>),
    Confirming,
    Reading(Box<Fetch<MyOrders>>),
    Noting,
    Over,
}

impl Cancelling {
    pub(super) fn new(settings: &Settings, request: CancelOrder) -> Self {
        let orders = BTreeSet::from([request.order()]);
        let mut machine = CancellingMany::new(settings, orders, None);
        machine.requests = VecDeque::from([Request::One(request)]);
        Self(machine)
    }
}

impl CancellingMany {
    pub(super) fn new(settings: &Settings, orders: BTreeSet<OrderId>, issue: Option<String>) -> Self {
        let states = orders.iter().map(|order| (*order, None)).collect();
        let mut machine = Self {
            settings: settings.clone(),
            issue,
            requests: VecDeque::new(),
            states,
            unaccepted: BTreeSet::new(),
            confirm: None,
            to_note: VecDeque::new(),
            events: VecDeque::new(),
            state: State::Next,
        };
        machine.requests = machine.requests_for(&orders);
        machine
    }

    fn requests_for(&self, orders: &BTreeSet<OrderId>) -> VecDeque<Request> {
        let one = |order: &OrderId| {
            let request = CancelOrder::new(*order);
            Request::One(match &self.issue {
                Some(issue) => request.issue(issue.as_str()),
                None => request,
            })
        };
        if orders.len() < 2 || self.issue.is_some() {
            return orders.iter().map(one).collect();
        }
        let orders: Vec<OrderId> = orders.iter().copied().collect();
        orders.chunks(CANCEL_BATCH).map(|batch| Request::Batch(CancelOrders::new(batch.to_vec()))).collect()
    }

    fn fail(&mut self, order: OrderId, error: Error) {
        self.states.insert(order, Some(CancelState::Failed(error.with_orders([order]))));
    }

    /// One cancel was answered, or could not be sent to the end of its attempts.
    fn answered(&mut self, order: OrderId, lost: bool, result: Result<(), Error>) {
        self.unaccepted.remove(&order);
        if let Err(error) = result {
            if !is_gone(&error) {
                self.unaccepted.insert(order);
            }
            // Already over, or unknown to the service: the reading tells. Lost, in whichever attempt: it tells, too.
            // Of a second sending only a refusal is news.
            let unsent = self.confirm.is_some() && error.refusal().is_none();
            if !(lost || unsent || is_gone(&error) || is_passing(&error)) {
                self.fail(order, error);
            }
        }
    }

    /// What a batch says of one order is not taken for its end: "failed" may mean that it was over already, or that it
    /// bills on, and "accepted" has to show in the list (api-facts 8, 20). One that failed is asked for by itself, which
    /// tells why; until then nobody has accepted its cancel.
    fn told_of(&mut self, report: &BatchReport) {
        let order = report.order;
        match report.outcome {
            CancelOutcome::Accepted => self.answered(order, false, Ok(())),
            CancelOutcome::Failed | CancelOutcome::Unknown => {
                self.unaccepted.insert(order);
                self.requests.push_back(Request::One(CancelOrder::new(order)));
            }
        }
    }

    fn open(&self) -> BTreeSet<OrderId> {
        self.states.iter().filter(|(_, state)| state.is_none()).map(|(order, _)| *order).collect()
    }

    /// A second sending ends with the confirming, so that the whole has an end.
    fn fetch<E: Endpoint>(&self, request: E, now: Moment) -> Fetch<E> {
        let fetch = Fetch::new(&self.settings, request, now);
        match &self.confirm {
            Some(confirm) => fetch.deadline(confirm.end().max(now)),
            None => fetch,
        }
    }

    fn next(&mut self, now: Moment) -> State {
        match self.requests.pop_front() {
            Some(Request::One(request)) => State::One(Box::new(self.fetch(request, now))),
            Some(Request::Batch(request)) => State::Batch(Box::new(self.fetch(request, now))),
            None => {
                let open = self.open();
                let grace = self.settings.config().grace;
                self.confirm.get_or_insert_with(|| Confirm::new(now, grace, open));
                State::Confirming
            }
        }
    }

    fn confirming(&mut self, now: Moment) -> Result<State, Moment> {
        let Some(confirm) = &mut self.confirm else { return Ok(State::Next) };
        if confirm.open.is_empty() {
            return Ok(State::Noting);
        }
        Ok(match confirm.due(&self.settings, now) {
            Due::Wait(until) => return Err(until),
            Due::Read(fetch) => State::Reading(fetch),
            Due::Resend => {
                let open = confirm.open.clone();
                self.requests = self.requests_for(&open);
                State::Next
            }
            Due::GiveUp => State::Noting,
        })
    }

    fn read(&mut self, list: &crate::endpoint::my_orders::OrderList) {
        let Some(confirm) = &mut self.confirm else { return };
        for order in confirm.confirmed_by(list, &self.unaccepted) {
            self.states.insert(order, Some(CancelState::Confirmed));
            self.events.push_back(Event::OrderCancelled { order });
            self.to_note.push_back(order);
        }
    }

    fn report(&mut self) -> CancelReport {
        let states = core::mem::take(&mut self.states).into_iter();
        let orders = states.map(|(order, state)| (order, state.unwrap_or(CancelState::Unconfirmed)));
        CancelReport { orders: orders.collect() }
    }
}

/// The service knows no such order, or it is over already.
fn is_gone(error: &Error) -> bool {
    error
        .refusal()
        .is_some_and(|refusal| refusal.reason == Reason::OrderNotActive || refusal.code == Code::Endpoint)
}

/// Answered, but by something that says nothing about the order: code 1, code 0 with an error, a code 6 without a
/// reason, a proxy's page.
fn is_passing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Http { .. } | ErrorKind::Decode(_) => true,
        ErrorKind::Refused(refusal) => match refusal.code {
            Code::Database | Code::Success => true,
            code => code == Code::Refused && refusal.reason == Reason::Unsaid,
        },
        _ => false,
    }
}

impl Operation for CancellingMany {
    type Output = CancelReport;

    fn name(&self) -> &'static str {
        "cancel_orders"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<CancelReport, Error>> {
        loop {
            match &mut self.state {
                State::Next => self.state = self.next(now),
                State::One(fetch) => match fetch.poll(now).ended() {
                    Ok(result) => {
                        let (order, lost) = (fetch.endpoint().order(), fetch.was_lost());
                        self.state = State::Next;
                        self.answered(order, lost, result.map(|_| ()));
                    }
                    Err(step) => return step,
                },
                State::Batch(fetch) => match fetch.poll(now).ended() {
                    Ok(result) => {
                        let (orders, lost) = (fetch.endpoint().orders().to_vec(), fetch.was_lost());
                        self.state = State::Next;
                        match result {
                            Ok(fetched) => fetched.value.iter().for_each(|report| self.told_of(report)),
                            Err(error) => orders
                                .into_iter()
                                .for_each(|order| self.answered(order, lost, Err(error.clone()))),
                        }
                    }
                    Err(step) => return step,
                },
                State::Confirming => match self.confirming(now) {
                    Ok(next) => self.state = next,
                    Err(until) => return Step::Wait(until),
                },
                State::Reading(fetch) => match fetch.poll(now).ended() {
                    Ok(result) => {
                        self.state = State::Confirming;
                        match result {
                            Ok(fetched) => self.read(&fetched.value),
                            Err(error) if *error.kind() == ErrorKind::Key => {
                                self.confirm.iter_mut().for_each(Confirm::give_up);
                            }
                            Err(_) => {}
                        }
                    }
                    Err(step) => return step,
                },
                State::Noting => match self.to_note.front() {
                    Some(order) => {
                        return Step::Record(Record::Ended { order: *order, wall: self.settings.wall });
                    }
                    None => {
                        self.state = State::Over;
                        return Step::Done(Ok(self.report()));
                    }
                },
                State::Over => return Step::Wait(Moment::NEVER),
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::One(fetch) => fetch.handle_head(head),
            State::Batch(fetch) => fetch.handle_head(head),
            State::Reading(fetch) => fetch.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::One(fetch) => fetch.handle_data(decoded),
            State::Batch(fetch) => fetch.handle_data(decoded),
            State::Reading(fetch) => fetch.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::One(fetch) => fetch.handle_end(now),
            State::Batch(fetch) => fetch.handle_end(now),
            State::Reading(fetch) => fetch.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::One(fetch) => fetch.handle_failure(now, failure),
            State::Batch(fetch) => fetch.handle_failure(now, failure),
            State::Reading(fetch) => fetch.handle_failure(now, failure),
            _ => {}
        }
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {
        // The end of an order is noted for limits and reports; the cancel stands without it.
        self.to_note.pop_front();
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::One(fetch) => fetch.next_event(),
            State::Batch(fetch) => fetch.next_event(),
            State::Reading(fetch) => fetch.next_event(),
            _ => None,
        })
    }
}

impl Operation for Cancelling {
    type Output = Cancelled;

    fn name(&self) -> &'static str {
        "cancel_order"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Cancelled, Error>> {
        match self.0.poll(now).ended() {
            Ok(Ok(report)) => Step::Done(match report.orders.into_iter().next() {
                Some((order, CancelState::Confirmed)) => Ok(Cancelled { order }),
                Some((_, CancelState::Failed(error))) => Err(error),
                Some((order, CancelState::Unconfirmed)) => {
                    let error = Error::new(ErrorKind::CancelUnconfirmed).with_delivery(Delivery::Unknown);
                    Err(error.with_orders([order]))
                }
                None => Err(Error::new(ErrorKind::NoSuchOrder)),
            }),
            Ok(Err(error)) => Step::Done(Err(error)),
            Err(step) => step,
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.0.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.0.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.0.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.0.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.0.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.0.next_event()
    }
}
