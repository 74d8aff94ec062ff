//! `clore guard`: watches open orders against their caps and ends what passes them. The rules are core's
//! (`GuardOrders`); here they are told.

use crate::args::{Common, GuardArgs, values};
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::rounds::{self, Rounds};
use clore_core::event::{GuardRound, Standing};
use clore_core::op::GuardOrders;
use std::sync::Arc;

/// Watches until it is interrupted, or makes one round.
pub fn run(common: &Common, args: &GuardArgs) -> Result<Exit, Failure> {
    // Caps that are named here hold without a journal; all others need to know whose an order is.
    let only_named = !args.orders.is_empty() && args.caps().is_empty();
    let needs = if only_named { Needs::KeyAndJournalIfPossible } else { Needs::KeyAndJournal };
    let context = <Context>::open(common, values::rates(&args.rates), needs)?;
    context.watch.in_doubt(Some(
        "the interrupt cancelled nothing; open orders bill and are not watched any more".to_owned(),
    ));
    context.watch.rounds(Arc::new(Rounds::new(context.json)));
    let mut plan =
        GuardOrders::new().caps(args.caps()).every(args.every).cancel_inferred(args.cancel_inferred);
    if args.once {
        plan = plan.once();
    } else {
        let stops = "the guard watches only while it runs: not while this machine sleeps, or without power or network";
        output::note(&format!(
            "looking every {}; {stops}; Ctrl-C ends it and cancels nothing",
            output::span(args.every)
        ));
    }
    plan = args.orders.iter().fold(plan, |plan, (order, caps)| plan.order(*order, *caps));
    let round = context.client.run(plan)?;
    context.keep_passwords_up();
    told(&context, &round)
}

/// How the last round ends the program.
fn told(context: &Context, round: &GuardRound) -> Result<Exit, Failure> {
    for intent in &round.open_intents {
        let settle =
            "if it became an order, that one bills and is not watched; settle it with `clore resume`";
        output::warn(&format!("intent {intent} is open: {settle}"));
    }
    let document = rounds::document(round);
    let billing: Vec<_> = round.still_billing().collect();
    let mut failure = if !billing.is_empty() {
        let names = billing.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let message = format!(
            "to be ended, and may still be billing: order {names}; look with `clore orders`, end it with `clore cancel {names}`"
        );
        Failure::new(Exit::Unknown, "cancel_unconfirmed", message).with_orders(billing)
    } else if let Some(error) = &round.failure {
        error.clone().into()
    } else if round.unread > 0 {
        let message = "some of your orders cannot be read, so whether they passed a cap is not known; look at them on clore.ai";
        Failure::new(Exit::Failed, "unreadable_order", message)
    } else if let Some(error) = &round.journal {
        error.clone().into()
    } else if let Some(one) = round.orders.iter().find(|one| one.standing == Standing::NotMeasured) {
        let order = one.order;
        let message = format!(
            "what order {order} costs is not known, so its spend cap cannot end it: give a rate (--rate CLORE=0.3) or a \
             longest time (--order {order}=2h); or how old it is, so its longest time cannot: let the guard run without \
             --once"
        );
        Failure::new(Exit::Unknown, "cap_not_measured", message).with_orders([order])
    } else {
        match context.json {
            true => output::document(&document.text()),
            false if round.orders.is_empty() => output::note("no order is open"),
            false => {}
        }
        return Ok(Exit::Done);
    };
    failure.details = document;
    Err(failure)
}
