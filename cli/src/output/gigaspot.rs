//! The gigaspot as a table and as JSON, and what became of bids. Bids are CLORE per day for the whole server.

use super::document::Document;
use super::hosted::yes;
use super::json::{number, skipped};
use super::money::{cell, coin_per_day, per_hour};
use super::table::{known, right, table, text};
use clore_core::endpoint::gigaspot::BidOutcome;
use clore_core::model::gigaspot::GigaspotGpu;
use clore_core::model::{Gigaspot, GigaspotServer, OrderId, Rate, Rates, ServerId, StandingBid};
use comfy_table::Cell;
use core::ops::RangeInclusive;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The servers, in the snapshot's order.
pub fn gigaspot_table(servers: &[&GigaspotServer], rates: &Rates) -> String {
    let columns =
        ["ID", "GPUs", "lowest taken", "USD/hour", "held at", "bids", "on demand", "online", "your bids"];
    let mut table = table(&columns);
    for server in servers {
        let floor = server.min_bid.as_ref();
        let bids = match server.has_all_bids() {
            true => server.bids.len().to_string(),
            false => "?".to_owned(),
        };
        let rented = server.on_demand_rented.map(|rented| if rented { "rented" } else { "free" });
        let held = holder(server).and_then(|bid| bid.price.as_ref());
        table.add_row(vec![
            right(server.id.to_string()),
            Cell::new(gigaspot_gpus(server)),
            right(known(floor.map(coin_per_day))),
            right(per_hour(floor.and_then(|floor| floor.usd_per_hour(rates)))),
            right(held.map_or_else(String::new, |held| cell(&coin_per_day(held), 40))),
            right(bids),
            Cell::new(rented.unwrap_or("?")),
            Cell::new(yes(server.online)),
            Cell::new(own(server).map(own_words).collect::<Vec<_>>().join(", ")),
        ]);
    }
    text(&table)
}

/// The bid that holds the machine.
fn holder(server: &GigaspotServer) -> Option<&StandingBid> {
    server.bids.iter().find(|bid| bid.active == Some(true))
}

fn own(server: &GigaspotServer) -> impl Iterator<Item = &StandingBid> {
    server.bids.iter().filter(|bid| bid.mine == Some(true))
}

/// `order 1000001: 900 CLORE/day, holds it`.
fn own_words(bid: &StandingBid) -> String {
    let order = bid.id.map_or_else(|| "order ?".to_owned(), |id| format!("order {id}"));
    let price = bid.price.as_ref().map_or_else(|| "?".to_owned(), |price| cell(&coin_per_day(price), 40));
    let state = match bid.active {
        Some(true) => ", holds it",
        Some(false) => ", waits",
        None => "",
    };
    format!("{order}: {price}{state}")
}

/// `4x RTX 3070`, or each model with its count.
pub fn gigaspot_gpus(server: &GigaspotServer) -> String {
    let Some(gpus) = &server.gpus else { return "?".to_owned() };
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for gpu in gpus {
        let model = gpu.model.as_deref().unwrap_or("?");
        match counts.iter_mut().find(|(known, _)| *known == model) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((model, 1)),
        }
    }
    let words: Vec<String> = counts.iter().map(|(model, count)| format!("{count}x {model}")).collect();
    cell(&words.join(", "), 80)
}

#[derive(Serialize)]
struct StandingRow {
    order_id: Option<u64>,
    active: Option<bool>,
    coin: Option<String>,
    price_coin_per_day: Option<Box<RawValue>>,
    power_limit: Option<u64>,
}

impl StandingRow {
    fn new(bid: &StandingBid) -> Self {
        Self {
            order_id: bid.id.map(|id| id.number()),
            active: bid.active,
            coin: bid.coin.as_ref().map(ToString::to_string),
            price_coin_per_day: number(bid.price.as_ref().map(Rate::amount)),
            power_limit: bid.power_limit,
        }
    }
}

/// What one GPU may be set to: `[least, most]`, watts and MHz.
#[derive(Serialize)]
struct LimitsRow {
    model: Option<String>,
    power_limit: Option<[i64; 2]>,
    core_lock: Option<[i64; 2]>,
    mem_lock: Option<[i64; 2]>,
    core_offset: Option<[i64; 2]>,
    mem_offset: Option<[i64; 2]>,
}

impl LimitsRow {
    fn new(gpu: &GigaspotGpu) -> Self {
        let bounds =
            |range: &Option<RangeInclusive<i64>>| range.as_ref().map(|range| [*range.start(), *range.end()]);
        Self {
            model: gpu.model.as_deref().map(|model| cell(model, 120)),
            power_limit: bounds(&gpu.power_limit),
            core_lock: bounds(&gpu.core_lock),
            mem_lock: bounds(&gpu.mem_lock),
            core_offset: bounds(&gpu.core_offset),
            mem_offset: bounds(&gpu.mem_offset),
        }
    }
}

