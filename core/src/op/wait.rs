//! [`WaitForOrder`]: looks at an order until a [`Condition`] holds, within a total deadline it never outruns.
//!
//! ```text
//!  Looking ── the condition holds ─► Over(order), or Err NoSuchOrder where no look ever saw one
//!    ▲  ├─ ended, and it does not hold ─► Err OrderEnded, at once: what is over stays as it is
//!    │  ├─ key refused, record unreadable ─► Err, at once
//!    │  └─ anything else, missing and passing faults included ─► Pausing
//!    └────────── next look ◄────────────────────────────┘
//!  deadline, or no turn can come before it ─► Err WaitTimeout with the order as last seen
//! ```

use super::condition::{Condition, Look, running};
use super::find_order::{Age, FindingOrder, Sight};
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Delivery;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::model::order::StatusSource;
use crate::model::{Order, OrderId, OrderStatus};
use crate::time::Moment;
use core::time::Duration;
use std::collections::VecDeque;

/// Waits until a [`Condition`] holds of an order; without another, that it [runs](running).
///
/// Each look asks for the active orders, and for the completed ones only when the order is missing there.
///
/// # Errors
/// - [`OrderEnded`](ErrorKind::OrderEnded), at once, when the order is over and the condition does not hold of it.
/// - [`WaitTimeout`](ErrorKind::WaitTimeout), with the order as last seen.
/// - [`UnreadOrder`](ErrorKind::UnreadOrder) when its record is there, or may be, but cannot be read.
/// - [`NoSuchOrder`](ErrorKind::NoSuchOrder) when the condition holds but no look ever saw the order: as when one waits
///   for the [end](super::condition::gone) of an order that there never was.
///
/// An order that is missing for good is returned as it was last seen, with the status
/// [`NotSeen`](OrderStatus::NotSeen).
///
/// ```
/// # use clore_core::model::OrderId;
/// use clore_core::op::{WaitForOrder, condition::{gone, has_ssh}};
/// use core::time::Duration;
/// let plan = WaitForOrder::new(OrderId::new(1_234_567)).until(has_ssh().or(gone()));
/// let plan = plan.timeout(Duration::from_secs(600)).poll_every(Duration::from_secs(10));
/// # drop(plan);
/// ```
#[derive(Clone, Debug)]
pub struct WaitForOrder {
    order: OrderId,
    timeout: Duration,
    every: Duration,
    condition: Condition,
}

/// Between two looks at the least, however fast one of them fails.
const LEAST_PAUSE: Duration = Duration::from_millis(100);
/// This many looks in a row have to lack an order that is missing for good.
const LEAST_MISSING: u32 = 3;

impl WaitForOrder {
    /// Waits up to 300 s for `order` to run, looking every 5 s.
    #[must_use]
    pub fn new(order: OrderId) -> Self {
        let (timeout, every) = (Duration::from_secs(300), Duration::from_secs(5));
        Self { order, timeout, every, condition: running() }
    }

    /// Waits at most this long in all, last look included.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Looks this often; the pacing of the session may make it slower, and 100 ms is the least.
    #[must_use]
    pub fn poll_every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Waits for something else than running.
    #[must_use]
    pub fn until(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }
}

impl Plan for WaitForOrder {
    type Operation = WaitingForOrder;

    fn begin(self, settings: &Settings, now: Moment) -> WaitingForOrder {
        WaitingForOrder {
            began: now,
            deadline: now.after(self.timeout),
            settings: settings.clone(),
            plan: self,
            last: None,
            ran: None,
            missing: None,
            fault: None,
            status: None,
            events: VecDeque::new(),
            state: State::Pausing(now),
        }
    }
}

/// The machine of [`WaitForOrder`].
#[derive(Debug)]
pub struct WaitingForOrder {
    plan: WaitForOrder,
    settings: Settings,
    began: Moment,
    deadline: Moment,
    last: Option<Order>,
    /// As it was when it was last seen running: a host that is lost then is lost, not starting.
    ran: Option<Order>,
    /// When the first of the latest looks that all lacked it had ended, and how many they are.
    missing: Option<(Moment, u32)>,
    fault: Option<Error>,
    status: Option<OrderStatus>,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    Pausing(Moment),
    Looking(Box<FindingOrder>, Moment),
    Over,
}

impl WaitingForOrder {
    /// `None`: it has to be looked at again.
    fn looked(
        &mut self,
        now: Moment,
        begun: Moment,
        result: Result<Option<Sight>, Error>,
    ) -> Option<Result<Order, Error>> {
        // Before the condition is asked: a closure may panic.
        self.state = State::Pausing(begun.after(self.plan.every).max(now.after(LEAST_PAUSE)));
        match result {
            Ok(Some(sight)) => self.saw(sight),
            Ok(None) => self.missed(now, begun),
            Err(error) if is_final(error.kind()) => {
                let named = error.order_ids().contains(&self.plan.order);
                let error = error.with_orders((!named).then_some(self.plan.order));
                Some(Err(error.with_last_order(self.last.clone())))
            }
            // No turn can come any more: waiting longer would change nothing.
            Err(error) if *error.kind() == ErrorKind::Deadline => Some(Err(self.timed_out())),
            Err(error) => {
                self.fault = Some(error);
                None
            }
        }
    }

