//! `deploy`: one server by its id, everything else said by flags.

use super::limits::{CapArgs, LimitArgs};
use super::rent::{Access, Waiting};
use super::values::{self, CoinRate};
use clap::{Args, ValueEnum};
use clore_core::endpoint::create_order::{DEFAULT_IMAGE, PortKind};
use clore_core::journal::IntentId;
use clore_core::model::{Coin, ServerId, UsdPerHour};
use clore_core::secret::Secret;

/// Arguments of `clore deploy`.
#[derive(Args, Debug)]
pub struct DeployArgs {
    /// The server to rent
    #[arg(value_name = "SERVER_ID")]
    pub server: ServerId,
    /// The container's image
    #[arg(long, default_value = DEFAULT_IMAGE)]
    pub image: String,
    /// The coin to pay with
    #[arg(long, value_name = "COIN", value_parser = values::coin, default_value = "CLORE-Blockchain")]
    pub currency: Coin,
    /// How to rent it: at the listed price until cancelled, or by a bid as long as nobody bids more
    #[arg(long = "type", value_enum, default_value_t = RentalType::OnDemand)]
    pub kind: RentalType,
    /// How to get in.
    #[command(flatten)]
    pub access: Access,
    /// The SSH password (1 to 32 characters); other users of this machine may see it, a file is safer
    #[arg(long, value_name = "TEXT", value_parser = values::secret)]
    #[arg(conflicts_with_all = ["ssh_key", "ssh_password_file"])]
    pub ssh_password: Option<Secret>,
    /// A port to open; several open several, and together they replace 22:tcp, the default
    #[arg(long = "port", value_name = "PORT:KIND", value_parser = values::port)]
    pub ports: Vec<(u16, PortKind)>,
    /// An environment variable; may be given several times; other users of this machine may see it here
    #[arg(long, value_name = "K=V", value_parser = values::variable)]
    pub env: Vec<(String, String)>,
    /// The bid for --type spot: so much of the coin per DAY for the whole server
    #[arg(
        long,
        value_name = "COIN_PER_DAY",
        conflicts_with = "spot_price_usd",
        allow_negative_numbers = true
    )]
    pub spot_price: Option<String>,
    /// The bid in US dollars per HOUR, turned into the coin by a known rate and shown
    #[arg(long, value_name = "USD_PER_HOUR")]
    pub spot_price_usd: Option<UsdPerHour>,
    /// A script to run at the start
    #[arg(long, value_name = "TEXT")]
    pub command: Option<String>,
    /// The token of a Jupyter image (1 to 32 characters)
    #[arg(long, value_name = "TEXT", value_parser = values::secret)]
    pub jupyter_token: Option<Secret>,
    /// Rent only if the listed price, coin per day, is still exactly this
    #[arg(long, value_name = "COIN_PER_DAY")]
    pub required_price: Option<String>,
    /// Rent although this open intent is not settled, because you know that it placed nothing
    #[arg(long, value_name = "INTENT")]
    pub despite: Vec<IntentId>,
    /// Rent although the market's prices look as if their unit had changed
    #[arg(long)]
    pub accept_unit_warning: bool,
    /// Wait until the machine is ready, and print its SSH line
    #[arg(long)]
    pub wait: bool,
    /// How long to wait.
    #[command(flatten)]
    pub waiting: Waiting,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
    /// When the order is to be ended.
    #[command(flatten)]
    pub caps: CapArgs,
    /// What it may spend.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// How to rent.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "a documented value makes a long help longer still")]
pub enum RentalType {
    #[value(alias = "on_demand", alias = "ondemand")]
    OnDemand,
    Spot,
}
