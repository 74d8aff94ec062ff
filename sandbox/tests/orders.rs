//! Orders as they live: booting, running, billing, ending, and how `my_orders` shows them.

mod account;

use std::time::Duration;

use account::{Account, on_demand};
use clore_sandbox::{Coin, Dialect, EndReason, Market, Options};
use serde_json::json;

#[test]
fn an_order_runs_after_the_boot_time_and_shows_where() {
    let mut account = Account::new(Options::new().dialect(Dialect::Live));
    let id = account.rent();
    let rental = account.clore.rental(id).expect("the rental");
    account.gap = Duration::from_secs(7);
    let row = account.orders(false).remove(0);
    assert_eq!((&row["id"], &row["si"]), (&json!(id), &json!(rental.server_id)));
    assert_eq!(
        (&row["online"], &row["expired"], &row["spot"]),
        (&json!(false), &json!(false), &json!(false))
    );
    assert_eq!((&row["pub_cluster"], &row["tcp_ports"]), (&json!([]), &json!([])));
    assert!(
        row.get("status").is_none() && row.get("order_id").is_none(),
        "the live dialect has no such names"
    );
    account.gap = Duration::from_secs(1);
    let row = account.orders(false).remove(0);
    assert_eq!(row["online"], true);
    assert!(row["tcp_ports"][0].as_str().is_some_and(|ports| ports.starts_with("22:")), "{row}");
    assert!(row["pub_cluster"][0].as_str().is_some_and(|host| host.ends_with(".example.net")));
    assert_eq!(row["http_port"], "8888");
    assert_eq!(row["ct"], 1_790_000_006);
    let listed = account.listed(rental.server_id);
    assert_eq!(row["mrl"].as_u64(), listed["mrl"].as_u64().map(|hours| hours * 3600));
    assert_eq!(row["price"], listed["price"]["on_demand"]["USD-Blockchain"]);
    for key in ["specs", "rating", "reliability", "cuda_version", "gpu_array", "owner"] {
        assert_eq!(row[key], listed[key], "{key}");
    }
    assert_eq!(listed["rented"], true);
}

#[test]
fn the_all_dialect_has_every_name_side_by_side_and_the_live_shape_where_they_clash() {
    let mut account = Account::new(Options::new());
    let id = account.rent();
    assert_eq!(account.orders(false)[0]["status"], "creating");
    let row = account.orders(false).remove(0);
    assert_eq!((&row["id"], &row["order_id"]), (&json!(id), &json!(id)));
    assert_eq!((&row["si"], &row["renting_server"]), (&row["server_id"], &row["server_id"]));
    assert_eq!((&row["ct"], &row["created_at"]), (&row["started"], &json!("2026-09-21T14:13:26Z")));
    assert_eq!((&row["status"], &row["type"]), (&json!("running"), &json!("on-demand")));
    assert!(row["tcp_ports"].is_array() && row["pub_cluster"].is_array(), "the live shapes");
    let port = row["tcp_ports"][0].as_str().and_then(|ports| ports.strip_prefix("22:")).expect("a port");
    let host = row["pub_cluster"][0].as_str().expect("a host");
    assert_eq!(row["connection"]["ssh"], format!("ssh root@{host} -p {port}"));
    assert!(row["connection"]["http_ports"]["8888"].is_string());
    account.post("cancel_order", json!({"id": id}));
    let row = account.orders(true).remove(0);
    assert_eq!((&row["status"], &row["expired"]), (&json!("cancelled"), &json!(true)));
    assert_eq!(row["order_end"], 1_790_000_024);
    assert!(row.get("connection").is_none());
}

