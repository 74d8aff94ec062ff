//! The simulation that proves the money rules: the shipped `Call`, operations, pacer and journal rules against the
//! sandbox, in one thread, in virtual time, from one seed.
//!
//! A seed makes a [`Plot`](plot): one to four clients on one key, what their users do, how the service lags and what
//! the network, the disks, the clocks and the processes do to them. The [`World`](world) plays it; the
//! [`Oracle`](oracle) asks the sandbox's ledger whether the rules held. What fails prints itself and can be replayed.
//!
//! ```text
//!  plot ─► world ─┬─ client ─► task ─► planted(operation) in a Call ─┐
//!                 ├─ network, service (sandbox)  ◄────── Send ───────┤
//!                 ├─ disk (core's journal rules) ◄────── Record ─────┘
//!                 └─ ending: faults stop, all that can be settled must be
//!            oracle, spacing: what must hold          trace: what a person reads
//! ```
#![allow(clippy::indexing_slicing, reason = "every index is the world's own")]

mod bug;
mod client;
mod clock;
mod counts;
mod disk;
mod ending;
mod exchange;
mod network;
mod oracle;
mod planted;
mod plot;
mod random;
mod service;
mod spacing;
mod step;
mod task;
mod trace;
mod world;

pub use bug::Bug;
pub use counts::Counts;
pub use plot::Class;

use std::collections::BTreeSet;
use world::World;

/// A run in which a rule was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What made the run.
    pub seed: u64,
    /// The rule, and by what it was broken.
    pub violation: String,
    /// Faults of the run that do not matter for it, by their numbers.
    pub left_out: BTreeSet<u64>,
    /// How many faults the run had.
    pub faults: u64,
}

/// Plays the run of `seed`.
///
/// # Errors
/// [`Broken`] when a rule was broken.
pub fn play(seed: u64, bug: Option<Bug>) -> Result<Counts, Broken> {
    play_without(seed, bug, &BTreeSet::new(), false).0
}

/// Plays it with everything in words: a line each for what happened.
#[must_use]
pub fn trace(seed: u64, bug: Option<Bug>, left_out: &BTreeSet<u64>) -> String {
    let (result, mut text) = play_without(seed, bug, left_out, true);
    if let Err(broken) = result {
        text.push_str(&format!("BROKEN: {}\n", broken.violation));
    }
    text
}

/// Leaves out every fault without which the run of `broken` breaks a rule all the same.
#[must_use]
pub fn shrink(broken: &Broken, bug: Option<Bug>) -> Broken {
    let mut least = broken.clone();
    let mut number = least.faults;
    while number > 0 {
        let mut fewer = least.left_out.clone();
        fewer.insert(number);
        if let (Err(found), _) = play_without(broken.seed, bug, &fewer, false) {
            number = number.min(found.faults + 1);
            least = found;
        }
        number -= 1;
    }
    least
}

fn play_without(
    seed: u64,
    bug: Option<Bug>,
    left_out: &BTreeSet<u64>,
    watched: bool,
) -> (Result<Counts, Broken>, String) {
    let mut world = World::new(seed, bug, left_out.clone(), watched);
    world.run();
    if world.oracle.violation.is_none() {
        world.come_to_rest();
    }
    let result = match world.oracle.violation.take() {
        Some(violation) => Err(Broken { seed, violation, left_out: left_out.clone(), faults: world.faults }),
        None => Ok(world.counts.finished(world.plot.class, world.now, world.steps)),
    };
    (result, world.trace.into_text())
}
