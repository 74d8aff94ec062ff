//! `clore deploy`: one server by its id. The market is read once, to show the price and to notice a changed unit.

use super::cost;
use super::market::{rates_by_listing, rates_for_limits};
use super::placing::{self, Beside, Placing};
use super::waiting::Wait;
use crate::adapter::Adapter;
use crate::args::{Common, DeployArgs, RentalType, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::{confirm, output};
use clore_core::endpoint::create_order::{CreateOrder, PortKind, Target};
use clore_core::endpoint::marketplace::{Market, Marketplace};
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::error::ErrorKind;
use clore_core::model::server::Availability;
use clore_core::model::{Bid, CostEstimate, Kind, Rate, Rates, RenterFees, UsdPerHour};
use clore_core::time::Moment;

/// Checks the flags, shows the price, rents.
pub fn run<A: Adapter>(common: &Common, args: &DeployArgs) -> Result<Exit, Failure> {
    check_flags(args)?;
    let context = Context::<A>::open_within(
        common,
        values::rates(&args.rates),
        Needs::KeyAndJournal,
        &args.limits.limits(),
    )?;
    let access = placing::access(&context, &args.access, args.ssh_password.as_ref())?;
    let bid = bid(&context, args)?;
    // What is wrong with the flags is said before the service is asked anything.
    let draft = order(args, Target::new(args.server), bid.as_ref())?.access(access.clone());
    placing::check(&draft)?;
    let read_at = context.client.now();
    let market = context.client.run(Marketplace::new().include_rented(true).rates(context.rates.clone()));
    let (target, shown) = match market {
        Ok(market) => look(&context, args, &market, read_at, bid.as_ref())?,
        // A dead network will stop the rent as well; a listing that is only to be shown must not.
        Err(error) if is_only_the_listing(error.kind()) => {
            output::warn(&format!("the price is not known: {error}"));
            (Target::new(args.server), Shown::default())
        }
        Err(error) => return Err(error.into()),
    };
    if confirm::can_ask() {
        confirm::ask("rent it?", common.yes)?;
    }
    let order = order(args, target, bid.as_ref())?.access(access);
    let wait: &dyn Wait<A> = &args.waiting;
    let placing = Placing {
        order,
        price: shown.price,
        cost: shown.cost,
        despite: &args.despite,
        accept_unit_doubt: args.accept_unit_warning,
        require_price: false,
        caps: args.caps.caps(),
        rates: shown.rates.unwrap_or_else(|| context.worth_to_limits(&Rates::new())),
        fees: shown.fees,
        wait: args.wait.then_some(wait),
        beside: Beside::default(),
    };
    placing::place(&context, &placing)
}

/// What was shown of the price.
#[derive(Default)]
struct Shown {
    price: Option<UsdPerHour>,
    cost: Option<CostEstimate>,
    rates: Option<Rates>,
    fees: Option<RenterFees>,
}

fn is_only_the_listing(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Decode(_) | ErrorKind::Http { .. } | ErrorKind::Refused(_))
}

fn check_flags(args: &DeployArgs) -> Result<(), Failure> {
    let bids = args.spot_price.is_some() || args.spot_price_usd.is_some();
    match args.kind {
        RentalType::Spot if !bids => {
            Err(Failure::usage("--type spot needs --spot-price or --spot-price-usd"))
        }
        RentalType::OnDemand if bids => Err(Failure::usage("a spot price needs --type spot")),
        RentalType::Spot if args.required_price.is_some() => {
            Err(Failure::usage("--required-price is for renting on demand; a bid is its own limit"))
        }
        _ => Ok(()),
    }?;
    let mut ports = std::collections::BTreeSet::new();
    if let Some((port, _)) = args.ports.iter().find(|(port, _)| !ports.insert(*port)) {
        return Err(Failure::usage(format!("--port {port} is given twice")));
    }
    if !args.ports.is_empty() && !args.ports.contains(&(22, PortKind::Tcp)) {
        output::warn("no port for SSH is opened; add --port 22:tcp to have one");
    }
    Ok(())
}

fn price(flag: &str, text: &str, args: &DeployArgs) -> Result<Rate, Failure> {
    Rate::parse(text, args.currency.clone()).map_err(|error| Failure::usage(format!("--{flag}: {error}")))
}

