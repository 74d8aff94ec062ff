//! Spending limits: how much may be rented at all ([`Limits`]), and how long and for how much one order may run
//! ([`OrderCaps`]).
//!
//! Limits are checked by the journal in the same hold of its lock in which an intent is written, so they hold over all
//! threads and processes of the machine that share one journal, base URL and key. Caps are only written down; they are
//! enforced by whoever watches the order.

mod caps;
mod limits;

pub use caps::OrderCaps;
pub use limits::Limits;
