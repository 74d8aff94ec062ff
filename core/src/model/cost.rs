//! [`CostEstimate`]: what a rental will come to, fees included, and whether that is told or assumed.
//!
//! The service takes a percentage on top of the price, and a creation fee once, after ten minutes (api-facts 5). What
//! it does not tell is assumed (5 %, and 0.10 USD), and the estimate says so. Invariant: no figure is below its exact
//! value: what 28 digits cannot hold is rounded up, never down.

use super::coin::Coin;
use super::fees::{FeePercent, RenterFees};
use super::kind::Kind;
use super::money::{Amount, Rate, Rates, UsdPerCoin};
use super::order::Order;
use super::usd::{UsdPerDay, UsdPerHour, shown};
use core::fmt;
use core::time::Duration;
use rust_decimal::{Decimal, RoundingStrategy};

/// After this long the creation fee is charged.
pub const CREATION_FEE_AFTER: Duration = Duration::from_secs(600);

const SECONDS_A_DAY: Decimal = Decimal::from_parts(86_400, 0, 0, false, 0);
/// Decimal places of a sum of money; what is finer is rounded up.
const PLACES: u32 = 12;

/// US dollars, so many of them; no price per time. Never below zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Usd(Decimal);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The creation fee that is assumed where the service does not tell one: 0.10 USD (api-facts 5).
    pub const ASSUMED_CREATION_FEE: Self = Self(Decimal::from_parts(10, 0, 0, false, 2));

    /// This many dollars; `None` below zero.
    #[must_use]
    pub fn new(amount: Decimal) -> Option<Self> {
        (amount >= Decimal::ZERO).then_some(Self(amount))
    }

    /// The dollars.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }

    /// Both together; what no number here can hold is the highest there is.
    #[must_use]
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).unwrap_or(Decimal::MAX))
    }

    /// This less `other`, or nothing where `other` is more.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).unwrap_or_default().max(Decimal::ZERO))
    }
}

impl UsdPerDay {
    /// What so long a time costs at this price, never below the exact value: a second that has begun counts whole.
    /// `None` where no number here can hold it.
    #[must_use]
    pub fn over(self, time: Duration) -> Option<Usd> {
        over(self.amount(), time).map(Usd)
    }
}

impl fmt::Display for Usd {
    /// `$8.47`, rounded for reading.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("${}", shown(self.0)))
    }
}

/// What renting a whole server will come to.
///
/// ```
/// use clore_core::model::{Coin, CostEstimate, Kind, Rate};
/// use core::time::Duration;
///
/// let rate = Rate::parse("24", Coin::Clore)?;
/// let cost = CostEstimate::new(Kind::OnDemand, Coin::Clore).rate(rate);
/// assert!(!cost.is_told(), "5 % is assumed");
/// assert_eq!(cost.rental(Duration::from_secs(3600)).unwrap().to_string(), "1.05 CLORE-Blockchain");
/// # Ok::<(), clore_core::model::NotAPrice>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub struct CostEstimate {
    kind: Kind,
    coin: Coin,
    rate: Option<Rate>,
    listed: Option<UsdPerHour>,
    worth: Option<UsdPerCoin>,
    fee: Option<FeePercent>,
    creation: Option<Amount>,
}

impl CostEstimate {
    /// Of renting this way, paying with `coin`; nothing else known yet.
    pub fn new(kind: Kind, coin: Coin) -> Self {
        let worth = Rates::new().usd_for_one(&coin);
        Self { kind, coin, rate: None, listed: None, worth, fee: None, creation: None }
    }

    /// Of an order, by its own price and fees. `None` when its row does not say the coin.
    #[must_use]
    pub fn of_order(order: &Order) -> Option<Self> {
        let mut estimate = Self::new(order.kind, order.coin.clone()?);
        estimate.rate = order.price.clone();
        estimate.listed = order.original_price_usd.map(UsdPerDay::per_hour);
        estimate.fee = order.fee.and_then(FeePercent::from_fraction);
        estimate.creation = order.creation_fee.clone().filter(|fee| fee.amount() >= Decimal::ZERO);
        Some(estimate)
    }

