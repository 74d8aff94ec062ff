//! [`Standing`]: what the journal says was spent and is open, and the check of a new spend against it.
//!
//! Invariant: no figure is below what is really spent, as far as it is known: what is not known for certain counts at
//! its worst (an unknown time as the whole 24 h, an order that may exist as one that does), and a price that is needed
//! and not known refuses. A pure function of its arguments; the wall clock is one of them and may be wrong.

use super::breach::{Breach, Counted, DaySum, OpenCount, Unpriced};
use super::check::{ActiveOrder, Check};
use crate::excerpt::Excerpt;
use crate::model::{CREATION_FEE_AFTER, OrderId, ServerId, Usd, UsdPerHour};
use crate::time::UnixTime;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: i64 = 60;

/// What was spent and is open, by the journal.
#[derive(Clone, Default, Debug)]
pub struct Standing {
    pub(crate) past: Vec<Past>,
    pub(crate) open: BTreeMap<OrderId, Option<UsdPerHour>>,
    /// Prices of further orders the journal knows: over, or of another key.
    pub(crate) known: BTreeMap<OrderId, Option<UsdPerHour>>,
    pub(crate) maybe: Vec<Maybe>,
    pub(crate) unnamed: Vec<Unnamed>,
    pub(crate) newest: Option<UnixTime>,
}

/// An order that is over.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) order: OrderId,
    pub(crate) price: Option<UsdPerHour>,
    pub(crate) placed: Option<UnixTime>,
    pub(crate) ended: Option<UnixTime>,
}

/// An open intent: an order that may exist.
#[derive(Clone, Debug)]
pub(crate) struct Maybe {
    pub(crate) name: Excerpt,
    pub(crate) server: Option<ServerId>,
    pub(crate) base_ids: Option<BTreeSet<OrderId>>,
    pub(crate) price: Option<UsdPerHour>,
    pub(crate) orders: u32,
}

/// An intent that was done without its answer naming an order.
#[derive(Clone, Debug)]
pub(crate) struct Unnamed {
    pub(crate) name: Excerpt,
    pub(crate) price: Option<UsdPerHour>,
    pub(crate) orders: u32,
    pub(crate) wall: Option<UnixTime>,
}

impl Standing {
    /// Refuses what would pass a limit. `price` is that of the spend with the fee, for all its `orders`; `wall` is the
    /// wall's time, if it is known.
    ///
    /// # Errors
    /// The first [`Breach`], of the rate, the number of orders, the day.
    pub fn check(
        &self,
        check: &Check,
        price: Option<UsdPerHour>,
        orders: u32,
        wall: Option<UnixTime>,
    ) -> Result<(), Box<Breach>> {
        let (limits, active) = (&check.limits, check.active.as_deref());
        let unpriced = |limit, of| Box::new(Breach::Unpriced { limit, of });
        if let Some(max) = limits.max_rate {
            let price = check.rate.ok_or_else(|| unpriced("max_rate", Unpriced::ThisSpend))?;
            if price > max {
                return Err(Box::new(Breach::Rate { max, price }));
            }
        }
        if let Some(max) = limits.max_open_orders {
            let open = self.open_orders(active, wall);
            if open.total().saturating_add(orders) > max {
                let counted = self.counted(active);
                return Err(Box::new(Breach::OpenOrders { max, open, adds: orders, counted }));
            }
        }
        if let Some(max) = limits.max_total_per_day {
            let unpriced = |of| unpriced("max_total_per_day", of);
            let adds = a_day_of(price).ok_or_else(|| unpriced(Unpriced::ThisSpend))?;
            let day = self.day(active, wall).map_err(unpriced)?;
            let total = day.total().saturating_add(adds);
            if total > max {
                let counted = self.counted(active);
                let clock = wall.zip(self.newest).filter(|(wall, newest)| newest.since(*wall) > MINUTE);
                return Err(Box::new(Breach::PerDay { max, day, adds, total, counted, clock }));
            }
        }
        Ok(())
    }

