//! `rent` when a server is gone, when an order turns out too dear, and what becomes of it when the wait ends badly.

use crate::canned::Canned;
use crate::shell::{Run, Shell, quick};
use clore_sandbox::{CreateAnswer, Fault};
use serde_json::Value;
use std::time::Duration;

/// Servers 1 to 4 at 0.10, 0.20, .. dollars an hour, 24, 48, .. CLORE a day.
fn market() -> String {
    let row = |id: u32| {
        let usd = f64::from(id * 24) / 10.0;
        format!(
            r#"{{"id":{id},"rented":false,"reliability":1,"specs":{{"gpu":"1x NVIDIA GeForce RTX 4090"}},"price":{{"on_demand":{{"CLORE-Blockchain":{}}},"usd":{{"on_demand_clore":{usd}}}}}}}"#,
            24 * id
        )
    };
    let rows: Vec<String> = (1..=4).map(row).collect();
    format!(r#"{{"servers":[{}],"my_servers":[],"code":0}}"#, rows.join(","))
}

fn creates(canned: &Canned) -> Vec<u64> {
    let bodies = canned.seen().into_iter();
    let bodies = bodies.filter_map(|request| request.strip_prefix("create_order ").map(str::to_owned));
    bodies
        .map(|body| serde_json::from_str::<Value>(&body).unwrap()["renting_server"].as_u64().unwrap())
        .collect()
}

const RENT: [&str; 6] = ["rent", "--yes", "--json", "--no-wait", "--ssh-key", "ssh-rsa AAAA me"];
const GONE: &str = r#"{"code":6,"error":"server-already-rented"}"#;

#[cfg(unix)]
#[test]
fn when_a_server_is_gone_the_next_is_taken_and_both_are_told() {
    let shell = Shell::with(quick().create_answer(CreateAnswer::Id)).with_key();
    let search = shell.run(&["search", "--json", "--limit", "2"]).json();
    let ids: Vec<u64> = (0..2).map(|n| search["servers"][n]["id"].as_u64().unwrap()).collect();
    // Somebody rents it between the listing and the create.
    let seen = shell.server.requests().len();
    shell.server.fault(Fault::parse("marketplace#1=delay:2").unwrap());
    let child = shell.spawn(&["rent", "--yes", "--json", "--no-wait", "--max-price", "99"]);
    while shell.server.requests().len() == seen {
        std::thread::sleep(Duration::from_millis(5));
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = shell.command(&["deploy", &ids[0].to_string(), "--json", "--ssh-key", "ssh-rsa AAAA me"]);
    other.env("HOME", elsewhere.path());
    assert_eq!(Run::of(other).code, 0);
    let run = Run::ended(child);
    let document = run.json();
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!((document["server_id"].as_u64(), &document["outcome"]), (Some(ids[1]), &"placed".into()));
    assert_eq!(document["passed_over"][0]["server_id"].as_u64(), Some(ids[0]));
    assert!(document["order_price_usd_per_hour"].is_number(), "{}", run.out);
    assert!(run.err.contains(&format!("server {} is gone", ids[0])), "{}", run.err);
    assert_eq!(shell.ledger(), 2, "the other's and ours");
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

/// Each attempt's password is kept under its own name before its order is made; none is left over.
#[test]
fn the_password_of_each_attempt_is_kept_and_none_is_left_behind() {
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders", r#"{"orders":[],"code":0}"#),
        ("create_order", GONE),
    ]);
    canned.run(&["rent", "--yes", "--json", "--no-wait", "--max-price", "9"]).failed(1, "refused");
    assert_eq!(creates(&canned), [1, 2, 3]);
    assert!(canned.passwords().is_empty(), "{:?}", canned.passwords());
}

#[test]
fn three_servers_are_tried_and_no_more() {
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders", r#"{"orders":[],"code":0}"#),
        ("create_order", GONE),
    ]);
    let document = canned.run(&[&RENT[..], &["--max-price", "9"]].concat()).failed(1, "refused");
    assert_eq!(creates(&canned), [1, 2, 3]);
    assert_eq!(document["passed_over"].as_array().unwrap().len(), 3);
    assert!(canned.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().is_empty());
}

#[test]
fn nothing_above_the_highest_price_is_tried() {
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders", r#"{"orders":[],"code":0}"#),
        ("create_order", GONE),
    ]);
    canned.run(&[&RENT[..], &["--max-price", "0.25"]].concat()).failed(1, "refused");
    assert_eq!(creates(&canned), [1, 2]);
}

#[test]
fn without_a_highest_price_the_price_shown_is_the_cap_although_nobody_was_asked() {
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders", r#"{"orders":[],"code":0}"#),
        ("create_order", GONE),
    ]);
    canned.run(&RENT).failed(1, "refused");
    assert_eq!(creates(&canned), [1], "the next ones are dearer");
}

