//! [`Bid`]: what a caller offers for a spot rental, with its unit.
//!
//! The seed's `spot_price=0.25`, documented as dollars an hour, went out as 0.25 CLORE per day (api-facts 5). Here a
//! bid says its unit, and becomes the wire's only with a known rate.

use super::coin::Coin;
use super::money::{Rate, Rates};
use super::usd::UsdPerHour;
use core::fmt;
use rust_decimal::RoundingStrategy;

/// Significant digits of a bid converted from dollars.
const CONVERTED_DIGITS: u32 = 12;

/// An offer for a whole server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Bid {
    /// So much of a coin per day, sent as it is.
    PerDay(Rate),
    /// Dollars per hour, converted into the paying coin before it is sent.
    UsdPerHour(UsdPerHour),
}

/// Why a bid cannot be said in the paying coin.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum BidError {
    /// The worth of the paying coin is not known.
    UnknownRate(Coin),
    /// The bid is in one coin, the order pays with another.
    OtherCoin {
        /// The coin of the bid.
        bid: Coin,
        /// The coin that pays.
        paying: Coin,
    },
    /// Converted, nothing above zero is left, or more than can be said.
    OutOfRange,
}

impl Bid {
    /// So much of a coin per day.
    #[must_use]
    pub fn per_day(rate: Rate) -> Self {
        Self::PerDay(rate)
    }

    /// Dollars per hour for the whole server.
    #[must_use]
    pub fn usd_per_hour(price: UsdPerHour) -> Self {
        Self::UsdPerHour(price)
    }

    /// The bid in `paying` per day, as it would be sent. Show it before sending it.
    ///
    /// A converted bid is rounded down to twelve significant digits, so it never exceeds the dollars named.
    ///
    /// # Errors
    /// [`BidError`]: no known rate, another coin, or out of range.
    pub fn resolve(&self, paying: &Coin, rates: &Rates) -> Result<Rate, BidError> {
        match self {
            Self::PerDay(rate) if rate.coin() == paying => Ok(rate.clone()),
            Self::PerDay(rate) => {
                Err(BidError::OtherCoin { bid: rate.coin().clone(), paying: paying.clone() })
            }
            Self::UsdPerHour(price) => {
                let worth = rates.usd_for_one(paying).ok_or_else(|| BidError::UnknownRate(paying.clone()))?;
                let amount = price
                    .per_day()
                    .amount()
                    .checked_div(worth.amount())
                    .and_then(|amount| {
                        amount.round_sf_with_strategy(CONVERTED_DIGITS, RoundingStrategy::ToZero)
                    })
                    .ok_or(BidError::OutOfRange)?;
                Rate::new(amount.normalize(), paying.clone()).map_err(|_| BidError::OutOfRange)
            }
        }
    }
}

impl fmt::Display for BidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRate(coin) => write!(
                f,
                "the worth of {coin} in dollars is not known: give its rate, or bid in {coin} per day"
            ),
            Self::OtherCoin { bid, paying } => {
                write!(f, "the bid is in {bid}, but the order pays with {paying}")
            }
            Self::OutOfRange => {
                f.write_str("the bid cannot be said in the paying coin: too small or too large")
            }
        }
    }
}

impl std::error::Error for BidError {}