    fn counted(&self, active: Option<&[ActiveOrder]>) -> Counted {
        let listed = active.unwrap_or_default().iter().filter_map(|row| row.order);
        let orders: BTreeSet<OrderId> = self.open.keys().copied().chain(listed).collect();
        let intents = self.maybe.iter().map(|maybe| &maybe.name);
        let intents = intents.chain(self.unnamed.iter().map(|unnamed| &unnamed.name)).cloned();
        Counted::new(orders, intents)
    }

    /// How many orders are open or may be.
    #[must_use]
    pub fn open_orders(&self, active: Option<&[ActiveOrder]>, wall: Option<UnixTime>) -> OpenCount {
        let maybe = sum_of(self.maybe.iter().map(|maybe| maybe.orders));
        let rows = active.unwrap_or_default();
        let (among, beside) = self.among(rows);
        let unnamed = sum_of(self.unlisted(rows, &among, wall.max(self.newest)).map(|(_, orders)| orders));
        let listed = |order: &OrderId| rows.iter().any(|row| row.order == Some(*order));
        OpenCount {
            journal: count(self.open.len()).saturating_add(maybe).saturating_add(unnamed),
            reading: active.map(|rows| {
                count(rows.len()).saturating_add(sum_of(beside.iter().map(|maybe| maybe.orders)))
            }),
            unlisted: count(self.open.keys().filter(|order| !listed(order)).count()).saturating_add(unnamed),
        }
    }

    /// What the day comes to before anything new.
    ///
    /// # Errors
    /// Whose price is needed and not known.
    pub fn day(&self, active: Option<&[ActiveOrder]>, wall: Option<UnixTime>) -> Result<DaySum, Unpriced> {
        // A clock that stands before the newest line is wrong.
        let now = wall.max(self.newest);
        let mut sum = DaySum::default();
        for past in &self.past {
            sum.ended = sum.ended.saturating_add(past.cost(now).ok_or(Unpriced::Order(past.order))?);
        }
        let rows = active.unwrap_or_default();
        let (among, beside) = self.among(rows);
        let row_of = |order: OrderId| rows.iter().find(|row| row.order == Some(order));
        for (order, price) in &self.open {
            let price = higher(*price, row_of(*order).and_then(|row| row.price));
            sum.add(price, 1).ok_or(Unpriced::Order(*order))?;
        }
        for (at, row) in rows.iter().enumerate() {
            let Some(order) = row.order else {
                sum.add(row.price, 1).ok_or(Unpriced::UnreadableRow)?;
                continue;
            };
            if self.open.contains_key(&order) {
                continue;
            }
            let known = self.known.get(&order).copied().flatten();
            let intent = among.get(&at).and_then(|maybe| maybe.price);
            sum.add(higher(higher(row.price, known), intent), 1).ok_or(Unpriced::Order(order))?;
        }
        for maybe in beside {
            sum.add(maybe.price, maybe.orders).ok_or_else(|| Unpriced::Intent(maybe.name.clone()))?;
        }
        for (unnamed, unlisted) in self.unlisted(rows, &among, now) {
            let unpriced = || Unpriced::Intent(unnamed.name.clone());
            if unlisted > 0 {
                // Of several it is not known which: their whole price.
                sum.add(unnamed.price, unlisted).ok_or_else(unpriced)?;
            } else {
                // Its orders may be other rows than those, and over: what they can have cost.
                let cost = cost(unnamed.price, unnamed.wall, now, now).ok_or_else(unpriced)?;
                sum.ended = sum.ended.saturating_add(cost);
            }
        }
        Ok(sum)
    }

    /// The calls of the last 24 h that were done without naming their orders, and how many of each one's orders count
    /// beside the rows: the list lags behind, so only a row that nothing else explains accounts for one of them. An
    /// unreadable row accounts for none; it may be any order.
    fn unlisted(
        &self,
        rows: &[ActiveOrder],
        among: &BTreeMap<usize, &Maybe>,
        now: Option<UnixTime>,
    ) -> impl Iterator<Item = (&Unnamed, u32)> {
        let explained = |order: &OrderId| self.open.contains_key(order) || self.known.contains_key(order);
        let new = |(at, row): &(usize, &ActiveOrder)| {
            !among.contains_key(at) && row.order.as_ref().is_some_and(|order| !explained(order))
        };
        let mut unexplained = count(rows.iter().enumerate().filter(new).count());
        self.unnamed.iter().filter(move |one| one.is_young(now)).map(move |one| {
            let unlisted = one.orders.saturating_sub(unexplained);
            unexplained = unexplained.saturating_sub(one.orders);
            (one, unlisted)
        })
    }

