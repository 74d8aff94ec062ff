//! `clore resume`: settles what a crash left. It never creates anything.

use crate::args::{Common, ResumeArgs};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use clore_core::error::{Error, ErrorKind};
use clore_core::journal::IntentId;
use clore_core::model::{OrderId, Rates};
use clore_core::op::rent::{AttributeIntent, CloseIntent, Resume, Settled, Settlement};
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    outcome: &'static str,
    order_id: Option<u64>,
    intent: String,
    server_id: Option<u64>,
    candidates: Vec<u64>,
}

/// Settles every open intent, or the one the user has a word on. 0 when nothing stays open, else 3.
pub fn run(common: &Common, args: &ResumeArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, Rates::new(), Needs::KeyAndJournal)?;
    let settled = match (&args.close, &args.attribute) {
        (Some(intent), _) => {
            let close = CloseIntent::new(intent.clone()).except(args.other.iter().copied());
            vec![context.client.run(close).map_err(|error| not_closed(error, intent))?]
        }
        (None, Some((intent, order))) => {
            vec![context.client.run(AttributeIntent::new(intent.clone(), *order))?]
        }
        (None, None) => {
            context.watch.waiting_for(Some("settling what is open"));
            let settled = context.client.run(Resume::new());
            context.watch.waiting_for(None);
            settled?
        }
    };
    context.keep_passwords_up();
    for one in &settled {
        one.settlement.order().into_iter().for_each(|order| context.tell_password(order));
        if !context.json {
            output::line(&words(one));
        }
    }
    let rows: Vec<Row> = settled.iter().map(row).collect();
    let document = Document::new().with("settled", &rows);
    let open: Vec<&Settled> = settled.iter().filter(|one| one.settlement.is_open()).collect();
    if open.is_empty() {
        if context.json {
            output::document(&document.text());
        } else if settled.is_empty() {
            output::note("nothing is open");
        }
        return Ok(Exit::Done);
    }
    let names = open.iter().map(|one| one.intent.to_string()).collect::<Vec<_>>().join(", ");
    let message = format!(
        "still open: {names}; look with `clore orders --completed`, then say `clore resume --close INTENT` (nothing \
         was placed) or `clore resume --attribute INTENT=ORDER`"
    );
    let mut failure = Failure::new(Exit::Unknown, "still_open", message);
    failure.orders = open.iter().flat_map(|one| candidates(one)).map(OrderId::new).collect();
    failure.details = document;
    Err(failure)
}

/// Orders that stand in the way of closing are named with each way on.
fn not_closed(error: Error, intent: &IntentId) -> Failure {
    let in_the_way = matches!(error.kind(), ErrorKind::Own(_)) && !error.order_ids().is_empty();
    let mut failure = Failure::from(error);
    if in_the_way {
        let names = failure.orders.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        failure.message = format!(
            "intent {intent} stays open: it may have become one of these orders, which may be billing: {names}; if one \
             is it, say `clore resume --attribute {intent}=ORDER`; of each that is not, say so with `clore resume \
             --close {intent} --other ORDER`"
        );
    }
    failure
}

fn candidates(one: &Settled) -> Vec<u64> {
    one.settlement.candidates().iter().map(|row| row.id.number()).collect()
}

fn row(one: &Settled) -> Row {
    Row {
        outcome: one.settlement.word(),
        order_id: match one.settlement {
            Settlement::Placed { order, .. } => Some(order.number()),
            _ => None,
        },
        intent: one.intent.to_string(),
        server_id: one.server.map(|server| server.number()),
        candidates: candidates(one),
    }
}

fn words(one: &Settled) -> String {
    let server = one.server.map_or_else(String::new, |server| format!(" (server {server})"));
    let became = match &one.settlement {
        Settlement::Placed { order, inferred } => {
            let how = if *inferred { ", found in your orders" } else { "" };
            format!("it is order {order}{how}; end it with `clore cancel {order}`")
        }
        Settlement::Refused => "the service had refused it".to_owned(),
        Settlement::NeverSent => "it was never sent".to_owned(),
        Settlement::NotSeen => "no order is to be seen; it stays open".to_owned(),
        Settlement::Unknown(rows) if rows.is_empty() => {
            "your orders could not be read; it stays open".to_owned()
        }
        Settlement::Ambiguous(_) | Settlement::Unknown(_) => {
            let ids = candidates(one).iter().map(ToString::to_string).collect::<Vec<_>>();
            format!("one of these orders may be it: {}; it stays open", ids.join(", "))
        }
        Settlement::Owned => "another run is at it".to_owned(),
        Settlement::OtherKey => "it was made with another key; only that key can settle it".to_owned(),
        Settlement::Closed => "closed: nothing was placed".to_owned(),
    };
    format!("intent {}{server}: {became}", one.intent)
}
