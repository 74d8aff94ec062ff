//! `gigaspot`: its list, bids on it, and changes of them.

use super::limits::{LimitArgs, RateLimitArgs};
use super::values::{self, CoinRate};
use clap::{Args, Subcommand};
use clore_core::model::{OrderId, ServerId};

/// Arguments of `clore gigaspot`.
#[derive(Args, Debug)]
pub struct GigaspotArgs {
    /// What to do there.
    #[command(subcommand)]
    pub command: GigaspotCommand,
}

/// What to do on the gigaspot.
#[derive(Subcommand, Debug)]
pub enum GigaspotCommand {
    /// List its servers with the lowest bid taken, the bid that holds each, and your own bids
    List(GigaspotListArgs),
    /// Bid on servers; shows what it costs and asks first, elsewhere than on a terminal it needs --yes
    Bid(GigaspotBidArgs),
    /// Change the price and the clocks of one of your bids; asks first, elsewhere than on a terminal it needs --yes
    Edit(GigaspotEditArgs),
}

/// Arguments of `clore gigaspot list`.
#[derive(Args, Debug)]
pub struct GigaspotListArgs {
    /// Only servers with this GPU and no variant of it, such as "RTX 4090"
    #[arg(long, value_name = "NAME")]
    pub gpu: Option<String>,
    /// Only servers with a bid of yours
    #[arg(long)]
    pub mine: bool,
    /// At most so many servers; 0 is all [default: 20 in a table, all with --json or --mine]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

/// Arguments of `clore gigaspot bid`.
#[derive(Args, Debug)]
#[command(after_help = BID_ENDS)]
pub struct GigaspotBidArgs {
    /// The servers to bid on, each with a bid of its own
    #[arg(value_name = "SERVER_ID", required = true)]
    pub servers: Vec<ServerId>,
    /// The image: an id in Clore's own registry, or a base image's id
    #[arg(long, value_name = "ID")]
    pub image: String,
    /// The bid on each server: so much CLORE per DAY for the whole server, without fees
    #[arg(long, value_name = "CLORE_PER_DAY", allow_negative_numbers = true)]
    pub price: String,
    /// An environment variable; may be given several times; other users of this machine may see it here
    #[arg(long, value_name = "K=V", value_parser = values::variable)]
    pub env: Vec<(String, String)>,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
    /// How the GPUs are to run.
    #[command(flatten)]
    pub clocks: ClockArgs,
    /// What it may spend.
    #[command(flatten)]
    pub limits: LimitArgs,
}

const BID_ENDS: &str = "\
The service may take some bids and not others. Exit codes: 0 all are placed; 1 none is; 8 some are, and bill when they
hold their machine; 3 of some it is not known. See your bids with `clore gigaspot list --mine`, end one with `clore
cancel ORDER_ID`.";

/// Arguments of `clore gigaspot edit`.
#[derive(Args, Debug)]
pub struct GigaspotEditArgs {
    /// The order of the bid, as `clore gigaspot list --mine` shows it
    #[arg(value_name = "ORDER_ID")]
    pub order: OrderId,
    /// The new bid: so much CLORE per DAY for the whole server, without fees
    #[arg(long, value_name = "CLORE_PER_DAY", allow_negative_numbers = true)]
    pub price: String,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
    /// How the GPUs are to run.
    #[command(flatten)]
    pub clocks: ClockArgs,
    /// What it may cost.
    #[command(flatten)]
    pub limits: RateLimitArgs,
}

/// How the GPUs are to run: each flag once for all GPUs, or once for each of them, in their order.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "GPUs (each flag once for all, or once for each GPU in its order)")]
pub struct ClockArgs {
    /// Power limit in watts [default: the highest allowed; for an edit what the bid has]
    #[arg(long = "power-limit", value_name = "WATTS")]
    pub power_limits: Vec<u32>,
    /// Locks the core clock, MHz
    #[arg(long = "core-lock", value_name = "MHZ")]
    pub core_locks: Vec<u32>,
    /// Locks the memory clock, MHz
    #[arg(long = "mem-lock", value_name = "MHZ")]
    pub mem_locks: Vec<u32>,
    /// Moves the core clock, MHz; may be below 0
    #[arg(long = "core-offset", value_name = "MHZ", allow_negative_numbers = true)]
    pub core_offsets: Vec<i32>,
    /// Moves the memory clock, MHz; may be below 0
    #[arg(long = "mem-offset", value_name = "MHZ", allow_negative_numbers = true)]
    pub mem_offsets: Vec<i32>,
}
