//! What is refused before anything is sent.

use crate::shell::{Run, Shell, bare};

/// Reliability O20.
#[test]
fn cli_rejects_malformed_flags() {
    let shell = Shell::new();
    for arguments in [
        &["deploy", "5", "--port", "22"][..],
        &["deploy", "5", "--port", "22:udp"],
        &["deploy", "5", "--port", "22:tcp", "--port", "22:http"],
        &["deploy", "5", "--env", "FOO"],
        &["deploy", "5", "--type", "spot"],
        &["deploy", "5", "--spot-price", "3"],
        &["deploy", "5", "--type", "spot", "--spot-price", "0"],
        &["deploy", "5", "--type", "spot", "--spot-price", "NaN"],
        &["deploy", "5", "--type", "spot", "--spot-price", "1", "--required-price", "1"],
        &["deploy", "5", "--required-price", "-1"],
        &["deploy", "5", "--required-price", "0"],
        &["deploy", "5", "--currency", "DOGE"],
        &["deploy", "5", "--image", ""],
        &["deploy", "5", "--ssh-key", "hello"],
        &["deploy", "5", "--ssh-password", ""],
        &["deploy", "5", "--ssh-password", "a-canary-of-more-than-thirty-two-characters"],
        &["deploy", "5", "--ssh-password", "x", "--ssh-key", "ssh-rsa AAAA"],
        &["deploy", "-5"],
        &["deploy", "five"],
        &["deploy"],
        &["search", "--max-price", "NaN"],
        &["search", "--max-price", "-1"],
        &["search", "--max-price", "0"],
        &["search", "--min-reliability", "0.85"],
        &["search", "--min-reliability", "1"],
        &["search", "--min-reliability", "101"],
        &["search", "--rate", "CLORE"],
        &["search", "--rate", "CLORE=0"],
        &["search", "--sort", "colour"],
        &["search", "--gpu", "a", "--gpu-like", "b"],
        &["search", "--grace", "-1"],
        &["rent", "--yes", "--ssh-password-file", "/no/such/file"],
        &["cancel"],
        &["cancel", "x"],
        &["resume", "--attribute", "x"],
        &["resume", "--close", "a/b"],
        &["orders", "--no-such-flag"],
        &["wait", "5", "--for", "ever"],
        &["wait", "5", "--timeout", "-1"],
        &["order", "five"],
        &["spot"],
        &["spot", "-5"],
        &["spot-price", "5"],
        &["spot-price", "5", "0", "--yes"],
        &["spot-price", "5", "NaN", "--yes"],
        &["spot-price", "5", "1", "--usd-per-hour", "--rate", "CLORE", "--yes"],
        &["balance", " "],
        &["no-such-command"],
    ] {
        let run = shell.run(&[arguments, &["--json"]].concat());
        run.failed(2, if run.out.contains("invalid_request") { "invalid_request" } else { "usage" });
        assert!(!format!("{}{}", run.out, run.err).contains("canary"), "{arguments:?}");
    }
    assert!(shell.server.requests().is_empty(), "something was sent: {:?}", shell.server.requests());
}

#[test]
fn a_price_below_zero_is_told_to_be_no_price() {
    let shell = Shell::new();
    for arguments in [
        &["spot-price", "5", "-3", "--yes"][..],
        &["gigaspot", "bid", "5", "--image", "x", "--price", "-3", "--yes"],
        &["gigaspot", "edit", "5", "--price", "-3", "--yes"],
        &["deploy", "5", "--type", "spot", "--spot-price", "-3", "--yes"],
    ] {
        let run = shell.run(arguments);
        assert!(run.code == 2 && run.err.contains("above zero"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_ratio_for_a_reliability_is_told_its_percentage() {
    let run = Shell::new().run(&["search", "--min-reliability", "0.85"]);
    assert!(run.code == 2 && run.err.contains("write 85"), "{}", run.err);
}

#[test]
fn a_base_url_that_cannot_be_used_is_refused_without_echo() {
    let home = tempfile::tempdir().unwrap();
    for url in ["https://me:canary@x.example", "http://canary.example.com", "canary", "ftp://canary"] {
        let mut command = bare(home.path());
        command.args(["search", "--json", "--api-url", url]);
        let run = Run::of(command);
        run.failed(2, "config");
        assert!(!format!("{}{}", run.out, run.err).contains("canary"), "{}", run.err);
    }
}

#[test]
fn an_empty_base_url_is_refused_and_is_not_the_live_service() {
    let home = tempfile::tempdir().unwrap();
    let mut by_flag = bare(home.path());
    by_flag.args(["search", "--json", "--api-url", ""]);
    Run::of(by_flag).failed(2, "usage");
    let mut by_variable = bare(home.path());
    by_variable.env("CLORE_API_URL", " ").args(["search", "--json"]);
    Run::of(by_variable).failed(2, "usage");
}

#[test]
fn an_address_with_its_version_is_taken_too() {
    let shell = Shell::new();
    let url = format!("{}/v1/", shell.server.url());
    assert_eq!(shell.run(&["search", "--limit", "1", "--api-url", &url]).code, 0);
}

#[test]
fn less_safe_settings_are_warned_of() {
    let shell = Shell::new();
    let run = shell.run(&["search", "--limit", "1"]);
    assert!(
        run.err.contains("grace time below 60 s") && run.err.contains("interval below 1.0 s"),
        "{}",
        run.err
    );
    let mut command = bare(shell.home.path());
    command.args(["search", "--limit", "1", "--api-url", &shell.server.url(), "--interval", "1"]);
    assert!(!Run::of(command).err.contains("warning"));
}

/// Reliability O21: whatever it is given and whatever is missing, it ends with a code of its own.
#[test]
fn cli_never_panics() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [
        &[][..],
        &["help"],
        &["--version"],
        &["search", "--help"],
        &["sandbox", "--help"],
        &["search", "--limit", "18446744073709551616"],
        &["search", "--max-price", "99999999999999999999999999999"],
        &["search", "--max-price", "1e-400"],
        &["search", "--rate", "CLORE=99999999999999999999999999999"],
        &["cancel", "18446744073709551616"],
        &["sandbox", "--speed", "NaN"],
        &["sandbox", "--fault", "x"],
        &["sandbox", "--market", "/no/such/file"],
        &["sandbox", "--listen", "nowhere"],
        &["deploy", "5", "--env", "=\u{1b}[2J"],
        &["\u{1b}]0;x\u{7}"],
    ] {
        let mut command = bare(home.path());
        command.args(arguments);
        let run = Run::of(command);
        assert!([0, 2].contains(&run.code), "{arguments:?}: {} {}", run.code, run.err);
    }
    // No home at all, and a closed stdout.
    let mut command = bare(home.path());
    command.env_remove("HOME").env("CLORE_API_KEY", "k").args(["resume", "--json"]);
    Run::of(command).failed(1, "journal");
    let shell = Shell::new();
    let mut child = shell.spawn(&["search", "--limit", "0"]);
    drop(child.stdout.take());
    assert_eq!(Run::ended(child).code, 0);
}
