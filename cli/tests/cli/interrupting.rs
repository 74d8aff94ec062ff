//! Ctrl-C.
#![cfg(unix)]

use crate::shell::{Run, Shell, quick};
use clore_sandbox::Fault;
use std::process::{Child, Command};
use std::time::Duration;

pub fn interrupt(child: Child) -> Run {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    Run::ended(child)
}

pub fn until(shell: &Shell, path: &str) {
    while !shell.server.requests().iter().any(|request| request.path.starts_with(path)) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Until a rental is placed and waited for: the snapshot, the order's price, and two looks have been asked for.
pub fn until_waiting(shell: &Shell) {
    let reads = || shell.server.requests().iter().filter(|one| one.path.starts_with("/v1/my_orders")).count();
    while reads() < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_interrupt_while_waiting_names_the_order() {
    let shell = Shell::with(quick().boot(Duration::from_secs(3600))).with_key();
    let child = shell.spawn(&["rent", "--yes", "--json", "--poll", "0.1"]);
    until(&shell, "/v1/create_order");
    std::thread::sleep(Duration::from_millis(500));
    let run = interrupt(child);
    let document = run.failed(130, "interrupted");
    let order = shell.server.ledger()[0].order_id;
    assert_eq!(document["error"]["order_ids"][0], order);
    assert!(run.err.contains(&format!("clore cancel {order}")), "{}", run.err);
    assert_eq!(shell.server.with(|clore| clore.counts().open), 1, "nothing is cancelled by itself");
}

#[test]
fn an_interrupt_while_the_create_is_out_leaves_the_intent_open() {
    let shell = Shell::new().with_key();
    shell.server.fault(Fault::parse("create_order#1=delay:3600").unwrap());
    let child = shell.spawn(&["rent", "--yes", "--json"]);
    until(&shell, "/v1/create_order");
    let run = interrupt(child);
    let document = run.failed(130, "interrupted");
    let intent = document["intents"][0].as_str().unwrap();
    assert!(run.err.contains("stays open") && run.err.contains(intent), "{}", run.err);
    let settled = shell.run(&["resume", "--json"]).json();
    assert_eq!(settled["settled"][0]["intent"], intent);
    assert_eq!(settled["settled"][0]["outcome"], "placed");
}

#[test]
fn an_interrupt_before_anything_was_placed_says_so() {
    let shell = Shell::new();
    shell.server.fault(Fault::parse("marketplace=hang").unwrap());
    let child = shell.spawn(&["search"]);
    until(&shell, "/v1/marketplace");
    let run = interrupt(child);
    assert!(run.code == 130 && run.err.contains("placed nothing"), "{}", run.err);
}
