//! How long one order may run and for how much ([`OrderCaps`]).

mod caps;

pub use caps::OrderCaps;
