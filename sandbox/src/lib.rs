//! A stateful offline Clore.ai: the oracle of tests, and something to try a client on without an account.
//!
//! [`Clore`] is the service as a pure value: a request and the time go in, an answer comes out. [`Server`] puts it
//! behind a loopback socket and a clock that may run faster than the wall's. The ledger says what was *really*
//! rented, whatever the answers said; scripted faults ([`Fault`]) lose, delay, cut and garble those answers.
//!
//! What it is not: a copy of the service's code. It knows what `api-facts` knows, names the row in a comment at each
//! check, and shares no type with the client it tests, so that a misreading in one is not repeated in the other.
//! Keys, passwords and ids in it are props: it never speaks to the live service.

mod calendar;
mod clore;
mod coin;
mod dispatch;
mod envelope;
mod fault;
mod gigaspot;
mod hosting;
mod json_text;
mod limit;
mod market;
mod options;
mod query;
mod random;
mod rentals;
mod request_log;
mod route;
mod serve;
mod shape;
mod world;

pub use clore::Clore;
pub use coin::Coin;
pub use fault::{Exchange, Fault, FaultError, FaultKind, FaultPlan, OddRows, Reply};
pub use market::{Market, MarketError};
pub use options::Options;
pub use rentals::{Counts, EndReason, Kind, Rental};
pub use request_log::Logged;
pub use serve::{Server, ServerBuilder};
pub use shape::{CreateAnswer, Dialect, UnknownDialect};
