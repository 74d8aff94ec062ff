//! [`Tripwire`]: whether a listing still means "per day" (api-facts 5).
//!
//! A day's and an hour's price differ by a factor of 24. When single-GPU RTX 4090s cost an unlikely amount, the unit
//! may have changed, and renting needs the caller's explicit word.

use super::gpu::{GpuMode, GpuQuery};
use crate::model::{Coin, Kind, Rates, Server, UsdPerDay, UsdPerHour};
use core::fmt;
use rust_decimal::Decimal;

/// Fewer listings than this prove nothing.
const LEAST: usize = 5;
/// 0.02 USD an hour, by the day.
const LOW: Decimal = Decimal::from_parts(48, 0, 0, false, 2);
/// 5 USD an hour, by the day.
const HIGH: Decimal = Decimal::from_parts(120, 0, 0, false, 0);

/// Watches the prices of a listing go by. Show it every server, those the search does not want included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tripwire {
    query: GpuQuery,
    per_day: Vec<UsdPerDay>,
}

/// The prices of a listing look as if their unit had changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct UnitDoubt {
    /// The median price of a server with one RTX 4090.
    pub median: UsdPerHour,
    /// Of how many.
    pub servers: usize,
}

impl Tripwire {
    /// Bytes that every server it looks at holds in its raw record (if that is without a backslash); a record with
    /// neither these nor the filter's own need not be read.
    pub const NEEDLE: &'static [u8] = b"4090";

    /// One that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { query: GpuQuery::new("RTX 4090", GpuMode::Exact), per_day: Vec::new() }
    }

    /// Takes a server's on-demand price into account if it has one RTX 4090 and a price known in dollars.
    pub fn observe(&mut self, server: &Server, rates: &Rates) {
        if server.gpus.count != Some(1) || !self.query.matches(&server.gpus) {
            return;
        }
        let price = [Coin::Clore, Coin::Usd, Coin::Bitcoin]
            .iter()
            .find_map(|coin| server.usd_per_day(Kind::OnDemand, coin, rates));
        self.per_day.extend(price);
    }

    /// The doubt, if there is one: at least five such servers, and their median outside 0.02 to 5 USD an hour.
    #[must_use]
    pub fn doubt(&self) -> Option<UnitDoubt> {
        if self.per_day.len() < LEAST {
            return None;
        }
        let mut sorted = self.per_day.clone();
        sorted.sort_unstable();
        let upper = sorted.get(sorted.len().checked_div(2)?)?;
        let lower = sorted.get(sorted.len().saturating_sub(1).checked_div(2)?)?;
        let median = lower.amount().checked_add(upper.amount())?.checked_div(Decimal::TWO)?;
        let median_usd = UsdPerDay::new(median).ok()?.per_hour();
        (median < LOW || median > HIGH).then_some(UnitDoubt { median: median_usd, servers: sorted.len() })
    }
}

impl Default for Tripwire {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for UnitDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the median of {} servers with one RTX 4090 is {}: the unit of the prices may have changed",
            self.servers, self.median
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(per_day: &[&str]) -> Option<UnitDoubt> {
        let mut wire = Tripwire::new();
        for (id, price) in per_day.iter().enumerate() {
            let row = format!(
                r#"{{"id":{id},"specs":{{"gpu":"1x NVIDIA GeForce RTX 4090"}},"price":{{"on_demand":{{"USD-Blockchain":{price}}}}}}}"#
            );
            wire.observe(&Server::decode(row.as_bytes()).unwrap(), &Rates::new());
        }
        wire.doubt()
    }

    #[test]
    fn the_unit_is_doubted_outside_two_cents_and_five_dollars_an_hour() {
        assert_eq!(listing(&["8.47"; 5]), None);
        assert_eq!(listing(&["0.48"; 5]), None);
        assert_eq!(listing(&["120"; 5]), None);
        assert!(listing(&["0.47"; 5]).is_some());
        assert_eq!(listing(&["121"; 5]).unwrap().servers, 5);
        // An hourly figure read as a daily one.
        assert!(listing(&["0.35"; 6]).unwrap().to_string().contains("$0.0146/h"));
    }

    #[test]
    fn four_listings_prove_nothing_and_placeholders_do_not_move_the_median() {
        assert_eq!(listing(&["0.35"; 4]), None);
        assert_eq!(listing(&["8", "8", "8", "700", "700"]), None);
    }

    #[test]
    fn other_machines_do_not_count() {
        let mut wire = Tripwire::new();
        for gpu in [
            "2x NVIDIA GeForce RTX 4090",
            "1x NVIDIA GeForce RTX 4090 Laptop GPU",
            "1x NVIDIA GeForce RTX 3090",
        ] {
            for id in 0..9 {
                let row = format!(
                    r#"{{"id":{id},"specs":{{"gpu":"{gpu}"}},"price":{{"usd":{{"on_demand_usd":0.1}}}}}}"#
                );
                wire.observe(&Server::decode(row.as_bytes()).unwrap(), &Rates::new());
            }
        }
        assert_eq!(wire.doubt(), None);
    }
}