#[derive(Serialize)]
struct GigaspotRow {
    server_id: u64,
    gpus: String,
    gpu_limits: Option<Vec<LimitsRow>>,
    on_demand_rented: Option<bool>,
    online: Option<bool>,
    working_properly: Option<bool>,
    min_bid_clore_per_day: Option<Box<RawValue>>,
    min_bid_usd_per_hour: Option<Box<RawValue>>,
    held_by: Option<StandingRow>,
    bids: usize,
    bids_complete: bool,
    own_bids: Vec<StandingRow>,
    max_rental_hours: Option<u64>,
    country: Option<String>,
    reliability_percent: Option<Box<RawValue>>,
}

fn row(server: &GigaspotServer, rates: &Rates) -> GigaspotRow {
    let floor = server.min_bid.as_ref();
    GigaspotRow {
        server_id: server.id.number(),
        gpus: gigaspot_gpus(server),
        gpu_limits: server.gpus.as_ref().map(|gpus| gpus.iter().map(LimitsRow::new).collect()),
        on_demand_rented: server.on_demand_rented,
        online: server.online,
        working_properly: server.working_properly,
        min_bid_clore_per_day: number(floor.map(Rate::amount)),
        min_bid_usd_per_hour: number(floor.and_then(|bid| bid.usd_per_hour(rates)).map(|usd| usd.amount())),
        held_by: holder(server).map(StandingRow::new),
        bids: server.bids.len(),
        bids_complete: server.has_all_bids(),
        own_bids: own(server).map(StandingRow::new).collect(),
        max_rental_hours: server.max_rental.map(|time| time.as_secs() / 3600),
        country: server.country.clone(),
        reliability_percent: number(server.reliability.map(|reliability| reliability.percent())),
    }
}

/// `{"servers": [{"server_id", "min_bid_clore_per_day", "held_by", "own_bids": [{"order_id", ..}], ..}], "skipped",
/// "complete", ..}`.
pub fn gigaspot_document(
    market: &Gigaspot,
    shown: &[&GigaspotServer],
    found: usize,
    rates: &Rates,
) -> Document {
    let fees = market.creation_fees.as_ref().map(|fees| {
        let fee = |(coin, fee): (&clore_core::model::Coin, &clore_core::model::Amount)| {
            (coin.to_string(), number(Some(fee.amount())))
        };
        fees.iter().map(fee).collect::<BTreeMap<_, _>>()
    });
    Document::new()
        .with("servers", &shown.iter().map(|server| row(server, rates)).collect::<Vec<_>>())
        .with("found_count", &found)
        .with("skipped", &skipped(&market.skipped))
        .with("skipped_count", &market.skipped.count)
        .with("complete", &market.is_complete())
        .with("own_bids_known", &market.my_user.is_some())
        .with("creation_fees_coin", &fees)
        .with("taken_at_unix", &market.taken_at.map(|time| time.seconds()))
}

/// What became of one bid, and its order as far as the snapshot shows it.
#[derive(Serialize)]
pub struct BidRow {
    /// The server.
    #[serde(rename = "server_id", serialize_with = "server_number")]
    pub server: ServerId,
    /// What the answer says.
    #[serde(serialize_with = "outcome_word")]
    pub outcome: BidOutcome,
    /// The order.
    #[serde(rename = "order_id", serialize_with = "order_number")]
    pub order: Option<OrderId>,
}

fn server_number<S: Serializer>(server: &ServerId, to: S) -> Result<S::Ok, S::Error> {
    server.number().serialize(to)
}

fn order_number<S: Serializer>(order: &Option<OrderId>, to: S) -> Result<S::Ok, S::Error> {
    order.map(|order| order.number()).serialize(to)
}

fn outcome_word<S: Serializer>(outcome: &BidOutcome, to: S) -> Result<S::Ok, S::Error> {
    let word = match outcome {
        BidOutcome::Placed => "placed",
        BidOutcome::FailedToOverclock => "failed_to_overclock",
        BidOutcome::TooLow => "bid_too_low",
        BidOutcome::FailedToRent => "failed_to_rent",
        BidOutcome::Unclear => "unclear",
    };
    word.serialize(to)
}

impl BidRow {
    /// `server 5: placed, order 1000001`.
    pub fn words(&self) -> String {
        let order = self.order.map(|order| order.to_string());
        let what = match (self.outcome, order) {
            (BidOutcome::Placed, Some(order)) => format!("placed, order {order}"),
            (BidOutcome::Placed, None) => "placed; its order is not shown yet".to_owned(),
            (BidOutcome::FailedToOverclock, _) => "not placed: its GPUs do not take these clocks".to_owned(),
            (BidOutcome::TooLow, _) => "not placed: the bid is below the lowest that is taken".to_owned(),
            (BidOutcome::FailedToRent, _) => "not placed: the service could not rent it".to_owned(),
            (BidOutcome::Unclear, Some(order)) => format!("not known; order {order} may be it"),
            (BidOutcome::Unclear, None) => "not known; it may be placed".to_owned(),
        };
        format!("server {}: {what}", self.server)
    }
}
