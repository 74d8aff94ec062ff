//! [`Meter`]: how long an order has run and what it has cost, by the service's word and by time, whichever is more.
//!
//! The service's clock comes first: `Date` less the order's creation. Between readings, and without any, the driver's
//! monotonic time goes on from there. The wall's clock is never asked. Invariants: a reading that says less than one
//! before, or time that stands still, takes nothing back of what was told; and one odd date ends no order: an age that
//! time does not explain counts once a second reading agrees, and no order is older than the snapshot that lacked it.

use crate::event::Cap;
use crate::model::{CREATION_FEE_AFTER, CostEstimate, Order, Rates, Usd, UsdPerHour};
use crate::spending::OrderCaps;
use crate::time::{Moment, UnixTime};
use core::time::Duration;
use rust_decimal::Decimal;

/// The least step of time, so that a wait always ends after what it waits for.
const TICK: Duration = Duration::from_secs(1);
/// After an age that is to be confirmed, the next reading is made so soon.
pub(crate) const SECOND_READING: Duration = Duration::from_secs(2);
/// An age may be so much more than time explains: an order found by reading, a snapshot renewed after a lost answer.
const SLACK: Duration = Duration::from_secs(130);

/// One order's running time and cost.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    pub(crate) caps: OrderCaps,
    rates: Rates,
    /// How long it had run at a moment: at first nothing at the moment it was known to exist.
    ran: (Duration, Moment),
    /// An age that one reading gave at a moment and time does not explain.
    claimed: Option<(Duration, Moment)>,
    /// A reading said how old it is.
    is_dated: bool,
    /// The service's date of the snapshot before it was placed, which lacked it.
    pub(crate) snapshot_date: Option<UnixTime>,
    /// What it had cost at a moment by the service's own figure, every fee included.
    told: Option<(Decimal, Moment)>,
    cost: Option<CostEstimate>,
    /// The price agreed to, with its fee: it costs no less, whatever its row says or does not say.
    pub(crate) floor: Option<UsdPerHour>,
}

impl Meter {
    /// An order that exists since `began` at the latest, priced by `cost` until its own row is read.
    pub(crate) fn new(caps: OrderCaps, rates: &Rates, began: Moment, cost: Option<CostEstimate>) -> Self {
        let ran = (Duration::ZERO, began);
        let rates = rates.clone();
        Self {
            caps,
            rates,
            ran,
            claimed: None,
            is_dated: false,
            snapshot_date: None,
            told: None,
            cost,
            floor: None,
        }
    }

    /// Takes a reading of the order's row in, made at `now` under the service's `date`.
    pub(crate) fn read(&mut self, order: &Order, date: Option<UnixTime>, now: Moment) {
        self.ran = (self.ran_by(order, date, now), now);
        if let Some(cost) = CostEstimate::of_order(order) {
            let cost = cost.rates(&self.rates);
            let spent = order.spend.as_ref().and_then(|spend| cost.usd(spend));
            let fee = || cost.creation_fee_usd().filter(|_| self.ran.0 > CREATION_FEE_AFTER);
            let all = spent.and_then(|spent| match fee() {
                Some(fee) => spent.amount().checked_add(fee.amount()),
                None => Some(spent.amount()),
            });
            // A figure that fell is odd: the one before it goes on with time.
            if let Some(all) = all.filter(|all| self.told.is_none_or(|(told, _)| *all >= told)) {
                self.told = Some((all, now));
            }
            // A row that does not say its price does not make a known one unknown.
            if cost.price().is_some() || self.cost.is_none() {
                self.cost = Some(cost);
            }
        }
    }

    fn ran_by(&mut self, order: &Order, date: Option<UnixTime>, now: Moment) -> Duration {
        let by_time = self.ran_at(now);
        let Some((date, created)) = date.zip(order.created) else { return by_time };
        self.is_dated = true;
        let slack = i64::try_from(SLACK.as_secs()).unwrap_or(i64::MAX);
        // A snapshot of a later date than this was odd itself.
        let least = self
            .snapshot_date
            .filter(|snapshot| *snapshot <= date)
            .map(|date| date.plus(slack.saturating_neg()));
        let age = date.since(least.map_or(created, |least| created.max(least)));
        let told = Duration::from_secs(u64::try_from(age).unwrap_or(0));
        let explained = told <= by_time.saturating_add(SLACK);
        // What two readings in a row say, each at least.
        let claimed = self.claimed.map(|(age, at)| age.saturating_add(now.since(at)));
        let confirmed = claimed.map_or(Duration::ZERO, |claimed| claimed.min(told));
        let ran = by_time.max(if explained { told } else { confirmed });
        self.claimed = (told > ran).then_some((told, now));
        ran
    }

