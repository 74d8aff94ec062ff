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
const SCHEDULE: [u64; 7] = [0, 2, 5, 10, 20, 40, LAST];
const LAST: u64 = 60;
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
        let at = |seconds: &u64| self.since.after(Duration::from_secs(*seconds));
        let Some(start) = SCHEDULE.get(self.next).map(at) else { return Due::GiveUp };
        if now < start {
            return Due::Wait(start);
        }
        // One reading serves for all that a slow one before it has made late.
        self.next = SCHEDULE.iter().take_while(|seconds| at(seconds) <= now).count();
        let deadline = now.after(settings.config().timeout()).after(Duration::from_secs(10));
        let fetch =
            Fetch::new(settings, MyOrders::default(), now).lane(Lane::Rescue).attempts(1).deadline(deadline);
        Due::Read(Box::new(fetch))
    }

    /// When confirming ends, but for the last reading.
    pub(super) fn end(&self) -> Moment {
        self.since.after(Duration::from_secs(LAST))
    }

    /// No reading can succeed any more.
    pub(super) fn give_up(&mut self) {
        (self.next, self.resent) = (SCHEDULE.len(), true);
    }

    /// Takes out what a complete active list lacks or shows as ended.
    ///
    /// A list with a record that could not be read may hide an order: an id read out of such a record is for reports
    /// only, so it proves nothing about the others.
    pub(super) fn confirmed_by(&mut self, list: &OrderList) -> Vec<OrderId> {
        let is_over = |order: &OrderId| match list.order(*order) {
            Some(row) => row.status.is_end(),
            None => list.is_complete(),
        };
        let over: Vec<OrderId> = self.open.iter().copied().filter(is_over).collect();
        over.iter().for_each(|order| {
            self.open.remove(order);
        });
        over
    }
}
