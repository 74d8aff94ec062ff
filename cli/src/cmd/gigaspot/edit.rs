//! `clore gigaspot edit`: changes the price and the clocks of one of the account's bids, shown before it is sent.
//!
//! ```text
//!  snapshot read ─► old and new shown, asked ─► sent once ─► changed           exit 0
//!    ├─ no such bid, not yours, not in CLORE, flags  ├─ not taken              exit 1, the old bid stands
//!    │    ─► nothing sent                            └─ not known              exit 3
//! ```
//!
//! An old price in the snapshot proves nothing, since it lags: the same price is sent as well.

use super::clocks::{self, PowerDefault};
use super::{estimate, price, price_words, worth};
use crate::args::{ClockArgs, Common, GigaspotEditArgs, values};
use crate::cmd::worth::Worth;
use crate::confirm;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, CostRow, Document, number};
use clore_core::endpoint::Endpoint;
use clore_core::endpoint::gigaspot::{EditGigaspotOrders, EditOutcome, GigaspotEdit};
use clore_core::error::{Error, ErrorKind};
use clore_core::model::{Coin, Gigaspot, GpuOverclock, OrderId, Rate, ServerId, StandingBid};
use clore_core::op::{EditGigaspot, ViewGigaspot, Within};
use clore_core::spending::Limits;

/// Finds the bid, shows what changes, asks, sends.
pub fn run(common: &Common, args: &GigaspotEditArgs) -> Result<Exit, Failure> {
    let order = args.order;
    let new = price(&args.price)?;
    let draft = GigaspotEdit::new(order, new.clone(), [GpuOverclock::new(1)]);
    EditGigaspotOrders::new([draft]).request().map_err(Error::from)?;
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context = <Context>::open_within(
        common,
        values::rates(&args.rates),
        Needs::KeyAndJournalIfPossible,
        &args.limits.limits(),
    )?;
    let market = context.client.run(ViewGigaspot::new())?;
    let (server, bid) = find(&market, order)?;
    in_clore(order, bid)?;
    let listed = market.server(server).ok_or_else(|| no_such_bid(order, &market))?;
    let clocks = clocks::overclocks(listed, &args.clocks, &PowerDefault::AsBid(bid))?;
    let Worth { shown: rates, for_limits } = worth(&context, &market, Some(server))?;
    let cost = estimate(&context, &new, &rates);
    let old = bid.price.as_ref();
    let was = old.map_or_else(
        || "a bid that is not known".to_owned(),
        |old| output::cell(&output::price_line(old.usd_per_hour(&rates), Some(old)), 120),
    );
    output::note(&format!(
        "order {order} on server {server}: {was} -> {}",
        price_words(&new, &rates, &cost, &market)
    ));
    output::note(&format!("  power limit {}", clocks::watts(&clocks)));
    if keeps_clocks(&args.clocks) {
        output::warn("the service does not show a bid's clocks; those that are not given again may be reset");
    }
    confirm::ask("change it?", common.yes)?;
    let document = |outcome: &str, changed: Option<bool>| {
        Document::new()
            .with("order_id", &order.number())
            .with("server_id", &server.number())
            .with("outcome", &outcome)
            .with("changed", &changed)
            .with("old_clore_per_day", &number(old.map(Rate::amount)))
            .with("new_clore_per_day", &number(Some(new.amount())))
            .with("cost", &CostRow::new(&cost))
    };
    context.watch.repricing(order);
    let edit = GigaspotEdit::new(order, new.clone(), clocks);
    // With what stood before, a lost answer can be settled by what stands after.
    let edit = match old {
        Some(old) => edit.was(old.clone()),
        None => edit,
    };
    let plan = Within::new(Limits::new(), EditGigaspot::new([edit])).rates(for_limits);
    let edited = context.client.run(plan);
    let outcome = match edited {
        Ok(edited) => edited.edits.first().map_or(EditOutcome::Unclear, |edit| edit.outcome),
        Err(error) if *error.kind() == ErrorKind::OutcomeUnknown => EditOutcome::Unclear,
        Err(error) => {
            context.watch.repriced(order);
            let word = if error.refusal().is_some() { "refused" } else { "failed" };
            let mut failure = Failure::from(error);
            failure.details = document(word, Some(false)).and(failure.details);
            return Err(failure);
        }
    };
    let (exit, kind, message) = match outcome {
        EditOutcome::Updated => {
            context.watch.repriced(order);
            output::note("changed");
            if context.json {
                output::document(&document("updated", Some(true)).text());
            }
            return Ok(Exit::Done);
        }
        EditOutcome::TooLow => (
            Exit::Failed,
            "bid_too_low",
            format!(
                "the new bid of order {order} is below the lowest that is taken{}; the old bid stands",
                floor(listed)
            ),
        ),
        EditOutcome::Failed => (
            Exit::Failed,
            "not_updated",
            format!("the service did not take the change of order {order}; the old bid stands"),
        ),
        EditOutcome::Unclear => (
            Exit::Unknown,
            "outcome_unknown",
            format!(
                "it is not known whether the new bid of order {order} took effect; look with `clore order {order}` \
                 before you change it again"
            ),
        ),
    };
    let (word, changed) = match outcome {
        EditOutcome::TooLow => ("bid_too_low", Some(false)),
        EditOutcome::Unclear => ("unclear", None),
        _ => ("failed", Some(false)),
    };
    let mut failure = Failure::new(exit, kind, message).with_orders([order]);
    failure.details = document(word, changed);
    Err(failure)
}

