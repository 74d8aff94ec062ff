//! [`Limits`]: what may be rented at all.

use crate::model::{FeePercent, Usd, UsdPerHour};
use core::time::Duration;

/// Limits on renting, over everything that shares one journal, base URL and key. What is not set does not limit.
///
/// ```
/// use clore_core::model::Usd;
/// use clore_core::spending::Limits;
///
/// let standing = Limits::new().max_rate("0.80".parse()?).max_open_orders(2);
/// let wanted = Limits::new().max_rate("1.50".parse()?).max_open_orders(1);
/// let both = standing.lowered_by(&wanted);
/// assert_eq!((both.max_rate, both.max_open_orders), (Some("0.80".parse()?), Some(1)));
/// # Ok::<(), clore_core::model::NotAPrice>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// The highest price of one server, US dollars per hour **without** the service's fee: as searches show it.
    pub max_rate: Option<UsdPerHour>,
    /// The most for one day, US dollars **with** fees: what ended orders cost in the last 24 h, and 24 h of every order
    /// that is open, may be open, or is to be rented.
    pub max_total_per_day: Option<Usd>,
    /// The most orders at once, those that may exist included. Zero: nothing may be rented.
    pub max_open_orders: Option<u32>,
}

impl Limits {
    /// No limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Rents nothing above this price (without the fee).
    #[must_use]
    pub fn max_rate(mut self, highest: UsdPerHour) -> Self {
        self.max_rate = Some(highest);
        self
    }

    /// Rents nothing that could bring a day above this sum (with fees).
    #[must_use]
    pub fn max_total_per_day(mut self, most: Usd) -> Self {
        self.max_total_per_day = Some(most);
        self
    }

    /// Rents nothing beside this many orders.
    #[must_use]
    pub fn max_open_orders(mut self, most: u32) -> Self {
        self.max_open_orders = Some(most);
        self
    }

    /// Of each limit the lower one: an argument can lower what stands, never raise it.
    #[must_use]
    pub fn lowered_by(&self, other: &Self) -> Self {
        Self {
            max_rate: lower(self.max_rate, other.max_rate),
            max_total_per_day: lower(self.max_total_per_day, other.max_total_per_day),
            max_open_orders: lower(self.max_open_orders, other.max_open_orders),
        }
    }

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing at all can be rented: no open order is allowed, or no dollar.
    #[must_use]
    pub fn lets_nothing_through(&self) -> bool {
        self.max_open_orders == Some(0) || self.max_total_per_day.is_some_and(|most| most.amount().is_zero())
    }

    /// Whether 24 h of one server at the highest price allowed, with the assumed fee, pass the limit of a day.
    #[must_use]
    pub fn rate_passes_day(&self) -> bool {
        let day = Duration::from_secs(86_400);
        let highest = self.max_rate.and_then(|rate| FeePercent::ASSUMED.on(rate)?.per_day().over(day));
        highest.zip(self.max_total_per_day).is_some_and(|(highest, most)| highest > most)
    }

    /// Whether any of them rests on the price of the spend.
    #[must_use]
    pub(crate) fn need_price(&self) -> bool {
        self.max_rate.is_some() || self.max_total_per_day.is_some()
    }

    /// Whether a limit counts orders or adds up a day, so that a reading of the account's orders is wanted.
    pub(crate) fn count_orders(&self) -> bool {
        self.max_open_orders.is_some() || self.max_total_per_day.is_some()
    }
}

fn lower<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_lowered_and_never_raised() {
        let rate = |text: &str| Limits::new().max_rate(text.parse().unwrap());
        for (one, other, both) in [
            (rate("1"), rate("2"), rate("1")),
            (rate("2"), rate("1"), rate("1")),
            (rate("2"), Limits::new(), rate("2")),
            (Limits::new(), rate("2"), rate("2")),
            (
                Limits::new().max_open_orders(0),
                Limits::new().max_open_orders(3),
                Limits::new().max_open_orders(0),
            ),
        ] {
            assert_eq!(one.lowered_by(&other), both);
        }
    }

    #[test]
    fn zero_orders_and_zero_dollars_let_nothing_through() {
        let none = Usd::new(rust_decimal::Decimal::ZERO).unwrap();
        assert!(Limits::new().max_open_orders(0).lets_nothing_through());
        assert!(Limits::new().max_total_per_day(none).lets_nothing_through());
        assert!(!Limits::new().max_open_orders(1).lets_nothing_through());
        assert!(!Limits::new().lets_nothing_through());
    }

    #[test]
    fn a_rate_passes_a_day_by_24_hours_of_it_with_the_fee() {
        let limits = |day: &str| {
            let day = Usd::new(day.parse().unwrap()).unwrap();
            Limits::new().max_rate("1".parse().unwrap()).max_total_per_day(day)
        };
        assert!(limits("25.19").rate_passes_day());
        assert!(!limits("25.2").rate_passes_day());
        assert!(!Limits::new().max_open_orders(1).rate_passes_day());
    }
}
