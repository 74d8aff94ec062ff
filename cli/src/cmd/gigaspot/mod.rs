//! `clore gigaspot`: the market of bids in which whole machines are let with their clocks set.
//!
//! What it shows is a snapshot that lags behind the service: a bid that is in it is there, one that is not in it may
//! be there all the same.

mod bid;
mod clocks;
mod edit;
mod list;

use super::cost;
use crate::args::{Common, GigaspotArgs, GigaspotCommand};
use crate::cmd::worth::Worth;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::model::{Coin, CostEstimate, Gigaspot, Kind, Rate, Rates, ServerId};

/// Runs the one asked for.
pub fn run(common: &Common, args: &GigaspotArgs) -> Result<Exit, Failure> {
    match &args.command {
        GigaspotCommand::List(args) => list::run(common, args),
        GigaspotCommand::Bid(args) => bid::run(common, args),
        GigaspotCommand::Edit(args) => edit::run(common, args),
    }
}

/// A price that the user gave, CLORE per day.
fn price(text: &str) -> Result<Rate, Failure> {
    Rate::parse(text, Coin::Clore).map_err(|error| Failure::usage(format!("--price: {error}")))
}

/// What coins are worth by the gigaspot's word.
fn told(market: &Gigaspot) -> Rates {
    market.clore_price.map(|worth| Rates::new().with(Coin::Clore, worth)).unwrap_or_default()
}

/// What coins are worth: by the user, else by the gigaspot.
fn rates(context: &Context, market: &Gigaspot) -> Rates {
    told(market).overridden_by(&context.rates)
}

/// As [`rates`], else by the bids on a server, which are asked once.
fn worth(context: &Context, market: &Gigaspot, server: Option<ServerId>) -> Result<Worth, Failure> {
    Worth::of_bids(context, &told(market), server, &Coin::Clore, false)
}

/// What a bid will come to, fees included.
fn estimate(context: &Context, price: &Rate, rates: &Rates) -> CostEstimate {
    let fees = cost::fees(&context.client);
    cost::with(CostEstimate::new(Kind::Spot, Coin::Clore).rate(price.clone()).rates(rates), fees.as_ref())
}

/// The price, with its fees, and the gigaspot's own word on what placing an order costs.
fn price_words(price: &Rate, rates: &Rates, cost: &CostEstimate, market: &Gigaspot) -> String {
    let line = output::price_line(price.usd_per_hour(rates), Some(price));
    let own = market.creation_fees.as_ref().and_then(|fees| fees.get(&Coin::Clore));
    let other = own.filter(|fee| !cost.is_creation_fee_told() || cost.creation_fee().as_ref() != Some(*fee));
    let own = other.map_or_else(String::new, |fee| {
        format!(" (the gigaspot itself tells a creation fee of {})", output::amount(fee))
    });
    format!("{line}; {}{own}", output::fee_words(cost))
}

/// Says on stderr what a reader of the snapshot cannot see in it.
fn tell_gaps(market: &Gigaspot) {
    if market.skipped.count > 0 {
        let count = market.skipped.count;
        output::warn(&format!(
            "{count} of the gigaspot's servers cannot be read (--json of `list` names them)"
        ));
    }
    let odd = market.servers.iter().filter(|server| !server.has_all_bids()).count();
    if odd > 0 {
        output::warn(&format!("the bids on {odd} of its servers cannot all be read"));
    }
    if market.my_user.is_none() {
        output::warn("the service does not tell which account is yours, so your own bids cannot be marked");
    }
}
