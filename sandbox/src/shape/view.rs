//! What a row is about: one part of the state, with all that any dialect says of it.

use std::time::Duration;

use crate::json_text::Object;
use crate::market::Listing;
use crate::rentals::{Order, Standing};

/// A listed server and who has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerView<'a> {
    pub(crate) listing: &'a Listing,
    pub(crate) rented: bool,
    /// The account's order that holds it now.
    pub(crate) order: Option<OrderView<'a>>,
}

/// An order and what a row about it needs besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderView<'a> {
    pub(crate) order: &'a Order,
    pub(crate) standing: Standing,
    pub(crate) now: Duration,
    pub(crate) epoch: u64,
    pub(crate) host_online: bool,
    /// The listing's fields that an order repeats: keys, and values in JSON.
    pub(crate) echo: &'a [(&'static str, String)],
}

impl OrderView<'_> {
    pub(super) fn created_unix(&self) -> u64 {
        self.unix(self.order.created)
    }

    /// When it first got its machine. None: a bid that never won.
    pub(super) fn started_unix(&self) -> Option<u64> {
        self.order.first_held().map(|at| self.unix(at))
    }

    pub(super) fn unix(&self, at: Duration) -> u64 {
        self.epoch.saturating_add(at.as_secs())
    }

    pub(super) fn running(&self) -> bool {
        self.standing == Standing::Running
    }

    pub(super) fn ended(&self) -> bool {
        matches!(self.standing, Standing::Ended(_))
    }

    /// Where the machine is reached: a name of the documentation's domain, so that no demo ever dials a stranger.
    pub(super) fn host(&self) -> String {
        format!("n{}.c1.example.net", self.order.asked.server)
    }

    /// Where its web port is reached.
    pub(super) fn web_host(&self) -> String {
        format!("o{}.web.example.net", self.order.id)
    }

    /// The public port of the n-th forwarded one.
    fn public_port(&self, nth: usize) -> u64 {
        10_000 + (self.order.id * 16 + nth as u64) % 50_000
    }

    /// Forwarded ports: inside and outside.
    pub(super) fn ports(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.order.asked.tcp.iter().enumerate().map(|(nth, port)| (*port, self.public_port(nth)))
    }

    /// api-facts 4.2: the seed's place of the same facts; empty while nothing runs.
    pub(super) fn connection(&self) -> Object {
        let mut connection = Object::new();
        if !self.running() {
            return connection;
        }
        if let Some((_, port)) = self.ports().find(|(inside, _)| *inside == 22) {
            connection.text("ssh", &format!("ssh root@{} -p {port}", self.host()));
        }
        let mut http = Object::new();
        if let Some(port) = self.order.asked.http {
            http.text(&port.to_string(), &format!("https://{}", self.web_host()));
        }
        connection.object("http_ports", http);
        connection
    }
}
