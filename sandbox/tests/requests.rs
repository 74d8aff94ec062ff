//! What holds for every request: keys, paths, methods, limits, the date, the log.

mod account;

use std::time::Duration;

use account::{Account, on_demand, opened};
use clore_sandbox::{Clore, Dialect, Market, MarketError, Options};
use http::Request;
use serde_json::json;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn an_unknown_path_or_a_wrong_method_is_code_4() {
    let mut account = Account::new(Options::new());
    for (method, path) in [
        ("GET", "nothing"),
        ("GET", ""),
        ("GET", "wallets/"),
        ("POST", "wallets"),
        ("GET", "create_order"),
        ("PUT", "create_order"),
        ("DELETE", "cancel_order"),
        ("POST", "marketplace"),
    ] {
        let request = account.request(method, path, "");
        assert_eq!(account.send(request), (404, json!({"code": 4})), "{method} {path}");
    }
    let request = Request::get("/wallets").header("auth", account.clore.key()).body(Vec::new());
    assert_eq!(account.send(request.expect("a request")).0, 404, "without /v1");
}

#[test]
fn only_the_right_auth_header_is_a_key() {
    let mut account = Account::new(Options::new().key("the-key"));
    assert_eq!(account.clore.key(), "the-key");
    let bare = || Request::get("/v1/wallets");
    for request in [
        bare(),
        bare().header("auth", "the-ke"),
        bare().header("auth", "the-key2"),
        bare().header("auth", ""),
        bare().header("authorization", "Bearer the-key"),
        bare().header("auth", &b"\xff\xfe"[..]),
    ] {
        let request = request.body(Vec::new()).expect("a request");
        assert_eq!(account.send(request), (401, json!({"code": 3})));
    }
    let request = bare().header("AUTH", "the-key").body(b"a body is tolerated".to_vec()).expect("a request");
    assert_eq!(account.send(request).1["code"], 0);
    let shown: Vec<bool> = account.clore.requests().iter().map(|logged| logged.with_key).collect();
    assert_eq!(shown, [false, true, true, true, false, true, true]);
}

#[test]
fn the_marketplace_needs_no_key_and_names_no_own_servers_without_one() {
    let mut account = Account::new(Options::new());
    let request = Request::get("/v1/marketplace").body(Vec::new()).expect("a request");
    let (status, answer) = account.send(request);
    assert_eq!((status, &answer["code"], &answer["my_servers"]), (200, &json!(0), &json!([])));
    assert_eq!(account.get("marketplace")["my_servers"][0], json!(account.clore.own_server()));
}

#[test]
fn a_generated_key_is_printable_and_depends_on_the_seed() {
    let key = |seed| Clore::new(Options::new().servers(0).seed(seed)).key().to_owned();
    assert_eq!(key(1), key(1));
    assert_ne!(key(1), key(2));
    assert!(key(3).len() >= 24 && key(3).bytes().all(|byte| byte.is_ascii_graphic()));
}

#[test]
fn requests_are_refused_inside_the_one_second_interval_over_all_calls() {
    let mut account = Account::new(Options::new());
    account.gap = ms(1000);
    account.get("wallets");
    account.gap = ms(999);
    let too_soon = account.request("GET", "my_orders", "");
    assert_eq!(account.send(too_soon), (429, json!({"code": 5})));
    account.gap = ms(1000);
    assert_eq!(account.get("my_orders")["code"], 0, "exactly on the border is in time");
    account.gap = ms(1);
    let request = Request::get("/v1/marketplace").body(Vec::new()).expect("a request");
    assert_eq!(account.send(request).0, 200, "without the key it is another bucket");
}

#[test]
fn create_is_refused_inside_the_five_second_window_and_the_refusal_restarts_it() {
    let mut account = Account::new(Options::new());
    let servers: Vec<u64> = account.clore.market().free().collect();
    account.gap = ms(5000);
    assert_eq!(account.post("create_order", on_demand(servers[0])).1["code"], 0);
    account.gap = ms(4999);
    assert_eq!(account.post("create_order", on_demand(servers[1])), (429, json!({"code": 5})));
    assert_eq!(account.post("create_order", on_demand(servers[1])), (429, json!({"code": 5})), "restarted");
    account.gap = ms(1500);
    assert_eq!(account.get("wallets")["code"], 0, "other calls have only the interval");
    account.gap = ms(3500);
    assert_eq!(account.post("create_order", on_demand(servers[1])).1["code"], 0);
    assert_eq!(account.clore.counts().placed, 2, "what was refused rented nothing");
}

#[test]
fn a_create_that_fails_for_another_reason_also_starts_the_window() {
    let mut account = Account::new(Options::new());
    account.gap = ms(2000);
    assert_eq!(account.post("create_order", on_demand(1)).1["code"], 6);
    assert_eq!(account.post("create_order", on_demand(1)).1["code"], 5);
}

