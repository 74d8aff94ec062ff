//! Bids: who holds the machine, what it costs, and how a bid may be changed (api-facts 3.7, 3.8).

mod account;

use std::time::Duration;

use account::{Account, on_demand};
use clore_sandbox::{Coin, Dialect, EndReason, Options};
use serde_json::{Value, json};

fn status(account: &mut Account, id: u64) -> Value {
    let row = account.orders(true).into_iter().find(|row| row["id"] == id);
    row.expect("its row")["status"].clone()
}

#[test]
fn the_highest_bid_holds_the_machine_and_only_it_pays() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let id = account.bid(server, 1.0);
    account.wait(600);
    assert_eq!(status(&mut account, id), "running");
    let offer = account.clore.competing_bid(server, Coin::Bitcoin, 0.01).expect("an offer");
    let paid = account.clore.rental(id).expect("the rental").spent;
    assert!(paid > 0.0);
    account.wait(5000);
    assert_eq!(account.clore.rental(id).expect("the rental").spent, paid, "an outbid order costs nothing");
    assert_eq!(status(&mut account, id), "outbid");
    assert_eq!(account.orders(false).len(), 1, "the bid still stands");
    let market = account.get(&format!("spot_marketplace?market={server}"));
    let offers = market["market"]["offers"].as_array().expect("offers");
    assert_eq!(offers.len(), 2);
    let competitor = offers.iter().find(|row| row["offer_id"] == offer).expect("the competitor's");
    assert_eq!((&competitor["active"], &competitor["my"]), (&json!(true), &json!(false)));
    // 701 USD a day is more than 0.01 BTC.
    assert_eq!(
        account.post("set_spot_price", json!({"order_id": id, "desired_price": 701})).1,
        json!({"code": 0})
    );
    assert_eq!(account.listed(server)["rented"], false, "a bid leaves it to be rented on demand");
    account.wait(8);
    assert_eq!(status(&mut account, id), "running");
    account.wait(60);
    assert!(account.clore.rental(id).expect("the rental").spent > paid);
}

#[test]
fn a_bid_below_another_one_waits_and_costs_nothing() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    account.clore.competing_bid(server, Coin::Usd, 100_000.0).expect("an offer");
    let id = account.bid(server, 0.0);
    account.wait(86_400);
    assert_eq!(status(&mut account, id), "pending");
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!((rental.spent, rental.held), (0.0, Duration::ZERO));
    account.post("cancel_order", json!({"id": id}));
    assert_eq!(status(&mut account, id), "cancelled");
}

#[test]
fn renting_on_demand_ends_every_bid_on_the_machine() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let bid = account.bid(server, 2.0);
    assert_eq!(account.post("create_order", on_demand(server)).1["code"], 0);
    let rental = account.clore.rental(bid).expect("the rental");
    assert_eq!(rental.end, Some(EndReason::Outbid));
    assert_eq!(status(&mut account, bid), "outbid");
    assert!(account.orders(false).iter().all(|row| row["id"] != bid));
    let other = account.clore.market().free().nth(1).expect("a second free server");
    let bid = account.bid(other, 2.0);
    assert!(account.clore.rent_to_another(other));
    assert_eq!(account.clore.rental(bid).expect("the rental").end, Some(EndReason::Outbid));
    assert!(!account.clore.rent_to_another(other), "it is taken");
    assert!(account.clore.free_from_another(other));
    assert_eq!(account.listed(other)["rented"], false);
}

