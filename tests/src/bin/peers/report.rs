//! What the run says: for a person, or as one JSON document.

use super::reference::Reference;
use super::rows::{self, Finding};
use serde_json::{Map, Value, json};

/// Everything the run found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// What ran: interpreter and versions.
    pub(crate) versions: String,
    /// Per flow: the peer, how many calls and methods, the rentals both ledgers have.
    pub(crate) flows: Vec<Flow>,
    /// The faults of the peers, each with its row.
    pub(crate) findings: Vec<Finding>,
    /// What GPU searches give by fragment and by whole words.
    pub(crate) searches: Vec<String>,
    /// Rentals that a peer left billing on the live dialect, by peer.
    pub(crate) left_open: Vec<(String, usize)>,
    /// Every method with its options and defaults, by class; in JSON only.
    pub(crate) surfaces: Vec<(String, Value)>,
    /// The check of the reference page.
    pub(crate) reference: Option<Reference>,
    /// What makes the run fail.
    pub(crate) problems: Vec<String>,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// One peer's flow beside ours.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) peer: String,
    pub(crate) calls: usize,
    pub(crate) methods: usize,
    /// The steps in which the sandbox told it that it was too fast.
    pub(crate) too_fast: Vec<String>,
    /// The row that says why: its pace, judged at the other end.
    pub(crate) too_fast_row: &'static str,
    pub(crate) rentals: Vec<String>,
    pub(crate) agree: bool,
}

impl Report {
    /// For a person.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![self.versions.clone(), String::new()];
        lines.push(
            "Flows: each peer on its own dialect, and the same through our client on `live`.".to_owned(),
        );
        lines.push(
            "Ledgers are compared by server, kind, coin, price, image, ports and end; ids and times are each run's own."
                .to_owned(),
        );
        lines.push(
            "SSH is left out: `connect_ssh` is called with a stand-in for paramiko that dials nobody."
                .to_owned(),
        );
        for flow in &self.flows {
            let too_fast = match &flow.too_fast[..] {
                [] => "never".to_owned(),
                steps => format!("in {} ({})", steps.join(", "), flow.too_fast_row),
            };
            let word = if flow.agree { "the ledgers agree" } else { "THE LEDGERS DIFFER" };
            lines.push(format!(
                "  {}: {} steps, all {} methods with every option, told \"too fast\" {too_fast}; {word}",
                flow.peer, flow.calls, flow.methods
            ));
            lines.extend(flow.rentals.iter().map(|rental| format!("    {rental}")));
        }
        lines.push(String::new());
        lines
            .push("GPU searches of the class's flow (ours compares whole words by default, S21):".to_owned());
        lines.extend(self.searches.iter().map(|line| format!("  {line}")));
        lines.push(String::new());
        lines.push("Faults of the peers on `live`, the API as it is, and our client on the same:".to_owned());
        lines.push("peer | call | what happened | row | what ours does".to_owned());
        lines.push("---- | ---- | ------------- | --- | --------------".to_owned());
        lines.extend(self.findings.iter().map(|one| {
            let call: String = one.call.chars().take(70).collect();
            format!("{} | {call} | {} | {} | {}", one.peer, one.what, one.row, one.ours)
        }));
        for (peer, left) in &self.left_open {
            lines.push(format!("{peer} left rentals billing whose ids it was never told: {left}"));
        }
        lines.push(format!(
            "Rows of section 1 that this run does not show (each has its own test or belongs to a later part): {}",
            rows::not_shown(&self.findings).join(", ")
        ));
        lines.push(String::new());
        lines.push(match &self.reference {
            Some(Reference::Read { looked_for, missing }) => {
                format!(
                    "Reference page: {looked_for} names and defaults looked for, {} missing.",
                    missing.len()
                )
            }
            Some(Reference::Missing(path)) => {
                format!("Reference page: SKIPPED, {} is not there.", path.display())
            }
            None => "Reference page: not checked.".to_owned(),
        });
        lines.push(String::new());
        lines.push(if self.problems.is_empty() {
            format!("Good: every ledger agrees, every failure has its row ({:.0} s).", self.seconds)
        } else {
            format!("FAILED with {} problems ({:.0} s):", self.problems.len(), self.seconds)
        });
        lines.extend(self.problems.iter().map(|problem| format!("  - {problem}")));
        lines.join("\n")
    }

    /// For a program.
    pub(crate) fn json(&self) -> Value {
        let reference = match &self.reference {
            Some(Reference::Read { looked_for, missing }) => {
                json!({"looked_for": looked_for, "missing": missing})
            }
            Some(Reference::Missing(path)) => json!({"skipped": path}),
            None => Value::Null,
        };
        let flows = self.flows.iter().map(|flow| {
            json!({"peer": flow.peer, "steps": flow.calls, "methods": flow.methods, "too_fast": flow.too_fast, "rentals": flow.rentals, "agree": flow.agree})
        });
        let findings = self.findings.iter().map(|one| {
            json!({"peer": one.peer, "call": one.call, "what": one.what, "row": one.row, "ours": one.ours})
        });
        let left = self.left_open.iter().map(|(peer, left)| json!({"peer": peer, "left": left}));
        json!({
            "versions": self.versions,
            "flows": flows.collect::<Vec<_>>(),
            "searches": self.searches,
            "findings": findings.collect::<Vec<_>>(),
            "left_billing": left.collect::<Vec<_>>(),
            "surface": self.surfaces.iter().cloned().collect::<Map<String, Value>>(),
            "reference": reference,
            "problems": self.problems,
            "seconds": self.seconds,
            "good": self.problems.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_with_a_problem_says_that_it_failed_in_both_forms() {
        let mut report = Report::default();
        assert!(report.text().contains("Good:") && report.json()["good"] == json!(true));
        report.problems.push("the ledgers differ".to_owned());
        report.reference = Some(Reference::Missing("page.md".into()));
        let text = report.text();
        assert!(
            text.contains("FAILED") && text.contains("the ledgers differ") && text.contains("SKIPPED"),
            "{text}"
        );
        assert_eq!(report.json()["good"], json!(false));
    }
}