#[test]
fn billing_is_price_times_time_with_the_fee_on_top_and_stops_with_the_cancel() {
    let mut account = Account::new(Options::new());
    let before = account.usd();
    let id = account.rent();
    let price = account.clore.rental(id).expect("the rental").price_per_day;
    account.wait(300);
    let rental = account.clore.rental(id).expect("the rental");
    let rent = price * 300.0 / 86_400.0;
    assert!((rental.rent - rent).abs() < 1e-9 && (rental.spent - rent * 1.05).abs() < 1e-9, "{rental:?}");
    assert_eq!(rental.creation_fee, 0.0, "not before ten minutes");
    account.gap = Duration::ZERO;
    account.post("cancel_order", json!({"id": id}));
    account.wait(100_000);
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!((rental.end, rental.held), (Some(EndReason::Cancelled), Duration::from_secs(300)));
    assert!((rental.spent - rent * 1.05).abs() < 1e-9, "nothing is billed after the cancel");
    assert!((before - account.usd() - rental.spent).abs() < 1e-6, "the wallet paid just that");
    account.gap = Duration::from_secs(6);
    let row = account.orders(true).remove(0);
    assert!((row["spend"].as_f64().expect("a figure") - rent * 1.05).abs() < 1e-7);
    let wallet = account.get("wallets")["wallets"][2].clone();
    assert_eq!(wallet["name"], "USD-Blockchain");
    assert!((wallet["balance"].as_f64().expect("a balance") - account.usd()).abs() < 1e-7);
}

#[test]
fn the_creation_fee_is_charged_once_after_ten_minutes() {
    let mut account = Account::new(Options::new());
    let id = account.rent();
    account.wait(599);
    assert_eq!(account.clore.rental(id).expect("the rental").creation_fee, 0.0);
    account.wait(1);
    assert_eq!(account.clore.rental(id).expect("the rental").creation_fee, 0.10);
    account.wait(5000);
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!(rental.creation_fee, 0.10);
    assert!((rental.spent - rental.rent * 1.05 - 0.10).abs() < 1e-9);
}

#[test]
fn fees_are_those_it_was_told() {
    let mut account = Account::new(Options::new().fees(0.0, 0.0).creation_fee(0.0));
    let id = account.rent();
    account.wait(86_400 / 4);
    let rental = account.clore.rental(id).expect("the rental");
    assert!((rental.spent - rental.price_per_day / 4.0).abs() < 1e-9);
    assert_eq!(account.orders(false)[0]["fee"], 0);
}

#[test]
fn an_order_ends_when_its_maximum_length_is_over() {
    let market =
        br#"{"servers":[{"id":5,"mrl":6,"price":{"on_demand":{"USD-Blockchain":24}},"rented":false}]}"#;
    let mut account = Account::new(Options::new().market(Market::from_json(market).expect("a market")));
    let id = account.rent();
    account.wait(6 * 3600 - 1);
    assert!(account.clore.rental(id).expect("the rental").is_open());
    account.wait(1_000_000);
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!(rental.end, Some(EndReason::Expired));
    assert_eq!(rental.held, Duration::from_secs(6 * 3600), "billed to its end, not to when somebody looked");
    assert!((rental.rent - 6.0).abs() < 1e-9);
    assert_eq!(account.orders(false).len(), 0);
    let row = account.orders(true).remove(0);
    assert_eq!((&row["status"], &row["expired"]), (&json!("expired"), &json!(true)));
    assert_eq!(account.listed(5)["rented"], false, "the machine is free again");
}

#[test]
fn running_out_of_money_ends_the_orders_of_that_coin() {
    let market = br#"{"servers":[{"id":5,"mrl":600,"price":{"on_demand":{"USD-Blockchain":24}},"rented":false},
                                 {"id":6,"mrl":600,"price":{"on_demand":{"bitcoin":0.001}},"rented":false}]}"#;
    let mut account = Account::new(Options::new().market(Market::from_json(market).expect("a market")));
    let id = account.rent();
    let mut other = on_demand(6);
    other["currency"] = json!("bitcoin");
    assert_eq!(account.post("create_order", other).1["code"], 0);
    account.clore.set_balance(Coin::Usd, 10.0);
    account.wait(20 * 3600);
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!(rental.end, Some(EndReason::OutOfMoney));
    // 10 USD, less 0.10 for the creation, at 24 × 1.05 a day: 9.43 hours; six seconds had been paid before.
    let held = rental.held.as_secs_f64() - 6.0;
    assert!((held - 9.9 / 25.2 * 86_400.0).abs() < 0.01, "{held}");
    assert_eq!(account.usd(), 0.0);
    assert_eq!(account.clore.counts().open, 1, "the other coin is not concerned");
}

