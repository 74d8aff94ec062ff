//! `clore balance`: what the account holds of one coin, on one line. What is not known is a failure, never 0.

use crate::args::{BalanceArgs, Common};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document, number};
use clore_core::endpoint::wallets::{Balance, BalanceOf};
use clore_core::model::Rates;

/// Prints the balance. Exit 4 when there is no such wallet, 1 when the service does not tell what is in it.
pub fn run(common: &Common, args: &BalanceArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, Rates::new(), Needs::Key)?;
    let coin = &args.coin;
    let document = |amount| Document::new().with("coin", &coin.to_string()).with("balance", &number(amount));
    let mut failure = match context.client.run(BalanceOf::new(coin.clone()))? {
        Balance::Known(balance) => {
            match context.json {
                true => output::document(&document(Some(balance.amount())).text()),
                false => output::line(&balance.to_string()),
            }
            return Ok(Exit::Done);
        }
        Balance::Unknown => {
            let message = format!("the service does not tell the balance in {coin}; that is not 0");
            Failure::new(Exit::Failed, "balance_unknown", message)
        }
        Balance::NoWallet => {
            let message = format!("there is no wallet of {coin}; see them with `clore wallets`");
            Failure::new(Exit::Nothing, "no_such_wallet", message)
        }
    };
    failure.details = document(None);
    Err(failure)
}
