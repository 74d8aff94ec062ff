//! What an order's standing is called where a dialect has a word for each.

use crate::rentals::{EndReason, Standing};

/// api-facts 4.3, rule 1: the words of the seed and of the web pages.
pub(super) fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Creating => "creating",
        Standing::Running => "running",
        Standing::Bidding => "pending",
        Standing::Outbid | Standing::Ended(EndReason::Outbid) => "outbid",
        Standing::Ended(EndReason::Cancelled) => "cancelled",
        Standing::Ended(EndReason::Expired) => "expired",
        Standing::Ended(EndReason::OutOfMoney) => "terminated",
    }
}

/// The four words that the seed's page has. What still waits for its machine is being created; of what has ended, only
/// what came to the end of its time or money has expired.
pub(super) fn seed_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Running => "running",
        Standing::Creating | Standing::Bidding | Standing::Outbid => "creating",
        Standing::Ended(EndReason::Cancelled | EndReason::Outbid) => "cancelled",
        Standing::Ended(EndReason::Expired | EndReason::OutOfMoney) => "expired",
    }
}
