//! [`Rent`]: what to rent and under which conditions, before anything is sent.

use crate::endpoint::create_order::CreateOrder;
use crate::journal::IntentId;
use crate::spending::{Limits, OrderCaps};
use crate::time::Moment;
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
    /// No create begins after this: the price would be that of an old listing.
    pub(super) listed_until: Option<Moment>,
    pub(super) limits: Limits,
    pub(super) caps: OrderCaps,
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
            listed_until: None,
            limits: Limits::new(),
            caps: OrderCaps::new(),
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

    /// Does not send the listed price as a guard, even when a fresh listing was given, unless a limit rests on it.
    pub fn without_required_price(mut self) -> Self {
        self.required_price = false;
        self
    }

    /// Rents only within these limits and the session's, of each the lower one. What would pass one is refused before
    /// anything is sent, by [`ErrorKind::Limit`](crate::error::ErrorKind::Limit), which shows the arithmetic.
    ///
    /// `max_rate` is compared without the service's fee, as searches show prices; `max_total_per_day` takes the fee. A
    /// bare server id without a bid or a required price has no known price, and a limit in dollars refuses it. What the
    /// caller knows of exchange rates and fees is said by [`Within`](crate::op::Within).
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = self.limits.lowered_by(&limits);
        self
    }

    /// Writes down when the order is to be ended. Nothing ends it unless somebody watches (`clore guard`).
    pub fn caps(mut self, caps: OrderCaps) -> Self {
        self.caps = caps;
        self
    }

    /// The caps given so far.
    #[must_use]
    pub fn order_caps(&self) -> OrderCaps {
        self.caps
    }

    /// Rents another one even when an earlier attempt turns out to be placed.
    pub fn go_on_after_placed(mut self) -> Self {
        self.go_on_after_placed = true;
        self
    }

    /// Begins no create after `moment`; the machine's `ran_out` says that this ended it.
    pub(crate) fn listed_until(mut self, moment: Moment) -> Self {
        self.listed_until = Some(moment);
        self
    }

    /// What is rented.
    #[must_use]
    pub fn order(&self) -> &CreateOrder {
        &self.order
    }
}

impl From<CreateOrder> for Rent {
    fn from(order: CreateOrder) -> Self {
        Self::new(order)
    }
}
