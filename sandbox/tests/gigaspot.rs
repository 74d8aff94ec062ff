//! Gigaspot: the snapshot, bids by the dozen, and their partial successes (api-facts 3.12 to 3.14).

mod account;
mod raw;

use std::time::Duration;

use account::{Account, on_demand};
use clore_sandbox::{Clore, Coin, Kind, Market, Options, Server};
use http::Request;
use serde_json::{Value, json};

const SNAPSHOT: &str = "/gigaspot/v1_snapshot.json";

fn account() -> Account {
    Account::new(Options::new())
}

/// The snapshot, asked for without a key.
fn snapshot(clore: &mut Clore) -> Value {
    let request = Request::get(SNAPSHOT).body(Vec::new()).expect("a request");
    let now = clore.now();
    let answer = clore.handle(now, request);
    assert_eq!(answer.status(), 200);
    serde_json::from_slice(answer.body()).expect("JSON")
}

/// The machines that can be bid on.
fn machines(account: &mut Account) -> Vec<u64> {
    let snapshot = snapshot(&mut account.clore);
    let machines = snapshot.as_object().expect("a map").iter();
    let free =
        machines.filter(|(_, machine)| machine["on_demand_rented"] == false && machine["online"] == true);
    let ids: Vec<u64> = free.map(|(id, _)| id.parse().expect("an id")).collect();
    assert!(ids.len() >= 2, "{} machines", ids.len());
    ids
}

fn floor(account: &mut Account, server: u64) -> f64 {
    snapshot(&mut account.clore)[server.to_string()]["min_bid"].as_f64().expect("a floor")
}

/// A bid this much above the floor, with every GPU at its full power.
fn bid(account: &mut Account, server: u64, above: f64) -> Value {
    let machine = snapshot(&mut account.clore)[server.to_string()].clone();
    let gpus = machine["gpus"].as_array().expect("GPUs");
    let overclocks: Vec<Value> = gpus.iter().map(|gpu| json!({"pl": gpu["pl"][1]})).collect();
    let price = machine["min_bid"].as_f64().expect("a floor") + above;
    json!({"currency": "CLORE-Blockchain", "image": "1", "renting_server": server, "price": price, "oc": overclocks})
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

fn create(account: &mut Account, bids: &[Value]) -> Value {
    let (status, answer) = account.post("create_gigaspot_orders", json!(bids));
    assert_eq!((status, &answer["code"], &answer["status"]), (200, &json!(0), &json!("ok")), "{answer}");
    answer
}

#[test]
fn the_snapshot_has_the_shape_of_the_documented_one() {
    let mut account = account();
    let listed = account.get("marketplace");
    let snapshot = snapshot(&mut account.clore);
    let (id, machine) = snapshot.as_object().and_then(|map| map.iter().next()).expect("a machine");
    let row = listed["servers"]
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["id"].as_u64() == id.parse().ok()))
        .expect("it is listed");
    assert_eq!((&row["gigaspot"], &row["owner"]), (&json!(true), &machine["host"]));
    let mut keys: Vec<&str> = machine.as_object().expect("a map").keys().map(String::as_str).collect();
    keys.sort_unstable();
    let documented = [
        "bids",
        "cc",
        "cores",
        "cpu",
        "cuda",
        "energy_price",
        "gpus",
        "host",
        "max_rental_length",
        "min_bid",
        "on_demand_rented",
        "online",
        "ram",
        "reliability",
        "threads",
        "working_properly",
    ];
    assert_eq!(keys, documented);
    assert_eq!(
        machine["max_rental_length"].as_u64(),
        row["mrl"].as_u64().map(|hours| hours * 3600),
        "seconds"
    );
    assert_eq!(machine["min_bid"], row["price"]["spot"]["CLORE-Blockchain"]);
    assert_eq!(
        format!("{}/{}", machine["cores"], machine["threads"]),
        row["specs"]["cpus"].as_str().expect("text")
    );
    assert_eq!(machine["gpus"].as_array().map(Vec::len), row["gpu_array"].as_array().map(Vec::len));
    for key in ["pl", "mem_lock", "core_lock", "mem_offset", "core_offset"] {
        let range = machine["gpus"][0][key].as_array().expect("a range");
        assert!(range.len() == 2 && range[0].as_i64() < range[1].as_i64(), "{key}");
    }
    assert_eq!(machine["bids"], json!([]));
}

