//! [`Rent`]: what to rent and under which conditions, before anything is sent.

use crate::endpoint::create_order::CreateOrder;
use crate::journal::IntentId;
use std::collections::BTreeSet;

/// Rents one server, exactly once.
///
/// # Money
/// It sends at most one create that may take effect; see the module's graph.
#[derive(Clone, Debug)]
#[must_use = "nothing is rented before a client runs it"]
pub struct Rent {
    pub(super) order: CreateOrder,
    pub(super) intent: Option<IntentId>,
    pub(super) despite: BTreeSet<IntentId>,
    pub(super) accept_unit_doubt: bool,
    pub(super) required_price: bool,
    pub(super) go_on_after_placed: bool,
}

impl Rent {
    /// Rents what `order` says.
    pub fn new(order: CreateOrder) -> Self {
        Self {
            order,
            intent: None,
            despite: BTreeSet::new(),
            accept_unit_doubt: false,
            required_price: true,
            go_on_after_placed: false,
        }
    }

    /// Names the attempt, so that a program can find it after a crash. Otherwise a random name is used.
    pub fn intent(mut self, id: IntentId) -> Self {
        self.intent = Some(id);
        self
    }

    /// Passes over an ownerless open intent, because the caller knows what became of it.
    pub fn despite(mut self, id: IntentId) -> Self {
        self.despite.insert(id);
        self
    }

    /// Rents although the listing's prices look as if their unit had changed (api-facts 5, tripwire).
    pub fn accept_unit_doubt(mut self) -> Self {
        self.accept_unit_doubt = true;
        self
    }

    /// Does not send the listed price as a guard, even when a fresh listing was given.
    pub fn without_required_price(mut self) -> Self {
        self.required_price = false;
        self
    }

    /// Rents another one even when an earlier attempt turns out to be placed.
    pub fn go_on_after_placed(mut self) -> Self {
        self.go_on_after_placed = true;
        self
    }
}
