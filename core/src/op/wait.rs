//! [`WaitForOrder`]: looks at an order until it is what one waits for, within a total deadline it never outruns.
//!
//! ```text
//!  Looking ── running (or what is waited for) ─► Over(order)
//!    ▲  ├─ ended ─► Err OrderEnded, at once, unless the end is waited for
//!    │  ├─ key refused, record unreadable ─► Err, at once
//!    │  └─ anything else, a passing fault included ─► Pausing
//!    └────────── next look ◄────────────────────────────┘
//!  deadline, or no turn can come before it ─► Err WaitTimeout with the order as last seen
//! ```

use super::find_order::FindingOrder;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Delivery;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::model::{Order, OrderId, OrderStatus};
use crate::time::Moment;
use core::time::Duration;
use std::collections::VecDeque;

/// Waits until an order is what one waits for.
///
/// "Running" is not "sshd answers": readiness is a check of its own (api-facts 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitForOrder {
    order: OrderId,
    timeout: Duration,
    every: Duration,
    target: Target,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Target {
    /// The order runs: its host and a port are there (api-facts 4.3, rule 4).
    Running,
    /// It runs and has an SSH address.
    Ssh,
    /// It is over, for whatever reason.
    Ended,
}

/// Between two looks at the least, however fast one of them fails.
const LEAST_PAUSE: Duration = Duration::from_millis(100);

impl WaitForOrder {
    /// Waits up to 300 s for `order` to run, looking every 5 s.
    #[must_use]
    pub fn new(order: OrderId) -> Self {
        let (timeout, every) = (Duration::from_secs(300), Duration::from_secs(5));
        Self { order, timeout, every, target: Target::Running }
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
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }
}

impl Target {
    fn is_met_by(self, order: &Order) -> bool {
        match self {
            Self::Running => order.status.is_running(),
            Self::Ssh => order.status.is_running() && order.ssh().is_some(),
            Self::Ended => order.status.is_end(),
        }
    }
}

impl Plan for WaitForOrder {
    type Operation = WaitingForOrder;

    fn begin(self, settings: &Settings, now: Moment) -> WaitingForOrder {
        WaitingForOrder {
            deadline: now.after(self.timeout),
            settings: settings.clone(),
            plan: self,
            last: None,
            ran: None,
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
    deadline: Moment,
    last: Option<Order>,
    /// As it was when it was last seen running: a host that is lost then is lost, not starting.
    ran: Option<Order>,
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
    fn looked(
        &mut self,
        now: Moment,
        begun: Moment,
        result: Result<Option<Order>, Error>,
    ) -> Option<Result<Order, Error>> {
        self.state = State::Pausing(begun.after(self.plan.every).max(now.after(LEAST_PAUSE)));
        match result {
            Ok(Some(order)) => {
                self.fault = None;
                self.tell(&order);
                if self.plan.target.is_met_by(&order) {
                    return Some(Ok(order));
                }
                let status = order.status.clone();
                if status.is_running() {
                    self.ran = Some(order.clone());
                }
                self.last = Some(order);
                status.is_end().then(|| Err(self.error(ErrorKind::OrderEnded(status))))
            }
            // Not seen yet, or not any more: one reading never means that it is gone (api-facts 4.3, rule 8).
            Ok(None) => None,
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
                        FindingOrder::within(&self.settings, self.plan.order, now, 1, self.deadline, earlier);
                    self.state = State::Looking(Box::new(look), now);
                }
                State::Looking(look, begun) => match look.poll(now).ended() {
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
        self.events.pop_front()
    }
}

#[cfg(test)]
#[path = "wait_tests.rs"]
mod tests;
