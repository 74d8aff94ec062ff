//! Every known name side by side (api-facts 4): the live row, and beside it what the seed and the official SDK read.

use super::live::Live;
use super::{OrderView, Shape};
use crate::calendar::rfc3339;
use crate::json_text::Object;
use crate::options::CreateAnswer;
use crate::rentals::{Bid, EndReason, Kind, Standing};

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
            .text("type", if order.asked.kind == Kind::Spot { "spot" } else { "on-demand" })
            .text("status", status(view.standing));
        if let Some((at, _)) = order.end.filter(|_| view.ended()) {
            row.integer("order_end", view.epoch.saturating_add(at.as_secs()));
        }
        if view.running() {
            // api-facts 4.2: the seed's place of the same facts.
            let mut connection = Object::new();
            if let Some((_, port)) = view.ports().find(|(inside, _)| *inside == 22) {
                connection.text("ssh", &format!("ssh root@{} -p {port}", view.host()));
            }
            if let Some(port) = order.asked.http {
                let mut http = Object::new();
                http.text(&port.to_string(), &format!("https://o{}.web.example.net", order.id));
                connection.object("http_ports", http);
            }
            row.object("connection", connection);
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
}

/// api-facts 4.3, rule 1: the words.
fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Creating => "creating",
        Standing::Running => "running",
        Standing::Bidding => "pending",
        Standing::Outbid | Standing::Ended(EndReason::Outbid) => "outbid",
        Standing::Ended(EndReason::Cancelled) => "cancelled",
        Standing::Ended(EndReason::Expired) => "expired",
        Standing::Ended(EndReason::OutOfMoney) => "terminated",
    }
}
