//! `clore gigaspot bid`: bids on servers with one request that is sent once.
//!
//! ```text
//!  snapshot read ─► bids shown, asked ─► journal ─► sent once ─► all placed          exit 0
//!    └─ not there, flags out of range                 ├─ some placed, others not     exit 8
//!         ─► nothing sent                             ├─ none placed, refused        exit 1
//!                                                     └─ not known of all            exit 3, the intent stays open
//!  After anything that may have placed a bid the snapshot is read once more for the orders' ids.
//! ```
//!
//! Some placed is exit 8 ("placed and billing, but only in part") and not 1, which says that nothing changed.

use super::clocks::{self, PowerDefault};
use super::{estimate, price, price_words, tell_gaps, worth};
use crate::args::{Common, GigaspotBidArgs, values};
use crate::cmd::worth::Worth;
use crate::confirm;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, BidRow, CostRow, Document, number};
use clore_core::endpoint::Endpoint;
use clore_core::endpoint::gigaspot::{BidOutcome, BidReport, CreateGigaspotOrders, GigaspotBid};
use clore_core::error::{Error, ErrorKind};
use clore_core::journal::IntentId;
use clore_core::model::{CostEstimate, Gigaspot, GigaspotServer, GpuOverclock, OrderId, Rate, ServerId};
use clore_core::op::{ViewGigaspot, Within};
use clore_core::secret::Secret;
use clore_core::spending::Limits;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Reads the snapshot, shows the bids, asks, places them.
pub fn run(common: &Common, args: &GigaspotBidArgs) -> Result<Exit, Failure> {
    let price = price(&args.price)?;
    // What is wrong with the flags is said before the service is asked anything.
    let draft = |server: &ServerId| bid(args, *server, &price, [GpuOverclock::new(1)]);
    CreateGigaspotOrders::new(args.servers.iter().map(draft)).request().map_err(Error::from)?;
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context = <Context>::open_within(
        common,
        values::rates(&args.rates),
        Needs::KeyAndJournal,
        &args.limits.limits(),
    )?;
    let market = context.client.run(ViewGigaspot::new())?;
    let mut bids = Vec::new();
    let mut shown = Vec::new();
    for id in &args.servers {
        let server = market.server(*id).ok_or_else(|| not_there(*id, &market))?;
        let clocks = clocks::overclocks(server, &args.clocks, &PowerDefault::Highest)?;
        shown.push((server, clocks::watts(&clocks)));
        bids.push(bid(args, *id, &price, clocks));
    }
    let Worth { shown: rates, for_limits } = worth(&context, &market, args.servers.first().copied())?;
    let cost = estimate(&context, &price, &rates);
    shown.iter().for_each(|(server, watts)| show(server, watts, &price));
    tell_gaps(&market);
    let each = if bids.len() > 1 { format!("{} bids, each: ", bids.len()) } else { "bid: ".to_owned() };
    output::note(&format!("{each}{}", price_words(&price, &rates, &cost, &market)));
    if let Some(all) = together(&price, bids.len()) {
        let cost = cost.clone().repriced(all.clone());
        output::note(&format!(
            "together (a creation fee for each): {}",
            price_words(&all, &rates, &cost, &market)
        ));
    }
    confirm::ask(if bids.len() > 1 { "place them?" } else { "place it?" }, common.yes)?;
    let placing = Placing { context: &context, price, cost, before: own_orders(&market) };
    let plan = Within::new(Limits::new(), CreateGigaspotOrders::new(bids)).rates(for_limits);
    match context.client.run(plan) {
        Ok(placed) => {
            if !placed.not_asked.is_empty() {
                let servers = list(placed.not_asked.iter());
                output::warn(&format!("the answer names servers that nobody asked for: {servers}"));
            }
            placing.told(&placed.bids)
        }
        Err(error) => Err(placing.failed(error, &args.servers)),
    }
}

fn bid(
    args: &GigaspotBidArgs,
    server: ServerId,
    price: &Rate,
    clocks: impl IntoIterator<Item = GpuOverclock>,
) -> GigaspotBid {
    let bid = GigaspotBid::new(server, &args.image, price.clone(), clocks);
    args.env.iter().fold(bid, |bid, (name, value)| bid.env(name, Secret::new(value.as_str())))
}

