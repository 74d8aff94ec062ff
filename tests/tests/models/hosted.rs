//! The host's machines: rows of `my_servers`, and the settings of one.

use crate::json::Json;
use crate::rule::{Group, ListRead, Model, Row, Told, harms, row, rows_of_a_list};
use crate::rules;
use crate::shapes::{always, booleans, by_coin, decimals, gpus, integer, integers, maybe, word, words};
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::{Endpoint, Reader};
use clore_core::error::DecodeError;
use clore_core::limits::Caps;
use clore_core::model::server::Gpus;
use clore_core::model::{Coin, HostedServer, Rate, ServerConfig};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn rate(rates: &BTreeMap<Coin, Rate>, coin: &Coin) -> Option<String> {
    rates.get(coin).map(|rate| rate.amount().normalize().to_string())
}

fn yes(yes: Option<bool>) -> Option<String> {
    yes.map(|yes| yes.to_string())
}

fn hardware(gpus: &Gpus) -> [(&'static str, Option<String>); 3] {
    [
        ("gpu", gpus.names().next().map(|name| name.as_str().to_owned())),
        ("gpu count", gpus.count.map(|count| count.to_string())),
        ("gpu ram", gpus.vram_gb.map(|gb| gb.normalize().to_string())),
    ]
}

fn machine(server: &HostedServer) -> Told {
    Told::new([
        ("name", Some(server.name.clone())),
        ("id", server.id.map(|id| id.number().to_string())),
        ("connected", yes(server.connected)),
        ("online", yes(server.online)),
        ("visibility", server.visibility.as_ref().map(ToString::to_string)),
        ("clore", rate(&server.on_demand, &Coin::Clore)),
        ("bitcoin", rate(&server.on_demand, &Coin::Bitcoin)),
        ("clore bid", rate(&server.min_spot, &Coin::Clore)),
        ("bitcoin bid", rate(&server.min_spot, &Coin::Bitcoin)),
        ("init_token", server.init_token.as_ref().map(|token| token.expose().to_owned())),
        ("working_properly", yes(server.working_properly)),
        ("is_vpn_enabled", yes(server.vpn)),
        ("mass_price_changeable", yes(server.mass_price_changeable)),
        ("max_fair_price_usd", server.max_fair_price_usd.map(|usd| usd.normalize().to_string())),
        ("lock_balance", server.lock_balance.map(|amount| amount.normalize().to_string())),
        ("monitoring", server.monitoring.map(|number| number.to_string())),
        ("oc_gpus", server.overclock_ranges.clone()),
    ])
    .and(hardware(&server.gpus))
}

const MACHINE: Model<DecodeError> =
    Model { decode: |raw| HostedServer::decode(raw).map(|read| machine(&read)), is_named: true };

fn list(body: &[u8]) -> ListRead {
    let mut reader = MyServers.reader(&Caps::default());
    let _ = reader.push(body);
    let list = reader.finish().into_value().unwrap();
    ListRead {
        read: list.servers.iter().map(machine).collect(),
        skipped: list.skipped.named.iter().map(|row| row.index).collect(),
    }
}

fn prices(key: &'static str, names: [&'static str; 2]) -> BoxedStrategy<Group> {
    maybe(&names, by_coin(names).prop_map(move |(map, told)| (vec![(key, map)], told)))
}

/// What both documents have.
fn common() -> Vec<BoxedStrategy<Group>> {
    let visibility = (0_usize..4).prop_map(|which| {
        let (wire, told) =
            [("public", "public"), ("hidden", "hidden"), ("private", "hidden"), ("else", "else")][which];
        (vec![("visibility", Json::text(wire))], vec![("visibility", told.to_owned())])
    });
    let gpus = gpus().prop_map(|(specs, array, told)| {
        (
            specs.map(|specs| ("specs", specs)).into_iter().chain(array.map(|a| ("gpu_array", a))).collect(),
            told,
        )
    });
    let mut groups = vec![
        maybe(&["visibility"], visibility),
        maybe(&["gpu", "gpu count", "gpu ram"], gpus),
        prices("pricing", ["clore", "bitcoin"]),
    ];
    groups.extend(booleans(&["connected", "online", "is_vpn_enabled"]));
    groups.extend(integers(&["id", "monitoring"]));
    groups.extend(words(&["oc_gpus"]));
    groups
}

fn machines() -> impl Strategy<Value = Row> {
    let name = word().prop_map(|name| (vec![("name", Json::text(&name))], vec![("name", name)]));
    let mut groups = vec![always(&["name"], name)];
    groups.extend(common());
    groups.push(prices("min_spot_pricing", ["clore bid", "bitcoin bid"]));
    groups.extend(booleans(&["working_properly", "mass_price_changeable"]));
    groups.extend(decimals(&["max_fair_price_usd", "lock_balance"]));
    groups.extend(words(&["init_token"]));
    row(groups)
}

rules!(machine_of_my_servers, MACHINE, machines(), list, "servers");

fn settings(config: &ServerConfig) -> Told {
    let job = config.background_job.as_ref();
    Told::new([
        ("id", config.id.map(|id| id.number().to_string())),
        ("connected", yes(config.connected)),
        ("online", yes(config.online)),
        ("initialized", yes(config.initialized)),
        ("visibility", config.visibility.as_ref().map(ToString::to_string)),
        ("clore", rate(&config.on_demand, &Coin::Clore)),
        ("bitcoin", rate(&config.on_demand, &Coin::Bitcoin)),
        ("clore bid", rate(&config.spot, &Coin::Clore)),
        ("bitcoin bid", rate(&config.spot, &Coin::Bitcoin)),
        ("mrl", config.max_rental.map(|rental| rental.as_secs().to_string())),
        ("command", job.and_then(|job| Some(job.command.as_ref()?.expose().to_owned()))),
        ("is_vpn_enabled", yes(config.vpn)),
        ("allow_oc", yes(config.overclock_allowed)),
        ("mfp_usd", config.max_fair_price_usd.map(|usd| usd.normalize().to_string())),
        ("monitoring", config.monitoring.map(|number| number.to_string())),
        ("kernel", config.kernel.clone()),
        ("oc_gpus", config.overclock_ranges.clone()),
    ])
    .and(hardware(&config.gpus))
}

/// The row may repeat the name that was asked for; another one would be another machine.
const SETTINGS: Model<DecodeError> =
    Model { decode: |raw| ServerConfig::decode(raw, "rig").map(|read| settings(&read)), is_named: false };

fn all_settings() -> impl Strategy<Value = Row> {
    let hours = integer(9_000)
        .prop_map(|(hours, json)| (vec![("mrl", json)], vec![("mrl", (hours * 3600).to_string())]));
    let job = word().prop_map(|command| {
        let job = Json::map([("command", Json::text(&command)), ("image", Json::text("image"))]);
        (vec![("background_job", job)], vec![("command", command)])
    });
    let mut groups = common();
    groups.extend([maybe(&["mrl"], hours), maybe(&["command"], job)]);
    groups.push(prices("spot_pricing", ["clore bid", "bitcoin bid"]));
    groups.extend(booleans(&["initialized", "allow_oc"]));
    groups.extend(decimals(&["mfp_usd"]));
    groups.extend(words(&["kernel"]));
    row(groups)
}

rules!(settings_of_one_machine, SETTINGS, all_settings());
