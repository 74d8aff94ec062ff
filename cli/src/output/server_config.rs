//! The settings of a hosted server: lines for people, a document for programs, and what a change makes of them.
//!
//! What runs on the machine while nobody rents it may hold passwords: its command and the values of its environment
//! are never printed, only that they are there.

use super::document::Document;
use super::hosted::{UsdRow, coin_names, price_list, price_row, usd_row, yes};
use super::json::number;
use super::money::{cell, coin_per_day};
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::model::hosted::{UsdPrices, Visibility};
use clore_core::model::{Coin, Kind, Rate, ServerConfig, UsdPerDay};
use core::time::Duration;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Every part that is known, one a line.
pub fn config_lines(config: &ServerConfig) -> String {
    let mut lines: Vec<(&str, String)> = vec![("server", cell(&config.name, 60))];
    let mut add = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    add("id", config.id.map(|id| id.to_string()));
    add("connected", Some(yes(config.connected).to_owned()));
    add("online", Some(yes(config.online).to_owned()));
    add("set up", config.initialized.map(|done| yes(Some(done)).to_owned()));
    add(
        "seen by",
        Some(config.visibility.as_ref().map_or("?".to_owned(), |seen| cell(&seen.to_string(), 24))),
    );
    add("GPUs", config.specs.as_ref().map(|_| cell(&config.gpus.to_string(), 100)));
    add("on demand", Some(price_list(&config.on_demand)));
    add("lowest bid", Some(price_list(&config.spot)));
    for (coin, prices) in &config.usd_prices {
        add(
            "in dollars",
            Some(format!("{} for who pays with {}", usd_words(prices), cell(&coin.to_string(), 40))),
        );
    }
    add("coins", coin_names(config.allowed_coins.as_ref()).map(|names| cell(&names.join(", "), 200)));
    add(
        "longest",
        Some(config.max_rental.map_or("?".to_owned(), |longest| format!("{} h", whole_hours(longest)))),
    );
    add("kernel", config.kernel.as_deref().map(|kernel| cell(kernel, 60)));
    add(
        "clocks",
        config.overclock_allowed.map(|may| if may { "renters may set them" } else { "fixed" }.to_owned()),
    );
    add("VPN", config.vpn.map(|vpn| yes(Some(vpn)).to_owned()));
    if let Some(job) = &config.background_job {
        let image = job.image.as_deref().filter(|image| !image.trim().is_empty());
        let with = if job.command.is_some() { ", with a command that is not shown" } else { "" };
        add("when free", image.map(|image| format!("{}{with}", cell(image, 200))));
    }
    lines
        .iter()
        .map(|(name, value)| format!("{:<12}{value}", format!("{name}:")))
        .collect::<Vec<_>>()
        .join("\n")
}

fn usd_words(prices: &UsdPrices) -> String {
    let on_demand = prices.on_demand.map(|usd| format!("{usd} on demand"));
    let spot = prices.spot.map(|usd| format!("{usd} lowest bid"));
    on_demand.into_iter().chain(spot).collect::<Vec<_>>().join(", ")
}

fn whole_hours(time: Duration) -> u64 {
    time.as_secs() / 3600
}

#[derive(Serialize)]
struct JobRow<'a> {
    image: Option<&'a str>,
    has_command: bool,
    env_names: Vec<&'a str>,
}

/// `{"server": {"name", "server_id", .., "on_demand_coin_per_day": {coin: n}, ..}}`.
pub fn config_document(config: &ServerConfig) -> Document {
    let usd: BTreeMap<String, UsdRow> = usd_row(&config.usd_prices);
    let job = config.background_job.as_ref().map(|job| JobRow {
        image: job.image.as_deref(),
        has_command: job.command.is_some(),
        env_names: job.env.keys().map(String::as_str).collect(),
    });
    Document::new()
        .with("name", &config.name)
        .with("server_id", &config.id.map(|id| id.number()))
        .with("connected", &config.connected)
        .with("online", &config.online)
        .with("initialized", &config.initialized)
        .with("creation_completed", &config.creation_completed)
        .with("visibility", &config.visibility.as_ref().map(ToString::to_string))
        .with("gpus", &config.specs.as_ref().map(|_| config.gpus.to_string()))
        .with("gpu_count", &config.gpus.count)
        .with("on_demand_coin_per_day", &price_row(&config.on_demand))
        .with("min_bid_coin_per_day", &price_row(&config.spot))
        .with("usd_per_day", &usd)
        .with("coins", &coin_names(config.allowed_coins.as_ref()))
        .with("max_rental_hours", &config.max_rental.map(whole_hours))
        .with("kernel", &config.kernel)
        .with("overclock_allowed", &config.overclock_allowed)
        .with("vpn", &config.vpn)
        .with("background_job", &job)
}

