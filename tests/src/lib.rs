//! What the tests across crates share: a server that answers as it is told, and clients that hurry.
//!
//! Nothing here is for users of the library; the crate is never published.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of tests fails by panicking")]

pub mod canary;
pub mod conformance;
pub mod counting;
pub mod fuzzed;
pub mod hostile;
pub mod linear;
pub mod racing;
pub mod simulate;

use clore_blocking::Client;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::secret::Secret;
use core::time::Duration;

/// Settings for a service on this machine: no pauses, one attempt, a grace time of a third of a second.
#[must_use]
pub fn hurried(url: &str, key: &str) -> ConfigBuilder {
    Config::builder()
        .base_url(url)
        .key(Secret::new(key))
        .rate_limit(Duration::from_millis(5))
        .create_gap(Duration::from_millis(5))
        .grace(Duration::from_millis(300))
        .timeout(Duration::from_secs(10))
        .max_retries(1)
}

/// A client with [`hurried`] settings and a journal in memory.
///
/// # Panics
/// When the settings cannot be used.
#[must_use]
pub fn client(url: &str, key: &str) -> Client {
    Client::builder().settings(hurried(url, key)).build().unwrap()
}
