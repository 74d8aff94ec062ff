//! The table of known faults, and how a script's steps are judged by it.
//!
//! Every row names a step, what shows the fault in it, the row of the reliability notes it is (section 1: `S…` the
//! page's class, `O…` the official SDK; or `api-facts` where it is a wrong unit or shape that section 1 does not
//! number), and our client's answer. A failure without a row is a failure of the run; so is a row whose fault did not
//! show, because a check that cannot fail proves nothing.

use super::ours_live::Answers;
use super::script::{Raised, Step, Told};
use core::fmt;
use serde_json::{Map, Value};

/// One known fault.
pub(crate) struct Row {
    /// The script's step.
    pub(crate) step: &'static str,
    /// Its number, such as `S25`.
    pub(crate) row: &'static str,
    /// Whether the step shows it.
    pub(crate) shows: fn(&Step) -> bool,
    /// What happened.
    pub(crate) what: &'static str,
    /// What our client does.
    pub(crate) ours: Ours,
}

/// What our client does in the place of a fault.
#[derive(Clone, Copy)]
pub(crate) enum Ours {
    /// The probe of this name measured it.
    Measured(&'static str),
    /// The types do not let it be written.
    Typed(&'static str),
}

/// A fault that showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Finding {
    pub(crate) peer: String,
    pub(crate) call: String,
    pub(crate) what: String,
    pub(crate) row: &'static str,
    pub(crate) ours: String,
}

/// What the table says of a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Verdict {
    /// Faults of the peer, each with its row.
    pub(crate) findings: Vec<Finding>,
    /// What makes the run fail.
    pub(crate) problems: Vec<String>,
}

/// Judges every step of a script by its table.
pub(crate) fn judge(peer: &str, told: &Told, tables: &[&[Row]], answers: &Answers) -> Verdict {
    let mut verdict = Verdict::default();
    let table = || tables.iter().copied().flatten();
    for step in &told.steps {
        let mut attributed = false;
        for row in table().filter(|row| row.step == step.name) {
            if !(row.shows)(step) {
                verdict.problems.push(format!(
                    "{peer}: {} was expected to show in `{}` ({}), and did not: {}{}",
                    row.row,
                    step.call,
                    row.what,
                    came(step),
                    seen(step)
                ));
                continue;
            }
            attributed = true;
            let ours = match row.ours {
                Ours::Typed(words) => words.to_owned(),
                Ours::Measured(probe) => answers.get(probe).cloned().unwrap_or_else(|| {
                    verdict
                        .problems
                        .push(format!("our client was not asked `{probe}`, which {} needs", row.row));
                    String::new()
                }),
            };
            verdict.findings.push(Finding {
                peer: peer.to_owned(),
                call: step.call.clone(),
                what: row.what.to_owned(),
                row: row.row,
                ours,
            });
        }
        if step.came.is_err() && !attributed {
            verdict.problems.push(format!(
                "{peer}: `{}` failed, and no known fault says why: {}",
                step.call,
                came(step)
            ));
        }
    }
    for row in table().filter(|row| told.steps.iter().all(|step| step.name != row.step)) {
        verdict.problems.push(format!("{peer}: the step `{}` for {} never ran", row.step, row.row));
    }
    verdict
}

/// The rows of section 1 about these two peers that no finding shows.
pub(crate) fn not_shown(findings: &[Finding]) -> Vec<String> {
    let all = (1..=39).map(|number| format!("S{number}")).chain((1..=21).map(|number| format!("O{number}")));
    all.filter(|row| findings.iter().all(|finding| finding.row != row)).collect()
}

/// What the sandbox saw of a step, for whoever has to find out why a fault did not show.
fn seen(step: &Step) -> String {
    let one = |request: &clore_sandbox::Logged| {
        let code = request.code.map_or_else(|| "none".to_owned(), |code| code.to_string());
        format!("; {} at {:.2} s, code {code}", request.call(), request.at.as_secs_f64())
    };
    step.requests.iter().take(8).map(one).collect()
}

/// What came of a step, in short.
pub(crate) fn came(step: &Step) -> String {
    let text = match &step.came {
        Ok(value) => value.to_string(),
        Err(raised) => raised.to_string(),
    };
    text.chars().take(300).collect()
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.text)
    }
}

// What the rows ask of a step.

