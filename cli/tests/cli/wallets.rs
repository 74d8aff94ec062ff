//! `wallets` and `balance`.

use crate::canned::Canned;
use crate::shell::Shell;

const ODD: &str = r#"{"wallets":[{"name":"CLORE-Blockchain","deposit":"canary-address","balance":1234.50,"withdrawal_fee":0.1},
    {"name":"bitcoin","balance":null},{"name":"DO\u001b[2JGE","balance":7}],"code":0}"#;

#[test]
fn wallets_are_listed_without_their_addresses() {
    let shell = Shell::new();
    let run = shell.run(&["wallets"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("CLORE-Blockchain") && run.out.contains("bitcoin"), "{}", run.out);
    let document = shell.run(&["wallets", "--rate", "CLORE=0.01", "--json"]).json();
    let rows = document["wallets"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["balance"].is_number() && row.get("deposit").is_none()), "{document}");
    assert_eq!(document["complete"], true);
    assert!(!format!("{document}{}", run.out).contains("sandbox-"));
    let asked = shell.run(&["wallets", "--deposit"]);
    assert!(asked.out.contains("sandbox-clore-blockchain"), "{}", asked.out);
    let asked = shell.run(&["wallets", "--deposit", "--json"]).json();
    assert!(asked["wallets"][0]["deposit"].is_string(), "{asked}");
}

#[test]
fn a_null_balance_is_a_question_mark_and_null_never_zero() {
    let service = Canned::new(&[("wallets", ODD)]);
    let run = service.run(&["wallets", "--rate", "CLORE=0.1"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let line = |name: &str| run.out.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("bitcoin").contains('?') && !line("bitcoin").contains('0'), "{}", run.out);
    assert!(line("CLORE-Blockchain").contains("1234.50") && line("CLORE-Blockchain").contains("$123.45"));
    assert!(!run.out.contains("canary") && !run.out.contains('\u{1b}'), "{}", run.out);
    let document = service.run(&["wallets", "--json"]).json();
    assert!(document["wallets"][1]["balance"].is_null(), "{document}");
    assert_eq!(document["wallets"][0]["balance"].to_string(), "1234.5");
}

#[test]
fn a_balance_is_one_line_and_what_is_not_known_is_a_failure() {
    let service = Canned::new(&[("wallets", ODD)]);
    let run = service.run(&["balance"]);
    assert_eq!((run.code, run.out.as_str()), (0, "1234.50 CLORE-Blockchain\n"));
    let document = service.run(&["balance", "clore", "--json"]).json();
    assert_eq!(
        (&document["coin"], document["balance"].to_string().as_str()),
        (&"CLORE-Blockchain".into(), "1234.5")
    );
    let unknown = service.run(&["balance", "BTC", "--json"]);
    assert!(unknown.failed(1, "balance_unknown")["balance"].is_null());
    assert!(unknown.err.contains("not 0"), "{}", unknown.err);
    assert_eq!(service.run(&["balance", "BTC"]).out, "");
    service.run(&["balance", "USD", "--json"]).failed(4, "no_such_wallet");
    // No fragment of a name: `Blockchain` is no coin.
    service.run(&["balance", "Blockchain", "--json"]).failed(4, "no_such_wallet");
    service.run(&["balance", "", "--json"]).failed(2, "usage");
}

#[test]
fn a_record_that_cannot_be_read_may_be_the_wallet_meant() {
    let service = Canned::new(&[("wallets", r#"{"wallets":[7],"code":0}"#)]);
    service.run(&["balance", "--json"]).failed(1, "balance_unknown");
    let run = service.run(&["wallets", "--json"]);
    assert_eq!((run.code, &run.json()["complete"]), (0, &false.into()));
    assert!(run.err.contains("cannot be read"), "{}", run.err);
    Canned::new(&[("wallets", r#"{"code":0}"#)]).run(&["wallets", "--json"]).failed(1, "unreadable_answer");
}
