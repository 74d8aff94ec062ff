//! `POST /v1/cancel_orders`: ends up to 64 orders; what failed is listed, and the code is 0 (api-facts 3.6).

use serde_json::Value;

use super::cancel_order::cancel;
use super::{Call, id};
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::{Object, quoted};

/// api-facts 3.6: at most 64 ids in a request.
const MOST_IDS: usize = 64;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let fields = match call.object() {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let Some(Value::Array(values)) = fields.get("order_ids") else {
        return Answer::code(2, "`order_ids` is not a list");
    };
    if values.len() > MOST_IDS {
        return Answer::code(2, "`order_ids` has more than 64 ids");
    }
    let ids: Option<Vec<u64>> = values.iter().map(|value| id(Some(value))).collect();
    let Some(ids) = ids else {
        return Answer::code(2, "`order_ids` holds what is no number");
    };
    let failed: Vec<u64> = ids.into_iter().filter(|id| cancel(clore, *id, call).is_err()).collect();
    let mut answer = Object::new();
    // api-facts 3.6: ids as text.
    answer.array("failed_to_cancel", failed.iter().map(|id| quoted(&id.to_string())));
    Answer::done(answer)
}
