//! Dialects: each has exactly the names of its source, and says the same of the one state.

mod account;

use std::time::Duration;

use account::{Account, on_demand, spot};
use clore_sandbox::{Coin, Dialect, EndReason, Market, Options};
use serde_json::{Value, json};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn account(dialect: Dialect) -> Account {
    Account::new(Options::new().dialect(dialect))
}

/// A running order with a web port, and its row.
fn running(account: &mut Account) -> (u64, Value) {
    let id = account.rent();
    account.wait(30);
    (id, account.orders(false).remove(0))
}

#[test]
fn rows_of_the_seed_dialect_have_the_names_of_its_page_and_no_others() {
    let mut account = account(Dialect::Seed);
    let server = account.free();
    let row = account.listed(server);
    let expected = ["connection", "gpu_array", "id", "price", "reliability", "rented", "specs"];
    assert_eq!(names(&row), expected);
    assert_eq!(names(&row["price"]), ["usd"]);
    assert_eq!(names(&row["price"]["usd"]), ["on_demand_clore", "spot"]);
    assert_eq!(names(&account.get("wallets")["wallets"][0]), ["balance", "deposit_address", "name"]);
    let (id, row) = running(&mut account);
    assert_eq!(names(&row), ["connection", "order_id", "price", "renting_server", "started", "status"]);
    assert_eq!((&row["order_id"], &row["renting_server"]), (&json!(id), &json!(server)));
    assert_eq!((&row["status"], &row["started"]), (&json!("running"), &json!(1_790_000_018)));
    let ssh = row["connection"]["ssh"].as_str().expect("a text");
    assert!(ssh.starts_with("ssh root@") && ssh.contains(".example.net -p "), "{ssh}");
    assert!(row["connection"]["http_ports"]["8888"].is_string());
    assert_eq!(names(&row["connection"]), ["http_ports", "ssh"]);
    let listed = account.listed(server);
    assert_eq!((&listed["rented"], &listed["connection"]), (&json!(true), &row["connection"]));
}

#[test]
fn rows_of_the_official_dialect_have_the_names_of_its_models_and_no_others() {
    let mut account = account(Dialect::Official);
    let wallet = account.get("wallets")["wallets"][0].clone();
    assert_eq!(names(&wallet), ["balance", "deposit", "name", "withdrawal_fee"]);
    let (id, row) = running(&mut account);
    let always = ["created_at", "currency", "id", "image", "price", "renting_server", "status", "type"];
    let all: Vec<&str> = names(&row).into_iter().filter(|name| !always.contains(name)).collect();
    assert_eq!((all, names(&row).len()), (vec!["http_port", "pub_cluster", "tcp_ports"], 11));
    assert_eq!(
        (&row["id"], &row["type"], &row["status"]),
        (&json!(id), &json!("on-demand"), &json!("running"))
    );
    assert!(row["pub_cluster"].is_string() && row["created_at"] == "2026-09-21T14:13:32Z", "{row}");
    assert!(row["tcp_ports"]["22"].as_u64().is_some_and(|port| port >= 10_000), "{row}");
    assert_eq!(row["http_port"], 8888);
    let rental = account.clore.rental(id).expect("the rental");
    assert_eq!(
        (&row["price"], &row["renting_server"]),
        (&json!(rental.price_per_day), &json!(rental.server_id))
    );
    let server = account.free();
    let bid = account.bid(server, 0.5);
    let offer = account.get(&format!("spot_marketplace?market={server}"))["market"]["offers"][0].clone();
    assert_eq!(names(&offer), ["order_id", "price", "server_id"]);
    assert_eq!((&offer["order_id"], &offer["server_id"]), (&json!(bid), &json!(server)));
}

#[test]
fn live_and_official_serve_the_same_marketplace() {
    let path = "marketplace";
    assert_eq!(account(Dialect::Live).get(path), account(Dialect::Official).get(path));
    assert_eq!(account(Dialect::Live).get(path), account(Dialect::All).get(path));
}

#[test]
fn a_create_answers_as_its_dialects_client_reads_it() {
    let mut seed = account(Dialect::Seed);
    let answer = seed.post("create_order", on_demand(seed.free())).1;
    let id = seed.clore.ledger()[0].order_id;
    assert_eq!(answer, json!({"order_id": id, "status": "creating", "code": 0}));
    let mut official = account(Dialect::Official);
    let answer = official.post("create_order", on_demand(official.free())).1;
    let id = official.clore.ledger()[0].order_id;
    assert_eq!((names(&answer), &answer["order"]["id"]), (vec!["code", "order"], &json!(id)));
    assert_eq!(answer["order"]["status"], "creating");
    assert!(answer["order"].get("pub_cluster").is_none(), "nothing runs yet");
}

