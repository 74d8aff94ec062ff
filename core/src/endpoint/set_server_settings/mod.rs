//! `set_server_settings`: changes what a host asks for a machine of its own (api-facts 3.11).
//!
//! The request carries exactly what was set here; the service probably refuses one that lacks a part
//! (`not_all_parameters_present`). [`UpdateServerSettings`](crate::op::UpdateServerSettings) fills in the rest from
//! the server's configuration. The sources disagree on how the bitcoin prices are spelled: the caller says which way
//! ([`BitcoinSpelling`]), and nothing is sent in both.

mod body;
mod complete;

pub use complete::Incomplete;

use super::host_answer::said_to_host;
use super::reader::{Answer, Reader, Whole};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::{Effect, Lane};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{Coin, Kind, Rate, UsdPerDay};
use core::time::Duration;
use std::collections::BTreeMap;

/// New settings of one hosted server.
///
/// Prices are coin per **day** for the whole server; the longest rental is whole hours. A price or a coin that is
/// given twice, in whatever spelling of its name, is refused when the request is built; of everything else the last
/// word counts.
///
/// ```
/// use clore_core::endpoint::set_server_settings::SetServerSettings;
/// use clore_core::model::{Coin, Rate};
/// use core::time::Duration;
///
/// let settings = SetServerSettings::new("rig-02")
///     .available(true)
///     .max_rental(Duration::from_secs(96 * 3600))
///     .on_demand(Rate::parse("0.00012", Coin::Bitcoin)?)
///     .spot(Rate::parse("0.00006", Coin::Bitcoin)?);
/// # let _ = settings;
/// # Ok::<(), clore_core::model::NotAPrice>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "nothing is changed before a client runs it"]
pub struct SetServerSettings {
    name: String,
    available: Option<bool>,
    max_rental: Option<Duration>,
    prices: Vec<(Kind, Rate)>,
    usd_prices: Vec<(Kind, Coin, UsdPerDay)>,
    enabled: Vec<(Coin, bool)>,
    autoprice: BTreeMap<Coin, String>,
    spelling: BitcoinSpelling,
}

/// How the bitcoin prices are called in the request (api-facts 3.11, disputed).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum BitcoinSpelling {
    /// `bitcoin_on_demand` and `bitcoin_spot`.
    #[default]
    Named,
    /// `on_demand` and `spot`, as the official SDK sends them.
    Bare,
}

impl SetServerSettings {
    /// Settings for the server of this name, as `my_servers` writes it. Nothing is set yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            available: None,
            max_rental: None,
            prices: Vec::new(),
            usd_prices: Vec::new(),
            enabled: Vec::new(),
            autoprice: BTreeMap::new(),
            spelling: BitcoinSpelling::default(),
        }
    }

    /// Whether it can be rented (`availability`): public, or hidden.
    pub fn available(mut self, available: bool) -> Self {
        self.available = Some(available);
        self
    }

    /// The longest rental (`mrl`): whole hours, at least one.
    pub fn max_rental(mut self, longest: Duration) -> Self {
        self.max_rental = Some(longest);
        self
    }

    /// The price on demand in the rate's coin, per day for the whole server. Each coin has its own.
    pub fn on_demand(mut self, price: Rate) -> Self {
        self.prices.push((Kind::OnDemand, price));
        self
    }

    /// The least bid in the rate's coin, per day for the whole server. Each coin has its own.
    pub fn spot(mut self, price: Rate) -> Self {
        self.prices.push((Kind::Spot, price));
        self
    }

    /// The price on demand in dollars per day for renters who pay with `coin` (`usd_pricing`). Whether the service
    /// keeps that coin's other price is not documented: name both.
    pub fn usd_on_demand(mut self, coin: Coin, price: UsdPerDay) -> Self {
        self.usd_prices.push((Kind::OnDemand, coin, price));
        self
    }

    /// The least bid in dollars per day for renters who pay with `coin` (`usd_pricing`).
    pub fn usd_spot(mut self, coin: Coin, price: UsdPerDay) -> Self {
        self.usd_prices.push((Kind::Spot, coin, price));
        self
    }

    /// Whether renters may pay with `coin` (`enabled-COIN`).
    pub fn coin_enabled(mut self, coin: Coin, enabled: bool) -> Self {
        self.enabled.push((coin, enabled));
        self
    }

    /// Sends `autoprice` for `coin`. What its texts mean is not documented; `my_servers` tells the present ones.
    pub fn autoprice(mut self, coin: Coin, text: impl Into<String>) -> Self {
        self.autoprice.insert(coin, text.into());
        self
    }

    /// How the bitcoin prices are called in the request.
    pub fn spelling(mut self, spelling: BitcoinSpelling) -> Self {
        self.spelling = spelling;
        self
    }

    /// The server's name.
    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.name
    }

    /// Whether it is to be rentable, if that is set.
    #[must_use]
    pub fn is_available(&self) -> Option<bool> {
        self.available
    }

    /// The longest rental, if it is set.
    #[must_use]
    pub fn longest_rental(&self) -> Option<Duration> {
        self.max_rental
    }

    /// The price in `coin` per day, if it is set.
    #[must_use]
    pub fn price(&self, kind: Kind, coin: &Coin) -> Option<&Rate> {
        self.prices(kind).find(|price| price.coin() == coin)
    }

    /// Every price of this kind that is set, coin per day.
    pub fn prices(&self, kind: Kind) -> impl Iterator<Item = &Rate> {
        self.prices.iter().filter(move |(of, _)| *of == kind).map(|(_, price)| price)
    }

    /// Every price of this kind in dollars per day that is set, with the coin that pays it.
    pub fn usd_prices(&self, kind: Kind) -> impl Iterator<Item = (&Coin, UsdPerDay)> {
        self.usd_prices.iter().filter(move |(of, ..)| *of == kind).map(|(_, coin, price)| (coin, *price))
    }

    /// The coins that are switched on or off.
    pub fn enabled_coins(&self) -> impl Iterator<Item = (&Coin, bool)> {
        self.enabled.iter().map(|(coin, on)| (coin, *on))
    }
}

impl Endpoint for SetServerSettings {
    type Output = ();
    type Reader = SetServerSettingsReader;
    const NAME: &'static str = "set_server_settings";

    /// The same settings twice are the same settings.
    fn effect(&self) -> Effect {
        Effect::Idempotent
    }

    /// It ends no bill, so it goes before nobody.
    fn lane(&self) -> Lane {
        Lane::Normal
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/set_server_settings").into_change(&self.body()?)
    }

    fn reader(&self, caps: &Caps) -> SetServerSettingsReader {
        SetServerSettingsReader(Whole::new(caps, |_| Ok(())))
    }
}

/// Reads the answer.
#[derive(Clone, Debug)]
pub struct SetServerSettingsReader(Whole<()>);

impl Reader for SetServerSettingsReader {
    type Output = ();

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.0.push(decoded)
    }

    fn finish(self) -> Answer<()> {
        said_to_host(self.0.finish())
    }
}

#[cfg(test)]
mod tests;
