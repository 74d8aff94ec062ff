//! What the adapters of clore share beside core: [`tls`], the one place that says whose certificates are trusted,
//! [`Local`], what a transport has beside the network, and [`body`], the way of an answer's bytes to core. It decides
//! nothing, and knows no HTTP library and no runtime.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod body;
mod local;
pub mod tls;

pub use local::Local;
