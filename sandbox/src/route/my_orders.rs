//! `GET /v1/my_orders`: the account's orders, newest first; ended ones only when asked for (api-facts 3.3).

use std::time::Duration;

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::Object;
use crate::rentals::Order;

/// api-facts 3.3: probably the number of orders at a time; only told, not enforced.
const LIMIT: u64 = 64;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let completed = call.query.get("return_completed").as_deref() == Some("true");
    let mut rows: Vec<String> = call.odd_rows().iter().map(|row| (*row).to_owned()).collect();
    let end_lag = clore.options.end_lag.max(call.lag);
    let mut show = |order: &Order| {
        // api-facts 8, question 4: the list may lag after a create and after a cancel.
        let lately = order.end.is_some_and(|(at, _)| call.now.saturating_sub(at) < end_lag);
        if order.visible(call.now, call.lag) && (order.alive() || completed || lately) {
            rows.push(clore.order_row(order, call.now, lately).finish());
        }
    };
    let mut newest_first: Vec<&Order> = if completed || end_lag > Duration::ZERO {
        clore.rentals.orders().collect()
    } else {
        clore.rentals.alive().collect()
    };
    newest_first.reverse();
    newest_first.into_iter().for_each(&mut show);
    let mut answer = Object::with_capacity(rows.iter().map(|row| row.len() + 1).sum::<usize>() + 64);
    answer.array("orders", rows).integer("limit", LIMIT);
    Answer::done(answer)
}
