use super::*;
use crate::error::Found;
use crate::excerpt::Excerpt;
use crate::model::{Coin, ServerId};
use core::time::Duration;

fn server(json: &str) -> HostedServer {
    HostedServer::decode(json.as_bytes()).unwrap()
}

fn config(json: &str) -> ServerConfig {
    ServerConfig::decode(json.as_bytes(), "rig").unwrap()
}

/// What the official SDK's model has beside the documented fields.
const FROM_THE_SDK: &str = r#"{"id":41,"name":"rig","connected":true,"visibility":"private","online":true,
    "pricing":{"bitcoin":0.0001,"CLORE-Blockchain":25,"USD-Blockchain":"8.47","usd":0},
    "min_spot_pricing":{"bitcoin":0.00005,"CLORE-Blockchain":0},"is_vpn_enabled":false,
    "gpu_array":[["NVIDIA GeForce GTX 745"," NVIDIA GeForce GTX 745"]],"gpu_count":2,"max_fair_price_usd":4.5,
    "allowed_currencies":["bitcoin","CLORE-Blockchain"],"mass_price_changeable":true,
    "usd_pricing":{"bitcoin":{"on_demand":8.5,"spot":4},"CLORE-Blockchain":{"on_demand":0,"spot":0}},
    "autoprice":{"bitcoin":"fixed"},"oc_gpus":"[{\"core\":[0,100]}]","specs":{"ram":7.5,"net":{"up":1,"down":2}},
    "lock_balance":0.5,"lock_balance_initial_update":"x","working_properly":false,"monitoring":1}"#;