#[test]
fn time_that_goes_back_stands_still() {
    let mut account = Account::new(Options::new().interval(Duration::ZERO).create_window(Duration::ZERO));
    let id = account.rent();
    account.wait(100);
    let spent = account.clore.rental(id).expect("the rental").spent;
    account.now = Duration::ZERO;
    account.gap = Duration::ZERO;
    assert_eq!(account.get("wallets")["code"], 0);
    account.clore.advance(Duration::ZERO);
    assert_eq!(account.clore.rental(id).expect("the rental").spent, spent);
    assert_eq!(account.clore.now(), Duration::from_secs(106));
    account.clore.advance(Duration::MAX);
    assert!(!account.clore.rental(id).expect("the rental").is_open(), "the end of time is no panic");
    let request = account.request("GET", "my_orders?return_completed=true", "");
    assert_eq!(account.send(request).0, 200);
}

#[test]
fn every_answer_carries_the_sandboxs_date() {
    let mut clore = Clore::new(Options::new().servers(2).epoch(784_111_700));
    for (second, path) in [(77, "/v1/wallets"), (77, "/v1/nothing"), (78, "/v1/marketplace")] {
        let request = Request::get(path).body(Vec::new()).expect("a request");
        let answer = clore.handle(Duration::from_secs(second), request);
        let date = answer.headers()["date"].to_str().expect("text");
        assert_eq!(date, format!("Sun, 06 Nov 1994 08:49:{:02} GMT", second - 40));
        assert_eq!(answer.headers()["content-type"], "application/json; charset=utf-8");
    }
}

#[test]
fn the_date_can_be_ahead_of_the_orders_times() {
    let mut account = Account::new(Options::new().epoch(784_111_771).date_ahead(-6));
    account.rent();
    assert_eq!(account.orders(false)[0]["ct"], 784_111_777);
    let request = account.request("GET", "wallets", "");
    let answer = account.clore.handle(Duration::from_secs(18), request);
    assert_eq!(answer.headers()["date"], "Sun, 06 Nov 1994 08:49:43 GMT");
}

#[test]
fn the_log_keeps_every_request_with_its_arrival_and_outcome() {
    let mut account = Account::new(Options::new());
    let id = account.rent();
    account.post("cancel_order", json!({"id": id}));
    account.post("cancel_order", json!({"id": id}));
    account.gap = ms(1);
    account.get("my_orders?return_completed=true");
    let log = account.clore.requests();
    assert_eq!(account.clore.requests_total(), 4);
    let seen: Vec<(&str, &str, Option<u8>)> =
        log.iter().map(|logged| (logged.method.as_str(), logged.call(), logged.code)).collect();
    assert_eq!(
        seen,
        [
            ("POST", "create_order", Some(0)),
            ("POST", "cancel_order", Some(0)),
            ("POST", "cancel_order", Some(6)),
            ("GET", "my_orders", Some(5)),
        ]
    );
    assert_eq!(log[2].why.as_deref(), Some("order_not_active"));
    assert_eq!(log[3].path, "/v1/my_orders?return_completed=true");
    assert_eq!(log[3].at, Duration::from_millis(18_001));
    assert!(String::from_utf8_lossy(&log[0].body).contains("renting_server"));
    assert!(!format!("{:?}", log[0]).contains("ssh-ed25519"), "a body is not printed");
}

#[test]
fn wallets_are_listed_with_name_balance_and_fee() {
    let mut account = Account::new(Options::new().balance(clore_sandbox::Coin::Bitcoin, 0.5));
    let answer = account.get("wallets");
    let names: Vec<&str> =
        answer["wallets"].as_array().expect("rows").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["bitcoin", "CLORE-Blockchain", "USD-Blockchain"]);
    assert_eq!(answer["wallets"][0]["balance"], 0.5);
    assert!(
        answer["wallets"][0]["deposit"].is_string() && answer["wallets"][0]["withdrawal_fee"].is_number()
    );
}

#[test]
fn code_is_the_last_key_of_a_list() {
    let mut account = Account::new(Options::new());
    for path in ["marketplace", "my_orders", "wallets"] {
        let request = account.request("GET", path, "");
        account.now += account.gap;
        let answer = account.clore.handle(account.now, request);
        assert!(answer.body().ends_with(b",\"code\":0}"), "{path}");
        assert_eq!(opened(&answer).1["code"], 0);
    }
}

#[test]
fn dialects_are_known_by_name() {
    assert_eq!("live".parse(), Ok(Dialect::Live));
    assert_eq!("all".parse(), Ok(Dialect::All));
    let error = "dead".parse::<Dialect>().expect_err("no dialect");
    assert_eq!(error.to_string(), "unknown dialect: one of live, all, seed, official is expected");
    assert_eq!(Dialect::Live.to_string(), "live");
}

#[test]
fn what_is_no_market_says_why() {
    let reason = |bytes: &[u8]| Market::from_json(bytes).expect_err("no market").to_string();
    assert_eq!(reason(b"<html>"), "the market is not a JSON object (line 1, column 1)");
    assert_eq!(reason(b"{}"), "the market has no list called `servers`");
    assert_eq!(Market::from_json(b"\x1f\x8b").expect_err("broken gzip"), MarketError::BadGzip);
    let deep = "[".repeat(100_000);
    assert!(matches!(Market::from_json(deep.as_bytes()), Err(MarketError::NotJson { .. })));
    let deep = format!("{{\"servers\":[{{\"id\":{}", "[".repeat(100_000));
    assert!(Market::from_json(deep.as_bytes()).is_err());
}
