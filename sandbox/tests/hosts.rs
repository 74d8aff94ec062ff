//! Hosts that change their terms or hide their servers while the sandbox runs.

mod account;

use account::{Account, on_demand, spot};
use clore_sandbox::{Coin, Market, Options};
use serde_json::json;

#[test]
fn a_hidden_server_is_neither_served_nor_rented_until_it_is_shown_again() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    let before = account.listed(server);
    assert!(account.clore.set_listed(server, false));
    let served = account.get("marketplace");
    assert!(served["servers"].as_array().expect("rows").iter().all(|row| row["id"] != server));
    assert_eq!(served["servers"].as_array().map(Vec::len), Some(39));
    assert!(account.clore.free().all(|free| free != server));
    for body in [on_demand(server), spot(server, 1e5)] {
        assert_eq!(account.post("create_order", body).1, json!({"code": 6, "error": "server-dont-exist"}));
    }
    assert!(!account.clore.rent_to_another(server), "nobody else rents it either");
    assert_eq!(account.clore.competing_bid(server, Coin::Usd, 9.0), None);
    let market = account.get(&format!("spot_marketplace?market={server}"));
    assert_eq!(market["market"]["server"]["visibility"], "hidden");
    assert!(account.clore.set_listed(server, true));
    assert_eq!(account.listed(server), before, "its terms are what they were");
    assert_eq!(account.post("create_order", on_demand(server)).1["code"], 0);
    assert!(!account.clore.set_listed(1, false) && !account.clore.set_prices(1, Coin::Usd, Some(1.0), None));
}

#[test]
fn an_order_keeps_its_price_and_its_server_when_the_host_changes_both() {
    let mut account = Account::new(Options::new());
    let id = account.rent();
    let rental = account.clore.rental(id).expect("the rental");
    let dearer = rental.price_per_day * 2.0;
    assert!(account.clore.set_prices(rental.server_id, Coin::Usd, Some(dearer), None));
    let listed = account.listed(rental.server_id);
    assert_eq!(listed["price"]["on_demand"]["USD-Blockchain"], dearer);
    assert_eq!(listed["price"]["spot"].get("USD-Blockchain"), None);
    assert!(account.clore.set_listed(rental.server_id, false));
    account.wait(3600);
    let row = account.orders(false).remove(0);
    assert_eq!((&row["price"], &row["status"]), (&json!(rental.price_per_day), &json!("running")));
    account.post("cancel_order", json!({"id": id}));
    account.clore.set_listed(rental.server_id, true);
    account.post("create_order", on_demand(rental.server_id));
    assert_eq!(account.clore.ledger().last().map(|rental| rental.price_per_day), Some(dearer));
}

#[test]
fn a_coin_without_a_price_is_not_taken_and_no_figure_but_a_price_is() {
    let mut account = Account::new(Options::new());
    let server = account.free();
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(!account.clore.set_prices(server, Coin::Usd, Some(1.0), Some(wrong)));
    }
    assert!(account.clore.set_prices(server, Coin::Usd, None, None));
    let error = account.post("create_order", on_demand(server)).1;
    assert_eq!(error["error"], "currency-not-allowed");
    assert_eq!(account.listed(server)["allowed_coins"], json!(["bitcoin", "CLORE-Blockchain"]));
    assert!(account.clore.set_prices(server, Coin::Usd, Some(2.5), Some(1.5)));
    assert_eq!(account.listed(server)["price"]["usd"]["on_demand_usd"], 2.5);
    assert_eq!(account.post("create_order", on_demand(server)).1["code"], 0);
}

#[test]
fn sandboxes_that_share_a_market_do_not_see_each_others_changes() {
    let market = Market::generate(3, 40);
    let mut one = Account::new(Options::new().market(market.clone()));
    let mut other = Account::new(Options::new().market(market));
    let server = one.free();
    one.clore.set_listed(server, false);
    assert_ne!(one.free(), server);
    assert_eq!(other.free(), server);
    assert_eq!(other.listed(server)["rented"], false);
}
