//! [`Call`]: an operation with its turns at the pacer, the host and the key.
//!
//! ```text
//!  Idle ──poll──► op says Send ──► Queued ──turn──► Flying ──close──► Idle
//!    │                               │▲ └─ outer limiter ─► Asking (its place kept) ──answer──► Queued
//!    │                               │ too late for start_by: place kept, op hears TooLate ──► Idle
//!    │                               │ no turn before the deadline (told at once where none can come): NoTurn ► Idle
//!    └─ op says Wait, Record, Done: passed on
//! ```
//!
//! Invariant: every request the transport is given has a grant of its own, and every grant is settled exactly once;
//! dropping a call at any point returns its turn, or settles it as lost.

use crate::effect::{Delivery, Lane};
use crate::error::{Error, ErrorKind, Failure, FailureKind};
use crate::event::{Event, Waiting};
use crate::journal::{JournalError, Recorded};
use crate::op::{Ask, Exchange, Inbox, Operation, Permitted, Step};
use crate::pacer::{Feedback, Grant, NoPlace, Ticket, Turn, WaitReason};
use crate::session::Session;
use crate::time::Moment;
use core::task::Waker;
use core::time::Duration;
use http::header::{HeaderName, USER_AGENT};
use std::collections::VecDeque;

/// The header that carries the key (api-facts 1.1).
pub const AUTH_HEADER: HeaderName = HeaderName::from_static("auth");

/// One run of an operation.
#[derive(Debug)]
pub struct Call<O: Operation> {
    session: Session,
    op: O,
    state: State,
    /// A place in a lane that outlives an exchange: a create whose snapshot became too old.
    kept: Option<(Lane, Ticket)>,
    began: Option<Moment>,
    attempts: u32,
    bytes: u64,
    /// The request in flight goes to another host.
    elsewhere: bool,
    waiting: Option<Waiting>,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum State {
    Idle,
    Queued(Queued),
    /// A turn came, and the outer limiter is asked. The place is kept rather than the turn: others must not count
    /// their spacing from a start that has not happened.
    Asking(Queued),
    Flying(Grant),
    Over,
}

#[derive(Debug)]
struct Queued {
    exchange: Box<Exchange>,
    ticket: Ticket,
    /// It had to wait: from then on a turn is of use only while enough time is left.
    waited: bool,
    /// The outer limiter let it go, just now.
    permitted: bool,
}

/// The least time an attempt that had to wait is begun with ([`Policy::min_attempt`](crate::retry::Policy)): a create
/// that is sent in the last millisecond is only good for an unknown outcome.
const LEAST: Duration = Duration::from_secs(1);
/// An operation that asks to be polled at once gets a pause all the same, so that nothing can spin.
const LEAST_PAUSE: Duration = Duration::from_millis(1);

impl<O: Operation> Call<O> {
    /// A run of `op` that takes its turns in `session`.
    #[must_use]
    pub fn new(session: &Session, op: O) -> Self {
        Self {
            session: session.clone(),
            op,
            state: State::Idle,
            kept: None,
            began: None,
            attempts: 0,
            bytes: 0,
            elsewhere: false,
            waiting: None,
            events: session.take_kept(),
        }
    }

    /// Says what to do next; `waker` is woken when a turn may have come.
    pub fn poll(&mut self, now: Moment, waker: &Waker) -> Step<Result<O::Output, Error>> {
        if self.began.is_none() {
            self.began = Some(now);
            self.events.push_back(Event::CallBegan { call: self.op.name() });
        }
        let step = self.advance(now, waker);
        if !matches!(step, Step::Wait(_)) {
            self.wait_ends();
        }
        step
    }

    fn advance(&mut self, now: Moment, waker: &Waker) -> Step<Result<O::Output, Error>> {
        loop {
            match core::mem::replace(&mut self.state, State::Idle) {
                State::Idle => match self.op.poll(now) {
                    Step::Send(exchange) => match self.enqueue(exchange, now) {
                        Ok(queued) => self.state = queued,
                        Err(failure) => self.op.handle_failure(now, failure),
                    },
                    Step::Wait(until) => {
                        // A place is kept for a create that follows at once; others do not wait for a pause.
                        if let Some((_, ticket)) = self.kept.take() {
                            self.session.gate().cancel(ticket);
                        }
                        let until = until.max(now.after(LEAST_PAUSE));
                        self.wait(until, Waiting::Operation);
                        return Step::Wait(until);
                    }
                    Step::Record(record) => return Step::Record(record),
                    Step::Permit(ask) => return Step::Permit(ask),
                    Step::Done(result) => return Step::Done(self.end(now, result)),
                },
                State::Queued(queued) => match self.turn(queued, now, waker) {
                    Some(step) => return step,
                    None => continue,
                },
                State::Asking(queued) => {
                    let lane = queued.exchange.lane;
                    self.state = State::Asking(queued);
                    return Step::Permit(Ask { lane });
                }
                State::Flying(grant) => {
                    // The driver polled without closing the inbox: what was sent is unknown.
                    self.session.gate().settle(grant, now, Feedback::Lost);
                    let failure = Failure::new(
                        Delivery::Unknown,
                        FailureKind::Misuse,
                        "polled while a request was in flight",
                    );
                    self.attempt_ends(failure.delivery, Some(failure.kind));
                    self.op.handle_failure(now, failure);
                }
                State::Over => {
                    self.state = State::Over;
                    return Step::Wait(Moment::NEVER);
                }
            }
        }
    }

