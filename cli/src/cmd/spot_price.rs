//! `clore spot-price`: changes the bid of a spot order, shown before it is sent.
//!
//! ```text
//!  order read ─► old and new shown, asked ─► sent once ─► changed           exit 0
//!    ├─ none, over, on demand ─► nothing sent  ├─ refused, with its numbers exit 1
//!    └─ it is that already ─► nothing sent     └─ not known                 exit 3
//! ```

use super::worth::Worth;
use super::{cost, order};
use crate::args::{Common, SpotPriceArgs, values};
use crate::confirm;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, CostRow, Document, number};
use clore_core::endpoint::set_spot_price::SetSpotPrice;
use clore_core::error::{Error, ErrorKind, Reason};
use clore_core::model::{Bid, Coin, CostEstimate, Kind, Order, OrderId, Rate, Rates, UsdPerHour};
use clore_core::op::{Reprice, Within};
use clore_core::spending::Limits;

/// Reads the order, shows what changes, asks, sends.
pub fn run(common: &Common, args: &SpotPriceArgs) -> Result<Exit, Failure> {
    let wanted = wanted(args)?;
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context = <Context>::open_within(
        common,
        values::rates(&args.rates),
        Needs::KeyAndJournalIfPossible,
        &args.limits.limits(),
    )?;
    let order = order::find(&context, args.order)?;
    let coin = coin_of(&order)?;
    let Worth { shown: rates, for_limits } =
        Worth::of_bids(&context, &Rates::new(), order.server, &coin, args.usd_per_hour)?;
    let new = bid(&wanted, &coin, &rates)?;
    let fees = cost::fees(&context.client);
    let estimate = order::of_order(&order, &rates, fees.as_ref()).map(|cost| cost.repriced(new.clone()));
    show(&order, &new, &rates, estimate.as_ref());
    let document = |changed| document(&order, &new, changed, estimate.as_ref());
    if order.price.as_ref() == Some(&new) {
        output::note("it is that already; nothing was sent");
        return Ok(done(&context, args.order, &document(Some(false))));
    }
    confirm::ask("change it?", common.yes)?;
    context.watch.repricing(args.order);
    let reprice = Reprice::new(SetSpotPrice::new(args.order, new.clone()));
    let plan = Within::new(Limits::new(), reprice).rates(for_limits).fees(fees.clone());
    match context.client.run(plan) {
        Ok(()) => {
            output::note("changed");
            Ok(done(&context, args.order, &document(Some(true))))
        }
        Err(error) => Err(not_changed(error, args.order, &document)),
    }
}

/// PRICE, in the unit that was said. What is no price is said before the service is asked anything.
enum Wanted {
    CoinPerDay(String),
    UsdPerHour(UsdPerHour),
}

fn wanted(args: &SpotPriceArgs) -> Result<Wanted, Failure> {
    let no_price = |error| Failure::usage(format!("PRICE: {error}"));
    if args.usd_per_hour {
        return args.price.parse().map(Wanted::UsdPerHour).map_err(no_price);
    }
    Rate::parse(&args.price, Coin::Clore).map_err(no_price)?;
    Ok(Wanted::CoinPerDay(args.price.clone()))
}

fn coin_of(order: &Order) -> Result<Coin, Failure> {
    let id = order.id;
    if order.status.is_end() {
        return Err(Error::new(ErrorKind::OrderEnded(order.status.clone())).with_orders([id]).into());
    }
    if order.kind != Kind::Spot {
        let message = format!("order {id} is rented on demand and has no bid; nothing was sent");
        return Err(Failure::new(Exit::Failed, "not_spot", message).with_orders([id]));
    }
    order.coin.clone().ok_or_else(|| {
        let message = format!("the service does not tell the coin of order {id}, so nothing was sent");
        Failure::new(Exit::Failed, "coin_unknown", message).with_orders([id])
    })
}

fn bid(wanted: &Wanted, coin: &Coin, rates: &Rates) -> Result<Rate, Failure> {
    match wanted {
        Wanted::CoinPerDay(text) => {
            Rate::parse(text, coin.clone()).map_err(|error| Failure::usage(format!("PRICE: {error}")))
        }
        Wanted::UsdPerHour(usd) => {
            let resolved = Bid::usd_per_hour(*usd).resolve(coin, rates);
            let bid = resolved.map_err(|error| Failure::new(Exit::Usage, "no_rate", error.to_string()))?;
            output::note(&format!("{usd} is a bid of {bid}"));
            Ok(bid)
        }
    }
}

fn show(order: &Order, new: &Rate, rates: &Rates, cost: Option<&CostEstimate>) {
    let line = |rate: &Rate| output::price_line(rate.usd_per_hour(rates), Some(rate));
    let old = order.price.as_ref().map_or_else(|| "a bid that is not known".to_owned(), line);
    let fees = cost.map_or_else(String::new, |cost| format!("; {}", output::fee_words(cost)));
    output::note(&format!("order {}: {old} -> {}{fees}", order.id, line(new)));
}

fn document(order: &Order, new: &Rate, changed: Option<bool>, cost: Option<&CostEstimate>) -> Document {
    Document::new()
        .with("order_id", &order.id.number())
        .with("changed", &changed)
        .with("coin", &new.coin().to_string())
        .with("old_coin_per_day", &number(order.price.as_ref().map(Rate::amount)))
        .with("new_coin_per_day", &number(Some(new.amount())))
        .with("cost", &cost.map(CostRow::new))
}

fn done(context: &Context, order: OrderId, document: &Document) -> Exit {
    context.watch.repriced(order);
    if context.json {
        output::document(&document.text());
    }
    Exit::Done
}

/// A refusal tells its numbers; an outcome that is not known tells where to look.
fn not_changed(error: Error, order: OrderId, document: &dyn Fn(Option<bool>) -> Document) -> Failure {
    let unknown = *error.kind() == ErrorKind::OutcomeUnknown;
    let mut details = document(if unknown { None } else { Some(false) });
    match error.refusal().map(|refusal| &refusal.reason) {
        Some(Reason::ExceededMaxStep { max_step }) => {
            details = details.with("max_step_coin_per_day", &number(*max_step));
        }
        Some(Reason::CanLowerEvery600Seconds { time_to_lowering }) => {
            details = details.with("seconds_to_lowering", &time_to_lowering.map(|time| time.as_secs()));
        }
        _ => {}
    }
    let mut failure = Failure::from(error);
    if unknown {
        failure.message = format!(
            "it is not known whether the new bid of order {order} took effect; look with `clore order {order}` \
             before you change it again"
        );
    }
    if !failure.orders.contains(&order) {
        failure.orders.push(order);
    }
    failure.details = details.and(failure.details);
    failure
}
