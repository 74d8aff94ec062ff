//! Dialects: which names, shapes and units answers have. All of them are views of one state, a file each; the same
//! actions give the same ledger in every dialect.
//!
//! | dialect | whose | a figure that is a price |
//! |---|---|---|
//! | `live` | the recordings and the TypeScript types | coin per day (`price.usd`: USD per day) |
//! | `official` | the models of the official Python SDK | as live |
//! | `all` | every known name at once, for clients that read any of them | as live |
//! | `seed` | the reference page of the Python class | USD per hour, whatever coin pays |
//!
//! `seed` serves what that page says, and the page is wrong about the unit (api-facts 5). It is for clients written by
//! the page. A client that knows the truth, as this workspace's own does, must not be pointed at it: each price would
//! read 24 times too low, and each of its bids would be taken as dollars per hour.
//!
//! A new dialect is a file with one `Shape` and a line in [`Dialect::ALL`] and `Dialect::shape`. State and routes know
//! coin per day only; a unit belongs to its dialect's `price_out` and `price_in`.

mod all;
mod create_answer;
mod live;
mod official;
mod seed;
mod status;
mod view;

use std::fmt;
use std::str::FromStr;

use crate::coin::Coin;
use crate::json_text::{Object, eight_decimals};
use crate::rentals::Bid;

pub use create_answer::CreateAnswer;
pub(crate) use view::{OrderView, ServerView};

/// Which names, shapes and units answers have. All are views of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// As the recordings and the TypeScript types have them. Prices are coin per day, in `price.usd` USD per day.
    Live,
    /// Every known name side by side; where shapes or units clash, the live ones.
    All,
    /// As the reference page of the Python class has them, units too: prices, bids and refusals that name one are USD
    /// per **hour**, reliability is 0 to 100, bitcoin is `BTC`. Only for clients written by that page: to one that reads
    /// prices per day, as Clore's really are, everything here looks 24 times too cheap.
    Seed,
    /// As the models of the official Python SDK (`clore-ai` 0.1.1) have them. Prices are as in `Live`.
    Official,
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: &[Dialect] = &[Dialect::Live, Dialect::All, Dialect::Seed, Dialect::Official];

    /// The word that means it on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Live => "live",
            Dialect::All => "all",
            Dialect::Seed => "seed",
            Dialect::Official => "official",
        }
    }

    pub(crate) fn shape(self) -> &'static dyn Shape {
        match self {
            Dialect::Live => &live::Live,
            Dialect::All => &all::All,
            Dialect::Seed => &seed::Seed,
            Dialect::Official => &official::Official,
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

/// One dialect: the names, shapes and units of its answers and of what it is asked. The state knows none of them.
pub(crate) trait Shape: Sync {
    /// What a create says unless told otherwise.
    fn create_answer(&self) -> CreateAnswer;
    /// A row of `my_orders`.
    fn order(&self, view: OrderView<'_>) -> Object;
    /// A row of `offers` in `spot_marketplace`.
    fn offer(&self, bid: &Bid, active: bool, server: u64) -> Object;
    /// A row of `wallets`; without a balance it is unknown.
    fn wallet(&self, coin: Coin, balance: Option<f64>) -> Object;

    /// Appends a row of `marketplace`.
    fn server(&self, view: ServerView<'_>, text: &mut String) {
        view.listing.push_row(view.rented, text);
    }

    /// The answer to a create that placed an order, without its code.
    fn created(&self, view: OrderView<'_>, answer: CreateAnswer) -> Object {
        created(self, view, answer)
    }

    /// What a coin is called.
    fn coin_name(&self, coin: Coin) -> &'static str {
        coin.name()
    }

    /// The coin of a name, if it is one.
    fn coin(&self, name: &str) -> Option<Coin> {
        Coin::from_name(name)
    }

    /// A price of the state, coin per day, as the figure to serve.
    fn price_out(&self, _coin: Coin, per_day: f64) -> f64 {
        per_day
    }

    /// A figure of a request as coin per day. A figure that [`Shape::price_out`] gave comes back as what it was made
    /// from, to eight decimals.
    fn price_in(&self, _coin: Coin, figure: f64) -> f64 {
        figure
    }
}

/// api-facts 3.4: the five answers known.
fn created<S: Shape + ?Sized>(shape: &S, view: OrderView<'_>, answer: CreateAnswer) -> Object {
    let id = view.order.id;
    let mut fields = Object::new();
    if matches!(answer, CreateAnswer::OrderId | CreateAnswer::Everything) {
        fields.integer("order_id", id);
    }
    if matches!(answer, CreateAnswer::Id | CreateAnswer::Everything) {
        fields.integer("id", id);
    }
    if matches!(answer, CreateAnswer::Order | CreateAnswer::Everything) {
        fields.object("order", shape.order(view));
    }
    fields
}

/// A prop: nobody can pay to it.
fn deposit_address(coin: Coin) -> String {
    format!("sandbox-{}", coin.name().to_lowercase())
}

/// api-facts 3.1: a balance may be null.
fn push_balance(row: &mut Object, balance: Option<f64>) {
    match balance {
        Some(balance) => row.number("balance", eight_decimals(balance)),
        None => row.raw("balance", "null"),
    };
}
