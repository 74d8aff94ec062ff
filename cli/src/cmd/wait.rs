//! `clore wait`: waits for an order that is there already. It changes nothing, however it ends.
//!
//! ```text
//!  ready ─► SSH line                exit 0     over (and not waited for) ─► exit 1
//!  time over ─► the order is named  exit 8     interrupted ─► the order is named, exit 130
//! ```

use crate::args::{Common, WaitArgs, WaitFor};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::error::ErrorKind;
use clore_core::model::{Order, Rates};
use clore_core::op::WaitForOrder;
use std::path::PathBuf;

/// Waits, and prints the SSH line, or the order's id where there is none.
pub fn run(common: &Common, args: &WaitArgs) -> Result<Exit, Failure> {
    let context = <Context>::open(common, Rates::new(), Needs::Key)?;
    let id = args.order;
    context.watch.waits_for(id);
    let what = match args.what {
        WaitFor::Ssh | WaitFor::Running => "waiting for the machine",
        WaitFor::Ended => "waiting for the end",
    };
    context.watch.waiting_for(Some(what));
    let plan = WaitForOrder::new(id)
        .timeout(args.waiting.longest)
        .poll_every(args.waiting.every)
        .until(args.what.condition());
    let result = context.client.run(plan);
    context.watch.waiting_for(None);
    let password = || context.passwords.as_ref().and_then(|keeper| keeper.order_file(id));
    match result {
        Ok(order) => {
            tell(&context, &order, password());
            Ok(Exit::Done)
        }
        Err(error) => {
            let last = error.last_order().cloned();
            let timed_out = *error.kind() == ErrorKind::WaitTimeout;
            let mut failure = Failure::from(error);
            if timed_out {
                let advice = match &last {
                    Some(_) => format!("it may be billing; wait again, or end it with `clore cancel {id}`"),
                    None => "check the id with `clore orders --completed`".to_owned(),
                };
                let seen = last.as_ref().map_or_else(
                    || "it was in no list that could be read".to_owned(),
                    |order| format!("last seen {}", order.status),
                );
                failure.message = format!("order {id} is not ready in time: {seen}; {advice}");
            }
            if !failure.orders.contains(&id) {
                failure.orders.push(id);
            }
            if let Some(order) = &last {
                failure.details = output::order_document(order, None, &context.rates, None);
            }
            Err(failure)
        }
    }
}

fn tell(context: &Context, order: &Order, password: Option<PathBuf>) {
    context.tell_password(order.id);
    if context.json {
        let document = output::order_document(order, None, &context.rates, password.as_deref());
        output::document(&document.text());
        return;
    }
    match order.ssh().filter(|_| order.status.is_running()) {
        Some(target) => output::line(target.raw()),
        None => output::line(&order.id.to_string()),
    }
}
