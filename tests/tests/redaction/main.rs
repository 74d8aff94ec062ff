//! Canaries in place of every secret, and a search for them in everything that can be shown or is written.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod enumeration;
mod errors;
mod host_and_gigaspot;
mod machines;
mod spy;
mod types;
