//! The machine of [`Guard`]; the graph is in the parent module.

use super::Guard;
use super::meter::{Meter, SECOND_READING};
use super::policy::{AtEnd, EndCause, Fate, GuardEnd};
use super::word::Work;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::order::StatusSource;
use crate::model::{Order, OrderStatus};
use crate::op::find_order::{Age, FindingOrder};
use crate::op::rent::{AutoCancel, AutoCancelled, AutoCancelling, WhyBilling};
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::time::{Moment, UnixTime};
use core::time::Duration;
use std::collections::VecDeque;

/// Between two looks at the least.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
/// How long one look may take, unless a cap is passed before.
const LOOK: Duration = Duration::from_secs(30);
/// Looks without a row before it is told that the cost is not known: a new order may be listed late.
const BLIND_AFTER: u32 = 3;

/// Watching one order; see the module's graph.
#[derive(Debug)]
pub struct Guarding {
    plan: Guard,
    settings: Settings,
    meter: Meter,
    began: Moment,
    /// Whether a reading showed it running.
    ran: bool,
    /// The policy keeps it although somebody interrupted; the caps hold until the work has ended.
    kept: bool,
    looks: u32,
    blind_told: bool,
    /// Until when a cancel is tried again although the work has ended.
    give_up: Option<Moment>,
    next_look: Moment,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    Watching,
    Looking(Box<FindingOrder>),
    Checking(Box<FindingOrder>, EndCause),
    Cancelling(Box<AutoCancelling>, EndCause),
    /// Until when, before it is cancelled again.
    Pausing(Moment, EndCause),
    Over(Option<GuardEnd>),
}

impl Guarding {
    pub(super) fn new(mut plan: Guard, settings: &Settings, now: Moment) -> Self {
        plan.every = plan.every.max(LEAST_PAUSE);
        let rates = settings.rates();
        let cost = plan.cost.take().map(|cost| cost.rates(rates));
        let mut meter = Meter::new(plan.caps, rates, now, cost);
        meter.snapshot_date = plan.placed.snapshot_date;
        Self {
            meter,
            plan,
            settings: settings.clone(),
            began: now,
            ran: false,
            kept: false,
            looks: 0,
            blind_told: false,
            give_up: None,
            next_look: now,
            events: VecDeque::new(),
            state: State::Watching,
        }
    }

    /// What the caps, the work and an interrupt ask for now.
    fn watch(&mut self, now: Moment) -> Result<State, Moment> {
        if let Some(cap) = self.meter.passed(now) {
            self.events.push_back(Event::CapPassed { order: self.plan.placed.order, cap });
            return Ok(self.cancel(now, EndCause::Passed(cap)));
        }
        let (work, interrupted) = (self.plan.handle.work(), self.plan.handle.is_interrupted());
        let policy = self.plan.policy;
        let asked = match (work, interrupted) {
            (Work::Going, true) if self.kept => None,
            (_, true) => Some((EndCause::Interrupted, policy.on_interrupt)),
            (Work::Done, false) => Some((EndCause::Finished, policy.on_end)),
            (Work::Failed, false) => Some((EndCause::Failed, policy.on_failure)),
            (Work::Going, false) => None,
        };
        match asked {
            Some((cause, AtEnd::Keep)) => Ok(self.keep(cause, Fate::Kept)),
            Some((cause, AtEnd::CancelIfNeverRan)) if self.ran => Ok(self.keep(cause, Fate::Kept)),
            Some((cause, AtEnd::CancelIfNeverRan)) => {
                Ok(State::Checking(self.look(now, self.settings.config().max_retries), cause))
            }
            Some((cause, AtEnd::Cancel)) => Ok(self.cancel(now, cause)),
            None if now >= self.next_look => Ok(State::Looking(self.look(now, 1))),
            None => Err(self.next_look.min(self.meter.passes_at(now))),
        }
    }

