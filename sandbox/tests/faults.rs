//! Scripted faults without sockets: which request they hit, what is committed, what the client gets.

mod account;

use std::time::Duration;

use account::{Account, on_demand, opened};
use clore_sandbox::{Fault, FaultError, FaultKind, FaultPlan, OddRows, Options, Reply};
use serde_json::{Value, json};

fn account(fault: &str) -> Account {
    Account::new(Options::new().fault(Fault::parse(fault).expect("a fault")))
}

/// Creates under a fault: what the client gets, and how many rentals there really are.
fn create(fault: &str) -> (Reply, usize) {
    let mut account = account(fault);
    let body = on_demand(account.free()).to_string();
    let request = account.request("POST", "create_order", &body);
    let reply = account.exchange(request);
    let logged = &account.clore.requests()[0];
    let kind = fault.split_once('=').expect("a kind").1;
    assert!(logged.fault.as_deref().is_some_and(|fault| fault.starts_with(kind)), "the log names the fault");
    (reply, account.clore.counts().placed)
}

#[test]
fn lose_commits_and_lose_before_does_not() {
    assert!(matches!(create("create_order=lose"), (Reply::Closed, 1)));
    assert!(matches!(create("create_order=lose-before"), (Reply::Closed, 0)));
}

#[test]
fn hang_handles_nothing() {
    assert!(matches!(create("create_order=hang"), (Reply::Never, 0)));
}

#[test]
fn cut_garbage_and_lag_commit() {
    let (Reply::Cut(answer, 30), 1) = create("create_order=cut:30") else { panic!("not cut") };
    assert_eq!(opened(&answer).1["code"], 0);
    let (Reply::Answer(answer), 1) = create("create_order=garbage") else { panic!("no garbage") };
    assert_eq!(answer.status(), 200);
    assert!(answer.body().starts_with(b"<html>"));
    let (Reply::Raw(bytes), 1) = create("create_order=garbage:raw") else { panic!("not raw") };
    assert!(!bytes.starts_with(b"HTTP"));
    assert!(matches!(create("create_order=lag:5"), (Reply::Answer(_), 1)));
}

#[test]
fn delay_commits_at_once_and_answers_later() {
    let mut account = account("create_order=delay:2.5");
    let body = on_demand(account.free()).to_string();
    let request = account.request("POST", "create_order", &body);
    let exchange = account.clore.exchange(Duration::ZERO, request);
    assert_eq!(exchange.delay, Duration::from_millis(2500));
    assert!(matches!(exchange.reply, Reply::Answer(_)));
    assert_eq!(account.clore.counts().placed, 1);
}

#[test]
fn status_code5_and_redirect_handle_nothing() {
    for (fault, status) in [("status:503", 503), ("code5", 429), ("redirect", 307)] {
        let (Reply::Answer(answer), 0) = create(&format!("create_order={fault}")) else { panic!("{fault}") };
        assert_eq!(answer.status(), status);
        assert!(answer.headers().contains_key("date"));
        match fault {
            "code5" => assert_eq!(answer.body(), b"{\"code\":5}"),
            "redirect" => assert_eq!(answer.headers()["location"], "https://elsewhere.invalid/v1/"),
            _ => assert!(answer.body().starts_with(b"<html>")),
        }
    }
    let (Reply::Answer(answer), 0) = create("create_order=redirect:http://127.0.0.1:9/x") else { panic!() };
    assert_eq!(answer.headers()["location"], "http://127.0.0.1:9/x");
}

#[test]
fn a_scripted_code_5_restarts_the_create_window() {
    let mut account = account("create_order#1=code5");
    account.gap = Duration::from_secs(4);
    let body = on_demand(account.free()).to_string();
    for code in [5, 5] {
        let request = account.request("POST", "create_order", &body);
        let Reply::Answer(answer) = account.exchange(request) else { panic!("an answer") };
        assert_eq!(opened(&answer).1, json!({"code": code}));
    }
}

#[test]
fn odd_puts_rows_that_make_no_sense_in_front_of_the_list() {
    for (fault, list, odd) in [
        ("marketplace=odd", "servers", 3),
        ("my_orders=odd", "orders", 3),
        ("my_orders=odd:no-id", "orders", 1),
        ("marketplace=odd:types", "servers", 1),
        ("marketplace=odd:null", "servers", 1),
    ] {
        let mut account = account(fault);
        account.rent();
        let path = if list == "orders" { "my_orders" } else { "marketplace" };
        let request = account.request("GET", path, "");
        let Reply::Answer(answer) = account.exchange(request) else { panic!("an answer") };
        let (status, answer) = opened(&answer);
        assert_eq!((status, &answer["code"]), (200, &json!(0)));
        let rows = answer[list].as_array().expect("rows");
        let sound = if list == "orders" { 1 } else { 40 };
        assert_eq!(rows.len(), sound + odd, "{fault}");
        assert!(rows[odd..].iter().all(|row| row["id"].is_u64()));
        assert!(rows[..odd].iter().all(|row: &Value| !row["id"].is_u64() || row["specs"] == 7), "{fault}");
    }
}

#[test]
fn every_list_but_the_gigaspots_can_have_odd_rows() {
    for (call, list) in [
        ("wallets", "/wallets"),
        ("spot_marketplace", "/market/offers"),
        ("my_servers", "/servers"),
        ("poh_balance", "/items"),
    ] {
        let mut account = account(&format!("{call}=odd:null"));
        let server = account.free();
        let request = account.request("GET", &format!("{call}?market={server}"), "");
        let Reply::Answer(answer) = account.exchange(request) else { panic!("an answer") };
        let (_, answer) = opened(&answer);
        let rows = answer.pointer(list).and_then(Value::as_array).expect("rows");
        assert_eq!((&rows[0], rows.iter().filter(|row| row.is_null()).count()), (&Value::Null, 1), "{call}");
    }
}

