//! `doctor`: each check, fine and not.

use crate::canned::Canned;
use crate::shell::{Run, Shell, bare, quick};
use clore_sandbox::{CreateAnswer, Dialect, Fault};
use serde_json::Value;

fn state<'a>(document: &'a Value, check: &str) -> &'a str {
    let rows = document["checks"].as_array().unwrap();
    let row = rows.iter().find(|row| row["check"] == check).unwrap_or_else(|| panic!("{check}: {document}"));
    row["state"].as_str().unwrap()
}

#[test]
fn everything_is_fine_against_a_sandbox_in_each_dialect() {
    for dialect in [Dialect::Live, Dialect::All, Dialect::Official] {
        let shell =
            Shell::with(quick().dialect(dialect).epoch(now()).create_answer(CreateAnswer::Id)).with_key();
        shell.rented();
        let run = shell.run(&["doctor", "--json"]);
        let document = run.json();
        assert_eq!(run.code, 0, "{dialect:?}: {}\n{}", run.out, run.err);
        for check in ["service", "key", "clock", "limit", "own limits", "files", "intents"] {
            assert_eq!(state(&document, check), "ok", "{dialect:?} {check}: {document}");
        }
        assert_eq!(document["drift"], false, "{}", document["report"]);
        let words = shell.run(&["doctor"]);
        assert!(words.code == 0 && words.out.contains("my_orders: 1 record, no difference"), "{}", words.out);
    }
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_refused_key_and_a_missing_one_are_exit_5_and_the_market_is_checked_all_the_same() {
    let shell = Shell::new();
    let mut command = shell.command(&["doctor", "--json"]);
    command.env("CLORE_API_KEY", "a-key-that-is-not-known");
    let refused = Run::of(command).failed(5, "check_failed");
    assert_eq!((state(&refused, "key"), state(&refused, "service")), ("failed", "ok"));
    let mut command = shell.command(&["doctor", "--json"]);
    command.env_remove("CLORE_API_KEY");
    let missing = Run::of(command).failed(5, "check_failed");
    assert_eq!((state(&missing, "key"), state(&missing, "service")), ("failed", "ok"));
}

#[test]
fn a_service_that_cannot_be_reached_is_exit_7() {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(home.path());
    command.args(["doctor", "--json", "--api-url", "http://127.0.0.1:1"]).env("CLORE_API_KEY", "key");
    let document = Run::of(command).failed(7, "check_failed");
    assert_eq!(state(&document, "service"), "failed");
}

#[test]
fn a_clock_that_is_off_open_intents_and_files_for_all_are_for_somebody_to_look() {
    let shell = Shell::with(quick().epoch(now() - 75)).with_key();
    shell.server.fault(Fault::parse("my_orders=status:502").unwrap());
    shell.server.fault(Fault::parse("create_order=lose").unwrap());
    shell.run(&["rent", "--yes", "--json"]);
    let shell_files = shell.files();
    assert!(!shell_files.is_empty());
    #[cfg(unix)]
    std::fs::set_permissions(&shell_files[0], std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let document = shell.run(&["doctor", "--json"]).json();
    assert_eq!(state(&document, "clock"), "look", "{document}");
}

/// What the report says of odd answers can be posted: no value is in it.
#[test]
fn odd_answers_are_reported_by_name_and_kind() {
    let canned = Canned::new(&[
        ("marketplace", r#"{"servers":[{"id":1,"colour":"canary"}],"code":0}"#),
        ("wallets", r#"{"wallets":[{"name":"bitcoin","balance":[1]}],"code":0}"#),
        ("my_orders", r#"{"orders":[{"id":7,"si":5,"ssh_password":{"canary":1}},{"si":5}],"code":0}"#),
        ("my_servers", r#"{"servers":[],"code":0}"#),
    ]);
    let run = canned.run(&["doctor", "--json"]);
    let document = run.failed(1, "check_warns");
    assert_eq!(document["drift"], true);
    let report = document["report"].as_str().unwrap();
    for line in [
        "new: colour (a text, 1 of 1)",
        "missing: price (in 1 of 1)",
        "retyped: balance (a list, 1 of 1)",
        "retyped: ssh_password (an object, 1 of 2)",
        "my_servers: 0 records, nothing to compare",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    assert!(!run.out.contains("canary") && !run.err.contains("canary"), "{}", run.out);
    assert_eq!(state(&document, "orders"), "look");
}
