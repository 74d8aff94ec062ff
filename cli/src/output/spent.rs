//! What the journal says was spent: a table and lines for people, a document for programs. Days are those of UTC.

use super::document::Document;
use super::json::number;
use super::limit::DayRow;
use super::money::{cell, per_hour};
use super::order::date;
use super::table::{known, right, table, text};
use clore_core::journal::{JournaledOrder, OpenIntent};
use clore_core::model::Usd;
use clore_core::spending::{DaySum, Limits, Unpriced};
use clore_core::time::UnixTime;
use comfy_table::Cell;
use core::time::Duration;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// What is shown of the journal.
pub struct Spent<'a> {
    /// The orders of this key.
    pub orders: Vec<&'a JournaledOrder>,
    /// Its open intents.
    pub open: Vec<&'a OpenIntent>,
    /// The time it is reckoned at.
    pub now: UnixTime,
    /// What this machine's clock says, where that is more than a minute before the journal's newest line: then that line's
    /// time counts, by which the limits reckon.
    pub clock_behind: Option<UnixTime>,
    /// The day as the limits reckon it.
    pub day: Result<DaySum, Unpriced>,
    /// Orders that are open or may be.
    pub open_orders: u32,
    /// Of those, orders of bids that told no order: they have no row here.
    pub unlisted: u32,
    /// The limits that stand.
    pub limits: Limits,
    /// By day, and not by order.
    pub by_day: bool,
}

/// A day's sum of what is known, and how many orders' cost is not.
#[derive(Clone, Copy, Default)]
struct OfDay {
    cost: Usd,
    orders: u32,
    unknown: u32,
}

impl Spent<'_> {
    /// Every day on which an order is known to have run. One whose times are not known is on its day of beginning, or
    /// on none.
    fn days(&self) -> (BTreeMap<i64, OfDay>, u32) {
        let (mut days, mut nowhere) = (BTreeMap::<i64, OfDay>::new(), 0_u32);
        for order in &self.orders {
            let Some(placed) = order.placed else {
                nowhere += 1;
                continue;
            };
            let over = if order.is_over { order.ended.unwrap_or(placed) } else { self.now };
            let (first, last) = (placed.seconds().div_euclid(DAY), over.seconds().div_euclid(DAY));
            // A clock that leapt by years is one line, not thousands.
            let last = last.clamp(first, first.saturating_add(3660));
            for day in first..=last {
                let (from, to) = (day_at(day), day_at(day.saturating_add(1)));
                let entry = days.entry(day).or_default();
                entry.orders += 1;
                match order.cost_between(from, to, self.now) {
                    Some(cost) => entry.cost = entry.cost.saturating_add(cost),
                    None => entry.unknown += 1,
                }
            }
        }
        (days, nowhere)
    }

    /// What the limit of a day leaves, if there is one and the day can be added up.
    fn left(&self) -> Option<Usd> {
        let most = self.limits.max_total_per_day?;
        Some(most.saturating_sub(self.day.as_ref().ok()?.total()))
    }
}

fn day_at(day: i64) -> UnixTime {
    UnixTime::from_seconds(day.saturating_mul(DAY))
}

/// The day without its time.
fn day_word(day: i64) -> String {
    date(day_at(day)).chars().take(10).collect()
}

fn cost_word(cost: Option<Usd>) -> String {
    known(cost.map(|cost| cost.to_string()))
}

/// One line for each order or day.
pub fn spent_table(spent: &Spent<'_>) -> String {
    if spent.by_day {
        let mut table = table(&["day (UTC)", "orders", "cost"]);
        for (day, of) in spent.days().0 {
            let unknown = if of.unknown > 0 { format!(" + {} unknown", of.unknown) } else { String::new() };
            let cost = if of.unknown == of.orders { "?".to_owned() } else { format!("{}{unknown}", of.cost) };
            table.add_row(vec![Cell::new(day_word(day)), right(of.orders.to_string()), right(cost)]);
        }
        return text(&table);
    }
    let mut table = table(&["order", "server", "USD/hour with fee", "from", "to", "cost so far", "intent"]);
    for order in &spent.orders {
        let to = match (order.is_over, order.ended) {
            (false, _) => "not known to be over".to_owned(),
            (true, ended) => known(ended.map(date)),
        };
        table.add_row(vec![
            right(order.order.to_string()),
            right(known(order.server.map(|server| server.to_string()))),
            right(per_hour(order.price)),
            Cell::new(known(order.placed.map(date))),
            Cell::new(to),
            right(cost_word(order.cost(spent.now))),
            Cell::new(cell(order.intent.as_str(), 64)),
        ]);
    }
    text(&table)
}

