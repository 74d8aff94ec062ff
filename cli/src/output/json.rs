//! The documents of `--json`. Prices are JSON numbers with all their digits, never through a binary float.

use clore_core::model::server::Availability;
use clore_core::model::{Order, Rates, SshTarget};
use clore_core::search::Found;
use clore_core::wire::rows::SkippedRows;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;

/// The decimal as a JSON number with its own digits.
pub fn number(value: Option<Decimal>) -> Option<Box<RawValue>> {
    value.and_then(|value| RawValue::from_string(value.to_string()).ok())
}

#[derive(Serialize)]
struct ServerRow {
    id: u64,
    gpus: String,
    gpu_count: Option<u16>,
    price_usd_per_hour: Option<Box<RawValue>>,
    price_usd_per_day: Option<Box<RawValue>>,
    price_coin_per_day: Option<Box<RawValue>>,
    coin: String,
    r#type: &'static str,
    reliability_percent: Option<Box<RawValue>>,
    available: Option<bool>,
    vram_gb: Option<Box<RawValue>>,
    ram_gb: Option<Box<RawValue>>,
    disk_gb: Option<Box<RawValue>>,
    cuda: Option<String>,
    country: Option<String>,
    up_mbit: Option<Box<RawValue>>,
    down_mbit: Option<Box<RawValue>>,
}

/// A record that could not be read.
#[derive(Serialize)]
pub struct SkippedRow {
    index: usize,
    id: Option<u64>,
    reason: String,
}

#[derive(Serialize)]
struct SearchDocument {
    servers: Vec<ServerRow>,
    skipped: Vec<SkippedRow>,
    skipped_count: usize,
    found_count: usize,
    unknown_price_count: usize,
    records: usize,
    unit_warning: Option<String>,
}

/// `{"servers": [..], "skipped": [..], ..}`.
pub fn search_document(
    found: &[Found],
    found_count: usize,
    unknown_price: usize,
    market: &clore_core::endpoint::marketplace::Market,
) -> String {
    let document = SearchDocument {
        servers: found.iter().map(server_row).collect(),
        skipped: skipped(&market.skipped),
        skipped_count: market.skipped.count,
        found_count,
        unknown_price_count: unknown_price,
        records: market.records,
        unit_warning: market.unit_doubt.map(|doubt| doubt.to_string()),
    };
    text(&document)
}

fn server_row(found: &Found) -> ServerRow {
    let server = &found.server;
    ServerRow {
        id: server.id.number(),
        gpus: server.gpus.to_string(),
        gpu_count: server.gpus.count,
        price_usd_per_hour: number(found.price.map(|price| price.amount())),
        price_usd_per_day: number(found.price.map(|price| price.per_day().amount().normalize())),
        price_coin_per_day: number(found.rate.as_ref().map(|rate| rate.amount())),
        coin: found.coin.to_string(),
        r#type: found.kind.wire_name(),
        reliability_percent: number(server.reliability.map(|reliability| reliability.percent())),
        available: match server.availability {
            Availability::Free => Some(true),
            Availability::Rented | Availability::Partly(_) => Some(false),
            _ => None,
        },
        vram_gb: number(server.gpus.vram_gb),
        ram_gb: number(server.specs.ram_gb),
        disk_gb: number(server.specs.disk_gb),
        cuda: server.cuda.map(|cuda| cuda.to_string()),
        country: server.specs.network.country.clone(),
        up_mbit: number(server.specs.network.up_mbit),
        down_mbit: number(server.specs.network.down_mbit),
    }
}

/// The records of a list that could not be read.
pub fn skipped(rows: &SkippedRows) -> Vec<SkippedRow> {
    let row = |row: &clore_core::wire::rows::Skipped| SkippedRow {
        index: row.index,
        id: row.id,
        reason: row.reason.to_string(),
    };
    rows.named.iter().map(row).collect()
}

/// An order as `orders` and `order` print it.
#[derive(Serialize)]
pub struct OrderRow {
    order_id: u64,
    server_id: Option<u64>,
    status: String,
    r#type: &'static str,
    gpus: String,
    image: Option<String>,
    coin: Option<String>,
    price_coin_per_day: Option<Box<RawValue>>,
    price_usd_per_day: Option<Box<RawValue>>,
    spend_coin: Option<Box<RawValue>>,
    created_unix: Option<i64>,
    end_unix: Option<i64>,
    online: Option<bool>,
    ssh: Option<SshRow>,
    http_url: Option<String>,
}

/// Where to connect.
#[derive(Serialize)]
pub struct SshRow {
    user: String,
    host: String,
    port: u16,
    command: String,
}

impl SshRow {
    /// The parts of a target, and the line to type.
    pub fn new(target: &SshTarget) -> Self {
        Self {
            user: target.user().to_owned(),
            host: target.host().as_str().to_owned(),
            port: target.port(),
            command: target.raw().to_owned(),
        }
    }
}

#[derive(Serialize)]
struct OrdersDocument<'a> {
    orders: Vec<OrderRow>,
    skipped: Vec<SkippedRow>,
    complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// `{"orders": [..], "skipped": [..], "complete": true}`.
pub fn orders_document(orders: &[Order], unparsed: &SkippedRows, rates: &Rates) -> String {
    let document = OrdersDocument {
        orders: orders.iter().map(|order| order_row(order, rates)).collect(),
        skipped: skipped(unparsed),
        complete: unparsed.count == 0,
        note: (unparsed.count > 0).then_some("a skipped record may be an order that is billing"),
    };
    text(&document)
}

/// The parts of an order.
pub fn order_row(order: &Order, rates: &Rates) -> OrderRow {
    let usd = order.price.as_ref().and_then(|price| price.usd_per_day(rates)).or(order.original_price_usd);
    OrderRow {
        order_id: order.id.number(),
        server_id: order.server.map(|server| server.number()),
        status: order.status.to_string(),
        r#type: order.kind.wire_name(),
        gpus: order.gpus.to_string(),
        image: order.image.as_deref().map(|image| super::money::cell(image, 400)),
        coin: order.coin.as_ref().map(ToString::to_string),
        price_coin_per_day: number(order.price.as_ref().map(|price| price.amount())),
        price_usd_per_day: number(usd.map(|usd| usd.amount().normalize())),
        spend_coin: number(order.spend.as_ref().map(|spend| spend.amount())),
        created_unix: order.created.map(|time| time.seconds()),
        end_unix: order.end.map(|time| time.seconds()),
        online: order.online,
        ssh: order.ssh().as_ref().map(SshRow::new),
        http_url: order.http.as_ref().and_then(|http| http.url()),
    }
}

fn text(document: &impl Serialize) -> String {
    serde_json::to_string(document).unwrap_or_else(|_| "{}".to_owned())
}