#[test]
fn the_snapshot_needs_no_key_and_takes_no_turn() {
    let mut account = account();
    account.gap = Duration::from_millis(1);
    account.now = Duration::from_secs(5);
    assert_eq!(account.get("get_gigaspot")["code"], 0);
    for _ in 0..5 {
        snapshot(&mut account.clore);
    }
    let log = account.clore.requests();
    let last = log.last().expect("a request");
    assert_eq!((last.path.as_str(), last.with_key, last.code), (SNAPSHOT, false, Some(0)));
    account.gap = Duration::from_secs(1);
    assert_eq!(account.get("wallets")["code"], 0, "just one second after the last call of the API");
    let request = Request::get(SNAPSHOT).header("auth", "leaked").body(Vec::new()).expect("a request");
    let now = account.now;
    assert_eq!(account.clore.handle(now, request).status(), 200);
    assert!(account.clore.requests().last().expect("a request").with_key, "a key that came is seen");
    let request = Request::post(SNAPSHOT).body(Vec::new()).expect("a request");
    assert_eq!(account.send(request).1["code"], 4);
    // api-facts 3.12 to 3.14: the calls themselves need it.
    for (method, call) in
        [("GET", "get_gigaspot"), ("POST", "create_gigaspot_orders"), ("POST", "edit_gigaspot_orders")]
    {
        account.gap = Duration::from_secs(2);
        let request = Request::builder().method(method).uri(format!("/v1/{call}")).body(Vec::new());
        assert_eq!(account.send(request.expect("a request")), (401, json!({"code": 3})), "{call}");
    }
}

#[test]
fn the_snapshots_url_can_be_fetched_or_be_any_text() {
    let server = Server::start(Options::new().servers(40), "0.0.0.0:0").expect("a server");
    let answer = raw::to_the_end(&server, &raw::get(&server, "get_gigaspot", "connection: close\r\n"));
    let answer = String::from_utf8(answer).expect("text");
    let url = format!("\"v1_snapshot_url\":\"{}{SNAPSHOT}\"", server.url());
    assert!(answer.contains(&url) && url.contains("127.0.0.1"), "{answer}");
    let bare = format!("GET {SNAPSHOT} HTTP/1.1\r\nhost: cdn\r\nconnection: close\r\n\r\n");
    let file = String::from_utf8(raw::to_the_end(&server, &bare)).expect("text");
    assert!(file.starts_with("HTTP/1.1 200") && file.contains("\"on_demand_rented\":"), "{file}");
    assert!(!server.requests()[1].with_key);
    let url = |options: Options| {
        let mut account = Account::new(options);
        account.get("get_gigaspot")["v1_snapshot_url"].clone()
    };
    assert_eq!(
        url(Options::new().public_url("https://cdn.example.net/")),
        format!("https://cdn.example.net{SNAPSHOT}")
    );
    assert_eq!(url(Options::new().snapshot_url("ftp://elsewhere")), "ftp://elsewhere");
}

#[test]
fn who_asks_and_the_creation_fee_are_told() {
    let mut account = account();
    let answer = account.get("get_gigaspot");
    assert_eq!(answer["creation_fees"]["USD-Blockchain"], 0.1);
    let own = account.clore.own_server().expect("a server");
    assert_eq!(answer["my_user_id"], account.listed(own)["owner"]);
}

