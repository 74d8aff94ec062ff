//! Every known name side by side (api-facts 4): the live row, and beside it what the seed and the official SDK read.
//! Figures are those of the live dialect.

use super::create_answer::CreateAnswer;
use super::live::Live;
use super::{OrderView, Shape, status};
use crate::calendar::rfc3339;
use crate::coin::Coin;
use crate::json_text::Object;
use crate::rentals::Bid;

pub(super) struct All;

impl Shape for All {
    fn create_answer(&self) -> CreateAnswer {
        CreateAnswer::Everything
    }

    fn order(&self, view: OrderView<'_>) -> Object {
        let order = view.order;
        let started = view.created_unix();
        let mut row = Live.order(view);
        // api-facts 4.1: names and ids.
        row.integer("order_id", order.id)
            .integer("renting_server", order.asked.server)
            .integer("server_id", order.asked.server)
            .integer("started", started)
            .text("created_at", &rfc3339(started))
            .text("type", order.asked.kind.name())
            .text("status", status::word(view.standing));
        if let Some((at, _)) = order.end.filter(|_| view.ended()) {
            row.integer("order_end", view.unix(at));
        }
        if view.running() {
            row.object("connection", view.connection());
        }
        row
    }

    fn offer(&self, bid: &Bid, active: bool, server: u64) -> Object {
        let mut row = Live.offer(bid, active, server);
        // api-facts 3.7: the official SDK's names.
        row.integer("order_id", bid.order.unwrap_or(bid.offer))
            .number("price", bid.amount)
            .integer("server_id", server);
        row
    }

    fn wallet(&self, coin: Coin, balance: Option<f64>) -> Object {
        let mut row = Live.wallet(coin, balance);
        // api-facts 3.1: the seed's name.
        row.text("deposit_address", &super::deposit_address(coin));
        row
    }
}
