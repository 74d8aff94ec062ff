//! [`Counts`]: how often what happened in runs, so that a simulation in which something never happens shows.

use super::plot::Class;
use clore_core::op::rent::{RentOutcome, Settled};
use core::ops::AddAssign;
use core::time::Duration;

/// How often what happened.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Counts {
    /// Runs.
    pub runs: u64,
    /// Runs in which all of "what must hold" held.
    pub shared: u64,
    /// Rentals that the ledger has.
    pub rentals: u64,
    /// Attempts whose outcome was known at the end, and checked.
    pub settled: u64,
    /// Requests that clients sent.
    pub requests: u64,
    /// Answers "too fast".
    pub too_fast: u64,
    /// Processes that died.
    pub crashes: u64,
    /// Calls that were dropped on their way.
    pub dropped: u64,
    /// Rents that ended in an order told by the create's answer.
    pub placed: u64,
    /// Rents that ended in an order found by reading.
    pub inferred: u64,
    /// Rents that ended without a sight of an order.
    pub not_seen: u64,
    /// Rents that ended with several orders that may be it.
    pub ambiguous: u64,
    /// Rents whose readings failed to the end.
    pub unknown: u64,
    /// Rents that ended in an error.
    pub errors: u64,
    /// Rents that a limit refused.
    pub limited: u64,
    /// Searches for the cheapest that ended without an error.
    pub cheapest: u64,
    /// Orders that were given back, being dearer than the cap.
    pub given_back: u64,
    /// Intents that a resume found the order of.
    pub resumed: u64,
    /// Intents that a resume left open.
    pub left_open: u64,
    /// Confirmed cancels.
    pub cancelled: u64,
    /// Virtual seconds.
    pub seconds: u64,
    /// Steps of the worlds.
    pub steps: u64,
}

impl Counts {
    pub(super) fn note_outcome(&mut self, outcome: &RentOutcome) {
        *match outcome {
            RentOutcome::Placed(placed) if placed.inferred => &mut self.inferred,
            RentOutcome::Placed(_) => &mut self.placed,
            RentOutcome::NotSeen(_) => &mut self.not_seen,
            RentOutcome::Ambiguous(..) => &mut self.ambiguous,
            RentOutcome::Unknown(_) => &mut self.unknown,
        } += 1;
    }

    pub(super) fn note_settled(&mut self, settled: &Settled) {
        *(if settled.settlement.is_open() { &mut self.left_open } else { &mut self.resumed }) += 1;
    }

    pub(super) fn finished(mut self, class: Class, now: Duration, steps: u64) -> Self {
        self.runs = 1;
        self.shared = u64::from(class == Class::Shared);
        (self.seconds, self.steps) = (now.as_secs(), steps);
        self
    }

    /// Each with its name.
    #[must_use]
    pub fn all(&self) -> [(&'static str, u64); 22] {
        [
            ("runs", self.runs),
            ("shared", self.shared),
            ("rentals", self.rentals),
            ("settled", self.settled),
            ("requests", self.requests),
            ("too fast", self.too_fast),
            ("crashes", self.crashes),
            ("dropped", self.dropped),
            ("placed", self.placed),
            ("inferred", self.inferred),
            ("not seen", self.not_seen),
            ("ambiguous", self.ambiguous),
            ("unknown", self.unknown),
            ("errors", self.errors),
            ("refused by a limit", self.limited),
            ("cheapest", self.cheapest),
            ("given back", self.given_back),
            ("resumed", self.resumed),
            ("left open", self.left_open),
            ("cancelled", self.cancelled),
            ("virtual seconds", self.seconds),
            ("steps", self.steps),
        ]
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.shared += other.shared;
        self.rentals += other.rentals;
        self.settled += other.settled;
        self.requests += other.requests;
        self.too_fast += other.too_fast;
        self.crashes += other.crashes;
        self.dropped += other.dropped;
        self.placed += other.placed;
        self.inferred += other.inferred;
        self.not_seen += other.not_seen;
        self.ambiguous += other.ambiguous;
        self.unknown += other.unknown;
        self.errors += other.errors;
        self.limited += other.limited;
        self.cheapest += other.cheapest;
        self.given_back += other.given_back;
        self.resumed += other.resumed;
        self.left_open += other.left_open;
        self.cancelled += other.cancelled;
        self.seconds += other.seconds;
        self.steps += other.steps;
    }
}
