//! Who may send when: one queue for everything that shares a key, spaced by request starts.
//!
//! The service allows one request per second and one create per five (api-facts 2). [`Pacer`] is the queue as a pure
//! state machine, time an argument; [`Gate`] puts a lock around it and remembers whom to wake. Nothing here sends,
//! sleeps or reads a clock.
//!
//! ```text
//! enqueue ─► Ticket ── poll ─► Behind               not head of its lane: wait to be woken
//!              │         ├───► Until(moment, why)    head: look again then, or when woken
//!              │         └───► Go(Grant) ── settle(Answered | TooFast | Lost | Elsewhere | Unsent)
//!              │                   └────── give_back ─► Ticket, same place in the lane
//!              └─ cancel: no hole is left
//! ```
//!
//! The invariant: by the highest moment seen, grants that were not returned start at least `interval` apart, creates
//! start at least `create_gap` after the previous create's answer, and nothing starts during a penalty. Where spacing
//! is strict, a start is also at least `interval` after the previous answer, or `strict_reach` after a start that has
//! none.
//!
//! Whoever holds a [`Ticket`] or a [`Grant`] must end it (`cancel`, `settle`), in its `Drop` at the latest. A ticket
//! at the head of its lane whose owner does not poll holds up its own lane only; a grant that is never settled holds
//! up creates only, and those no longer than [`Pacing::create_hold`].

mod gate;
mod lanes;
mod pacing;
mod penalty;
mod queue;
mod starts;
mod sync;
#[cfg(test)]
mod tests;
mod turn;

pub use gate::Gate;
pub use pacing::Pacing;
pub use queue::Pacer;
pub use turn::{Feedback, Grant, NoPlace, QueueFull, Ticket, Turn, WaitReason, Waiting};
