//! [`Settle`]: takes ownerless open intents over and settles them by reading. It never creates.
//!
//! ```text
//!  Adopting each: Record(Adopt) ── Owned ─► its owner lives, left alone
//!   │                           └─ Gone ──► settled meanwhile by another run
//!   ▼ Claimed
//!  Reconciling all of them at once ─► Marking each that was found: event, Record(Resolved) ─► Over
//! ```

use super::candidate::Dates;
use super::outcome::Evidence;
use super::reconcile::{Case, Reconcile, Verdict};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{Claim, IntentId, JournalError, OpenIntent, Record, Recorded, Resolution};
use crate::model::order::Sighting;
use crate::model::{OrderId, ServerId};
use crate::op::{Head, Operation, Pace, Settings, Step};
use crate::time::Moment;
use std::collections::{BTreeMap, VecDeque};

/// One intent and what became of it.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Settled {
    /// The intent.
    pub intent: IntentId,
    /// The server it was for.
    pub server: Option<ServerId>,
    /// What became of it.
    pub settlement: Settlement,
}

impl Settled {
    pub(super) fn new(intent: IntentId, server: Option<ServerId>, settlement: Settlement) -> Self {
        Self { intent, server, settlement }
    }
}

/// What became of an intent.
///
/// Closed: whoever settles must have a word for each.
#[derive(Clone, PartialEq, Debug)]
pub enum Settlement {
    /// It is this order.
    Placed {
        /// Which.
        order: OrderId,
        /// Found by reading.
        inferred: bool,
    },
    /// The service refused it.
    Refused,
    /// It certainly never left.
    NeverSent,
    /// No order is to be seen; it stays open.
    NotSeen,
    /// One of these rows may be it; it stays open.
    Ambiguous(Vec<Sighting>),
    /// The readings needed could not be had; one of the rows that were seen, if any, may be it. It stays open.
    Unknown(Vec<Sighting>),
    /// Another run owns it and will settle it.
    Owned,
    /// It was made with another key; only that key can settle it.
    OtherKey,
    /// The user closed it.
    Closed,
}

impl Settlement {
    /// The word of the command's `--json`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Placed { .. } => "placed",
            Self::Refused => "refused",
            Self::NeverSent => "never_sent",
            Self::NotSeen => "not_seen",
            Self::Ambiguous(_) => "ambiguous",
            Self::Unknown(_) => "unknown",
            Self::Owned => "owned",
            Self::OtherKey => "other_key",
            Self::Closed => "closed",
        }
    }

    /// Whether the intent stays open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Placed { .. } | Self::Refused | Self::NeverSent | Self::Closed => false,
            Self::NotSeen | Self::Ambiguous(_) | Self::Unknown(_) | Self::Owned | Self::OtherKey => true,
        }
    }

    /// The order, when it is certain.
    #[must_use]
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Self::Placed { order, .. } => Some(*order),
            _ => None,
        }
    }

    /// Rows that may be the order.
    #[must_use]
    pub fn candidates(&self) -> &[Sighting] {
        match self {
            Self::Ambiguous(rows) | Self::Unknown(rows) => rows,
            _ => &[],
        }
    }
}

#[derive(Debug)]
pub(super) struct Settle {
    settings: Settings,
    fully: bool,
    to_adopt: VecDeque<OpenIntent>,
    cases: Vec<Case>,
    claims: BTreeMap<IntentId, Claim>,
    settled: Vec<Settled>,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    Adopting,
    Reconciling(Box<Reconcile>),
    Marking(VecDeque<(Case, Sighting)>),
    Failed(Box<Error>),
    Over,
}

impl Settle {
    pub(super) fn new(settings: &Settings, open: Vec<OpenIntent>) -> Self {
        Self {
            settings: settings.clone(),
            fully: false,
            to_adopt: open.into(),
            cases: Vec::new(),
            claims: BTreeMap::new(),
            settled: Vec::new(),
            events: VecDeque::new(),
            state: State::Adopting,
        }
    }

    /// Judges at the end of grace only.
    pub(super) fn fully(mut self, yes: bool) -> Self {
        self.fully = yes;
        self
    }

    fn say(&mut self, case: &Case, settlement: Settlement) {
        self.claims.remove(&case.intent.id);
        self.settled.push(Settled::new(case.intent.id.clone(), case.intent.server, settlement));
    }

