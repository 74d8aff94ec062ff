//! [`Checks`]: what was checked and what came of it.

use crate::exit::{Exit, Failure};
use clore_core::drift::Drift;
use clore_core::error::Error;
use serde::Serialize;

/// What came of a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// As it should be.
    Fine,
    /// A person should look.
    Look,
    /// Nothing can be done while it is so.
    Failed(Exit),
}

/// All checks so far, and how each list differs.
#[derive(Debug, Default)]
pub struct Checks {
    rows: Vec<(&'static str, State, String)>,
    drift: Vec<Drift>,
}

/// A check in a document.
#[derive(Serialize)]
pub struct Row<'a> {
    check: &'a str,
    state: &'a str,
    words: &'a str,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Look => "look",
            Self::Failed(_) => "failed",
        }
    }
}

impl Checks {
    pub fn add(&mut self, check: &'static str, state: State, words: impl Into<String>) {
        self.rows.push((check, state, words.into()));
    }

    pub fn failed(&mut self, check: &'static str, error: Error) {
        let failure = Failure::from(error);
        self.add(check, State::Failed(failure.exit), failure.message);
    }

    pub fn drift(&mut self, drift: Drift) {
        self.drift.push(drift);
    }

    pub fn rows(&self) -> Vec<Row<'_>> {
        self.rows.iter().map(|(check, state, words)| Row { check, state: state.word(), words }).collect()
    }

    /// Whether some list differs from what this version knows.
    pub fn differs(&self) -> bool {
        self.drift.iter().any(|drift| !drift.is_none())
    }

    /// A line for each check.
    pub fn lines(&self) -> String {
        let line = |(check, state, words): &(&str, State, String)| {
            format!("{:<7} {check:<11} {words}", state.word())
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// How the answers differ, as a text that can be posted: versions, names and kinds of fields, counts.
    pub fn report(&self) -> String {
        let mut text =
            format!("answers against clore {} (names and kinds of fields only)\n", env!("CARGO_PKG_VERSION"));
        self.drift.iter().for_each(|drift| text.push_str(&drift.to_string()));
        text.truncate(text.trim_end().len());
        text
    }

    /// How the program ends, unless everything is fine: by the first check that failed, or for somebody to look.
    pub fn worst(&self) -> Option<(Exit, &'static str, String)> {
        let failed = self.rows.iter().find_map(|(check, state, _)| match state {
            State::Failed(exit) => Some((*exit, *check)),
            _ => None,
        });
        if let Some((exit, check)) = failed {
            return Some((
                exit,
                "check_failed",
                format!("the check of {check} failed; see its line for what to do"),
            ));
        }
        let look: Vec<&str> = self
            .rows
            .iter()
            .filter(|(_, state, _)| *state == State::Look)
            .map(|(check, _, _)| *check)
            .collect();
        let message = match (look.is_empty(), self.differs()) {
            (true, false) => return None,
            (true, true) => {
                "answers differ from what this version knows; please post the report above".to_owned()
            }
            (false, _) => format!("to be looked at: {}", look.join(", ")),
        };
        Some((Exit::Failed, "check_warns", message))
    }
}
