//! `spot` and `spot-price`: bids.

use super::limits::RateLimitArgs;
use super::values::{self, CoinRate};
use clap::Args;
use clore_core::model::{OrderId, ServerId};

/// Arguments of `clore spot`.
#[derive(Args, Debug)]
pub struct SpotArgs {
    /// The server
    #[arg(value_name = "SERVER_ID")]
    pub server: ServerId,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

/// Arguments of `clore spot-price`.
#[derive(Args, Debug)]
pub struct SpotPriceArgs {
    /// The spot order
    #[arg(value_name = "ORDER_ID")]
    pub order: OrderId,
    /// The new bid: so much of the order's coin per DAY for the whole server
    #[arg(value_name = "PRICE", allow_negative_numbers = true)]
    pub price: String,
    /// PRICE is US dollars per HOUR, turned into the order's coin by a known rate and shown
    #[arg(long)]
    pub usd_per_hour: bool,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
    /// What it may cost.
    #[command(flatten)]
    pub limits: RateLimitArgs,
}
