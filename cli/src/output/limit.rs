//! A limit that refused, as a part of a JSON document: its arithmetic.

use super::json::number;
use clore_core::spending::{Breach, Counted, DaySum, OpenCount};
use serde::Serialize;
use serde_json::value::RawValue;

/// Why a limit refused.
#[derive(Serialize, Default)]
pub struct LimitRow {
    limit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_usd_per_hour: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_usd_per_hour: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_usd: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<DayRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adds_usd: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_usd: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_orders: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<OpenRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adds_orders: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<CountedRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

/// The first of what counts as open.
#[derive(Serialize)]
struct CountedRow {
    orders: Vec<u64>,
    intents: Vec<String>,
}

impl CountedRow {
    fn new(counted: &Counted) -> Self {
        Self {
            orders: counted.orders.iter().map(|order| order.number()).collect(),
            intents: counted.intents.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a day comes to.
#[derive(Serialize)]
pub struct DayRow {
    ended_usd: Option<Box<RawValue>>,
    open_usd: Option<Box<RawValue>>,
    open_orders: u32,
    total_usd: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct OpenRow {
    by_journal: u32,
    by_list: Option<u32>,
    /// Of the journal, not in the list.
    unlisted: u32,
}

impl DayRow {
    /// The parts of a sum.
    pub fn new(day: &DaySum) -> Self {
        Self {
            ended_usd: number(Some(day.ended.amount().normalize())),
            open_usd: number(Some(day.open.amount().normalize())),
            open_orders: day.open_orders,
            total_usd: number(Some(day.total().amount().normalize())),
        }
    }
}

impl OpenRow {
    fn new(open: &OpenCount) -> Self {
        Self { by_journal: open.journal, by_list: open.reading, unlisted: open.unlisted }
    }
}

impl LimitRow {
    /// The parts of a refusal.
    pub fn new(breach: &Breach) -> Self {
        let row = Self { limit: breach.limit(), ..Self::default() };
        match breach {
            Breach::Rate { max, price } => Self {
                max_usd_per_hour: number(Some(max.amount())),
                price_usd_per_hour: number(Some(price.amount())),
                ..row
            },
            Breach::PerDay { max, day, adds, total, counted, .. } => Self {
                counted: Some(CountedRow::new(counted)),
                max_usd: number(Some(max.amount())),
                day: Some(DayRow::new(day)),
                adds_usd: number(Some(adds.amount().normalize())),
                total_usd: number(Some(total.amount().normalize())),
                ..row
            },
            Breach::OpenOrders { max, open, adds, counted } => Self {
                counted: Some(CountedRow::new(counted)),
                max_orders: Some(*max),
                open: Some(OpenRow::new(open)),
                adds_orders: Some(*adds),
                ..row
            },
            Breach::Unpriced { of, .. } => Self { unknown: Some(of.to_string()), ..row },
            _ => row,
        }
    }
}
