//! [`JournaledOrder`]: what the journal knows of an order that one of its intents became.

use super::record::{Intent, IntentId};
use crate::model::{CREATION_FEE_AFTER, Coin, Kind, OrderId, Rate, ServerId, Usd, UsdPerHour};
use crate::spending::OrderCaps;
use crate::time::UnixTime;
use core::time::Duration;

/// An order of the journal: the facts of its intent, and what was recorded since.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct JournaledOrder {
    /// The order.
    pub order: OrderId,
    /// The intent it settles.
    pub intent: IntentId,
    /// Whether it was made with another API key of the same base URL.
    pub other_key: bool,
    /// Its server, when the call named one.
    pub server: Option<ServerId>,
    /// On demand or spot, when the call said.
    pub kind: Option<Kind>,
    /// The coin that pays.
    pub coin: Option<Coin>,
    /// The rate expected when it was placed, coin per day, without the fee.
    pub rate: Option<Rate>,
    /// US dollars per hour with the fee: the highest of when it was placed and every reprice since. `None`: unknown.
    pub price: Option<UsdPerHour>,
    /// US dollars per hour with the fee as agreed to when it was placed: what nothing that was read since has changed.
    pub agreed: Option<UsdPerHour>,
    /// When it is to be ended; enforced only while something watches it.
    pub caps: OrderCaps,
    /// Whether the create was answered with success: the answer told the order, or it told none and reading found it.
    /// `false`: the answer was lost or unclear, or is not known.
    pub answered: bool,
    /// The intent, of an order that was found by reading: what tells it from other orders.
    pub(crate) found: Option<Box<Intent>>,
    /// Wall time of its intent, or else of its resolution.
    pub placed: Option<UnixTime>,
    /// The service's date of the last list before it was placed, which lacked it: it is not older.
    pub snapshot_date: Option<UnixTime>,
    /// Whether it was recorded that it is over.
    pub is_over: bool,
    /// Wall time of that record, never before the newest line then in the journal. The order may have ended earlier.
    pub ended: Option<UnixTime>,
}

impl JournaledOrder {
    /// What it cost until `now`, by its price and its time, with the assumed creation fee after ten minutes. `None`:
    /// not known, never nothing.
    #[must_use]
    pub fn cost(&self, now: UnixTime) -> Option<Usd> {
        self.cost_between(self.placed?, now.plus(1), now)
    }

    /// What of [`JournaledOrder::cost`] falls from `from` to just before `to`.
    #[must_use]
    pub fn cost_between(&self, from: UnixTime, to: UnixTime, now: UnixTime) -> Option<Usd> {
        let (price, placed) = (self.price?, self.placed?);
        let over = if self.is_over { self.ended? } else { now };
        let seconds = |time: i64| Duration::from_secs(u64::try_from(time).unwrap_or(0));
        let rental = price.per_day().over(seconds(over.min(to).since(placed.max(from))))?;
        let fee_after = i64::try_from(CREATION_FEE_AFTER.as_secs()).unwrap_or(i64::MAX);
        let charged = placed.plus(fee_after);
        let creation = over > charged && from <= charged && charged < to;
        Some(if creation { rental.saturating_add(Usd::ASSUMED_CREATION_FEE) } else { rental })
    }

    /// Whether it was found by reading, not told by the create's own answer or by the user.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.found.is_some()
    }

    /// `order` as the order of `intent`, recorded at `wall`.
    pub(super) fn of(order: OrderId, intent: &Intent, wall: Option<UnixTime>) -> Self {
        Self {
            order,
            intent: intent.id.clone(),
            other_key: false,
            server: intent.server,
            kind: intent.kind,
            coin: intent.coin.clone(),
            rate: intent.rate.clone(),
            price: intent.price,
            agreed: intent.price,
            caps: intent.caps,
            answered: false,
            found: None,
            placed: intent.wall.or(wall),
            snapshot_date: intent.snapshot_date,
            is_over: false,
            ended: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UnixTime {
        UnixTime::from_seconds(seconds)
    }

    /// A dollar an hour, placed two hours before midnight.
    fn order(ended: Option<i64>) -> JournaledOrder {
        let mut intent = Intent::new("a".parse().unwrap(), "create_order");
        intent.price = "1".parse().ok();
        intent.wall = Some(at(86_400 - 7200));
        let mut order = JournaledOrder::of(OrderId::new(7), &intent, None);
        (order.is_over, order.ended) = (ended.is_some(), ended.map(at));
        order
    }

    fn dollars(cost: Option<Usd>) -> String {
        cost.map_or_else(|| "?".to_owned(), |usd| usd.to_string())
    }

    #[test]
    fn an_orders_cost_is_its_time_at_its_price_and_the_creation_fee_after_ten_minutes() {
        let midnight = 86_400;
        assert_eq!(dollars(order(None).cost(at(midnight - 7200))), "$0.00");
        assert_eq!(dollars(order(None).cost(at(midnight - 6600))), "$0.167");
        assert_eq!(dollars(order(None).cost(at(midnight - 6599))), "$0.267");
        assert_eq!(dollars(order(None).cost(at(midnight))), "$2.10");
        assert_eq!(dollars(order(Some(midnight)).cost(at(9 * midnight))), "$2.10");
        // A clock that went back: nothing, rather than a figure below nothing.
        assert_eq!(dollars(order(None).cost(at(0))), "$0.00");
    }

    #[test]
    fn the_costs_of_days_add_up_to_the_cost() {
        let order = order(Some(86_400 + 3600));
        let day = |n: i64| order.cost_between(at(n * 86_400), at((n + 1) * 86_400), at(9 * 86_400));
        assert_eq!(
            (dollars(day(0)), dollars(day(1)), dollars(day(2))),
            ("$2.10".into(), "$1.00".into(), "$0.00".into())
        );
        assert_eq!(dollars(order.cost(at(9 * 86_400))), "$3.10");
    }

    #[test]
    fn a_cost_is_unknown_without_its_price_its_beginning_or_its_end() {
        let mut unknown = order(None);
        unknown.price = None;
        assert_eq!(unknown.cost(at(99_999)), None);
        let mut unknown = order(None);
        unknown.placed = None;
        assert_eq!(unknown.cost(at(99_999)), None);
        let mut unknown = order(None);
        unknown.is_over = true;
        assert_eq!(unknown.cost(at(99_999)), None);
    }
}