/// One setting, as it is and as it is to be.
#[derive(Serialize)]
pub struct SettingChange {
    setting: &'static str,
    coin: Option<String>,
    old: Option<Box<RawValue>>,
    new: Option<Box<RawValue>>,
    #[serde(skip)]
    words: String,
}

impl SettingChange {
    /// `price on demand: 25 CLORE/day -> 30 CLORE/day`.
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// What `changes` makes of the settings in `config`, in the order of the flags. A setting that is not told has no old
/// value.
pub fn setting_changes(changes: &SetServerSettings, config: &ServerConfig) -> Vec<SettingChange> {
    let mut rows = Vec::new();
    if let Some(new) = changes.is_available() {
        let old = match &config.visibility {
            Some(Visibility::Public) => Some(true),
            Some(Visibility::Hidden) => Some(false),
            _ => None,
        };
        let words = format!("can be rented: {} -> {}", yes(old), yes(Some(new)));
        rows.push(row("available", None, raw(&old), raw(&new), words));
    }
    if let Some(new) = changes.longest_rental().map(whole_hours) {
        let old = config.max_rental.map(whole_hours);
        let shown = old.map_or("?".to_owned(), |old| format!("{old} h"));
        let words = format!("longest rental: {shown} -> {new} h");
        rows.push(row("max_rental_hours", None, raw(&old), raw(&new), words));
    }
    for (kind, setting, name) in [
        (Kind::OnDemand, "on_demand_coin_per_day", "price on demand"),
        (Kind::Spot, "min_bid_coin_per_day", "lowest bid"),
    ] {
        let prices = if kind == Kind::OnDemand { &config.on_demand } else { &config.spot };
        rows.extend(changes.prices(kind).map(|new| price_change(setting, name, prices.get(new.coin()), new)));
    }
    for (kind, setting, name) in [
        (Kind::OnDemand, "on_demand_usd_per_day", "price on demand"),
        (Kind::Spot, "min_bid_usd_per_day", "lowest bid"),
    ] {
        let told = |coin: &Coin| {
            let prices = config.usd_prices.get(coin)?;
            if kind == Kind::OnDemand { prices.on_demand } else { prices.spot }
        };
        let change = |(coin, new): (&Coin, UsdPerDay)| usd_change(setting, name, coin, told(coin), new);
        rows.extend(changes.usd_prices(kind).map(change));
    }
    for (coin, new) in changes.enabled_coins() {
        let old = config.allowed_coins.as_ref().map(|allowed| allowed.contains(coin));
        let words = format!("{} is taken: {} -> {}", cell(&coin.to_string(), 40), yes(old), yes(Some(new)));
        rows.push(row("coin_enabled", Some(coin), raw(&old), raw(&new), words));
    }
    rows
}

fn price_change(setting: &'static str, name: &str, old: Option<&Rate>, new: &Rate) -> SettingChange {
    let shown = old.map_or("not set".to_owned(), |old| cell(&coin_per_day(old), 40));
    let words = format!("{name}: {shown} -> {}", cell(&coin_per_day(new), 40));
    row(setting, Some(new.coin()), number(old.map(Rate::amount)), number(Some(new.amount())), words)
}

fn usd_change(
    setting: &'static str,
    name: &str,
    coin: &Coin,
    old: Option<UsdPerDay>,
    new: UsdPerDay,
) -> SettingChange {
    let shown = old.map_or("not set".to_owned(), |old| old.to_string());
    let words = format!("{name} for who pays with {}: {shown} -> {new}", cell(&coin.to_string(), 40));
    let amount = |usd: UsdPerDay| -> Decimal { usd.amount() };
    row(setting, Some(coin), number(old.map(amount)), number(Some(amount(new))), words)
}

fn raw(value: &impl Serialize) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}

fn row(
    setting: &'static str,
    coin: Option<&Coin>,
    old: Option<Box<RawValue>>,
    new: Option<Box<RawValue>>,
    words: String,
) -> SettingChange {
    SettingChange { setting, coin: coin.map(ToString::to_string), old, new, words }
}
