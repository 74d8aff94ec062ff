//! What became of an order that was to be ended, as it is told: cancelled, over by itself, kept, or perhaps billing.

use crate::adapter::Adapter;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output;
use clore_core::model::OrderId;
use clore_core::op::rent::WhyBilling;
use clore_core::op::{Fate, GuardEnd};

/// What the guard did about it, by --on-failure or --on-interrupt.
pub fn ended<A: Adapter>(
    context: &Context<A>,
    failure: Failure,
    end: &GuardEnd,
    interrupted: bool,
) -> Failure {
    let order = end.order;
    match &end.fate {
        Fate::Kept => failure,
        Fate::KeptUnread => {
            output::warn(&format!("whether order {order} ever ran could not be read, so it was kept"));
            failure
        }
        fate @ (Fate::Cancelled | Fate::Over) => {
            let (exit, kind, what) = match interrupted {
                true => (Exit::Interrupted, "interrupted", "interrupted"),
                false => (Exit::Failed, failure.kind, "the machine was not ready in time"),
            };
            // The password of an order that nobody cancelled is kept: it is of use should the lists be wrong.
            let became = match (fate, &context.passwords) {
                (Fate::Cancelled, passwords) => {
                    passwords.iter().for_each(|passwords| passwords.forget_order(order));
                    "is cancelled, and a reading confirms it"
                }
                _ => "is over: it had ended before it was to be cancelled",
            };
            Failure::new(exit, kind, format!("{what}; order {order} {became}"))
        }
        Fate::StillBilling(why) => still_billing(order, why),
    }
}

/// An order was to be cancelled and may be billing.
pub fn still_billing(order: OrderId, why: &WhyBilling) -> Failure {
    let why = match why {
        WhyBilling::Unanswered => {
            "the service's answer was lost, so it may be somebody else's; it was not cancelled (--cancel-inferred would)"
                .to_owned()
        }
        WhyBilling::NotSure(_) => "your orders do not show it alone, so it was not cancelled".to_owned(),
        WhyBilling::NotRead => {
            "your orders could not be read, so whether it is yours alone is not known; it was not cancelled".to_owned()
        }
        WhyBilling::Unconfirmed(error) => error.to_string(),
    };
    let message = format!(
        "order {order} was to be cancelled and may be billing: {why}; look with `clore order {order}`, end it with \
         `clore cancel {order}`"
    );
    Failure::new(Exit::Unknown, "cancel_unconfirmed", message).with_orders([order])
}
