//! [`Client`]: core's surface on this crate's transport.

use crate::transport::ReqwestTransport;

clore_core::client! {
    /// A client on tokio: every method is `async`, its future `Send` and safe to drop.
    asynchronous ReqwestTransport
}
