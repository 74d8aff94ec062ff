//! The simulation that proves the money rules: the shipped `Call`, operations, pacer and journal rules against the
//! sandbox, in one thread, in virtual time, from one seed.
//!
//! A seed makes a `Plot`: one to four clients on one key, what their users do, how the service lags and what
//! the network, the disks, the clocks and the processes do to them. The `World` plays it; the
//! `Oracle` asks the sandbox's ledger whether the rules held. What fails prints itself and can be replayed.
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
pub use oracle::Rules;
pub use plot::Class;

use core::fmt;
use std::collections::BTreeSet;
use world::World;

/// What is played.
#[derive(Clone, Debug)]
pub struct Run {
    /// What makes the run.
    pub seed: u64,
    /// A bug that is planted in it.
    pub bug: Option<Bug>,
    /// The rules that count.
    pub rules: Rules,
    /// Faults of the run that do not happen, by their numbers.
    pub left_out: BTreeSet<u64>,
}

/// A run in which a rule was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The run.
    pub run: Run,
    /// The rule, and by what it was broken.
    pub violation: String,
    /// How many faults the run had, those left out among them.
    pub faults: u64,
}

impl Run {
    /// The run of `seed` as it is.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, bug: None, rules: Rules::All, left_out: BTreeSet::new() }
    }

    /// The same with a bug planted in it.
    #[must_use]
    pub fn with(mut self, bug: impl Into<Option<Bug>>) -> Self {
        self.bug = bug.into();
        self
    }

    /// The same by these rules.
    #[must_use]
    pub fn by(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Plays it.
    ///
    /// # Errors
    /// [`Broken`] when a rule was broken.
    pub fn play(&self) -> Result<Counts, Broken> {
        self.watched(false).0
    }

    /// Plays it with everything in words: a line each for what happened.
    #[must_use]
    pub fn trace(&self) -> String {
        let (result, mut text) = self.watched(true);
        if let Err(broken) = result {
            text.push_str(&format!("BROKEN: {}\n", broken.violation));
        }
        text
    }

    fn watched(&self, watched: bool) -> (Result<Counts, Broken>, String) {
        let mut world = World::new(self, watched);
        world.run();
        if world.oracle.violation.is_none() {
            world.come_to_rest();
        }
        let result = match world.oracle.violation.take() {
            Some(violation) => Err(Broken { run: self.clone(), violation, faults: world.faults }),
            None => Ok(world.counts.finished(world.plot.class, world.now, world.steps)),
        };
        (result, world.trace.into_text())
    }
}

impl Broken {
    /// Leaves out every fault without which the run breaks a rule all the same.
    #[must_use]
    pub fn shrunk(&self) -> Self {
        let mut least = self.clone();
        let mut number = least.faults;
        while number > 0 {
            let mut fewer = least.run.clone();
            fewer.left_out.insert(number);
            if let Err(found) = fewer.play() {
                number = number.min(found.faults + 1);
                least = found;
            }
            number -= 1;
        }
        least.run.left_out.retain(|number| *number <= least.faults);
        least
    }

    /// What shows it again.
    #[must_use]
    pub fn command(&self) -> String {
        let mut command =
            format!("cargo run --release -p clore-tests --bin simulate -- --seed {}", self.run.seed);
        if let Some(bug) = self.run.bug {
            command.push_str(&format!(" --bug {bug}"));
        }
        let left_out: Vec<String> = self.run.left_out.iter().map(u64::to_string).collect();
        if !left_out.is_empty() {
            command.push_str(&format!(" --without {}", left_out.join(",")));
        }
        command
    }
}

impl fmt::Display for Broken {
    /// The rule, and how to see it again; the words of the run are [`Run::trace`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}\nsee it again: {}", self.run.seed, self.violation, self.command())
    }
}
