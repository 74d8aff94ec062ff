//! [`Check`]: what a spend asks for, and the limits it must stay within.

use super::Limits;
use crate::model::order::Sighting;
use crate::model::{FeePercent, OrderId, Rates, ServerId, UsdPerHour};

/// What travels with an intent to the journal so that it is checked in the same hold of the lock; it is never written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Check {
    /// The limits of the session, lowered by those of the call.
    pub limits: Limits,
    /// The highest price of a single server it asks for, US dollars per hour **without** the fee. `None`: unknown.
    pub rate: Option<UsdPerHour>,
    /// Every order that a complete reading showed as not over. `None`: no such reading is at hand.
    pub active: Option<Vec<ActiveOrder>>,
}

impl Check {
    /// A check against `limits` of a spend of which nothing else is known.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// At this price of a single server, without the fee.
    #[must_use]
    pub fn rate(mut self, rate: Option<UsdPerHour>) -> Self {
        self.rate = rate;
        self
    }
}

/// An order that a reading showed as not over.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ActiveOrder {
    /// Which; `None` where the row's id could not be read.
    pub order: Option<OrderId>,
    /// Its server, when the row says it.
    pub server: Option<ServerId>,
    /// Its price by the row, US dollars per hour **with** the fee (assumed where the row tells none). `None`: unknown.
    pub price: Option<UsdPerHour>,
}

impl ActiveOrder {
    /// An order of which nothing else is known.
    #[must_use]
    pub fn new(order: Option<OrderId>) -> Self {
        Self { order, server: None, price: None }
    }

    /// The order of a row. Its price is by the row's rate or by its dollars, whichever is more: a rate that was raised
    /// leaves the dollars of the start.
    #[must_use]
    pub fn of_row(row: &Sighting, rates: &Rates) -> Self {
        let fee = row.fee.unwrap_or(FeePercent::ASSUMED);
        let by_rate = row.price.as_ref().and_then(|rate| rate.usd_per_hour(rates));
        let bare = by_rate.max(row.original_price);
        Self { order: Some(row.id), server: row.server, price: bare.and_then(|price| fee.on(price)) }
    }

    /// On this server.
    #[must_use]
    pub fn server(mut self, server: Option<ServerId>) -> Self {
        self.server = server;
        self
    }

    /// At this price with the fee.
    #[must_use]
    pub fn price(mut self, price: Option<UsdPerHour>) -> Self {
        self.price = price;
        self
    }
}
