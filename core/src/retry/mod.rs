//! Again, reconcile or stop: what follows an attempt, as a table over effect, delivery and verdict.
//!
//! Pure: time, randomness and the budget are arguments. The invariant: a request that spends or reprices is never
//! sent again unless it is certain that nothing was sent, or the service said "too fast" (code 5, which is taken to
//! execute nothing; whoever spends reads first, `rent.md`). Nothing can change that: a veto by the user, when there is
//! one, can only turn a [`Decision::Retry`] into a [`Decision::Stop`].
//!
//! A retry takes its turn at the pacer like any request; the moment of [`Decision::Retry`] is when it may queue.
//!
//! What the table says before permanence, attempts, budget and deadline are asked:
#![doc = include_str!("table.md")]

mod backoff;
mod budget;
mod decide;
mod retry_after;
mod table;

pub use backoff::{Backoff, Jitter};
pub use budget::Budget;
pub use decide::{Attempt, Bounds, Decision, Policy, RetryReason, StopReason, decide};
pub use retry_after::retry_after;
pub use table::{Permanence, Verdict};