#[test]
fn a_bid_is_lowered_slowly_and_in_small_steps() {
    let mut account = Account::new(Options::new().dialect(Dialect::Live));
    account.gap = Duration::from_secs(6);
    let server = account.free();
    let id = account.bid(server, 100.0);
    let price = account.clore.rental(id).expect("the rental").price_per_day;
    let set = |account: &mut Account, price: f64| {
        account.post("set_spot_price", json!({"order_id": id, "desired_price": price})).1
    };
    // api-facts 1.4: exceeded_max_step
    let refusal = set(&mut account, price * 0.8);
    assert_eq!((&refusal["code"], &refusal["error"]), (&json!(6), &json!("exceeded_max_step")));
    let step = refusal["max_step"].as_f64().expect("a step");
    assert_eq!(set(&mut account, price - step), json!({"code": 0}));
    // api-facts 1.4: can_lower_every_600_seconds
    let refusal = set(&mut account, price - step - 0.01);
    assert_eq!(refusal, json!({"code": 6, "error": "can_lower_every_600_seconds", "time_to_lowering": 594}));
    assert_eq!(set(&mut account, price + 5.0), json!({"code": 0}), "raising is free of that");
    account.wait(594 - 12);
    assert_eq!(set(&mut account, price + 4.0), json!({"code": 0}));
    // api-facts 1.4: amount_too_low
    assert_eq!(set(&mut account, 0.001)["error"], "amount_too_low");
    assert_eq!(account.clore.rental(id).expect("the rental").price_per_day, price + 4.0);
}

#[test]
fn a_refused_price_may_come_with_code_0() {
    let mut account = Account::new(Options::new().reprice_refused_as_code_0(true));
    let (status, answer) = account.post("set_spot_price", json!({"order_id": 5, "desired_price": 1}));
    assert_eq!((status, answer), (200, json!({"code": 0, "error": "order_dont_exist"})));
    let mut account = Account::new(Options::new());
    let on_demand = account.rent();
    for id in [5, on_demand] {
        let (_, answer) = account.post("set_spot_price", json!({"order_id": id, "desired_price": 1}));
        assert_eq!(answer, json!({"code": 6, "error": "order_dont_exist"}));
    }
    for body in [json!({}), json!({"order_id": 5}), json!({"order_id": 5, "desired_price": "1"})] {
        assert_eq!(account.post("set_spot_price", body), (400, json!({"code": 2})));
    }
}

#[test]
fn a_new_price_changes_what_is_billed_from_then_on_and_does_not_restart_the_machine() {
    let mut account = Account::new(Options::new().fees(0.0, 0.0).creation_fee(0.0));
    let before = account.usd();
    let server = account.free();
    let id = account.bid(server, 10.0);
    let first = account.clore.rental(id).expect("the rental").price_per_day;
    account.wait(1000);
    account.gap = Duration::ZERO;
    account.now += Duration::from_secs(2);
    account.post("set_spot_price", json!({"order_id": id, "desired_price": first + 50.0}));
    account.wait(1000);
    assert_eq!(status(&mut account, id), "running");
    let expected = (first * 1002.0 + (first + 50.0) * 1000.0) / 86_400.0;
    assert!((account.clore.rental(id).expect("the rental").spent - expected).abs() < 1e-9);
    assert!((before - account.usd() - expected).abs() < 1e-6);
}

#[test]
fn the_spot_market_tells_floors_rates_and_whether_it_exists() {
    let mut account = Account::new(Options::new().dialect(Dialect::Live));
    let server = account.free();
    let listed = account.listed(server);
    let id = account.bid(server, 1.0);
    let answer = account.get(&format!("spot_marketplace?market={server}"));
    assert_eq!((&answer["exists"], &answer["code"]), (&json!(true), &json!(0)));
    assert_eq!(answer["market"]["server"]["min_pricing"], listed["price"]["spot"]);
    assert_eq!(answer["market"]["server"]["mrl"], listed["mrl"]);
    assert_eq!(answer["market"]["currency_rates_in_usd"]["USD-Blockchain"], 1);
    let offer = &answer["market"]["offers"][0];
    assert_eq!((&offer["active"], &offer["my"]), (&json!(true), &json!(true)));
    assert_eq!(offer["bid"].as_f64(), account.clore.rental(id).map(|rental| rental.price_per_day));
    assert!(offer.get("price").is_none(), "the live dialect has no such name");
    let answer = account.get("spot_marketplace?market=3");
    assert_eq!((&answer["exists"], &answer["market"]["offers"]), (&json!(false), &json!([])));
    assert_eq!(account.get("spot_marketplace")["code"], 2);
    assert_eq!(account.get("spot_marketplace?market=x")["code"], 2);
}
