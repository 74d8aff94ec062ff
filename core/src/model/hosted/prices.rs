//! What a host asks, by coin. The maps of hosts have a placeholder `usd` beside the coins, which is none of them.

use crate::error::Found;
use crate::model::coin::Coin;
use crate::model::money::Rate;
use crate::model::server::by_coin;
use crate::model::usd::UsdPerDay;
use crate::wire::field::{self, Raw};
use crate::wire::value;
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

/// Whether a price is there that [`rates`] had to leave out: what stands in its place. 0 and null are prices not set.
pub(super) fn odd_rate(raw: Raw<'_>) -> Option<Found> {
    odd(raw, coins(raw), |amount| {
        let amount = field::decimal(Some(amount));
        amount.is_some_and(|amount| amount.is_zero() || Rate::new(amount, Coin::Bitcoin).is_ok())
    })
}

/// As [`odd_rate`], for [`usd_prices`].
pub(super) fn odd_usd_price(raw: Raw<'_>) -> Option<Found> {
    let zero = |raw: Raw<'_>| field::decimal(raw).is_some_and(|amount| amount.is_zero());
    let whole = |raw: Raw<'_>| raw.is_none() || usd(raw).is_some() || zero(raw);
    odd(raw, field::entries(raw).unwrap_or_default(), |pair| {
        field::object::<UsdRow<'_>>(Some(pair)).is_some_and(|row| whole(row.on_demand) && whole(row.spot))
    })
}

fn odd(
    raw: Raw<'_>,
    entries: Vec<(String, &RawValue)>,
    is_whole: impl Fn(&RawValue) -> bool,
) -> Option<Found> {
    if raw.is_some() && field::entries(raw).is_none() {
        return Some(field::found(raw));
    }
    let mut named = BTreeMap::new();
    entries.into_iter().find_map(|(name, value)| {
        let null = value::found(value.get()) == Found::Null;
        let other = named.insert(Coin::named(&name), value.get()).is_some_and(|other| other != value.get());
        match (other, null || is_whole(value)) {
            (true, _) => Some(Found::Contradiction),
            (false, false) => Some(value::found(value.get())),
            (false, true) => None,
        }
    })
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
