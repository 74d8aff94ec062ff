//! [`PriceNotes`]: lets the journal know of the new prices of orders before they are sent, so that the total of a day
//! stays true, and refuses those above the limit.
//!
//! ```text
//!  Record(Repriced) for each ─► over ─► the request is sent
//!   └─ failed, and limits are set ─► Err, nothing sent
//! ```
//!
//! A reprice is limited by its rate only (`rent.md`, "limits"); one that says no price is refused for the sum of a day too.

use super::Settings;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::journal::{JournalError, Record, Recorded};
use crate::model::{Kind, OrderId, Rate, UsdPerHour};
use crate::spending::{Breach, Unpriced};
use crate::time::UnixTime;
use std::collections::VecDeque;

#[derive(Debug)]
pub(super) struct PriceNotes {
    to_note: VecDeque<(OrderId, Option<UsdPerHour>)>,
    wall: Option<UnixTime>,
    must: bool,
    refused: Option<Box<Error>>,
}

impl PriceNotes {
    pub(super) fn new<E: Endpoint>(settings: &Settings, endpoint: &E) -> Self {
        let rates = settings.rates();
        // What cannot be sent changes no price; sending it says what is wrong with it.
        let sendable = endpoint.request().is_ok();
        let prices = if sendable { endpoint.reprices() } else { Vec::new() };
        // A reprice that does not say its prices: no sum of a day that rests on them stays true.
        let limits = settings.limits();
        let by_day = limits.max_total_per_day.filter(|_| sendable && prices.is_empty());
        let unsaid = |limit| Breach::Unpriced { limit, of: Unpriced::ThisSpend };
        let unsummed = || Box::new(Error::new(ErrorKind::Limit(Box::new(unsaid("max_total_per_day")))));
        let refused = limits.max_rate.filter(|_| sendable).and_then(|max| {
            let over = prices.iter().find_map(|(order, rate)| {
                let breach = match rate.usd_per_hour(rates) {
                    Some(price) if price <= max => return None,
                    Some(price) => Breach::Rate { max, price },
                    None => Breach::Unpriced { limit: "max_rate", of: Unpriced::Order(*order) },
                };
                Some((breach, Some(*order)))
            });
            let over = over.or_else(|| prices.is_empty().then(|| (unsaid("max_rate"), None)));
            over.map(|(breach, order)| {
                Box::new(Error::new(ErrorKind::Limit(Box::new(breach))).with_orders(order))
            })
        });
        let with_fee = |rate: &Rate| {
            settings.estimate(Kind::Spot, rate.coin().clone()).rate(rate.clone()).price_with_fee()
        };
        Self {
            to_note: prices.iter().map(|(order, rate)| (*order, with_fee(rate))).collect(),
            wall: settings.wall,
            must: !settings.limits().is_empty(),
            refused: refused.or_else(|| by_day.map(|_| unsummed())),
        }
    }

    /// What is to be recorded next; `Ok(None)` when the request may be sent.
    ///
    /// # Errors
    /// A price above the limit, or a record that failed where limits are set.
    pub(super) fn next(&self) -> Result<Option<Record>, Error> {
        if let Some(error) = &self.refused {
            return Err((**error).clone());
        }
        let record = |(order, price): &(OrderId, Option<UsdPerHour>)| Record::Repriced {
            order: *order,
            price: *price,
            wall: self.wall,
        };
        Ok(self.to_note.front().map(record))
    }

    pub(super) fn handle_recorded(&mut self, done: Result<Recorded, JournalError>) {
        self.to_note.pop_front();
        if let Err(error) = done
            && self.must
        {
            self.refused = Some(Box::new(Error::new(ErrorKind::Journal(error))));
        }
    }
}
