//! What a guard does with the order, and how it tells what became of it.

use crate::event::Cap;
use crate::model::OrderId;
use crate::op::rent::WhyBilling;

/// What becomes of the order when the work with it ends one way.
///
/// Closed: the guard's machine is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum AtEnd {
    /// It stays, and bills.
    Keep,
    /// It is cancelled.
    #[default]
    Cancel,
    /// It is cancelled if no reading ever showed it running. When that cannot be read, it stays.
    CancelIfNeverRan,
}

/// What becomes of the order, for each way in which the work with it can end. By default it is cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub struct GuardPolicy {
    /// The work is done.
    pub on_end: AtEnd,
    /// The work failed, or panicked.
    pub on_failure: AtEnd,
    /// Somebody interrupted it (Ctrl-C).
    pub on_interrupt: AtEnd,
}

impl GuardPolicy {
    /// The same for all three.
    #[must_use]
    pub fn all(at_end: AtEnd) -> Self {
        Self { on_end: at_end, on_failure: at_end, on_interrupt: at_end }
    }

    /// When the work is done.
    #[must_use]
    pub fn on_end(mut self, at_end: AtEnd) -> Self {
        self.on_end = at_end;
        self
    }

    /// When the work failed or panicked.
    #[must_use]
    pub fn on_failure(mut self, at_end: AtEnd) -> Self {
        self.on_failure = at_end;
        self
    }

    /// When somebody interrupted it.
    #[must_use]
    pub fn on_interrupt(mut self, at_end: AtEnd) -> Self {
        self.on_interrupt = at_end;
        self
    }
}

/// Why a guard came to its end.
///
/// Closed: each is said to people.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EndCause {
    /// The work was done.
    Finished,
    /// The work failed or panicked.
    Failed,
    /// Somebody interrupted it.
    Interrupted,
    /// The order passed a cap.
    Passed(Cap),
    /// The order was over already.
    OrderOver,
}

/// What became of the order.
///
/// Closed: an order that may be billing must not be passed over.
#[derive(Clone, PartialEq, Debug)]
pub enum Fate {
    /// It stays by the policy, and bills.
    Kept,
    /// It stays because it could not be read whether it ever ran, and bills.
    KeptUnread,
    /// The guard cancelled it, and a complete list confirms that it is over.
    Cancelled,
    /// It was over without the guard: by its row, or by lists that lack it.
    Over,
    /// It was to be ended and may be billing.
    StillBilling(WhyBilling),
}

/// How a guard ended: why, and what became of the order.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
#[must_use = "the order may be billing"]
pub struct GuardEnd {
    /// The order.
    pub order: OrderId,
    /// Why the guard ended.
    pub cause: EndCause,
    /// What became of the order.
    pub fate: Fate,
}

impl GuardEnd {
    /// Whether the order may be billing, by the policy or against it.
    #[must_use]
    pub fn may_bill(&self) -> bool {
        !matches!(self.fate, Fate::Cancelled | Fate::Over)
    }

    /// Whether the order was to be ended and may be billing: somebody has to look (exit 3).
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self.fate, Fate::StillBilling(_))
    }
}
