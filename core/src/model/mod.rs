//! What the service has: servers, orders, wallets, and money with its unit.
//!
//! One typed value for every shape of api-facts 4. Nothing here does I/O, and no binary float ever holds a price.

mod coin;
mod id;
mod kind;

pub use coin::{Coin, CoinName};
pub use id::{NotAnId, OrderId, ServerId};
pub use kind::Kind;
