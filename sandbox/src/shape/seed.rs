//! The seed dialect: the names and units that the reference page of the Python class tells, and no others
//! (api-facts 3, columns "seed", and 4).
//!
//! All figures are USD per hour for the whole server, whatever coin pays; the state keeps coin per day. Nothing is lost
//! between the two: a figure that was served means, when it comes back, just the rate it was made from.

use super::create_answer::CreateAnswer;
use super::{OrderView, ServerView, Shape, status};
use crate::coin::Coin;
use crate::json_text::{Object, eight_decimals};
use crate::market::Listing;
use crate::rentals::Bid;

const HOURS: f64 = 24.0;
/// The page's name of bitcoin.
const BTC: &str = "BTC";

pub(super) struct Seed;

impl Shape for Seed {
    fn create_answer(&self) -> CreateAnswer {
        CreateAnswer::OrderId
    }

    /// USD per hour. Twelve decimals are fine enough to tell the eight of any coin apart.
    fn price_out(&self, coin: Coin, per_day: f64) -> f64 {
        (per_day * coin.usd() / HOURS * 1e12).round() / 1e12
    }

    fn price_in(&self, coin: Coin, figure: f64) -> f64 {
        eight_decimals(figure * HOURS / coin.usd())
    }

    fn coin_name(&self, coin: Coin) -> &'static str {
        if coin == Coin::Bitcoin { BTC } else { coin.name() }
    }

    fn coin(&self, name: &str) -> Option<Coin> {
        if name == BTC { Some(Coin::Bitcoin) } else { Coin::from_name(name) }
    }

    fn server(&self, view: ServerView<'_>, text: &mut String) {
        let listing = view.listing;
        let Some(id) = listing.id else {
            // A row that makes no sense is served as it is in this dialect too.
            return listing.push_row(view.rented, text);
        };
        let mut usd = Object::new();
        // The page's two prices are both what it costs when CLORE pays; who does not take CLORE has neither.
        let clore = Some(listing.price(Coin::Clore)).filter(|_| takes_clore(listing));
        if let Some(price) = clore.and_then(|price| price.on_demand) {
            usd.number("on_demand_clore", self.price_out(Coin::Clore, price));
        }
        match clore.and_then(|price| price.spot) {
            Some(floor) => usd.number("spot", self.price_out(Coin::Clore, floor)),
            None => usd.raw("spot", "null"),
        };
        let mut price = Object::new();
        price.object("usd", usd);
        let mut row = Object::with_capacity(1024);
        row.integer("id", id).raw("gpu_array", &listing.short_gpus).object("price", price);
        if let Some(reliability) = reliability_percent(listing) {
            row.number("reliability", reliability);
        }
        row.flag("rented", view.rented)
            .raw("specs", listing.echoed("specs").unwrap_or("{}"))
            .object("connection", view.order.map_or_else(Object::new, |order| order.connection()));
        text.push_str(&row.finish());
    }

    fn order(&self, view: OrderView<'_>) -> Object {
        let order = view.order;
        let mut row = Object::with_capacity(512);
        row.integer("order_id", order.id)
            .integer("renting_server", order.asked.server)
            .text("status", status::seed_word(view.standing))
            .object("connection", view.connection())
            .number("price", self.price_out(order.asked.coin, order.price));
        match view.started_unix() {
            Some(started) => row.integer("started", started),
            None => row.raw("started", "null"),
        };
        row
    }

    fn created(&self, view: OrderView<'_>, answer: CreateAnswer) -> Object {
        let mut fields = super::created(self, view, answer);
        // The page: "Dict with `order_id` and status information".
        if matches!(answer, CreateAnswer::OrderId | CreateAnswer::Everything) {
            fields.text("status", status::seed_word(view.standing));
        }
        fields
    }

    /// The page says nothing of a bid but that bids are USD per hour; its names are the live ones.
    fn offer(&self, bid: &Bid, active: bool, _server: u64) -> Object {
        let mut row = Object::new();
        row.integer("offer_id", bid.offer)
            .number("bid", self.price_out(bid.coin, bid.amount))
            .flag("active", active)
            .flag("my", bid.order.is_some())
            .text("currency", self.coin_name(bid.coin));
        row
    }

    fn wallet(&self, coin: Coin, balance: Option<f64>) -> Object {
        let mut row = Object::new();
        row.text("name", self.coin_name(coin));
        super::push_balance(&mut row, balance);
        row.text("deposit_address", &super::deposit_address(coin));
        row
    }
}

/// Whether an order that pays in CLORE can be placed on it; the page knows no gigaspot.
fn takes_clore(listing: &Listing) -> bool {
    listing.allows(Coin::Clore) && !listing.gigaspot
}

/// api-facts 4.4: 0 to 1 is a ratio, above it a percentage already. None: not told.
fn reliability_percent(listing: &Listing) -> Option<f64> {
    let told: f64 = listing.echoed("reliability")?.parse().ok()?;
    let percent = if (0.0..=1.0).contains(&told) { told * 100.0 } else { told };
    Some((percent * 1e6).round() / 1e6)
}
