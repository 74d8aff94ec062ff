//! `create_order`: what it accepts, and each refusal of api-facts 1.4.

mod account;

use std::time::Duration;

use account::{Account, on_demand, spot};
use clore_sandbox::{Clore, Coin, CreateAnswer, Dialect, Market, Options};
use serde_json::{Value, json};

/// Sends a create and expects this code and error, and that nothing was rented.
fn refused(account: &mut Account, body: Value, status: u16, code: u64, error: Option<&str>) -> Value {
    let before = account.clore.counts().placed;
    let (got, answer) = account.post("create_order", body.clone());
    assert_eq!((got, answer["code"].as_u64()), (status, Some(code)), "{body} gave {answer}");
    assert_eq!(answer["error"].as_str(), error, "{body}");
    assert_eq!(account.clore.counts().placed, before, "nothing was rented");
    answer
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

#[test]
fn every_free_server_can_be_rented_in_every_coin() {
    let market = Market::generate(4, 3500);
    for coin in ["bitcoin", "CLORE-Blockchain", "USD-Blockchain"] {
        let options =
            Options::new().market(market.clone()).interval(Duration::ZERO).create_window(Duration::ZERO);
        let mut account = Account { clore: Clore::new(options), now: Duration::ZERO, gap: Duration::ZERO };
        for (nth, server) in market.free().enumerate() {
            let (_, answer) = account.post("create_order", with(on_demand(server), "currency", json!(coin)));
            assert_eq!(answer["code"], 0, "server {server} in {coin}: {answer}");
            assert_eq!(account.clore.counts().open, nth + 1);
        }
    }
}

#[test]
fn the_answer_says_as_much_as_it_is_told_to() {
    for (dialect, answer, expected) in [
        (Dialect::Live, None, [false, false, false]),
        (Dialect::All, None, [true, true, true]),
        (Dialect::All, Some(CreateAnswer::CodeOnly), [false, false, false]),
        (Dialect::Live, Some(CreateAnswer::OrderId), [true, false, false]),
        (Dialect::Live, Some(CreateAnswer::Id), [false, true, false]),
        (Dialect::Live, Some(CreateAnswer::Order), [false, false, true]),
        (Dialect::Live, Some(CreateAnswer::Everything), [true, true, true]),
    ] {
        let mut options = Options::new().dialect(dialect);
        if let Some(answer) = answer {
            options = options.create_answer(answer);
        }
        let mut account = Account::new(options);
        let (status, said) = account.post("create_order", on_demand(account.free()));
        assert_eq!((status, &said["code"]), (200, &json!(0)));
        let id = account.clore.ledger()[0].order_id;
        assert!(id >= 1_000_000, "order ids have at least seven digits");
        let found = [said["order_id"] == id, said["id"] == id, said["order"]["id"] == id];
        assert_eq!(found, expected, "{said}");
        assert_eq!(
            said.as_object().map(|fields| fields.len()),
            Some(1 + expected.iter().filter(|f| **f).count())
        );
    }
}

#[test]
fn a_create_with_a_wrong_field_is_code_2() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let long = |count: usize| json!("x".repeat(count));
    for (key, value) in [
        ("renting_server", json!("5")),
        ("renting_server", json!(-1)),
        ("renting_server", Value::Null),
        ("type", json!("ondemand")),
        ("type", json!(1)),
        ("currency", json!(3)),
        ("currency", Value::Null),
        ("image", json!("")),
        ("image", json!(["a"])),
        ("ports", json!([22])),
        ("ports", json!({"x": "tcp"})),
        ("ports", json!({"0": "tcp"})),
        ("ports", json!({"70000": "tcp"})),
        ("ports", json!({"22": "ssh"})),
        ("env", json!("A=b")),
        ("env", json!({"A": 1})),
        ("env", json!({"A": "x".repeat(1537)})),
        ("env", json!({"x".repeat(129): "b"})),
        ("ssh_password", long(33)),
        ("ssh_password", json!(5)),
        ("ssh_key", long(3073)),
        ("jupyter_token", long(33)),
        ("command", json!({})),
        ("autossh_entrypoint", json!(1)),
        ("remember_password", json!("yes")),
        ("dockerhub_auth", json!(0)),
        ("required_price", json!("4")),
    ] {
        refused(&mut account, with(on_demand(server), key, value), 400, 2, None);
    }
    let many: serde_json::Map<String, Value> = (0..9).map(|n| (n.to_string(), long(1500))).collect();
    refused(&mut account, with(on_demand(server), "env", Value::Object(many)), 400, 2, None);
    refused(&mut account, with(spot(server, 1.0), "spotprice", Value::Null), 400, 2, None);
    refused(&mut account, spot(server, 0.0), 400, 2, None);
    refused(&mut account, spot(server, -3.0), 400, 2, None);
    for body in ["", "{", "[]", "null", "\u{fffd}", &"[".repeat(100_000)] {
        let request = account.request("POST", "create_order", body);
        assert_eq!(account.send(request), (400, json!({"code": 2})));
    }
}