    /// At this price, coin per day. One in another coin is passed over.
    pub fn rate(mut self, rate: Rate) -> Self {
        if *rate.coin() == self.coin {
            self.rate = Some(rate);
        }
        self
    }

    /// At this price in dollars per hour, by the listing's own word; it beats what a rate would make of the coin.
    pub fn usd_per_hour(mut self, price: UsdPerHour) -> Self {
        self.listed = Some(price);
        self
    }

    /// At this price in place of the one it had, in dollars as well.
    pub fn repriced(mut self, rate: Rate) -> Self {
        // What the coin was worth by the two old prices is all that is known of the new one in dollars.
        self.worth = self.worth.or_else(|| UsdPerCoin::new(self.worth()?).ok());
        self.listed = None;
        self.rate(rate)
    }

    /// With what the coin is worth, if it is among `rates`.
    pub fn rates(mut self, rates: &Rates) -> Self {
        self.worth = rates.usd_for_one(&self.coin).or(self.worth);
        self
    }

    /// With the fees the service tells, as far as it tells them for this kind and coin.
    pub fn fees(mut self, fees: &RenterFees) -> Self {
        self.fee = fees.fee(self.kind, &self.coin).or(self.fee);
        self.creation = fees.creation_fee(self.kind, &self.coin).cloned().or(self.creation);
        self
    }

    /// As [`CostEstimate::fees`], but only for what is not known yet: an order's own row beats the general list.
    pub fn or_fees(self, fees: &RenterFees) -> Self {
        let (fee, creation) = (self.fee, self.creation.clone());
        let mut filled = self.fees(fees);
        filled.fee = fee.or(filled.fee);
        filled.creation = creation.or(filled.creation);
        filled
    }

    /// How it is rented.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it pays with.
    #[must_use]
    pub fn coin(&self) -> &Coin {
        &self.coin
    }

    /// The fee on top of the price: told, or [`FeePercent::ASSUMED`].
    #[must_use]
    pub fn fee(&self) -> FeePercent {
        self.fee.unwrap_or(FeePercent::ASSUMED)
    }

    /// Whether the service told the fee.
    #[must_use]
    pub fn is_fee_told(&self) -> bool {
        self.fee.is_some()
    }

    /// Whether the service told the creation fee.
    #[must_use]
    pub fn is_creation_fee_told(&self) -> bool {
        self.creation.is_some()
    }

