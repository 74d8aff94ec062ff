//! [`Disk`]: a journal's file and its locks, as the processes of one machine share them: core's text form, replay and
//! rules, over lines in memory that survive a crash of the client.

use super::bug::Bug;
use clore_core::journal::{
    Admission, Claim, IntentId, JournalError, Line, Record, Recorded, Resolution, Scope, State, View, admit,
};
use clore_core::spending::{Breach, Check};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock, Weak};

/// A process: which client, and its number, counting restarts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Process {
    pub(super) client: usize,
    pub(super) number: u32,
}

/// How a record fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DiskFault {
    /// Full: nothing was written.
    Full,
    /// The lock could not be had in time.
    Locked,
    /// The line was written, and then neither confirmed nor taken back.
    Unconfirmed,
}

#[derive(Debug, Default)]
pub(super) struct Disk {
    /// Written out as text only when somebody reads the file anew.
    lines: Vec<(Process, Line)>,
    state: State,
    /// The state as [`Bug::AttributionIgnored`] sees it.
    unattributed: State,
    open: BTreeSet<IntentId>,
    claims: BTreeMap<IntentId, (Weak<()>, Process)>,
    /// What each process knew when it last came, for [`Bug::LimitOutsideLock`].
    known: BTreeMap<Process, State>,
    bug: Option<Bug>,
}

fn scope() -> &'static Scope {
    static SCOPE: OnceLock<Scope> = OnceLock::new();
    SCOPE.get_or_init(|| Scope::new("https://simulated.example", "tag"))
}

/// The line as the file gives it back.
fn read_back(line: &Line) -> Line {
    Line::parse(&line.to_text().unwrap()).unwrap()
}

impl Disk {
    pub(super) fn new(bug: Option<Bug>) -> Self {
        Self { bug, ..Self::default() }
    }

    /// Check and append, as a journal does in one hold of its lock.
    pub(super) fn record(
        &mut self,
        by: Process,
        record: Record,
        fault: Option<DiskFault>,
    ) -> Result<Recorded, JournalError> {
        let full = JournalError::Medium { kind: std::io::ErrorKind::StorageFull, doing: "writing a line" };
        match fault {
            Some(DiskFault::Locked) => return Err(JournalError::LockTimeout),
            Some(DiskFault::Full) if record != Record::Look => return Err(full),
            _ => {}
        }
        let alive = |id: &IntentId| self.owner(id).is_some();
        let own = |id: &IntentId| self.owner(id) == Some(by);
        if let Record::Look = record {
            let state = if self.ignores_attribution() { &self.unattributed } else { &self.state };
            return Ok(Recorded::Seen(state.view(scope(), &alive)));
        }
        let nobody = |_: &IntentId| false;
        let admission = match self.bug {
            Some(Bug::ClaimNotTaken) => admit(&self.state, scope(), &record, &nobody, &nobody),
            Some(Bug::AttributionIgnored) => admit(&self.unattributed, scope(), &record, &alive, &own),
            Some(Bug::LimitOutsideLock) => self.admit_by_old_limits(by, &record),
            _ => admit(&self.state, scope(), &record, &alive, &own),
        };
        if self.bug == Some(Bug::LimitOutsideLock) {
            self.known.insert(by, self.state.clone());
        }
        if let Admission::Nothing = admission {
            return Ok(Recorded::Written);
        }
        if let Some(refusal) = admission.refusal() {
            return refusal;
        }
        let claims = record.claims().cloned();
        self.append(by, record);
        if fault.is_some() {
            return Err(full);
        }
        Ok(match claims {
            Some(id) => Recorded::Claimed(self.claim(by, id)),
            None => Recorded::Written,
        })
    }

    fn admit_by_old_limits(&self, by: Process, record: &Record) -> Admission {
        let (alive, own) =
            (|id: &IntentId| self.owner(id).is_some(), |id: &IntentId| self.owner(id) == Some(by));
        let mut unlimited = record.clone();
        if let Record::Intent(intent) | Record::Renew(intent) = &mut unlimited {
            intent.check = Check::default();
        }
        let before = self.known.get(&by).cloned().unwrap_or_default();
        match admit(&self.state, scope(), record, &alive, &own) {
            Admission::Limited(breach) if !matches!(*breach, Breach::Rate { .. }) => {
                match admit(&before, scope(), record, &alive, &own) {
                    limited @ Admission::Limited(_) => limited,
                    _ => admit(&self.state, scope(), &unlimited, &alive, &own),
                }
            }
            other => other,
        }
    }

    fn append(&mut self, by: Process, record: Record) {
        if self.ignores_attribution() {
            let record = match record.clone() {
                Record::Resolved { intent, resolution, wall } if resolution.order().is_some() => {
                    Record::Resolved { intent, resolution: Resolution::Done, wall }
                }
                other => other,
            };
            self.unattributed.apply(Line::new(scope().clone(), record));
        }
        self.note(&record);
        let line = Line::new(scope().clone(), record);
        self.lines.push((by, line.clone()));
        self.state.apply(line);
    }

    fn note(&mut self, record: &Record) {
        match record {
            Record::Intent(intent) => drop(self.open.insert(intent.id.clone())),
            Record::Resolved { intent, .. } => drop(self.open.remove(intent)),
            _ => {}
        }
    }

    fn ignores_attribution(&self) -> bool {
        self.bug == Some(Bug::AttributionIgnored)
    }

    fn owner(&self, id: &IntentId) -> Option<Process> {
        let (held, owner) = self.claims.get(id)?;
        (held.strong_count() > 0).then_some(*owner)
    }

    /// A claim; a renewed intent's new claim holds the lock together with the earlier one.
    fn claim(&mut self, by: Process, id: IntentId) -> Claim {
        let earlier = self.claims.get(&id).and_then(|(held, _)| held.upgrade());
        let held = earlier.unwrap_or_default();
        self.claims.retain(|_, (held, _)| held.strong_count() > 0);
        self.claims.insert(id.clone(), (Arc::downgrade(&held), by));
        Claim::new(id, Box::new(held))
    }

    /// Whether the intent stands in the file and nothing resolves it.
    pub(super) fn is_open(&self, id: &IntentId) -> bool {
        self.open.contains(id)
    }

    /// What the journal says.
    pub(super) fn view(&self) -> View {
        self.state.view(scope(), &|id| self.owner(id).is_some())
    }

    /// What the file says, read anew: a record that does not survive its text form would show here.
    pub(super) fn replay(&self) -> View {
        let mut state = State::new();
        for (_, line) in &self.lines {
            state.apply(read_back(line));
        }
        state.view(scope(), &|id| self.owner(id).is_some())
    }

    /// The process is gone; its locks went with its claims.
    pub(super) fn crashed(&mut self, process: Process) {
        if self.bug == Some(Bug::IntentNotFlushed) {
            let lost =
                |(by, line): &(Process, Line)| *by == process && matches!(line.record, Record::Intent(_));
            self.lines.pop_if(|line| lost(line));
        }
        // Whoever reads the file next reads it from its start.
        (self.state, self.open) = (State::new(), BTreeSet::new());
        for at in 0..self.lines.len() {
            let line = read_back(&self.lines[at].1);
            self.note(&line.record);
            self.state.apply(line);
        }
    }

    /// An in-memory journal dies with its process.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.bug);
    }
}
