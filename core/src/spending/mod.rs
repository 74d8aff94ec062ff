//! Spending limits: how much may be rented at all ([`Limits`]), and how long and for how much one order may run
//! ([`OrderCaps`]).
//!
//! Limits are checked by the journal in the same hold of its lock in which an intent is written, so they hold over all
//! threads and processes of the machine that share one journal, base URL and key. Caps are only written down; they are
//! enforced by whoever watches the order.

mod breach;
mod caps;
mod check;
mod limits;
mod standing;

pub use breach::{Breach, Counted, DaySum, OpenCount, Unpriced};
pub use caps::OrderCaps;
pub use check::{ActiveOrder, Check};
pub use limits::Limits;
pub use standing::Standing;
pub(crate) use standing::{Maybe, Past, Unnamed};
