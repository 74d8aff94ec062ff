//! A client in its simplest form, for the tests of the routes. Each test file uses another part of it.
#![allow(dead_code)]

use std::time::Duration;

use clore_sandbox::{Clore, Coin, Options, Reply};
use http::{Request, Response};
use serde_json::{Value, json};

/// A sandbox, and a clock that goes on by enough time before each call.
pub(crate) struct Account {
    pub(crate) clore: Clore,
    pub(crate) now: Duration,
    pub(crate) gap: Duration,
}

impl Account {
    /// A small market; six seconds pass before each call, so that no limit is met.
    pub(crate) fn new(options: Options) -> Account {
        Account { clore: Clore::new(options.servers(40)), now: Duration::ZERO, gap: Duration::from_secs(6) }
    }

    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Request<Vec<u8>> {
        Request::builder()
            .method(method)
            .uri(format!("/v1/{path}"))
            .header("auth", self.clore.key())
            .body(body.as_bytes().to_vec())
            .expect("a request")
    }

    pub(crate) fn send(&mut self, request: Request<Vec<u8>>) -> (u16, Value) {
        self.now += self.gap;
        let answer = self.clore.handle(self.now, request);
        opened(&answer)
    }

    /// The same under the scripted faults.
    pub(crate) fn exchange(&mut self, request: Request<Vec<u8>>) -> Reply {
        self.now += self.gap;
        self.clore.exchange(self.now, request).reply
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        let request = self.request("GET", path, "");
        self.send(request).1
    }

    pub(crate) fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        let request = self.request("POST", path, &body.to_string());
        self.send(request)
    }

    pub(crate) fn free(&self) -> u64 {
        self.clore.free().next().expect("a free server")
    }

    /// The listed row of a server.
    pub(crate) fn listed(&mut self, server: u64) -> Value {
        let answer = self.get("marketplace");
        let rows = answer["servers"].as_array().expect("rows");
        rows.iter().find(|row| row["id"] == server).cloned().expect("its row")
    }

    /// Rents a free server on demand in USD; the order's id from the ledger.
    pub(crate) fn rent(&mut self) -> u64 {
        let (_, answer) = self.post("create_order", on_demand(self.free()));
        assert_eq!(answer["code"], 0, "{answer}");
        self.clore.ledger().last().expect("an order").order_id
    }

    /// Bids on a free server in USD, this much above its floor.
    pub(crate) fn bid(&mut self, server: u64, above: f64) -> u64 {
        let floor = self.listed(server)["price"]["spot"]["USD-Blockchain"].as_f64().expect("a floor");
        let (_, answer) = self.post("create_order", spot(server, floor + above));
        assert_eq!(answer["code"], 0, "{answer}");
        self.clore.ledger().last().expect("an order").order_id
    }

    pub(crate) fn orders(&mut self, completed: bool) -> Vec<Value> {
        let answer = self.get(&format!("my_orders?return_completed={completed}"));
        assert_eq!(answer["code"], 0);
        answer["orders"].as_array().expect("rows").clone()
    }

    pub(crate) fn usd(&self) -> f64 {
        self.clore.balance(Coin::Usd)
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.clore.advance(self.now);
    }
}

pub(crate) fn opened(answer: &Response<Vec<u8>>) -> (u16, Value) {
    assert!(answer.headers().contains_key("date"), "every answer has a date");
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).expect("JSON"))
}

pub(crate) fn on_demand(server: u64) -> Value {
    json!({"renting_server": server, "type": "on-demand", "currency": "USD-Blockchain", "image": "cloreai/ubuntu",
           "ports": {"22": "tcp", "8888": "http"}, "env": {"A": "b"}, "ssh_key": "ssh-ed25519 EXAMPLE"})
}

pub(crate) fn spot(server: u64, bid: f64) -> Value {
    json!({"renting_server": server, "type": "spot", "currency": "USD-Blockchain", "image": "cloreai/ubuntu",
           "ports": {"22": "tcp"}, "spotprice": bid})
}
