//! The request's body: what is checked before anything is sent, and how it is written.

use super::{BitcoinSpelling, SetServerSettings};
use crate::endpoint::price::price_number;
use crate::error::{InvalidRequest, Why};
use crate::model::{Coin, Kind, UsdPerDay};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u64 = 3600;

/// The fields of the body in their order, each value as its JSON.
#[derive(Debug)]
pub(super) struct Body(Vec<(String, Box<RawValue>)>);

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl SetServerSettings {
    /// Checks everything and gives the body.
    pub(super) fn body(&self) -> Result<Body, InvalidRequest> {
        if self.name.trim().is_empty() {
            return Err(InvalidRequest::new("name", Why::Empty));
        }
        let mut body = Body(vec![("name".to_owned(), json("name", &self.name)?)]);
        if let Some(available) = self.available {
            body.add("availability".to_owned(), json("availability", &available)?);
        }
        if let Some(longest) = self.max_rental {
            let seconds = longest.as_secs();
            let is_whole = longest.subsec_nanos() == 0 && seconds.is_multiple_of(HOUR) && seconds > 0;
            let hours = is_whole.then(|| seconds.checked_div(HOUR)).flatten();
            let hours = hours.ok_or(InvalidRequest::new("mrl", Why::NotWholeHours))?;
            body.add("mrl".to_owned(), json("mrl", &hours)?);
        }
        self.add_prices(&mut body)?;
        for (coin, enabled) in &self.enabled {
            body.add(format!("enabled-{}", coin_name("enabled-COIN", coin)?), json("enabled-COIN", enabled)?);
        }
        self.add_maps(&mut body)?;
        body.checked()
    }

    /// Bitcoin first, which every request needs; the others in their own order.
    fn add_prices(&self, body: &mut Body) -> Result<(), InvalidRequest> {
        let (bitcoin, others): (Vec<_>, Vec<_>) =
            self.prices.iter().partition(|(_, price)| *price.coin() == Coin::Bitcoin);
        for (kind, price) in bitcoin.into_iter().chain(others) {
            let field = price_field(*kind);
            let coin = coin_name(field, price.coin())?;
            let name = match (price.coin(), self.spelling) {
                (Coin::Bitcoin, BitcoinSpelling::Bare) => field.to_owned(),
                _ => format!("{coin}_{field}"),
            };
            body.add(name, price_number(field, price)?);
        }
        Ok(())
    }

    fn add_maps(&self, body: &mut Body) -> Result<(), InvalidRequest> {
        let mut by_coin: BTreeMap<&Coin, Body> = BTreeMap::new();
        for (kind, coin, price) in &self.usd_prices {
            let prices = by_coin.entry(coin).or_insert_with(|| Body(Vec::new()));
            prices.add(price_field(*kind).to_owned(), usd_number(*price)?);
        }
        let mut usd_pricing = Body(Vec::new());
        for (coin, prices) in by_coin {
            let name = coin_name("usd_pricing", coin)?.to_owned();
            usd_pricing.add(name, json("usd_pricing", &prices.checked()?)?);
        }
        let mut autoprice = Body(Vec::new());
        for (coin, text) in &self.autoprice {
            autoprice.add(coin_name("autoprice", coin)?.to_owned(), json("autoprice", text)?);
        }
        for (name, map) in [("usd_pricing", usd_pricing), ("autoprice", autoprice)] {
            if !map.0.is_empty() {
                body.add(name.to_owned(), json(name, &map.checked()?)?);
            }
        }
        Ok(())
    }
}

impl Body {
    fn add(&mut self, name: String, value: Box<RawValue>) {
        self.0.push((name, value));
    }

    /// No field twice, in whatever case: two prices under two spellings of one coin would leave it to the service
    /// which of them holds.
    fn checked(self) -> Result<Self, InvalidRequest> {
        let mut seen = BTreeSet::new();
        let twice = self.0.iter().find(|(name, _)| !seen.insert(name.to_lowercase()));
        let field = twice.map(|(name, _)| match name {
            name if name.ends_with("on_demand") => "on_demand",
            name if name.ends_with("spot") => "spot",
            name if name.starts_with("enabled-") => "enabled-COIN",
            _ => "a coin's setting",
        });
        match field {
            Some(field) => Err(InvalidRequest::new(field, Why::Duplicate)),
            None => Ok(self),
        }
    }
}

const fn price_field(kind: Kind) -> &'static str {
    match kind {
        Kind::OnDemand => "on_demand",
        Kind::Spot => "spot",
    }
}

/// A coin without a name would take the bare field, which is bitcoin's.
fn coin_name<'a>(field: &'static str, coin: &'a Coin) -> Result<&'a str, InvalidRequest> {
    match coin.wire_name() {
        "" => Err(InvalidRequest::new(field, Why::Empty)),
        name => Ok(name),
    }
}

/// As [`price_number`], for dollars: the digits as they are kept.
fn usd_number(price: UsdPerDay) -> Result<Box<RawValue>, InvalidRequest> {
    RawValue::from_string(price.amount().to_string())
        .map_err(|_| InvalidRequest::new("usd_pricing", Why::Unwritable))
}

fn json<T: Serialize + ?Sized>(field: &'static str, value: &T) -> Result<Box<RawValue>, InvalidRequest> {
    serde_json::value::to_raw_value(value).map_err(|_| InvalidRequest::new(field, Why::Unwritable))
}
