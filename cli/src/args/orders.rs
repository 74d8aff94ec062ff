//! `orders`, `order`, `wait`: what is rented.

use super::rent::Waiting;
use super::values::{self, CoinRate};
use clap::{Args, ValueEnum};
use clore_core::model::OrderId;
use clore_core::op::condition::{Condition, gone, has_ssh, running};

/// Arguments of `clore orders`.
#[derive(Args, Debug)]
pub struct OrdersArgs {
    /// Completed orders as well
    #[arg(long)]
    pub completed: bool,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

/// Arguments of `clore order`.
#[derive(Args, Debug)]
pub struct OrderArgs {
    /// The order
    #[arg(value_name = "ID")]
    pub order: OrderId,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

/// Arguments of `clore wait`.
#[derive(Args, Debug)]
pub struct WaitArgs {
    /// The order
    #[arg(value_name = "ID")]
    pub order: OrderId,
    /// What to wait for: its SSH address, that it runs, or that it is over
    #[arg(long = "for", value_enum, value_name = "WHAT", default_value_t = WaitFor::Ssh)]
    pub what: WaitFor,
    /// How long to wait.
    #[command(flatten)]
    pub waiting: Waiting,
}

/// What to wait for.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "a documented value makes a long help longer still")]
pub enum WaitFor {
    Ssh,
    Running,
    Ended,
}

impl WaitFor {
    /// The condition of core.
    pub fn condition(self) -> Condition {
        match self {
            Self::Ssh => has_ssh(),
            Self::Running => running(),
            Self::Ended => gone(),
        }
    }
}
