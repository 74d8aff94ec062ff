//! The states and inputs of the table, and how a machine is walked to each state.

use super::table_journals::{earlier, live};
use super::world::{SERVER, left_behind, rent};
use crate::effect::Delivery;
use crate::error::{Error, FailureKind};
use crate::journal::{Claim, Journal, MemoryJournal, Record};
use crate::op::rent::machine::State;
use crate::op::rent::{RentOutcome, Renting};
use crate::op::scripted::{Reply, at, session, settings};
use crate::op::{Head, Operation, Plan, Step};
use crate::time::Moment;

/// Where a machine stands: its state, and whether it flies, waits or records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum At {
    Snapshot,
    SnapshotPause,
    SnapshotAgain,
    SnapshotAgainPause,
    EndingLook,
    EndingMark,
    EndingAgain,
    Recording,
    Renewing,
    RenewingLeft,
    Busy,
    SettlingAdopt,
    SettlingWait,
    SettlingReading,
    SettlingLook,
    SettlingMark,
    Sending,
    SendingLeft,
    Backoff,
    BackoffLeft,
    Recheck,
    RecheckPause,
    NotingBackoff,
    NotingReconcile,
    ReconcileWait,
    ReconcileReading,
    ReconcileLook,
    AfterFiveWait,
    AfterFiveReading,
    AfterFiveLook,
    ResolvingRefused,
    ResolvingNeverSent,
    ResolvingPlaced,
    ResolvingInferred,
    Over,
    /// The end, with a word for the outcome or the error.
    Done(&'static str),
}

pub(super) const EMPTY: &str = r#"{"orders":[{"id":1,"si":5}],"code":0}"#;
pub(super) const ENDED_ROW: &str = r#"{"orders":[{"id":1,"si":5},{"id":3,"si":6,"expired":true}],"code":0}"#;
pub(super) const NEW_ROW: &str = r#"{"orders":[{"id":9,"si":5}],"code":0}"#;
pub(super) const ID_9: &str = r#"{"code":0,"order_id":9}"#;
pub(super) const FIVE: &str = r#"{"code":5}"#;

/// One step of a walk.
#[derive(Clone, Debug)]
enum Go {
    Hears(Reply),
    /// The journal does what it is asked.
    Records,
    /// Time passes to the end of the wait.
    Waits,
}

impl At {
    /// Every state an input can come to.
    pub(super) const ALL: [Self; 35] = [
        Self::Snapshot,
        Self::SnapshotPause,
        Self::SnapshotAgain,
        Self::SnapshotAgainPause,
        Self::EndingLook,
        Self::EndingMark,
        Self::EndingAgain,
        Self::Recording,
        Self::Renewing,
        Self::RenewingLeft,
        Self::Busy,
        Self::SettlingAdopt,
        Self::SettlingWait,
        Self::SettlingReading,
        Self::SettlingLook,
        Self::SettlingMark,
        Self::Sending,
        Self::SendingLeft,
        Self::Backoff,
        Self::BackoffLeft,
        Self::Recheck,
        Self::RecheckPause,
        Self::NotingBackoff,
        Self::NotingReconcile,
        Self::ReconcileWait,
        Self::ReconcileReading,
        Self::ReconcileLook,
        Self::AfterFiveWait,
        Self::AfterFiveReading,
        Self::AfterFiveLook,
        Self::ResolvingRefused,
        Self::ResolvingNeverSent,
        Self::ResolvingPlaced,
        Self::ResolvingInferred,
        Self::Over,
    ];

