//! [`FindOrder`]: one order by its id: the active list first, the completed one only when it is missing there.
//!
//! ```text
//!  Active ── found ─► Over(Some)      Completed ── found ─► Over(Some, ended)
//!    └─ missing ─► Completed            ├─ missing, every record read ─► Over(None)
//!                                       └─ missing, a record unreadable ─► Err: never "there is none"
//! ```

use super::fetch::{Fetch, Fetched};
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Delivery;
use crate::endpoint::my_orders::{MyOrders, OrderList};
use crate::error::{DecodeError, Error, ErrorKind, Failure, Found};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::order::StatusContext;
use crate::model::{Order, OrderId};
use crate::time::Moment;

/// Looks for one order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FindOrder(OrderId);

impl FindOrder {
    /// Looks for `order`.
    #[must_use]
    pub fn new(order: OrderId) -> Self {
        Self(order)
    }
}

impl Plan for FindOrder {
    type Operation = FindingOrder;

    fn begin(self, settings: &Settings, now: Moment) -> FindingOrder {
        FindingOrder::new(settings, self.0, now)
    }
}

/// The machine of [`FindOrder`].
#[derive(Debug)]
pub struct FindingOrder {
    settings: Settings,
    order: OrderId,
    /// The order as an earlier look saw it, which some rules of its status need (api-facts 4.3).
    earlier: Option<Order>,
    limits: Option<(u32, Moment)>,
    fetch: Fetch<MyOrders>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Active,
    Completed,
    Over,
}

impl FindingOrder {
    fn new(settings: &Settings, order: OrderId, now: Moment) -> Self {
        let fetch = Fetch::new(settings, MyOrders::default(), now);
        Self { settings: settings.clone(), order, earlier: None, limits: None, fetch, state: State::Active }
    }

    /// One attempt per list, ending by `deadline`; `earlier` is what an earlier look saw.
    pub(super) fn within(
        settings: &Settings,
        order: OrderId,
        now: Moment,
        deadline: Moment,
        earlier: Option<Order>,
    ) -> Self {
        let mut finding = Self::new(settings, order, now);
        finding.limits = Some((1, deadline));
        finding.earlier = earlier;
        finding.fetch = finding.bounded(finding_list(settings, false, now));
        finding
    }

    fn bounded(&self, fetch: Fetch<MyOrders>) -> Fetch<MyOrders> {
        match self.limits {
            Some((attempts, deadline)) => fetch.attempts(attempts).deadline(deadline),
            None => fetch,
        }
    }

    /// `None`: not in this list, and the next one is to be asked.
    fn look(&mut self, now: Moment, fetched: Fetched<OrderList>) -> Option<Result<Option<Order>, Error>> {
        let list = fetched.value;
        if let Some(order) = list.orders.into_iter().find(|order| order.id == self.order) {
            let mut context = StatusContext::new().left_active_list(self.state == State::Completed);
            if let Some(date) = fetched.date {
                context = context.now(date);
            }
            if let Some(earlier) = &self.earlier {
                context = context.after(earlier);
            }
            return Some(Ok(Some(order.judged(&context))));
        }
        let named = list.unparsed.named.iter().find(|row| row.id == Some(self.order.number()));
        if let Some(row) = named {
            return Some(Err(self.unread(row.reason.clone())));
        }
        if self.state == State::Active {
            self.state = State::Completed;
            self.fetch = self.bounded(finding_list(&self.settings, true, now));
            return None;
        }
        // A record without a readable id may be the one.
        let nameless = list.unparsed.named.iter().find(|row| row.id.is_none()).map(|row| row.reason.clone());
        let uncounted = list.unparsed.count > list.unparsed.named.len();
        let uncounted = uncounted.then(|| DecodeError::new("orders", "a readable list", Found::TooLarge));
        Some(match nameless.or(uncounted) {
            Some(why) => Err(self.unread(why)),
            None => Ok(None),
        })
    }

    fn unread(&self, why: DecodeError) -> Error {
        Error::new(ErrorKind::UnreadOrder(why)).with_orders([self.order]).with_delivery(Delivery::Answered)
    }
}

fn finding_list(settings: &Settings, completed: bool, now: Moment) -> Fetch<MyOrders> {
    Fetch::new(settings, MyOrders { include_completed: completed }, now)
}

impl Operation for FindingOrder {
    type Output = Option<Order>;

    fn name(&self) -> &'static str {
        "get_order"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Option<Order>, Error>> {
        loop {
            if self.state == State::Over {
                return Step::Wait(Moment::NEVER);
            }
            match self.fetch.poll(now).ended() {
                Ok(Ok(fetched)) => {
                    if let Some(result) = self.look(now, fetched) {
                        self.state = State::Over;
                        return Step::Done(result);
                    }
                }
                Ok(Err(error)) => {
                    self.state = State::Over;
                    return Step::Done(Err(error));
                }
                Err(step) => return step,
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.fetch.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.fetch.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.fetch.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.fetch.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        self.fetch.next_event()
    }
}
