//! Confirming by reading that orders are over.

use crate::effect::Lane;
use crate::endpoint::my_orders::{MyOrders, OrderList};
use crate::model::OrderId;
use crate::op::Settings;
use crate::op::fetch::Fetch;
use crate::time::Moment;
use core::time::Duration;
use std::collections::BTreeSet;

/// Seconds after the cancel was accepted (`rent.md`, "cancel confirmed").
const SCHEDULE: [u64; 7] = [0, 2, 5, 10, 20, 40, 60];
/// Still active at this reading: sent once more.
const AGAIN: u64 = 20;

/// When the next reading is due, and which orders it still has to confirm.
#[derive(Debug)]
pub(super) struct Confirm {
    since: Moment,
    next: usize,
    pub(super) open: BTreeSet<OrderId>,
    pub(super) resent: bool,
}

/// What to do after a look at the schedule.
pub(super) enum Due {
    Wait(Moment),
    Read(Box<Fetch<MyOrders>>),
    Resend,
    GiveUp,
}

impl Confirm {
    pub(super) fn new(since: Moment, open: BTreeSet<OrderId>) -> Self {
        Self { since, next: 0, open, resent: false }
    }

    pub(super) fn due(&mut self, settings: &Settings, now: Moment) -> Due {
        let last = self.next.checked_sub(1).and_then(|last| SCHEDULE.get(last)).copied();
        if !self.resent && last.is_some_and(|seconds| seconds >= AGAIN) {
            self.resent = true;
            return Due::Resend;
        }
        let Some(seconds) = SCHEDULE.get(self.next) else { return Due::GiveUp };
        let start = self.since.after(Duration::from_secs(*seconds));
        if now < start {
            return Due::Wait(start);
        }
        self.next = self.next.saturating_add(1);
        let deadline = now.after(settings.config().timeout()).after(Duration::from_secs(10));
        let fetch =
            Fetch::new(settings, MyOrders::default(), now).lane(Lane::Rescue).attempts(1).deadline(deadline);
        Due::Read(Box::new(fetch))
    }

    /// Takes out what a complete active list lacks or shows as ended.
    ///
    /// A list with a record that could not be read may hide an order, unless the record's id is another's.
    pub(super) fn confirmed_by(&mut self, list: &OrderList) -> Vec<OrderId> {
        let all_named = list.unparsed.count == list.unparsed.named.len()
            && list.unparsed.named.iter().all(|row| row.id.is_some());
        let is_over = |order: &OrderId| {
            if let Some(row) = list.orders.iter().find(|row| row.id == *order) {
                return row.status.is_end();
            }
            all_named && !list.unparsed.named.iter().any(|row| row.id == Some(order.number()))
        };
        let over: Vec<OrderId> = self.open.iter().copied().filter(is_over).collect();
        over.iter().for_each(|order| {
            self.open.remove(order);
        });
        over
    }
}