fn bid<A: Adapter>(context: &Context<A>, args: &DeployArgs) -> Result<Option<Rate>, Failure> {
    if let Some(text) = &args.spot_price {
        return price("spot-price", text, args).map(Some);
    }
    let Some(usd) = args.spot_price_usd else { return Ok(None) };
    let mut rates = context.rates.clone();
    if rates.usd_for_one(&args.currency).is_none() {
        let market = context.client.run(SpotMarketplace::new(args.server))?;
        rates = market.rates.overridden_by(&rates);
    }
    let resolved = Bid::usd_per_hour(usd).resolve(&args.currency, &rates);
    let bid = resolved.map_err(|error| Failure::new(Exit::Usage, "no_rate", error.to_string()))?;
    output::note(&format!("{usd} is a bid of {bid}"));
    Ok(Some(bid))
}

fn order(args: &DeployArgs, target: Target, bid: Option<&Rate>) -> Result<CreateOrder, Failure> {
    let mut order = match bid {
        Some(bid) => CreateOrder::spot(target, &args.image, bid.clone()),
        None => CreateOrder::on_demand(target, &args.image).coin(args.currency.clone()),
    };
    if !args.ports.is_empty() {
        order = order.ports(args.ports.iter().copied());
    }
    for (name, value) in &args.env {
        order = order.env(name, value);
    }
    if let Some(command) = &args.command {
        order = order.command(command);
    }
    if let Some(token) = &args.jupyter_token {
        order = order.jupyter_token(token.clone());
    }
    match &args.required_price {
        Some(text) => Ok(order.required_price(price("required-price", text, args)?)),
        None => Ok(order),
    }
}

/// What the listing says of the server, shown and taken along.
fn look<A: Adapter>(
    context: &Context<A>,
    args: &DeployArgs,
    market: &Market,
    read_at: Moment,
    bid: Option<&Rate>,
) -> Result<(Target, Shown), Failure> {
    if let Some(doubt) = market.unit_doubt {
        output::warn(&doubt.to_string());
        if !args.accept_unit_warning {
            let message = "the market's prices look as if their unit had changed, so nothing was sent; compare a \
                           price with the web page; --accept-unit-warning rents all the same";
            return Err(Failure::new(Exit::Failed, "unit_doubt", message));
        }
    }
    let Some(server) = market.server(args.server) else {
        output::warn(&format!("server {} is not listed; its price is not known", args.server));
        return Ok((Target::new(args.server), Shown::default()));
    };
    let fees = cost::fees(&context.client);
    let target = market.target(server, read_at);
    let rates = rates_by_listing(server, &args.currency, &context.rates);
    let for_limits = rates_for_limits(context, server, &args.currency);
    let what = output::cell(&server.gpus.to_string(), 100);
    if server.availability == Availability::Rented {
        output::warn(&format!("server {} ({what}) is listed as rented", server.id));
    } else {
        output::note(&format!("server {}: {what}", server.id));
    }
    let on_demand = server.price_usd_per_hour(Kind::OnDemand, &args.currency, &rates);
    let listed = server.price(Kind::OnDemand, &args.currency);
    let Some(bid) = bid else {
        let cost = cost::of_listing(server, &args.currency, &rates, fees.as_ref());
        let price = output::price_line(on_demand, listed.as_ref());
        output::note(&format!("price: {price}; {}", output::fee_words(&cost)));
        return Ok((target, Shown { price: on_demand, cost: Some(cost), rates: Some(for_limits), fees }));
    };
    let usd = bid.usd_per_hour(&rates);
    let cost = CostEstimate::new(Kind::Spot, args.currency.clone()).rate(bid.clone()).rates(&rates);
    let cost = cost::with(cost, fees.as_ref());
    output::note(&format!("bid: {}; {}", output::price_line(usd, Some(bid)), output::fee_words(&cost)));
    if let Some(floor) = server.price(Kind::Spot, &args.currency) {
        output::note(&format!("listed floor of bids: {}", output::coin_per_day(&floor)));
    }
    Ok((target, Shown { price: usd, cost: Some(cost), rates: Some(for_limits), fees }))
}
