//! `POST /v1/set_spot_price`: changes a bid; lowering it is slow and in small steps (api-facts 2, 3.8).

use std::time::Duration;

use serde_json::Value;

use super::{Call, id};
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::{Object, eight_decimals};
use crate::rentals::Kind;

/// api-facts 1.4: `can_lower_every_600_seconds`.
const LOWERING_EVERY: Duration = Duration::from_secs(600);
/// Above this a figure is no price: sums with it would not be exact any more.
const HIGHEST: f64 = 1e12;
/// How far a bid may be lowered at once, as a share of it. That there is such a step is known, its size is not.
const LARGEST_STEP: f64 = 0.10;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let fields = match call.object() {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let Some(id) = id(fields.get("order_id")) else {
        return Answer::code(2, "`order_id` is not a number");
    };
    let Some(asked) =
        fields.get("desired_price").and_then(Value::as_f64).filter(|asked| asked.abs() < HIGHEST)
    else {
        return Answer::code(2, "`desired_price` is not a number");
    };
    // api-facts 1.2 and 3.8: a refusal with code 6, or with code 0 beside its error.
    let code = clore.options.reprice_refusal_code;
    let Some(order) = clore.rentals.order(id).filter(|order| order.alive() && order.asked.kind == Kind::Spot)
    else {
        // api-facts 1.4: order_dont_exist
        return Answer::refused_with(code, "order_dont_exist", |_| {});
    };
    let (shape, coin) = (clore.shape(), order.asked.coin);
    let floor = clore.market.listings()[order.asked.machine].price(coin).spot.unwrap_or_default();
    if asked <= 0.0 || asked < shape.price_out(coin, floor) {
        // api-facts 1.4: amount_too_low
        return Answer::refused_with(code, "amount_too_low", |_| {});
    }
    let price = shape.price_in(coin, asked);
    if price < order.price {
        let since = order.last_lowered.map(|at| call.now.saturating_sub(at));
        if let Some(rest) =
            since.and_then(|since| LOWERING_EVERY.checked_sub(since)).filter(|rest| !rest.is_zero())
        {
            // api-facts 1.4: can_lower_every_600_seconds, with the seconds left
            return Answer::refused_with(code, "can_lower_every_600_seconds", |more| {
                more.number("time_to_lowering", rest.as_secs_f64().ceil());
            });
        }
        let step = eight_decimals(order.price * LARGEST_STEP);
        // A step given to eight decimals may be taken to eight decimals.
        if eight_decimals(order.price - price) > step {
            // api-facts 1.4: exceeded_max_step
            return Answer::refused_with(code, "exceeded_max_step", |more| {
                more.number("max_step", shape.price_out(coin, step));
            });
        }
    }
    clore.rentals.reprice(id, call.now, price);
    Answer::done(Object::new())
}
