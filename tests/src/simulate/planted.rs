//! [`Planted`]: the shipped operation with a bug of [`Bug`] around it, or, without one, as it is.

use super::bug::Bug;
use clore_core::effect::Delivery;
use clore_core::error::{Error, Failure};
use clore_core::event::Event;
use clore_core::flow::Flow;
use clore_core::journal::{Claim, IntentId, JournalError, Record, Recorded, Resolution};
use clore_core::op::{Exchange, Head, Operation, Pace, Step};
use clore_core::time::Moment;
use core::time::Duration;
use http::{HeaderMap, StatusCode};
use std::collections::VecDeque;

const EMPTY: &[u8] = br#"{"orders":[],"code":0}"#;

pub(super) struct Planted<O> {
    inner: O,
    bug: Option<Bug>,
    /// The request in flight.
    flying: Option<Sent>,
    head: Option<(StatusCode, HeaderMap)>,
    body: Vec<u8>,
    creates: u32,
    again: Option<(Option<Moment>, Sent)>,
    intent: Option<IntentId>,
    withheld: Option<Record>,
    claim: Option<Claim>,
    /// The wrapper's own record is on its way; the operation must not hear of it.
    own: bool,
    ends: bool,
    events: VecDeque<Event>,
    recorded: bool,
}

/// What is needed to send a request once more.
struct Sent {
    request: http::Request<Vec<u8>>,
    like: (clore_core::effect::Effect, clore_core::effect::Lane, Duration, Moment),
}

impl Sent {
    fn of(exchange: &Exchange) -> Self {
        let like = (exchange.effect, exchange.lane, exchange.timeout, exchange.deadline);
        Self { request: exchange.request.clone(), like }
    }

    fn exchange(&self) -> Exchange {
        let (effect, lane, timeout, deadline) = self.like;
        Exchange::new(self.request.clone(), effect, lane, timeout, deadline)
    }

    fn is_create(&self) -> bool {
        self.request.uri().path().ends_with("/create_order")
    }
}

impl<O: Operation> Planted<O> {
    pub(super) fn new(inner: O, bug: Option<Bug>) -> Self {
        Self {
            inner,
            bug,
            flying: None,
            head: None,
            body: Vec::new(),
            creates: 0,
            again: None,
            intent: None,
            withheld: None,
            claim: None,
            own: false,
            ends: false,
            events: VecDeque::new(),
            recorded: false,
        }
    }