#[test]
fn a_lagging_list_shows_an_order_only_after_its_lag() {
    let lag = Duration::from_secs(20);
    let mut account = Account::new(Options::new().orders_lag(lag).end_lag(lag));
    let id = account.rent();
    assert!(account.orders(true).is_empty());
    account.wait(7);
    assert!(account.orders(false).is_empty(), "19 seconds");
    assert_eq!(account.orders(false).len(), 1);
    account.post("cancel_order", json!({"id": id}));
    let row = account.orders(false).remove(0);
    assert_eq!((&row["status"], &row["expired"]), (&json!("running"), &json!(false)), "the cancel lags too");
    assert!(row.get("order_end").is_none());
    account.wait(20);
    assert!(account.orders(false).is_empty());
    assert_eq!(account.orders(true)[0]["status"], "cancelled");
}

#[test]
fn cancelling_has_a_reason_for_each_refusal() {
    let mut account = Account::new(Options::new());
    let id = account.rent();
    let refusal = |error: &str| (200, json!({"code": 6, "error": error}));
    let long = json!({"id": id, "issue": "é".repeat(2049)});
    assert_eq!(account.post("cancel_order", long), refusal("issue_description_too_long"));
    assert_eq!(account.post("cancel_order", json!({"id": 3})), refusal("you_dont_own_this_order"));
    for body in [json!({}), json!({"id": "x"}), json!({"id": 1.5}), json!({"id": id, "issue": 4}), json!([])]
    {
        assert_eq!(account.post("cancel_order", body), (400, json!({"code": 2})));
    }
    assert!(account.clore.rental(id).expect("the rental").is_open());
    let fine = json!({"id": id.to_string(), "issue": "é".repeat(2048)});
    assert_eq!(account.post("cancel_order", fine), (200, json!({"code": 0})), "digits as text will do");
    assert_eq!(account.post("cancel_order", json!({"id": id})), refusal("order_not_active"));
}

#[test]
fn cancelling_many_lists_what_failed_as_text_and_has_code_0() {
    let mut account = Account::new(Options::new());
    let (one, two) = (account.rent(), account.rent());
    let (status, answer) =
        account.post("cancel_orders", json!({"order_ids": [one, 9, two.to_string(), one]}));
    assert_eq!(status, 200);
    assert_eq!(answer, json!({"failed_to_cancel": ["9", one.to_string()], "code": 0}));
    assert_eq!(account.clore.counts().open, 0);
    let many: Vec<u64> = (1..=65).collect();
    for body in [json!({"order_ids": many}), json!({"order_ids": 5}), json!({"order_ids": [{}]}), json!({})] {
        assert_eq!(account.post("cancel_orders", body), (400, json!({"code": 2})));
    }
    let many: Vec<u64> = (1..=64).collect();
    let (_, answer) = account.post("cancel_orders", json!({"order_ids": many}));
    assert_eq!(answer["failed_to_cancel"].as_array().map(Vec::len), Some(64));
}

#[test]
fn the_ledger_is_the_same_for_the_same_seed_and_requests() {
    let play = || {
        let mut account = Account::new(Options::new().seed(77));
        let id = account.rent();
        account.rent();
        account.wait(1000);
        account.post("cancel_order", json!({"id": id}));
        account.clore.ledger()
    };
    assert_eq!(play(), play());
}