pub(crate) fn gave(step: &Step) -> &Value {
    step.came.as_ref().unwrap_or(&Value::Null)
}

pub(crate) fn raised(step: &Step, kind: &str) -> bool {
    step.came.as_ref().is_err_and(|raised| raised.kind == kind)
}

/// Whether it raised with this in the text.
pub(crate) fn said(step: &Step, text: &str) -> bool {
    step.came.as_ref().is_err_and(|raised| raised.text.contains(text))
}

/// How many requests for a call were sent.
pub(crate) fn sent(step: &Step, call: &str) -> usize {
    step.requests.iter().filter(|request| request.call() == call).count()
}

/// The fields of the first create's body.
pub(crate) fn create_body(step: &Step) -> Map<String, Value> {
    body(step, "create_order")
}

/// The fields of the first body sent to a call.
pub(crate) fn body(step: &Step, call: &str) -> Map<String, Value> {
    let request = step.requests.iter().find(|request| request.call() == call);
    let body = request.and_then(|request| serde_json::from_slice(&request.body).ok());
    body.unwrap_or_default()
}

/// The least distance between two requests for a call (any call when empty), on the sandbox's clock.
pub(crate) fn least_gap(step: &Step, call: &str) -> Option<core::time::Duration> {
    let fits = |request: &&clore_sandbox::Logged| call.is_empty() || request.call() == call;
    let at: Vec<_> = step.requests.iter().filter(fits).map(|request| request.at).collect();
    at.windows(2).filter_map(|pair| Some(pair.get(1)?.saturating_sub(*pair.first()?))).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, came: Result<Value, Raised>) -> Step {
        let call = format!("{name}()");
        Step { name: name.to_owned(), call, came, seconds: 0.1, requests: Vec::new(), placed: 0 }
    }

    fn key_error() -> Result<Value, Raised> {
        Err(Raised { kind: "KeyError".to_owned(), text: "'order_id'".to_owned() })
    }

    fn told(steps: Vec<Step>) -> Told {
        Told { steps, ..Told::default() }
    }

    const TABLE: [Row; 1] = [Row {
        step: "a",
        row: "S25",
        shows: |step| raised(step, "KeyError"),
        what: "the id is not found",
        ours: Ours::Measured("order"),
    }];

    fn answers() -> Answers {
        Answers::from([("order", "found".to_owned())])
    }

    #[test]
    fn a_known_fault_is_a_finding_with_our_answer_beside_it() {
        let verdict = judge("class", &told(vec![step("a", key_error())]), &[&TABLE], &answers());
        assert!(verdict.problems.is_empty(), "{:?}", verdict.problems);
        let rows: Vec<_> = verdict.findings.iter().map(|one| (one.row, one.ours.as_str())).collect();
        assert_eq!(rows, [("S25", "found")]);
    }

    #[test]
    fn a_failure_that_no_row_explains_is_a_problem() {
        let steps = vec![step("a", key_error()), step("b", key_error())];
        let verdict = judge("class", &told(steps), &[&TABLE], &answers());
        assert_eq!(verdict.problems.len(), 1);
        assert!(verdict.problems[0].contains("b()"), "{:?}", verdict.problems);
    }

    #[test]
    fn a_fault_that_does_not_show_is_a_problem_and_so_is_a_step_that_never_ran() {
        let verdict = judge("class", &told(vec![step("a", Ok(Value::Null))]), &[&TABLE], &answers());
        assert!(verdict.problems[0].contains("did not"), "{:?}", verdict.problems);
        let verdict = judge("class", &told(Vec::new()), &[&TABLE], &answers());
        assert!(verdict.problems[0].contains("never ran"), "{:?}", verdict.problems);
    }

    #[test]
    fn a_failure_of_another_kind_than_the_rows_is_not_explained_by_it() {
        let other = Err(Raised { kind: "TimeoutError".to_owned(), text: String::new() });
        let verdict = judge("class", &told(vec![step("a", other)]), &[&TABLE], &answers());
        assert_eq!(verdict.problems.len(), 2, "{:?}", verdict.problems);
    }

    #[test]
    fn an_answer_of_ours_that_was_never_measured_is_a_problem() {
        let verdict = judge("class", &told(vec![step("a", key_error())]), &[&TABLE], &Answers::new());
        assert_eq!(verdict.problems.len(), 1);
    }
}