#[test]
fn bids_that_all_succeed_are_in_the_ledger_the_orders_and_the_snapshot() {
    let mut account = account();
    let machines = machines(&mut account);
    let bids = [bid(&mut account, machines[0], 1.0), bid(&mut account, machines[1], 2.0)];
    let answer = create(&mut account, &bids);
    let all = json!({"status": "ok", "failed_to_oc_servers": [], "failed_to_rent_servers": [], "code": 0});
    assert_eq!(answer, all);
    let ledger = account.clore.ledger();
    assert_eq!(ledger.len(), 2);
    for (rental, bid) in ledger.iter().zip(&bids) {
        assert_eq!((rental.kind, rental.coin), (Kind::Spot, Coin::Clore));
        assert_eq!(
            (bid["renting_server"].as_u64(), bid["price"].as_f64()),
            (Some(rental.server_id), Some(rental.price_per_day))
        );
    }
    let listed: Vec<Value> = account.orders(false).iter().map(|row| row["si"].clone()).collect();
    assert_eq!(listed, [json!(machines[1]), json!(machines[0])]);
    let me = account.get("get_gigaspot")["my_user_id"].clone();
    let shown = snapshot(&mut account.clore)[machines[0].to_string()]["bids"][0].clone();
    let watts: u64 =
        bids[0]["oc"].as_array().expect("GPUs").iter().filter_map(|gpu| gpu["pl"].as_u64()).sum();
    let expected = json!({"owner": me, "id": ledger[0].order_id, "active": true, "to_cache": true, "cached": true,
                          "price": bids[0]["price"], "currency": "CLORE-Blockchain", "pl": watts});
    assert_eq!(shown, expected);
    account.post("cancel_order", json!({"id": ledger[0].order_id}));
    assert_eq!(snapshot(&mut account.clore)[machines[0].to_string()]["bids"], json!([]));
    account.wait(3600);
    assert!(account.clore.rental(ledger[1].order_id).expect("the rental").spent > 0.0);
}

#[test]
fn bids_that_partly_succeed_are_listed_by_what_failed_and_the_code_is_0() {
    let mut account = account();
    let machines = machines(&mut account);
    let foreign = account.free();
    let good = bid(&mut account, machines[0], 0.0);
    let low = bid(&mut account, machines[1], -0.01);
    let twice = bid(&mut account, machines[0], 5.0);
    let not_there = with(good.clone(), "renting_server", json!(foreign));
    let answer = create(&mut account, &[low, good, twice, not_there]);
    assert_eq!(answer["failed_to_rent_servers"], json!([machines[0], foreign]));
    assert_eq!(
        (&answer["failed_to_oc_servers"], &answer["too_low_bids_servers"]),
        (&json!([]), &json!([machines[1]]))
    );
    assert_eq!(account.clore.counts().placed, 1);
    assert_eq!(account.clore.ledger()[0].server_id, machines[0]);
}

#[test]
fn bids_that_all_fail_place_nothing_and_the_code_is_0() {
    let mut account = account();
    let machines = machines(&mut account);
    let good = bid(&mut account, machines[0], 1.0);
    let most = good["oc"][0]["pl"].as_u64().expect("W");
    let gpus = good["oc"].as_array().expect("GPUs").len();
    let overclocked = |change: Value| {
        let mut bid = good.clone();
        for (key, value) in change.as_object().expect("a map") {
            bid["oc"][0][key] = value.clone();
        }
        bid
    };
    for refused in [
        with(good.clone(), "oc", json!([])),
        with(good.clone(), "oc", json!(vec![json!({"pl": most}); gpus + 1])),
        overclocked(json!({"pl": most + 1})),
        overclocked(json!({"pl": 1})),
        overclocked(json!({"core_lock": 100})),
        overclocked(json!({"mem_offset": 5000})),
    ] {
        let answer = create(&mut account, std::slice::from_ref(&refused));
        assert_eq!(answer["failed_to_oc_servers"], json!([machines[0]]), "{refused}");
    }
    let failed = |account: &mut Account| {
        create(account, std::slice::from_ref(&good))["failed_to_rent_servers"].clone()
    };
    account.clore.set_online(machines[0], false);
    assert_eq!(failed(&mut account), json!([machines[0]]), "offline");
    account.clore.set_online(machines[0], true);
    account.clore.set_balance(Coin::Clore, 0.01);
    assert_eq!(failed(&mut account), json!([machines[0]]), "no money");
    account.clore.set_balance(Coin::Clore, 1e6);
    assert!(account.clore.rent_to_another(machines[0]));
    assert_eq!(failed(&mut account), json!([machines[0]]), "rented on demand");
    assert_eq!(snapshot(&mut account.clore)[machines[0].to_string()]["on_demand_rented"], true);
    assert_eq!(account.clore.counts().placed, 0);
    assert_eq!(create(&mut account, &[])["failed_to_rent_servers"], json!([]), "no bids are no failure");
}

