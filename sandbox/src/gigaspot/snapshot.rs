//! The snapshot: a file on a CDN with every gigaspot machine and its bids (api-facts 3.12).

use http::{Method, Request};

use super::ranges::ranges;
use crate::clore::Clore;
use crate::hosting::Facts;
use crate::json_text::Object;
use crate::market::{ACCOUNT, Listing};
use crate::options::Options;
use crate::rentals::Bid;

/// Outside `/v1`: it is no call of the API.
const PATH: &str = "/gigaspot/v1_snapshot.json";
/// What a machine's current costs, USD per kWh, as in the recording.
const ENERGY_PRICE: f64 = 0.05;

/// Whether a request is for the snapshot's file.
pub(crate) fn is_snapshot(request: &Request<Vec<u8>>) -> bool {
    request.method() == Method::GET && request.uri().path() == PATH
}

/// The URL that is told.
pub(crate) fn snapshot_url(options: &Options) -> String {
    match (&options.snapshot_url, &options.public_url) {
        (Some(url), _) => url.clone(),
        (None, Some(base)) => format!("{}{PATH}", base.trim_end_matches('/')),
        (None, None) => format!("http://127.0.0.1{PATH}"),
    }
}

/// The file: server id → machine.
pub(crate) fn snapshot(clore: &Clore) -> String {
    let mut machines = Object::with_capacity(16 * 1024);
    for (place, listing) in clore.market.listings().iter().enumerate() {
        // A row may stand twice in a loaded market: as everywhere, the first one counts.
        if let Some(id) = listing.id.filter(|id| clore.on_gigaspot(*id) == Some(place)) {
            machines.object(&id.to_string(), machine(clore, place, listing));
        }
    }
    machines.finish()
}

fn machine(clore: &Clore, place: usize, listing: &Listing) -> Object {
    let machine = clore.rentals.machine(place);
    let facts = Facts::of(listing);
    let gpus = ranges(&facts);
    let stock: u64 = gpus.iter().map(|gpu| gpu.power_limit[1]).sum();
    let winner = machine.winner().map(|bid| bid.offer);
    let bids = machine.bids.iter().map(|bid| clore.bid_row(bid, winner == Some(bid.offer), stock).finish());
    let specs = facts.specs();
    // api-facts 3.2 `specs.cpus`: cores/threads.
    let cpus = specs["cpus"].as_str().and_then(|text| text.split_once('/'));
    let (cores, threads) = cpus.unwrap_or(("1", "1"));
    let mut row = Object::with_capacity(2048);
    row.array("bids", bids)
        .flag("on_demand_rented", machine.rented())
        .flag("online", machine.online)
        .text("cpu", specs["cpu"].as_str().unwrap_or_default())
        .integer("cores", cores.parse().unwrap_or(1))
        .integer("threads", threads.parse().unwrap_or(1))
        .number("ram", specs["ram"].as_f64().unwrap_or_default())
        .array("gpus", gpus.iter().map(|gpu| gpu.json().finish()))
        .flag("working_properly", true)
        .text("cuda", facts.value("cuda_version").as_str().unwrap_or_default())
        // api-facts 4.4: seconds here, hours in the marketplace.
        .integer("max_rental_length", listing.max_rental_time().as_secs())
        .text("cc", specs["net"]["cc"].as_str().unwrap_or_default())
        .integer("host", facts.value("owner").as_u64().unwrap_or_default())
        .number("reliability", facts.value("reliability").as_f64().unwrap_or_default());
    if let Some(floor) = clore.gigaspot_floor(place) {
        row.number("min_bid", floor);
    }
    row.number("energy_price", ENERGY_PRICE);
    row
}

impl Clore {
    /// api-facts 3.12: one of `bids`. What its id is of is not told: here of the order where it is the account's, as an
    /// edit needs that and a create does not tell it.
    fn bid_row(&self, bid: &Bid, active: bool, stock: u64) -> Object {
        let asked = bid.order.and_then(|order| self.gigaspot.watts(order));
        let owner = match bid.order {
            Some(_) => self.account(),
            None => ACCOUNT + 1 + bid.offer % 1217,
        };
        let mut row = Object::new();
        row.integer("owner", owner)
            .integer("id", bid.order.unwrap_or(bid.offer))
            .flag("active", active)
            .flag("to_cache", true)
            .flag("cached", active)
            .number("price", bid.amount)
            .text("currency", bid.coin.name())
            .integer("pl", asked.unwrap_or(stock));
        row
    }
}
