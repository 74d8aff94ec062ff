//! [`FindOrder`]: one order by its id: the active list first, the completed one only when it is missing there.
//!
//! ```text
//!  Active ── found ─► Over(Some)      Completed ── found, its row says that it ended ─► Over(Some)
//!    └─ missing ─► Completed            ├─ found, its row says no such thing ─► Again
//!                                       ├─ missing, every record of both lists read ─► Over(None)
//!                                       └─ missing, a record of one unreadable ─► Err: never "there is none"
//!  Again (the active list) ── found ─► Over(Some)
//!    └─ missing ─► Over(the row of Completed; when this list was whole: ended if the order is older than the grace
//!                       time (api-facts 4.3, rule 7), else not seen)
//! ```
//!
//! The lists lag, and not alike: an order that was just placed can be missing in one list and be in the next. It is
//! never called ended for that, so rule 7 is only asked of an order that every list must know by now.

use super::condition::List;
use super::fetch::{Fetch, Fetched};
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::effect::Delivery;
use crate::endpoint::my_orders::{MyOrders, OrderList};
use crate::error::{DecodeError, Error, ErrorKind, Failure, Found};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::model::order::{StatusContext, StatusSource};
use crate::model::{Order, OrderId, OrderStatus};
use crate::time::{Moment, UnixTime};
use crate::wire::rows::Skipped;
use core::time::Duration;

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
    /// The order as earlier looks saw it, the last of them last; some rules of its status need it (api-facts 4.3).
    earlier: Vec<Order>,
    /// Attempts per list, and the end of it all.
    limits: (u32, Moment),
    age: Age,
    /// The order in the list with completed ones, which the active list lacked.
    completed: Option<(Order, Option<UnixTime>)>,
    /// The service's date of the last list that was read.
    date: Option<UnixTime>,
    /// A record of the active list that could not be read and may be the order's.
    unread: Option<DecodeError>,
    fetch: Fetch<MyOrders>,
    state: State,
}

/// How an order is known to be older than the grace time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Age {
    /// By the service's dates.
    Dates,
    /// It has been known since this moment; its dates are not asked, since one may be odd and it may be new.
    Since(Moment),
}

impl Age {
    fn exceeds(self, grace: Duration, order: &Order, date: Option<UnixTime>, now: Moment) -> bool {
        match self {
            Self::Dates => {
                let age = date.zip(order.created);
                let age = age.and_then(|(date, created)| u64::try_from(date.since(created)).ok());
                age.is_some_and(|age| Duration::from_secs(age) > grace)
            }
            Self::Since(since) => now.since(since) > grace,
        }
    }
}

/// The order, and the list it stands in.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) order: Order,
    pub(super) list: List,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Active,
    Completed,
    Again,
    Over,
}

impl FindingOrder {
    fn new(settings: &Settings, order: OrderId, now: Moment) -> Self {
        let config = settings.config();
        Self::within(settings, order, now, config.max_retries, now.after(config.deadline), Vec::new())
    }

    /// So many attempts per list, ending by `deadline`; `earlier` is what an earlier look saw.
    pub(super) fn within(
        settings: &Settings,
        order: OrderId,
        now: Moment,
        attempts: u32,
        deadline: Moment,
        earlier: Vec<Order>,
    ) -> Self {
        let limits = (attempts, deadline);
        let fetch = list(settings, limits, false, now);
        let settings = settings.clone();
        Self {
            settings,
            order,
            earlier,
            limits,
            age: Age::Dates,
            completed: None,
            date: None,
            unread: None,
            fetch,
            state: State::Active,
        }
    }

    /// Judges its age so.
    pub(super) fn aged(mut self, age: Age) -> Self {
        self.age = age;
        self
    }

    /// The service's date of the last list that was read.
    pub(super) fn date(&self) -> Option<UnixTime> {
        self.date
    }

    fn read_next(&mut self, state: State, now: Moment) {
        self.state = state;
        self.fetch = list(&self.settings, self.limits, state == State::Completed, now);
    }

    fn judged(&self, order: Order, date: Option<UnixTime>, left_active_list: bool) -> Order {
        let mut context = StatusContext::new().left_active_list(left_active_list);
        if let Some(date) = date {
            context = context.now(date);
        }
        context = self.earlier.iter().fold(context, StatusContext::after);
        order.judged(&context)
    }

    /// `None`: not in this list, and the next one is to be asked.
    fn look(&mut self, now: Moment, fetched: Fetched<OrderList>) -> Option<Result<Option<Sight>, Error>> {
        let list = fetched.value;
        self.date = fetched.date;
        if let Some(order) = list.orders.into_iter().find(|order| order.id == self.order) {
            let order = self.judged(order, fetched.date, false);
            if self.state != State::Completed {
                return Some(Ok(Some(Sight { order, list: List::Active })));
            }
            if order.status.is_end() {
                return Some(Ok(Some(Sight { order, list: List::Completed })));
            }
            self.completed = Some((order, fetched.date));
            self.read_next(State::Again, now);
            return None;
        }
        let named = list.unparsed.named.iter().find(|row| row.id == Some(self.order.number()));
        if let Some(row) = named {
            return Some(Err(self.unread(row.reason.clone())));
        }
        if let Some((order, date)) = self.completed.take() {
            let is_old = self.age.exceeds(self.settings.config().grace, &order, date, now);
            let is_whole = list.unparsed.count == 0;
            let mut order = self.judged(order, date, is_whole && is_old);
            if is_whole && !order.status.is_end() {
                // Its row may say "running": it is not shown so while the active list lacks it.
                (order.status, order.status_source) = (OrderStatus::NotSeen, StatusSource::Derived(8));
            }
            return Some(Ok(Some(Sight { order, list: List::Completed })));
        }
        // A record without a readable id may be the one.
        // So may one with another id that was not read to its end: a second id may follow.
        let may_be = |row: &&Skipped| {
            row.id.is_none() || matches!(row.reason.found(), Found::Contradiction | Found::TooLarge)
        };
        let nameless = list.unparsed.named.iter().find(may_be).map(|row| row.reason.clone());
        let uncounted = list.unparsed.count > list.unparsed.named.len();
        let uncounted = uncounted.then(|| DecodeError::new("orders", "a readable list", Found::TooLarge));
        let unread = self.unread.take().or(nameless).or(uncounted);
        if self.state == State::Active {
            self.unread = unread;
            self.read_next(State::Completed, now);
            return None;
        }
        Some(match unread {
            Some(why) => Err(self.unread(why)),
            None => Ok(None),
        })
    }

    /// As [`Operation::poll`], and says which list has the order.
    pub(super) fn sight(&mut self, now: Moment) -> Step<Result<Option<Sight>, Error>> {
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

    fn unread(&self, why: DecodeError) -> Error {
        Error::new(ErrorKind::UnreadOrder(why)).with_orders([self.order]).with_delivery(Delivery::Answered)
    }
}

fn list(
    settings: &Settings,
    (attempts, deadline): (u32, Moment),
    include_completed: bool,
    now: Moment,
) -> Fetch<MyOrders> {
    Fetch::new(settings, MyOrders { include_completed }, now).attempts(attempts).deadline(deadline)
}

impl Operation for FindingOrder {
    type Output = Option<Order>;

    fn name(&self) -> &'static str {
        "get_order"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Option<Order>, Error>> {
        match self.sight(now).ended() {
            Ok(result) => Step::Done(result.map(|sight| sight.map(|sight| sight.order))),
            Err(step) => step,
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