    /// Whether every fee was told by the service; otherwise the figures rest on what is assumed.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.is_fee_told() && self.is_creation_fee_told()
    }

    /// The price without fees, dollars per hour; `None` when it is not known in dollars.
    #[must_use]
    pub fn price(&self) -> Option<UsdPerHour> {
        self.listed.or_else(|| product_of(self.rate.as_ref(), self.worth))
    }

    /// The price without fees for a limit, dollars per hour: by the listing's word or by the coin's worth, whichever is
    /// more.
    pub(crate) fn highest_price(&self) -> Option<UsdPerHour> {
        let by_worth = product_of(self.rate.as_ref(), self.worth);
        self.listed.into_iter().chain(by_worth).max()
    }

    /// The price with the fee, dollars per hour; without the creation fee.
    #[must_use]
    pub fn price_with_fee(&self) -> Option<UsdPerHour> {
        self.fee().on(self.price()?)
    }

    /// The price with the fee, coin per day; without the creation fee.
    #[must_use]
    pub fn rate_with_fee(&self) -> Option<Rate> {
        let amount = product(self.rate.as_ref()?.amount(), self.fee().factor()?)?;
        Rate::new(amount.normalize(), self.coin.clone()).ok()
    }

    /// The creation fee in the paying coin: told, or the assumed dollars where the coin's worth is known.
    #[must_use]
    pub fn creation_fee(&self) -> Option<Amount> {
        self.creation.clone().or_else(|| {
            let amount = quotient(Usd::ASSUMED_CREATION_FEE.0, self.worth()?)?;
            Some(Amount::new(amount, self.coin.clone()))
        })
    }

    /// The creation fee in dollars: the told one where the coin's worth is known, or the assumed one.
    #[must_use]
    pub fn creation_fee_usd(&self) -> Option<Usd> {
        match &self.creation {
            Some(told) if told.amount().is_zero() => Some(Usd(Decimal::ZERO)),
            Some(told) => product(told.amount(), self.worth()?).map(Usd),
            None => Some(Usd::ASSUMED_CREATION_FEE),
        }
    }

    /// What so long a rental costs in the paying coin, with the fee but without the creation fee.
    #[must_use]
    pub fn rental(&self, time: Duration) -> Option<Amount> {
        let amount = over(self.rate_with_fee()?.amount(), time)?;
        Some(Amount::new(amount, self.coin.clone()))
    }

    /// What so long a rental costs in the paying coin, every fee included.
    #[must_use]
    pub fn total(&self, time: Duration) -> Option<Amount> {
        let rental = self.rental(time)?;
        if time <= CREATION_FEE_AFTER {
            return Some(rental);
        }
        let amount = rental.amount().checked_add(self.creation_fee()?.amount())?;
        Some(Amount::new(amount.normalize(), self.coin.clone()))
    }

    /// What so long a rental costs in dollars, every fee included.
    #[must_use]
    pub fn total_usd(&self, time: Duration) -> Option<Usd> {
        let rental = over(self.price_with_fee()?.per_day().amount(), time)?;
        if time <= CREATION_FEE_AFTER {
            return Some(Usd(rental));
        }
        rental.checked_add(self.creation_fee_usd()?.0).map(|sum| Usd(sum.normalize()))
    }

    /// What so much of the coin is worth in dollars; `None` where its worth is not known.
    #[must_use]
    pub fn usd(&self, amount: &Amount) -> Option<Usd> {
        (*amount.coin() == self.coin).then(|| product(amount.amount(), self.worth()?)).flatten().map(Usd)
    }

    /// What one coin is worth: said, or by the two prices of the listing.
    fn worth(&self) -> Option<Decimal> {
        let by_listing = || quotient(self.listed?.per_day().amount(), self.rate.as_ref()?.amount());
        self.worth.map(UsdPerCoin::amount).or_else(by_listing)
    }
}

/// So much per day, for so long; a second that has begun counts whole.
fn over(per_day: Decimal, time: Duration) -> Option<Decimal> {
    let seconds = time.as_secs().checked_add(u64::from(time.subsec_nanos() > 0))?;
    quotient(product(per_day, Decimal::from(seconds))?, SECONDS_A_DAY)
}

/// What a rate comes to by the coin's worth.
fn product_of(rate: Option<&Rate>, worth: Option<UsdPerCoin>) -> Option<UsdPerHour> {
    UsdPerDay::new(product(rate?.amount(), worth?.amount())?).ok().map(UsdPerDay::per_hour)
}

/// The product of two numbers that are not negative; a unit in the last place above where 28 digits do not hold it.
pub(super) fn product(one: Decimal, other: Decimal) -> Option<Decimal> {
    let (one, other) = (one.normalize(), other.normalize());
    if one.is_zero() || other.is_zero() {
        return Some(Decimal::ZERO);
    }
    let product = one.checked_mul(other)?;
    if product.scale() == one.scale().checked_add(other.scale())? {
        return Some(product);
    }
    product.checked_add(Decimal::try_new(1, product.scale()).ok()?)
}

/// The quotient, rounded up to twelve places.
fn quotient(whole: Decimal, parts: Decimal) -> Option<Decimal> {
    let rounded =
        whole.checked_div(parts)?.round_dp_with_strategy(PLACES, RoundingStrategy::AwayFromZero).normalize();
    if product(rounded, parts)? >= whole {
        return Some(rounded);
    }
    rounded.checked_add(Decimal::try_new(1, PLACES).ok()?)
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
