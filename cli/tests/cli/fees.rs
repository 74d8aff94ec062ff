//! What a rental will come to, with the fees the service tells and without.

use crate::canned::Canned;
use crate::shell::{Shell, quick};
use clore_sandbox::{Coin, Fault};
use std::time::{Duration, Instant};

const MARKET: &str = r#"{"servers":[{"id":5,"rented":false,"reliability":1,"allowed_coins":["CLORE-Blockchain"],
    "specs":{"gpu":"1x NVIDIA GeForce RTX 4090"},"price":{"on_demand":{"CLORE-Blockchain":2400},"spot":{"CLORE-Blockchain":1200},
    "usd":{"on_demand_clore":2.4,"spot":1.2}}}],"my_servers":[],"code":0}"#;
const FEES: &str = r#"{"renter_fees":{"on_demand":{"base":{"CLORE-Blockchain":2.5},"extra":{"CLORE-Blockchain":0.5}}},
    "creation_fees":{"on_demand":{"CLORE-Blockchain":50}},"code":0}"#;
const ORDERS: (&str, &str) = ("my_orders", r#"{"orders":[],"code":0}"#);

fn said(answers: &[(&str, &str)], arguments: &[&str]) -> (String, serde_json::Value) {
    let service = Canned::new(
        &[&[("marketplace", MARKET), ORDERS, ("create_order", r#"{"code":0,"order_id":7}"#)], answers]
            .concat(),
    );
    let run = service.run(&[arguments, &["--yes", "--json", "--ssh-key", "ssh-rsa AAAA"]].concat());
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let created = service.seen().iter().position(|call| call.starts_with("create_order")).unwrap();
    let read = service.seen().iter().position(|call| call == "renter_fees").unwrap();
    assert!(read < created, "{:?}", service.seen());
    (run.err.clone(), run.json())
}

#[test]
fn told_fees_are_shown_and_in_the_document() {
    for arguments in [&["rent", "--no-wait"][..], &["deploy", "5"]] {
        let (text, document) = said(&[("renter_fees", FEES)], arguments);
        let line = "price: $0.10/h ($2.40/day; 2,400 CLORE/day); with the 3 % fee $0.103/h, \
                    plus a creation fee of 50 CLORE ($0.05) after 10 minutes";
        assert!(text.contains(line), "{text}");
        assert_eq!(document["price_usd_per_hour"].to_string(), "0.1", "the listed price stays what it was");
        let cost = &document["cost"];
        let part = |name: &str| cost[name].to_string();
        assert_eq!(
            (part("fee_percent"), part("fee_told"), part("creation_fee_told")),
            ("3".into(), "true".into(), "true".into())
        );
        assert_eq!(
            (part("usd_per_hour_with_fee"), part("coin_per_day_with_fee")),
            ("0.103".into(), "2472".into())
        );
        assert_eq!((part("first_day_coin"), part("first_day_usd")), ("2522".into(), "2.522".into()));
    }
}

#[test]
fn fees_the_service_does_not_tell_are_assumed_and_said_to_be() {
    for answers in [
        &[][..],
        &[("renter_fees", r#"{"renter_fees":{"on_demand":{"base":{"bitcoin":5}}},"code":0}"#)],
        &[("renter_fees", "<html>")],
        &[("renter_fees", r#"{"code":0}"#)],
    ] {
        let (text, document) = said(answers, &["rent", "--no-wait"]);
        let line = "with the 5 % fee at least $0.105/h, plus a creation fee of about $0.10 after 10 minutes";
        assert!(text.contains(line), "{text}");
        let cost = &document["cost"];
        assert_eq!((&cost["fee_told"], &cost["creation_fee_told"]), (&false.into(), &false.into()));
        assert_eq!(cost["first_day_usd"].to_string(), "2.62");
    }
    let (text, _) = said(&[], &["rent", "--spot", "--no-wait"]);
    assert!(text.contains("bid: $0.05/h") && text.contains("with the 5 % fee about $0.0525/h"), "{text}");
}

/// The sandbox charges what it tells, so what is estimated is what its ledger will hold.
#[test]
fn the_estimate_is_what_the_service_charges() {
    let options = quick().fees(0.04, 0.01).extra_fees(Coin::Usd, 0.02, 0.0).creation_fee(0.20);
    let shell = Shell::with(options).with_key();
    let server = shell.server.with(|clore| clore.free().next().unwrap()).to_string();
    let run = shell.run(&["deploy", &server, "--currency", "USD", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let document = run.json();
    let part = |name: &str| document["cost"][name].to_string();
    assert_eq!((part("fee_percent"), part("fee_told")), ("6".into(), "true".into()));
    assert_eq!((part("creation_fee_usd"), part("creation_fee_told")), ("0.2".into(), "true".into()));
    assert!(run.err.contains("with the 6 % fee $"), "{}", run.err);
    let order = document["order_id"].to_string();
    let shown = shell.run(&["order", &order, "--json"]).json();
    assert_eq!(shown["cost"]["first_day_coin"], document["cost"]["first_day_coin"], "{shown}");
    let untold = Shell::with(quick().tell_fees(false)).with_key();
    let run = untold.run(&["rent", "--yes", "--no-wait", "--json"]);
    assert_eq!((run.code, &run.json()["cost"]["fee_told"]), (0, &false.into()), "{}", run.err);
}

#[test]
fn the_maximum_price_is_the_listed_one() {
    let (_, document) = said(&[("renter_fees", FEES)], &["rent", "--no-wait", "--max-price", "0.10"]);
    assert_eq!(document["outcome"], "placed");
}

#[test]
fn fees_that_cannot_be_read_do_not_stop_a_rent() {
    for fault in ["renter_fees=status:500", "renter_fees=lose-before", "renter_fees=garbage"] {
        let shell = Shell::with(quick()).with_key();
        shell.server.fault(Fault::parse(fault).unwrap());
        let run = shell.run(&["rent", "--yes", "--no-wait"]);
        assert!(run.code == 0 && run.err.contains("at least $"), "{fault}: {}", run.err);
        let reads =
            shell.server.requests().iter().filter(|request| request.path == "/v1/renter_fees").count();
        assert_eq!(reads, 1, "{fault}: {reads} requests for what is only shown");
    }
}

#[test]
fn fees_that_never_come_hold_a_rent_up_for_seconds_only() {
    let shell = Shell::new().with_key();
    shell.server.fault(Fault::parse("renter_fees=hang").unwrap());
    let begun = Instant::now();
    let run = shell.run(&["rent", "--yes", "--no-wait"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // A cancel asks for nothing that is only shown.
    let order = shell.server.ledger()[0].order_id.to_string();
    let before = shell.server.requests().len();
    assert_eq!(shell.run(&["cancel", &order]).code, 0);
    let paths: Vec<_> =
        shell.server.requests().into_iter().skip(before).map(|request| request.path).collect();
    assert!(paths.iter().all(|path| path != "/v1/renter_fees"), "{paths:?}");
}
