//! [`Client`]: core's surface on this crate's transport, on async-std.

use crate::runtime::AsyncStd;
use crate::transport::HyperTransport;

clore_core::client! {
    /// A client on async-std: every method is `async`, its future `Send` and safe to drop.
    asynchronous HyperTransport<AsyncStd>
}
