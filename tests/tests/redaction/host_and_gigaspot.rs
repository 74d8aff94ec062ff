//! The host's calls, the gigaspot, fees and proofs of holding: what is secret in them shows nowhere.

use crate::spy::{Spy, run};
use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::gigaspot::{CreateGigaspotOrders, GetGigaspot, GigaspotBid, GigaspotEdit};
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::poh_balance::PohBalance;
use clore_core::endpoint::renter_fees::RenterFees;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::error::Error;
use clore_core::foreign_address::ForeignAddress;
use clore_core::model::{Coin, GpuOverclock, OrderId, Rate, ServerId};
use clore_core::op::rent::{CloseIntent, Resume};
use clore_core::op::{EditGigaspot, Glance, UpdateServerSettings, ViewGigaspot};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_tests::canary::{KEY, THEIRS, is_clean};
use clore_tests::client;
use clore_tests::hostile::{Answer, Hostile};
use core::fmt::Debug;
use core::time::Duration;
use std::sync::{Arc, OnceLock};

const ENV: &str = "Canary Env=77aa/01";

fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

fn bid(server: u64) -> GigaspotBid {
    let clocks = [GpuOverclock::new(150).core_lock(900)];
    GigaspotBid::new(ServerId::new(server), "image", clore("3.5"), clocks).env("NAME", Secret::new(ENV))
}

fn edit(order: u64) -> GigaspotEdit {
    GigaspotEdit::new(OrderId::new(order), clore("4"), [GpuOverclock::new(150)]).was(clore("3"))
}

fn settings() -> SetServerSettings {
    SetServerSettings::new("rig-02").max_rental(Duration::from_secs(48 * 3600))
}

fn show(what: &str, value: &impl Debug) {
    is_clean(what, &format!("{value:?} {value:#?}"));
}

fn shown(error: &Error) -> String {
    let refusal = error.refusal().map(|refusal| format!("{refusal} {refusal:?}"));
    format!("{error} {error:?} {error:#?} {} {:?} {refusal:?}", error.advice(), error.kind())
}

#[test]
pub fn no_machine_of_the_new_calls_shows_a_secret() {
    for faults in [
        &[][..],
        &["create_gigaspot_orders=lose", "edit_gigaspot_orders=lose", "set_server_settings=lose"],
        &["create_gigaspot_orders=garbage", "get_gigaspot=garbage", "server_config=garbage"],
        &["create_gigaspot_orders=status:403", "my_servers=cut:9", "renter_fees=status:502"],
        &["create_gigaspot_orders=redirect:https://u:w@elsewhere.invalid/?key=Canary-Key-5f1c9e77"],
        &["create_gigaspot_orders=code5", "edit_gigaspot_orders=code5", "poh_balance=hang"],
    ] {
        let spy = Spy::new(faults);
        let config = Config::builder().base_url("http://127.0.0.1:1").key(Secret::new(KEY));
        let session = Session::new(config.build().unwrap());
        let market = spy.clore.borrow().free().next().unwrap();
        run(&spy, &session, CreateGigaspotOrders::new([bid(market), bid(2)]));
        run(&spy, &session, CreateGigaspotOrders::new([bid(3)]));
        run(&spy, &session, Resume::new());
        run(&spy, &session, CloseIntent::new("07070707070707070707070707070707".parse().unwrap()));
        run(&spy, &session, EditGigaspot::new([edit(1)]));
        run(&spy, &session, ViewGigaspot::new());
        run(&spy, &session, MyServers);
        run(&spy, &session, ServerConfigOf::new("rig-02"));
        run(&spy, &session, UpdateServerSettings::new(settings()));
        run(&spy, &session, UpdateServerSettings::as_they_are(settings().available(true)));
        run(&spy, &session, PohBalance);
        run(&spy, &session, Glance::new(RenterFees));
        let shown = spy.shown.into_inner();
        assert!(shown.len() > 60, "{faults:?}: {}", shown.len());
        shown.iter().for_each(|text| is_clean(&format!("{faults:?}"), text));
    }
}

