//! Picking servers out of a listing: what is asked ([`Filter`]), what fits ([`Found`]), in which order, and whether
//! the listing's unit can be trusted ([`Tripwire`]).
//!
//! A server of unknown price never wins and never breaks the order.

mod filter;
mod found;
mod gpu;
mod tripwire;

pub use filter::{Filter, Judgement};
pub use found::{Found, SortKey, cheapest};
pub use gpu::{GpuMode, GpuQuery};
pub use tripwire::{Tripwire, UnitDoubt};

#[cfg(test)]
mod recording_tests;
