//! [`UnitDoubt`]: a warning that the service's prices may have changed their unit (api-facts 5, tripwire).
//!
//! All prices are taken as per day. Should the service ever mean per hour, everything would look 24 times too cheap;
//! the usual price of one well-known machine gives it away.

use crate::model::{Coin, Kind, Rates, Server, UsdPerDay, UsdPerHour};
use core::fmt;
use rust_decimal::Decimal;

/// Fewer listings than this say nothing.
const LEAST: usize = 5;
/// The model watched: the commonest of the recording.
const WATCHED: &str = "rtx 4090";
/// Dollars per hour that are believed, as dollars per day: 0.02 and 5 an hour.
const LOWEST: Decimal = Decimal::from_parts(48, 0, 0, false, 2);
const HIGHEST: Decimal = Decimal::from_parts(120, 0, 0, false, 0);

/// The median price of single RTX 4090s is outside 0.02 to 5 dollars per hour.
///
/// Renting under this doubt needs the caller's explicit word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct UnitDoubt {
    /// The median, as it would be if prices are per day.
    pub median: UsdPerHour,
    /// Over how many listings.
    pub listings: usize,
}

/// Collects the prices of the machines watched.
pub(super) struct Tripwire {
    rates: Rates,
    prices: Vec<UsdPerDay>,
}

impl Tripwire {
    pub(super) fn new(rates: Rates) -> Self {
        Self { rates, prices: Vec::new() }
    }

    /// Looks at one server, whether or not it is wanted.
    pub(super) fn see(&mut self, server: &Server) {
        // Ends with it: neither a Laptop nor a 4090 D.
        let mut names = server.gpus.names();
        let watched = names.any(|name| name.as_str().trim().to_ascii_lowercase().ends_with(WATCHED));
        if !watched || server.gpus.count != Some(1) {
            return;
        }
        let by_default = server.usd_per_day_by_default(Kind::OnDemand, &self.rates);
        let price = by_default.or_else(|| {
            let in_coin = |coin| server.usd_per_day(Kind::OnDemand, &coin, &self.rates);
            in_coin(Coin::Usd).or_else(|| in_coin(Coin::Bitcoin))
        });
        self.prices.extend(price);
    }

    /// The verdict over all that was seen.
    pub(super) fn doubt(mut self) -> Option<UnitDoubt> {
        let listings = self.prices.len();
        if listings < LEAST {
            return None;
        }
        self.prices.sort_unstable();
        let median = *self.prices.get(listings / 2)?;
        let believed = median.amount() >= LOWEST && median.amount() <= HIGHEST;
        (!believed).then(|| UnitDoubt { median: median.per_hour(), listings })
    }
}

impl fmt::Display for UnitDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "prices may have changed their unit: the median of {} single RTX 4090s would be {}",
            self.listings, self.median
        )
    }
}
