//! The simulation of `clore_tests::simulate`: those seeds that once failed, 10,000 more, and what it would catch.

use clore_tests::simulate::{Bug, Counts, Rules, Run};

const SEEDS: u64 = 10_000;

fn clean(seeds: impl Iterator<Item = u64>) -> Counts {
    let mut counts = Counts::default();
    for seed in seeds {
        match Run::new(seed).play() {
            Ok(one) => counts += one,
            Err(broken) => {
                let least = broken.shrunk();
                let words = least.run.trace();
                panic!(
                    "{words}{broken}\nwith the fewest faults, as above: {least}\nKeep the seed in tests/regressions/simulation.txt."
                )
            }
        }
    }
    counts
}

#[test]
fn what_once_failed_holds() {
    let kept = include_str!("../regressions/simulation.txt");
    let seeds = kept.lines().filter(|line| !line.starts_with('#')).map(|line| line.parse().unwrap());
    assert!(clean(seeds).runs > 0);
}

#[test]
fn no_rental_is_made_twice_unknown_or_told_to_two_in_10_000_seeds() {
    let counts = clean(0..SEEDS);
    for (what, count) in counts.all() {
        assert!(count > 100, "{what} happened only {count} times, so little is shown of it");
    }
}

#[test]
fn a_run_is_the_same_whenever_it_is_played() {
    for seed in 0..50 {
        let first = Run::new(seed).trace();
        assert_eq!(first, Run::new(seed).trace(), "seed {seed}");
        assert!(!first.contains("a-simulated-key"), "seed {seed} shows the key");
    }
}

/// Fails unless the bug is caught by `rules` in one of the seeds; without it they are clean, as the test above shows.
fn is_caught(bug: Bug, rules: Rules) {
    let broken = (0..SEEDS).find_map(|seed| Run::new(seed).with(bug).by(rules).play().err());
    let broken = broken.unwrap_or_else(|| panic!("{bug} is not caught by {rules:?} within {SEEDS} seeds"));
    let without = Run { bug: None, ..broken.run.clone() };
    assert!(without.play().is_ok(), "{bug}: its seed breaks a rule without it, too: {broken}");
}

#[test]
fn every_planted_bug_is_caught() {
    for bug in Bug::ALL {
        is_caught(bug, Rules::All);
    }
}

/// These lose money or an order for the user: the ledger shows it, whatever is watched on the way.
#[test]
fn what_a_planted_bug_comes_to_is_seen_by_the_ledger_alone() {
    for bug in Bug::ALL.into_iter().filter(|bug| bug.shows_in_the_ledger()) {
        is_caught(bug, Rules::Ledger);
    }
}
