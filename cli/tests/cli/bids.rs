//! `spot` and `spot-price`.

use crate::canned::Canned;
use crate::shell::Shell;
use clore_sandbox::Fault;
use serde_json::Value;

/// A shell with a spot order, the order's id, and its server's.
fn bidding(price: &str) -> (Shell, u64, String) {
    let shell = Shell::new().with_key();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = shell.run(&["deploy", &server, "--type", "spot", "--spot-price", price, "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let order = run.json()["order_id"].as_u64().unwrap();
    (shell, order, server)
}

fn reprices(shell: &Shell) -> Vec<Value> {
    let requests = shell.server.requests().into_iter();
    requests
        .filter(|request| request.path == "/v1/set_spot_price")
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

#[test]
fn the_bids_on_a_server_are_shown_with_its_floor_and_the_rates() {
    let (shell, _, server) = bidding("9000");
    let run = shell.run(&["spot", &server]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in ["9,000 CLORE/day", "/h", "yes", "lowest bid accepted:", "fee", "1 CLORE-Blockchain is $"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let document = shell.run(&["spot", &server, "--json"]).json();
    let own = document["offers"].as_array().unwrap().iter().find(|offer| offer["mine"] == true).unwrap();
    assert_eq!((own["active"].as_bool(), own["bid_coin_per_day"].to_string().as_str()), (Some(true), "9000"));
    assert!(own["bid_usd_per_hour"].is_number() && document["usd_per_coin"]["CLORE-Blockchain"].is_number());
    assert!(document["floor"]["CLORE-Blockchain"]["coin_per_day"].is_number(), "{document}");
    let cost = &document["floor"]["CLORE-Blockchain"]["cost"];
    assert_eq!(cost["fee_told"], true, "{document}");
    assert!(cost["coin_per_day_with_fee"].is_number() && cost["creation_fee_coin"].is_number(), "{document}");
    shell.run(&["spot", "999999999", "--json"]).failed(4, "no_such_market");
}

#[test]
fn bids_that_cannot_be_read_are_said_and_text_is_made_harmless() {
    let service = Canned::new(&[(
        "spot_marketplace",
        r#"{"market":{"offers":[{"offer_id":5,"bid":31,"currency":"DO\u001b[2JGE"},7]},"code":0}"#,
    )]);
    let run = service.run(&["spot", "5"]);
    assert!(run.code == 0 && run.err.contains("1 of the bids cannot be read"), "{} {}", run.out, run.err);
    assert!(!run.out.contains('\u{1b}') && run.out.contains('?'), "{:?}", run.out);
    let document = service.run(&["spot", "5", "--json"]).json();
    assert_eq!((&document["complete"], document["odd_offers"][0].as_u64()), (&false.into(), Some(1)));
}

#[test]
fn a_bid_is_changed_in_the_orders_coin_and_both_prices_are_shown() {
    let (shell, order, _) = bidding("9000");
    let id = order.to_string();
    let run = shell.run(&["spot-price", &id, "9500.5", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("9,000 CLORE/day") && run.err.contains("9,501 CLORE/day"), "{}", run.err);
    assert!(run.err.contains("% fee"), "{}", run.err);
    assert_eq!(reprices(&shell)[0]["desired_price"].to_string(), "9500.5");
    assert_eq!(shell.server.with(|clore| clore.rental(order).unwrap().price_per_day), 9500.5);
    // Once more the same: nothing is sent.
    let again = shell.run(&["spot-price", &id, "9500.5", "--yes", "--json"]);
    assert_eq!((again.code, &again.json()["changed"]), (0, &false.into()));
    assert_eq!(reprices(&shell).len(), 1);
}

#[test]
fn dollars_per_hour_are_turned_into_the_coin_by_a_known_rate() {
    let (shell, order, _) = bidding("100");
    let run = shell.run(&[
        "spot-price",
        &order.to_string(),
        "0.5",
        "--usd-per-hour",
        "--rate",
        "CLORE=0.01",
        "--yes",
        "--json",
    ]);
    let document = run.json();
    assert_eq!((run.code, document["new_coin_per_day"].to_string().as_str()), (0, "1200"), "{}", run.err);
    assert_eq!(document["changed"], true);
    assert!(run.err.contains("$0.50/h is a bid of 1200 CLORE-Blockchain/day"), "{}", run.err);
    assert_eq!(reprices(&shell)[0]["desired_price"].to_string(), "1200");
}

#[test]
fn a_refusal_tells_its_numbers() {
    let (shell, order, _) = bidding("9000");
    let run = shell.run(&["spot-price", &order.to_string(), "5000", "--yes", "--json"]);
    let document = run.failed(1, "refused");
    assert_eq!(
        (&document["changed"], document["max_step_coin_per_day"].to_string().as_str()),
        (&false.into(), "900")
    );
    assert!(run.err.contains("largest step 900"), "{}", run.err);
    assert_eq!(shell.run(&["spot-price", &order.to_string(), "8900", "--yes"]).code, 0);
    let run = shell.run(&["spot-price", &order.to_string(), "8800", "--yes", "--json"]);
    assert!(run.failed(1, "refused")["seconds_to_lowering"].as_u64().unwrap() > 500, "{}", run.out);
}

#[test]
fn a_lost_answer_is_settled_by_reading_and_else_exit_3() {
    let (shell, order, _) = bidding("9000");
    shell.server.fault(Fault::parse("set_spot_price#1=lose").unwrap());
    assert_eq!(shell.run(&["spot-price", &order.to_string(), "9100", "--yes"]).code, 0);
    assert_eq!(reprices(&shell).len(), 1, "never sent again");
    shell.server.fault(Fault::parse("set_spot_price=lose-before").unwrap());
    let run = shell.run(&["spot-price", &order.to_string(), "9200", "--yes", "--json"]);
    let document = run.failed(3, "outcome_unknown");
    assert!(document["changed"].is_null() && document["error"]["order_ids"][0] == order, "{document}");
    assert!(run.err.contains(&format!("clore order {order}")), "{}", run.err);
}

#[test]
fn what_has_no_bid_is_not_sent() {
    let shell = Shell::new().with_key();
    let id = shell.rented().to_string();
    shell.run(&["spot-price", &id, "5", "--yes", "--json"]).failed(1, "not_spot");
    shell.run(&["spot-price", "999", "5", "--yes", "--json"]).failed(4, "no_such_order");
    for price in ["0", "-1", "NaN", "x"] {
        shell.run(&["spot-price", &id, "--yes", "--json", "--", price]).failed(2, "usage");
    }
    // Nobody can be asked here.
    let before = shell.server.requests().len();
    shell.run(&["spot-price", &id, "5", "--json"]).failed(2, "usage");
    assert_eq!((shell.server.requests().len(), reprices(&shell).len()), (before, 0));
    assert_eq!(shell.run(&["cancel", &id]).code, 0);
    shell.run(&["spot-price", &id, "5", "--yes", "--json"]).failed(1, "order_ended");
}
