//! Dialects: which names and shapes answers have. All of them are views of one state, a file each.
//!
//! A new dialect is a file with one `Shape` and a line in [`Dialect::ALL`] and `Dialect::shape`.

mod all;
mod live;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::json_text::Object;
use crate::options::CreateAnswer;
use crate::rentals::{Bid, Order, Standing};

/// Which names and shapes answers have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// As the recordings and the TypeScript types have them.
    Live,
    /// Every known name side by side; where shapes clash, the live one.
    All,
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: &[Dialect] = &[Dialect::Live, Dialect::All];

    /// The word that means it on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Live => "live",
            Dialect::All => "all",
        }
    }

    pub(crate) fn shape(self) -> &'static dyn Shape {
        match self {
            Dialect::Live => &live::Live,
            Dialect::All => &all::All,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownDialect;

impl fmt::Display for UnknownDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
        write!(f, "unknown dialect: one of {} is expected", names.join(", "))
    }
}

impl std::error::Error for UnknownDialect {}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Dialect, UnknownDialect> {
        Dialect::ALL.iter().copied().find(|dialect| dialect.name() == text).ok_or(UnknownDialect)
    }
}

/// An order and what a row about it needs besides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrderView<'a> {
    pub(crate) order: &'a Order,
    pub(crate) standing: Standing,
    pub(crate) now: Duration,
    pub(crate) epoch: u64,
    pub(crate) host_online: bool,
    /// The listing's fields that an order repeats, JSON pairs.
    pub(crate) echo: &'a str,
}

impl OrderView<'_> {
    fn created_unix(&self) -> u64 {
        self.epoch.saturating_add(self.order.created.as_secs())
    }

    fn running(&self) -> bool {
        self.standing == Standing::Running
    }

    fn ended(&self) -> bool {
        matches!(self.standing, Standing::Ended(_))
    }

    /// Where the machine is reached: a name of the documentation's domain, so that no demo ever dials a stranger.
    fn host(&self) -> String {
        format!("n{}.c1.example.net", self.order.asked.server)
    }

    /// The public port of the n-th forwarded one.
    fn public_port(&self, nth: usize) -> u64 {
        10_000 + (self.order.id * 16 + nth as u64) % 50_000
    }

    fn ports(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.order.asked.tcp.iter().enumerate().map(|(nth, port)| (*port, self.public_port(nth)))
    }
}

/// One dialect.
pub(crate) trait Shape: Sync {
    /// What a create says unless told otherwise.
    fn create_answer(&self) -> CreateAnswer;
    /// A row of `my_orders`.
    fn order(&self, view: OrderView<'_>) -> Object;
    /// A row of `offers` in `spot_marketplace`.
    fn offer(&self, bid: &Bid, active: bool, server: u64) -> Object;

    /// The answer to a create that placed an order, without its code.
    fn created(&self, view: OrderView<'_>, answer: CreateAnswer) -> Object {
        let id = view.order.id;
        let mut fields = Object::new();
        // api-facts 3.4: the five answers known.
        if matches!(answer, CreateAnswer::OrderId | CreateAnswer::Everything) {
            fields.integer("order_id", id);
        }
        if matches!(answer, CreateAnswer::Id | CreateAnswer::Everything) {
            fields.integer("id", id);
        }
        if matches!(answer, CreateAnswer::Order | CreateAnswer::Everything) {
            fields.object("order", self.order(view));
        }
        fields
    }
}