#[test]
fn another_refusal_or_an_unclear_answer_stops_it() {
    for (answer, code, kind) in [
        (r#"{"code":6,"error":"not-enough-balance"}"#, 1, "refused"),
        (r#"{"code":1}"#, 3, "not_seen"),
        (r#"{"code":0}"#, 3, "not_seen"),
    ] {
        let canned = Canned::new(&[
            ("marketplace", &market()),
            ("my_orders", r#"{"orders":[],"code":0}"#),
            ("create_order", answer),
        ]);
        canned.run(&RENT).failed(code, kind);
        assert_eq!(creates(&canned), [1], "{answer}");
    }
}

/// The order's row costs ten times what was listed; the canned list never loses it, so its cancel is not confirmed.
#[test]
fn an_order_above_the_cap_is_told_with_both_prices_and_cancelled() {
    let row = r#"{"orders":[{"id":9,"si":1,"currency":"CLORE-Blockchain","price":240}],"code":0}"#;
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders?return_completed=true", r#"{"orders":[],"code":0}"#),
        ("my_orders", row),
        ("create_order", r#"{"code":0,"order_id":9}"#),
        ("cancel_order", r#"{"code":0}"#),
    ]);
    let run = canned.run(&[&RENT[..], &["--max-price", "0.15"]].concat());
    let document = run.failed(3, "cancel_unconfirmed");
    assert_eq!(
        (document["order_id"].as_u64(), document["error"]["order_ids"][0].as_u64()),
        (Some(9), Some(9))
    );
    assert_eq!(
        (document["order_price_usd_per_hour"].as_f64(), document["allowed_usd_per_hour"].as_f64()),
        (Some(1.0), Some(0.15))
    );
    assert!(run.err.contains("costs $1.00/h, more than the $0.15/h"), "{}", run.err);
    assert!(canned.seen().iter().any(|request| request.starts_with("cancel_order")));
    // Within what was allowed nothing of that happens.
    let canned = Canned::new(&[
        ("marketplace", &market()),
        ("my_orders?return_completed=true", r#"{"orders":[],"code":0}"#),
        ("my_orders", row),
        ("create_order", r#"{"code":0,"order_id":9}"#),
    ]);
    assert_eq!(canned.run(&[&RENT[..], &["--max-price", "1.5"]].concat()).code, 0);
}

fn never_ready() -> Shell {
    let options = quick().boot(Duration::from_secs(3_600)).create_answer(CreateAnswer::Id);
    Shell::with(options).with_key()
}

const SHORT: [&str; 7] = ["rent", "--yes", "--json", "--timeout", "0.5", "--poll", "0.1"];

#[test]
fn an_order_that_is_not_ready_is_kept_or_cancelled_as_the_user_says() {
    for (flags, code, kind, open) in [
        (&[][..], 8, "wait_timeout", 1),
        (&["--on-failure", "keep"][..], 8, "wait_timeout", 1),
        (&["--on-failure", "cancel"][..], 1, "wait_timeout", 0),
        (&["--on-failure", "cancel-if-never-ran"][..], 1, "wait_timeout", 0),
        (&["--on-interrupt", "cancel"][..], 8, "wait_timeout", 1),
    ] {
        let shell = never_ready();
        let run = shell.run(&[&SHORT[..], flags].concat());
        let document = run.failed(code, kind);
        assert_eq!(shell.server.with(|clore| clore.counts().open), open, "{flags:?}");
        assert_eq!(document["order_ended"], open == 0, "{flags:?}");
        assert_eq!(document["error"]["order_ids"].as_array().unwrap().len(), open, "{flags:?}");
        assert_eq!(run.err.contains("billing, but not ready"), open == 1, "{}", run.err);
    }
}

#[test]
fn a_cancel_after_a_failed_wait_that_is_not_confirmed_is_exit_3() {
    let options = quick()
        .boot(Duration::from_secs(3_600))
        .create_answer(CreateAnswer::Id)
        .end_lag(Duration::from_secs(1_000_000));
    let shell = Shell::with(options).with_key();
    let document =
        shell.run(&[&SHORT[..], &["--on-failure", "cancel"]].concat()).failed(3, "cancel_unconfirmed");
    assert_eq!(document["error"]["order_ids"][0], shell.server.ledger()[0].order_id);
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_waiting_cancels_the_order_when_the_user_said_so() {
    for (flags, open) in [(&["--on-interrupt", "cancel"][..], 0), (&[][..], 1)] {
        let shell = never_ready();
        let child = shell.spawn(&[&["rent", "--yes", "--json", "--poll", "0.1"], flags].concat());
        crate::interrupting::until_waiting(&shell);
        let run = crate::interrupting::interrupt(child);
        let document = run.failed(130, "interrupted");
        assert_eq!(shell.server.with(|clore| clore.counts().open), open, "{}", run.err);
        assert_eq!(document["error"]["order_ids"].as_array().unwrap().len(), open);
    }
}

#[test]
fn a_lost_answer_is_found_and_the_order_is_not_cancelled_without_a_word() {
    for (flags, code, open) in [(&[][..], 3, 1), (&["--cancel-inferred"][..], 1, 0)] {
        let shell = never_ready();
        shell.server.fault(Fault::parse("create_order#1=lose").unwrap());
        let run = shell.run(&[&SHORT[..], &["--on-failure", "cancel"], flags].concat());
        assert_eq!((run.code, shell.server.with(|clore| clore.counts().open)), (code, open), "{}", run.err);
    }
}
