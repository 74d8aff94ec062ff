//! [`Rent`]: what to rent and under which conditions, before anything is sent.

use super::candidate;
use crate::endpoint::create_order::CreateOrder;
use crate::excerpt::Excerpt;
use crate::journal::{Intent, IntentId};
use crate::model::Rate;
use crate::time::Moment;
use core::time::Duration;
use std::collections::BTreeSet;

/// A listing at most this old is fresh: its price is sent as a guard, and it may be rented from.
pub(crate) const FRESH_LISTING: Duration = Duration::from_secs(30);

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

/// The listed price in the order's coin, of an on-demand order with a fresh listing.
pub(super) fn fresh_price(order: &CreateOrder, now: Moment) -> Option<Rate> {
    let read = order.target().listing()?.read_at()?;
    let fresh = order.bid().is_none() && now.since(read) <= FRESH_LISTING;
    fresh.then(|| order.listed_price().cloned()).flatten()
}

/// What of the order a reading can recognise it by.
pub(super) fn describe(order: &CreateOrder, intent: &mut Intent) {
    intent.server = Some(order.target().server());
    intent.kind = Some(order.kind());
    intent.coin = Some(order.paid_in().clone());
    intent.image = Some(Excerpt::new(order.image(), candidate::IMAGE));
    intent.rate = order.bid().or_else(|| order.listed_price()).cloned();
}