    fn saw(&mut self, Sight { order, list }: Sight) -> Option<Result<Order, Error>> {
        self.fault = None;
        self.missing = None;
        self.tell(&order);
        if self.holds(&Look::seen(&order, list)) {
            return Some(Ok(order));
        }
        let status = order.status.clone();
        if status.is_running() {
            self.ran = Some(order.clone());
        }
        self.last = Some(order);
        status.is_end().then(|| Err(self.error(ErrorKind::OrderEnded(status))))
    }

    /// Not seen yet, or not any more: only the whole grace time without it means that it is gone (api-facts 4.3, rule
    /// 8). A look that failed tells nothing, neither way.
    fn missed(&mut self, now: Moment, begun: Moment) -> Option<Result<Order, Error>> {
        self.fault = None;
        let (since, looks) = self.missing.map_or((now, 1), |(since, looks)| (since, looks.saturating_add(1)));
        self.missing = Some((since, looks));
        // From the end of the first look to the beginning of this one: less than that is not known to have passed.
        let for_good = looks >= LEAST_MISSING && begun.since(since) >= self.settings.config().grace;
        if !self.holds(&Look::missing(for_good)) {
            return None;
        }
        Some(match self.last.take() {
            Some(mut order) => {
                (order.status, order.status_source) = (OrderStatus::NotSeen, StatusSource::Derived(8));
                Ok(order)
            }
            None => Err(self.error(ErrorKind::NoSuchOrder)),
        })
    }

    fn holds(&self, look: &Look<'_>) -> bool {
        self.plan.condition.judge(&look.after(self.last.as_ref())) == Some(true)
    }

    fn tell(&mut self, order: &Order) {
        if self.status.as_ref() != Some(&order.status) {
            self.status = Some(order.status.clone());
            let event = Event::StatusChanged { order: order.id, status: order.status.clone() };
            self.events.push_back(event);
        }
    }

    fn error(&self, kind: ErrorKind) -> Error {
        let error = Error::new(kind).with_delivery(Delivery::Answered).with_orders([self.plan.order]);
        error.with_last_order(self.last.clone())
    }

    fn timed_out(&mut self) -> Error {
        let seen = match (&self.fault, &self.last) {
            (Some(fault), _) => fault.kind().to_string(),
            (None, Some(order)) if self.missing.is_some() => {
                format!("last seen {}, then in neither list", order.status)
            }
            (None, Some(order)) => format!("last seen {}", order.status),
            (None, None) => "it was in neither list".to_owned(),
        };
        self.error(ErrorKind::WaitTimeout).with_detail(Excerpt::new(&seen, DETAIL_TEXT))
    }
}

/// Faults that waiting longer cannot mend.
fn is_final(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Key
            | ErrorKind::Blocked
            | ErrorKind::Config(_)
            | ErrorKind::Invalid(_)
            | ErrorKind::UnreadOrder(_)
            | ErrorKind::Redirected { .. }
            | ErrorKind::Network(crate::error::FailureKind::Certificate | crate::error::FailureKind::Request)
    )
}

impl Operation for WaitingForOrder {
    type Output = Order;

    fn name(&self) -> &'static str {
        "wait_for_order"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Order, Error>> {
        loop {
            match &mut self.state {
                State::Pausing(_) if now >= self.deadline => {
                    self.state = State::Over;
                    return Step::Done(Err(self.timed_out()));
                }
                State::Pausing(until) if *until >= self.deadline => {
                    // No look can end in time: waiting longer would change nothing.
                    self.state = State::Over;
                    return Step::Done(Err(self.timed_out()));
                }
                State::Pausing(until) if now < *until => return Step::Wait(*until),
                State::Pausing(_) => {
                    let earlier = self.ran.iter().chain(&self.last).cloned().collect();
                    let look =
                        FindingOrder::within(&self.settings, self.plan.order, now, 1, self.deadline, earlier)
                            .aged(Age::Since(self.began));
                    self.state = State::Looking(Box::new(look), now);
                }
                State::Looking(look, begun) => match look.sight(now).ended() {
                    Ok(result) => {
                        let begun = *begun;
                        if let Some(end) = self.looked(now, begun, result) {
                            self.state = State::Over;
                            return Step::Done(end);
                        }
                    }
                    Err(step) => return step,
                },
                State::Over => return Step::Wait(Moment::NEVER),
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Looking(look, _) => look.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Looking(look, _) => look.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Looking(look, _) => look.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let State::Looking(look, _) = &mut self.state {
            look.handle_failure(now, failure);
        }
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Looking(look, _) => look.next_event(),
            State::Pausing(_) | State::Over => None,
        })
    }
}

#[cfg(test)]
#[path = "wait_tests.rs"]
mod tests;
