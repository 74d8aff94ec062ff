//! Confirming by reading that orders are over.

use crate::effect::Lane;
use crate::endpoint::my_orders::{MyOrders, OrderList};
use crate::model::OrderId;
use crate::op::Settings;
use crate::op::fetch::Fetch;
use crate::time::Moment;
use core::time::Duration;
use std::collections::BTreeSet;

/// Readings after the cancel, in sixtieths of the grace time (so in seconds with the default of 60 s; `rent.md`,
/// "cancel confirmed").
const SCHEDULE: [u32; 7] = [0, 2, 5, 10, 20, 40, LAST];
const LAST: u32 = 60;
/// Still open after this reading: sent once more.
const AGAIN: u32 = 20;

/// When the next reading is due, and which orders it still has to confirm.
#[derive(Debug)]
pub(super) struct Confirm {
    since: Moment,
    /// A sixtieth of the grace time.
    unit: Duration,
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
    pub(super) fn new(since: Moment, grace: Duration, open: BTreeSet<OrderId>) -> Self {
        let unit = grace.checked_div(LAST).unwrap_or_default();
        Self { since, unit, next: 0, open, resent: false }
    }

    pub(super) fn due(&mut self, settings: &Settings, now: Moment) -> Due {
        let last = self.next.checked_sub(1).and_then(|last| SCHEDULE.get(last)).copied();
        if !self.resent && last.is_some_and(|reading| reading >= AGAIN) {
            self.resent = true;
            return Due::Resend;
        }
        let at = |reading: &u32| self.since.after(self.unit.saturating_mul(*reading));
        let Some(start) = SCHEDULE.get(self.next).map(at) else { return Due::GiveUp };
        if now < start {
            return Due::Wait(start);
        }
        // One reading serves for all that a slow one before it has made late.
        self.next = SCHEDULE.iter().take_while(|reading| at(reading) <= now).count();
        let deadline = now.after(settings.config().timeout()).after(Duration::from_secs(10));
        let fetch =
            Fetch::new(settings, MyOrders::default(), now).lane(Lane::Rescue).attempts(1).deadline(deadline);
        Due::Read(Box::new(fetch))
    }

    /// When confirming ends, but for the last reading.
    pub(super) fn end(&self) -> Moment {
        self.since.after(self.unit.saturating_mul(LAST))
    }

    /// No reading can succeed any more.
    pub(super) fn give_up(&mut self) {
        (self.next, self.resent) = (SCHEDULE.len(), true);
    }

    /// Takes out what a complete active list lacks or shows as ended.
    ///
    /// A list with a record that could not be read may hide an order: an id read out of such a record is for reports
    /// only, so it proves nothing about the others. Of an order whose cancel nobody accepted (`unaccepted`), absence
    /// proves nothing before the end of grace: it may be so new that the list does not show it yet.
    pub(super) fn confirmed_by(&mut self, list: &OrderList, unaccepted: &BTreeSet<OrderId>) -> Vec<OrderId> {
        let last = self.next >= SCHEDULE.len();
        let is_over = |order: &OrderId| match list.order(*order) {
            // Only "likely" words end an order whose cancel somebody accepted; of others it takes more (api-facts 4.3).
            Some(row) if unaccepted.contains(order) => row.status.surely_ends(row.expired),
            Some(row) => row.status.is_end(),
            None => list.is_complete() && (last || !unaccepted.contains(order)),
        };
        let over: Vec<OrderId> = self.open.iter().copied().filter(is_over).collect();
        over.iter().for_each(|order| {
            self.open.remove(order);
        });
        over
    }
}
