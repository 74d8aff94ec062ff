//! What a complete reading of `my_orders` gives to the limits: the orders that are not over ([`active`]), and
//! [`MarkEnds`], which lets the journal know of orders that ended without us (expired, outbid, ended on the web page),
//! and of prices that are higher by their rows than it knows.
//!
//! ```text
//!  Looking: Record(Look) ─► Marking each of its open orders: dearer by its row, Record(Repriced); over, Record(Ended) ─► over
//! ```
//!
//! Only a row that surely ended is evidence: a word such as "failed" may be said of an order that bills, and one reading
//! that lacks an order proves nothing. A record that fails costs
//! nothing but a limit that blocks for longer.

use super::Settings;
use crate::endpoint::my_orders::Reading;
use crate::journal::{JournalError, JournaledOrder, Record, Recorded};
use crate::model::order::Sighting;
use crate::model::{OrderId, Rate, Rates, UsdPerDay, UsdPerHour};
use crate::spending::{ActiveOrder, Limits};
use crate::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The orders that are not over by this reading. Rows without a readable id count: they may bill.
pub(super) fn active(reading: &Reading, rates: &Rates) -> Vec<ActiveOrder> {
    let rows = reading.rows.iter().filter(|row| !row.surely_over);
    let unreadable = reading.unreadable_active().map(|server| ActiveOrder::new(None).server(server));
    rows.map(|row| ActiveOrder::of_row(row, rates)).chain(unreadable).collect()
}

#[derive(Debug)]
pub(super) struct MarkEnds {
    over: BTreeSet<OrderId>,
    /// By their rows, in their own coins: what a coin is worth, of which anybody may have an odd idea, changes no price.
    rates: BTreeMap<OrderId, Rate>,
    wall: Option<UnixTime>,
    /// `None`: the journal is not looked at yet.
    to_mark: Option<VecDeque<Record>>,
}

impl MarkEnds {
    /// `None` when the reading shows no order that is over, and the `limits` count no prices.
    pub(super) fn new(reading: &Reading, settings: &Settings, limits: &Limits) -> Option<Self> {
        let over: BTreeSet<OrderId> =
            reading.rows.iter().filter(|row| row.surely_over).map(|row| row.id).collect();
        let rate = |row: &Sighting| Some((row.id, row.price.clone()?));
        let rates: BTreeMap<OrderId, Rate> = reading.rows.iter().filter_map(rate).collect();
        let counts = limits.max_total_per_day.is_some() && !rates.is_empty();
        (counts || !over.is_empty()).then_some(Self { over, rates, wall: settings.wall, to_mark: None })
    }

    /// What is to be recorded next; `None` at the end.
    pub(super) fn next(&self) -> Option<Record> {
        match &self.to_mark {
            None => Some(Record::Look),
            Some(records) => records.front().cloned(),
        }
    }

    /// Of an order that the journal has as open: its price by the row where that is higher, then its end.
    fn records(&self, known: &JournaledOrder) -> impl Iterator<Item = Record> {
        let (order, wall) = (known.order, self.wall);
        let price = self.rates.get(&order).and_then(|by_row| dearer(known, by_row));
        let repriced = price.map(|price| Record::Repriced { order, price: Some(price), wall });
        let ended = self.over.contains(&order).then_some(Record::Ended { order, wall });
        repriced.into_iter().chain(ended)
    }

    pub(super) fn handle_recorded(&mut self, done: Result<Recorded, JournalError>) {
        let Some(records) = &mut self.to_mark else {
            let to_mark = match done {
                Ok(Recorded::Seen(view)) => {
                    let open = view.orders().filter(|known| !known.is_over);
                    open.flat_map(|known| self.records(known)).collect()
                }
                _ => VecDeque::new(),
            };
            self.to_mark = Some(to_mark);
            return;
        };
        records.pop_front();
        if done.is_err() {
            records.clear();
        }
    }
}

/// The journal's price raised as the row's rate is above that agreed to; `None` where it is not, or either is not known.
fn dearer(known: &JournaledOrder, by_row: &Rate) -> Option<UsdPerHour> {
    let (price, agreed) = (known.agreed?, known.rate.as_ref().filter(|rate| rate.coin() == by_row.coin())?);
    let raised = price.per_day().amount().checked_mul(by_row.amount())?.checked_div(agreed.amount())?;
    let raised = UsdPerDay::new(raised).ok()?.per_hour();
    (by_row.amount() > agreed.amount() && known.price.is_some_and(|price| raised > price)).then_some(raised)
}
