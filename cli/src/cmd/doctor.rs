//! `clore doctor`: whether the key, the service, the clocks, the journal and the limits are as they should be, and how
//! the service's answers differ from what this version knows. It reads only, and spends nothing.
//!
//! ```text
//!  marketplace (no key) ─► service, clock, drift     wallets, my_orders, my_servers ─► key, limits seen, drift
//!  files ─► who can read them                        journal ─► open intents
//!  all fine ─► exit 0     something to look at ─► 1     the key ─► 5     the service ─► 7
//! ```

mod checks;
mod files;

use crate::args::Common;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use checks::{Checks, State};
use clore_blocking::Client;
use clore_core::drift::{Drift, Known};
use clore_core::endpoint::marketplace::Marketplace;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::wallets::Wallets;
use clore_core::endpoint::{Beside, Endpoint, WithRaw};
use clore_core::error::Error;
use clore_core::model::Rates;
use clore_core::op::Dated;
use clore_core::spending::Limits;
use std::time::{SystemTime, UNIX_EPOCH};

/// Checks everything, whatever fails on the way.
pub fn run(common: &Common) -> Result<Exit, Failure> {
    let has_key = std::env::var_os("CLORE_API_KEY").is_some();
    let needs = if has_key { Needs::KeyAndJournalIfPossible } else { Needs::Market };
    let context: Context = Context::open(common, Rates::new(), needs)?;
    let mut checks = Checks::default();
    market(&context, &mut checks);
    if has_key {
        account(&context, &mut checks);
    } else {
        checks.add("key", State::Failed(Exit::Key), "CLORE_API_KEY is not set: only the market can be read");
    }
    own_limits(&mut checks)?;
    files::check(&mut checks);
    if has_key {
        intents(&context, &mut checks);
    }
    told(context.json, &checks)
}

/// How many seconds the service's clock is ahead of this machine's, and how far that may be wrong.
#[derive(Clone, Copy)]
struct Ahead {
    seconds: i64,
    bound: i64,
}

/// The service's answer with its bytes, and its clock.
fn asked<E: Endpoint>(client: &Client, endpoint: E) -> Result<(WithRaw<E::Output>, Option<Ahead>), Error> {
    let before = wall();
    let (answer, date) = client.run(Dated(Beside(endpoint)))?;
    let ahead = date.zip(before).zip(wall()).map(|((date, before), after)| {
        let middle = before.saturating_add(after) / 2;
        // A date has whole seconds.
        let bound = (after.saturating_sub(before) / 2).saturating_add(1);
        Ahead { seconds: date.seconds().saturating_sub(middle), bound }
    });
    Ok((answer, ahead))
}

fn wall() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

fn market(context: &Context, checks: &mut Checks) {
    match asked(&context.client, Marketplace::new().include_rented(true)) {
        Ok((answer, ahead)) => {
            let market = &answer.value;
            let read = market.servers.len();
            let words = format!("it answers; {read} servers on the market");
            checks.add("service", State::Fine, words);
            if market.skipped.count > 0 {
                let words = format!("{} of {} servers cannot be read", market.skipped.count, market.records);
                checks.add("market", State::Look, words);
            }
            clock(ahead, checks);
            checks.drift(Drift::of(Known::Marketplace, &answer.raw));
        }
        Err(error) => checks.failed("service", error),
    }
}

/// The service's dates judge whether an order found by reading is ours: they must fit each other, not this machine.
fn clock(ahead: Option<Ahead>, checks: &mut Checks) {
    let Some(Ahead { seconds: ahead, bound }) = ahead else {
        return checks.add("clock", State::Look, "the service's answer has no readable date");
    };
    let how = match ahead {
        0 => "agrees with the service's".to_owned(),
        1.. => format!("is {ahead} s behind the service's"),
        _ => format!("is {} s ahead of the service's", ahead.unsigned_abs()),
    };
    let words = format!("this machine's clock {how} (± {bound} s)");
    let is_off = ahead.unsigned_abs() > bound.unsigned_abs().saturating_add(30);
    match is_off {
        true => {
            let why = "the limit of a day and what orders cost rest on it; set it by NTP";
            checks.add("clock", State::Look, format!("{words}: {why}"));
        }
        false => checks.add("clock", State::Fine, words),
    }
}

fn account(context: &Context, checks: &mut Checks) {
    match asked(&context.client, Wallets) {
        Ok((answer, _)) => {
            checks.add("key", State::Fine, "the service accepts it");
            checks.drift(Drift::of(Known::Wallets, &answer.raw));
        }
        Err(error) => return checks.failed("key", error),
    }
    match asked(&context.client, MyOrders { include_completed: true }) {
        Ok((answer, _)) => {
            let list = &answer.value;
            match list.limit {
                Some(limit) => checks.add("limit", State::Fine, format!("the service says {limit} orders")),
                None => checks.add("limit", State::Fine, "the service says no limit of orders"),
            }
            if !list.is_complete() {
                let words = format!("{} orders cannot be read and may be billing", list.unparsed.count);
                checks.add("orders", State::Look, words);
            }
            checks.drift(Drift::of(Known::MyOrders, &answer.raw));
        }
        Err(error) => checks.failed("orders", error),
    }
    match asked(&context.client, MyServers) {
        Ok((answer, _)) => checks.drift(Drift::of(Known::MyServers, &answer.raw)),
        Err(error) => checks.failed("my_servers", error),
    }
}

fn own_limits(checks: &mut Checks) -> Result<(), Failure> {
    let limits = crate::limits::standing()?;
    if limits == Limits::new() {
        let words =
            "none of yours stands: CLORE_MAX_RATE, CLORE_MAX_PER_DAY, CLORE_MAX_OPEN_ORDERS are not set";
        checks.add("own limits", State::Fine, words);
        return Ok(());
    }
    let rate = limits.max_rate.map(|rate| format!("{rate} a server"));
    let day = limits.max_total_per_day.map(|most| format!("{most} a day"));
    let open = limits.max_open_orders.map(|most| format!("{most} open orders"));
    let words = rate.into_iter().chain(day).chain(open).collect::<Vec<_>>().join(", ");
    checks.add("own limits", State::Fine, format!("at most {words}"));
    Ok(())
}

fn intents(context: &Context, checks: &mut Checks) {
    match context.look() {
        Ok(view) => {
            let open: Vec<String> = view.open().map(|open| open.intent.id.to_string()).collect();
            match open.is_empty() {
                true => checks.add("intents", State::Fine, "none is open"),
                false => {
                    let names = open.join(", ");
                    let words = format!(
                        "open, and their orders may be billing: {names}; settle them with `clore resume`"
                    );
                    checks.add("intents", State::Look, words);
                }
            }
        }
        Err(failure) => checks.add("intents", State::Failed(failure.exit), failure.message),
    }
}

fn told(json: bool, checks: &Checks) -> Result<Exit, Failure> {
    let report = checks.report();
    if json {
        let document = Document::new()
            .with("checks", &checks.rows())
            .with("drift", &checks.differs())
            .with("report", &report);
        return match checks.worst() {
            None => {
                output::document(&document.text());
                Ok(Exit::Done)
            }
            Some((exit, kind, message)) => {
                let mut failure = Failure::new(exit, kind, message);
                failure.details = document;
                Err(failure)
            }
        };
    }
    output::line(&checks.lines());
    output::line(&report);
    checks.worst().map_or(Ok(Exit::Done), |(exit, kind, message)| Err(Failure::new(exit, kind, message)))
}