    fn way(self) -> Vec<Go> {
        use Go::{Hears, Records, Waits};
        let hears = |body: &str| Hears(Reply::ok(body));
        let fails = |delivery, kind| Hears(Reply::Fails(delivery, kind));
        let lost = || fails(Delivery::Unknown, FailureKind::Timeout);
        let then = |from: Self, next: Vec<Go>| from.way().into_iter().chain(next).collect();
        match self {
            Self::Snapshot => Vec::new(),
            Self::SnapshotPause => then(Self::Snapshot, vec![Hears(Reply::status(502, ""))]),
            Self::SnapshotAgain => then(Self::Sending, vec![fails(Delivery::NotSent, FailureKind::TooLate)]),
            Self::SnapshotAgainPause => then(Self::SnapshotAgain, vec![Hears(Reply::status(502, ""))]),
            Self::EndingLook => then(Self::Snapshot, vec![hears(ENDED_ROW)]),
            Self::EndingMark => then(Self::EndingLook, vec![Records]),
            Self::EndingAgain => then(Self::SnapshotAgain, vec![hears(ENDED_ROW)]),
            Self::Recording => then(Self::Snapshot, vec![hears(EMPTY)]),
            Self::Renewing => then(Self::SnapshotAgain, vec![hears(EMPTY)]),
            Self::RenewingLeft => then(Self::Recheck, vec![hears(EMPTY)]),
            // Who else is in the journal makes the difference.
            Self::Busy | Self::SettlingAdopt | Self::Sending => then(Self::Recording, vec![Records]),
            Self::SettlingWait => then(Self::SettlingAdopt, vec![Records]),
            Self::SettlingReading => then(Self::SettlingWait, vec![Waits]),
            Self::SettlingLook => then(Self::SettlingReading, vec![hears(EMPTY)]),
            Self::SettlingMark => then(Self::SettlingReading, vec![hears(NEW_ROW), Records]),
            Self::SendingLeft => then(Self::RenewingLeft, vec![Records]),
            Self::Backoff => then(Self::Sending, vec![fails(Delivery::NotSent, FailureKind::Connect)]),
            Self::BackoffLeft => then(Self::NotingBackoff, vec![Records]),
            Self::Recheck => then(Self::BackoffLeft, vec![Waits]),
            Self::RecheckPause => then(Self::Recheck, vec![Hears(Reply::status(502, ""))]),
            Self::NotingBackoff => then(Self::Sending, vec![hears(FIVE)]),
            Self::NotingReconcile => then(Self::Sending, vec![lost()]),
            Self::ReconcileWait => then(Self::NotingReconcile, vec![Records]),
            Self::ReconcileReading => then(Self::ReconcileWait, vec![Waits]),
            Self::ReconcileLook => then(Self::ReconcileReading, vec![hears(EMPTY)]),
            Self::AfterFiveWait => then(Self::Recheck, vec![hears(NEW_ROW)]),
            Self::AfterFiveReading => then(Self::AfterFiveWait, vec![Waits]),
            Self::AfterFiveLook => then(Self::AfterFiveReading, vec![hears(EMPTY)]),
            Self::ResolvingRefused => then(Self::Sending, vec![hears(r#"{"code":6,"error":"no"}"#)]),
            Self::ResolvingNeverSent => {
                then(Self::Sending, vec![fails(Delivery::NotSent, FailureKind::Certificate)])
            }
            Self::ResolvingPlaced => then(Self::Sending, vec![hears(ID_9)]),
            Self::ResolvingInferred => then(Self::ReconcileReading, vec![hears(NEW_ROW), Records]),
            Self::Over => then(Self::ResolvingRefused, vec![Records]),
            Self::Done(_) => panic!("an end is no state to come from"),
        }
    }
}

/// A machine on its way, with the journal it uses.
pub(super) struct Walk {
    pub(super) machine: Renting,
    pub(super) journal: MemoryJournal,
    pub(super) now: Moment,
    pub(super) creates: usize,
    /// Creates that may have taken effect: not those answered code 5 or certainly never sent.
    pub(super) effective: usize,
    pub(super) record: Option<Record>,
    pub(super) until: Option<Moment>,
    pub(super) at: At,
    pub(super) in_flight: bool,
    _other: Option<Claim>,
}

impl Walk {
    pub(super) fn to(target: At) -> Self {
        let journal = MemoryJournal::new();
        let mut other = None;
        match target {
            At::Busy => other = Some(live(&journal)),
            At::EndingMark => earlier(&journal),
            At::SettlingAdopt
            | At::SettlingWait
            | At::SettlingReading
            | At::SettlingLook
            | At::SettlingMark => left_behind(&journal, "other", SERVER),
            _ => {}
        }
        let machine = rent().begin(&settings(&session(), 3), at(1));
        let (record, until) = (None, None);
        let mut walk = Self {
            machine,
            journal,
            now: at(1),
            creates: 0,
            effective: 0,
            record,
            until,
            at: At::Over,
            in_flight: false,
            _other: other,
        };
        walk.poll();
        for go in target.way() {
            match go {
                Go::Hears(reply) => walk.hear(&reply),
                Go::Records => {
                    let record = walk.record.clone().unwrap();
                    let done = walk.journal.record(record);
                    walk.machine.handle_recorded(walk.now, done);
                }
                Go::Waits => walk.now = walk.until.unwrap(),
            }
            walk.poll();
        }
        if target == At::Over {
            assert!(matches!(walk.at, At::Done(_)));
            walk.poll();
        }
        assert_eq!(walk.at, target, "the walk leads there");
        walk
    }

    /// Polls once, as the loop does after every input.
    pub(super) fn poll(&mut self) {
        let step = self.machine.poll(self.now);
        while self.machine.next_event().is_some() {}
        (self.record, self.until) = (None, None);
        self.in_flight |= matches!(step, Step::Send(_));
        let end = match step {
            Step::Send(exchange) => {
                self.creates += usize::from(exchange.request.uri().path().contains("create_order"));
                None
            }
            Step::Wait(until) => {
                self.until = Some(until);
                None
            }
            Step::Record(record) => {
                self.record = Some(record);
                None
            }
            Step::Permit(_) => panic!("an operation asks for no permit"),
            Step::Done(result) => Some(result),
        };
        self.at = match end {
            Some(result) => At::Done(end_word(&result)),
            None => self.label(),
        };
    }

    fn label(&self) -> At {
        let (recorded, left) = (self.machine.recorded, self.machine.left);
        let pick = |reading, wait, record| {
            if self.record.is_some() {
                record
            } else if self.in_flight {
                reading
            } else {
                wait
            }
        };
        match &self.machine.state {
            State::Snapshot(_) if recorded => pick(At::SnapshotAgain, At::SnapshotAgainPause, At::Over),
            State::Snapshot(_) => pick(At::Snapshot, At::SnapshotPause, At::Over),
            State::Ending(_) if recorded => At::EndingAgain,
            State::Ending(_) if matches!(self.record, Some(Record::Ended { .. })) => At::EndingMark,
            State::Ending(_) => At::EndingLook,
            State::Record if left => At::RenewingLeft,
            State::Record if recorded => At::Renewing,
            State::Record => At::Recording,
            State::Busy(..) => At::Busy,
            State::Settling(_) if matches!(self.record, Some(Record::Adopt(_))) => At::SettlingAdopt,
            State::Settling(_) if matches!(self.record, Some(Record::Resolved { .. })) => At::SettlingMark,
            State::Settling(_) => pick(At::SettlingReading, At::SettlingWait, At::SettlingLook),
            State::Create => panic!("never seen from outside"),
            State::Sending { .. } if left => At::SendingLeft,
            State::Sending { .. } => At::Sending,
            State::Backoff(_) if left => At::BackoffLeft,
            State::Backoff(_) => At::Backoff,
            State::Recheck(_) => pick(At::Recheck, At::RecheckPause, At::Over),
            State::Noting(next) if matches!(**next, State::Backoff(_)) => At::NotingBackoff,
            State::Noting(_) => At::NotingReconcile,
            State::Reconciling(inner) if inner.cases.iter().all(|case| case.after_too_fast) => {
                pick(At::AfterFiveReading, At::AfterFiveWait, At::AfterFiveLook)
            }
            State::Reconciling(_) => pick(At::ReconcileReading, At::ReconcileWait, At::ReconcileLook),
            State::Resolving(resolution, _) => match resolution {
                crate::journal::Resolution::Refused => At::ResolvingRefused,
                crate::journal::Resolution::NeverSent => At::ResolvingNeverSent,
                crate::journal::Resolution::Placed { inferred: true, .. } => At::ResolvingInferred,
                crate::journal::Resolution::Placed { inferred: false, .. } => At::ResolvingPlaced,
                other => panic!("not a rent's resolution: {other:?}"),
            },
            State::Over(_) => At::Over,
        }
    }

    /// Pushes what the network did into the machine.
    pub(super) fn hear(&mut self, reply: &Reply) {
        let (head, body, failure) = reply.parts();
        let never = failure.as_ref().is_some_and(|failure| failure.delivery == Delivery::NotSent);
        let five = failure.is_none() && reply_is_five(reply);
        if matches!(self.at, At::Sending | At::SendingLeft) && !never && !five {
            self.effective += 1;
        }
        self.in_flight = false;
        if let Some((status, headers)) = &head {
            let _ = self.machine.handle_head(Head::new(*status, headers));
            let _ = self.machine.handle_data(body);
        }
        match failure {
            Some(failure) => self.machine.handle_failure(self.now, failure),
            None => drop(self.machine.handle_end(self.now)),
        }
    }

    /// Goes on to the end in a world where readings show nothing new and creates are answered with an id.
    pub(super) fn finish(&mut self) {
        for _ in 0..500 {
            match self.at {
                At::Done(_) | At::Over => return,
                At::Sending | At::SendingLeft => self.hear(&Reply::ok(ID_9)),
                _ => {
                    if let Some(record) = self.record.take() {
                        let done = self.journal.record(record);
                        self.machine.handle_recorded(self.now, done);
                    } else if let (Some(until), false) = (self.until, self.in_flight) {
                        self.now = self.now.max(until);
                    } else {
                        self.hear(&Reply::ok(EMPTY));
                    }
                }
            }
            self.poll();
        }
        panic!("it never ends: {:?}", self.at);
    }
}

fn reply_is_five(reply: &Reply) -> bool {
    matches!(reply, Reply::Whole { body, .. } if body.contains(r#""code":5"#))
}

fn end_word(result: &Result<RentOutcome, Error>) -> &'static str {
    use crate::error::ErrorKind;
    match result {
        Ok(outcome) => outcome.word(),
        Err(error) => match error.kind() {
            ErrorKind::UnreadHistory(_) => "unread history",
            ErrorKind::EarlierPlaced => "earlier placed",
            ErrorKind::OpenIntents => "open intents",
            ErrorKind::Busy => "busy",
            ErrorKind::Journal(_) => "journal",
            ErrorKind::Limit(_) => "limit",
            _ => "error",
        },
    }
}
