//! `resume`: what a crash left.

use crate::shell::Shell;
use clore_sandbox::Fault;
use serde_json::Value;
use std::time::Duration;

/// Kills a rent once its create has arrived; the create is handled, or not, as `fault` says.
fn killed(fault: &str, arguments: &[&str]) -> Shell {
    let shell = Shell::new();
    shell.server.fault(Fault::parse(fault).unwrap());
    let mut child = shell.spawn(&[&["rent", "--yes", "--no-wait"], arguments].concat());
    while !shell.server.requests().iter().any(|request| request.path == "/v1/create_order") {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    shell
}

fn only(document: &Value) -> Value {
    let rows = document["settled"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{document}");
    rows[0].clone()
}

#[test]
fn nothing_open_is_exit_0() {
    let shell = Shell::new();
    let run = shell.run(&["resume", "--json"]);
    assert_eq!((run.code, run.json()), (0, serde_json::json!({ "settled": [] })));
}

#[test]
fn a_killed_rent_that_was_placed_is_found_with_its_password() {
    let shell = killed("create_order#1=delay:3600", &[]);
    assert_eq!((shell.ledger(), shell.passwords().len()), (1, 1));
    let run = shell.run(&["resume", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let row = only(&run.json());
    let order = shell.server.ledger()[0].order_id;
    assert_eq!((&row["outcome"], &row["order_id"]), (&"placed".into(), &order.into()));
    assert!(run.err.contains(&format!("order {order} placed")), "{}", run.err);
    assert!(shell.passwords()[0].ends_with(format!("order-{order}")));
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn an_earlier_attempt_that_turns_out_placed_is_named_and_nothing_new_is_rented() {
    let shell = killed("create_order#1=delay:3600", &[]);
    let document = shell.run(&["rent", "--yes", "--no-wait", "--json"]).failed(3, "earlier_placed");
    let order = shell.server.ledger()[0].order_id;
    assert_eq!(document["error"]["order_ids"][0], order);
    assert_eq!((&document["outcome"], &document["order_id"]), (&"placed".into(), &order.into()));
    assert_eq!(shell.ledger(), 1);
    // The password that was made for it is its order's now; the one of the stopped rent is gone.
    let [file] = &shell.passwords()[..] else { panic!("{:?}", shell.passwords()) };
    assert!(file.ends_with(format!("order-{order}")));
}

#[test]
fn a_killed_rent_that_was_not_placed_stays_open_until_the_user_closes_it() {
    let shell = killed("create_order#1=hang", &[]);
    let run = shell.run(&["resume", "--json"]);
    let document = run.failed(3, "still_open");
    let row = only(&document);
    assert_eq!((&row["outcome"], row["order_id"].is_null()), (&"not_seen".into(), true));
    let intent = row["intent"].as_str().unwrap().to_owned();
    // A rent that knows nothing of it is stopped; one that is told to pass it over goes on.
    let document = shell.run(&["rent", "--yes", "--no-wait", "--json"]).failed(3, "open_intents");
    assert_eq!((&document["outcome"], &document["intents"][0]), (&"unknown".into(), &row["intent"]));
    assert!(document["order_id"].is_null() && document["server_id"].is_u64(), "{document}");
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json", "--despite", &intent]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(shell.ledger(), 1);
    let run = shell.run(&["resume", "--close", "no-such-intent", "--json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let run = shell.run(&["resume", "--close", &intent, "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(only(&run.json())["outcome"], "closed");
    assert_eq!(shell.run(&["resume"]).code, 0);
}

#[test]
fn an_order_can_be_attributed_by_hand() {
    let shell = killed("create_order#1=delay:3600", &["--ssh-key", "ssh-rsa AAAA"]);
    let order = shell.server.ledger()[0].order_id;
    shell.server.fault(Fault::parse("my_orders=lag:3600").unwrap());
    let row = only(&shell.run(&["resume", "--json"]).failed(3, "still_open"));
    let word = format!("{}={order}", row["intent"].as_str().unwrap());
    let run = shell.run(&["resume", "--attribute", &word, "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(only(&run.json())["order_id"], order);
    assert_eq!(shell.run(&["resume"]).code, 0);
}
