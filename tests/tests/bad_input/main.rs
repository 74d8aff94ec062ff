//! Bad input over real sockets: each gives a clear typed error or value, nothing is lost, nothing secret is printed,
//! nothing is sent twice.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod answers;
mod bomb;
mod gigaspot;
mod intents;
mod journals;
mod settings;
