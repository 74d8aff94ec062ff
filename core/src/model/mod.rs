//! What the service has: servers, orders, wallets, and money with its unit.
//!
//! One typed value for every shape of api-facts 4. Nothing here does I/O, and no binary float ever holds a price.

mod bid;
mod coin;
mod cost;
mod date;
mod fees;
mod id;
mod kind;
mod money;
mod reliability;
mod usd;

pub mod connection;
pub mod gigaspot;
pub mod hosted;
pub mod order;
pub mod poh;
pub mod server;
pub mod spot;
pub mod wallet;

#[cfg(test)]
mod money_tests;
#[cfg(test)]
mod words_tests;

pub use bid::{Bid, BidError};
pub use coin::{Coin, CoinName};
pub use connection::{Host, SshTarget};
pub use cost::{CREATION_FEE_AFTER, CostEstimate, Usd};
pub use fees::{FeePercent, PohConfig, RenterFees};
pub use gigaspot::{Gigaspot, GigaspotServer, GpuOverclock, StandingBid};
pub use hosted::{HostedServer, ServerConfig};
pub use id::{NotAnId, OrderId, ServerId};
pub use kind::Kind;
pub use money::{Amount, Rate, Rates, UsdPerCoin};
pub use order::{OddSighting, Order, OrderStatus, Sighting, StatusContext, StatusSource};
pub use reliability::{NotAPercent, Percent, Reliability};
pub use server::Server;
pub use usd::{NotAPrice, UsdPerDay, UsdPerHour, UsdPerHourPerGpu};
pub use wallet::Wallet;