#[test]
fn a_status_tells_the_life_of_an_order_in_the_words_of_its_dialect() {
    for (dialect, [creating, bidding, outbid, rented, cancelled, broke]) in [
        (Dialect::Seed, ["creating", "creating", "creating", "cancelled", "cancelled", "expired"]),
        (Dialect::Official, ["creating", "pending", "outbid", "outbid", "cancelled", "terminated"]),
        (Dialect::All, ["creating", "pending", "outbid", "outbid", "cancelled", "terminated"]),
    ] {
        let mut account = account(dialect);
        let status = |account: &mut Account| account.orders(true).remove(0)["status"].clone();
        let server = account.free();
        account.clore.competing_bid(server, Coin::Usd, 1e5).expect("an offer");
        // Enough in every unit, and below the other bid.
        assert_eq!(account.post("create_order", spot(server, 4000.0)).1["code"], 0);
        assert_eq!(status(&mut account), bidding, "{dialect}");
        if dialect == Dialect::Seed {
            assert_eq!(account.orders(true)[0]["started"], Value::Null, "it never had the machine");
        }
        assert!(account.clore.rent_to_another(server));
        assert_eq!(status(&mut account), rented, "{dialect}");
        let server = account.free();
        account.post("create_order", spot(server, 4000.0));
        account.wait(60);
        assert_eq!(status(&mut account), "running", "{dialect}");
        account.clore.competing_bid(server, Coin::Usd, 1e5).expect("an offer");
        assert_eq!(status(&mut account), outbid, "{dialect}");
        account.gap = Duration::from_secs(1);
        account.now += Duration::from_secs(6);
        let id = account.rent();
        assert_eq!(status(&mut account), creating, "{dialect}");
        account.gap = Duration::from_secs(6);
        account.post("cancel_order", json!({"id": id}));
        assert_eq!(status(&mut account), cancelled, "{dialect}");
        account.rent();
        account.clore.set_balance(Coin::Usd, 0.01);
        account.wait(86_400);
        assert_eq!(account.clore.ledger().last().and_then(|rental| rental.end), Some(EndReason::OutOfMoney));
        assert_eq!(status(&mut account), broke, "{dialect}");
    }
}

#[test]
fn an_unknown_balance_is_null_in_every_dialect_and_pays_all_the_same() {
    for dialect in Dialect::ALL {
        let mut account = Account::new(Options::new().dialect(*dialect).unknown_balance(Coin::Usd));
        let wallets = account.get("wallets")["wallets"].clone();
        assert_eq!((&wallets[2]["name"], &wallets[2]["balance"]), (&json!("USD-Blockchain"), &Value::Null));
        assert_eq!(wallets[1]["balance"], 1_000_000, "{dialect}: the others are known");
        account.rent();
        account.wait(3600);
        assert!(account.usd() < 1e6, "{dialect}");
    }
}

#[test]
fn the_pages_name_of_bitcoin_is_known_in_the_seed_dialect_alone() {
    for dialect in Dialect::ALL {
        let mut account = account(*dialect);
        let mut body = on_demand(account.free());
        body["currency"] = json!("BTC");
        let answer = account.post("create_order", body).1;
        let wallet = account.get("wallets")["wallets"][0]["name"].clone();
        if *dialect == Dialect::Seed {
            assert_eq!((&answer["code"], wallet), (&json!(0), json!("BTC")));
            assert_eq!(account.clore.ledger()[0].coin, Coin::Bitcoin);
        } else {
            assert_eq!((&answer["error"], wallet), (&json!("currency-not-allowed"), json!("bitcoin")));
        }
    }
}

#[test]
fn the_seed_dialect_names_gpus_shortly_and_reliability_in_percent_whatever_the_row_had() {
    let market = br#"{"servers":[
        {"id":1,"rented":false,"reliability":0.9973,"specs":{"gpu":"2x NVIDIA GeForce RTX 4090"}},
        {"id":2,"rented":false,"reliability":98.5,"gpu_array":[[" NVIDIA H100 80GB HBM3"]]},
        {"id":3},
        {"id":"none"}]}"#;
    let market = Market::from_json(market).expect("a market");
    let mut account = Account::new(Options::new().dialect(Dialect::Seed).market(market));
    let rows = account.get("marketplace")["servers"].clone();
    assert_eq!(
        (&rows[0]["gpu_array"], &rows[0]["reliability"]),
        (&json!(["RTX 4090", "RTX 4090"]), &json!(99.73))
    );
    assert_eq!((&rows[1]["gpu_array"], &rows[1]["reliability"]), (&json!(["H100 80GB HBM3"]), &json!(98.5)));
    assert_eq!(
        rows[0]["price"],
        json!({"usd": {"spot": null}}),
        "no price in CLORE is no price on that page"
    );
    assert_eq!((&rows[2]["specs"], rows[2].get("reliability")), (&json!({}), None));
    assert_eq!(rows[3], json!({"id": "none"}), "a row that makes no sense is served as it is");
}
