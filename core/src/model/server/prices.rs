//! [`Prices`]: what a host asks, in coins and in dollars, per day and for the whole server (api-facts 4.6).
//!
//! A price is a function of the kind of rental and the paying coin. Zero and less are no price.

use crate::model::coin::Coin;
use crate::model::kind::Kind;
use crate::model::money::{Rate, Rates};
use crate::model::usd::UsdPerDay;
use crate::wire::field::{self, Raw};
use crate::wire::kept::map_bytes;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The price block of a server. Reads of it go through [`Server::price`](super::Server::price) and its siblings,
/// which know the allowed coins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prices {
    on_demand: BTreeMap<Coin, Rate>,
    spot: BTreeMap<Coin, Rate>,
    usd: Option<UsdBlock>,
    original_usd: BTreeMap<Coin, InUsd>,
    original_usd_of_all: InUsd,
}

/// `price.usd`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct UsdBlock {
    on_demand: BTreeMap<Coin, UsdPerDay>,
    spot: Option<UsdPerDay>,
}

/// One entry of `price.original_usd`, or all of it where it is flat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct InUsd {
    on_demand: Option<UsdPerDay>,
    spot: Option<UsdPerDay>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    on_demand: Raw<'a>,
    #[serde(borrow)]
    spot: Raw<'a>,
    #[serde(borrow)]
    usd: Raw<'a>,
    #[serde(borrow)]
    original_usd: Raw<'a>,
}

#[derive(Deserialize)]
struct InUsdRow<'a> {
    #[serde(borrow)]
    on_demand: Raw<'a>,
    #[serde(borrow)]
    spot: Raw<'a>,
}

impl Prices {
    /// The memory of its maps.
    pub(crate) fn owned_bytes(&self) -> usize {
        let usd = self.usd.as_ref().map_or(0, |usd| map_bytes::<Coin, UsdPerDay>(usd.on_demand.len()));
        [
            map_bytes::<Coin, Rate>(self.on_demand.len()),
            map_bytes::<Coin, Rate>(self.spot.len()),
            map_bytes::<Coin, InUsd>(self.original_usd.len()),
            usd,
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }

    pub(crate) fn decode(raw: Raw<'_>) -> Self {
        let Some(row) = field::object::<Row<'_>>(raw) else {
            return Self::default();
        };
        Self {
            on_demand: rates(row.on_demand),
            spot: rates(row.spot),
            usd: field::entries(row.usd).map(UsdBlock::decode),
            original_usd: by_coin(field::entries(row.original_usd).unwrap_or_default(), InUsd::decode),
            original_usd_of_all: row.original_usd.and_then(InUsd::decode).unwrap_or_default(),
        }
    }

    /// Every coin with a listed price for `kind`, allowed or not.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Rate> {
        self.map(kind).values()
    }

    pub(super) fn listed(&self, kind: Kind, coin: &Coin) -> Option<&Rate> {
        self.map(kind).get(coin)
    }

    /// Whether the row has the newer block `price.usd`.
    #[must_use]
    pub fn has_usd_block(&self) -> bool {
        self.usd.is_some()
    }

    /// What the seed reads: `price.usd.on_demand_clore`, for spot `price.usd.spot`.
    pub(super) fn usd_block(&self, kind: Kind) -> Option<UsdPerDay> {
        let block = self.usd.as_ref()?;
        match kind {
            Kind::OnDemand => block.on_demand.get(&Coin::Clore).copied(),
            Kind::Spot => block.spot,
        }
    }

    /// Steps 3 and 4 of api-facts 4.6.
    pub(super) fn usd_per_day(&self, kind: Kind, coin: &Coin, rates: &Rates) -> Option<UsdPerDay> {
        let original = self.original_usd.get(coin).copied().unwrap_or_default();
        // The flat shape names no coin; it speaks for each that has no entry of its own.
        let flat = self.original_usd_of_all;
        let block = self.usd.as_ref();
        let by_rate = || self.listed(kind, coin).and_then(|rate| rate.usd_per_day(rates));
        match kind {
            Kind::OnDemand => block
                .and_then(|block| block.on_demand.get(coin).copied())
                .or(original.on_demand)
                .or(flat.on_demand)
                .or_else(by_rate),
            Kind::Spot => {
                original.spot.or(flat.spot).or_else(by_rate).or_else(|| block.and_then(|block| block.spot))
            }
        }
    }

    fn map(&self, kind: Kind) -> &BTreeMap<Coin, Rate> {
        match kind {
            Kind::OnDemand => &self.on_demand,
            Kind::Spot => &self.spot,
        }
    }
}

impl UsdBlock {
    fn decode(entries: Vec<(String, &RawValue)>) -> Self {
        let spot = entries.iter().find(|(key, _)| key == "spot").and_then(|(_, value)| usd(Some(value)));
        let on_demand = entries
            .into_iter()
            .filter_map(|(key, value)| Some((key.strip_prefix("on_demand_")?.to_owned(), value)))
            .collect();
        Self { on_demand: by_coin(on_demand, |value| usd(Some(value))), spot }
    }
}

impl InUsd {
    fn decode(raw: &RawValue) -> Option<Self> {
        let row: InUsdRow<'_> = field::object(Some(raw))?;
        Some(Self { on_demand: usd(row.on_demand), spot: usd(row.spot) })
    }
}

fn usd(raw: Raw<'_>) -> Option<UsdPerDay> {
    field::decimal(raw).and_then(|amount| UsdPerDay::new(amount).ok())
}

/// A map from coin to amount per day. Values that are no price are left out.
pub(crate) fn rates(raw: Raw<'_>) -> BTreeMap<Coin, Rate> {
    let entries = field::entries(raw).unwrap_or_default();
    let amounts: BTreeMap<Coin, Decimal> = by_coin(entries, |value| field::decimal(Some(value)));
    amounts
        .into_iter()
        .filter_map(|(coin, amount)| Some((coin.clone(), Rate::new(amount, coin).ok()?)))
        .collect()
}

/// Two spellings of one coin that say different things leave that coin without a value.
pub(crate) fn by_coin<T: PartialEq>(
    entries: Vec<(String, &RawValue)>,
    read: impl Fn(&RawValue) -> Option<T>,
) -> BTreeMap<Coin, T> {
    let mut values: BTreeMap<Coin, Option<T>> = BTreeMap::new();
    for (name, raw) in entries {
        let value = read(raw);
        match values.entry(Coin::named(&name)) {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(mut known) if *known.get() != value => {
                known.insert(None);
            }
            std::collections::btree_map::Entry::Occupied(_) => {}
        }
    }
    values.into_iter().filter_map(|(coin, value)| Some((coin, value?))).collect()
}
