//! Many threads and tasks on one session over real sockets: what the server sees is spaced, no turn is lost, each lane
//! goes in order, whoever goes away costs nothing.
//!
//! `CLORE_TASKS=10000` sets the number of tasks; by default there are 1,000.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod contention;
mod shared_limiter;
mod tasks;
mod threads;
mod transport;