#[test]
fn texts_of_exactly_the_longest_length_are_accepted() {
    let mut account = Account::new(Options::new());
    let mut body = on_demand(account.free());
    body["ssh_password"] = json!("p".repeat(32));
    body["ssh_key"] = json!("k".repeat(3072));
    body["jupyter_token"] = json!("t".repeat(32));
    body["env"] = json!({"n".repeat(128): "v".repeat(1536)});
    body["autossh_entrypoint"] = json!("true");
    body["unknown"] = json!("is ignored");
    assert_eq!(account.post("create_order", body).1["code"], 0);
}

#[test]
fn each_refusal_of_code_6_has_its_reason() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let own = account.clore.own_server().expect("an own server");
    // api-facts 1.4, row by row.
    refused(&mut account, on_demand(7), 200, 6, Some("server-dont-exist"));
    refused(&mut account, on_demand(own), 200, 6, Some("cant_rent_from_yourself"));
    let taken = account.get("marketplace")["servers"]
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["rented"] == true && row["id"] != own)?["id"].as_u64());
    refused(&mut account, on_demand(taken.expect("taken")), 200, 6, Some("server-already-rented"));
    account.clore.set_online(server, false);
    refused(&mut account, on_demand(server), 200, 6, Some("server-offline"));
    account.clore.set_online(server, true);
    let body = with(on_demand(server), "currency", json!("BTC"));
    refused(&mut account, body, 200, 6, Some("currency-not-allowed"));
    account.clore.set_balance(Coin::Usd, 0.01);
    refused(&mut account, on_demand(server), 200, 6, Some("not_enough_balance"));
    account.clore.set_balance(Coin::Usd, 1e6);
    let floor = account.listed(server)["price"]["spot"]["USD-Blockchain"].clone();
    let low = spot(server, floor.as_f64().expect("a floor") - 0.01);
    let answer = refused(&mut account, low, 200, 6, Some("too_low_price"));
    assert_eq!(answer["min_price"], floor);
    account.bid(server, 0.0);
    let again = spot(server, floor.as_f64().expect("a floor") + 1.0);
    refused(&mut account, again, 200, 6, Some("you_already_have_spot_order"));
    account.rent();
    refused(&mut account, on_demand(server), 200, 6, Some("server-already-rented"));
}

#[test]
fn a_coin_that_the_server_does_not_allow_is_refused_though_it_is_priced() {
    let market = br#"{"servers":[
        {"id":5,"mrl":24,"price":{"on_demand":{"bitcoin":0.0001,"USD-Blockchain":2}},"allowed_coins":["bitcoin"],"rented":false},
        {"id":6,"gigaspot":true,"price":{"on_demand":{"USD-Blockchain":2}},"rented":false},
        {"id":7,"rented":false}]}"#;
    let mut account = Account::new(Options::new().market(Market::from_json(market).expect("a market")));
    refused(&mut account, on_demand(5), 200, 6, Some("currency-not-allowed"));
    refused(&mut account, on_demand(6), 200, 6, Some("machine-is-on-gigaspot"));
    refused(&mut account, on_demand(7), 200, 6, Some("currency-not-allowed"));
    assert_eq!(account.post("create_order", with(on_demand(5), "currency", json!("bitcoin"))).1["code"], 0);
}

#[test]
fn an_ampersand_in_env_is_an_opaque_code_1_that_places_nothing_unless_told_to() {
    let mut account = Account::new(Options::new());
    let body = with(on_demand(account.free()), "env", json!({"A": "A & B"}));
    refused(&mut account, body.clone(), 500, 1, None);
    let mut account = Account::new(Options::new().code_1_places(true));
    assert_eq!(account.post("create_order", body), (500, json!({"code": 1})));
    assert_eq!(account.clore.counts().open, 1, "the order exists all the same");
}

#[test]
fn a_required_price_that_is_not_the_listed_one_is_an_opaque_code_1() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let listed = account.listed(server)["price"]["on_demand"]["USD-Blockchain"].clone();
    let other = json!(listed.as_f64().expect("a price") + 0.01);
    refused(&mut account, with(on_demand(server), "required_price", other), 500, 1, None);
    assert_eq!(account.post("create_order", with(on_demand(server), "required_price", listed)).1["code"], 0);
}

#[test]
fn the_http_status_of_a_code_can_be_chosen() {
    let mut account = Account::new(Options::new().http_status(6, 500).http_status(9, 200).http_status(2, 42));
    refused(&mut account, on_demand(7), 500, 6, Some("server-dont-exist"));
    refused(&mut account, json!({}), 400, 2, None);
}
