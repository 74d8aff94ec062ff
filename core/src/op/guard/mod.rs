//! [`Guard`]: watches one placed order while something is done with it, and ends it by its caps and by a policy.
//!
//! ```text
//!  Watching ◄──────────────── Looking  (every 30 s: how long it ran, what it cost, whether it ran at all)
//!   │ ▲ └─ time for a look ─────► ▲ │
//!   │ │                             └─ the order is over ─► Over(OrderOver)
//!   ├─ a cap is passed ─► event, Cancelling
//!   ├─ interrupted, or the work is done or failed; the policy says
//!   │    keep ─► Over(Kept), once the work has ended
//!   │    cancel ─► Cancelling
//!   │    cancel if it never ran ── seen running ─► as keep
//!   │                           └─ never ─► Checking ── no run in a reading made now ─► Cancelling
//!   │                                          └─ it ran ─► as keep; unreadable ─► Over(KeptUnread)
//!  Cancelling  `AutoCancel` ── confirmed ─► Over(Over)
//!   ├─ not confirmed, not read, not alone ─► event; the work still goes on: Pausing ─► Cancelling again
//!   │    the work has ended: so for the grace time, unless refused or not alone   else ─► Over(StillBilling)
//!   └─ not allowed ─► event, Over(StillBilling)
//! ```
//!
//! A cap is held by the meter's own time: it needs no reading to succeed. The rule of the automatic cancel holds: an
//! order that was only found by reading after a lost answer is told, and not cancelled unless that was allowed.
//!
//! # What a guard cannot promise
//!
//! It is a part of your program. While the program is stopped, killed (`kill -9`, SIGTERM without a handler), left
//! by `std::process::exit` or by a panic that aborts (`panic = "abort"`), asleep with its machine, without
//! power or without a network, nothing watches the order, and it bills. When the machine wakes, a cap that was passed
//! meanwhile is noticed at the first reading. `clore guard`, run elsewhere with the same key, is a second pair of eyes;
//! the service's own longest rental of a server is the last one.

mod machine;
mod meter;
mod placed_already;
mod policy;
mod rental;
mod word;

pub use machine::Guarding;
pub(crate) use machine::is_over;
pub(crate) use meter::{Meter, SECOND_READING};
pub use placed_already::{HandingOver, PlacedAlready};
pub use policy::{AtEnd, EndCause, Fate, GuardEnd, GuardPolicy};
pub use rental::{RentGuard, RentPlan, RentalEnd, WithRental};
pub use word::GuardHandle;
pub(crate) use word::Work;

use crate::model::CostEstimate;
use crate::op::rent::Placed;
use crate::op::{Plan, Settings};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::time::Duration;

/// Watches one placed order until its work has ended, and does by it what the policy and the caps say.
///
/// # Money
/// See "what a guard cannot promise" in the documentation of [`WithRental`]: while the program does not run, nothing
/// ends the order.
#[derive(Clone, Debug)]
#[must_use = "nothing is watched before a client runs it"]
pub struct Guard {
    placed: Placed,
    handle: GuardHandle,
    policy: GuardPolicy,
    caps: OrderCaps,
    cost: Option<CostEstimate>,
    every: Duration,
    cancel_inferred: bool,
}

impl Guard {
    /// Watches the order that was placed; `handle` is how its work tells that it has ended.
    pub fn new(placed: Placed, handle: GuardHandle) -> Self {
        Self {
            placed,
            handle,
            policy: GuardPolicy::default(),
            caps: OrderCaps::new(),
            cost: None,
            every: Duration::from_secs(30),
            cancel_inferred: false,
        }
    }

    /// What becomes of the order at each end; by default it is cancelled.
    pub fn policy(mut self, policy: GuardPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Ends the order when it has run so long, or cost so much: by the service's own figure or by its price with fees
    /// and time, whichever is more.
    pub fn caps(mut self, caps: OrderCaps) -> Self {
        self.caps = caps;
        self
    }

    /// What the order will cost, until its own row was read.
    pub fn cost(mut self, cost: CostEstimate) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Looks at the order this often; 1 s is the least.
    pub fn look_every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Cancels the order also when its create's answer was lost or unclear, if the readings show it alone.
    pub fn cancel_inferred(mut self, yes: bool) -> Self {
        self.cancel_inferred = yes;
        self
    }
}

impl Plan for Guard {
    type Operation = Guarding;

    fn begin(self, settings: &Settings, now: Moment) -> Guarding {
        Guarding::new(self, settings, now)
    }
}

#[cfg(test)]
mod tests;
