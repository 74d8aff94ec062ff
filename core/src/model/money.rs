//! [`Rate`] and [`Amount`]: money of the service's own coins, and [`Rates`], what a coin is worth.
//!
//! Every price the API sends or takes is per **day**, for the whole server (api-facts 5). There is no arithmetic
//! across coins or periods, and no way from a binary float.

use super::coin::Coin;
use super::usd::{NotAPrice, UsdPerDay, UsdPerHour, positive};
use crate::wire::number;
use core::fmt;
use core::str::FromStr;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A price: so much of a coin per day for a whole server. Always above zero.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Rate {
    amount: Decimal,
    coin: Coin,
}

impl Rate {
    /// `amount` of `coin` per day.
    ///
    /// # Errors
    /// [`NotAPrice`] for zero, less, or more than 10^15.
    pub fn new(amount: Decimal, coin: Coin) -> Result<Self, NotAPrice> {
        positive(amount).map(|amount| Self { amount, coin })
    }

    /// Reads what a user typed, in `coin` per day.
    ///
    /// # Errors
    /// [`NotAPrice`], also for `NaN`, `inf` and numbers that cannot be kept exactly.
    pub fn parse(text: &str, coin: Coin) -> Result<Self, NotAPrice> {
        Self::new(number::plain_decimal(text).ok_or(NotAPrice::NotANumber)?, coin)
    }

    /// The amount per day, exact.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// The coin.
    #[must_use]
    pub fn coin(&self) -> &Coin {
        &self.coin
    }

    /// The digits as they were listed (an exponent written out), fit to be sent as a JSON number: the service
    /// compares a `required_price` with its own bookkeeping (api-facts 1.4, 8 question 10).
    #[must_use]
    pub fn digits(&self) -> String {
        self.amount.to_string()
    }

    /// The price in dollars per day, if the coin's worth is known.
    #[must_use]
    pub fn usd_per_day(&self, rates: &Rates) -> Option<UsdPerDay> {
        let usd = self.amount.checked_mul(rates.usd_for_one(&self.coin)?.amount())?;
        UsdPerDay::new(usd).ok()
    }

    /// The price in dollars per hour, if the coin's worth is known.
    #[must_use]
    pub fn usd_per_hour(&self, rates: &Rates) -> Option<UsdPerHour> {
        self.usd_per_day(rates).map(UsdPerDay::per_hour)
    }
}

impl fmt::Display for Rate {
    /// `8.47 USD-Blockchain/day`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}/day", self.amount, self.coin))
    }
}

/// So much of a coin: a balance, what was spent, a fee. It may be zero, and is kept as it came.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Amount {
    amount: Decimal,
    coin: Coin,
}

impl Amount {
    /// `amount` of `coin`.
    #[must_use]
    pub fn new(amount: Decimal, coin: Coin) -> Self {
        Self { amount, coin }
    }

    /// How much, exact.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// Of what.
    #[must_use]
    pub fn coin(&self) -> &Coin {
        &self.coin
    }
}

impl fmt::Display for Amount {
    /// `1234.5 CLORE-Blockchain`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.amount, self.coin))
    }
}

/// What one coin is worth in dollars. Always above zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UsdPerCoin(Decimal);

impl UsdPerCoin {
    /// One coin is worth `usd` dollars.
    ///
    /// # Errors
    /// [`NotAPrice`] for zero, less, or more than 10^15.
    pub fn new(usd: Decimal) -> Result<Self, NotAPrice> {
        positive(usd).map(Self)
    }

    /// The dollars for one coin.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }
}

impl FromStr for UsdPerCoin {
    type Err = NotAPrice;

    fn from_str(text: &str) -> Result<Self, NotAPrice> {
        Self::new(number::plain_decimal(text).ok_or(NotAPrice::NotANumber)?)
    }
}

/// What coins are worth, as far as it is known: from `currency_rates_in_usd` (api-facts 3.7) or from the caller.
///
/// `USD-Blockchain` is always one dollar. Everything else is unknown until said, never guessed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rates(BTreeMap<Coin, UsdPerCoin>);

impl Rates {
    /// Nothing known but the dollar.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces the worth of `coin`. The dollar stays one dollar.
    #[must_use]
    pub fn with(mut self, coin: Coin, worth: UsdPerCoin) -> Self {
        if coin != Coin::Usd {
            self.0.insert(coin, worth);
        }
        self
    }

    /// These rates with those of `stronger` put over them.
    #[must_use]
    pub fn overridden_by(mut self, stronger: &Self) -> Self {
        self.0.extend(stronger.0.iter().map(|(coin, worth)| (coin.clone(), *worth)));
        self
    }

    /// Of each coin the higher of its worth here and in `other`.
    #[must_use]
    pub fn at_least(mut self, other: &Self) -> Self {
        for (coin, worth) in &other.0 {
            let known = self.0.entry(coin.clone()).or_insert(*worth);
            *known = (*known).max(*worth);
        }
        self
    }

    /// Of each coin that is known here the higher of its worth here and in `other`. What only `other` knows stays
    /// unknown.
    #[must_use]
    pub fn raised_by(mut self, other: &Self) -> Self {
        for (coin, worth) in &mut self.0 {
            *worth = other.0.get(coin).map_or(*worth, |other| (*worth).max(*other));
        }
        self
    }

    /// What one `coin` is worth, if known.
    #[must_use]
    pub fn usd_for_one(&self, coin: &Coin) -> Option<UsdPerCoin> {
        if *coin == Coin::Usd {
            return Some(UsdPerCoin(Decimal::ONE));
        }
        self.0.get(coin).copied()
    }
}
