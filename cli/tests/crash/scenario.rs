//! What is done to a rental, as a value.

use clore_sandbox::{CreateAnswer, Fault, Options};
use std::time::Duration;

/// A sandbox with its faults, and processes that are started and killed one after the other.
pub struct Scenario {
    pub name: String,
    pub options: Options,
    pub steps: Vec<Step>,
    pub ledger: Ledger,
    /// What the first `resume` must say of each open intent, when that is certain.
    pub resumed: Option<&'static [&'static str]>,
    /// Cut bytes off the journal's end, as a power failure may.
    pub torn: bool,
}

/// How many orders there are after the last kill.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ledger {
    /// The kill comes at a moment that is not known.
    Any,
    /// The kill comes at a known step, and so this is known.
    Holds(usize),
}

/// One process and its end.
pub struct Step {
    pub arguments: Vec<&'static str>,
    pub interval: &'static str,
    /// From this moment on the journal's lock is taken, so that nothing more is recorded.
    pub hold: Option<Moment>,
    pub kill: Moment,
    /// How many whole lines the journal has after the kill, its header included.
    pub lines: Option<usize>,
}

/// A moment in a process's life that can be seen from outside.
#[derive(Clone, Copy)]
pub enum Moment {
    /// The sandbox has seen the N-th request of this call (over all processes).
    Request(&'static str, usize),
    /// The journal has this many whole lines.
    Lines(usize),
    /// The process has told of a placed order.
    Told,
    /// So long after another request than the ones before the process was seen.
    After(Duration),
    /// So long after the snapshot was asked for.
    AfterSnapshot(Duration),
}

impl Scenario {
    /// A rent that is killed at this moment.
    pub fn new(name: impl Into<String>, kill: Moment) -> Self {
        let options = Options::new()
            .servers(60)
            .interval(Duration::ZERO)
            .create_window(Duration::ZERO)
            .boot(Duration::from_millis(300));
        let steps = vec![Step::rent(kill)];
        Self { name: name.into(), options, steps, ledger: Ledger::Any, resumed: None, torn: false }
    }

    pub fn fault(mut self, fault: &str) -> Self {
        self.name = format!("{} [{fault}]", self.name);
        self.options = self.options.fault(Fault::parse(fault).unwrap());
        self
    }

    pub fn answer(mut self, answer: CreateAnswer) -> Self {
        self.name = format!("{} [{answer:?}]", self.name);
        self.options = self.options.create_answer(answer);
        self
    }

    pub fn boot(mut self, boot: Duration) -> Self {
        self.options = self.options.boot(boot);
        self
    }

    /// Another process after the last one.
    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub fn last(mut self, change: impl FnOnce(&mut Step)) -> Self {
        change(self.steps.last_mut().unwrap());
        self
    }

    /// The lines of the journal after the last kill.
    pub fn lines(self, lines: usize) -> Self {
        self.last(|step| step.lines = Some(lines))
    }

    pub fn holds(mut self, orders: usize, resumed: &'static [&'static str]) -> Self {
        (self.ledger, self.resumed) = (Ledger::Holds(orders), Some(resumed));
        self
    }

    pub fn torn(mut self) -> Self {
        self.torn = true;
        self
    }

    /// How many orders were asked for.
    pub fn rents(&self) -> usize {
        self.steps.iter().filter(|step| step.arguments.contains(&"rent")).count()
    }
}

impl Step {
    pub fn rent(kill: Moment) -> Self {
        Self {
            arguments: vec!["rent", "--yes", "--no-wait"],
            interval: "0.01",
            hold: None,
            kill,
            lines: None,
        }
    }

    pub fn resume(kill: Moment) -> Self {
        Self { arguments: vec!["resume"], ..Self::rent(kill) }
    }
}
