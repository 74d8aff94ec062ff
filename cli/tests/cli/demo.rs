//! `demo` and `sandbox`.

use crate::shell::{Run, bare};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn the_demonstration_shows_the_whole_way_without_an_account() {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(home.path());
    command.args(["demo", "--seed", "5"]);
    let run = Run::of(command);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in
        ["RTX 4090", "price: $", "placed on server", "ssh root@", "is over", "it cost", "clore rent --gpu"]
    {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert!(std::fs::read_dir(home.path()).unwrap().next().is_none(), "it leaves nothing behind");
}

#[test]
fn the_demonstrations_document_has_the_price_with_its_fees() {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(home.path());
    command.args(["demo", "--json"]);
    let run = Run::of(command);
    let document = run.json();
    assert_eq!((run.code, &document["cost"]["fee_told"]), (0, &true.into()), "{}", run.err);
    let price = |part: &serde_json::Value| part.as_f64().unwrap();
    assert!(
        price(&document["cost"]["usd_per_hour_with_fee"]) > price(&document["price_usd_per_hour"]),
        "{document}"
    );
}

#[test]
fn a_sandbox_says_its_address_and_key_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let mut command = bare(home.path());
    command.args([
        "sandbox",
        "--servers",
        "50",
        "--fault",
        "wallets=code5",
        "--speed",
        "10",
        "--dialect",
        "live",
    ]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (url, key) = (lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap());
    assert!(url.starts_with("http://127.0.0.1:") && !url.ends_with('/') && !url.contains("/v1"));
    let mut command = bare(home.path());
    command.env("CLORE_API_URL", &url).env("CLORE_API_KEY", &key).args(["orders", "--json"]);
    assert_eq!(Run::of(command).code, 0);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(lines.next().is_none());
}