    /// Which open intent may be which row, each at most once, and the intents that are none of them. Only an intent for
    /// one server with a snapshot can be told from what was there before it.
    fn among(&self, rows: &[ActiveOrder]) -> (BTreeMap<usize, &Maybe>, Vec<&Maybe>) {
        let (mut among, mut beside) = (BTreeMap::new(), Vec::new());
        for maybe in &self.maybe {
            let row = rows.iter().enumerate().find(|(at, row)| {
                let new = |order: &OrderId| {
                    let known = self.open.contains_key(order) || self.known.contains_key(order);
                    !known && maybe.base_ids.as_ref().is_some_and(|base| !base.contains(order))
                };
                let here = maybe.server.is_some() && row.server == maybe.server;
                here && row.order.as_ref().is_some_and(new) && !among.contains_key(at)
            });
            match row {
                Some((at, _)) if maybe.orders == 1 => drop(among.insert(at, maybe)),
                _ => beside.push(maybe),
            }
        }
        (among, beside)
    }
}

impl DaySum {
    /// 24 h more at `price` for `orders`. `None`: the price is not known.
    fn add(&mut self, price: Option<UsdPerHour>, orders: u32) -> Option<()> {
        self.open = self.open.saturating_add(a_day_of(price)?);
        self.open_orders = self.open_orders.saturating_add(orders);
        Some(())
    }
}

impl Unnamed {
    /// Less than a day old. Whether an older one still costs anything, only a reading tells.
    fn is_young(&self, now: Option<UnixTime>) -> bool {
        self.wall.zip(now).is_none_or(|(wall, now)| now.since(wall) < 86_400)
    }
}

impl Past {
    /// What it cost in the 24 h before `now`. `None`: unknown.
    fn cost(&self, now: Option<UnixTime>) -> Option<Usd> {
        cost(self.price, self.placed, self.ended, now)
    }
}

/// What running from `from` to `to` cost in the 24 h before `now`, the assumed creation fee included; a time that is not
/// known counts at its worst. Nothing if it was over before then, whatever the price.
fn cost(
    price: Option<UsdPerHour>,
    from: Option<UnixTime>,
    to: Option<UnixTime>,
    now: Option<UnixTime>,
) -> Option<Usd> {
    let Some(now) = now else { return whole_day(price) };
    let begin = now.plus(-86_400);
    let to = to.unwrap_or(now).min(now);
    let Some(began) = from else {
        return if to <= begin { Some(Usd::ZERO) } else { whole_day(price) };
    };
    if to <= begin {
        return Some(Usd::ZERO);
    }
    let seconds = u64::try_from(to.since(began.max(begin))).unwrap_or(0);
    let rental = price?.per_day().over(Duration::from_secs(seconds))?;
    let ran = u64::try_from(to.since(began)).unwrap_or(0);
    let creation =
        if Duration::from_secs(ran) > CREATION_FEE_AFTER { Usd::ASSUMED_CREATION_FEE } else { Usd::ZERO };
    Some(rental.saturating_add(creation))
}

fn whole_day(price: Option<UsdPerHour>) -> Option<Usd> {
    Some(a_day_of(price)?.saturating_add(Usd::ASSUMED_CREATION_FEE))
}

fn a_day_of(price: Option<UsdPerHour>) -> Option<Usd> {
    price?.per_day().over(DAY)
}

fn higher(one: Option<UsdPerHour>, other: Option<UsdPerHour>) -> Option<UsdPerHour> {
    one.max(other)
}

fn sum_of(orders: impl Iterator<Item = u32>) -> u32 {
    orders.fold(0, u32::saturating_add)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
