//! `servers`, `server-config` and `server-settings`: the account's own machines.

use super::values;
use clap::Args;
use clore_core::model::{Coin, Rate, UsdPerDay};

/// Arguments of `clore server-config`.
#[derive(Args, Debug)]
pub struct ServerConfigArgs {
    /// The server's name, as `clore servers` shows it
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Arguments of `clore server-settings`.
#[derive(Args, Debug)]
#[command(after_help = WHOLE)]
pub struct ServerSettingsArgs {
    /// The server's name, as `clore servers` shows it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Whether it can be rented: yes shows it in the market, no hides it
    #[arg(long, value_name = "yes|no", value_parser = values::yes_or_no)]
    pub available: Option<bool>,
    /// The longest rental, in whole hours
    #[arg(long, value_name = "HOURS", value_parser = values::hours)]
    pub max_rental: Option<u64>,
    /// The price on demand: so much of the coin per DAY, such as CLORE=25; may be given for several coins
    #[arg(long = "price", value_name = "COIN=PER_DAY", value_parser = values::coin_price)]
    pub prices: Vec<Rate>,
    /// The lowest bid taken: so much of the coin per DAY, such as CLORE=12; may be given for several coins
    #[arg(long = "min-bid", value_name = "COIN=PER_DAY", value_parser = values::coin_price)]
    pub min_bids: Vec<Rate>,
    /// The price on demand in US dollars per DAY for who pays with the coin, such as CLORE=8.5
    #[arg(long = "usd-price", value_name = "COIN=USD_PER_DAY", value_parser = values::coin_usd_per_day)]
    pub usd_prices: Vec<(Coin, UsdPerDay)>,
    /// The lowest bid taken in US dollars per DAY from who pays with the coin
    #[arg(long = "usd-min-bid", value_name = "COIN=USD_PER_DAY", value_parser = values::coin_usd_per_day)]
    pub usd_min_bids: Vec<(Coin, UsdPerDay)>,
    /// Lets renters pay with the coin; may be given several times
    #[arg(long, value_name = "COIN", value_parser = values::coin)]
    pub enable: Vec<Coin>,
    /// Takes the coin no longer; may be given several times
    #[arg(long, value_name = "COIN", value_parser = values::coin)]
    pub disable: Vec<Coin>,
    /// Call the bitcoin prices `on_demand` and `spot`, as the official SDK does, should the service refuse the others
    #[arg(long)]
    pub sdk_names: bool,
}

const WHOLE: &str = "\
The service takes all settings at once: what no flag changes is read first and sent again as it is. Prices are for the
whole server and per DAY, on demand and for bids.";

impl ServerSettingsArgs {
    /// Whether any setting is to change.
    pub fn changes_something(&self) -> bool {
        let lists = [self.prices.len(), self.min_bids.len(), self.usd_prices.len(), self.usd_min_bids.len()];
        self.available.is_some()
            || self.max_rental.is_some()
            || lists.iter().any(|given| *given > 0)
            || !self.enable.is_empty()
            || !self.disable.is_empty()
    }
}
