//! `wallets` and `balance`: what the account holds.

use super::values::{self, CoinRate};
use clap::Args;
use clore_core::model::Coin;

/// Arguments of `clore wallets`.
#[derive(Args, Debug)]
pub struct WalletsArgs {
    /// The addresses for deposits as well; they are private
    #[arg(long)]
    pub deposit: bool,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

/// Arguments of `clore balance`.
#[derive(Args, Debug)]
pub struct BalanceArgs {
    /// The coin, by its whole name or as CLORE, BTC, USD
    #[arg(value_name = "COIN", value_parser = values::any_coin, default_value = "CLORE-Blockchain")]
    pub coin: Coin,
}