/// A service whose answers hold its own secrets; its snapshot lies where it itself is.
fn told() -> (Hostile, Client) {
    let [word, token, login, deposit] = THEIRS;
    let url: Arc<OnceLock<String>> = Arc::default();
    let itself = Arc::clone(&url);
    let service = Hostile::start(move |call, n| {
        Answer::json(match call {
            "my_servers" => format!(
                r#"{{"servers":[{{"name":"rig-02","connected":false,"init_token":"{token}"}}],"code":0}}"#
            ),
            "server_config" => format!(
                r#"{{"config":{{"name":"rig-02","visibility":"public","mrl":96,"pricing":{{"bitcoin":0.1}},
                "spot_pricing":{{"bitcoin":0.1}},"init_token":"{token}","background_job":{{"times_updated":1,
                "image":"image","command":"{word}","env":{{"WALLET":"{deposit}"}}}}}},"code":0}}"#
            ),
            "poh_balance" => format!(
                r#"{{"items":[{{"user":7,"address":"{deposit}","signature":"{word}","message":"{token}"}}],
                "balance":{{"total":1}},"count":1,"code":0}}"#
            ),
            "get_gigaspot" if n == 0 => {
                format!(r#"{{"my_user_id":2,"v1_snapshot_url":"{login}","code":0}}"#)
            }
            "get_gigaspot" => format!(
                r#"{{"my_user_id":2,"v1_snapshot_url":"{}/snapshot_1.json","code":0}}"#,
                itself.get().unwrap()
            ),
            "renter_fees" => format!(
                r#"{{"renter_fees":{{"spot":{{"base":{{"CLORE":5}},"extra":"{word}"}}}},"poh_balance":"{token}","code":0}}"#
            ),
            "set_server_settings" => r#"{"code":0}"#.to_owned(),
            // The snapshot; what should be a server's id is the service's text.
            _ => format!(
                r#"{{"5":{{"bids":[{{"id":1,"owner":2,"price":"{word}","env":"{word}"}},"{word}"],"cc":"{token}"}},
                "{token}":{{}},"6":"{word}"}}"#
            ),
        })
    });
    url.set(service.url().to_owned()).unwrap();
    let client = client(service.url(), KEY);
    (service, client)
}

#[test]
pub fn what_the_service_keeps_secret_in_the_new_answers_is_not_shown() {
    let [word, token, login, deposit] = THEIRS;
    let (_service, client) = told();
    let servers = client.my_servers().unwrap();
    let join = servers.servers[0].init_token.as_ref();
    assert_eq!(join.map(Secret::expose), Some(token), "it is read");
    show("my_servers", &servers);
    let config = client.server_config("rig-02".to_owned()).unwrap();
    let job = config.background_job.as_ref().unwrap();
    assert_eq!(job.command.as_ref().map(Secret::expose), Some(word), "it is read");
    assert_eq!(job.env["WALLET"].expose(), deposit);
    show("server_config", &config);
    show("settings", &client.update_server_settings(settings()).unwrap());
    let proof = client.poh_balance().unwrap();
    assert_eq!(proof.items[0].address.as_ref().map(Secret::expose), Some(deposit), "it is read");
    show("poh_balance", &proof);
    show("renter_fees", &client.renter_fees().unwrap());
    let account = client.run(GetGigaspot).unwrap();
    assert_eq!(account.snapshot_url, login);
    show("get_gigaspot", &account);
    show("an address", &ForeignAddress::parse(login, "https://api.example").unwrap());
    let gigaspot = client.gigaspot().unwrap();
    assert_eq!((gigaspot.servers.len(), gigaspot.skipped.count), (1, 2));
    show("gigaspot", &gigaspot);
}