    fn reconciled(&mut self, verdicts: Vec<(Case, Verdict)>) -> State {
        let mut found = VecDeque::new();
        for (case, verdict) in verdicts {
            match verdict {
                Verdict::Placed(row) => {
                    self.announce(&case, &row);
                    found.push_back((case, row));
                }
                Verdict::Ambiguous(rows) => self.say(&case, Settlement::Ambiguous(rows)),
                // A crash forgets that a send was answered "too fast", so this is never said here; open is safe.
                Verdict::NotSeen | Verdict::RefusedTooFast => self.say(&case, Settlement::NotSeen),
                Verdict::Unknown => {
                    let rows = case.evidence.rows.clone();
                    self.say(&case, Settlement::Unknown(rows));
                }
            }
        }
        State::Marking(found)
    }

    fn announce(&mut self, case: &Case, row: &Sighting) {
        if let Some(server) = row.server.or(case.intent.server) {
            self.events.push_back(Event::OrderPlaced { order: row.id, server, inferred: true });
        }
    }

    fn adopted(&mut self, open: OpenIntent, done: Result<Recorded, JournalError>) -> Result<(), Error> {
        let id = open.intent.id.clone();
        match done {
            Ok(Recorded::Claimed(claim)) => {
                self.claims.insert(id.clone(), claim);
                let dates = Dates { snapshot: open.intent.snapshot_date, answer: None };
                let evidence = Evidence::new(id, open.intent.server);
                self.cases.push(Case::new(open.intent, dates, false, evidence));
                Ok(())
            }
            Ok(Recorded::Owned) => {
                self.settled.push(Settled::new(id, open.intent.server, Settlement::Owned));
                Ok(())
            }
            // Settled meanwhile by another run.
            Ok(_) => Ok(()),
            Err(error) => Err(Error::new(ErrorKind::Journal(error)).with_intents([id])),
        }
    }
}

impl Operation for Settle {
    type Output = Vec<Settled>;

    fn name(&self) -> &'static str {
        "settle"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Vec<Settled>, Error>> {
        loop {
            match &mut self.state {
                State::Adopting => {
                    if let Some(open) = self.to_adopt.front() {
                        return Step::Record(Record::Adopt(open.intent.id.clone()));
                    }
                    let cases = core::mem::take(&mut self.cases);
                    let reconcile = Reconcile::new(&self.settings, None, cases).only_at_the_end(self.fully);
                    self.state = State::Reconciling(Box::new(reconcile));
                }
                State::Reconciling(reconcile) => match reconcile.poll(now).ended() {
                    Ok(Ok(verdicts)) => self.state = self.reconciled(verdicts),
                    Ok(Err(error)) => {
                        self.state = State::Over;
                        return Step::Done(Err(error));
                    }
                    Err(step) => return step,
                },
                State::Marking(found) => match found.front() {
                    Some((case, row)) => {
                        let resolution = Resolution::Placed { order: row.id, inferred: true };
                        let intent = case.intent.id.clone();
                        return Step::Record(Record::Resolved {
                            intent,
                            resolution,
                            wall: self.settings.wall,
                        });
                    }
                    None => {
                        self.state = State::Over;
                        self.claims.clear();
                        return Step::Done(Ok(core::mem::take(&mut self.settled)));
                    }
                },
                State::Failed(error) => {
                    let error = (**error).clone();
                    self.state = State::Over;
                    return Step::Done(Err(error));
                }
                State::Over => return Step::Wait(Moment::NEVER),
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Reconciling(reconcile) => reconcile.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Reconciling(reconcile) => reconcile.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Reconciling(reconcile) => reconcile.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let State::Reconciling(reconcile) = &mut self.state {
            reconcile.handle_failure(now, failure);
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Adopting => {
                if let Some(open) = self.to_adopt.pop_front()
                    && let Err(error) = self.adopted(open, done)
                {
                    // Adopted ones are released and stay open; nothing was sent.
                    self.to_adopt.clear();
                    self.cases.clear();
                    self.claims.clear();
                    self.settled.clear();
                    self.state = State::Failed(Box::new(error));
                }
            }
            State::Reconciling(reconcile) => reconcile.handle_recorded(now, done),
            State::Marking(found) => {
                if let Some((case, row)) = found.pop_front() {
                    let settlement = match done {
                        Ok(Recorded::Attributed(_)) => Settlement::Ambiguous(vec![row]),
                        Ok(_) => Settlement::Placed { order: row.id, inferred: true },
                        Err(_) => {
                            self.events.push_back(Event::JournalWarning { intent: case.intent.id.clone() });
                            Settlement::Placed { order: row.id, inferred: true }
                        }
                    };
                    self.say(&case, settlement);
                }
            }
            State::Failed(_) | State::Over => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Reconciling(reconcile) => reconcile.next_event(),
            _ => None,
        })
    }
}
