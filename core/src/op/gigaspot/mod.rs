//! The gigaspot's longer flows: [`ViewGigaspot`] reads it, [`EditGigaspot`] changes bids and settles a lost answer.
//! Bids are placed by the endpoint alone ([`CreateGigaspotOrders`](crate::endpoint::gigaspot::CreateGigaspotOrders)).

mod edit;
mod view;

pub use edit::{EditGigaspot, EditingGigaspot};
pub use view::{ViewGigaspot, ViewingGigaspot};

#[cfg(test)]
mod open_intent_tests;
#[cfg(test)]
mod tests;
