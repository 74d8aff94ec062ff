//! The connection cut at every byte: `CLORE_CUTS=all` cuts at each, by default there is a spread of them.

use clore_tests::conformance::Adapter;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Own, Tokio};
use clore_tests::conformance::cuts::failures;
use clore_tests::conformance::planted::{Bug, Overclaiming, Planted};
use std::thread::scope;

#[test]
#[allow(clippy::print_stderr, reason = "how many cuts there were is the point of the long run")]
fn a_connection_cut_anywhere_is_never_taken_for_whole_and_no_create_is_sent_twice() {
    let all = std::env::var("CLORE_CUTS").is_ok_and(|value| value == "all");
    let step = if all { 1 } else { 17 };
    fn run(adapter: &impl Adapter, step: usize) -> (usize, Vec<String>) {
        failures(adapter, step)
    }
    let (mut cuts, mut wrong) = (0, Vec::new());
    scope(|scope| {
        for thread in [
            scope.spawn(|| run(&Blocking, step)),
            scope.spawn(|| run(&Tokio::default(), step)),
            scope.spawn(|| run(&AsyncStd, step)),
            scope.spawn(|| run(&Own, step)),
        ] {
            let (done, bad) = thread.join().unwrap();
            cuts += done;
            wrong.extend(bad);
        }
    });
    assert!(wrong.is_empty(), "{} of {cuts}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cuts >= if all { 20_000 } else { 1_000 }, "{cuts} cuts");
    eprintln!("{cuts} cuts");
}

#[test]
fn the_cuts_catch_planted_faults() {
    fn shows(adapter: &impl Adapter, one: &str, other: &str) {
        let (_, wrong) = failures(adapter, 101);
        assert!(wrong.iter().any(|line| line.contains(one) && line.contains(other)), "{wrong:#?}");
    }
    let planted = |bug| Planted { inner: Blocking, bug };
    scope(|scope| {
        scope.spawn(|| shows(&Overclaiming, "", "never sent, and it came"));
        scope.spawn(move || shows(&planted(Bug::CutPassesForWhole), "", "taken for whole"));
        scope.spawn(move || shows(&planted(Bug::Retries), "create_order", "acted on 2"));
    });
}
