//! Hosted servers as a table and as JSON. The token that joins a machine to the account is never printed.

use super::document::Document;
use super::json::{number, skipped};
use super::money::{cell, coin_per_day};
use super::table::{known, right, table, text};
use clore_core::endpoint::my_servers::HostedServers;
use clore_core::model::hosted::UsdPrices;
use clore_core::model::{Coin, HostedServer, Rate};
use comfy_table::Cell;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The servers, in the service's order.
pub fn hosted_table(servers: &[HostedServer]) -> String {
    let columns = ["ID", "name", "connected", "online", "seen by", "GPUs", "on demand", "lowest bid"];
    let mut table = table(&columns);
    for server in servers {
        let visibility = server.visibility.as_ref().map(|seen| cell(&seen.to_string(), 24));
        // What never joined has no GPUs to tell.
        let gpus = server.specs.as_ref().map(|_| cell(&server.gpus.to_string(), 60));
        table.add_row(vec![
            right(known(server.id.map(|id| id.to_string()))),
            Cell::new(cell(&server.name, 40)),
            Cell::new(yes(server.connected)),
            Cell::new(yes(server.online)),
            Cell::new(known(visibility)),
            Cell::new(known(gpus)),
            Cell::new(price_list(&server.on_demand)),
            Cell::new(price_list(&server.min_spot)),
        ]);
    }
    text(&table)
}

/// `25 CLORE/day, 0.0001 bitcoin/day`, or a dash where no price is set.
pub(super) fn price_list(prices: &BTreeMap<Coin, Rate>) -> String {
    let prices: Vec<String> = prices.values().map(|price| cell(&coin_per_day(price), 40)).collect();
    if prices.is_empty() { "-".to_owned() } else { prices.join(", ") }
}

/// `yes`, `no`, or a question mark.
pub(super) fn yes(word: Option<bool>) -> &'static str {
    match word {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

/// Prices by coin; each number keeps its digits.
pub(super) type PriceRow = BTreeMap<String, Option<Box<RawValue>>>;

/// The prices of a map, coin per day.
pub(super) fn price_row(prices: &BTreeMap<Coin, Rate>) -> PriceRow {
    prices.iter().map(|(coin, rate)| (coin.to_string(), number(Some(rate.amount())))).collect()
}

/// Prices in dollars per day, for who pays with one coin.
#[derive(Serialize)]
pub(super) struct UsdRow {
    on_demand: Option<Box<RawValue>>,
    min_bid: Option<Box<RawValue>>,
}

/// The prices in dollars per day, by the coin that pays.
pub(super) fn usd_row(prices: &BTreeMap<Coin, UsdPrices>) -> BTreeMap<String, UsdRow> {
    let row = |prices: &UsdPrices| UsdRow {
        on_demand: number(prices.on_demand.map(|usd| usd.amount())),
        min_bid: number(prices.spot.map(|usd| usd.amount())),
    };
    prices.iter().map(|(coin, prices)| (coin.to_string(), row(prices))).collect()
}

/// Names of coins.
pub(super) fn coin_names(coins: Option<&Vec<Coin>>) -> Option<Vec<String>> {
    coins.map(|coins| coins.iter().map(ToString::to_string).collect())
}

#[derive(Serialize)]
struct HostedRow<'a> {
    server_id: Option<u64>,
    name: &'a str,
    connected: Option<bool>,
    online: Option<bool>,
    visibility: Option<String>,
    gpus: Option<String>,
    gpu_count: Option<u16>,
    on_demand_coin_per_day: PriceRow,
    min_bid_coin_per_day: PriceRow,
    usd_per_day: BTreeMap<String, UsdRow>,
    coins: Option<Vec<String>>,
    working_properly: Option<bool>,
}

/// `{"servers": [{"server_id", "name", "on_demand_coin_per_day": {coin: n}, ..}], "skipped": [..], "skipped_count",
/// "complete", "limit"}`.
pub fn hosted_document(list: &HostedServers) -> Document {
    Document::new()
        .with("servers", &list.servers.iter().map(hosted_row).collect::<Vec<_>>())
        .with("skipped", &skipped(&list.skipped))
        .with("skipped_count", &list.skipped.count)
        .with("complete", &list.is_complete())
        .with("limit", &list.limit)
}

fn hosted_row(server: &HostedServer) -> HostedRow<'_> {
    HostedRow {
        server_id: server.id.map(|id| id.number()),
        name: &server.name,
        connected: server.connected,
        online: server.online,
        visibility: server.visibility.as_ref().map(ToString::to_string),
        gpus: server.specs.as_ref().map(|_| server.gpus.to_string()),
        gpu_count: server.gpus.count,
        on_demand_coin_per_day: price_row(&server.on_demand),
        min_bid_coin_per_day: price_row(&server.min_spot),
        usd_per_day: usd_row(&server.usd_prices),
        coins: coin_names(server.allowed_coins.as_ref()),
        working_properly: server.working_properly,
    }
}
