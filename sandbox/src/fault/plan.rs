//! Which fault is due for a request: each line of the plan counts the requests it is for.

use super::{Fault, FaultKind};

/// Scripted faults in the order they were added. Of several that fit a request the first is applied; all of them
/// count it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FaultPlan {
    lines: Vec<(Fault, u64)>,
}

impl FaultPlan {
    /// A plan without faults.
    pub fn new() -> FaultPlan {
        FaultPlan::default()
    }

    /// Adds a fault; its requests are counted from now on.
    pub fn push(&mut self, fault: Fault) {
        self.lines.push((fault, 0));
    }

    /// Whether nothing is scripted.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Forgets all faults.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    /// Counts a request to `path` (`create_order`, `/v1/create_order?x=y`) and says what is to be done to it.
    pub fn next(&mut self, path: &str) -> Option<FaultKind> {
        let path = path.split('?').next().unwrap_or_default();
        let call = path.strip_prefix("/v1/").unwrap_or(path);
        let mut due = None;
        for (fault, seen) in &mut self.lines {
            if fault.call == "*" || fault.call == call {
                *seen += 1;
                if due.is_none() && fault.only.is_none_or(|only| only == *seen) {
                    due = Some(fault.kind.clone());
                }
            }
        }
        due
    }
}

impl FromIterator<Fault> for FaultPlan {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> FaultPlan {
        FaultPlan { lines: faults.into_iter().map(|fault| (fault, 0)).collect() }
    }
}