/// Without the snapshot's word on its GPUs there is nothing to bid with.
fn not_there(server: ServerId, market: &Gigaspot) -> Failure {
    let advice = "nothing was sent; see them with `clore gigaspot list`";
    if market.skipped.count > 0 {
        let message =
            format!("server {server} is not among the servers of the snapshot that can be read; {advice}");
        return Failure::new(Exit::Failed, "not_on_gigaspot", message);
    }
    Failure::new(
        Exit::Nothing,
        "not_on_gigaspot",
        format!("server {server} is not on the gigaspot; {advice}"),
    )
}

fn show(server: &GigaspotServer, watts: &str, price: &Rate) {
    let id = server.id;
    let floor = server.min_bid.as_ref();
    let taken = floor.map_or_else(|| "not known".to_owned(), output::coin_per_day);
    let gpus = output::gigaspot_gpus(server);
    output::note(&format!("server {id}: {gpus}, power limit {watts}, lowest bid taken {taken}"));
    if server.on_demand_rented == Some(true) {
        output::warn(&format!("server {id} is rented on demand; a bid holds it only when that has ended"));
    }
    if server.online == Some(false) {
        output::warn(&format!("server {id} is offline"));
    }
    if server.working_properly == Some(false) {
        output::warn(&format!("server {id} does not work properly, says the snapshot"));
    }
    if floor.is_some_and(|floor| floor.amount() > price.amount()) {
        output::warn(&format!("the bid is below the lowest that is taken on server {id}"));
    }
    let holds = server.bids.iter().filter(|bid| bid.active == Some(true)).find_map(|bid| bid.price.as_ref());
    if let Some(held) = holds {
        output::note(&format!("  held by a bid of {}", output::coin_per_day(held)));
    }
    for order in server.bids.iter().filter(|bid| bid.mine == Some(true)).filter_map(|bid| bid.id) {
        output::warn(&format!("you have a bid on server {id} already: order {order}"));
    }
}

/// What several bids come to when all of them hold their machines.
fn together(price: &Rate, bids: usize) -> Option<Rate> {
    let all = price.amount().checked_mul(Decimal::from(bids)).filter(|_| bids > 1)?;
    Rate::new(all, price.coin().clone()).ok()
}

fn own_orders(market: &Gigaspot) -> BTreeSet<OrderId> {
    market.own_bids().filter_map(|(_, bid)| bid.id).collect()
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// What was placed at which price, and the own orders that were there before.
struct Placing<'a> {
    context: &'a Context,
    price: Rate,
    cost: CostEstimate,
    before: BTreeSet<OrderId>,
}

