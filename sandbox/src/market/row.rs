//! Writing the row of a generated server, once: later only `rented` changes, and what its host tells anew.

use super::gpu_models::GpuModel;
use super::gpu_names;
use super::listing::{Listing, Price};
use super::price_text::price_text;
use crate::coin::Coin;
use crate::json_text::{Object, list, push_number, quoted};

/// What a generated row is made of.
pub(super) struct Parts {
    pub(super) id: u64,
    pub(super) owner: u64,
    pub(super) max_rental: u64,
    pub(super) prices: [Price; 3],
    pub(super) model: &'static GpuModel,
    pub(super) count: u64,
    pub(super) rented: bool,
    pub(super) gigaspot: bool,
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
    if parts.gigaspot {
        tail.flag("gigaspot", true);
    }
    tail.text("cuda_version", parts.cuda);
    let tail = tail.finish();

    let gpus = |name: &str| list((0..parts.count).map(|_| quoted(name)));
    let echo = vec![
        ("specs", parts.specs),
        ("rating", parts.rating),
        ("reliability", reliability),
        ("cuda_version", quoted(parts.cuda)),
        ("gpu_array", gpus(parts.model.name)),
        ("owner", parts.owner.to_string()),
    ];

    Listing {
        id: Some(parts.id),
        max_rental: parts.max_rental,
        prices: parts.prices,
        allowed: [true; 3],
        rented: parts.rented,
        listed: true,
        gigaspot: parts.gigaspot,
        row: (head, format!(",{}", &tail[1..])),
        echo,
        short_gpus: gpus(gpu_names::short(parts.model.name)),
    }
}
