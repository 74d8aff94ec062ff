//! `servers`, `server-config` and `server-settings`.

use crate::canned::Canned;
use crate::shell::{Run, Shell};
use clore_sandbox::Fault;
use serde_json::Value;

/// The sandbox's first server of the account's own, and one that never connected.
const RIG: &str = "rig-01";

fn sent(shell: &Shell) -> Vec<Value> {
    let requests = shell.server.requests().into_iter();
    requests
        .filter(|request| request.path == "/v1/set_server_settings")
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

fn config(shell: &Shell, name: &str) -> Value {
    let run = shell.run(&["server-config", name, "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

fn never_connected(shell: &Shell) -> String {
    let document = shell.run(&["servers", "--json"]).json();
    let rows = document["servers"].as_array().unwrap();
    let row = rows.iter().find(|row| row["connected"] == false).unwrap();
    row["name"].as_str().unwrap().to_owned()
}

fn shown(run: &Run) -> String {
    format!("{}{}", run.out, run.err)
}

#[test]
fn the_servers_one_hosts_are_listed_with_their_prices_per_day() {
    let shell = Shell::new();
    let run = shell.run(&["servers"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [RIG, "CLORE/day", "bitcoin/day", "public", "hidden", "online"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let document = shell.run(&["servers", "--json"]).json();
    let row = &document["servers"][0];
    assert!(
        row["server_id"].is_u64() && row["on_demand_coin_per_day"]["CLORE-Blockchain"].is_number(),
        "{row}"
    );
    assert!(row["min_bid_coin_per_day"]["bitcoin"].is_number(), "{row}");
    assert_eq!((&document["complete"], &document["skipped_count"]), (&true.into(), &0.into()));
}

#[test]
fn what_joins_or_runs_on_a_machine_is_never_shown_and_text_is_made_harmless() {
    let service = Canned::new(&[
        (
            "my_servers",
            r#"{"servers":[{"name":"r\u202e\u001b[2Jg","init_token":"canary","visibility":"\u202eseen"}],"code":0}"#,
        ),
        (
            "server_config",
            r#"{"config":{"name":"rig","background_job":{"image":"miner","command":"canary -x","env":{"POOL":"canary"}},
            "kernel":"6\u001b[2J"},"code":0}"#,
        ),
    ]);
    for arguments in [
        &["servers"][..],
        &["servers", "--json"],
        &["server-config", "rig"],
        &["server-config", "rig", "--json"],
    ] {
        let run = service.run(arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(!shown(&run).contains("canary") && !shown(&run).contains('\u{1b}'), "{}", shown(&run));
        assert!(!shown(&run).contains('\u{202e}'), "{}", shown(&run));
    }
    // A document keeps the name as it came, by escapes.
    assert_eq!(service.run(&["servers", "--json"]).json()["servers"][0]["name"], "r\u{202e}\u{1b}[2Jg");
    let document = service.run(&["server-config", "rig", "--json"]).json();
    assert_eq!(document["background_job"]["env_names"][0], "POOL");
    assert_eq!(document["background_job"]["has_command"], true);
    assert!(service.run(&["server-config", "rig"]).out.contains("a command that is not shown"));
}

#[test]
fn a_list_that_is_not_complete_says_so() {
    let shell = Shell::new();
    shell.server.fault(Fault::parse("my_servers=odd:all").unwrap());
    let run = shell.run(&["servers"]);
    assert!(run.code == 0 && run.err.contains("the list is not complete"), "{}", run.err);
    let document = shell.run(&["servers", "--json"]).json();
    assert_eq!(document["complete"], false);
    assert!(document["skipped_count"].as_u64().unwrap() > 0, "{document}");
    let none = Canned::new(&[("my_servers", r#"{"servers":[],"code":0}"#)]);
    assert!(none.run(&["servers"]).err.contains("you host no servers"));
    let missing = Canned::new(&[("my_servers", r#"{"code":0}"#)]);
    missing.run(&["servers", "--json"]).failed(1, "unreadable_answer");
}

#[test]
fn the_settings_of_a_server_are_shown() {
    let shell = Shell::new();
    let run = shell.run(&["server-config", RIG]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in ["server:     rig-01", "on demand:", "lowest bid:", "CLORE/day", "longest:    72 h", "coins:"]
    {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let document = config(&shell, RIG);
    assert_eq!((&document["name"], &document["max_rental_hours"]), (&RIG.into(), &72.into()));
    assert!(document["on_demand_coin_per_day"]["bitcoin"].is_number(), "{document}");
}

#[test]
fn a_server_that_is_not_yours_is_refused_and_nothing_is_changed() {
    let shell = Shell::new();
    let run = shell.run(&["server-config", "somebody-elses", "--json"]);
    run.failed(1, "refused");
    assert!(run.err.contains("not one of your servers") && run.err.contains("clore servers"), "{}", run.err);
    let run = shell.run(&["server-settings", "somebody-elses", "--price", "CLORE=3", "--yes", "--json"]);
    run.failed(1, "refused");
    assert!(run.err.contains("not one of your servers"), "{}", run.err);
    assert_eq!(sent(&shell).len(), 0);
}

#[test]
fn some_settings_are_changed_and_the_others_kept() {
    let shell = Shell::new();
    let before = config(&shell, RIG);
    let run = shell.run(&[
        "server-settings",
        RIG,
        "--price",
        "CLORE=30.5",
        "--min-bid",
        "clore=12",
        "--max-rental",
        "48",
        "--disable",
        "USD",
        "--yes",
        "--json",
    ]);
    let document = run.json();
    assert_eq!((run.code, &document["changed"]), (0, &true.into()), "{}", run.err);
    assert!(run.err.contains("CLORE/day -> 30.5 CLORE/day"), "{}", run.err);
    assert!(run.err.contains("longest rental: 72 h -> 48 h") && run.err.contains("is taken: yes -> no"));
    let rows = document["changes"].as_array().unwrap();
    let price = rows.iter().find(|row| row["setting"] == "on_demand_coin_per_day").unwrap();
    assert_eq!(price["new"].to_string(), "30.5");
    assert_eq!(price["old"], before["on_demand_coin_per_day"]["CLORE-Blockchain"]);
    let body = &sent(&shell)[0];
    assert_eq!((&body["mrl"], &body["availability"]), (&48.into(), &true.into()), "{body}");
    assert_eq!(body["bitcoin_on_demand"], before["on_demand_coin_per_day"]["bitcoin"], "{body}");
    let after = config(&shell, RIG);
    assert_eq!(after["on_demand_coin_per_day"]["CLORE-Blockchain"].to_string(), "30.5");
    assert_eq!(after["on_demand_coin_per_day"]["bitcoin"], before["on_demand_coin_per_day"]["bitcoin"]);
    assert_eq!(after["min_bid_coin_per_day"]["CLORE-Blockchain"].to_string(), "12");
    // Once more the same: nothing is sent.
    let again = shell.run(&["server-settings", RIG, "--max-rental", "48", "--yes", "--json"]);
    assert_eq!((again.code, &again.json()["changed"]), (0, &false.into()));
    assert_eq!(sent(&shell).len(), 1);
}

#[test]
fn a_server_is_hidden_with_the_sdks_names_and_pinned_dollars_are_said_to_go() {
    let shell = Shell::new();
    let run = shell.run(&["server-settings", RIG, "--available", "no", "--sdk-names", "--yes"]);
    assert!(run.code == 0 && run.err.contains("can be rented: yes -> no"), "{}", run.err);
    let body = &sent(&shell)[0];
    assert!(body["on_demand"].is_number() && body.get("bitcoin_on_demand").is_none(), "{body}");
    assert_eq!(config(&shell, RIG)["visibility"], "hidden");
    let pins = ["--usd-price", "CLORE=8.5", "--usd-min-bid", "CLORE=7.5"];
    assert_eq!(shell.run(&[&["server-settings", RIG, "--yes"], &pins[..]].concat()).code, 0);
    assert_eq!(config(&shell, RIG)["usd_per_day"]["CLORE-Blockchain"]["on_demand"].to_string(), "8.5");
    let run = shell.run(&["server-settings", RIG, "--price", "CLORE=31", "--yes"]);
    assert!(run.code == 0 && run.err.contains("$8.50/day, is sent no longer"), "{}", run.err);
    assert!(
        run.err.contains("lowest bid in dollars for who pays with CLORE-Blockchain, $7.50/day"),
        "{}",
        run.err
    );
    assert!(config(&shell, RIG)["usd_per_day"]["CLORE-Blockchain"].is_null());
}

#[test]
fn incomplete_settings_name_what_is_missing_and_the_flags_that_give_it() {
    let shell = Shell::new();
    let rig = never_connected(&shell);
    let run = shell.run(&["server-settings", &rig, "--price", "CLORE=30", "--yes", "--json"]);
    let document = run.failed(2, "incomplete_settings");
    assert_eq!(document["changed"], false);
    let flags = ["--price bitcoin=PER_DAY", "--min-bid bitcoin=PER_DAY"];
    assert_eq!(document["missing_flags"], serde_json::json!(flags));
    assert!(run.err.contains(flags[0]) && run.err.contains("nothing was sent"), "{}", run.err);
    assert_eq!(sent(&shell).len(), 0);
    let all = ["--price", "BTC=0.0001", "--min-bid", "BTC=0.00005"];
    let run = shell.run(&[&["server-settings", &rig, "--price", "CLORE=30", "--yes"], &all[..]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn what_changes_nothing_or_cannot_be_meant_is_a_usage_error_and_nobody_is_asked() {
    let shell = Shell::new();
    for arguments in [
        &["server-settings", RIG][..],
        &["server-settings", RIG, "--sdk-names"],
        &["server-settings", RIG, "--price", "30"],
        &["server-settings", RIG, "--price", "CLORE=0"],
        &["server-settings", RIG, "--price", "CLORE=NaN"],
        &["server-settings", RIG, "--price", "DOGE=3"],
        &["server-settings", RIG, "--usd-price", "CLORE=-1"],
        &["server-settings", RIG, "--max-rental", "0"],
        &["server-settings", RIG, "--max-rental", "1.5"],
        &["server-settings", RIG, "--available", "maybe"],
        &["server-settings", RIG, "--price", "CLORE=3", "--price", "clore=4"],
        &["server-settings", RIG, "--price", "CLORE=3", "--usd-price", "clore=1"],
        &["server-settings", RIG, "--enable", "BTC", "--disable", "bitcoin"],
        &["server-settings", "", "--available", "no"],
        &["server-config", " "],
    ] {
        let yes: &[&str] = if arguments[0] == "server-settings" { &["--yes"] } else { &[] };
        let run = shell.run(&[arguments, yes, &["--json"]].concat());
        run.failed(2, if run.out.contains("invalid_request") { "invalid_request" } else { "usage" });
    }
    shell.run(&["server-settings", RIG, "--available", "no", "--json"]).failed(2, "usage");
    assert!(shell.server.requests().is_empty(), "{:?}", shell.server.requests());
}

#[test]
fn settings_whose_answer_is_lost_are_confirmed_by_reading_and_else_exit_3() {
    let shell = Shell::new();
    shell.server.fault(Fault::parse("set_server_settings=lose").unwrap());
    let run = shell.run(&["server-settings", RIG, "--max-rental", "24", "--yes", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["changed"], &document["inferred"]), (0, &true.into(), &true.into()));
    let shell = Shell::new();
    shell.server.fault(Fault::parse("set_server_settings=lose-before").unwrap());
    let run = shell.run(&["server-settings", RIG, "--max-rental", "24", "--yes", "--json"]);
    assert!(run.failed(3, "settings_unknown")["changed"].is_null(), "{}", run.out);
    assert!(run.err.contains("clore server-config rig-01"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_settings_are_sent_says_where_to_look() {
    let shell = Shell::new();
    shell.server.fault(Fault::parse("set_server_settings=hang").unwrap());
    let child = shell.spawn(&["server-settings", RIG, "--available", "no", "--yes", "--json"]);
    while sent(&shell).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let run = Run::ended(child);
    run.failed(130, "interrupted");
    assert!(run.err.contains("not known") && run.err.contains("clore server-config rig-01"), "{}", run.err);
}

/// Settings go out whole, so one price that cannot be read would be lost with the rest.
#[test]
fn a_price_that_cannot_be_read_stops_new_settings() {
    let service = Canned::new(&[
        (
            "server_config",
            r#"{"config":{"name":"rig","visibility":"public","mrl":96,"spot_pricing":{"bitcoin":5e-5},
            "pricing":{"bitcoin":0.0001,"CLORE-Blockchain":"twelve"}},"code":0}"#,
        ),
        ("set_server_settings", r#"{"code":0}"#),
    ]);
    let run = service.run(&["server-settings", "rig", "--max-rental", "48", "--yes", "--json"]);
    run.failed(1, "unread_price");
    assert!(run.err.contains("config.pricing") || run.out.contains("config.pricing"), "{}", shown(&run));
    assert!(service.seen().iter().all(|seen| seen.starts_with("server_config")), "{:?}", service.seen());
}