    fn enqueue(&mut self, mut exchange: Exchange, now: Moment) -> Result<State, Failure> {
        address::address(&mut exchange, self.session.config())?;
        let ticket = match self.kept.take() {
            Some((lane, ticket)) if lane == exchange.lane => ticket,
            other => {
                self.kept = other;
                // A cancel ends a bill: it goes before the readings of its lane.
                let cancel = exchange.effect.is_cancel_in(exchange.lane);
                let latest = latest_start(&exchange).max(now);
                let ticket = self.session.gate().enqueue_by(exchange.lane, cancel, now, latest);
                ticket.map_err(|why| match why {
                    NoPlace::Full(_) => Failure::new(Delivery::NotSent, FailureKind::QueueFull, ""),
                    NoPlace::TooLate { .. } => no_turn(),
                })?
            }
        };
        Ok(State::Queued(Queued { exchange: Box::new(exchange), ticket, waited: false, permitted: false }))
    }

    fn turn(&mut self, queued: Queued, now: Moment, waker: &Waker) -> Option<Step<Result<O::Output, Error>>> {
        let gate = self.session.gate();
        let Queued { exchange, ticket, waited, permitted } = queued;
        let latest = latest_start(&exchange);
        // Woken when it may go; or else told then that no turn came.
        let in_vain = latest.after(Duration::from_nanos(1));
        if now >= exchange.deadline || (waited && now > latest) {
            gate.cancel(ticket);
            self.op.handle_failure(now, no_turn());
            return None;
        }
        match gate.poll(&ticket, now, waker) {
            Turn::Go(grant) if exchange.start_by.is_some_and(|start_by| now > start_by) => {
                self.kept = Some((exchange.lane, gate.give_back(grant)));
                self.op.handle_failure(now, Failure::new(Delivery::NotSent, FailureKind::TooLate, ""));
                None
            }
            Turn::Go(grant) if self.session.config().asks_permit && !permitted => {
                let ticket = gate.give_back(grant);
                self.state = State::Asking(Queued { exchange, ticket, waited, permitted });
                None
            }
            Turn::Go(grant) => Some(Step::Send(self.fly(*exchange, grant, now))),
            Turn::Until(moment, _)
                if moment > latest && gate.earliest_head(exchange.lane, now) > latest.max(now) =>
            {
                // No sleep that cannot end in an attempt.
                gate.cancel(ticket);
                self.op.handle_failure(now, no_turn());
                None
            }
            Turn::Until(moment, why) => {
                let until = moment.min(in_vain);
                // The outer limiter's word was for now.
                self.state = State::Queued(Queued { exchange, ticket, waited: true, permitted: false });
                self.wait(until, waiting(why));
                Some(Step::Wait(until))
            }
            Turn::Behind if now >= latest => {
                gate.cancel(ticket);
                self.op.handle_failure(now, no_turn());
                None
            }
            Turn::Behind => {
                self.state = State::Queued(Queued { exchange, ticket, waited: true, permitted: false });
                self.wait(in_vain, Waiting::Turn);
                Some(Step::Wait(in_vain))
            }
        }
    }

    /// Adds what only the session knows and lets the exchange go.
    fn fly(&mut self, mut exchange: Exchange, grant: Grant, now: Moment) -> Exchange {
        let config = self.session.config();
        exchange.deadline = exchange.deadline.min(now.after(exchange.timeout));
        let headers = exchange.request.headers_mut();
        headers.insert(USER_AGENT, config.user_agent.clone());
        if let Some(key) = config.key.as_ref().filter(|_| exchange.with_key && exchange.foreign.is_none()) {
            headers.insert(AUTH_HEADER, key.clone());
        }
        self.attempts = self.attempts.saturating_add(1);
        self.bytes = 0;
        self.elsewhere = exchange.foreign.is_some();
        self.state = State::Flying(grant);
        self.wait_ends();
        self.drain_op();
        self.events.push_back(Event::AttemptBegan {
            path: exchange.request.uri().path().to_owned(),
            lane: exchange.lane,
            attempt: self.attempts,
        });
        exchange
    }

