//! `cancel`.

use crate::shell::{Run, Shell, quick};
use clore_sandbox::Fault;
use std::time::Duration;

#[test]
fn each_order_is_reported() {
    let shell = Shell::new().with_key();
    let orders = [shell.rented().to_string(), shell.rented().to_string()];
    let run = shell.run(&["cancel", &orders[0], &orders[1], "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let rows = run.json()["cancelled"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert!(
        rows.as_array().unwrap().iter().all(|row| row["state"] == "cancelled" && row["order_id"].is_u64())
    );
    assert_eq!(shell.server.with(|clore| clore.counts().open), 0);
}

#[test]
fn an_issue_is_told_to_the_service() {
    let shell = Shell::new().with_key();
    let order = shell.rented().to_string();
    assert_eq!(shell.run(&["cancel", &order, "--issue", "no GPU inside"]).code, 0);
    let requests = shell.server.requests();
    let told = requests.iter().filter(|request| request.path == "/v1/cancel_order");
    assert!(told.into_iter().any(|request| String::from_utf8_lossy(&request.body).contains("no GPU inside")));
    let long = "x".repeat(2049);
    shell.run(&["cancel", &order, "--issue", &long, "--json"]).json();
}

#[test]
fn a_cancel_whose_answer_is_lost_is_confirmed_by_reading() {
    let shell = Shell::new().with_key();
    let order = shell.rented().to_string();
    for call in ["cancel_order", "cancel_orders"] {
        shell.server.fault(Fault::parse(&format!("{call}#1=lose")).unwrap());
    }
    let run = shell.run(&["cancel", &order]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(&format!("order {order} is cancelled")));
}

#[test]
fn a_cancel_works_although_the_journal_does_not() {
    let shell = Shell::new().with_key();
    let order = shell.rented().to_string();
    let mut command = shell.command(&["cancel", &order]);
    command.env_remove("HOME");
    let run = Run::of(command);
    assert!(run.code == 0 && run.err.contains("without the journal"), "{}", run.err);
}

#[test]
fn an_order_that_stays_listed_is_exit_3_and_named() {
    let shell = Shell::with(quick().end_lag(Duration::from_secs(100_000))).with_key();
    let order = shell.rented();
    let run = shell.run(&["cancel", &order.to_string(), "--json"]);
    let document = run.failed(3, "cancel_unconfirmed");
    assert_eq!(document["cancelled"][0]["state"], "unconfirmed");
    assert_eq!(document["error"]["order_ids"][0], order);
}