impl Placing<'_> {
    /// The answer tells of each bid.
    fn told(&self, bids: &[BidReport]) -> Result<Exit, Failure> {
        let with = |outcome| bids.iter().filter(move |bid| bid.outcome == outcome).map(|bid| bid.server);
        let unclear: Vec<ServerId> = with(BidOutcome::Unclear).collect();
        let placed: Vec<ServerId> = with(BidOutcome::Placed).collect();
        let watch = &self.context.watch;
        if unclear.is_empty() {
            watch.all_settled();
        }
        if !placed.is_empty() {
            watch.in_doubt(Some(format!(
                "bids are placed on server {} (see their orders with `clore gigaspot list --mine`)",
                list(&placed)
            )));
            // The journal calls it settled already, and the look for the ids may take long: said before it begins.
            watch.tell(&format!(
                "bids are placed on server {}, and bill when they hold their machine; looking for their orders",
                list(&placed)
            ));
        }
        let rows = self.rows(bids);
        let orders: Vec<OrderId> = rows.iter().filter_map(|row| row.order).collect();
        if !self.context.json {
            rows.iter().for_each(|row| output::line(&row.words()));
        }
        if !placed.is_empty() {
            output::note("see them with `clore gigaspot list --mine`, end one with `clore cancel ORDER_ID`");
        }
        watch.in_doubt(None);
        let (exit, kind, message) = match () {
            () if !unclear.is_empty() => {
                let intents = watch.open_intents();
                (Exit::Unknown, "outcome_unknown", self.unsettled(&list(&unclear), &intents, &orders))
            }
            () if placed.len() == bids.len() => {
                if self.context.json {
                    output::document(&self.document(&rows).text());
                }
                return Ok(Exit::Done);
            }
            () if placed.is_empty() => (Exit::Failed, "not_placed", "no bid was placed".to_owned()),
            () => {
                let message = format!(
                    "{} of {} bids are placed, and bill when they hold their machine: server {}",
                    placed.len(),
                    bids.len(),
                    list(&placed)
                );
                (Exit::NotReady, "placed_in_part", message)
            }
        };
        let mut failure = Failure::new(exit, kind, message).with_orders(orders);
        failure.details = self.document(&rows);
        if exit == Exit::Unknown {
            failure.details = with_intents(failure.details, &watch.open_intents());
        }
        Err(failure)
    }

    /// No answer tells of each bid.
    fn failed(&self, error: Error, servers: &[ServerId]) -> Failure {
        let watch = &self.context.watch;
        let intents = error.intents().to_vec();
        match error.kind() {
            ErrorKind::OutcomeUnknown => {
                let unclear = |server: &ServerId| (*server, BidOutcome::Unclear);
                let rows = self.named(servers.iter().map(unclear));
                let mut orders: Vec<OrderId> = error.order_ids().to_vec();
                orders.extend(rows.iter().filter_map(|row| row.order));
                if !self.context.json {
                    rows.iter().for_each(|row| output::line(&row.words()));
                }
                let mut failure = Failure::from(error);
                failure.message = self.unsettled(&list(servers), &intents, &orders);
                failure.orders = orders;
                failure.details = with_intents(self.document(&rows), &intents);
                failure
            }
            ErrorKind::OpenIntents => {
                let names = list(&intents);
                let mut failure = Failure::from(error);
                failure.message = format!(
                    "an earlier attempt is not settled, so nothing was sent: open intent {names}; settle it with \
                     `clore resume`, or say `clore resume --close INTENT` when you know that nothing was placed"
                );
                failure
            }
            _ => {
                if intents.is_empty() {
                    watch.all_settled();
                }
                error.into()
            }
        }
    }

    fn unsettled(&self, servers: &str, intents: &[IntentId], orders: &[OrderId]) -> String {
        let intent = list(intents);
        // One order is enough for the journal: the intent is then known as placed, and each order stands for itself.
        let (may_be, settle) = match orders {
            [] => (
                "the snapshot shows no new bid of yours yet, but one may still appear".to_owned(),
                format!(
                    "then settle intent {intent} with `clore resume`, or say `clore resume --close {intent}` when you \
                     know that nothing was placed"
                ),
            ),
            [first, ..] => (
                format!(
                    "the snapshot shows these new orders of yours, which may be billing: {}",
                    list(orders)
                ),
                format!(
                    "if these are they, say `clore resume --attribute {intent}={first}`, and end any with `clore \
                     cancel ORDER_ID`"
                ),
            ),
        };
        format!(
            "it is not known whether bids were placed on server {servers}; {may_be}; do not simply try again: look \
             with `clore gigaspot list --mine` and `clore orders`, {settle}"
        )
    }

    fn rows(&self, bids: &[BidReport]) -> Vec<BidRow> {
        let may_be_there = |bid: &BidReport| matches!(bid.outcome, BidOutcome::Placed | BidOutcome::Unclear);
        let outcomes = bids.iter().map(|bid| (bid.server, bid.outcome));
        match bids.iter().any(may_be_there) {
            true => self.named(outcomes),
            false => outcomes.map(|(server, outcome)| BidRow { server, outcome, order: None }).collect(),
        }
    }

    /// The rows with the orders that the snapshot shows now and did not show before: no answer ever tells them.
    fn named(&self, outcomes: impl Iterator<Item = (ServerId, BidOutcome)>) -> Vec<BidRow> {
        let market = self.context.client.run(ViewGigaspot::new());
        if let Err(error) = &market {
            output::warn(&format!("the orders of the bids could not be looked up: {error}"));
        }
        let order_on = |server: ServerId| {
            let mut own = market.iter().flat_map(Gigaspot::own_bids).filter(|(on, _)| *on == server);
            own.find_map(|(_, bid)| bid.id.filter(|id| !self.before.contains(id)))
        };
        let row = |(server, outcome)| {
            let may_be_there = matches!(outcome, BidOutcome::Placed | BidOutcome::Unclear);
            BidRow { server, outcome, order: if may_be_there { order_on(server) } else { None } }
        };
        outcomes.map(row).collect()
    }

    fn document(&self, rows: &[BidRow]) -> Document {
        Document::new()
            .with("bids", &rows)
            .with("price_clore_per_day", &number(Some(self.price.amount())))
            .with("price_usd_per_hour", &number(self.cost.price().map(|price| price.amount())))
            .with("cost", &CostRow::new(&self.cost))
    }
}

fn with_intents(document: Document, intents: &[IntentId]) -> Document {
    document.with("intents", &intents.iter().map(ToString::to_string).collect::<Vec<_>>())
}
