//! `search` and `orders`.

use crate::shell::{Run, Shell, bare, quick};
use clore_sandbox::Fault;

#[test]
fn search_needs_one_call_and_no_key() {
    let shell = Shell::new();
    let mut command = shell.command(&["search", "--gpu", "RTX 4090", "--max-price", "0.80"]);
    command.env_remove("CLORE_API_KEY");
    let run = Run::of(command);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("RTX 4090") && run.out.contains("/h") && run.out.contains("CLORE/day"));
    let paths: Vec<_> =
        shell.server.requests().into_iter().map(|request| (request.path, request.with_key)).collect();
    assert_eq!(paths, [("/v1/marketplace".to_owned(), false)]);
}

#[test]
fn a_bad_key_does_not_disturb_a_search() {
    let shell = Shell::new();
    let mut command = shell.command(&["search", "--limit", "1"]);
    command.env("CLORE_API_KEY", "bad\nkey");
    assert_eq!(Run::of(command).code, 0);
}

#[test]
fn search_as_json_has_the_promised_shape() {
    let shell = Shell::new();
    shell.server.fault(Fault::parse("marketplace=odd").unwrap());
    let run = shell.run(&[
        "search",
        "--gpu",
        "RTX 4090",
        "--min-reliability",
        "85",
        "--max-price",
        "0.80",
        "--json",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let document = run.json();
    let servers = document["servers"].as_array().unwrap();
    assert!(!servers.is_empty());
    let price = |row: &serde_json::Value| row["price_usd_per_hour"].as_f64().unwrap();
    for row in servers {
        assert!(row["id"].is_u64() && row["gpus"].as_str().unwrap().contains("4090"), "{row}");
        assert!(price(row) <= 0.80 && row["reliability_percent"].as_f64().unwrap() >= 85.0, "{row}");
    }
    assert!(servers.windows(2).all(|pair| price(&pair[0]) <= price(&pair[1])));
    // Odd rows are named although the filter would have passed over them; they are counted from 0.
    let skipped = document["skipped"].as_array().unwrap();
    assert!(skipped.iter().any(|row| row["index"] == 0 && row["id"].is_null() && row["reason"].is_string()));
    assert!(skipped.iter().all(|row| row["index"].as_u64().unwrap() < 3));
}

#[test]
fn an_empty_result_is_exit_4() {
    let shell = Shell::new();
    let run = shell.run(&["search", "--gpu", "RTX 9990", "--json"]);
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["servers"].as_array().unwrap().len(), 0);
    assert_eq!(shell.run(&["search", "--gpu", "RTX 9990"]).out, "");
    assert_eq!(
        shell.run(&["rent", "--yes", "--gpu", "RTX 9990", "--json"]).failed(4, "nothing_matched")["servers"],
        serde_json::Value::Null
    );
}

#[test]
fn unknown_prices_are_listed_without_a_maximum_and_counted_with_one() {
    let row = |id: u32, price: &str| {
        format!(
            r#"{{"id":{id},"rented":false,"allowed_coins":["CLORE-Blockchain"],"specs":{{"gpu":"1x NVIDIA GeForce RTX 3070"}},"price":{{"on_demand":{{"CLORE-Blockchain":{price}}}}}}}"#
        )
    };
    let market = format!(r#"{{"servers":[{},{}],"code":0}}"#, row(1, "24"), row(2, "48"));
    let market = clore_sandbox::Market::from_json(market.as_bytes()).unwrap();
    let shell = Shell::with(quick().market(market));
    let all = shell.run(&["search", "--json"]).json();
    assert_eq!(all["servers"].as_array().unwrap().len(), 2);
    assert!(all["servers"][0]["price_usd_per_hour"].is_null());
    let capped = shell.run(&["search", "--max-price", "1"]);
    assert_eq!(capped.code, 4);
    assert!(capped.err.contains("2 more have no known price"), "{}", capped.err);
    let known = shell.run(&["search", "--max-price", "0.3", "--rate", "CLORE=0.3", "--json"]).json();
    assert_eq!((known["servers"].as_array().unwrap().len(), &known["servers"][0]["id"]), (1, &1.into()));
    assert_eq!(known["servers"][0]["price_usd_per_hour"].to_string(), "0.3");
    // Nothing of unknown price is rented.
    shell.run(&["rent", "--yes", "--json"]).failed(4, "nothing_matched");
    assert_eq!(shell.ledger(), 0);
}

/// Reliability O14: the official command shows a price that it does not know as $0.0000.
#[test]
fn unknown_price_shown_as_unknown() {
    let row = |id: u32, price: &str| {
        format!(
            r#"{{"id":{id},"rented":false,"allowed_coins":["CLORE-Blockchain"],"specs":{{"gpu":"1x NVIDIA GeForce RTX 3070"}},"price":{price}}}"#
        )
    };
    let rows = [
        row(1, r#"{"on_demand":{"CLORE-Blockchain":24}}"#),
        row(2, r#"{"on_demand":{"CLORE-Blockchain":0},"usd":{"on_demand_clore":0}}"#),
        row(3, "{}"),
    ];
    let market = format!(r#"{{"servers":[{}],"code":0}}"#, rows.join(","));
    let market = clore_sandbox::Market::from_json(market.as_bytes()).unwrap();
    let shell = Shell::with(quick().market(market));
    let table = shell.run(&["search"]).out;
    let shown: Vec<_> = table.lines().filter(|line| line.contains("RTX 3070")).collect();
    assert_eq!(shown.len(), 3, "{table}");
    for line in shown {
        assert!(line.matches('?').count() >= 2 && !line.contains('$'), "{table}");
    }
    for server in shell.run(&["search", "--json"]).json()["servers"].as_array().unwrap() {
        assert!(server["price_usd_per_hour"].is_null() && server["price_usd_per_day"].is_null(), "{server}");
    }
}

#[test]
fn rows_can_be_sorted_and_limited() {
    let shell = Shell::new();
    let document = shell.run(&["search", "--sort", "reliability", "--limit", "3", "--json"]).json();
    let rows = document["servers"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(document["found_count"].as_u64().unwrap() > 3);
    let reliability = |row: &serde_json::Value| row["reliability_percent"].as_f64().unwrap();
    assert!(reliability(&rows[0]) >= reliability(&rows[1]));
    let rented = shell.run(&["search", "--include-rented", "--json"]).json();
    assert!(rented["servers"].as_array().unwrap().iter().any(|row| row["available"] == false));
}

/// Every option of the official command's `search` is here under the same name.
#[test]
fn a_search_asks_for_gpus_and_memory_and_sorts_by_them() {
    let shell = Shell::new();
    let rows = |arguments: &[&str]| {
        let document = shell.run(&[&["search", "--json"], arguments].concat()).json();
        document["servers"].as_array().unwrap().clone()
    };
    let figure = |row: &serde_json::Value, name: &str| row[name].as_f64().unwrap_or(0.0);
    let all = rows(&[]).len();
    for (flag, least, name) in [("--min-gpu", "4", "gpu_count"), ("--min-ram", "64", "ram_gb")] {
        let fitting = rows(&[flag, least]);
        assert!(!fitting.is_empty() && fitting.len() < all, "{flag}: {} of {all}", fitting.len());
        assert!(fitting.iter().all(|row| figure(row, name) >= least.parse().unwrap()), "{flag}");
    }
    for (key, name) in [("gpu", "gpu_count"), ("ram", "ram_gb")] {
        let sorted = rows(&["--sort", key]);
        assert!(sorted.windows(2).all(|pair| figure(&pair[0], name) >= figure(&pair[1], name)), "{key}");
    }
    let table = shell.run(&["search", "--limit", "1"]).out;
    assert!(table.lines().next().unwrap().contains(" RAM "), "{table}");
}

#[test]
fn orders_are_listed_and_unreadable_ones_are_not_hidden() {
    let shell = Shell::new().with_key();
    let none = shell.run(&["orders"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    let order = shell.rented();
    let run = shell.run(&["orders", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["orders"][0]["order_id"]), (0, &order.into()));
    assert_eq!(document["complete"], true);
    let table = shell.run(&["orders"]).out;
    assert!(table.contains(&order.to_string()) && table.contains("on-demand"), "{table}");
    shell.server.fault(Fault::parse("my_orders=odd").unwrap());
    let run = shell.run(&["orders", "--json"]);
    assert_eq!((run.code, &run.json()["complete"]), (0, &false.into()));
    assert!(run.err.contains("may be billing"));
}

#[test]
fn completed_orders_are_listed_when_asked_for() {
    let shell = Shell::new().with_key();
    let order = shell.rented();
    assert_eq!(shell.run(&["cancel", &order.to_string()]).code, 0);
    assert!(shell.run(&["orders", "--json"]).json()["orders"].as_array().unwrap().is_empty());
    let all = shell.run(&["orders", "--completed", "--json"]).json();
    assert_eq!(all["orders"][0]["order_id"], order);
}

#[test]
fn a_missing_or_refused_key_is_exit_5() {
    let shell = Shell::new();
    for arguments in [
        "orders",
        "cancel 1",
        "resume",
        "rent --yes",
        "deploy 5",
        "wallets",
        "balance",
        "order 1",
        "wait 1",
        "spot 5",
        "spot-price 1 2 --yes",
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let mut command = shell.command(&[&arguments[..], &["--json"]].concat());
        command.env_remove("CLORE_API_KEY");
        let run = Run::of(command);
        run.failed(5, "no_key");
        assert!(run.err.contains("CLORE_API_KEY"), "{}", run.err);
        for bad in ["", "canary key", "canary\nkey", "canaryé"] {
            let mut command = shell.command(&[&arguments[..], &["--json"]].concat());
            command.env("CLORE_API_KEY", bad);
            let run = Run::of(command);
            run.failed(5, "no_key");
            assert!(!format!("{}{}", run.out, run.err).contains("canary"));
        }
    }
    assert!(shell.server.requests().is_empty());
    let mut command = shell.command(&["orders", "--json"]);
    command.env("CLORE_API_KEY", "a-canary-that-is-wrong");
    let run = Run::of(command);
    run.failed(5, "key_refused");
    assert!(!format!("{}{}", run.out, run.err).contains("canary"));
}

#[test]
fn no_service_is_exit_7() {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(home.path());
    command.args(["--interval", "0.01", "search", "--json", "--api-url", "http://127.0.0.1:9"]);
    Run::of(command).failed(7, "network");
}
