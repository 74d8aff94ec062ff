//! Limits and caps: what is refused, and that nothing is sent then.

use crate::gigaspot;
use crate::shell::{Run, Shell, quick};
use clore_sandbox::Fault;

/// A shell with a key of its own, so that no password is made.
fn shell() -> Shell {
    Shell::new().with_key()
}

/// Runs with these variables set.
fn with(shell: &Shell, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = shell.command(arguments);
    command.envs(variables.iter().copied());
    Run::of(command)
}

/// How often something that makes or changes a bill was sent.
fn spends(shell: &Shell) -> usize {
    let spending = ["/v1/create_order", "/v1/set_spot_price", "/v1/create_gigaspot_orders"];
    shell.server.requests().iter().filter(|request| spending.contains(&request.path.as_str())).count()
}

const RENT: [&str; 4] = ["rent", "--yes", "--no-wait", "--json"];

#[test]
fn a_rent_above_the_rate_is_refused_with_the_arithmetic() {
    let shell = shell();
    let cheapest = shell.run(&["search", "--json", "--limit", "1"]).json();
    let price = &cheapest["servers"][0]["price_usd_per_hour"];
    let run = shell.run(&[&RENT[..], &["--limit-rate", "0.001"]].concat());
    let document = run.failed(1, "limit");
    assert_eq!(document["limit"]["limit"], "max_rate");
    assert_eq!(document["limit"]["price_usd_per_hour"], *price);
    assert!(run.err.contains("$0.001/h") && run.err.contains("without the fee"), "{}", run.err);
    assert_eq!((spends(&shell), shell.ledger()), (0, 0));
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}

