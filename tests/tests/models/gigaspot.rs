//! The gigaspot's snapshot: a server of it, and a bid on one.

use crate::json::Json;
use crate::market::bid;
use crate::rule::{Model, Row, Told, harms, row};
use crate::rules;
use crate::shapes::{booleans, decimals, integers, maybe, words};
use clore_core::error::DecodeError;
use clore_core::model::{GigaspotServer, ServerId, StandingBid};
use proptest::prelude::*;

fn standing(raw: &[u8]) -> Result<Told, DecodeError> {
    StandingBid::decode(raw).map(|bid| {
        Told::new([
            ("id", bid.id.map(|id| id.number().to_string())),
            ("owner", bid.owner.map(|owner| owner.to_string())),
            ("mine", bid.mine.map(|yes| yes.to_string())),
            ("active", bid.active.map(|yes| yes.to_string())),
            ("to_cache", bid.to_cache.map(|yes| yes.to_string())),
            ("cached", bid.cached.map(|yes| yes.to_string())),
            ("price", bid.price.map(|rate| rate.amount().normalize().to_string())),
            ("coin", bid.coin.map(|coin| coin.wire_name().to_owned())),
            ("pl", bid.power_limit.map(|watts| watts.to_string())),
        ])
    })
}

const BID: Model<DecodeError> = Model { decode: standing, is_named: false };

fn bids() -> impl Strategy<Value = Row> {
    let mut groups = vec![bid("price", "price")];
    groups.extend(integers(&["id", "owner", "pl"]));
    groups.extend(booleans(&["active", "to_cache", "cached"]));
    row(groups)
}

rules!(standing_bid, BID, bids());

fn server(raw: &[u8]) -> Result<Told, DecodeError> {
    GigaspotServer::decode(ServerId::new(7), raw).map(|server| {
        let gpus = server.gpus.as_ref();
        let first = gpus.and_then(|gpus| gpus.first());
        Told::new([
            ("bids", (server.bids_known && !server.bids.is_empty()).then(|| server.bids.len().to_string())),
            ("on_demand_rented", server.on_demand_rented.map(|yes| yes.to_string())),
            ("online", server.online.map(|yes| yes.to_string())),
            ("working_properly", server.working_properly.map(|yes| yes.to_string())),
            ("cpu", server.cpu.clone()),
            ("cores", server.cores.map(|cores| cores.to_string())),
            ("threads", server.threads.map(|threads| threads.to_string())),
            ("ram", server.ram_gb.map(|gb| gb.normalize().to_string())),
            ("watts", first.and_then(|gpu| Some(format!("{:?}", gpu.power_limit.as_ref()?)))),
            ("max_rental_length", server.max_rental.map(|rental| rental.as_secs().to_string())),
            ("host", server.host.map(|host| host.to_string())),
            ("country", server.country.clone()),
            ("min_bid", server.min_bid.as_ref().map(|rate| rate.amount().normalize().to_string())),
            ("energy_price", server.energy_price.map(|price| price.normalize().to_string())),
        ])
    })
}

const SERVER: Model<DecodeError> = Model { decode: server, is_named: false };

fn servers() -> impl Strategy<Value = Row> {
    let bids = (1_usize..4).prop_map(|count| {
        (vec![("bids", Json::List(vec![Json::Map(Vec::new()); count]))], vec![("bids", count.to_string())])
    });
    let country = any::<bool>().prop_map(|upper| {
        let cc = if upper { "DE" } else { "de" };
        (vec![("cc", Json::text(cc))], vec![("country", "DE".to_owned())])
    });
    let gpus = (1_u16..300, 0_u16..300).prop_map(|(least, more)| {
        let limits = Json::List(vec![Json::word(least), Json::text(least + more)]);
        let gpus = Json::List(vec![Json::map([("pl", limits)]), Json::word("7")]);
        (vec![("gpus", gpus)], vec![("watts", format!("{least}..={}", least + more))])
    });
    let mut groups = vec![maybe(&["bids"], bids), maybe(&["country"], country), maybe(&["watts"], gpus)];
    groups.extend(booleans(&["on_demand_rented", "online", "working_properly"]));
    groups.extend(words(&["cpu"]));
    groups.extend(integers(&["cores", "threads", "max_rental_length", "host"]));
    groups.extend(decimals(&["ram", "min_bid", "energy_price"]));
    row(groups)
}

rules!(server_of_the_snapshot, SERVER, servers());