    /// Where the answer to the last [`Step::Send`] goes. An own loop closes it exactly once.
    pub fn inbox(&mut self) -> Inbox<'_>
    where
        O: Send,
    {
        let caps = self.session.config().caps;
        Inbox::new(self, caps)
    }

    /// What came of the last [`Step::Record`].
    pub fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.op.handle_recorded(now, done);
    }

    /// What the outer limiter said to the last [`Step::Permit`].
    pub fn handle_permitted(&mut self, now: Moment, permitted: Permitted) {
        match core::mem::replace(&mut self.state, State::Idle) {
            State::Asking(queued) => {
                let granted = match permitted {
                    Permitted::Granted | Permitted::Lost => true,
                    Permitted::NotBefore(pause) => {
                        // Nobody of this session may go before: the limiter speaks for all of them.
                        self.session.gate().hold(now, pause.max(LEAST_PAUSE));
                        false
                    }
                };
                self.state = State::Queued(Queued { permitted: granted, ..queued });
            }
            other => self.state = other,
        }
    }

    /// The next event; drained after every poll, before its step is done.
    pub fn next_event(&mut self) -> Option<Event> {
        let mut event = self.events.pop_front().or_else(|| self.op.next_event())?;
        if let (Event::RetryScheduled { why, .. }, Some(key)) = (&mut event, self.key()) {
            why.hide(key);
        }
        Some(event)
    }

    fn key(&self) -> Option<&str> {
        self.session.config().key.as_ref()?.to_str().ok()
    }

    fn wait(&mut self, until: Moment, why: Waiting) {
        if self.waiting != Some(why) {
            self.wait_ends();
            self.waiting = Some(why);
            self.drain_op();
            self.events.push_back(Event::WaitBegan { until, why });
        }
    }

    fn attempt_ends(&mut self, delivery: Delivery, failure: Option<FailureKind>) {
        self.events.push_back(Event::AttemptEnded { delivery, failure, bytes: self.bytes });
    }

    fn wait_ends(&mut self) {
        if self.waiting.take().is_some() {
            self.events.push_back(Event::WaitEnded);
        }
    }

    /// Keeps the order of events true: what the operation said before comes before.
    fn drain_op(&mut self) {
        while let Some(event) = self.op.next_event() {
            self.events.push_back(event);
        }
    }

    fn end(&mut self, now: Moment, result: Result<O::Output, Error>) -> Result<O::Output, Error> {
        self.wait_ends();
        self.drain_op();
        let _ = self.leave();
        let elapsed = now.since(self.began.unwrap_or(now));
        let result = result.map_err(|error| {
            let error = error.of_call(self.op.name(), self.attempts, elapsed);
            error.hiding(self.key().unwrap_or_default())
        });
        let error: Option<ErrorKind> = result.as_ref().err().map(|error| error.kind().clone());
        self.events.push_back(Event::CallEnded { call: self.op.name(), error });
        result
    }

    /// Gives back every place and turn. `true`: a request was in flight.
    fn leave(&mut self) -> bool {
        let gate = self.session.gate();
        if let Some((_, ticket)) = self.kept.take() {
            gate.cancel(ticket);
        }
        match core::mem::replace(&mut self.state, State::Over) {
            State::Queued(queued) | State::Asking(queued) => gate.cancel(queued.ticket),
            // The clock cannot be read in a drop: the gate settles it when it next sees the time.
            State::Flying(grant) => {
                gate.abandon(grant);
                return true;
            }
            State::Idle | State::Over => {}
        }
        false
    }
}

impl<O: Operation> Drop for Call<O> {
    fn drop(&mut self) {
        let over = matches!(self.state, State::Over);
        self.drain_op();
        self.wait_ends();
        if self.leave() {
            self.attempt_ends(Delivery::Unknown, None);
        }
        if self.began.is_some() && !over {
            self.events.push_back(Event::CallDropped { call: self.op.name() });
        }
        self.session.keep(core::mem::take(&mut self.events));
    }
}

/// A turn that had to be waited for is of no use after this.
fn latest_start(exchange: &Exchange) -> Moment {
    exchange.deadline.before(LEAST.min(exchange.timeout))
}

fn no_turn() -> Failure {
    Failure::new(Delivery::NotSent, FailureKind::NoTurn, "")
}

fn waiting(why: WaitReason) -> Waiting {
    match why {
        WaitReason::Turn => Waiting::Turn,
        WaitReason::Interval | WaitReason::Strict => Waiting::Spacing,
        WaitReason::CreateGap => Waiting::CreateGap,
        WaitReason::Penalty => Waiting::Penalty,
    }
}

mod address;
mod answer;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod turn_tests;