#[test]
fn limits_of_the_environment_stand_and_flags_only_lower_them() {
    let shell = shell();
    let standing = [("CLORE_MAX_RATE", "0.001")];
    let run = with(&shell, &standing, &[&RENT[..], &["--limit-rate", "5"]].concat());
    run.failed(1, "limit");
    let said = "--limit-rate $5.00/h has no effect: CLORE_MAX_RATE stands at $0.001/h";
    assert!(run.err.contains(said), "{}", run.err);
    with(&shell, &[("CLORE_MAX_RATE", "5")], &[&RENT[..], &["--limit-rate", "0.001"]].concat())
        .failed(1, "limit");
    assert_eq!(spends(&shell), 0);
    let run = with(&shell, &[("CLORE_MAX_RATE", "5"), ("CLORE_MAX_OPEN_ORDERS", "1")], &RENT);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn a_variable_that_cannot_be_read_is_no_missing_limit() {
    let shell = shell();
    for (name, value) in [
        ("CLORE_MAX_RATE", ""),
        ("CLORE_MAX_RATE", "-1"),
        ("CLORE_MAX_RATE", "CANARY"),
        ("CLORE_MAX_PER_DAY", "-0.01"),
        ("CLORE_MAX_PER_DAY", "NaN"),
        ("CLORE_MAX_OPEN_ORDERS", "-1"),
        ("CLORE_MAX_OPEN_ORDERS", "2.5"),
    ] {
        let run = with(&shell, &[(name, value)], &RENT);
        let document = run.failed(2, "usage");
        assert!(document["error"]["message"].as_str().unwrap().contains(name), "{}", run.out);
        assert!(!format!("{}{}", run.out, run.err).contains("CANARY"));
    }
    for flag in
        ["--limit-rate=-1", "--limit-rate=0", "--limit-per-day=-1", "--limit-open=-1", "--max-spend=-1"]
    {
        shell.run(&[&RENT[..], &[flag]].concat()).failed(2, "usage");
    }
    assert!(shell.server.requests().is_empty());
    // What only ends bills or looks does not stumble over them.
    assert_eq!(with(&shell, &[("CLORE_MAX_RATE", "x")], &["orders"]).code, 0);
}

#[test]
fn limits_that_let_nothing_through_or_do_not_fit_together_are_warned_of() {
    let shell = shell();
    let run = shell.run(&[&RENT[..], &["--limit-open", "0"]].concat());
    let document = run.failed(1, "limit");
    assert!(run.err.contains("warning: the limits on spending let nothing be rented"), "{}", run.err);
    assert_eq!((&document["limit"]["max_orders"], &document["limit"]["adds_orders"]), (&0.into(), &1.into()));
    let run = shell.run(&[&RENT[..], &["--limit-rate", "9", "--limit-per-day", "9"]].concat());
    assert!(run.err.contains("warning: the limits do not fit together"), "{}", run.err);
}

#[test]
fn the_second_order_passes_the_limit_of_a_day_and_the_first_ones_end_makes_room() {
    let shell = shell();
    let first = shell.run(&RENT).json();
    let order = first["order_id"].as_u64().unwrap().to_string();
    let run = shell.run(&[&RENT[..], &["--limit-open", "1"]].concat());
    let document = run.failed(1, "limit");
    assert_eq!((&document["limit"]["open"]["by_journal"], spends(&shell)), (&1.into(), 1));
    let open = &document["limit"]["open"];
    let parts = ["by_list", "unlisted"].map(|part| open[part].as_u64().unwrap());
    assert_eq!(parts.iter().sum::<u64>(), 1, "each order once: {open}");
    let run = shell.run(&[&RENT[..], &["--limit-per-day", "1"]].concat());
    let document = run.failed(1, "limit");
    let day = &document["limit"]["day"];
    assert_eq!(day["open_orders"], 1, "{}", run.out);
    let sum = |value: &serde_json::Value| value.to_string().parse::<f64>().unwrap();
    let (open, adds) = (sum(&day["open_usd"]), sum(&document["limit"]["adds_usd"]));
    assert!((open + adds + sum(&day["ended_usd"]) - sum(&document["limit"]["total_usd"])).abs() < 1e-9);
    assert!(run.err.contains("a day:") && run.err.contains("1 open"), "{}", run.err);
    assert_eq!(shell.run(&["cancel", &order]).code, 0);
    assert_eq!(shell.run(&[&RENT[..], &["--limit-open", "1"]].concat()).code, 0);
}

#[test]
fn an_order_that_was_ended_elsewhere_makes_room_when_a_reading_shows_it() {
    let shell = shell();
    let order = shell.run(&RENT).json()["order_id"].as_u64().unwrap();
    // Another machine: its journal knows nothing of ours, nor ours of it.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut cancel = shell.command(&["cancel", &order.to_string()]);
    assert_eq!(
        Run::of({
            cancel.env("HOME", elsewhere.path());
            cancel
        })
        .code,
        0
    );
    let spent = shell.run(&["spend", "--json"]).json();
    assert_eq!(spent["orders"][0]["is_over"], false, "nothing told this journal");
    let run = shell.run(&[&RENT[..], &["--limit-open", "1"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let spent = shell.run(&["spend", "--json"]).json();
    let over: Vec<_> =
        spent["orders"].as_array().unwrap().iter().map(|order| order["is_over"].clone()).collect();
    assert_eq!(over, [true, false]);
}

#[test]
fn deploy_needs_a_price_for_a_limit_in_dollars() {
    let shell = shell();
    let run = shell.run(&["deploy", "999999999", "--json", "--limit-rate", "9"]);
    let document = run.failed(1, "limit");
    assert_eq!(document["limit"]["unknown"], "its price");
    assert_eq!(spends(&shell), 0);
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let bid = ["deploy", &server, "--type", "spot", "--spot-price", "900", "--rate", "CLORE=1", "--json"];
    shell.run(&[&bid[..], &["--limit-rate", "37"]].concat()).failed(1, "limit");
    assert_eq!(shell.run(&[&bid[..], &["--limit-rate", "37.5"]].concat()).code, 0);
}

#[test]
fn a_reprice_above_the_rate_is_refused_and_one_below_is_in_the_journal() {
    let shell = shell();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let bid = ["deploy", &server, "--type", "spot", "--spot-price", "900", "--rate", "CLORE=1", "--json"];
    let order = shell.run(&bid).json()["order_id"].as_u64().unwrap();
    let reprice = |price: &str, limit: &str| {
        shell.run(&[
            "spot-price",
            &order.to_string(),
            price,
            "--yes",
            "--rate",
            "CLORE=1",
            "--limit-rate",
            limit,
            "--json",
        ])
    };
    let document = reprice("960", "39.9").failed(1, "limit");
    assert_eq!((&document["order_id"], &document["changed"]), (&order.into(), &false.into()));
    assert_eq!(document["limit"]["price_usd_per_hour"].to_string(), "40");
    assert!(document["error"]["order_ids"].as_array().unwrap().contains(&order.into()));
    let run = reprice("960", "40");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let spent = shell.run(&["spend", "--json"]).json();
    let price = spent["orders"][0]["price_usd_per_hour_with_fee"].to_string().parse::<f64>().unwrap();
    assert!(price >= 40.0, "the new price with its fee: {price}");
}

#[test]
fn caps_are_written_down_and_said_to_need_the_guard() {
    let shell = shell();
    let run = shell.run(&[&RENT[..], &["--max-runtime", "90m", "--max-spend", "2.50"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let said = "to end after 1 h 30 min or when it has cost $2.50; they hold only while `clore guard` runs";
    assert!(run.err.contains(said), "{}", run.err);
    let document = run.json();
    assert_eq!(document["max_runtime_seconds"], 5400);
    assert_eq!(document["max_spend_usd"].to_string(), "2.5");
    let spent = shell.run(&["spend", "--json"]).json();
    assert_eq!(spent["orders"][0]["max_runtime_seconds"], 5400);
    assert_eq!(spent["orders"][0]["max_spend_usd"].to_string(), "2.5");
}

/// What a lost answer left open counts against the limits until it is settled.
#[test]
fn a_lost_create_counts_against_the_limits_and_stays_named() {
    let shell = Shell::with(quick()).with_key();
    shell.server.fault(Fault::parse("create_order=lose-before").unwrap());
    let run = shell.run(&RENT);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    let intent = run.json()["intent"].as_str().unwrap().to_owned();
    let run = shell.run(&[&RENT[..], &["--despite", &intent, "--limit-open", "1"]].concat());
    let document = run.failed(1, "limit");
    assert_eq!(document["limit"]["open"]["by_journal"], 1, "{}", run.out);
    let spent = shell.run(&["spend"]);
    assert!(
        spent.out.contains(&format!("intent {intent}")) && spent.out.contains("may be billing"),
        "{}",
        spent.out
    );
}

#[test]
fn bids_on_the_gigaspot_and_their_edits_obey_the_limits() {
    let shell = shell();
    let ids = gigaspot::servers(&shell);
    // Less than the service says: of both the higher counts, which is $0.30.
    let worth = ["--rate", "CLORE=0.01"];
    // 20,000 CLORE a day are $250 an hour, and two of them $12,600 a day with the fee.
    let bids = |limit: &[&str]| {
        gigaspot::bid(&shell, &[&[&ids[0], &ids[1], "--price", "20000"], &worth[..], limit].concat())
    };
    bids(&["--limit-rate", "249.99"]).failed(1, "limit");
    assert_eq!(bids(&["--limit-open", "1"]).failed(1, "limit")["limit"]["adds_orders"], 2);
    let document = bids(&["--limit-per-day", "12599"]).failed(1, "limit");
    assert_eq!(document["limit"]["adds_usd"].to_string(), "12600");
    assert_eq!(spends(&shell), 0);
    let run = bids(&["--limit-rate", "250"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let order = run.json()["bids"][0]["order_id"].as_u64().unwrap().to_string();
    let spent = shell.run(&["spend"]);
    assert!(spent.err.contains("2 orders of bids that told no order are not listed"), "{}", spent.err);
    assert_eq!(shell.run(&["spend", "--json"]).json()["unlisted_orders"], 2);
    let edit = |limit: &str| {
        let edit = ["gigaspot", "edit", &order, "--price", "21000", "--yes", "--json", "--limit-rate", limit];
        shell.run(&[&edit[..], &worth].concat())
    };
    let document = edit("262.49").failed(1, "limit");
    assert_eq!((&document["outcome"], &document["changed"]), (&"failed".into(), &false.into()));
    assert_eq!(document["limit"]["price_usd_per_hour"].to_string(), "262.5");
    assert_eq!(edit("262.5").code, 0);
}

/// A bid of 900 coins is no bargain because its bidder says that the coin is worth nothing.
#[test]
fn a_coin_called_worthless_by_its_user_is_worth_what_the_listing_says_to_a_limit() {
    let shell = shell();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let bid =
        ["deploy", &server, "--type", "spot", "--spot-price", "900", "--rate", "CLORE=0.000001", "--json"];
    shell.run(&[&bid[..], &["--limit-rate", "0.01"]].concat()).failed(1, "limit");
    assert_eq!(spends(&shell), 0);
}

/// What lifts a limit that stands in the environment stands there too.
#[test]
fn a_rate_of_a_flag_stands_in_for_nothing_where_the_environment_limits() {
    let shell = shell();
    let limit = ("CLORE_MAX_RATE", "37");
    let deploy = |server: &str, envs: &[(&str, &str)], rate: &str| {
        let bid = ["deploy", server, "--type", "spot", "--spot-price", "900", "--rate", rate, "--json"];
        with(&shell, &[&[limit], envs].concat(), &bid)
    };
    // Not listed: nobody but the user says what the coin is worth.
    let run = deploy("999999999", &[], "CLORE=0.0001");
    let document = run.failed(1, "limit");
    assert_eq!(
        (&document["limit"]["limit"], &document["limit"]["unknown"]),
        (&"max_rate".into(), &"its price".into())
    );
    assert!(run.err.contains("CLORE_RATES=CLORE=0.3"), "{}", run.err);
    // The environment says it, and a flag only raises that.
    let said = [("CLORE_RATES", "bitcoin=65000, CLORE=1")];
    for (rate, price) in [("CLORE=0.0001", "37.5"), ("CLORE=2", "75")] {
        let document = deploy("999999999", &said, rate).failed(1, "limit");
        assert_eq!(document["limit"]["price_usd_per_hour"].to_string(), price);
    }
    assert_eq!(spends(&shell), 0);
    for odd in ["", "CLORE", "CLORE=0", "CLORE=1,,", "CANARY"] {
        let run = deploy("999999999", &[("CLORE_RATES", odd)], "CLORE=1");
        run.failed(2, "usage");
        assert!(run.err.contains("CLORE_RATES must be") && !run.err.contains("CANARY"), "{}", run.err);
    }
    // The listing says it.
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = deploy(&server, &[], "CLORE=0.0001");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let order = run.json()["order_id"].as_u64().unwrap().to_string();
    let raise = ["spot-price", &order, "905", "--yes", "--json", "--rate", "CLORE=0.0001"];
    shell.server.fault(Fault::parse("spot_marketplace=status:500").unwrap());
    let document = with(&shell, &[limit], &raise).failed(1, "limit");
    assert_eq!(document["limit"]["unknown"], format!("the price of order {order}"));
    shell.server.with(|clore| clore.faults().clear());
    assert_eq!(with(&shell, &[limit], &raise).code, 0);
}

/// A rate of the environment that is out of date must not make a server cheap that its user knows to be dear.
#[test]
fn a_higher_rate_of_a_flag_counts_for_the_price_that_is_searched_for_too() {
    let row = r#"{"id":1,"rented":false,"allowed_coins":["CLORE-Blockchain"],"specs":{"gpu":"1x NVIDIA GeForce RTX 3070"},"price":{"on_demand":{"CLORE-Blockchain":100}}}"#;
    let market = format!(r#"{{"servers":[{row}],"code":0}}"#);
    let market = clore_sandbox::Market::from_json(market.as_bytes()).unwrap();
    let shell = Shell::with(quick().market(market)).with_key();
    let stale = [("CLORE_MAX_RATE", "5"), ("CLORE_RATES", "CLORE=0.003")];
    let rent = |most: &str| {
        with(&shell, &stale, &[&RENT[..], &["--max-price", most, "--rate", "CLORE=0.3"]].concat())
    };
    rent("1").failed(4, "nothing_matched");
    assert_eq!(spends(&shell), 0);
    // 100 CLORE a day at $0.30 each.
    let run = rent("1.25");
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// One line of a clock that leapt ahead decides which day is counted until it is dealt with.
#[test]
fn a_journal_ahead_of_the_clock_is_named_with_both_dates_and_what_to_do() {
    let shell = shell();
    assert_eq!(shell.run(&RENT).code, 0);
    assert!(!shell.run(&["spend"]).out.contains("this machine's clock"));
    let read = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let file = shell.files().into_iter().find(|path| read(path).contains("clore-journal")).unwrap();
    let secret = clore_core::secret::Secret::new(shell.server.key());
    let journal =
        clore_journal::FileJournal::open(file.parent().unwrap(), &shell.server.url(), &secret).unwrap();
    let ended = clore_core::journal::Record::Ended {
        order: clore_core::model::OrderId::new(1),
        wall: Some(clore_core::time::UnixTime::from_seconds(4_070_908_800)),
    };
    clore_core::journal::Journal::record(&journal, ended).unwrap();
    let run = shell.run(&["spend"]);
    assert!(
        run.out.contains("2099-01-01 00:00:00 UTC") && run.out.contains("move the journal aside"),
        "{} {}",
        run.out,
        run.err
    );
    assert!(shell.run(&["spend", "--json"]).json()["clock_behind_unix"].as_i64().unwrap() < 4_070_908_800);
}
