//! `clore spot`: the bids on one server, what the lowest one accepted costs with its fees, and the exchange rates.

use super::cost;
use crate::args::{Common, SpotArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::model::spot::SpotMarket;
use clore_core::model::{Coin, CostEstimate, Kind, Rate, Rates};

/// Lists the bids. Exit 4 when the service says that there is no such market.
pub fn run(common: &Common, args: &SpotArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, values::rates(&args.rates), Needs::Key)?;
    let market = context.client.run(SpotMarketplace::new(args.server))?;
    let rates = market.rates.clone().overridden_by(&context.rates);
    if market.exists == Some(false) {
        let message =
            format!("server {} has no market for bids; check the id with `clore search`", args.server);
        return Err(Failure::new(Exit::Nothing, "no_such_market", message));
    }
    // Nothing is estimated without a lowest bid, so nothing is asked for.
    let fees = if market.floor.is_empty() { None } else { cost::fees(&context.client) };
    let estimate = |bid: &Rate| {
        let cost = CostEstimate::new(Kind::Spot, bid.coin().clone()).rate(bid.clone()).rates(&rates);
        cost::with(cost, fees.as_ref())
    };
    if context.json {
        output::document(&output::spot_document(args.server, &market, &rates, estimate));
    } else {
        if market.offers.is_empty() {
            output::note("no bids");
        } else {
            output::line(&output::spot_table(&market, &rates));
        }
        tell_floor(&market, &rates, estimate);
    }
    if !market.is_complete {
        output::warn("the list of bids was not told; there may be some");
    }
    if !market.odd_offers.is_empty() {
        output::warn(&format!(
            "{} of the bids cannot be read (--json names their places)",
            market.odd_offers.len()
        ));
    }
    Ok(Exit::Done)
}

/// The lowest bids accepted, with the fees, and what a coin is worth.
fn tell_floor(market: &SpotMarket, rates: &Rates, estimate: impl Fn(&Rate) -> CostEstimate) {
    for floor in market.floor.values() {
        let price = output::price_line(floor.usd_per_hour(rates), Some(floor));
        output::line(&format!("lowest bid accepted: {price}; {}", output::fee_words(&estimate(floor))));
    }
    for coin in [Coin::Clore, Coin::Bitcoin] {
        if let Some(worth) = rates.usd_for_one(&coin) {
            output::line(&format!("1 {coin} is ${}", worth.amount().normalize()));
        }
    }
}
