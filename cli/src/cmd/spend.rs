//! `clore spend`: what orders cost by the journal of this machine, what may be billing, and what the limits leave.
//!
//! Nothing is asked of the service. A figure that is not known is never 0.

use crate::args::{Common, SpendArgs, SpendBy};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::limits;
use crate::output::{self, Spent};
use clore_core::journal::{JournaledOrder, OpenIntent, Ownership};
use clore_core::model::Rates;
use clore_core::time::UnixTime;
use std::time::{SystemTime, UNIX_EPOCH};

/// Reads the journal and shows it.
pub fn run(common: &Common, args: &SpendArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, Rates::new(), Needs::KeyAndJournal)?;
    let view = context.look()?;
    let clock = clock();
    // A clock that stands before the newest line of the journal is wrong, or that line is.
    let now = clock.max(view.newest_wall()).unwrap_or(UnixTime::from_seconds(0));
    let orders: Vec<&JournaledOrder> = view.orders().filter(|order| !order.other_key).collect();
    let open: Vec<&OpenIntent> = view.open().filter(|open| open.ownership != Ownership::OtherKey).collect();
    let elsewhere = view.orders().count().saturating_sub(orders.len());
    let standing = view.standing(None);
    let spent = Spent {
        orders,
        open,
        now,
        clock_behind: clock.filter(|clock| now.since(*clock) > 60),
        day: standing.day(None, Some(now)),
        open_orders: standing.open_orders(None, Some(now)).total(),
        unlisted: view.unnamed_orders(),
        limits: limits::standing()?,
        by_day: args.by == SpendBy::Day,
    };
    if context.json {
        output::document(&output::spent_document(&spent).text());
        return Ok(Exit::Done);
    }
    if spent.orders.is_empty() {
        output::note("the journal has no orders of this key");
    } else {
        output::line(&output::spent_table(&spent));
    }
    output::spent_lines(&spent).iter().for_each(|line| output::line(line));
    if view.unnamed_orders() > 0 {
        output::note(&format!(
            "{} orders of bids that told no order are not listed; see them with `clore orders`",
            view.unnamed_orders()
        ));
    }
    if elsewhere > 0 {
        output::note(&format!("{elsewhere} more orders of the journal were made with other keys"));
    }
    Ok(Exit::Done)
}

/// What this machine's clock says.
fn clock() -> Option<UnixTime> {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    wall.and_then(|wall| i64::try_from(wall.as_secs()).ok()).map(UnixTime::from_seconds)
}
