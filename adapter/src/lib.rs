//! What the adapters of clore share beside core: [`tls`], the one place that says whose certificates are trusted, and
//! [`Local`], what a transport has beside the network. It decides nothing, and knows no HTTP library and no runtime.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod local;
pub mod tls;

pub use local::Local;
