//! Partial settings and a server's configuration: the rest filled in, what is missing named, and whether the
//! configuration shows what was sent.

use super::SetServerSettings;
use crate::effect::Delivery;
use crate::error::{DecodeError, Error, ErrorKind};
use crate::model::hosted::{RequiredSetting, ServerConfig, UsdPrices, Visibility};
use crate::model::{Coin, Kind, Rate, UsdPerDay};
use std::collections::{BTreeMap, BTreeSet};

/// Why settings cannot be filled in from a configuration.
///
/// Closed: whoever fills in must have an answer to each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Incomplete {
    /// Neither the settings nor the configuration tell these.
    Missing(Vec<RequiredSetting>),
    /// A price of the configuration could not be read: settings go out whole, and it would be lost with them.
    UnreadPrice(DecodeError),
}

impl From<Incomplete> for Error {
    fn from(why: Incomplete) -> Self {
        match why {
            Incomplete::Missing(settings) => Self::new(ErrorKind::IncompleteSettings(settings)),
            Incomplete::UnreadPrice(odd) => {
                Self::new(ErrorKind::Decode(odd)).with_delivery(Delivery::Answered)
            }
        }
    }
}

impl SetServerSettings {
    /// These settings, and for everything they leave open what `config` says: availability, longest rental, the
    /// prices of every coin, and which coins pay.
    ///
    /// A coin's prices in dollars are left out where a price in that coin is set here, which they would overrule: its
    /// other price then goes out in the coin alone. `autoprice` is sent as it is set here.
    ///
    /// # Errors
    /// [`Incomplete`]: a price of `config` that could not be read, or the required settings that neither these nor
    /// `config` tell. A price of 0 in the configuration is none.
    pub fn completed_by(mut self, config: &ServerConfig) -> Result<Self, Incomplete> {
        if let Some(odd) = &config.unread_price {
            return Err(Incomplete::UnreadPrice(odd.clone()));
        }
        self.available = self.available.or(available(config));
        self.max_rental = self.max_rental.or(config.max_rental);
        let told: BTreeSet<&Coin> = self.enabled.iter().map(|(coin, _)| coin).collect();
        let enabled: Vec<(Coin, bool)> = config
            .allowed_coins
            .iter()
            .flat_map(|allowed| {
                let known: BTreeSet<&Coin> =
                    allowed.iter().chain(config.on_demand.keys()).chain(config.spot.keys()).collect();
                known.into_iter().map(|coin| (coin.clone(), allowed.contains(coin)))
            })
            .filter(|(coin, _)| !told.contains(coin))
            .collect();
        self.enabled.extend(enabled);
        let named: BTreeSet<(Kind, Coin)> =
            self.prices.iter().map(|(kind, price)| (*kind, price.coin().clone())).collect();
        let priced: BTreeSet<Coin> = named.iter().map(|(_, coin)| coin.clone()).collect();
        let named_in_usd: BTreeSet<(Kind, Coin)> =
            self.usd_prices.iter().map(|(kind, coin, _)| (*kind, coin.clone())).collect();
        for kind in [Kind::OnDemand, Kind::Spot] {
            let open = |coin: &Coin| !named.contains(&(kind, coin.clone()));
            let prices = rates(config, kind).values().filter(|price| open(price.coin()));
            self.prices.extend(prices.map(|price| (kind, price.clone())));
            let in_usd = config.usd_prices.iter().filter_map(|(coin, prices)| {
                let price = usd(prices, kind).filter(|_| !priced.contains(coin))?;
                Some((kind, coin.clone(), price))
            });
            self.usd_prices
                .extend(in_usd.filter(|(kind, coin, _)| !named_in_usd.contains(&(*kind, coin.clone()))));
        }
        let missing = self.missing();
        if missing.is_empty() { Ok(self) } else { Err(Incomplete::Missing(missing)) }
    }

    /// The required settings that are not set.
    #[must_use]
    pub fn missing(&self) -> Vec<RequiredSetting> {
        let is_set = |setting: &RequiredSetting| match setting {
            RequiredSetting::Availability => self.available.is_some(),
            RequiredSetting::MaxRental => self.max_rental.is_some(),
            RequiredSetting::BitcoinOnDemand => self.price(Kind::OnDemand, &Coin::Bitcoin).is_some(),
            RequiredSetting::BitcoinSpot => self.price(Kind::Spot, &Coin::Bitcoin).is_some(),
        };
        RequiredSetting::ALL.into_iter().filter(|setting| !is_set(setting)).collect()
    }

    /// Whether `config` shows everything that is set here. What it does not tell is not shown.
    #[must_use]
    pub fn are_shown_by(&self, config: &ServerConfig) -> bool {
        let same = |a: Option<&Rate>, b: &Rate| a.is_some_and(|a| a.amount() == b.amount());
        let pays = |coin: &Coin| config.allowed_coins.as_ref().map(|allowed| allowed.contains(coin));
        config.name == self.name
            && self.available.is_none_or(|on| available(config) == Some(on))
            && self.max_rental.is_none_or(|longest| config.max_rental == Some(longest))
            && self.prices.iter().all(|(kind, price)| same(rates(config, *kind).get(price.coin()), price))
            && self.usd_prices.iter().all(|(kind, coin, price)| {
                config.usd_prices.get(coin).and_then(|prices| usd(prices, *kind)) == Some(*price)
            })
            && self.enabled.iter().all(|(coin, on)| pays(coin) == Some(*on))
            && self.autoprice.iter().all(|(coin, text)| config.autoprice.get(coin) == Some(text))
    }
}

/// `availability` by the word of the configuration; a word that no source lists says nothing.
fn available(config: &ServerConfig) -> Option<bool> {
    match config.visibility {
        Some(Visibility::Public) => Some(true),
        Some(Visibility::Hidden) => Some(false),
        _ => None,
    }
}

fn rates(config: &ServerConfig, kind: Kind) -> &BTreeMap<Coin, Rate> {
    match kind {
        Kind::OnDemand => &config.on_demand,
        Kind::Spot => &config.spot,
    }
}

fn usd(prices: &UsdPrices, kind: Kind) -> Option<UsdPerDay> {
    match kind {
        Kind::OnDemand => prices.on_demand,
        Kind::Spot => prices.spot,
    }
}
