//! `guard`, against the ledger of a sandbox whose clock stands unless a test moves it.

use crate::canned::Canned;
use crate::shell::{Run, Shell, quick};
use clore_sandbox::{CreateAnswer, Fault};
use serde_json::Value;
use std::time::{Duration, Instant};

const HOURS: Duration = Duration::from_secs(7_200);

/// Orders whose ids were told, so that they may be ended without a word.
fn told() -> Shell {
    Shell::with(quick().create_answer(CreateAnswer::Id)).with_key()
}

fn rented(shell: &Shell, caps: &[&str]) -> u64 {
    let run = shell.run(&[&["rent", "--yes", "--no-wait", "--json"], caps].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()["order_id"].as_u64().unwrap()
}

fn open(shell: &Shell) -> Vec<u64> {
    shell.server.ledger().iter().filter(|one| one.is_open()).map(|one| one.order_id).collect()
}

fn state(document: &Value, order: u64) -> &str {
    let orders = document["orders"].as_array().unwrap();
    orders.iter().find(|row| row["order_id"] == order).unwrap()["state"].as_str().unwrap()
}

#[test]
fn what_has_passed_its_caps_is_ended_and_the_rest_is_told() {
    let shell = told();
    let capped = rented(&shell, &["--max-runtime", "1h"]);
    let spends = rented(&shell, &["--max-spend", "0.05"]);
    let longer = rented(&shell, &["--max-runtime", "9h"]);
    let free = rented(&shell, &[]);
    shell.server.advance(HOURS);
    let run = shell.run(&["guard", "--once", "--json"]);
    let document = run.json();
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    assert_eq!(open(&shell), [longer, free]);
    for (order, expected) in [(capped, "ended"), (spends, "ended"), (longer, "within_caps"), (free, "no_cap")]
    {
        assert_eq!(state(&document, order), expected, "{order}");
    }
    assert_eq!(document["complete"], true);
    assert!(run.err.contains(&format!("order {capped} has passed its longest runtime")), "{}", run.err);
    let words = shell.run(&["guard", "--once"]);
    assert!(words.out.contains(&format!("order {free}:")) && words.out.contains("no cap"), "{}", words.out);
}

#[test]
fn caps_given_to_the_guard_hold_for_the_orders_of_this_journal_or_for_the_one_named() {
    let shell = told();
    let (one, other) = (rented(&shell, &[]), rented(&shell, &[]));
    shell.server.advance(HOURS);
    let stranger = told_elsewhere(&shell);
    let run = shell.run(&["guard", "--once", "--json", "--order", &format!("{one}=1h")]);
    assert_eq!((run.code, open(&shell)), (0, vec![other, stranger]), "{}", run.err);
    shell.server.advance(HOURS);
    let run = shell.run(&["guard", "--once", "--json", "--max-runtime", "1h"]);
    assert_eq!((run.code, open(&shell)), (0, vec![stranger]), "{}", run.err);
    assert_eq!(state(&run.json(), stranger), "not_ours");
    let run = shell.run(&["guard", "--once", "--order", &format!("{stranger}=$0.000001,1h")]);
    assert_eq!((run.code, open(&shell)), (0, vec![]), "{}", run.err);
}

/// An order placed with the same key from another home, so not in this journal.
fn told_elsewhere(shell: &Shell) -> u64 {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command =
        shell.command(&["rent", "--yes", "--no-wait", "--json", "--ssh-key", "ssh-rsa AAAA me"]);
    command.env("HOME", elsewhere.path());
    Run::of(command).json()["order_id"].as_u64().unwrap()
}

/// Rent.md, "automatic cancel": an order that reading found after a lost answer may be somebody else's.
#[test]
fn an_order_whose_answer_was_lost_is_ended_only_with_the_users_word() {
    let shell = told();
    shell.server.fault(Fault::parse("create_order#1=lose").unwrap());
    let order = rented(&shell, &["--max-runtime", "1h"]);
    shell.server.advance(HOURS);
    let run = shell.run(&["guard", "--once", "--json"]);
    let document = run.failed(3, "cancel_unconfirmed");
    assert_eq!((open(&shell), state(&document, order)), (vec![order], "not_certain"));
    assert_eq!(document["error"]["order_ids"][0], order);
    let run = shell.run(&["guard", "--once", "--json", "--cancel-inferred"]);
    assert_eq!((run.code, open(&shell)), (0, vec![]), "{}", run.err);
}

/// The create was answered with success: it is ours when the readings show it alone, in a later process as well.
#[test]
fn an_order_that_was_answered_without_an_id_is_ended_when_it_stands_alone() {
    let shell = Shell::with(quick().create_answer(CreateAnswer::CodeOnly)).with_key();
    let order = rented(&shell, &["--max-runtime", "1h"]);
    let free = rented(&shell, &[]);
    shell.server.advance(HOURS);
    let run = shell.run(&["guard", "--once", "--json"]);
    assert_eq!((run.code, open(&shell), state(&run.json(), order)), (0, vec![free], "ended"), "{}", run.err);
}

#[test]
fn an_order_that_stays_listed_is_exit_3() {
    let shell = Shell::with(quick().create_answer(CreateAnswer::Id).end_lag(HOURS * 1_000)).with_key();
    let order = rented(&shell, &["--max-runtime", "1h"]);
    shell.server.advance(HOURS);
    let document = shell.run(&["guard", "--once", "--json"]).failed(3, "cancel_unconfirmed");
    assert_eq!(
        (state(&document, order), document["error"]["order_ids"][0].as_u64()),
        ("still_billing", Some(order))
    );
}

#[test]
fn a_list_that_cannot_be_read_ends_nothing_and_says_so() {
    let shell = told();
    let order = rented(&shell, &["--max-runtime", "9h"]);
    shell.server.fault(Fault::parse("my_orders=status:502").unwrap());
    let run = shell.run(&["guard", "--once", "--json"]);
    let document = run.failed(7, "http_status");
    assert_eq!((document["complete"].as_bool(), open(&shell)), (Some(false), vec![order]));
    let canned = Canned::new(&[("my_orders", r#"{"orders":[{"si":5}],"code":0}"#)]);
    canned.run(&["guard", "--once", "--json"]).failed(1, "unreadable_order");
    assert!(canned.seen().iter().all(|request| !request.starts_with("cancel")), "{:?}", canned.seen());
}

/// The guard as it is left running: a line for each round, a failed reading in between, an end at the cap, Ctrl-C.
#[cfg(unix)]
#[test]
fn a_guard_left_running_survives_failures_ends_at_the_cap_and_is_ended_by_ctrl_c() {
    let shell = told();
    let capped = rented(&shell, &["--max-runtime", "1h"]);
    let free = rented(&shell, &[]);
    shell.server.fault(Fault::parse("my_orders#2=status:502").unwrap());
    let child = shell.spawn(&["guard", "--every", "1s", "--json"]);
    let begun = Instant::now();
    let readings = || shell.server.requests().iter().filter(|one| one.path == "/v1/my_orders").count();
    let before = readings();
    while readings() < before + 3 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not go on");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(open(&shell), [capped, free]);
    shell.server.advance(HOURS);
    while open(&shell).contains(&capped) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody ends it");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(40));
    let run = crate::interrupting::interrupt(child);
    assert_eq!(run.code, 130, "{}", run.err);
    assert_eq!(open(&shell), [free], "an interrupt cancels nothing");
    assert!(run.err.contains("interrupt cancelled nothing"), "{}", run.err);
    assert!(run.err.contains("not watched any more"), "{}", run.err);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 3 && lines.iter().any(|line| line["orders"].is_array()), "{}", run.out);
    assert_eq!(lines.last().unwrap()["error"]["kind"], "interrupted");
}

#[test]
fn what_cannot_be_a_cap_is_a_usage_error() {
    let shell = told();
    for arguments in [["--order", "7"], ["--order", "7=2"], ["--max-runtime", "0h"], ["--every", "x"]] {
        let run = shell.run(&[&["guard", "--once", "--json"], &arguments[..]].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
    }
    assert!(shell.server.requests().is_empty());
}

#[test]
fn a_guard_of_the_journals_orders_does_not_go_on_without_the_journal() {
    let shell = told();
    let order = rented(&shell, &["--max-runtime", "1h"]);
    shell.server.advance(HOURS);
    let folder = shell.home.path().join(".local/state/clore");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "a file where the folder should be").unwrap();
    let before = shell.server.requests().len();
    for arguments in
        [&["guard", "--once", "--json"][..], &["guard", "--once", "--json", "--max-runtime", "1h"]]
    {
        shell.run(arguments).failed(1, "journal");
    }
    assert_eq!((open(&shell), shell.server.requests().len()), (vec![order], before));
    // What is named here needs none.
    let run = shell.run(&["guard", "--once", "--order", &format!("{order}=1h")]);
    assert_eq!((run.code, open(&shell)), (0, vec![]), "{}", run.err);
}

#[test]
fn of_two_caps_for_one_order_the_lower_holds() {
    for order_of_flags in [["1h", "9h"], ["9h", "1h"]] {
        let shell = told();
        let order = rented(&shell, &[]);
        shell.server.advance(HOURS);
        let [one, other] = order_of_flags.map(|cap| format!("{order}={cap}"));
        let run = shell.run(&["guard", "--once", "--order", &one, "--order", &other]);
        assert_eq!((run.code, open(&shell)), (0, vec![]), "{}", run.err);
    }
}

/// What the user is told after such a placement does what it says.
#[test]
fn an_order_found_by_reading_comes_with_the_line_that_would_end_it() {
    let shell = told();
    shell.server.fault(Fault::parse("create_order#1=lose").unwrap());
    let run =
        shell.run(&["rent", "--yes", "--no-wait", "--json", "--max-runtime", "90m", "--max-spend", "4"]);
    let order = run.json()["order_id"].as_u64().unwrap();
    let line = format!("clore guard --order {order}=");
    let caps = run.err.split(&line).nth(1).unwrap_or_else(|| panic!("{}", run.err));
    // A shell takes the quotes away.
    let caps = caps.split('`').next().unwrap().replace('\'', "");
    shell.server.advance(HOURS);
    let run = shell.run(&["guard", "--once", "--order", &format!("{order}={caps}")]);
    assert_eq!((run.code, open(&shell)), (0, vec![]), "{caps} {}", run.err);
}

/// A cancel takes its time: whoever leaves meanwhile is told which order is not confirmed.
#[cfg(unix)]
#[test]
fn an_interrupt_while_a_cap_is_enforced_names_the_order() {
    let shell = Shell::with(quick().create_answer(CreateAnswer::Id).end_lag(HOURS * 1_000)).with_key();
    let order = rented(&shell, &["--max-runtime", "1h"]);
    shell.server.advance(HOURS);
    let child = shell.spawn(&["guard", "--every", "1s", "--json", "--grace", "60"]);
    crate::interrupting::until(&shell, "/v1/cancel");
    std::thread::sleep(Duration::from_millis(40));
    let run = crate::interrupting::interrupt(child);
    assert_eq!(run.code, 130, "{}", run.err);
    assert!(run.err.contains(&format!("not confirmed as over: order {order}")), "{}", run.err);
    let last: Value = serde_json::from_str(run.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["order_ids"][0], order);
}
