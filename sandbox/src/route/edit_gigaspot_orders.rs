//! `POST /v1/edit_gigaspot_orders`: new prices and GPU settings for gigaspot bids. What failed is listed, and the code
//! is 0 whatever it was (api-facts 3.14).

use serde_json::Value;

use super::create_gigaspot_orders::price;
use super::{Call, id};
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::gigaspot::Overclock;
use crate::json_text::Object;
use crate::rentals::Kind;

struct Asked {
    order: u64,
    /// CLORE per day.
    price: f64,
    overclocks: Vec<Overclock>,
}

enum Failed {
    Update,
    TooLow,
}

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let asked = call.array().and_then(|items| items.iter().map(read).collect::<Result<Vec<_>, _>>());
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let (mut done, mut failed, mut too_low) = (Vec::new(), Vec::new(), Vec::new());
    for asked in asked {
        let order = asked.order.to_string();
        match judge(clore, &asked) {
            Ok(()) => {
                clore.rentals.reprice(asked.order, call.now, asked.price);
                clore.gigaspot.ask(asked.order, asked.overclocks);
                done.push(order);
            }
            Err(Failed::Update) => failed.push(order),
            Err(Failed::TooLow) => too_low.push(order),
        }
    }
    let mut answer = Object::new();
    answer
        .array("success_to_update_ids", done)
        .array("failed_to_update_ids", failed)
        .array("too_low_bid_ids", too_low);
    Answer::done(answer)
}

/// api-facts 1.3, code 2: invalid input, for the whole request.
fn read(item: &Value) -> Result<Asked, Answer> {
    let wrong = |why: &str| Answer::code(2, why.to_owned());
    Ok(Asked {
        order: id(item.get("order_id")).ok_or_else(|| wrong("`order_id` is not a number"))?,
        price: price(&item["price"]).ok_or_else(|| wrong("`price` is not a number"))?,
        overclocks: Overclock::list(item.get("oc")).ok_or_else(|| wrong("`oc` is no list of settings"))?,
    })
}

/// Whether the bid can be changed so. api-facts 2 has slow lowering for `set_spot_price` only.
fn judge(clore: &Clore, asked: &Asked) -> Result<(), Failed> {
    let order = clore.rentals.order(asked.order).filter(|order| order.alive());
    let order = order.filter(|order| order.asked.kind == Kind::Spot).ok_or(Failed::Update)?;
    let place = order.asked.machine;
    // An order on a machine that is not on gigaspot is none of these.
    if clore.on_gigaspot(order.asked.server) != Some(place)
        || !clore.takes_overclocks(place, &asked.overclocks)
    {
        return Err(Failed::Update);
    }
    let floor = clore.gigaspot_floor(place).ok_or(Failed::Update)?;
    // api-facts 3.14: too_low_bid_ids
    if asked.price < floor || asked.price <= 0.0 { Err(Failed::TooLow) } else { Ok(()) }
}
