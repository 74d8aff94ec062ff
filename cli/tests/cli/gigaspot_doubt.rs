//! `gigaspot bid` and `edit` where a bid could bill unseen, or another one than was meant.

use crate::canned::Canned;
use crate::gigaspot::{bid, requests, servers};
use crate::shell::{Run, Shell};
use clore_sandbox::Fault;

#[test]
fn bids_whose_orders_are_listed_are_not_closed_unseen() {
    let shell = Shell::new();
    let ids = servers(&shell);
    shell.server.fault(Fault::parse("create_gigaspot_orders=lose").unwrap());
    let document = bid(&shell, &[&ids[0], &ids[1], "--price", "20000"]).failed(3, "outcome_unknown");
    let intent = document["intents"][0].as_str().unwrap();
    let run = shell.run(&["resume", "--close", intent, "--json"]);
    let placed: Vec<u64> = shell.server.ledger().iter().map(|rental| rental.order_id).collect();
    assert_eq!(run.failed(1, "refused_here")["error"]["order_ids"], serde_json::json!(placed));
    assert!(run.err.contains(&format!("clore resume --close {intent} --other ORDER")), "{}", run.err);
    shell.run(&["resume", "--json"]).failed(3, "still_open");
    assert_eq!(shell.run(&["resume", "--other", "5"]).code, 2);
}

#[test]
fn placed_bids_are_told_before_their_orders_are_looked_for() {
    let shell = Shell::new();
    let ids = servers(&shell);
    shell.server.fault(Fault::parse("get_gigaspot#2=hang").unwrap());
    let asked = |shell: &Shell| requests(shell, "get_gigaspot").len();
    let before = asked(&shell);
    let mut child = shell.spawn(&["gigaspot", "bid", &ids[0], "--image", "1", "--price", "20000", "--yes"]);
    while asked(&shell) < before + 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    let run = Run::ended(child);
    assert!(run.err.contains(&format!("bids are placed on server {}", ids[0])), "{}", run.err);
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn another_accounts_bid_is_not_edited() {
    let account = r#"{"my_user_id":7,"v1_snapshot_url":"{URL}/v1/snapshot","code":0}"#;
    let snapshot = r#"{"5":{"bids":[{"id":9,"owner":8,"active":true,"price":3,"currency":"CLORE-Blockchain","pl":90}],"gpus":[{"pl":[70,100]}]}}"#;
    let service = Canned::new(&[("get_gigaspot", account), ("snapshot", snapshot)]);
    let run = service.run(&["gigaspot", "edit", "9", "--price", "4", "--yes", "--json"]);
    run.failed(1, "not_your_bid");
    assert!(
        service.seen().iter().all(|call| !call.starts_with("edit_gigaspot_orders")),
        "{:?}",
        service.seen()
    );
    let run = service.run(&["gigaspot", "list"]);
    assert!(run.out.contains("3 CLORE/day") && !run.out.contains("order 9"), "{}", run.out);
}

#[test]
fn a_bid_that_is_not_in_clore_is_not_edited() {
    let account = r#"{"my_user_id":7,"v1_snapshot_url":"{URL}/v1/snapshot","code":0}"#;
    for (currency, kind) in [(r#""bitcoin""#, "not_in_clore"), ("null", "coin_unknown")] {
        let row = format!(r#"{{"id":9,"owner":7,"active":true,"price":3,"currency":{currency},"pl":90}}"#);
        let snapshot = format!(r#"{{"5":{{"bids":[{row}],"gpus":[{{"pl":[70,100]}}]}}}}"#);
        let answer =
            r#"{"success_to_update_ids":[9],"failed_to_update_ids":[],"too_low_bid_ids":[],"code":0}"#;
        let service = Canned::new(&[
            ("get_gigaspot", account),
            ("snapshot", &snapshot),
            ("edit_gigaspot_orders", answer),
        ]);
        let run = service.run(&["gigaspot", "edit", "9", "--price", "4", "--yes", "--json"]);
        assert_eq!(run.failed(1, kind)["error"]["order_ids"][0], 9);
        assert!(service.seen().iter().all(|call| !call.starts_with("edit_gigaspot")), "{:?}", service.seen());
    }
}