    fn is(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Whether the answer in flight is kept back until its end, to be looked at or replaced.
    fn holds_answer(&self) -> bool {
        let Some(flying) = &self.flying else { return false };
        match self.bug {
            Some(Bug::NoSnapshot) => !flying.is_create() && self.creates == 0,
            Some(Bug::FailedReadingIsEmpty) => !flying.is_create(),
            Some(Bug::Code5WithoutRecheck | Bug::LaterRefusalBelieved) => flying.is_create(),
            _ => false,
        }
    }

    fn tell(&mut self, body: &[u8]) {
        if let Some((status, headers)) = self.head.take() {
            let _ = self.inner.handle_head(Head::new(status, &headers));
            let _ = self.inner.handle_data(body);
        }
    }

    fn ended(&mut self, now: Moment) -> Pace {
        let body = core::mem::take(&mut self.body);
        let says = |code: &str| String::from_utf8_lossy(&body).contains(code);
        let failed = self.head.as_ref().is_some_and(|(status, _)| !status.is_success());
        match self.bug {
            Some(Bug::NoSnapshot) => self.tell(EMPTY),
            Some(Bug::FailedReadingIsEmpty) if failed => {
                self.head = Some((StatusCode::OK, HeaderMap::new()));
                self.tell(EMPTY);
            }
            Some(Bug::Code5WithoutRecheck) if says("\"code\":5") && self.creates < 3 => {
                let again = self.flying.take().unwrap();
                self.again = Some((Some(now.after(Duration::from_secs(6))), again));
                return Pace::TooFast { retry_after: None };
            }
            Some(Bug::LaterRefusalBelieved) if says("\"code\":6") && self.creates > 1 => {
                self.ends = true;
                return Pace::Refused;
            }
            _ => self.tell(&body),
        }
        self.inner.handle_end(now)
    }
}

impl<O: Operation> Operation for Planted<O> {
    /// None: the bug ended it as refused.
    type Output = Option<O::Output>;

    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        if self.bug.is_some() {
            if self.flying.is_none()
                && let Some(record) = self.withheld.take_if(|_| self.creates > 0)
            {
                self.own = true;
                return Step::Record(record);
            }
            if self.ends {
                let Some(intent) = self.intent.take() else { return Step::Done(Ok(None)) };
                self.own = true;
                return Step::Record(Record::Resolved {
                    intent,
                    resolution: Resolution::Refused,
                    wall: None,
                });
            }
            if let Some((until, _)) = &self.again {
                if let Some(until) = until.filter(|until| now < *until) {
                    return Step::Wait(until);
                }
                let (_, again) = self.again.take().unwrap();
                let exchange = again.exchange();
                self.flying = Some(again);
                self.creates += 1;
                return Step::Send(exchange);
            }
        }
        match self.inner.poll(now) {
            Step::Send(mut exchange) => {
                if self.bug.is_some() {
                    let sent = Sent::of(&exchange);
                    self.creates += u32::from(sent.is_create());
                    if self.is(Bug::OldSnapshot) {
                        exchange.start_by = None;
                    }
                    (self.head, self.body) = (None, Vec::new());
                    self.flying = Some(sent);
                }
                Step::Send(exchange)
            }
            Step::Record(record) => {
                if let Record::Intent(intent) = &record {
                    self.intent = Some(intent.id.clone());
                }
                let intent = matches!(record, Record::Intent(_) | Record::Renew(_));
                if self.is(Bug::IntentAfterSend) && intent && self.claim.is_none() {
                    let claim = Claim::new(record.claims().unwrap().clone(), Box::new(()));
                    self.withheld = Some(record);
                    self.inner.handle_recorded(now, Ok(Recorded::Claimed(claim)));
                    return self.poll(now);
                }
                Step::Record(record)
            }
            Step::Wait(until) => Step::Wait(until),
            Step::Permit(ask) => Step::Permit(ask),
            Step::Done(result) => Step::Done(result.map(Some)),
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        if self.holds_answer() {
            self.head = Some((head.status, head.headers.clone()));
            return Flow::Continue;
        }
        self.inner.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        if self.holds_answer() {
            self.body.extend_from_slice(decoded);
            return Flow::Continue;
        }
        self.inner.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        let pace = if self.holds_answer() { self.ended(now) } else { self.inner.handle_end(now) };
        self.flying = None;
        pace
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        let flying = self.flying.take();
        match (self.bug, flying) {
            (Some(Bug::ResendOnReset), Some(sent))
                if sent.is_create() && failure.delivery == Delivery::Unknown && self.creates < 2 =>
            {
                self.again = Some((None, sent));
            }
            (Some(Bug::FailedReadingIsEmpty), Some(sent)) if !sent.is_create() => {
                self.head = Some((StatusCode::OK, HeaderMap::new()));
                self.tell(EMPTY);
                let _ = self.inner.handle_end(now);
            }
            _ => self.inner.handle_failure(now, failure),
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        if core::mem::take(&mut self.own) {
            if let Ok(Recorded::Claimed(claim)) = done {
                self.claim = Some(claim);
            }
            return;
        }
        self.recorded = true;
        self.inner.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        if self.is(Bug::ToldAfterRecord) {
            if core::mem::take(&mut self.recorded)
                && let Some(placed) = self.events.pop_front()
            {
                return Some(placed);
            }
            let mut event = self.inner.next_event();
            let placed = event.take_if(|event| matches!(event, Event::OrderPlaced { .. }));
            self.events.extend(placed);
            return event;
        }
        self.inner.next_event()
    }
}
