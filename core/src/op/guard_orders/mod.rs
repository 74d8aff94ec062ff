//! [`GuardOrders`]: watches all open orders against their caps, round by round, and ends what passes them.
//!
//! ```text
//!  Knowing  Record(Look): whose orders they are, and their caps
//!   ▼
//!  Reading  the active list ── key refused three times in a row ─► Err
//!   │  ▲ an age is in doubt: read once more, 2 s later
//!   ▼ read, or failed: what the meters say by time holds all the same
//!  Judging ── some passed a cap, are listed and may be cancelled ─► event each, Cancelling (`Ending`)
//!   ▼                                                                 ▼
//!  event Round ◄── all confirmed, given up, or another cap passed ──────┘
//!   ├─ one round was asked for, or the handle says finish ─► Over(Round)
//!   └─ Pausing until the next round, or until the first cap is passed ─► Knowing
//! ```
//!
//! Invariants: an order is cancelled only when it is named by the caller, or is of this journal and key and its id was
//! told (or attributed by a person; found by reading, when the readings show it alone, and the create was answered
//! with success or [`GuardOrders::cancel_inferred`] allows it); only by a cap; and never because a list lacks it. One list that lacks an order does not take its meter. Several guards at once do no harm: a second cancel finds the order over.

mod ending;
mod machine;
mod watched;

pub use machine::GuardingOrders;

use crate::model::OrderId;
use crate::op::{GuardHandle, Plan, Settings};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::time::Duration;
use std::collections::BTreeMap;

/// Watches open orders against their caps: those their intents wrote into the journal, and those given here.
///
/// # Money
/// It watches only while it runs: not while it is killed, suspended, without power or without a network.
#[derive(Clone, Debug)]
#[must_use = "nothing is watched before a client runs it"]
pub struct GuardOrders {
    named: BTreeMap<OrderId, OrderCaps>,
    all: OrderCaps,
    every: Duration,
    once: bool,
    cancel_inferred: bool,
    handle: GuardHandle,
}

impl Default for GuardOrders {
    fn default() -> Self {
        Self::new()
    }
}

impl GuardOrders {
    /// Watches every 60 s, until its handle says finish.
    pub fn new() -> Self {
        Self {
            named: BTreeMap::new(),
            all: OrderCaps::new(),
            every: Duration::from_secs(60),
            once: false,
            cancel_inferred: false,
            handle: GuardHandle::new(),
        }
    }

    /// These caps for every order of the journal; of two for one order the lower holds.
    pub fn caps(mut self, caps: OrderCaps) -> Self {
        self.all = caps;
        self
    }

    /// These caps for this order in place of any others, whoever placed it: to name it is to confirm that it may be
    /// ended. Of two for one order the lower holds.
    pub fn order(mut self, order: OrderId, caps: OrderCaps) -> Self {
        self.named.entry(order).and_modify(|known| *known = known.lower(caps)).or_insert(caps);
        self
    }

    /// Looks this often; 1 s is the least.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every.max(Duration::from_secs(1));
        self
    }

    /// Makes one round and ends.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Ends also orders of the journal that were found by reading after a lost answer, when the readings show them
    /// alone, as those after a success without an id are anyway.
    pub fn cancel_inferred(mut self, yes: bool) -> Self {
        self.cancel_inferred = yes;
        self
    }

    /// Uses this handle; its [`finish`](GuardHandle::finish) ends the watch after the round at hand, nothing else.
    pub fn handle(mut self, handle: GuardHandle) -> Self {
        self.handle = handle;
        self
    }
}

impl Plan for GuardOrders {
    type Operation = GuardingOrders;

    fn begin(self, settings: &Settings, now: Moment) -> GuardingOrders {
        GuardingOrders::new(self, settings, now)
    }
}

#[cfg(test)]
mod tests;