#[test]
fn every_field_of_the_sdk_is_read() {
    let server = server(FROM_THE_SDK);
    assert_eq!(
        (server.id, server.connected, server.online),
        (Some(ServerId::new(41)), Some(true), Some(true))
    );
    assert_eq!(server.visibility, Some(Visibility::Hidden));
    let shown: Vec<String> = server.on_demand.values().map(ToString::to_string).collect();
    assert_eq!(shown, ["25 CLORE-Blockchain/day", "0.0001 bitcoin/day", "8.47 USD-Blockchain/day"]);
    assert_eq!(server.min_spot.keys().collect::<Vec<_>>(), [&Coin::Bitcoin], "0 is not set");
    assert_eq!(server.usd_prices.keys().collect::<Vec<_>>(), [&Coin::Bitcoin]);
    let usd = server.usd_prices[&Coin::Bitcoin];
    assert_eq!(
        (usd.on_demand.unwrap().to_string(), usd.spot.unwrap().to_string()),
        ("$8.50/day".into(), "$4.00/day".into())
    );
    assert_eq!(server.allowed_coins, Some(vec![Coin::Bitcoin, Coin::Clore]));
    assert_eq!(server.autoprice[&Coin::Bitcoin], "fixed");
    assert_eq!((server.gpus.each.len(), server.gpus.count, server.gpus.count_differs), (2, Some(2), false));
    assert_eq!(server.specs.unwrap().ram_gb.unwrap().to_string(), "7.5");
    assert_eq!(
        (server.vpn, server.mass_price_changeable, server.working_properly),
        (Some(false), Some(true), Some(false))
    );
    assert_eq!(server.max_fair_price_usd.unwrap().to_string(), "4.5");
    assert_eq!((server.lock_balance.unwrap().to_string().as_str(), server.monitoring), ("0.5", Some(1)));
    assert_eq!(server.overclock_ranges.as_deref(), Some(r#"[{"core":[0,100]}]"#));
}

#[test]
fn the_placeholder_usd_is_no_price_and_hides_none() {
    for (pricing, expected) in [
        (r#"{"usd":0}"#, None),
        (r#"{"USD":3}"#, None),
        (r#"{"usd":0,"USD-Blockchain":8.5}"#, Some("8.5 USD-Blockchain/day")),
        (r#"{"USD-Blockchain":8.5,"USDT":8.4}"#, None),
        (r#"{"USD-Blockchain":-1}"#, None),
        (r#"{"USD-Blockchain":"NaN"}"#, None),
    ] {
        let server = server(&format!(r#"{{"name":"rig","pricing":{pricing}}}"#));
        let price = server.on_demand.get(&Coin::Usd).map(ToString::to_string);
        assert_eq!(price.as_deref(), expected, "{pricing}");
    }
}

#[test]
fn connected_and_visibility_are_read_in_every_shape() {
    for (field, connected) in [
        ("true", Some(true)),
        ("\"true\"", Some(true)),
        ("\"false\"", Some(false)),
        ("0", Some(false)),
        ("\"since Tuesday\"", None),
        ("null", None),
    ] {
        assert_eq!(server(&format!(r#"{{"name":"r","connected":{field}}}"#)).connected, connected, "{field}");
    }
    for (word, visibility, shown) in [
        ("Public", Visibility::Public, "public"),
        ("hidden", Visibility::Hidden, "hidden"),
        ("private", Visibility::Hidden, "hidden"),
        ("x\\u001b[2J", Visibility::Other(Excerpt::new("x\u{1b}[2J", 64)), "x\\u{1b}[2J"),
    ] {
        let read = server(&format!(r#"{{"name":"r","visibility":"{word}"}}"#)).visibility.unwrap();
        assert_eq!((&read, read.to_string().as_str()), (&visibility, shown));
    }
}

#[test]
fn a_name_is_kept_as_the_service_writes_it() {
    assert_eq!(server(r#"{"name":" my rig "}"#).name, " my rig ");
    for (json, found) in
        [(r#"{"id":1}"#, Found::Missing), (r#"{"name":"  "}"#, Found::Text), (r#"{"name":7}"#, Found::Number)]
    {
        let error = HostedServer::decode(json.as_bytes()).unwrap_err();
        assert_eq!((error.path(), error.found()), ("name", found), "{json}");
    }
    assert_eq!(HostedServer::decode(b"[]").unwrap_err().found(), Found::List);
}

#[test]
fn a_configuration_is_read_field_by_field() {
    let config = config(
        r#"{"name":"rig","connected":true,"visibility":"public","pricing":{"bitcoin":0.00010337,"usd":0},
            "spot_pricing":{"bitcoin":"5.168e-5"},"usd_pricing":{"bitcoin":{"on_demand":6.5}},"mrl":96,"online":true,
            "initialized":true,"id":41,"rental_status":-1,"allowed_coins":["bitcoin"],"is_vpn_enabled":true,
            "is_partner_enabled":false,"remaining_time":12.5,"gpu_array":["GTX 745"],"monitoring":2,
            "specs":{"cpus":"8/16"},"mfp_usd":3,"kernel":"6.1","allow_oc":true,"oc_gpus":"[]","xorg_valid":false,
            "onboard_type":1,"clock_lock_ranges":{"0":[1,2]},"creation_completed":false}"#,
    );
    assert_eq!(config.max_rental, Some(Duration::from_secs(96 * 3600)));
    assert_eq!(config.on_demand[&Coin::Bitcoin].digits(), "0.00010337");
    assert_eq!(config.spot[&Coin::Bitcoin].digits(), "0.00005168");
    assert_eq!(config.usd_prices[&Coin::Bitcoin].spot, None);
    assert_eq!(
        (config.initialized, config.rental_status, config.creation_completed),
        (Some(true), Some(-1), Some(false))
    );
    assert_eq!((config.partner, config.vpn, config.xorg_valid), (Some(false), Some(true), Some(false)));
    assert_eq!(
        (config.monitoring, config.onboard_type, config.kernel.as_deref()),
        (Some(2), Some(1), Some("6.1"))
    );
    assert_eq!((config.specs.unwrap().threads, config.gpus.count), (Some(16), Some(1)));
    assert_eq!(config.remaining_time.unwrap().to_string(), "12.5");
}

#[test]
fn an_odd_field_of_a_configuration_costs_the_field() {
    let config =
        config(r#"{"mrl":0,"specs":7,"background_job":[],"allowed_coins":"all","pricing":null,"id":-1}"#);
    assert_eq!((config.max_rental, config.allowed_coins, config.id), (None, None, None));
    assert!(config.specs.is_none() && config.background_job.is_none() && config.on_demand.is_empty());
    for mrl in ["1.5", "-3", "\"x\"", "18446744073709551615"] {
        assert_eq!(
            super::ServerConfig::decode(format!(r#"{{"mrl":{mrl}}}"#).as_bytes(), "r").unwrap().max_rental,
            None
        );
    }
}

#[test]
fn the_settings_of_another_server_are_no_answer() {
    let error = ServerConfig::decode(br#"{"name":"canary"}"#, "rig").unwrap_err();
    assert_eq!((error.path(), error.found()), ("name", Found::Contradiction));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn tokens_commands_and_environments_do_not_print() {
    let server = server(r#"{"name":"rig","init_token":"canary"}"#);
    assert_eq!(server.init_token.as_ref().unwrap().expose(), "canary");
    let config = config(
        r#"{"background_job":{"times_updated":3,"image":"miner:1","command":"run --pass canary",
            "env":{"WALLET":"canary","N":5}}}"#,
    );
    assert!(!format!("{server:?} {server:#?} {config:?} {config:#?}").contains("canary"));
    let job = config.background_job.unwrap();
    assert_eq!((job.times_updated, job.image.as_deref()), (Some(3), Some("miner:1")));
    assert_eq!(job.env.keys().collect::<Vec<_>>(), ["WALLET"], "a value that is no text costs its name");
    assert_eq!((job.env["WALLET"].expose(), job.command.unwrap().expose()), ("canary", "run --pass canary"));
}

#[test]
fn required_settings_are_told_in_words_and_by_their_field() {
    let told: Vec<String> =
        RequiredSetting::ALL.iter().map(|setting| format!("{setting}={}", setting.wire_name())).collect();
    assert_eq!(
        told,
        [
            "availability=availability",
            "longest rental=mrl",
            "on-demand price in bitcoin/day=bitcoin_on_demand",
            "spot price in bitcoin/day=bitcoin_spot"
        ]
    );
}