/// The own bid of this id; one that is known to be another account's is refused.
fn find(market: &Gigaspot, order: OrderId) -> Result<(ServerId, &StandingBid), Failure> {
    let own = market.own_bids().find(|(_, bid)| bid.id == Some(order));
    match own.or_else(|| market.bid(order)) {
        Some((_, bid)) if bid.mine == Some(false) => {
            let message = format!("bid {order} is another account's; nothing was sent");
            Err(Failure::new(Exit::Failed, "not_your_bid", message))
        }
        Some(found) => Ok(found),
        None => Err(no_such_bid(order, market)),
    }
}

/// An edit names no coin: what is meant as CLORE would be taken as whatever the bid is in.
fn in_clore(order: OrderId, bid: &StandingBid) -> Result<(), Failure> {
    let (kind, what) = match &bid.coin {
        Some(Coin::Clore) => return Ok(()),
        Some(other) => {
            let coin = output::cell(&other.to_string(), 40);
            ("not_in_clore", format!("bid {order} is in {coin}, and --price is in CLORE"))
        }
        None => ("coin_unknown", format!("the snapshot does not tell the coin of bid {order}")),
    };
    let message = format!(
        "{what}, so nothing was sent; `clore spot-price {order} PRICE` takes the price in the order's own coin"
    );
    Err(Failure::new(Exit::Failed, kind, message).with_orders([order]))
}

fn no_such_bid(order: OrderId, market: &Gigaspot) -> Failure {
    let gaps = if market.is_complete() { "" } else { ", and not all of it can be read" };
    let message = format!(
        "the snapshot shows no bid of order {order}; it lags{gaps}; nothing was sent; look with `clore order {order}` \
         and try again in a minute, or change its price with `clore spot-price {order} PRICE`"
    );
    let exit = if market.is_complete() { Exit::Nothing } else { Exit::Failed };
    Failure::new(exit, "no_such_bid", message)
}

fn floor(server: &clore_core::model::GigaspotServer) -> String {
    server.min_bid.as_ref().map_or_else(String::new, |floor| format!(" ({})", output::coin_per_day(floor)))
}

/// Whether the user leaves the clocks as they are.
fn keeps_clocks(args: &ClockArgs) -> bool {
    let given =
        [args.core_locks.len(), args.mem_locks.len(), args.core_offsets.len(), args.mem_offsets.len()];
    given.iter().all(|given| *given == 0)
}
