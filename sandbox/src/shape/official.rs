//! The official dialect: what the models of the official Python SDK 0.1.1 name (api-facts 3.3, 3.4, 3.7, 4.1, 4.2).
//! Marketplace rows and wallets are those of the live dialect, which its models read; a row that was loaded from a file
//! without `gpu_array` or `price.usd` goes without them here too. Figures are coin per day.

use super::create_answer::CreateAnswer;
use super::live::Live;
use super::{OrderView, Shape, status};
use crate::calendar::rfc3339;
use crate::coin::Coin;
use crate::json_text::Object;
use crate::rentals::Bid;

pub(super) struct Official;

impl Shape for Official {
    fn create_answer(&self) -> CreateAnswer {
        CreateAnswer::Order
    }

    fn order(&self, view: OrderView<'_>) -> Object {
        let order = view.order;
        let mut row = Object::with_capacity(512);
        row.integer("id", order.id)
            .integer("renting_server", order.asked.server)
            .text("type", order.asked.kind.name())
            .text("status", status::word(view.standing))
            .text("image", &order.asked.image)
            .text("currency", order.asked.coin.name())
            // api-facts 5: the order's coin per day.
            .number("price", order.price)
            .text("created_at", &rfc3339(view.created_unix()));
        if view.running() {
            let mut ports = Object::new();
            for (inside, outside) in view.ports() {
                ports.integer(&inside.to_string(), outside);
            }
            row.text("pub_cluster", &view.host()).object("tcp_ports", ports);
            if let Some(port) = order.asked.http {
                row.integer("http_port", u64::from(port));
            }
        }
        row
    }

    fn offer(&self, bid: &Bid, _active: bool, server: u64) -> Object {
        let mut row = Object::new();
        // Nobody is told the order behind another's bid: its offer stands for it.
        row.integer("order_id", bid.order.unwrap_or(bid.offer))
            .number("price", bid.amount)
            .integer("server_id", server);
        row
    }

    fn wallet(&self, coin: Coin, balance: Option<f64>) -> Object {
        Live.wallet(coin, balance)
    }
}
