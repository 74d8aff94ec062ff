//! `my_orders`: the account's orders (api-facts 3.3), as values ([`MyOrders`]) or as evidence ([`Sightings`]).
//!
//! An order that cannot be read may be billing, so it is never dropped silently: it is named, and the list says that
//! it is not complete.

mod sightings;

pub use sightings::{Reading, Sightings, SightingsReader};

use super::{Endpoint, InvalidRequest, Path, Streamed};
use crate::effect::Effect;
use crate::error::DecodeError;
use crate::limits::Caps;
use crate::model::{Order, OrderId};
use crate::wire::number;
use crate::wire::rows::{Listing, SkippedRows};

/// Reads the orders: the active ones, or all there ever were.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct MyOrders {
    /// Completed orders as well. That answer grows with the account's history.
    pub include_completed: bool,
}

/// The orders that could be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderList {
    /// The orders, in the service's order.
    pub orders: Vec<Order>,
    /// Rows that could not be read; each may be an order that bills.
    pub unparsed: SkippedRows,
    /// `limit`: probably how many orders the account may have at once. Informational.
    pub limit: Option<u64>,
}

impl OrderList {
    /// Whether every row was read. Only then does the absence of an order mean anything.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unparsed.count == 0
    }

    /// Whether more than half of the rows could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.unparsed.is_drift(self.orders.len())
    }

    /// The strict view: the orders, if every record was read.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[Order], DecodeError> {
        self.unparsed.refuse("orders").map(|()| self.orders.as_slice())
    }

    /// The order with this id.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }
}

fn request(include_completed: bool) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
    let path = Path::new("/v1/my_orders");
    // Without the parameter the service answers the active ones (api-facts 3.3).
    if include_completed { path.query("return_completed", "true") } else { path }.into_read()
}

impl Endpoint for MyOrders {
    type Output = OrderList;
    type Reader = Streamed<Order, OrderList>;
    const NAME: &'static str = "my_orders";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        request(self.include_completed)
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        Streamed::new("orders", caps, Order::decode, |listing, fields| {
            let Listing { rows: orders, skipped: unparsed, .. } = listing;
            let limit = fields.some("limit").and_then(number::integer);
            Ok(OrderList { orders, unparsed, limit })
        })
        .owning(Order::owned_bytes)
    }
}

#[cfg(test)]
mod tests;
