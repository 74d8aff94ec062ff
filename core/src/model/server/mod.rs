//! [`Server`]: one row of the marketplace, every shape of api-facts 3.2 and 4 read into one value.
//!
//! Only a bad id costs the row. Everything else is an `Option`, and unknown stays unknown: a missing `rented` is not
//! "free", a missing reliability is not 0, a price of 0 is no price.

mod availability;
mod decode;
mod gpus;
mod prices;
mod specs;

pub use availability::Availability;
pub use gpus::{GpuModel, Gpus};
pub use prices::Prices;
pub use specs::{CudaVersion, Network, Specs};

pub(crate) use gpus::GpuFields;
pub(crate) use prices::{by_coin, rates};
pub(crate) use specs::SpecsRow;

use super::coin::Coin;
use super::id::ServerId;
use super::kind::Kind;
use super::money::{Rate, Rates};
use super::reliability::Reliability;
use super::usd::{UsdPerDay, UsdPerHour};
use crate::wire::kept::list_bytes;
use core::time::Duration;
use rust_decimal::Decimal;

/// A machine offered in the marketplace.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Server {
    /// Its number.
    pub id: ServerId,
    /// The account number of its host.
    pub owner: Option<u64>,
    /// The longest rental the host allows (`mrl`, which is in hours here).
    pub max_rental: Option<Duration>,
    /// What the host asks.
    pub prices: Prices,
    /// Whether it can be had.
    pub availability: Availability,
    /// How reliable it is.
    pub reliability: Option<Reliability>,
    /// The coins that pay it; authoritative, and not the same as the coins it is priced in. `None`: not said.
    pub allowed_coins: Option<Vec<Coin>>,
    /// What renters thought; `None` when nobody rated it yet.
    pub rating: Option<Rating>,
    /// The newest CUDA its driver runs.
    pub cuda: Option<CudaVersion>,
    /// Whether renters may overclock (`oc`).
    pub overclock_allowed: Option<bool>,
    /// `verification`, of unknown meaning.
    pub verification: Option<u64>,
    /// Whether the machine is kept for gigaspot. `None`: not said, or in an object whose meaning nobody tells.
    pub gigaspot: Option<bool>,
    /// Its GPUs.
    pub gpus: Gpus,
    /// The rest of the hardware.
    pub specs: Specs,
}

/// The renters' rating.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Rating {
    /// From 0 to 5.
    pub average: Decimal,
    /// By how many.
    pub count: u64,
}

impl Server {
    /// The memory of its lists and maps; its texts are not in it.
    pub(crate) fn owned_bytes(&self) -> usize {
        let coins = self.allowed_coins.as_ref().map_or(0, list_bytes);
        let lists = list_bytes(&self.gpus.each).saturating_add(list_bytes(&self.specs.power_limits_w));
        self.prices.owned_bytes().saturating_add(coins).saturating_add(lists)
    }

    /// Whether nobody rents it, by its own word. Unknown and partly free are not free, nor is a machine that only
    /// gigaspot rents out (api-facts 1.4): only free servers are rented automatically.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.availability == Availability::Free && self.gigaspot != Some(true)
    }

    /// Whether `coin` pays here: it is in `allowed_coins`, or the server does not say (api-facts 4.6, step 2).
    #[must_use]
    pub fn allows(&self, coin: &Coin) -> bool {
        self.allowed_coins.as_ref().is_none_or(|allowed| allowed.contains(coin))
    }

    /// The listed price in `coin` per day: on demand the price, for spot the floor of bids. `None` when the coin does
    /// not pay here or has no price.
    #[must_use]
    pub fn price(&self, kind: Kind, coin: &Coin) -> Option<Rate> {
        self.allows(coin).then(|| self.prices.listed(kind, coin).cloned()).flatten()
    }

    /// What renting costs in dollars per day when paying with `coin`, by the steps of api-facts 4.6; `None` when it
    /// is not known, which is never 0.
    #[must_use]
    pub fn usd_per_day(&self, kind: Kind, coin: &Coin, rates: &Rates) -> Option<UsdPerDay> {
        self.allows(coin).then(|| self.prices.usd_per_day(kind, coin, rates)).flatten()
    }

    /// As [`Server::usd_per_day`], said by the hour.
    #[must_use]
    pub fn price_usd_per_hour(&self, kind: Kind, coin: &Coin, rates: &Rates) -> Option<UsdPerHour> {
        self.usd_per_day(kind, coin, rates).map(UsdPerDay::per_hour)
    }

    /// The price when no coin was named (api-facts 4.6, step 5): exactly the number the seed looks at, paying with
    /// CLORE; by the steps only when the row has no `price.usd`.
    #[must_use]
    pub fn usd_per_day_by_default(&self, kind: Kind, rates: &Rates) -> Option<UsdPerDay> {
        if !self.allows(&Coin::Clore) {
            return None;
        }
        if self.prices.has_usd_block() {
            return self.prices.usd_block(kind);
        }
        self.prices.usd_per_day(kind, &Coin::Clore, rates)
    }
}

#[cfg(test)]
mod price_tests;
#[cfg(test)]
mod recording_tests;
#[cfg(test)]
mod row_tests;
