//! How renting can end, and on what evidence.

use super::reconcile::Case;
use crate::journal::IntentId;
use crate::model::order::Sighting;
use crate::model::{OrderId, ServerId};
use crate::time::{Moment, UnixTime};

/// How a rental ended that was not refused. A refusal is an error, and *not seen* is not *not placed*.
///
/// Closed: whoever rents must have an answer to each.
#[derive(Clone, PartialEq, Debug)]
#[must_use = "an order may be billing"]
pub enum RentOutcome {
    /// There is an order, and it bills.
    Placed(Placed),
    /// Complete readings to the end of grace show no order. The intent stays open.
    NotSeen(Evidence),
    /// One of these rows may be the order. The intent stays open.
    Ambiguous(Evidence, Vec<Sighting>),
    /// The readings needed could not be had. The intent stays open.
    Unknown(Evidence),
}

impl RentOutcome {
    /// The order, when it is certain.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Self::Placed(placed) => Some(placed.order),
            Self::NotSeen(_) | Self::Ambiguous(..) | Self::Unknown(_) => None,
        }
    }

    /// New orders that may be the rental, when it is not certain which or whether; each may be billing.
    #[must_use]
    pub fn candidates(&self) -> &[Sighting] {
        match self {
            Self::Ambiguous(_, rows) => rows,
            Self::Unknown(evidence) => &evidence.rows,
            Self::Placed(_) | Self::NotSeen(_) => &[],
        }
    }

    /// The intent in the journal.
    #[must_use]
    pub fn intent(&self) -> &IntentId {
        match self {
            Self::Placed(placed) => &placed.intent,
            Self::NotSeen(evidence) | Self::Ambiguous(evidence, _) | Self::Unknown(evidence) => {
                &evidence.intent
            }
        }
    }

    /// `placed`, `not_seen`, `ambiguous` or `unknown`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Placed(_) => "placed",
            Self::NotSeen(_) => "not_seen",
            Self::Ambiguous(..) => "ambiguous",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// An order that exists.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Its server.
    pub server: ServerId,
    /// The intent it settles.
    pub intent: IntentId,
    /// Found by reading, not told by the create's own answer.
    pub inferred: bool,
    /// The create's answer was lost or unclear, rather than a success without an id. An order found after that is
    /// cancelled only by somebody who says so.
    pub unanswered: bool,
    /// What is odd about it, for a person.
    pub warnings: Vec<RentWarning>,
    /// The service's date of the last list before it was placed, which lacked it: it is not older.
    pub(crate) snapshot_date: Option<UnixTime>,
    /// What an automatic cancel of an inferred order is judged by.
    pub(crate) found_by: Option<Box<FoundBy>>,
}

/// The readings that an order was found by, and when its create was closed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FoundBy {
    pub(super) case: Case,
    pub(super) closed: Moment,
}

/// Something odd about a rental that happened all the same.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RentWarning {
    /// The journal could not mark the intent as resolved; it stays open until `resume`.
    NotMarked,
    /// The service sent an id and an error text together.
    ErrorBesideId(crate::excerpt::Excerpt),
}

/// What is known about a create whose outcome is not.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Evidence {
    /// The intent in the journal.
    pub intent: IntentId,
    /// The server, when the call named one.
    pub server: Option<ServerId>,
    /// Complete readings since.
    pub complete: u32,
    /// Readings that failed or could not be used.
    pub incomplete: u32,
    /// The service answered code 1: the price may have changed, or the environment holds a value that trips it
    /// (api-facts 1.4).
    pub database_error: bool,
    /// New rows that were seen but could not be judged in time; one may be the order.
    pub rows: Vec<Sighting>,
}

impl Evidence {
    pub(crate) fn new(intent: IntentId, server: Option<ServerId>) -> Self {
        Self { intent, server, complete: 0, incomplete: 0, database_error: false, rows: Vec::new() }
    }

    pub(super) fn read(&mut self) {
        self.complete = self.complete.saturating_add(1);
    }

    pub(super) fn missed(&mut self) {
        self.incomplete = self.incomplete.saturating_add(1);
    }
}
