//! Gigaspot: machines that are let to the highest bid only, and with the power and clocks the bidder asks for
//! (api-facts 3.12 to 3.14).
//!
//! A bid on one is a spot order like any other: the ledger, `my_orders`, `cancel_order` and `set_spot_price` know it.
//! What is kept here is only what the bidder asked of the GPUs.

mod asked;
mod machine;
mod overclock;
mod ranges;
mod snapshot;

pub(crate) use asked::Gigaspot;
pub(crate) use overclock::Overclock;
pub(crate) use ranges::ranges_text;
pub(crate) use snapshot::{is_snapshot, snapshot, snapshot_url};
