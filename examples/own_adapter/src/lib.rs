//! An own adapter for `clore-core` in under 60 lines of code, and a rental that runs on it.
//!
//! [`adapter`] is the file to copy; [`sockets`] does the same on bare sockets, without any HTTP library. [`walk`] is what a program does with it: search, rent, wait, cancel. The package's
//! binary walks that way against the sandbox on this machine: `cargo run -p own-adapter`.

pub mod adapter;
pub mod sockets;
pub mod walk;
