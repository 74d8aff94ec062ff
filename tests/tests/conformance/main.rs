//! The conformance suite on all adapters of this workspace: what they do is the same, and what is planted is caught.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod caps;
mod cuts;
mod fault_table;
mod leaving;
mod same_trace;
mod tls;
