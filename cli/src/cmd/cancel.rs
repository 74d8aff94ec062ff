//! `clore cancel`: ends orders, and reads until a complete list confirms it.

use crate::adapter::Adapter;
use crate::args::{CancelArgs, Common};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use clore_core::model::{OrderId, Rates};
use clore_core::op::{CancelMany, CancelState};
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    order_id: u64,
    state: &'static str,
    error: Option<String>,
}

/// Cancels every order and reports each.
pub fn run<A: Adapter>(common: &Common, args: &CancelArgs) -> Result<Exit, Failure> {
    let context = Context::<A>::open(common, Rates::new(), Needs::KeyAndJournalIfPossible)?;
    context.watch.cancelling(args.orders.iter().copied());
    let mut plan = CancelMany::new(args.orders.iter().copied());
    if let Some(issue) = &args.issue {
        plan = plan.issue(issue);
    }
    let report = context.client.run(plan)?;
    let mut worst = None;
    let mut rows = Vec::new();
    for (order, state) in &report.orders {
        let row = row(*order, state);
        match state {
            CancelState::Confirmed => {
                if let Some(passwords) = &context.passwords {
                    passwords.forget_order(*order);
                }
                if !context.json {
                    output::line(&format!("order {order} is cancelled"));
                }
            }
            CancelState::Failed(error) => {
                output::note(&format!("order {order} is not cancelled: {error}"));
            }
            CancelState::Unconfirmed => {
                let advice = "it may still be billing; look with `clore orders` and cancel again";
                output::note(&format!("order {order}: the cancel is not confirmed; {advice}"));
            }
        }
        worst = worse(worst, failure_of(*order, state));
        rows.push(row);
    }
    let document = Document::new().with("cancelled", &rows);
    let Some(mut failure) = worst else {
        if context.json {
            output::document(&document.text());
        }
        return Ok(Exit::Done);
    };
    let open = report.orders.iter().filter(|(_, state)| *state != CancelState::Confirmed);
    failure.orders = open.map(|(order, _)| *order).collect();
    failure.details = document;
    Err(failure)
}

fn row(order: OrderId, state: &CancelState) -> Row {
    let (state, error) = match state {
        CancelState::Confirmed => ("cancelled", None),
        CancelState::Failed(error) => ("failed", Some(error.to_string())),
        CancelState::Unconfirmed => ("unconfirmed", None),
    };
    Row { order_id: order.number(), state, error }
}

fn failure_of(order: OrderId, state: &CancelState) -> Option<Failure> {
    match state {
        CancelState::Confirmed => None,
        CancelState::Failed(error) => Some(error.clone().into()),
        CancelState::Unconfirmed => {
            let message = format!("the cancel of order {order} is not confirmed; it may still be billing");
            Some(Failure::new(Exit::Unknown, "cancel_unconfirmed", message))
        }
    }
}

/// What is unknown weighs more than what failed; otherwise the first counts.
fn worse(one: Option<Failure>, other: Option<Failure>) -> Option<Failure> {
    match (one, other) {
        (Some(one), Some(other)) if one.exit != Exit::Unknown && other.exit == Exit::Unknown => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clore_core::error::{Error, ErrorKind};

    #[test]
    fn what_is_unconfirmed_weighs_more_than_what_failed() {
        let order = OrderId::new(1_000_001);
        let failed = || failure_of(order, &CancelState::Failed(Error::new(ErrorKind::NoSuchOrder)));
        let unconfirmed = || failure_of(order, &CancelState::Unconfirmed);
        assert!(failure_of(order, &CancelState::Confirmed).is_none());
        let exit = |failure: Option<Failure>| failure.unwrap().exit;
        assert_eq!(exit(unconfirmed()), Exit::Unknown);
        assert_eq!(exit(worse(failed(), unconfirmed())), Exit::Unknown);
        assert_eq!(exit(worse(unconfirmed(), failed())), Exit::Unknown);
        assert_eq!(exit(worse(None, failed())), Exit::Nothing);
    }
}
