//! The manual: prose, as modules without items. Read [`money`] before you rent with real money.
//!
//! - [`quickstart`]: from a search to a cancelled order.
//! - [`own_adapter`]: run core on an HTTP library of your own.
//! - [`own_runtime`]: the same on bare sockets, step by step.
//! - [`retries`]: what is sent again, what never is, and how long a call can take.
//! - [`money`]: units, outcomes, and what must hold for "never pay twice".

pub mod money;
pub mod own_adapter;
pub mod own_runtime;
pub mod quickstart;
pub mod retries;