/// What stands beside the table: open intents, the last 24 h, what the limits leave.
pub fn spent_lines(spent: &Spent<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if spent.by_day && spent.days().1 > 0 {
        lines.push(format!("{} orders whose beginning is not known are on no day", spent.days().1));
    }
    for open in &spent.open {
        let intent = &open.intent;
        let server = intent.server.map_or_else(String::new, |server| format!(" for server {server}"));
        let since = intent.wall.map_or_else(String::new, |wall| format!(" since {}", date(wall)));
        let price = per_hour(intent.price);
        lines.push(format!(
            "intent {}{server} is open{since}, at {price}: an order may be billing; settle it with `clore resume`",
            intent.id
        ));
    }
    lines.push(match &spent.day {
        Ok(day) => format!(
            "last 24 h: {} of orders that ended; {} for 24 h of {} open ones; together {}, fees included (estimates)",
            day.ended,
            day.open,
            day.open_orders,
            day.total()
        ),
        Err(unknown) => format!("last 24 h: not known, because {unknown} is not known in dollars"),
    });
    lines.extend(spent.clock_behind.map(|clock| {
        format!(
            "this machine's clock says {}, but the newest line of the journal is of {}, and the day is reckoned at that: \
             set the clock if it is wrong; if the line is, move the journal aside once `clore orders` and `clore resume` \
             show nothing open",
            date(clock),
            date(spent.now)
        )
    }));
    let limits = &spent.limits;
    if let Some(most) = limits.max_total_per_day {
        let left = spent.left().map_or_else(|| "not known".to_owned(), |left| left.to_string());
        lines.push(format!("limit of a day {most}: left {left}"));
    }
    if let Some(most) = limits.max_open_orders {
        let left = most.saturating_sub(spent.open_orders);
        lines.push(format!("limit of open orders {most}: {} open or may be, left {left}", spent.open_orders));
    }
    if let Some(most) = limits.max_rate {
        lines.push(format!("limit for one server {most}, without the fee"));
    }
    lines
}

#[derive(Serialize)]
struct OrderRow {
    order_id: u64,
    intent: String,
    server_id: Option<u64>,
    price_usd_per_hour_with_fee: Option<Box<RawValue>>,
    from_unix: Option<i64>,
    to_unix: Option<i64>,
    is_over: bool,
    cost_usd: Option<Box<RawValue>>,
    max_runtime_seconds: Option<u64>,
    max_spend_usd: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct IntentRow {
    intent: String,
    server_id: Option<u64>,
    price_usd_per_hour_with_fee: Option<Box<RawValue>>,
    since_unix: Option<i64>,
    note: &'static str,
}

#[derive(Serialize)]
struct DayOfDays {
    day_utc: String,
    orders: u32,
    cost_usd: Option<Box<RawValue>>,
    unknown_orders: u32,
}

#[derive(Serialize)]
struct LimitsRow {
    max_rate_usd_per_hour: Option<Box<RawValue>>,
    max_per_day_usd: Option<Box<RawValue>>,
    max_open_orders: Option<u32>,
    left_per_day_usd: Option<Box<RawValue>>,
    left_open_orders: Option<u32>,
}

fn usd(amount: Option<Usd>) -> Option<Box<RawValue>> {
    number(amount.map(|amount| amount.amount().normalize()))
}

/// `{"orders": [..]} or {"days": [..]}`, and `"open_intents"`, `"open_orders"`, of them
/// `"unlisted_orders"` that told no order, `"clock_behind_unix"` (null where the clock is not before the
/// journal), `"last_24h"` (null where it is not known, then
/// `"last_24h_unknown"` says why), `"limits"`.
pub fn spent_document(spent: &Spent<'_>) -> Document {
    let seconds = |time: Option<UnixTime>| time.map(UnixTime::seconds);
    let document = if spent.by_day {
        let row = |(day, of): (i64, OfDay)| DayOfDays {
            day_utc: day_word(day),
            orders: of.orders,
            cost_usd: usd((of.unknown < of.orders).then_some(of.cost)),
            unknown_orders: of.unknown,
        };
        let (days, nowhere) = spent.days();
        let rows: Vec<DayOfDays> = days.into_iter().map(row).collect();
        Document::new().with("days", &rows).with("orders_on_no_day", &nowhere)
    } else {
        let row = |order: &&JournaledOrder| OrderRow {
            order_id: order.order.number(),
            intent: order.intent.to_string(),
            server_id: order.server.map(|server| server.number()),
            price_usd_per_hour_with_fee: number(order.price.map(|price| price.amount())),
            from_unix: seconds(order.placed),
            to_unix: seconds(order.ended),
            is_over: order.is_over,
            cost_usd: usd(order.cost(spent.now)),
            max_runtime_seconds: order.caps.runtime.map(|longest: Duration| longest.as_secs()),
            max_spend_usd: usd(order.caps.spend),
        };
        Document::new().with("orders", &spent.orders.iter().map(row).collect::<Vec<_>>())
    };
    let intent = |open: &&OpenIntent| IntentRow {
        intent: open.intent.id.to_string(),
        server_id: open.intent.server.map(|server| server.number()),
        price_usd_per_hour_with_fee: number(open.intent.price.map(|price| price.amount())),
        since_unix: seconds(open.intent.wall),
        note: "may be billing",
    };
    let limits = &spent.limits;
    let row = LimitsRow {
        max_rate_usd_per_hour: number(limits.max_rate.map(|rate| rate.amount())),
        max_per_day_usd: usd(limits.max_total_per_day),
        max_open_orders: limits.max_open_orders,
        left_per_day_usd: usd(spent.left()),
        left_open_orders: limits.max_open_orders.map(|most| most.saturating_sub(spent.open_orders)),
    };
    document
        .with("open_intents", &spent.open.iter().map(intent).collect::<Vec<_>>())
        .with("open_orders", &spent.open_orders)
        .with("unlisted_orders", &spent.unlisted)
        .with("clock_behind_unix", &seconds(spent.clock_behind))
        .with("last_24h", &spent.day.as_ref().ok().map(DayRow::new))
        .with("last_24h_unknown", &spent.day.as_ref().err().map(ToString::to_string))
        .with("limits", &row)
}
