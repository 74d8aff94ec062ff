//! [`RentCheapest`]: searches, rents the best server that fits, takes the next one when it is gone, and checks what
//! was placed against the cap.
//!
//! ```text
//!  Listing ── nothing free fits ─► Over(Nothing)
//!   │ ▲  ▲
//!   ▼ │  └─ the listing is older than 30 s when a create would begin (at most four listings)
//!  Choosing ── three were gone, or no other fits ─► Over(Nothing)
//!   ▼ ▲
//!  Renting ── refused at once, because this server is gone ─► event, Choosing
//!   ├─ its listing ran out before the create was sent ─► Listing
//!   ├─ any other error ─► Err
//!   ├─ not seen, ambiguous, unknown ─► Over(Unclear): never another server
//!   ▼ placed
//!  Reading  the order's own price, until it is listed or grace is over ── within the cap, or not known ─► Over(Rented)
//!   ▼ above the cap: event
//!  GivingBack  `AutoCancel` ── confirmed ─► Over(GivenBack)   else ─► Over(AboveCap): it bills
//! ```
//!
//! Invariants: a server whose listed price is above the cap is never asked for; a second create follows only on one
//! that the service refused at once; so at most one order comes of it.

mod machine;
mod outcome;
mod price;

pub use machine::RentingCheapest;
pub use outcome::{CheapestEnd, PassedOver, Rental, RentedCheapest};
pub use price::PriceCheck;

use crate::journal::IntentId;
use crate::model::UsdPerHour;
use crate::op::rent::Rent;
use crate::op::{Offer, Offers, Plan, Settings};
use crate::search::{Filter, SortKey};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::fmt;
use std::sync::Arc;

/// Rents the best free server that fits a filter.
///
/// # Money
/// At most one order comes of it. What is known to be dearer than the cap (the filter's maximum and
/// [`RentCheapest::max_price`]) is not rented, and what passes a limit is refused with the arithmetic; what turns out to be dearer is told and, as far as it is certain to be
/// this rental, cancelled. When the outcome of a create is unknown, it stops.
#[derive(Clone)]
#[must_use = "nothing is rented before a client runs it"]
pub struct RentCheapest {
    filter: Filter,
    sorted_by: SortKey,
    make: Arc<dyn Fn(&Offer) -> Rent + Send + Sync>,
    offers: Option<Offers>,
    cap: Option<UsdPerHour>,
    /// The highest rate that the limits allow an order.
    limit: Option<UsdPerHour>,
    intent: Option<IntentId>,
    cancel_inferred: bool,
    caps: OrderCaps,
}

impl RentCheapest {
    /// Rents the cheapest server that fits `filter`, by the order (or the [`Rent`] with its options) that `make` makes
    /// of an offer. It is asked once for each server tried, and must rent that server as the filter asked: of its kind,
    /// in its coin.
    pub fn new<R: Into<Rent>>(filter: Filter, make: impl Fn(&Offer) -> R + Send + Sync + 'static) -> Self {
        Self {
            filter,
            sorted_by: SortKey::default(),
            make: Arc::new(move |offer| make(offer).into()),
            offers: None,
            cap: None,
            limit: None,
            intent: None,
            cancel_inferred: false,
            caps: OrderCaps::new(),
        }
    }

    /// By another order than the price; the first is the best.
    pub fn sorted_by(mut self, order: SortKey) -> Self {
        self.sorted_by = order;
        self
    }

    /// Begins with offers that were read already, in their order, as long as they are fresh.
    pub fn offers(mut self, offers: Offers) -> Self {
        self.offers = Some(offers);
        self
    }

    /// At most this for the whole server by its listed price, beside the filter's own maximum: what the user agreed to.
    pub fn max_price(mut self, cap: UsdPerHour) -> Self {
        self.cap = Some(self.cap.map_or(cap, |other| other.min(cap)));
        self
    }

    /// Writes down when the order is to be ended, as [`Rent::caps`] does. Nothing ends it unless somebody watches.
    pub fn caps(mut self, caps: OrderCaps) -> Self {
        self.caps = caps;
        self
    }

    /// The caps given so far.
    #[must_use]
    pub fn order_caps(&self) -> OrderCaps {
        self.caps
    }

    /// Names the attempts: `id` for the first server, `id.2` and `id.3` for the next ones ([`RentCheapest::intents`]).
    pub fn intent(mut self, id: IntentId) -> Self {
        self.intent = Some(id);
        self
    }

    /// The names that attempts named `id` get, the first first. Two are missing when `id` has more than 62 characters.
    pub fn intents(id: &IntentId) -> impl Iterator<Item = IntentId> {
        let later = (2..=machine::TRIES).filter_map({
            let id = id.clone();
            move |n| IntentId::parse(&format!("{id}.{n}"))
        });
        core::iter::once(id.clone()).chain(later)
    }

    /// An order above the cap is cancelled also when the create's answer was lost or unclear, if the readings show it
    /// alone. Without it such an order is told and left.
    pub fn cancel_inferred(mut self) -> Self {
        self.cancel_inferred = true;
        self
    }
}

impl fmt::Debug for RentCheapest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RentCheapest")
            .field("filter", &self.filter)
            .field("cap", &self.cap)
            .finish_non_exhaustive()
    }
}

impl Plan for RentCheapest {
    type Operation = RentingCheapest;

    fn begin(self, settings: &Settings, now: Moment) -> RentingCheapest {
        RentingCheapest::new(self, settings, now)
    }
}

#[cfg(test)]
mod tests;
