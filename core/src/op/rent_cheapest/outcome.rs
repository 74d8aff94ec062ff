//! How [`RentCheapest`](super::RentCheapest) can end.

use super::price::PriceCheck;
use crate::error::Reason;
use crate::model::{OrderId, ServerId};
use crate::op::Offer;
use crate::op::rent::{Placed, RentOutcome, WhyBilling};

/// What came of it, and which servers were gone on the way.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
#[must_use = "an order may be billing"]
pub struct RentedCheapest {
    /// Servers that the service said could not be had, in the order they were tried. Nothing was rented there.
    pub passed_over: Vec<PassedOver>,
    /// The end.
    pub end: CheapestEnd,
}

/// A server that could not be had.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PassedOver {
    /// The server.
    pub server: ServerId,
    /// Why, by the service's word.
    pub reason: Reason,
}

/// How it ended.
///
/// Closed: whoever rents must have an answer to each.
#[derive(Clone, PartialEq, Debug)]
pub enum CheapestEnd {
    /// Nothing was rented: nothing free of known price fits within the cap, or whatever was tried was gone.
    Nothing,
    /// An order bills, and nothing says that it costs more than was allowed.
    Rented(Rental),
    /// An order was placed, turned out dearer than was allowed, and is over: a complete list confirms it.
    GivenBack(Rental),
    /// An order was placed, is dearer than was allowed, and may be billing.
    AboveCap(Rental, WhyBilling),
    /// It is not known whether this offer was rented. The intent stays open; no other server was tried.
    Unclear(Box<Offer>, RentOutcome),
}

/// An order that was placed, and what is known of its price.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Rental {
    /// The order.
    pub placed: Placed,
    /// What was rented, as it was listed.
    pub offer: Box<Offer>,
    /// The order's own price.
    pub price: PriceCheck,
}

impl RentedCheapest {
    /// The order that was placed, whether it is wanted, too dear, or over again.
    #[must_use]
    pub fn rental(&self) -> Option<&Rental> {
        match &self.end {
            CheapestEnd::Rented(rental)
            | CheapestEnd::GivenBack(rental)
            | CheapestEnd::AboveCap(rental, _) => Some(rental),
            CheapestEnd::Nothing | CheapestEnd::Unclear(..) => None,
        }
    }

    /// The order that bills now, wanted or too dear; `None` also when that is not known.
    #[must_use]
    pub fn billing(&self) -> Option<OrderId> {
        match &self.end {
            CheapestEnd::Rented(rental) | CheapestEnd::AboveCap(rental, _) => Some(rental.placed.order),
            CheapestEnd::Nothing | CheapestEnd::GivenBack(_) | CheapestEnd::Unclear(..) => None,
        }
    }
}
