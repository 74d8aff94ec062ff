//! A service that misbehaves, and the codes it ends with.

use crate::shell::Shell;
use clore_sandbox::Fault;

fn with_faults(faults: &[&str]) -> Shell {
    let shell = Shell::new().with_key();
    faults.iter().for_each(|fault| shell.server.fault(Fault::parse(fault).unwrap()));
    shell
}

#[test]
fn a_create_whose_answer_is_lost_is_found_and_never_sent_again() {
    let shell = with_faults(&["create_order#1=lose"]);
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["outcome"], &document["inferred"]), (0, &"placed".into(), &true.into()));
    assert_eq!(document["order_id"], shell.server.ledger()[0].order_id);
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn a_create_that_cannot_be_found_is_exit_3_and_settled_later_by_resume() {
    let shell = with_faults(&["create_order#1=lose"]);
    // From the second reading on the list is an hour behind: the order is there and cannot be seen.
    shell.server.fault(Fault::parse("my_orders=lag:3600").unwrap());
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    let document = run.failed(3, "not_seen");
    assert_eq!((&document["outcome"], document["order_id"].is_null()), (&"not_seen".into(), true));
    let intent = document["intent"].as_str().unwrap();
    assert!(document["server_id"].is_u64() && run.err.contains(intent));
    assert_eq!(shell.ledger(), 1);
    // It is open, so nothing else is rented.
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    run.failed(3, "open_intents");
    assert!(run.err.contains(intent), "{}", run.err);
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn orders_that_cannot_be_read_after_a_lost_create_leave_it_unknown() {
    // The first reading, the snapshot, is handled; every later one fails.
    let shell = with_faults(&["create_order#1=lose", "my_orders#1=delay:0", "my_orders=status:502"]);
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    assert_eq!(run.failed(3, "unknown")["outcome"], "unknown");
    assert_eq!(shell.ledger(), 1);
}

#[test]
fn code_5_to_the_end_is_exit_6() {
    let shell = with_faults(&["*=code5"]);
    let begun = std::time::Instant::now();
    shell.run(&["search", "--json"]).failed(6, "too_fast");
    assert!(begun.elapsed().as_secs() < 150);
}

#[test]
fn html_redirects_and_garbage_are_typed_failures() {
    for (fault, code, kind) in [
        ("marketplace=status:403", 7, "blocked"),
        ("marketplace=redirect", 7, "redirected"),
        ("marketplace=garbage", 1, "unreadable_answer"),
    ] {
        with_faults(&[fault]).run(&["search", "--json"]).failed(code, kind);
    }
}

#[test]
fn a_rent_that_only_hears_code_5_ends_in_exit_6_with_nothing_open() {
    let shell = with_faults(&["create_order=code5"]);
    let run = shell.run(&["rent", "--yes", "--no-wait", "--json"]);
    run.failed(6, "too_fast");
    assert_eq!(shell.ledger(), 0);
    assert_eq!(shell.run(&["resume", "--json"]).json()["settled"].as_array().unwrap().len(), 0);
}