    /// Whether there is a cap on its runtime and nothing told how old it is, or not for certain: by time alone it is as
    /// old as the watch.
    pub(crate) fn is_ageless(&self) -> bool {
        self.caps.runtime.is_some() && (!self.is_dated || self.claimed.is_some())
    }

    /// Whether a reading gave an age that another has to confirm: it should be made soon.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.claimed.is_some()
    }

    /// How long it has run.
    pub(crate) fn ran_at(&self, now: Moment) -> Duration {
        let (ran, at) = self.ran;
        ran.saturating_add(now.since(at))
    }

    /// What it has cost, US dollars, every fee included; `None` while that is not known.
    pub(crate) fn cost_at(&self, now: Moment) -> Option<Usd> {
        let cost = self.cost.as_ref();
        let by_time = cost.and_then(|cost| cost.total_usd(self.ran_at(now)));
        let since = |at| {
            let per_day = cost?.price_with_fee()?.per_day().amount();
            per_day.checked_mul(seconds(now.since(at)))?.checked_div(seconds(DAY))
        };
        let by_word =
            self.told.and_then(|(told, at)| Usd::new(told.saturating_add(since(at).unwrap_or_default())));
        by_time.into_iter().chain(by_word).chain(self.by_floor(self.ran_at(now))).max()
    }

    /// By the price agreed to and time.
    fn by_floor(&self, ran: Duration) -> Option<Usd> {
        let per_day = self.floor?.per_day().amount();
        let rental = per_day.checked_mul(seconds(ran))?.checked_div(seconds(DAY))?;
        let fee = || {
            self.cost.as_ref().and_then(CostEstimate::creation_fee_usd).unwrap_or(Usd::ASSUMED_CREATION_FEE)
        };
        let fee = if ran > CREATION_FEE_AFTER { fee().amount() } else { Decimal::ZERO };
        rental.checked_add(fee).and_then(Usd::new)
    }

    /// The cap that is passed, if one is.
    pub(crate) fn passed(&self, now: Moment) -> Option<Cap> {
        if self.caps.runtime.is_some_and(|longest| self.ran_at(now) >= longest) {
            return Some(Cap::Runtime);
        }
        let spent = self.caps.spend.zip(self.cost_at(now)).is_some_and(|(most, spent)| spent >= most);
        spent.then_some(Cap::Spend)
    }

    /// Whether there is a spend cap and no known cost to hold against it.
    pub(crate) fn is_blind(&self, now: Moment) -> bool {
        self.caps.spend.is_some() && self.cost_at(now).is_none()
    }

    /// When a cap will be passed, should nothing be read meanwhile; never later than it is.
    pub(crate) fn passes_at(&self, now: Moment) -> Moment {
        let runtime = self.caps.runtime.map(|longest| now.after(longest.saturating_sub(self.ran_at(now))));
        let spend = self.caps.spend.and_then(|most| self.spends_by(now, most));
        runtime.into_iter().chain(spend).min().unwrap_or(Moment::NEVER)
    }

    fn spends_by(&self, now: Moment, most: Usd) -> Option<Moment> {
        let left = most.amount().checked_sub(self.cost_at(now)?.amount())?;
        let price = self.cost.as_ref().and_then(CostEstimate::price_with_fee);
        let per_day = price.into_iter().chain(self.floor).map(|price| price.per_day().amount()).max()?;
        let time = left.max(Decimal::ZERO).checked_mul(seconds(DAY))?.checked_div(per_day)?.ceil();
        let by_price = now.after(Duration::from_secs(u64::try_from(time).unwrap_or(u64::MAX)));
        // The creation fee comes all at once.
        let until_fee =
            CREATION_FEE_AFTER.checked_sub(self.ran_at(now)).map(|left| now.after(left).after(TICK));
        Some(until_fee.map_or(by_price, |fee| by_price.min(fee)))
    }
}

const DAY: Duration = Duration::from_secs(86_400);

/// A second that has begun counts whole.
fn seconds(time: Duration) -> Decimal {
    Decimal::from(time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0)))
}

#[cfg(test)]
#[path = "meter_tests.rs"]
mod tests;
