//! Renting exactly once: the plan [`Rent`], its machine [`Renting`], and the ways to settle what a crash left.
//!
//! The service has no idempotency key and usually answers a create without an id, so the proof that nothing is rented
//! twice or unknowingly comes from this machine, the journal and complete readings of `my_orders`.
//!
//! ```text
//!  Snapshot ◄── settled, too late (place kept), or never sent and tries left ───────────┐
//!   │ failed, deadline ─► Err (once an intent is recorded: by NeverSent)                 │
//!   ▼ complete                                                                           │
//!  Ending  Record(Ended) of the journal's orders that the reading shows as over          │
//!   ▼                                                                                    │
//!  Record(Intent) ─► Limited ─► Err, nothing sent                                        │
//!   │              └ Blocked ─► Busy (a live one: wait) or Settling (ownerless ones) ────┤
//!   │                            └ one stays open or turns out placed ─► Err             │
//!   │ Claimed                                                                            │
//!  Create  Send{lane Create, start_by = reading's end + 15 s} ───────────────────────────┘
//!   ├─ code 2 3 4 6, first that left ─► Resolving(Refused) ─► Err      later ─► Reconcile (after too fast)
//!   ├─ code 5 ─► Backoff ─► Recheck ─► no new row: Record(Intent) again  else ─► Reconcile (after too fast)
//!   ├─ code 0 and an id ─► Resolving(Placed)
//!   ├─ never sent ─► Backoff ─► Snapshot (nothing left yet) or Recheck
//!   ├─ code 0 without an id ─► Record(Answered) ─► Reconcile, as
//!   └─ all else ─► Record(Sent) ─► Reconcile ─► Resolving(Placed), or Done NotSeen, Ambiguous, Unknown with the intent open
//! ```
//!
//! "Left" means that a send of this intent may have left before. Once it is set the base ids are never replaced.
//! Dropping the machine anywhere releases the claim; nothing is sent or cancelled, and the intent stays open.

mod auto_cancel;
mod candidate;
mod ends;
mod machine;
mod outcome;
mod plan;
mod price;
mod reconcile;
mod resume;
mod settle;
mod steps;
mod user;

pub use auto_cancel::{AutoCancel, AutoCancelled, AutoCancelling, WhyBilling};
pub use machine::Renting;
pub use outcome::{Evidence, Placed, RentOutcome, RentWarning};
pub use plan::Rent;
pub(crate) use price::FRESH_LISTING;
pub use resume::{Resume, Resuming};
pub use settle::{Settled, Settlement};
pub use user::{AttributeIntent, Attributing, CloseIntent, Closing};

#[cfg(test)]
mod tests;
