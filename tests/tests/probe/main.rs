//! `probe` against the command `clore`: for each verb and adapter the same JSON and exit code, each on a sandbox of the
//! same seed, in good days and bad.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, unreachable_pub)]

mod program;

use program::{Home, PROGRAMS, Run, same_by_all};
use serde_json::Value;

/// Its first server is free and the same for all.
const SEARCH: [&str; 4] = ["search", "--limit", "3", "--json"];

#[test]
fn every_verb_says_the_same_through_every_adapter_from_search_to_cancel() {
    let days = same_by_all(|program| {
        let home = Home::new(program, &[]);
        let found = home.run(&SEARCH);
        let server = found.json()["servers"][0]["id"].to_string();
        let deployed = home.run(&["deploy", &server, "--wait", "--poll", "0.05", "--json"]);
        let order = deployed.json()["order_id"].to_string();
        let mut runs = vec![found, deployed];
        for words in [
            &["wallets", "--json"] as &[&str],
            &["orders", "--json"],
            &["deploy", &server, "--json"],
            &["cancel", &order, "--json"],
            &["orders", "--completed", "--json"],
            &["cancel", &order, "--json"],
            &["search", "--gpu", "no such thing", "--json"],
            &["deploy", "--json"],
            &["wallets"],
            &["search", "--limit", "3"],
        ] {
            runs.push(home.run(words));
        }
        assert_eq!(home.server.ledger().len(), 1, "{program:?}");
        runs
    });
    let codes: Vec<i32> = days.iter().map(|run| run.code).collect();
    assert_eq!(codes, [0, 0, 0, 0, 1, 0, 0, 0, 4, 2, 0, 0], "{days:#?}");
}

#[test]
fn a_key_that_is_refused_ends_in_exit_5_through_every_adapter() {
    let runs = same_by_all(|program| {
        let home = Home::new(program, &[]).with_key("not-the-key");
        let verbs = [&["wallets", "--json"] as &[&str], &["orders", "--json"], &["cancel", "7", "--json"]];
        let mut runs: Vec<Run> = verbs.map(|words| home.run(words)).into();
        runs.push(home.run(&["deploy", "7", "--json"]));
        assert!(home.server.ledger().is_empty());
        runs
    });
    assert!(runs.iter().all(|run| run.code == 5), "{runs:#?}");
}

#[test]
fn a_service_that_cannot_be_reached_ends_in_exit_7_through_every_adapter() {
    for words in [&["wallets", "--json"] as &[&str], &["search", "--json"], &["deploy", "7", "--json"]] {
        let runs = same_by_all(|program| vec![Home::new(program, &[]).unreachable().run(words)]);
        assert!(runs.iter().all(|run| run.code == 7), "{runs:#?}");
    }
}

#[test]
fn an_outcome_in_doubt_is_exit_3_and_its_intent_stays_in_the_journal_through_every_adapter() {
    let runs = same_by_all(|program| {
        let home = Home::new(program, &["create_order=lose", "my_orders=lag:100000"]);
        let server = home.run(&SEARCH).json()["servers"][0]["id"].to_string();
        let doubt = home.run(&["deploy", &server, "--json"]);
        let intent = doubt.json()["intent"].as_str().unwrap().to_owned();
        let resumed = home.clore(&["resume", "--json"]);
        let settled = &resumed.json()["settled"][0];
        assert_eq!(settled["intent"], Value::String(intent), "{program:?}: {resumed:?}");
        assert_eq!(home.server.ledger().len(), 1, "{program:?}");
        vec![doubt]
    });
    assert!(runs.iter().all(|run| run.code == 3), "{runs:#?}");
}

#[test]
fn an_order_found_after_a_lost_answer_is_told_the_same_through_every_adapter() {
    let runs = same_by_all(|program| {
        let home = Home::new(program, &["create_order=lose"]);
        let server = home.run(&SEARCH).json()["servers"][0]["id"].to_string();
        vec![home.run(&["deploy", &server, "--json"])]
    });
    assert!(runs.iter().all(|run| run.code == 0 && run.json()["inferred"] == true), "{runs:#?}");
}

#[test]
fn limits_hold_through_every_adapter_and_nothing_is_sent() {
    let runs = same_by_all(|program| {
        let home = Home::new(program, &[]).limited("CLORE_MAX_OPEN_ORDERS", "0");
        let server = home.run(&SEARCH).json()["servers"][0]["id"].to_string();
        let refused = home.run(&["deploy", &server, "--json"]);
        assert!(home.server.requests().iter().all(|seen| seen.call() != "create_order"), "{program:?}");
        vec![refused]
    });
    assert!(runs.iter().all(|run| run.code == 1 && run.json()["error"]["kind"] == "limit"), "{runs:#?}");
}

#[test]
fn a_verb_that_the_probe_does_not_have_is_a_usage_error() {
    for program in &PROGRAMS[1..] {
        assert_eq!(Home::new(program, &[]).run(&["rent", "--json"]).code, 2);
    }
}
