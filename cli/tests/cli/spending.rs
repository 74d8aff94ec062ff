//! `spend`: what the journal alone tells.

use crate::shell::{Run, Shell, quick};
use clore_sandbox::Fault;

const RENT: [&str; 4] = ["rent", "--yes", "--no-wait", "--json"];

#[test]
fn spend_shows_orders_their_costs_and_what_the_limits_leave_without_asking_the_service() {
    let shell = Shell::new().with_key();
    let (first, second) = (shell.rented(), shell.rented());
    assert_eq!(shell.run(&["cancel", &first.to_string()]).code, 0);
    let asked = shell.server.requests().len();
    let mut command = shell.command(&["spend"]);
    command.env("CLORE_MAX_PER_DAY", "500").env("CLORE_MAX_OPEN_ORDERS", "3").env("CLORE_MAX_RATE", "2");
    let run = Run::of(command);
    assert_eq!((run.code, shell.server.requests().len()), (0, asked), "{}", run.err);
    for order in [first, second] {
        assert!(run.out.contains(&order.to_string()), "{}", run.out);
    }
    for said in [
        "not known to be over",
        "last 24 h: ",
        "limit of a day $500.00: left $4",
        "limit of open orders 3: 1 open or may be, left 2",
        "limit for one server $2.00/h, without the fee",
    ] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
    let document = shell.run(&["spend", "--json"]).json();
    let orders = document["orders"].as_array().unwrap();
    let ledger = shell.server.ledger();
    assert_eq!(orders.len(), ledger.len());
    for (order, rental) in orders.iter().zip(&ledger) {
        assert_eq!(
            (&order["order_id"], &order["server_id"]),
            (&rental.order_id.into(), &rental.server_id.into())
        );
        assert!(order["price_usd_per_hour_with_fee"].is_number() && order["cost_usd"].is_number());
        assert!(order["from_unix"].is_number() && order["intent"].is_string());
    }
    assert_eq!((&orders[0]["is_over"], &orders[1]["is_over"]), (&true.into(), &false.into()));
    assert!(orders[0]["to_unix"].is_number() && orders[1]["to_unix"].is_null());
    assert_eq!(document["last_24h"]["open_orders"], 1);
    assert_eq!(document["open_intents"], serde_json::json!([]));
}

#[test]
fn spend_by_day_adds_up_days_of_utc() {
    let shell = Shell::new().with_key();
    shell.rented();
    let run = shell.run(&["spend", "--by", "day"]);
    assert!(run.code == 0 && run.out.contains("day (UTC)"), "{}{}", run.out, run.err);
    let document = shell.run(&["spend", "--by", "day", "--json"]).json();
    let days = document["days"].as_array().unwrap();
    assert!(!days.is_empty() && days.len() <= 2, "{document}");
    let today = days.last().unwrap();
    assert_eq!((&today["orders"], &today["unknown_orders"]), (&1.into(), &0.into()));
    assert!(today["day_utc"].as_str().unwrap().len() == 10 && today["cost_usd"].is_number());
    assert!(document.get("orders").is_none());
}

#[test]
fn a_cost_that_is_not_known_is_shown_as_unknown_and_never_as_nothing() {
    let shell = Shell::new().with_key();
    // Not in the listing's dollars, and no rate is known: paid in bitcoin by a bid.
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    shell.server.fault(Fault::parse("marketplace=garbage").unwrap());
    let run = shell.run(&["deploy", &server, "--json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let order = run.json()["order_id"].as_u64().unwrap();
    let document = shell.run(&["spend", "--json"]).json();
    assert!(document["orders"][0]["cost_usd"].is_null(), "{document}");
    assert!(document["last_24h"].is_null());
    assert_eq!(document["last_24h_unknown"], format!("the price of order {order}"));
    let run = shell.run(&["spend"]);
    assert!(run.out.contains('?') && run.out.contains("last 24 h: not known"), "{}", run.out);
    let days = shell.run(&["spend", "--by", "day", "--json"]).json();
    let day = days["days"].as_array().unwrap().last().unwrap();
    assert_eq!((&day["cost_usd"], &day["unknown_orders"]), (&serde_json::Value::Null, &1.into()));
}

#[test]
fn an_empty_journal_is_said_and_open_intents_are_named() {
    let shell = Shell::new().with_key();
    let run = shell.run(&["spend"]);
    assert!(run.code == 0 && run.err.contains("no orders of this key"), "{}", run.err);
    shell.server.fault(Fault::parse("create_order#1=lose-before").unwrap());
    let intent = shell.run(&RENT).json()["intent"].as_str().unwrap().to_owned();
    let document = shell.run(&["spend", "--json"]).json();
    assert_eq!(document["open_intents"][0]["intent"], intent);
    assert_eq!(document["open_intents"][0]["note"], "may be billing");
    assert_eq!(document["last_24h"]["open_orders"], 1);
}

#[test]
fn spend_needs_the_key_of_whose_orders_it_shows() {
    let shell = Shell::with(quick());
    let mut command = shell.command(&["spend", "--json"]);
    command.env_remove("CLORE_API_KEY");
    Run::of(command).failed(5, "no_key");
}
