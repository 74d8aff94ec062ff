//! `gigaspot list`, `bid` and `edit`.

use crate::canned::Canned;
use crate::shell::{Run, Shell, quick};
use clore_sandbox::{Fault, Options, Server};
use serde_json::Value;

pub fn requests(shell: &Shell, call: &str) -> Vec<Value> {
    let requests = shell.server.requests().into_iter();
    requests
        .filter(|request| request.path == format!("/v1/{call}"))
        .map(|request| serde_json::from_slice(&request.body).unwrap_or_default())
        .collect()
}

fn creates(shell: &Shell) -> Vec<Value> {
    requests(shell, "create_gigaspot_orders")
}

fn list(shell: &Shell) -> Value {
    let run = shell.run(&["gigaspot", "list", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

/// The ids of the servers on the gigaspot.
pub fn servers(shell: &Shell) -> Vec<String> {
    list(shell)["servers"].as_array().unwrap().iter().map(|row| row["server_id"].to_string()).collect()
}

pub fn bid(shell: &Shell, arguments: &[&str]) -> Run {
    shell.run(&[&["gigaspot", "bid", "--image", "1", "--yes", "--json"], arguments].concat())
}

fn outcomes(document: &Value) -> Vec<&str> {
    document["bids"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect()
}

#[test]
fn the_gigaspot_is_listed_with_its_floors_and_own_bids() {
    let shell = Shell::new();
    let ids = servers(&shell);
    assert!(ids.len() >= 3, "{ids:?}");
    let order = bid(&shell, &[&ids[0], "--price", "20000"]).json()["bids"][0]["order_id"].to_string();
    let run = shell.run(&["gigaspot", "list", "--rate", "CLORE=0.01"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let row = run.out.lines().find(|line| line.trim_start().starts_with(&format!("{} ", ids[0]))).unwrap();
    for part in ["CLORE/day", "/h", "free", "yes", &format!("order {order}: 20,000 CLORE/day, holds it")] {
        assert!(row.contains(part), "{part}: {row}");
    }
    let mine = shell.run(&["gigaspot", "list", "--mine", "--json"]).json();
    assert_eq!(mine["found_count"], 1);
    let own = &mine["servers"][0]["own_bids"][0];
    assert_eq!((own["order_id"].to_string(), own["price_coin_per_day"].to_string()), (order, "20000".into()));
    assert!(mine["servers"][0]["min_bid_clore_per_day"].is_number() && mine["complete"] == true, "{mine}");
    assert_eq!(shell.run(&["gigaspot", "list", "--limit", "1"]).out.lines().count(), 2);
    assert_eq!(shell.run(&["gigaspot", "list", "--gpu", "no such GPU"]).code, 4);
    let gpu = mine["servers"][0]["gpu_limits"][0]["model"].as_str().unwrap();
    assert_eq!(shell.run(&["gigaspot", "list", "--gpu", gpu]).code, 0);
    let requests = shell.server.requests();
    let mut snapshots = requests.iter().filter(|request| request.path.ends_with(".json")).peekable();
    assert!(snapshots.peek().is_some() && snapshots.all(|request| !request.with_key), "{requests:?}");
}

#[test]
fn bids_that_are_all_placed_are_exit_0_and_their_orders_are_told() {
    let shell = Shell::new();
    let ids = servers(&shell);
    let run =
        bid(&shell, &[&ids[0], &ids[1], "--price", "20000.5", "--rate", "CLORE=0.01", "--env", "A=canary"]);
    let document = run.json();
    assert_eq!((run.code, outcomes(&document)), (0, vec!["placed", "placed"]), "{}", run.err);
    let ledger = shell.server.ledger();
    let told: Vec<u64> =
        document["bids"].as_array().unwrap().iter().map(|row| row["order_id"].as_u64().unwrap()).collect();
    assert_eq!(told, ledger.iter().map(|rental| rental.order_id).collect::<Vec<_>>());
    for part in [
        "2 bids, each: $8.33/h",
        "20,001 CLORE/day",
        "% fee",
        "together (a creation fee for each): $16.67/h",
        "20,001 CLORE/day); with the ",
        "clore cancel",
    ] {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
    assert!(
        document["cost"]["coin_per_day_with_fee"].is_number() && document["price_usd_per_hour"].is_number()
    );
    let body = &creates(&shell)[0];
    assert_eq!(body[0]["price"].to_string(), "20000.5");
    assert_eq!(
        (body[0]["env"]["A"].as_str(), body[0]["currency"].as_str()),
        (Some("canary"), Some("CLORE-Blockchain"))
    );
    let gpus = list(&shell)["servers"][0]["gpu_limits"].as_array().unwrap().clone();
    assert_eq!(body[0]["oc"].as_array().unwrap().len(), gpus.len());
    assert_eq!(body[0]["oc"][0]["pl"], gpus[0]["power_limit"][1], "the highest allowed");
    // The intent is settled, and no file keeps the variable's value.
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
    assert!(!format!("{}{}", run.out, run.err).contains("canary"));
    for file in shell.files() {
        assert!(
            !String::from_utf8_lossy(&std::fs::read(&file).unwrap()).contains("canary"),
            "{}",
            file.display()
        );
    }
    assert_eq!(shell.run(&["cancel", &told[0].to_string()]).code, 0);
}

#[test]
fn lines_for_people_name_each_bid_and_its_order() {
    let shell = Shell::new();
    let ids = servers(&shell);
    let run = shell.run(&["gigaspot", "bid", &ids[0], "--image", "1", "--price", "20000", "--yes"]);
    let order = shell.server.ledger()[0].order_id;
    assert_eq!(
        (run.code, run.out),
        (0, format!("server {}: placed, order {order}\n", ids[0])),
        "{}",
        run.err
    );
    let run = shell.run(&["gigaspot", "bid", &ids[0], &ids[1], "--image", "1", "--price", "20000", "--yes"]);
    assert_eq!(run.code, 8, "{}", run.err);
    assert!(run.err.contains(&format!("you have a bid on server {} already: order {order}", ids[0])));
    assert!(run.out.contains(&format!("server {}: not placed", ids[0])), "{}", run.out);
}

#[test]
fn some_placed_is_exit_8_and_names_the_orders() {
    let shell = Shell::new();
    let ids = servers(&shell);
    assert_eq!(bid(&shell, &[&ids[0], "--price", "20000"]).code, 0);
    let run = bid(&shell, &[&ids[0], &ids[1], "--price", "21000"]);
    let document = run.failed(8, "placed_in_part");
    assert_eq!(outcomes(&document), ["failed_to_rent", "placed"]);
    let order = shell.server.ledger()[1].order_id;
    assert_eq!(
        (&document["bids"][1]["order_id"], &document["error"]["order_ids"][0]),
        (&order.into(), &order.into())
    );
    assert!(run.err.contains("1 of 2 bids are placed") && run.err.contains("clore cancel"), "{}", run.err);
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

#[test]
fn none_placed_is_exit_1_and_nothing_stays_open() {
    let shell = Shell::new();
    let ids = servers(&shell);
    let run = bid(&shell, &[&ids[0], &ids[1], "--price", "0.5"]);
    assert_eq!(outcomes(&run.failed(1, "not_placed")), ["bid_too_low", "bid_too_low"]);
    assert!(run.err.contains("below the lowest that is taken"), "said before anything is sent: {}", run.err);
    assert_eq!((shell.ledger(), creates(&shell).len()), (0, 1));
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

#[test]
fn a_lost_answer_is_exit_3_with_the_intent_open_and_no_second_send() {
    let shell = Shell::new();
    let ids = servers(&shell);
    shell.server.fault(Fault::parse("create_gigaspot_orders=lose").unwrap());
    let run = bid(&shell, &[&ids[0], &ids[1], "--price", "20000"]);
    let document = run.failed(3, "outcome_unknown");
    assert_eq!((creates(&shell).len(), shell.ledger()), (1, 2));
    assert_eq!(outcomes(&document), ["unclear", "unclear"]);
    // The snapshot shows what may be it.
    let placed: Vec<u64> = shell.server.ledger().iter().map(|rental| rental.order_id).collect();
    assert_eq!(document["error"]["order_ids"], serde_json::json!(placed));
    let intent = document["intents"][0].as_str().unwrap().to_owned();
    assert!(run.err.contains(&intent) && run.err.contains("do not simply try again"), "{}", run.err);
    // It stays open, so nothing else is placed.
    let again = bid(&shell, &[&ids[2], "--price", "20000"]);
    again.failed(3, "open_intents");
    assert!(again.err.contains(&intent) && !again.err.contains("--despite"), "{}", again.err);
    assert_eq!((creates(&shell).len(), shell.ledger()), (1, 2));
    shell.run(&["resume", "--json"]).failed(3, "still_open");
    let word = format!("{intent}={}", placed[0]);
    assert!(run.err.contains(&format!("clore resume --attribute {word}")), "{}", run.err);
    assert_eq!(shell.run(&["resume", "--attribute", &word]).code, 0);
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

#[test]
fn an_order_that_was_there_before_is_not_taken_for_a_lost_bid() {
    let shell = Shell::new();
    let ids = servers(&shell);
    assert_eq!(bid(&shell, &[&ids[0], "--price", "20000"]).code, 0);
    shell.server.fault(Fault::parse("create_gigaspot_orders=lose-before").unwrap());
    let run = bid(&shell, &[&ids[0], &ids[1], "--price", "21000"]);
    let document = run.failed(3, "outcome_unknown");
    assert!(document["bids"][0]["order_id"].is_null(), "{document}");
    assert_eq!(document["error"]["order_ids"], serde_json::json!([]));
    let intent = document["intents"][0].as_str().unwrap();
    assert!(run.err.contains(&format!("clore resume --close {intent}")), "{}", run.err);
    let order = shell.server.ledger()[0].order_id;
    assert_eq!(shell.run(&["resume", "--close", intent, "--other", &order.to_string()]).code, 0);
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn an_answer_that_does_not_tell_of_every_bid_is_exit_3() {
    let account = r#"{"my_user_id":7,"v1_snapshot_url":"{URL}/v1/snapshot","creation_fees":{"CLORE-Blockchain":3},"clore_price":0.01,"code":0}"#;
    let gpu = r#"{"model":"RTX \u001b[2J","pl":[70,100]}"#;
    let snapshot = format!(
        r#"{{"5":{{"bids":[],"gpus":[{gpu}],"on_demand_rented":true,"online":false}},"6":{{"bids":[7],"gpus":[{gpu}]}},"x":1}}"#
    );
    let answer = r#"{"status":"ok","failed_to_rent_servers":[6],"code":0}"#;
    let service = Canned::new(&[
        ("get_gigaspot", account),
        ("snapshot", &snapshot),
        ("create_gigaspot_orders", answer),
        ("my_orders", r#"{"orders":[],"code":0}"#),
    ]);
    let run = service.run(&["gigaspot", "bid", "5", "6", "--image", "1", "--price", "30", "--yes", "--json"]);
    let document = run.failed(3, "outcome_unknown");
    assert_eq!(outcomes(&document), ["unclear", "failed_to_rent"]);
    let intent = document["intents"][0].as_str().unwrap();
    assert!(document["bids"][0]["order_id"].is_null(), "{document}");
    assert!(run.err.contains(&format!("clore resume --close {intent}")), "{}", run.err);
    for part in [
        "server 5 is rented on demand",
        "server 5 is offline",
        "creation fee of 3 CLORE",
        "1 of the gigaspot's servers cannot be read",
        "the bids on 1 of its servers cannot all be read",
    ] {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
    assert!(!format!("{}{}", run.out, run.err).contains('\u{1b}'));
    assert_eq!(service.seen().iter().filter(|call| call.starts_with("create_gigaspot_orders")).count(), 1);
}

#[test]
fn a_snapshot_at_an_address_that_is_not_one_to_go_to_is_refused_and_not_fetched() {
    let elsewhere = Server::start(Options::new().servers(1), "127.0.0.1:0").unwrap();
    for url in [
        format!("{}/secret-path", elsewhere.url()),
        "http://cdn.example/secret-path".to_owned(),
        "https://10.0.0.1/secret-path".to_owned(),
        "https://user:secret-path@cdn.example/".to_owned(),
    ] {
        let shell = Shell::with(quick().snapshot_url(&url));
        for arguments in [
            &["gigaspot", "list", "--json"][..],
            &["gigaspot", "bid", "5", "--image", "1", "--price", "3", "--yes", "--json"],
            &["gigaspot", "edit", "5", "--price", "3", "--yes", "--json"],
        ] {
            let run = shell.run(arguments);
            run.failed(7, "address_refused");
            assert!(run.err.contains("nothing was sent there"), "{}", run.err);
            assert!(!format!("{}{}", run.out, run.err).contains("secret-path"), "the host only: {}", run.err);
        }
        assert_eq!((creates(&shell).len(), requests(&shell, "get_gigaspot").len()), (0, 3));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn what_cannot_be_bid_is_refused_before_anything_is_sent() {
    let shell = Shell::new();
    let ids = servers(&shell);
    let before = shell.server.requests().len();
    for arguments in [
        &[&ids[0], "--price", "0"][..],
        &[&ids[0], "--price", "NaN"],
        &[&ids[0], &ids[0], "--price", "20"],
        &[&ids[0], "--price", "20", "--power-limit", "-1"],
        &[&ids[0], "--price", "20", "--env", "FOO"],
        &[&ids[0], "--price", "20", "--image", "two words"],
        &["--price", "20"],
    ] {
        let run = bid(&shell, arguments);
        run.failed(2, if run.out.contains("invalid_request") { "invalid_request" } else { "usage" });
    }
    shell.run(&["gigaspot", "bid", &ids[0], "--image", "1", "--price", "20", "--json"]).failed(2, "usage");
    shell.run(&["gigaspot", "edit", "5", "--price", "20", "--json"]).failed(2, "usage");
    assert_eq!(shell.server.requests().len(), before, "nobody was asked anything");
    let run = bid(&shell, &[&ids[0], "--price", "20000", "--power-limit", "5"]);
    run.failed(2, "usage");
    assert!(run.err.contains("--power-limit 5: GPU 1 of server"), "{}", run.err);
    bid(&shell, &[&ids[0], "--price", "20000", "--core-offset", "-5000"]).failed(2, "usage");
    bid(&shell, &["999999999", &ids[0], "--price", "20000"]).failed(4, "not_on_gigaspot");
    assert_eq!((creates(&shell).len(), shell.ledger()), (0, 0));
}

#[test]
fn a_bid_is_changed_and_both_prices_are_shown() {
    let shell = Shell::new();
    let ids = servers(&shell);
    let clocks = ["--mem-offset", "-200"];
    assert_eq!(bid(&shell, &[&[ids[0].as_str(), "--price", "20000"], &clocks[..]].concat()).code, 0);
    let order = shell.server.ledger()[0].order_id;
    let id = order.to_string();
    let run = shell.run(&["gigaspot", "edit", &id, "--price", "22000.5", "--yes", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["changed"]), (0, &true.into()), "{}", run.err);
    assert!(run.err.contains("20,000 CLORE/day) -> ") && run.err.contains("% fee"), "{}", run.err);
    assert!(run.err.contains("does not show a bid's clocks"), "{}", run.err);
    assert_eq!(document["old_clore_per_day"].to_string(), "20000");
    let (created, edited) = (&creates(&shell)[0][0], &requests(&shell, "edit_gigaspot_orders")[0][0]);
    assert_eq!(
        (edited["order_id"].as_u64(), edited["price"].to_string()),
        (Some(order), "22000.5".to_owned())
    );
    assert_eq!(edited["oc"][0]["pl"], created["oc"][0]["pl"], "the power limit it had");
    assert_eq!((&created["oc"][0]["mem_offset"], edited["oc"][0].get("mem_offset")), (&(-200).into(), None));
    assert_eq!(shell.server.with(|clore| clore.rental(order).unwrap().price_per_day), 22000.5);
    let run = shell.run(&["gigaspot", "edit", &id, "--price", "0.5", "--yes", "--json"]);
    let document = run.failed(1, "bid_too_low");
    assert_eq!((&document["changed"], &document["error"]["order_ids"][0]), (&false.into(), &order.into()));
    shell.run(&["gigaspot", "edit", "999", "--price", "22000", "--yes", "--json"]).failed(4, "no_such_bid");
    let run =
        shell.run(&["gigaspot", "edit", &id, "--price", "23000", "--power-limit", "1", "--yes", "--json"]);
    run.failed(2, "usage");
    assert_eq!(requests(&shell, "edit_gigaspot_orders").len(), 2);
}

#[test]
fn an_edit_whose_answer_is_lost_is_settled_by_reading_and_else_exit_3() {
    let shell = Shell::new();
    let ids = servers(&shell);
    assert_eq!(bid(&shell, &[&ids[0], "--price", "20000"]).code, 0);
    let order = shell.server.ledger()[0].order_id;
    shell.server.fault(Fault::parse("edit_gigaspot_orders#1=lose").unwrap());
    let edit = |price: &str| {
        shell.run(&["gigaspot", "edit", &order.to_string(), "--price", price, "--yes", "--json"])
    };
    let run = edit("21000");
    assert_eq!((run.code, &run.json()["changed"]), (0, &true.into()), "{}", run.err);
    shell.server.fault(Fault::parse("edit_gigaspot_orders=lose-before").unwrap());
    let run = edit("22000");
    let document = run.failed(3, "outcome_unknown");
    assert!(document["changed"].is_null() && document["error"]["order_ids"][0] == order, "{document}");
    assert!(run.err.contains(&format!("clore order {order}")), "{}", run.err);
    assert_eq!(requests(&shell, "edit_gigaspot_orders").len(), 2, "each was sent once");
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_bids_are_out_names_the_open_intent() {
    let shell = Shell::new();
    let ids = servers(&shell);
    shell.server.fault(Fault::parse("create_gigaspot_orders=delay:3600").unwrap());
    let child =
        shell.spawn(&["gigaspot", "bid", &ids[0], "--image", "1", "--price", "20000", "--yes", "--json"]);
    while creates(&shell).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let run = Run::ended(child);
    let document = run.failed(130, "interrupted");
    let intent = document["intents"][0].as_str().unwrap();
    assert!(run.err.contains("stays open") && run.err.contains(intent), "{}", run.err);
    assert_eq!(shell.ledger(), 1);
}