#[test]
pub fn a_snapshots_address_with_the_key_in_it_is_not_shown() {
    for url in [
        format!("https://user:{KEY}@elsewhere.invalid/{KEY}"),
        format!("http://elsewhere.invalid/{KEY}?k={KEY}#{KEY}"),
        format!("https://elsewhere.invalid/x?k={KEY}"),
        format!("https://{KEY}.elsewhere.invalid/x"),
        format!("http://{KEY}.elsewhere.invalid/x"),
        KEY.to_owned(),
    ] {
        let answer = format!(r#"{{"my_user_id":2,"v1_snapshot_url":"{url}","code":0}}"#);
        let service = Hostile::start(move |_, _| Answer::json(&answer));
        let error = client(service.url(), KEY).gigaspot().unwrap_err();
        is_clean(&url, &shown(&error));
        assert_eq!(service.seen().len(), 1, "{url}: nothing goes there");
    }
}

/// Answers that hold a secret where a value should be.
#[test]
pub fn an_answer_to_a_new_call_that_plays_a_secret_back_is_not_quoted() {
    let key = KEY;
    for body in [
        format!("<html>{key}</html>"),
        format!("\"{key}\""),
        format!(r#"{{"code":"{key}"}}"#),
        format!(r#"{{"code":6,"error":"{key}"}}"#),
        format!(r#"{{"code":0,"error":"{key}"}}"#),
        format!(
            r#"{{"code":0,"servers":"{key}","config":"{key}","items":"{key}","v1_snapshot_url":["{key}"]}}"#
        ),
        format!(r#"{{"code":0,"servers":["{key}"],"items":["{key}"],"renter_fees":["{key}"]}}"#),
        format!(
            r#"{{"code":0,"config":{{"name":"{key}"}},"servers":[{{"name":["{key}"]}}],"items":[{{"user":"{key}"}}]}}"#
        ),
        format!(
            r#"{{"code":0,"failed_to_rent_servers":["{key}"],"success_to_update_ids":"{key}","status":"{key}"}}"#
        ),
        format!(r#"{{"code":0,"renter_fees":{{"spot":{{"base":{{"CLORE":"{key}"}}}}}},"balance":"{key}"}}"#),
        format!(r#"{{"{key}":1"#),
    ] {
        for status in [200, 403, 500] {
            let text = body.clone();
            let service = Hostile::start(move |_, _| Answer::new(status, &[("x-echo", key)], &text));
            let client = client(service.url(), KEY);
            let results = [
                client.my_servers().map(|value| format!("{value:?}")),
                client.server_config("rig-02".to_owned()).map(|value| format!("{value:?}")),
                client.update_server_settings(settings()).map(|value| format!("{value:?}")),
                client.set_server_settings(settings()).map(|value| format!("{value:?}")),
                client.poh_balance().map(|value| format!("{value:?}")),
                client.renter_fees().map(|value| format!("{value:?}")),
                client.gigaspot().map(|value| format!("{value:?}")),
                client.create_gigaspot_orders(vec![bid(5)]).map(|value| format!("{value:?}")),
                client.edit_gigaspot_orders(vec![edit(5)]).map(|value| format!("{value:?}")),
            ];
            for result in results {
                let text = result.unwrap_or_else(|error| shown(&error));
                is_clean(&format!("{status} {body}"), &text);
            }
        }
    }
}

#[test]
pub fn a_bid_that_cannot_be_sent_is_refused_without_its_values() {
    let service = Hostile::start(|_, _| Answer::json(r#"{"code":0}"#));
    let client = client(service.url(), KEY);
    for bad in [
        bid(5).env("NAME", Secret::new(ENV.repeat(200))),
        bid(5).env(ENV.repeat(20), Secret::new("value")),
        (0..20).fold(bid(5), |bid, n| bid.env(format!("N{n}"), Secret::new(ENV.repeat(60)))),
    ] {
        let error = client.create_gigaspot_orders(vec![bad]).unwrap_err();
        is_clean("a bid", &shown(&error));
    }
    assert_eq!(service.seen().len(), 0);
    show("a bid", &CreateGigaspotOrders::new([bid(5)]));
}
