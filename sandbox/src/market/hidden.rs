//! The server that the account hosts and hides: it is in no answer of the marketplace until its host lists it.

use super::ACCOUNT;
use super::gpu_models::GPU_MODELS;
use super::listing::{Listing, Price};
use super::row::{Parts, listing};
use crate::json_text::Object;

/// Puts it behind the others, as the oldest of them, and among the account's own.
pub(super) fn add(listings: &mut Vec<Listing>, own: &mut Vec<u64>) {
    let ids = || listings.iter().filter_map(|listing| listing.id);
    let older = ids().min().unwrap_or(1000).checked_sub(4).filter(|id| *id > 0);
    // A file may hold any ids, so that none is left on either side; then there is no such server.
    if let Some(id) = older.or_else(|| ids().max()?.checked_add(4)) {
        listings.push(hidden(id));
        own.push(id);
    }
}

fn hidden(id: u64) -> Listing {
    let model = GPU_MODELS.iter().find(|model| model.name.ends_with("RTX 3090")).unwrap_or(&GPU_MODELS[0]);
    let mut net = Object::new();
    net.text("cc", "SE").number("down", 812.4).number("up", 640.1);
    let mut specs = Object::new();
    specs
        .text("mb", "Z590 GAMING X")
        .text("cpu", "Intel Core i9-11900")
        .text("cpus", "8/16")
        .number("ram", 64.1)
        .text("disk", "NVMe 512.0GB")
        .number("disk_speed", 2000.0)
        .text("gpu", &format!("2x {}", model.name))
        .integer("gpuram", u64::from(model.memory))
        .object("net", net)
        .integer("backend_version", 9)
        .integer("pcie_rev", 4)
        .integer("pcie_width", 16)
        .array("pl", [model.watts.to_string(), model.watts.to_string()]);
    let mut rating = Object::new();
    rating.integer("avg", 0).integer("cnt", 0);
    let mut hidden = listing(Parts {
        id,
        owner: ACCOUNT,
        max_rental: 240,
        // By `Coin::index`: bitcoin, CLORE, USD.
        prices: [(0.0001, 0.00008), (24.0, 18.0), (7.2, 5.4)]
            .map(|(on_demand, spot)| Price { on_demand: Some(on_demand), spot: Some(spot) }),
        model,
        count: 2,
        rented: false,
        gigaspot: false,
        reliability: 0.9991,
        specs: specs.finish(),
        rating: rating.finish(),
        cuda: "12.4",
        overclock: false,
    });
    hidden.listed = false;
    hidden
}
