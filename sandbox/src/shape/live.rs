//! The live dialect: names and shapes of the recordings and the TypeScript types (api-facts 3.1, 3.3, 3.7); figures
//! are coin per day.

use super::create_answer::CreateAnswer;
use super::{OrderView, Shape};
use crate::coin::Coin;
use crate::json_text::{Object, eight_decimals, quoted};
use crate::rentals::{Bid, Kind};

pub(super) struct Live;

impl Shape for Live {
    fn create_answer(&self) -> CreateAnswer {
        CreateAnswer::CodeOnly
    }

    fn order(&self, view: OrderView<'_>) -> Object {
        let (order, now) = (view.order, view.now);
        let mut row = Object::with_capacity(1024);
        row.integer("id", order.id)
            .integer("si", order.asked.server)
            .text("currency", order.asked.coin.name())
            .text("image", &order.asked.image)
            // api-facts 5: the order's coin per day.
            .number("price", order.price)
            .number("fee", order.asked.fee)
            .number("creation_fee", eight_decimals(order.asked.creation_fee))
            // api-facts 3.3: spend so far, without the creation fee.
            .number("spend", eight_decimals(order.spend(now)))
            .number("original_price_usd", eight_decimals(order.price * order.asked.coin.usd()))
            .integer("ct", view.created_unix())
            // api-facts 4.4: seconds here, hours in the marketplace.
            .integer("mrl", order.asked.max_rental.as_secs())
            .flag("online", view.running() && view.host_online)
            .flag("spot", order.asked.kind == Kind::Spot)
            .flag("expired", view.ended());
        if view.running() {
            // api-facts 4.2: container:public.
            row.array("pub_cluster", [quoted(&view.host())])
                .array("tcp_ports", view.ports().map(|(inside, outside)| format!("\"{inside}:{outside}\"")));
            if let Some(port) = order.asked.http {
                row.text("http_port", &port.to_string()).text("http_pub", &view.web_host());
            }
        } else {
            let none: [&str; 0] = [];
            row.array("pub_cluster", none).array("tcp_ports", none);
        }
        for (key, value) in view.echo {
            row.raw(key, value);
        }
        row
    }

    fn offer(&self, bid: &Bid, active: bool, _server: u64) -> Object {
        let mut row = Object::new();
        row.integer("offer_id", bid.offer)
            .number("bid", bid.amount)
            .flag("active", active)
            .flag("my", bid.order.is_some())
            .text("currency", bid.coin.name());
        row
    }

    fn wallet(&self, coin: Coin, balance: Option<f64>) -> Object {
        let mut row = Object::new();
        row.text("name", coin.name()).text("deposit", &super::deposit_address(coin));
        super::push_balance(&mut row, balance);
        row.number("withdrawal_fee", eight_decimals(5.0 / coin.usd()));
        row
    }
}
