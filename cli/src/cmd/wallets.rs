//! `clore wallets`: what the account holds. A record that could not be read is said, for it may be the wallet meant.

use crate::adapter::Adapter;
use crate::args::{Common, WalletsArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::endpoint::wallets::Wallets;

/// Lists the wallets.
pub fn run<A: Adapter>(common: &Common, args: &WalletsArgs) -> Result<Exit, Failure> {
    let context = Context::<A>::open(common, values::rates(&args.rates), Needs::Key)?;
    let list = context.client.run(Wallets)?;
    if context.json {
        output::document(&output::wallets_document(&list, &context.rates, args.deposit));
    } else if list.wallets.is_empty() {
        output::note("no wallets");
    } else {
        output::line(&output::wallets_table(&list, &context.rates, args.deposit));
    }
    if list.skipped.count > 0 {
        output::warn(&format!(
            "{} of the records cannot be read and may be wallets (--json names them)",
            list.skipped.count
        ));
    }
    Ok(Exit::Done)
}
