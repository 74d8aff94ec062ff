//! The gigaspot's calls (api-facts 3.12 to 3.14): what the account may know, the snapshot on the CDN, bids, edits.
//!
//! Creates and edits answer code 0 even when some of what was asked for failed, so their outputs say it of each. A
//! list that is missing or odd leaves its servers or orders unclear: never a success.

mod clocks;
mod create;
mod edit;
mod get;
mod named;
mod snapshot;

pub use create::{
    BidOutcome, BidReport, CreateGigaspotOrders, CreateGigaspotOrdersReader, GigaspotBid, GigaspotPlaced,
};
pub use edit::{
    EditGigaspotOrders, EditGigaspotOrdersReader, EditOutcome, EditReport, GigaspotEdit, GigaspotEdited,
};
pub use get::{GetGigaspot, GigaspotAccount};
pub use snapshot::{GigaspotSnapshot, SnapshotReader, SnapshotRows};

#[cfg(test)]
mod tests;
