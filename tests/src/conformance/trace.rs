//! [`Trace`]: what happened, line by line, as server, operation, observer and caller saw it; and how two are compared.

use super::Phase;
use core::fmt;
use similar::{ChangeTag, TextDiff};
use std::sync::{Arc, Mutex, PoisonError};

/// Where all who see something write it down, in the order in which it happened.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// One more line.
    pub fn note(&self, line: impl fmt::Display) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_string());
    }

    /// All so far; they are forgotten.
    pub fn take(&self) -> Vec<String> {
        core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One step of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its name.
    pub step: String,
    /// The phase in which its exchange fails, if it is one that never gets to send.
    pub fails_in: Option<Phase>,
    /// What happened.
    pub lines: Vec<String>,
}

/// What one adapter did with a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trace(pub Vec<Part>);

impl Trace {
    /// Compares with what another adapter did. `unsure` are the phases of which that one cannot say that nothing was
    /// sent; without `events` those are left out.
    ///
    /// # Errors
    /// The difference, step by step.
    pub fn compare(&self, other: &Self, unsure: &[Phase], events: bool) -> Result<(), String> {
        let (mine, theirs) = (self.text(unsure, events), other.text(&[], events));
        if mine == theirs {
            return Ok(());
        }
        let diff = TextDiff::from_lines(&mine, &theirs);
        let mut text = String::new();
        for group in diff.grouped_ops(3) {
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                // A market is a line of hundreds of kilobytes.
                let line: String = change.value().trim_end().chars().take(600).collect();
                text += &format!("{sign} {line}\n");
            }
            text += "  …\n";
        }
        Err(text)
    }

    /// In `unsure` phases a certain "never sent" is turned into what such an adapter says: never the other way round.
    fn text(&self, unsure: &[Phase], events: bool) -> String {
        let mut text = String::new();
        for part in &self.0 {
            text += &format!("== {}\n", part.step);
            for line in part.lines.iter().filter(|line| events || !line.starts_with("event ")) {
                match part.fails_in {
                    Some(phase) if unsure.contains(&phase) => text += &line.replace("NotSent", "Unknown"),
                    _ => text += line,
                }
                text.push('\n');
            }
        }
        text
    }
}
