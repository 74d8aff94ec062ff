//! `kill -9` of the real binary's `rent` over every step it records, then `resume`: every order of the sandbox's
//! ledger is named, and none is doubled.
//!
//! The binary is the one built for the tests, or the one that `CLORE_BINARY` names, such as the released one:
//! `cargo build --release && CLORE_BINARY=target/release/clore cargo test -p clore-cli --test crash`.
#![cfg(unix)]
#![allow(unreachable_pub, reason = "tests have no public API")]

mod scenario;
mod table;
mod victim;

use scenario::{Ledger, Scenario};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use victim::House;

/// The issue asks for this many.
const LEAST_KILLS: usize = 30;
/// Killed processes wait more than they work.
const AT_ONCE: usize = 6;

#[test]
#[allow(clippy::print_stdout, reason = "how many kills there were is worth knowing")]
fn after_kill_9_at_any_step_every_order_is_named_and_none_doubled() {
    let scenarios = table::scenarios();
    let (next, kills, at) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let run = || play(scenario);
                    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
                        Ok(killed) => {
                            kills.fetch_add(killed, Ordering::Relaxed);
                            at.fetch_add(usize::from(scenario.ledger != Ledger::Any), Ordering::Relaxed);
                        }
                        Err(_) => failures.lock().unwrap().push(scenario.name.clone()),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {}: {failures:#?}", failures.len(), scenarios.len());
    let (kills, at) = (kills.into_inner(), at.into_inner());
    assert!(at >= LEAST_KILLS, "only {at} kills at a known step");
    println!("{kills} kills, {at} of {} scenarios at a known step", scenarios.len());
}

/// Rents, kills, settles, and looks at what was said against what is true. How many processes were killed.
fn play(scenario: &Scenario) -> usize {
    let name = &scenario.name;
    let house = House::new(scenario);
    let mut said = String::new();
    let mut killed = 0;
    for (number, step) in scenario.steps.iter().enumerate() {
        let death = house.run_and_kill(step);
        assert!(
            death.by_us || scenario.ledger == Ledger::Any,
            "{name}: step {number} ended by itself\n{death}"
        );
        killed += usize::from(death.by_us);
        said += &death.told;
        if let Some(lines) = step.lines {
            assert_eq!(house.journal_lines(), lines, "{name}: step {number}, {}", house.journal());
        }
    }
    if scenario.torn {
        house.tear_the_last_line();
    }
    let placed = house.ledger();
    match scenario.ledger {
        Ledger::Any => assert!(placed.len() <= scenario.rents(), "{name}: doubled, {placed:?}"),
        Ledger::Holds(orders) => assert_eq!(placed.len(), orders, "{name}: {placed:?}\n{said}"),
    }
    let resumed = house.resume();
    assert_eq!(house.ledger(), placed, "{name}: resume never creates");
    for order in &placed {
        assert!(
            victim::is_told(&said, *order) || resumed.names(*order),
            "{name}: order {order} is named by nobody\nrent: {said}\nresume: {resumed}"
        );
    }
    for order in resumed.placed() {
        assert!(placed.contains(&order), "{name}: there is no order {order}\n{resumed}");
        assert!(victim::is_told(&resumed.err, order), "{name}: told on stderr as well\n{resumed}");
    }
    if let Some(outcomes) = scenario.resumed {
        assert_eq!(resumed.outcomes(), outcomes, "{name}: {resumed}");
    }
    // What was settled is settled: nothing is told a second time, and what is open stays so.
    let again = house.resume();
    assert_eq!(again.code == 0, resumed.code == 0, "{name}: {again}");
    assert_eq!(again.placed(), [0u64; 0], "{name}: told again\n{again}");
    assert_eq!(house.ledger(), placed, "{name}");
    let attributed = house.attributions();
    let mut once = attributed.clone();
    once.dedup();
    assert_eq!(once, attributed, "{name}: an order told to two intents");
    killed
}
