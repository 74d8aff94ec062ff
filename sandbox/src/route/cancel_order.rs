//! `POST /v1/cancel_order`: ends one order, billing stops at once (api-facts 3.5).

use serde_json::Value;

use super::{Call, id};
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::Object;
use crate::rentals::EndReason;

/// api-facts 1.4: `issue_description_too_long` means more than 2048 characters.
const LONGEST_ISSUE: usize = 2048;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let fields = match call.object() {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let Some(order) = id(fields.get("id")) else {
        return Answer::code(2, "`id` is not a number");
    };
    match fields.get("issue") {
        None | Some(Value::Null) => {}
        Some(Value::String(issue)) if issue.chars().count() > LONGEST_ISSUE => {
            // api-facts 1.4: issue_description_too_long
            return Answer::refused("issue_description_too_long");
        }
        Some(Value::String(_)) => {}
        Some(_) => return Answer::code(2, "`issue` is not a text"),
    }
    match cancel(clore, order, call) {
        Ok(()) => Answer::done(Object::new()),
        Err(refusal) => refusal,
    }
}

/// Ends one order, or says why not.
pub(super) fn cancel(clore: &mut Clore, order: u64, call: &Call<'_>) -> Result<(), Answer> {
    match clore.rentals.order(order) {
        // api-facts 1.4: you_dont_own_this_order; an id that nobody has is nobody's order either.
        None => Err(Answer::refused("you_dont_own_this_order")),
        // api-facts 1.4: order_not_active
        Some(found) if !found.alive() => Err(Answer::refused("order_not_active")),
        Some(_) => {
            clore.rentals.end(order, call.now, EndReason::Cancelled);
            Ok(())
        }
    }
}