#[test]
fn lag_delays_one_order_on_create_and_the_whole_list_on_my_orders() {
    let mut slow = account("create_order#1=lag:30");
    let body = on_demand(slow.free()).to_string();
    let request = slow.request("POST", "create_order", &body);
    assert!(matches!(slow.exchange(request), Reply::Answer(_)));
    slow.rent();
    assert_eq!(slow.orders(false).len(), 1, "only the second one is there");
    slow.wait(20);
    assert_eq!(slow.orders(false).len(), 2);

    let mut ended = account("my_orders#1=lag:60");
    let id = ended.rent();
    ended.wait(60);
    ended.post("cancel_order", json!({"id": id}));
    for expected in [1, 0] {
        let request = ended.request("GET", "my_orders", "");
        let Reply::Answer(answer) = ended.exchange(request) else { panic!("an answer") };
        assert_eq!(
            opened(&answer).1["orders"].as_array().map(Vec::len),
            Some(expected),
            "the cancel lags too"
        );
    }

    let mut account = account("my_orders#1=lag:3600");
    account.rent();
    for expected in [0, 1] {
        let request = account.request("GET", "my_orders?return_completed=true", "");
        let Reply::Answer(answer) = account.exchange(request) else { panic!("an answer") };
        assert_eq!(opened(&answer).1["orders"].as_array().map(Vec::len), Some(expected));
    }
}

#[test]
fn handle_knows_no_faults() {
    let mut account = account("*=lose");
    assert_eq!(account.get("wallets")["code"], 0);
}

#[test]
fn a_fault_hits_the_requests_it_names_and_no_other() {
    let mut plan: FaultPlan = ["create_order#2=lose", "/v1/my_orders=code5", "*#4=hang"]
        .iter()
        .map(|text| Fault::parse(text).expect("a fault"))
        .collect();
    assert_eq!(plan.next("/v1/create_order"), None);
    assert_eq!(plan.next("/v1/my_orders?return_completed=true"), Some(FaultKind::Code5));
    assert_eq!(plan.next("create_order"), Some(FaultKind::Lose));
    assert_eq!(plan.next("/v1/wallets"), Some(FaultKind::Hang), "the fourth of all");
    assert_eq!(plan.next("/v1/create_order"), None);
    assert_eq!(plan.next("/v1/my_orders"), Some(FaultKind::Code5));
    plan.clear();
    assert!(plan.is_empty());
    assert_eq!(plan.next("/v1/my_orders"), None);
}

#[test]
fn a_fault_is_written_as_it_is_read() {
    for text in [
        "create_order=lose",
        "*#3=lose-before",
        "wallets=delay:2.5",
        "wallets=hang",
        "marketplace#1=cut:0",
        "marketplace=garbage",
        "marketplace=garbage:raw",
        "my_orders=status:502",
        "my_orders=code5",
        "my_orders=redirect:https://x.example/y?z=1#2",
        "my_orders=odd",
        "my_orders=odd:types",
        "create_order=lag:40",
    ] {
        let fault = Fault::parse(text).expect(text);
        assert_eq!(fault.to_string(), text);
        assert_eq!(text.parse::<Fault>(), Ok(fault));
    }
    let fault = Fault::parse("/v1/my_orders#7=odd:no-id").expect("a fault");
    assert_eq!(fault, Fault::new("my_orders", Some(7), FaultKind::Odd(OddRows::NoId)));
    assert_eq!((fault.call(), fault.kind()), ("my_orders", &FaultKind::Odd(OddRows::NoId)));
}

#[test]
fn what_is_no_fault_is_refused_with_the_reason() {
    for (text, wanted) in [
        ("create_order", "there is no `=`"),
        ("=lose", "there is no path"),
        ("#1=lose", "there is no path"),
        ("a#0=lose", "counted from 1"),
        ("a#x=lose", "counted from 1"),
        ("a=", "unknown fault ``"),
        ("a=Lose", "the kinds are lose, lose-before, delay:SECONDS"),
        ("a=lose:1", "nothing after its name"),
        ("a=delay", "a number of seconds"),
        ("a=delay:-1", "a number of seconds"),
        ("a=delay:NaN", "a number of seconds"),
        ("a=lag:1e30", "a number of seconds"),
        ("a=cut:x", "a number of bytes"),
        ("a=status:99", "an HTTP status"),
        ("a=status", "an HTTP status"),
        ("a=odd:ly", "all, no-id, types or null"),
        ("a=garbage:x", "`raw` or nothing"),
        ("a=redirect:\n", "printable ASCII"),
    ] {
        let error: FaultError = Fault::parse(text).expect_err(text);
        assert!(error.to_string().contains(wanted), "{text}: {error}");
    }
}

#[test]
fn the_help_names_every_kind_that_parses() {
    for (form, _) in FaultKind::HELP {
        let kind = form.split(['[', ':']).next().expect("a name");
        let argument = match kind {
            "delay" | "lag" | "cut" => ":1",
            "status" => ":500",
            _ => "",
        };
        assert!(Fault::parse(&format!("*={kind}{argument}")).is_ok(), "{form}");
    }
    assert_eq!(FaultKind::HELP.len(), 11);
}
