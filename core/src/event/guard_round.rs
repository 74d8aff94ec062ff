//! What one round of a guard over all orders found and did.

use super::Cap;
use crate::error::Error;
use crate::journal::{IntentId, JournalError};
use crate::model::{OrderId, ServerId, Usd};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::time::Duration;

/// One round.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct GuardRound {
    /// Every order that is open, or cannot be told to be over, by number.
    pub orders: Vec<WatchedOrder>,
    /// Rows that could not be read; each may be an order that bills.
    pub unread: usize,
    /// Why the list could not be read at all. What is said of the orders is then by time alone.
    pub failure: Option<Error>,
    /// Why the journal could not be read; its orders and caps are then as they were a round before.
    pub journal: Option<JournalError>,
    /// Intents that are not settled: their orders, if there are any, bill and are not watched.
    pub open_intents: Vec<IntentId>,
    /// When the next round begins; `None` after the last one.
    pub next: Option<Moment>,
}

/// One order and where it stands.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct WatchedOrder {
    /// The order.
    pub order: OrderId,
    /// Its server.
    pub server: Option<ServerId>,
    /// Its caps, as they hold here.
    pub caps: OrderCaps,
    /// How long it has run.
    pub ran: Option<Duration>,
    /// What it has cost, US dollars, every fee included; `None`: not known, so that a spend cap cannot end it.
    pub cost: Option<Usd>,
    /// Where it stands.
    pub standing: Standing,
}

/// Where an order stands.
///
/// Closed: each is said to people, and some are for somebody to act on.
#[derive(Clone, PartialEq, Debug)]
pub enum Standing {
    /// Within its caps.
    Within,
    /// No cap is set: nothing here ends it.
    NoCap,
    /// What it costs is not known, so its spend cap cannot end it; or, in a single round, how old it is, so neither can
    /// its cap on the runtime.
    NotMeasured,
    /// It is not of this journal and key, and nobody named it: nothing here ends it.
    NotOurs,
    /// The list lacks it, which may lag: it is watched on, and not ended by a cap, until enough lists have lacked it.
    /// The cap it has passed.
    Missing(Option<Cap>),
    /// It was found by reading, so it may be somebody else's, and its cancel was not allowed. The cap it has passed.
    NotCertain(Option<Cap>),
    /// It passed this cap and is over: a complete list confirms it.
    Ended(Cap),
    /// It passed this cap and may be billing: the cancel failed or is not confirmed. It is tried again next round.
    StillBilling(Cap, Error),
}

impl GuardRound {
    /// Orders that were to be ended and may be billing (exit 3).
    pub fn still_billing(&self) -> impl Iterator<Item = OrderId> {
        let is_open = |one: &&WatchedOrder| {
            matches!(
                one.standing,
                Standing::StillBilling(..) | Standing::NotCertain(Some(_)) | Standing::Missing(Some(_))
            )
        };
        self.orders.iter().filter(is_open).map(|one| one.order)
    }

    /// Whether the journal was read, and the list to its last row.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.unread == 0 && self.journal.is_none()
    }
}
