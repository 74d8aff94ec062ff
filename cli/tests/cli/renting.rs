//! `rent` and `deploy` that go well, or are refused.

use crate::shell::{Shell, quick};
use clore_sandbox::{CreateAnswer, Fault};
use serde_json::Value;
use std::time::Duration;

const QUICKLY: [&str; 4] = ["--poll", "0.05", "--timeout", "10"];

/// The bodies of all creates.
fn creates(shell: &Shell) -> Vec<Value> {
    let requests = shell.server.requests().into_iter();
    requests
        .filter(|request| request.path == "/v1/create_order")
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect()
}

#[test]
fn rent_takes_the_cheapest_shows_its_price_and_prints_the_ssh_line() {
    let shell = Shell::new().with_key();
    let search = ["--gpu", "RTX 4090", "--max-price", "0.80", "--min-reliability", "85"];
    let cheapest = shell.run(&[&["search", "--json", "--limit", "1"], &search[..]].concat()).json();
    let run = shell.run(&[&["rent", "--yes"], &search[..], &QUICKLY].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let order = shell.server.ledger()[0].order_id;
    let placed = run.err.find(&format!("order {order} placed")).unwrap();
    assert!(run.err[..placed].contains("price: $"), "{}", run.err);
    assert!(run.out.starts_with("ssh root@") && run.out.lines().count() == 1, "{}", run.out);
    let body = &creates(&shell)[0];
    assert_eq!(body["renting_server"], cheapest["servers"][0]["id"]);
    assert_eq!(body["required_price"], cheapest["servers"][0]["price_coin_per_day"]);
    assert_eq!(body["ssh_key"], "ssh-ed25519 AAAAOWN me@home");
    assert!(shell.passwords().is_empty());
}

#[test]
fn rent_as_json_is_one_document() {
    let shell = Shell::new().with_key();
    let run = shell.run(&[&["rent", "--yes", "--json"], &QUICKLY[..]].concat());
    let document = run.json();
    let rental = &shell.server.ledger()[0];
    assert_eq!((run.code, &document["outcome"]), (0, &"placed".into()));
    assert_eq!(document["order_id"], rental.order_id);
    assert_eq!(document["server_id"], rental.server_id);
    assert!(document["price_usd_per_hour"].is_number() && document["intent"].is_string());
    assert!(document["ssh"]["command"].as_str().unwrap().starts_with("ssh root@"));
    assert_eq!(document["inferred"], false);
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let shell = Shell::new();
    shell.run(&["rent", "--json"]).failed(2, "usage");
    assert!(shell.server.requests().is_empty());
}

/// Reliability S28: the seed told nobody the password it made.
#[test]
fn a_password_is_made_kept_before_anything_is_sent_and_removed_with_its_order() {
    let shell = Shell::new();
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    let document = run.json();
    let order = document["order_id"].as_u64().unwrap();
    let [file] = &shell.passwords()[..] else { panic!("{:?}", shell.passwords()) };
    assert!(file.ends_with(format!("order-{order}")));
    assert_eq!(document["password_file"], file.to_str().unwrap());
    let password = std::fs::read_to_string(file).unwrap();
    assert_eq!(creates(&shell)[0]["ssh_password"], password.trim());
    assert!(!run.err.contains(password.trim()) && !run.out.contains(password.trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(shell.run(&["orders"]).err.contains(file.to_str().unwrap()));
    assert_eq!(shell.run(&["cancel", &order.to_string()]).code, 0);
    assert!(shell.passwords().is_empty());
}

#[test]
fn a_password_that_cannot_be_kept_stops_the_rent() {
    let shell = Shell::new();
    let state = shell.home.path().join(".local/state/clore");
    std::fs::create_dir_all(&state).unwrap();
    std::fs::write(state.join("passwords"), "a file where the folder should be").unwrap();
    shell.run(&["rent", "--yes", "--json"]).failed(1, "password_file");
    assert_eq!((shell.ledger(), creates(&shell).len()), (0, 0));
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_rent() {
    let shell = Shell::new().with_key();
    std::fs::create_dir_all(shell.home.path().join(".local/state")).unwrap();
    std::fs::write(shell.home.path().join(".local/state/clore"), "a file where the folder should be")
        .unwrap();
    shell.run(&["rent", "--yes", "--json"]).failed(1, "journal");
    assert_eq!(creates(&shell).len(), 0);
}

#[test]
fn credentials_given_are_sent_and_never_shown() {
    let shell = Shell::new();
    let file = shell.home.path().join("pw");
    std::fs::write(&file, "canary-word\n").unwrap();
    let run = shell.run(&["rent", "--yes", "--no-wait", "--ssh-password-file", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(creates(&shell)[0]["ssh_password"], "canary-word");
    assert!(!format!("{}{}", run.out, run.err).contains("canary"));
    assert!(shell.passwords().is_empty());
}

#[test]
fn an_order_that_is_not_ready_in_time_is_exit_8_and_named() {
    let shell = Shell::with(quick().boot(Duration::from_secs(3600))).with_key();
    let run = shell.run(&["rent", "--yes", "--json", "--timeout", "0.5", "--poll", "0.1"]);
    let document = run.failed(8, "wait_timeout");
    let order = shell.server.ledger()[0].order_id;
    assert_eq!((&document["outcome"], &document["order_id"]), (&"placed".into(), &order.into()));
    assert_eq!(document["error"]["order_ids"][0], order);
    assert!(run.err.contains(&format!("clore cancel {order}")));
}

#[test]
fn the_id_comes_from_reading_when_the_answer_has_none() {
    let shell = Shell::with(quick().create_answer(CreateAnswer::CodeOnly)).with_key();
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["inferred"]), (0, &true.into()), "{}", run.err);
    assert_eq!(document["order_id"], shell.server.ledger()[0].order_id);
}

#[test]
fn deploy_sends_every_flag() {
    let shell = Shell::new();
    let server = shell.server.with(|clore| clore.free().next().unwrap());
    let run = shell.run(&[
        "deploy",
        &server.to_string(),
        "--image",
        "ubuntu:22.04",
        "--currency",
        "USD",
        "--ssh-key",
        "ssh-rsa AAAA me",
        "--port",
        "22:tcp",
        "--port",
        "8888:http",
        "--env",
        "A=b=c",
        "--command",
        "sleep 1",
        "--jupyter-token",
        "canary",
        "--json",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.json()["outcome"], "placed");
    assert!(run.err.contains("price: $") && !run.err.contains("canary"));
    let body = &creates(&shell)[0];
    let expected = serde_json::json!({
        "renting_server": server, "type": "on-demand", "currency": "USD-Blockchain", "image": "ubuntu:22.04",
        "ports": { "22": "tcp", "8888": "http" }, "env": { "A": "b=c", "NVIDIA_VISIBLE_DEVICES": "all" },
        "ssh_key": "ssh-rsa AAAA me", "jupyter_token": "canary", "command": "sleep 1",
    });
    assert_eq!(*body, expected);
    let markets = shell.server.requests().iter().filter(|request| request.path == "/v1/marketplace").count();
    assert_eq!(markets, 1);
}

#[test]
fn deploy_waits_when_told_to() {
    let shell = Shell::new().with_key();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = shell.run(&[&["deploy", &server, "--wait"], &QUICKLY[..]].concat());
    assert!(run.code == 0 && run.out.starts_with("ssh root@"), "{} {}", run.out, run.err);
}

#[test]
fn a_spot_deploy_sends_its_bid_and_shows_it_in_dollars() {
    let shell = Shell::new().with_key();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = shell.run(&[
        "deploy",
        &server,
        "--type",
        "spot",
        "--spot-price",
        "900.50",
        "--rate",
        "CLORE=0.01",
        "--json",
    ]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let body = &creates(&shell)[0];
    assert_eq!((body["type"].as_str(), body["spotprice"].to_string().as_str()), (Some("spot"), "900.5"));
    assert!(run.err.contains("bid: $0.375/h"), "{}", run.err);
    assert!(body.get("required_price").is_none());
}

#[test]
fn a_server_that_is_not_listed_or_not_free_is_said_and_refused_by_the_service() {
    let shell = Shell::new().with_key();
    let run = shell.run(&["deploy", "999999999", "--json"]);
    assert!(run.err.contains("is not listed"), "{}", run.err);
    run.failed(1, "refused");
    let own = shell.server.with(|clore| clore.own_server().unwrap()).to_string();
    let run = shell.run(&["deploy", &own, "--json"]);
    assert!(run.err.contains("listed as rented"), "{}", run.err);
    run.failed(1, "refused");
    assert_eq!(shell.ledger(), 0);
    // A refused attempt leaves nothing open.
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

#[test]
fn a_doubted_unit_needs_the_users_word() {
    let row = |id: u32| {
        format!(
            r#"{{"id":{id},"rented":false,"reliability":1,"specs":{{"gpu":"1x NVIDIA GeForce RTX 4090"}},"price":{{"on_demand":{{"CLORE-Blockchain":1}},"usd":{{"on_demand_clore":0.35}}}}}}"#
        )
    };
    let rows = (1..8).map(row).collect::<Vec<_>>().join(",");
    let market =
        clore_sandbox::Market::from_json(format!(r#"{{"servers":[{rows}],"code":0}}"#).as_bytes()).unwrap();
    let shell = Shell::with(quick().market(market)).with_key();
    let search = shell.run(&["search", "--json"]);
    assert!(search.err.contains("unit of the prices") && search.json()["unit_warning"].is_string());
    for arguments in [&["rent", "--yes", "--json", "--no-wait"][..], &["deploy", "3", "--json"]] {
        shell.run(arguments).failed(1, "unit_doubt");
        assert_eq!(creates(&shell).len(), 0);
    }
    assert_eq!(shell.run(&["rent", "--yes", "--no-wait", "--accept-unit-warning"]).code, 0);
    assert_eq!(shell.run(&["deploy", "3", "--accept-unit-warning"]).code, 0);
}

#[test]
fn what_is_only_shown_never_stops_a_rent() {
    let shell = Shell::new().with_key();
    for call in ["wallets", "spot_marketplace"] {
        shell.server.fault(Fault::parse(&format!("{call}=status:500")).unwrap());
    }
    assert_eq!(shell.run(&["rent", "--yes", "--no-wait"]).code, 0);
    // deploy knows its server; the listing is for showing only.
    shell.server.fault(Fault::parse("marketplace=garbage").unwrap());
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = shell.run(&["deploy", &server]);
    assert!(run.code == 0 && run.err.contains("the price is not known"), "{}", run.err);
}
