//! Cancelling orders, confirmed by reading: [`Cancel`] for one, [`CancelMany`] for several.
//!
//! ```text
//!  Sending each request ── refused for good ─► that order: Refused
//!    │                  ├─ failed within a batch ─► Sending, by itself
//!    │                  └─ accepted, already over, or lost ─► to confirm
//!    ▼ none left
//!  Confirming: active list at 0 2 5 10 20 40 60 s ── lacks it, or shows it ended ─► event, Confirmed
//!    ├─ still active after the reading at 20 s: Sending once more
//!    └─ after 60 s ─► Unconfirmed
//!  Noting each confirmed end in the journal ─► Over(one report per order)
//! ```
//!
//! A cancel that was lost is not an error while a reading can show that it worked (reliability S33).

mod confirm;
mod machine;

pub use machine::{CancelState, Cancelling, CancellingMany};

use crate::endpoint::cancel_order::CancelOrder;
use crate::model::OrderId;
use crate::op::{Plan, Settings};
use crate::time::Moment;
use std::collections::BTreeSet;

/// Cancels one order.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "nothing is cancelled before a client runs it"]
pub struct Cancel {
    request: CancelOrder,
}

/// Cancels several orders; each is reported by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "nothing is cancelled before a client runs it"]
pub struct CancelMany {
    orders: BTreeSet<OrderId>,
    issue: Option<String>,
}

/// A cancel that a complete list confirms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Cancelled {
    /// The order that is over.
    pub order: OrderId,
}

/// What became of each order.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct CancelReport {
    /// Every order asked for, once, by id.
    pub orders: Vec<(OrderId, CancelState)>,
}

impl CancelReport {
    /// Whether a complete list confirms that every order is over.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.orders.iter().all(|(_, state)| *state == CancelState::Confirmed)
    }
}

impl Cancel {
    /// Cancels `order`.
    pub fn new(order: OrderId) -> Self {
        Self { request: CancelOrder::new(order) }
    }

    /// What was wrong with the machine, at most 2048 characters. Longer text is an error, never cut.
    pub fn issue(mut self, issue: impl Into<String>) -> Self {
        self.request = self.request.issue(issue);
        self
    }
}

impl CancelMany {
    /// Cancels `orders`, in requests of at most 64 ids.
    pub fn new(orders: impl IntoIterator<Item = OrderId>) -> Self {
        Self { orders: orders.into_iter().collect(), issue: None }
    }

    /// What was wrong with the machines. The service takes a text only for single cancels, so each order then gets a
    /// request of its own.
    pub fn issue(mut self, issue: impl Into<String>) -> Self {
        self.issue = Some(issue.into());
        self
    }
}

impl Plan for Cancel {
    type Operation = Cancelling;

    fn begin(self, settings: &Settings, _: Moment) -> Cancelling {
        Cancelling::new(settings, self.request)
    }
}

impl Plan for CancelMany {
    type Operation = CancellingMany;

    fn begin(self, settings: &Settings, _: Moment) -> CancellingMany {
        CancellingMany::new(settings, self.orders, self.issue)
    }
}

#[cfg(test)]
mod tests;