    fn look(&mut self, now: Moment, attempts: u32) -> Box<FindingOrder> {
        self.next_look = now.after(self.plan.every);
        self.looks = self.looks.saturating_add(1);
        let until = now.after(LOOK).min(self.meter.passes_at(now).max(now.after(LEAST_PAUSE)));
        let order = self.plan.placed.order;
        let look = FindingOrder::within(&self.settings, order, now, attempts, until, Vec::new());
        Box::new(look.aged(Age::Since(self.began)))
    }

    fn keep(&mut self, cause: EndCause, fate: Fate) -> State {
        if self.plan.handle.work() == Work::Going {
            self.kept = true;
            return State::Watching;
        }
        self.end(cause, fate)
    }

    fn end(&mut self, cause: EndCause, fate: Fate) -> State {
        let order = self.plan.placed.order;
        self.plan.handle.set_over();
        if matches!(fate, Fate::StillBilling(_)) {
            self.events.push_back(Event::OrderStillBilling { order });
        }
        State::Over(Some(GuardEnd { order, cause, fate }))
    }

    fn cancel(&mut self, now: Moment, cause: EndCause) -> State {
        self.plan.handle.set_over();
        let cancel = AutoCancel::new(self.plan.placed.clone()).cancel_inferred(self.plan.cancel_inferred);
        State::Cancelling(Box::new(cancel.begin(&self.settings, now)), cause)
    }

    fn cancelled(&mut self, now: Moment, cause: EndCause, result: Result<AutoCancelled, Error>) -> State {
        let why = match result {
            Ok(AutoCancelled::Confirmed) => return self.end(cause, Fate::Cancelled),
            Ok(AutoCancelled::StillBilling(why)) => why,
            Err(error) => WhyBilling::Unconfirmed(error),
        };
        if let Some(until) = self.again(now, &why) {
            self.events.push_back(Event::OrderStillBilling { order: self.plan.placed.order });
            return State::Pausing(until, cause);
        }
        self.end(cause, Fate::StillBilling(why))
    }

    /// When it is tried again: one more cancel, or reading, may do what the last one did not. As long as the program is
    /// there anyway, and then for the grace time, unless the service has refused or shows other rows.
    fn again(&mut self, now: Moment, why: &WhyBilling) -> Option<Moment> {
        let next = now.after(self.plan.every);
        match (why, self.plan.handle.work()) {
            (WhyBilling::Unanswered, _) => return None,
            (_, Work::Going) => return Some(next),
            (WhyBilling::NotSure(_), _) => return None,
            (WhyBilling::Unconfirmed(error), _) if is_refused(error.kind()) => return None,
            (WhyBilling::Unconfirmed(_) | WhyBilling::NotRead, _) => {}
        }
        let give_up = *self.give_up.get_or_insert(now.after(self.settings.config().grace));
        (now < give_up).then(|| next.min(give_up))
    }

    fn read(&mut self, order: &Order, date: Option<UnixTime>, now: Moment) {
        self.meter.read(order, date, now);
        if self.meter.is_in_doubt() {
            self.next_look = self.next_look.min(now.after(SECOND_READING));
        }
        self.ran |= matches!(order.status, OrderStatus::Running | OrderStatus::Paused);
    }

    fn tell_if_blind(&mut self, now: Moment) {
        if self.meter.is_blind(now) && !core::mem::replace(&mut self.blind_told, true) {
            self.events.push_back(Event::CapNotMeasured { order: self.plan.placed.order });
        }
    }

    fn looked(&mut self, now: Moment, date: Option<UnixTime>, result: Result<Option<Order>, Error>) -> State {
        // A failed look proves nothing; the caps go on by the meter's time.
        let Ok(Some(order)) = result else {
            if self.looks >= BLIND_AFTER {
                self.tell_if_blind(now);
            }
            return State::Watching;
        };
        self.read(&order, date, now);
        self.tell_if_blind(now);
        if is_over(&order) { self.end(EndCause::OrderOver, Fate::Over) } else { State::Watching }
    }

