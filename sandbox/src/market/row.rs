//! Writing the row of a generated server, once: later only `rented` changes, and what its host tells anew.

use super::gpu_models::GpuModel;
use super::listing::{Listing, Price};
use super::price_text::price_text;
use crate::coin::Coin;
use crate::json_text::{Object, push_number, quoted};

/// What a generated row is made of.
pub(super) struct Parts {
    pub(super) id: u64,
    pub(super) owner: u64,
    pub(super) max_rental: u64,
    pub(super) prices: [Price; 3],
    pub(super) model: &'static GpuModel,
    pub(super) count: u64,
    pub(super) rented: bool,
    pub(super) reliability: f64,
    pub(super) specs: String,
    pub(super) rating: String,
    pub(super) cuda: &'static str,
    pub(super) overclock: bool,
}

/// Writes the row in the recording's order, with the newer `price.usd` and `gpu_array` (api-facts 3.2).
pub(super) fn listing(parts: Parts) -> Listing {
    let price = price_text(&parts.prices, [true; 3]);

    let mut head = Object::with_capacity(1024);
    head.integer("id", parts.id)
        .integer("owner", parts.owner)
        .integer("mrl", parts.max_rental)
        .object("price", price)
        .raw("rented", "");
    let mut head = head.finish();
    head.pop();

    let mut reliability = String::new();
    push_number(&mut reliability, parts.reliability);
    let gpu = quoted(parts.model.name);
    let mut tail = Object::with_capacity(1024);
    tail.raw("specs", &parts.specs)
        .raw("reliability", &reliability)
        .array("allowed_coins", Coin::ALL.map(|coin| quoted(coin.name())))
        .raw("rating", &parts.rating)
        .array("gpu_array", (0..parts.count).map(|_| &gpu));
    if parts.overclock {
        tail.flag("oc", true);
    }
    tail.text("cuda_version", parts.cuda);
    let tail = tail.finish();

    let mut echo = Object::with_capacity(1024);
    echo.raw("specs", &parts.specs)
        .raw("rating", &parts.rating)
        .raw("reliability", &reliability)
        .text("cuda_version", parts.cuda)
        .array("gpu_array", (0..parts.count).map(|_| &gpu))
        .integer("owner", parts.owner);
    let echo = echo.finish();

    Listing {
        id: Some(parts.id),
        max_rental: parts.max_rental,
        prices: parts.prices,
        allowed: [true; 3],
        rented: parts.rented,
        listed: true,
        gigaspot: false,
        row: (head, format!(",{}", &tail[1..])),
        echo: echo[1..echo.len() - 1].to_owned(),
    }
}