#[test]
fn what_is_no_bid_is_code_2_for_all_of_them() {
    let mut account = account();
    let machines = machines(&mut account);
    let good = bid(&mut account, machines[0], 1.0);
    for (key, value) in [
        ("currency", json!("bitcoin")),
        ("currency", Value::Null),
        ("image", json!("")),
        ("renting_server", json!("5")),
        ("price", json!("5")),
        ("price", json!(1e300)),
        ("oc", Value::Null),
        ("oc", json!([{}])),
        ("env", json!([])),
        ("env", json!({"k".repeat(129): "v"})),
        ("env", json!({"k": "v".repeat(1537)})),
    ] {
        let odd = with(good.clone(), key, value.clone());
        let bids = json!([good, odd]);
        assert_eq!(account.post("create_gigaspot_orders", bids), (400, json!({"code": 2})), "{key}: {value}");
    }
    let many: Value =
        (0..9).map(|n| (format!("k{n}"), json!("v".repeat(1400)))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(account.post("create_gigaspot_orders", json!([with(good.clone(), "env", many)])).1["code"], 2);
    assert_eq!(account.post("create_gigaspot_orders", good.clone()).1["code"], 2, "not an array");
    assert_eq!(account.clore.counts().placed, 0);
    let fits = with(good, "env", json!({"k".repeat(128): "v".repeat(1536)}));
    create(&mut account, &[fits]);
    assert_eq!(account.clore.counts().placed, 1);
}

#[test]
fn edits_tell_what_succeeded_what_failed_and_what_was_too_low() {
    let mut account = account();
    let machines = machines(&mut account);
    let bids = [bid(&mut account, machines[0], 9.0), bid(&mut account, machines[1], 9.0)];
    create(&mut account, &bids);
    let plain = account.rent();
    let ids: Vec<u64> = account.clore.ledger().iter().map(|rental| rental.order_id).collect();
    let floor = floor(&mut account, machines[0]);
    let edit = |order: u64, price: f64, oc: &Value| json!({"order_id": order, "price": price, "oc": oc});
    let (first, second) = (&bids[0]["oc"], &bids[1]["oc"]);
    let (_, answer) = account.post(
        "edit_gigaspot_orders",
        json!([
            edit(ids[0], floor + 1.0, first),
            edit(ids[1], 0.001, second),
            edit(plain, 99.0, first),
            edit(7, 99.0, first)
        ]),
    );
    let expected = json!({"success_to_update_ids": [ids[0]], "failed_to_update_ids": [plain, 7],
                          "too_low_bid_ids": [ids[1]], "code": 0});
    assert_eq!(answer, expected);
    assert_eq!(account.clore.rental(ids[0]).expect("the rental").price_per_day, floor + 1.0);
    let (_, answer) = account.post("edit_gigaspot_orders", json!([edit(ids[0], floor + 5.0, &json!([]))]));
    assert_eq!(answer["failed_to_update_ids"], json!([ids[0]]), "without its GPUs' settings");
    let mut lowered = first.clone();
    for gpu in lowered.as_array_mut().expect("GPUs") {
        gpu["pl"] = json!(gpu["pl"].as_u64().expect("W") - 1);
    }
    account.post("edit_gigaspot_orders", json!([edit(ids[0], floor + 2.0, &lowered)]));
    let shown = snapshot(&mut account.clore)[machines[0].to_string()]["bids"][0].clone();
    let watts: u64 = lowered.as_array().expect("GPUs").iter().filter_map(|gpu| gpu["pl"].as_u64()).sum();
    assert_eq!((&shown["price"], &shown["pl"]), (&json!(floor + 2.0), &json!(watts)));
    for odd in [json!({}), json!([{}]), json!([{"order_id": ids[0], "price": "5", "oc": []}])] {
        assert_eq!(account.post("edit_gigaspot_orders", odd), (400, json!({"code": 2})));
    }
}

#[test]
fn a_higher_bid_of_another_takes_the_machine() {
    let mut account = account();
    let machines = machines(&mut account);
    let bids = [bid(&mut account, machines[0], 1.0)];
    create(&mut account, &bids);
    let mine = bids[0]["price"].as_f64().expect("a price");
    let offer = account.clore.competing_bid(machines[0], Coin::Clore, mine + 1.0).expect("an offer");
    let shown = snapshot(&mut account.clore)[machines[0].to_string()]["bids"].clone();
    let active: Vec<&Value> = shown.as_array().expect("bids").iter().map(|bid| &bid["active"]).collect();
    assert_eq!(active, [&json!(false), &json!(true)]);
    assert_eq!(shown[1]["id"], offer);
    assert_ne!(shown[1]["owner"], shown[0]["owner"]);
}

#[test]
fn a_gigaspot_machine_is_not_for_a_plain_create_and_not_free_for_one() {
    let mut account = account();
    let machines = machines(&mut account);
    // api-facts 1.4: machine-is-on-gigaspot
    assert_eq!(account.post("create_order", on_demand(machines[0])).1["error"], "machine-is-on-gigaspot");
    assert!(!account.clore.free().any(|free| machines.contains(&free)));
    assert!(!account.clore.market().free().any(|free| machines.contains(&free)));
}

#[test]
fn most_markets_have_machines_to_bid_on_and_few_of_them() {
    for seed in 0..50 {
        let count = |servers: usize| {
            let mut clore = Clore::new(Options::new().seed(seed).servers(servers));
            snapshot(&mut clore).as_object().expect("a map").len()
        };
        assert!((1..=2).contains(&count(40)), "seed {seed}");
        assert_eq!(count(1000), 10, "seed {seed}");
        assert_eq!(count(9), 0);
    }
}

#[test]
fn a_loaded_row_with_little_in_it_is_a_machine_with_little_in_it() {
    let file =
        br#"{"servers":[{"id":5,"gigaspot":{},"specs":{"cpus":"x/y","pl":"?"},"gpu_array":["RTX 4090"]},
        {"id":5,"gigaspot":true},{"id":"6","gigaspot":true},{"gigaspot":true},{"id":7,"gigaspot":true,"mrl":2,
        "price":{"on_demand":{"CLORE-Blockchain":9}}}]}"#;
    let mut account = Account::new(Options::new().market(Market::from_json(file).expect("a market")));
    let snapshot = snapshot(&mut account.clore);
    let ids: Vec<&String> = snapshot.as_object().expect("a map").keys().collect();
    assert_eq!(ids, ["5", "7"]);
    assert!(snapshot["5"].get("min_bid").is_none(), "it takes no CLORE");
    assert_eq!((&snapshot["5"]["cores"], &snapshot["5"]["gpus"][0]["pl"]), (&json!(1), &json!([105, 150])));
    assert_eq!((&snapshot["7"]["min_bid"], &snapshot["7"]["max_rental_length"]), (&json!(9), &json!(7200)));
    let bid = |server: u64, oc: Value| json!({"currency": "CLORE-Blockchain", "image": "1", "renting_server": server, "price": 9, "oc": oc});
    let answer = create(&mut account, &[bid(5, json!([{"pl": 150}])), bid(7, json!([]))]);
    assert_eq!(answer["failed_to_rent_servers"], json!([5]));
    assert_eq!(account.clore.counts().placed, 1);
}