    fn checked(
        &mut self,
        now: Moment,
        date: Option<UnixTime>,
        cause: EndCause,
        result: Result<Option<Order>, Error>,
    ) -> State {
        match result {
            Ok(Some(order)) => {
                self.read(&order, date, now);
                match (is_over(&order), self.ran) {
                    (true, _) => self.end(cause, Fate::Over),
                    (false, true) => self.keep(cause, Fate::Kept),
                    (false, false) if may_have_run(&order) => self.keep(cause, Fate::KeptUnread),
                    (false, false) => self.cancel(now, cause),
                }
            }
            // Not listed yet: it has not run.
            Ok(None) if now.since(self.began) <= self.settings.config().grace => self.cancel(now, cause),
            Ok(None) | Err(_) => self.keep(cause, Fate::KeptUnread),
        }
    }
}

/// Its word is not known, or says that it was there. That something was spent says nothing: it bills while it starts.
fn may_have_run(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Other(_) | OrderStatus::Offline | OrderStatus::NotSeen)
}

/// The service said no: it would say so again.
fn is_refused(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Refused(_) | ErrorKind::Key)
}

/// Over by its own word, or because a complete active list lacks it. A word such as "failed" alone does not end its
/// bill for certain.
pub(crate) fn is_over(order: &Order) -> bool {
    let left = order.status.is_end() && order.status_source == StatusSource::Derived(7);
    order.status.surely_ends(order.expired) || left
}

impl Operation for Guarding {
    type Output = GuardEnd;

    fn name(&self) -> &'static str {
        "guard"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<GuardEnd, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Watching) {
                State::Watching => match self.watch(now) {
                    Ok(next) => next,
                    Err(until) => return Step::Wait(until),
                },
                State::Looking(mut look) => match look.poll(now).ended() {
                    Ok(result) => self.looked(now, look.date(), result),
                    Err(step) => {
                        self.state = State::Looking(look);
                        return step;
                    }
                },
                State::Checking(mut look, cause) => match look.poll(now).ended() {
                    Ok(result) => self.checked(now, look.date(), cause, result),
                    Err(step) => {
                        self.state = State::Checking(look, cause);
                        return step;
                    }
                },
                State::Cancelling(mut cancel, cause) => match cancel.poll(now).ended() {
                    Ok(result) => {
                        while let Some(event) = cancel.next_event() {
                            self.events.push_back(event);
                        }
                        self.cancelled(now, cause, result)
                    }
                    Err(step) => {
                        self.state = State::Cancelling(cancel, cause);
                        return step;
                    }
                },
                State::Pausing(until, cause)
                    if now < until && (self.give_up.is_some() || self.plan.handle.work() == Work::Going) =>
                {
                    self.state = State::Pausing(until, cause);
                    return Step::Wait(until);
                }
                State::Pausing(_, cause) => self.cancel(now, cause),
                State::Over(end) => {
                    self.state = State::Over(None);
                    return end.map_or(Step::Wait(Moment::NEVER), |end| Step::Done(Ok(end)));
                }
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Looking(look) | State::Checking(look, _) => look.handle_head(head),
            State::Cancelling(cancel, _) => cancel.handle_head(head),
            State::Watching | State::Pausing(..) | State::Over(_) => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Looking(look) | State::Checking(look, _) => look.handle_data(decoded),
            State::Cancelling(cancel, _) => cancel.handle_data(decoded),
            State::Watching | State::Pausing(..) | State::Over(_) => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Looking(look) | State::Checking(look, _) => look.handle_end(now),
            State::Cancelling(cancel, _) => cancel.handle_end(now),
            State::Watching | State::Pausing(..) | State::Over(_) => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Looking(look) | State::Checking(look, _) => look.handle_failure(now, failure),
            State::Cancelling(cancel, _) => cancel.handle_failure(now, failure),
            State::Watching | State::Pausing(..) | State::Over(_) => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        if let State::Cancelling(cancel, _) = &mut self.state {
            cancel.handle_recorded(now, done);
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Looking(look) | State::Checking(look, _) => look.next_event(),
            State::Cancelling(cancel, _) => cancel.next_event(),
            State::Watching | State::Pausing(..) | State::Over(_) => None,
        })
    }
}
