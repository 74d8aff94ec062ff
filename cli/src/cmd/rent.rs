//! `clore rent`: the best free server that a search finds.

use super::cost;
use super::market::{self, Findings, rates_by_listing};
use super::placing::{self, Placing};
use crate::args::{Common, RentArgs};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::{confirm, output};
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::model::{CostEstimate, Kind};
use clore_core::search::Found;

/// Searches, shows the price, asks, rents, waits.
pub fn run(common: &Common, args: &RentArgs) -> Result<Exit, Failure> {
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context =
        Context::open_within(common, args.market.known_rates(), Needs::KeyAndJournal, &args.limits.limits())?;
    let access = placing::access(&context, &args.access, None)?;
    let findings = market::find(&context, &args.market)?;
    let own = &findings.market.my_servers;
    let fits = |found: &&Found| may_be_rented(found) && !own.contains(&found.server.id);
    let Some(best) = findings.found.iter().find(fits) else {
        findings.tell_what_is_missing();
        let message = "no free server with a known price fits; nothing was sent";
        return Err(Failure::new(Exit::Nothing, "nothing_matched", message));
    };
    let order = order(&findings, best, &args.image)?.access(access);
    placing::check(&order)?;
    let fees = cost::fees(&context.client);
    let cost = cost::of_found(best, &context.rates, fees.as_ref());
    show(best, &cost);
    if findings.market.unit_doubt.is_some() && !args.accept_unit_warning {
        let message = "the market's prices look as if their unit had changed, so nothing was sent; compare a price \
                       with the web page; --accept-unit-warning rents all the same";
        return Err(Failure::new(Exit::Failed, "unit_doubt", message));
    }
    confirm::ask("rent it?", common.yes)?;
    // A person may take longer than a listing stays fresh; what was shown is what must hold.
    let order = match (&best.rate, best.kind, common.yes) {
        (Some(rate), Kind::OnDemand, false) => order.required_price(rate.clone()),
        _ => order,
    };
    let wait = (!args.no_wait).then_some(&args.waiting);
    let placing = Placing {
        order,
        price: best.price,
        cost: Some(cost),
        despite: &args.despite,
        accept_unit_doubt: args.accept_unit_warning,
        // A bid is held against other bids, not against the price of renting on demand.
        require_price: best.kind == Kind::OnDemand,
        caps: args.caps.caps(),
        rates: rates_by_listing(&best.server, &best.coin, &context.rates),
        fees,
        wait,
    };
    placing::place(&context, &placing)
}

/// Free by its own word, at a price that is known in dollars; a bid needs the coin's price as well.
fn may_be_rented(found: &Found) -> bool {
    found.is_free() && found.price.is_some() && (found.kind == Kind::OnDemand || found.rate.is_some())
}

fn order(findings: &Findings, best: &Found, image: &str) -> Result<CreateOrder, Failure> {
    let target = findings.market.target(&best.server, findings.read_at);
    match (best.kind, &best.rate) {
        (Kind::OnDemand, _) => Ok(CreateOrder::on_demand(target, image).coin(best.coin.clone())),
        (Kind::Spot, Some(floor)) => Ok(CreateOrder::spot(target, image, floor.clone())),
        (Kind::Spot, None) => {
            Err(Failure::new(Exit::Nothing, "nothing_matched", "no floor of bids is listed"))
        }
    }
}

fn show(best: &Found, cost: &CostEstimate) {
    let server = &best.server;
    let reliable = server.reliability.map_or_else(|| "?".to_owned(), |reliability| reliability.to_string());
    let country = output::cell(server.specs.network.country.as_deref().unwrap_or("?"), 8);
    let what = output::cell(&server.gpus.to_string(), 100);
    output::note(&format!("server {}: {what}, reliability {reliable}, country {country}", server.id));
    let price = output::price_line(best.price, best.rate.as_ref());
    let fees = output::fee_words(cost);
    match best.kind {
        Kind::OnDemand => output::note(&format!("price: {price}; {fees}")),
        Kind::Spot => output::note(&format!("bid: {price}; {fees}; a higher bid takes it away")),
    }
}
