//! What a complete reading of `my_orders` gives to the limits: the orders that are not over ([`active`]), and
//! [`MarkEnds`], which lets the journal know of orders that ended without us (expired, outbid, ended on the web page).
//!
//! ```text
//!  Looking: Record(Look) ─► Marking each of its orders that the reading shows as over: Record(Ended) ─► over
//! ```
//!
//! Only a row that surely ended is evidence: a word such as "failed" may be said of an order that bills, and one reading
//! that lacks an order proves nothing. A record that fails costs
//! nothing but a limit that blocks for longer.

use crate::endpoint::my_orders::Reading;
use crate::journal::{JournalError, Record, Recorded};
use crate::model::{OrderId, Rates};
use crate::spending::ActiveOrder;
use crate::time::UnixTime;
use std::collections::{BTreeSet, VecDeque};

/// The orders that are not over by this reading. Rows without a readable id count: they may bill.
pub(super) fn active(reading: &Reading, rates: &Rates) -> Vec<ActiveOrder> {
    let rows = reading.rows.iter().filter(|row| !row.surely_over);
    let unreadable = reading.unreadable_active().map(|server| ActiveOrder::new(None).server(server));
    rows.map(|row| ActiveOrder::of_row(row, rates)).chain(unreadable).collect()
}

#[derive(Debug)]
pub(super) struct MarkEnds {
    over: BTreeSet<OrderId>,
    wall: Option<UnixTime>,
    /// `None`: the journal is not looked at yet.
    to_mark: Option<VecDeque<OrderId>>,
}

impl MarkEnds {
    /// `None` when the reading shows no order that is over.
    pub(super) fn new(reading: &Reading, wall: Option<UnixTime>) -> Option<Self> {
        let over: BTreeSet<OrderId> =
            reading.rows.iter().filter(|row| row.surely_over).map(|row| row.id).collect();
        (!over.is_empty()).then_some(Self { over, wall, to_mark: None })
    }

    /// What is to be recorded next; `None` at the end.
    pub(super) fn next(&self) -> Option<Record> {
        match &self.to_mark {
            None => Some(Record::Look),
            Some(orders) => orders.front().map(|order| Record::Ended { order: *order, wall: self.wall }),
        }
    }

    pub(super) fn handle_recorded(&mut self, done: Result<Recorded, JournalError>) {
        let Some(orders) = &mut self.to_mark else {
            let known = match done {
                Ok(Recorded::Seen(view)) => {
                    let open = view.orders().filter(|known| !known.is_over).map(|known| known.order);
                    open.filter(|order| self.over.contains(order)).collect()
                }
                _ => VecDeque::new(),
            };
            self.to_mark = Some(known);
            return;
        };
        orders.pop_front();
        if done.is_err() {
            orders.clear();
        }
    }
}
