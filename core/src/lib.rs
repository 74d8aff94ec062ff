//! The Clore.ai protocol, without input or output.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod call;
pub mod config;
pub mod drive;
pub mod effect;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod excerpt;
pub mod flow;
pub mod journal;
pub mod limits;
pub mod model;
pub mod op;
pub mod pacer;
pub mod retry;
pub mod search;
pub mod secret;
pub mod session;
mod surface;
pub mod time;
pub mod wire;

#[cfg(test)]
mod recordings;
