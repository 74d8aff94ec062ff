//! `guard`: when open orders are to be ended.

use super::values::{self, CoinRate};
use clap::Args;
use clore_core::model::{OrderId, Usd};
use clore_core::spending::OrderCaps;
use core::time::Duration;

const PROMISE: &str = "\
Caps come from `clore rent` and `clore deploy` (--max-runtime, --max-spend), which wrote them into this machine's
journal, and from here. What an order cost is the service's own figure, or its price with fees and time, whichever is
more. An order is ended by a cancel that a reading confirms; Ctrl-C ends the watch and cancels nothing.

The guard watches only while it runs: not while it is killed, while this machine sleeps, or without power or network.
An order bills meanwhile. Two guards at once do no harm: let a second one run on a machine that stays on, with
--order ID=2h for each order, since the journal stays here.

With --json there is one document a line for each round, and with --once one document in all.
Exit codes: 0 nothing to do, or all of it done; 1 records that cannot be read; 3 an order was to be ended and may be billing; others
as everywhere.";

/// Arguments of `clore guard`.
#[derive(Args, Debug)]
#[command(after_help = PROMISE)]
pub struct GuardArgs {
    /// Look once, end what has passed its caps, and exit
    #[arg(long)]
    pub once: bool,
    /// How often to look, such as 60s or 5m
    #[arg(long, value_name = "TIME", value_parser = values::span, default_value = "60s")]
    pub every: Duration,
    /// End every order of this machine's journal after this long, such as 90m or 2h; a lower cap of its own holds
    #[arg(long, value_name = "TIME", value_parser = values::span)]
    pub max_runtime: Option<Duration>,
    /// End every order of this machine's journal when it has cost this much, fees included
    #[arg(long, value_name = "USD", value_parser = values::usd)]
    pub max_spend: Option<Usd>,
    /// Caps for one order in place of any others, whoever placed it: ID=2h, ID=$5, or ID=2h,$5; may be repeated
    #[arg(long = "order", value_name = "ID=CAPS", value_parser = order_caps)]
    pub orders: Vec<(OrderId, OrderCaps)>,
    /// End also orders that were found in your orders rather than told by the service; they may be somebody else's
    /// when the key is used elsewhere
    #[arg(long)]
    pub cancel_inferred: bool,
    /// What a coin is worth in dollars, such as CLORE=0.3; may be given several times
    #[arg(long = "rate", value_name = "COIN=USD", value_parser = values::coin_rate)]
    pub rates: Vec<CoinRate>,
}

impl GuardArgs {
    /// The caps of every order.
    pub fn caps(&self) -> OrderCaps {
        let mut caps = OrderCaps::new();
        (caps.runtime, caps.spend) = (self.max_runtime, self.max_spend);
        caps
    }
}

/// `7=2h`, `7=$5`, `7=2h,$5`.
fn order_caps(text: &str) -> Result<(OrderId, OrderCaps), String> {
    const FORM: &str = "write ID=2h, ID=$5 or ID=2h,$5";
    let (order, caps) = text.split_once('=').ok_or(FORM)?;
    let order = order.parse().map_err(|error| format!("{error}"))?;
    let mut read = OrderCaps::new();
    for part in caps.split(',') {
        match part.strip_prefix('$') {
            Some(most) if read.spend.is_none() => read = read.spend(values::usd(most)?),
            None if read.runtime.is_none() => read = read.runtime(values::span(part)?),
            _ => return Err(FORM.to_owned()),
        }
    }
    Ok((order, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caps_of_an_order_have_their_units_and_each_at_most_once() {
        let hours = OrderCaps::new().runtime(Duration::from_secs(7_200));
        assert_eq!(order_caps("7=2h"), Ok((OrderId::new(7), hours)));
        let both = hours.spend(values::usd("5.5").unwrap());
        assert_eq!(order_caps("7=2h,$5.5"), Ok((OrderId::new(7), both)));
        assert_eq!(order_caps("7=$5.5,2h"), Ok((OrderId::new(7), both)));
        for bad in ["7", "7=", "=2h", "x=2h", "7=2", "7=5$", "7=$", "7=$-1", "7=2h,3h", "7=$1,$2", "7=2h,"] {
            assert!(order_caps(bad).is_err(), "{bad}");
        }
    }
}
