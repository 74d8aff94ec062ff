//! What a host asks, by coin. The maps of hosts have a placeholder `usd` beside the coins, which is none of them.

use crate::model::coin::Coin;
use crate::model::money::Rate;
use crate::model::server::by_coin;
use crate::model::usd::UsdPerDay;
use crate::wire::field::{self, Raw};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A host's prices in US dollars per **day** for the whole server, for renters who pay with one coin
/// (`usd_pricing`; the period is that of all prices of this service, api-facts 5).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct UsdPrices {
    /// On demand.
    pub on_demand: Option<UsdPerDay>,
    /// The least bid.
    pub spot: Option<UsdPerDay>,
}

#[derive(Deserialize)]
struct UsdRow<'a> {
    #[serde(borrow)]
    on_demand: Raw<'a>,
    #[serde(borrow)]
    spot: Raw<'a>,
}

/// The coins of a map. `usd` is a placeholder in it (always 0 where it was seen) and no short name of
/// `USD-Blockchain`, whose own price stands beside it.
fn coins(raw: Raw<'_>) -> Vec<(String, &RawValue)> {
    let mut entries = field::entries(raw).unwrap_or_default();
    entries.retain(|(name, _)| !name.trim().eq_ignore_ascii_case("usd"));
    entries
}

/// Coin per day by coin; 0 means that the price is not set, and is left out.
pub(super) fn rates(raw: Raw<'_>) -> BTreeMap<Coin, Rate> {
    let amounts = by_coin(coins(raw), |amount| field::decimal(Some(amount)));
    amounts
        .into_iter()
        .filter_map(|(coin, amount)| Some((coin.clone(), Rate::new(amount, coin).ok()?)))
        .collect()
}

fn usd(raw: Raw<'_>) -> Option<UsdPerDay> {
    field::decimal(raw).and_then(|amount| UsdPerDay::new(amount).ok())
}

/// Dollars per day by the coin that pays.
pub(super) fn usd_prices(raw: Raw<'_>) -> BTreeMap<Coin, UsdPrices> {
    by_coin(field::entries(raw).unwrap_or_default(), |raw| {
        let row: UsdRow<'_> = field::object(Some(raw))?;
        let prices = UsdPrices { on_demand: usd(row.on_demand), spot: usd(row.spot) };
        (prices != UsdPrices::default()).then_some(prices)
    })
}

/// Texts by coin, of unknown meaning (`autoprice`).
pub(super) fn words(raw: Raw<'_>) -> BTreeMap<Coin, String> {
    by_coin(field::entries(raw).unwrap_or_default(), |word| field::word(Some(word)))
}

/// The coins of a list. One that cannot be read leaves the list unknown: a coin that is merely missing from it would
/// be switched off by the next change of settings.
pub(super) fn coin_list(raw: Raw<'_>) -> Option<Vec<Coin>> {
    let named = |coin| Some(Coin::named(&field::word(Some(coin))?));
    field::list(raw)?.into_iter().map(named).collect()
}
