//! `Rent`'s table, generated from state × input. Every match here is without a wildcard over inputs or states, so that
//! a state or an input without an expectation does not compile.

use super::table_inputs::{AsCreate, AsReading, Input, Says, inputs};
use super::table_journals::{blocked, limited};
use super::table_walk::{At, Walk};
use super::world::{errors, id, state_of};
use crate::effect::Delivery;
use crate::error::{Failure, FailureKind};
use crate::journal::{Journal, JournalError, Record, Recorded};
use crate::op::Operation;
use crate::op::scripted::Reply;

/// Where a reading goes: after a complete one, one with a new row, a pause, and any other end.
struct Reads {
    complete: At,
    ended_row: At,
    new_row: At,
    again: At,
    unreadable: At,
    stops: At,
}

fn reads(at: At) -> Option<Reads> {
    let (error, unread) = (At::Done("error"), At::Done("unread history"));
    let all = |look, wait| Reads {
        complete: look,
        ended_row: look,
        new_row: look,
        again: wait,
        unreadable: wait,
        stops: wait,
    };
    Some(match at {
        At::Snapshot => Reads {
            complete: At::Recording,
            ended_row: At::EndingLook,
            new_row: At::Recording,
            again: At::SnapshotPause,
            unreadable: unread,
            stops: error,
        },
        At::SnapshotAgain => Reads {
            complete: At::Renewing,
            ended_row: At::EndingAgain,
            new_row: At::Renewing,
            again: At::SnapshotAgainPause,
            unreadable: At::ResolvingNeverSent,
            stops: At::ResolvingNeverSent,
        },
        At::Recheck => Reads {
            complete: At::RenewingLeft,
            ended_row: At::RenewingLeft,
            new_row: At::AfterFiveWait,
            again: At::RecheckPause,
            unreadable: At::AfterFiveWait,
            stops: At::AfterFiveWait,
        },
        At::ReconcileReading => all(At::ReconcileLook, At::ReconcileWait),
        At::AfterFiveReading => all(At::AfterFiveLook, At::AfterFiveWait),
        At::SettlingReading => all(At::SettlingLook, At::SettlingWait),
        At::Sending | At::SendingLeft | At::SnapshotPause | At::SnapshotAgainPause | At::Recording => {
            return None;
        }
        At::EndingLook | At::EndingMark | At::EndingAgain => return None,
        At::Renewing | At::RenewingLeft | At::Busy | At::SettlingAdopt | At::SettlingWait => return None,
        At::SettlingLook | At::SettlingMark | At::Backoff | At::BackoffLeft | At::RecheckPause => {
            return None;
        }
        At::NotingBackoff | At::NotingReconcile | At::ReconcileWait | At::ReconcileLook => return None,
        At::AfterFiveWait | At::AfterFiveLook | At::ResolvingRefused | At::ResolvingNeverSent => return None,
        At::ResolvingPlaced | At::ResolvingInferred | At::Over | At::Done(_) => return None,
    })
}

fn expect_answer(at: At, reading: AsReading, create: AsCreate) -> At {
    match (at, create) {
        (At::Sending | At::SendingLeft, AsCreate::Placed) => At::ResolvingPlaced,
        (At::Sending, AsCreate::Refused) => At::ResolvingRefused,
        (At::SendingLeft, AsCreate::Refused) => At::AfterFiveWait,
        (At::Sending, AsCreate::TooFast) => At::NotingBackoff,
        (At::SendingLeft, AsCreate::TooFast) => At::BackoffLeft,
        (At::Sending, AsCreate::Unknown) => At::NotingReconcile,
        // It is noted that it was answered, whatever was noted before.
        (At::Sending | At::SendingLeft, AsCreate::Accepted) => At::NotingReconcile,
        (At::SendingLeft, AsCreate::Unknown) => At::ReconcileWait,
        (reads_or_not, _) => match (reads(reads_or_not), reading) {
            (None, _) => at,
            (Some(reads), AsReading::Complete) => reads.complete,
            (Some(reads), AsReading::EndedRow) => reads.ended_row,
            (Some(reads), AsReading::NewRow) => reads.new_row,
            (Some(reads), AsReading::Again) => reads.again,
            (Some(reads), AsReading::Unreadable) => reads.unreadable,
            (Some(reads), AsReading::Stops) => reads.stops,
        },
    }
}

fn expect_failure(at: At, delivery: Delivery, kind: FailureKind) -> At {
    match (at, delivery, kind) {
        (At::Sending, Delivery::NotSent, FailureKind::TooLate) => At::SnapshotAgain,
        (At::Sending, Delivery::NotSent, kind) if kind.is_permanent() => At::ResolvingNeverSent,
        (At::Sending, Delivery::NotSent, _) => At::Backoff,
        (At::Sending, Delivery::Unknown | Delivery::Answered, _) => At::NotingReconcile,
        (At::SendingLeft, Delivery::NotSent, kind) if kind.is_permanent() => At::AfterFiveWait,
        (At::SendingLeft, Delivery::NotSent, _) => At::Recheck,
        (At::SendingLeft, Delivery::Unknown | Delivery::Answered, _) => At::ReconcileWait,
        (at, _, kind) => match reads(at) {
            None => at,
            Some(reads) if kind.is_permanent() => reads.stops,
            Some(reads) => reads.again,
        },
    }
}

fn expect_journal(at: At, says: Says) -> At {
    use Says::{Attributed, BlockedLive, BlockedOwnerless, Claimed, Fails};
    use Says::{Gone, Limited, Owned, Seen, Written};
    match (at, says) {
        (At::Recording, Written | Claimed) | (At::Renewing, Written | Claimed) => At::Sending,
        (At::Recording | At::Renewing, BlockedLive) => At::Busy,
        (At::Recording | At::Renewing, BlockedOwnerless) => At::SettlingAdopt,
        // What ended without us is only noted: whatever the journal says to it, renting goes on.
        (At::EndingLook | At::EndingMark, _) => At::Recording,
        (At::EndingAgain, _) => At::Renewing,
        (At::Recording, Limited) => At::Done("limit"),
        (At::Recording, Owned | Gone | Attributed | Seen) => At::Done("busy"),
        (At::Recording, Fails(_)) => At::Done("journal"),
        (At::Renewing, Limited | Owned | Gone | Attributed | Seen | Fails(_)) => At::ResolvingNeverSent,
        (At::RenewingLeft, Written | Claimed) => At::SendingLeft,
        (
            At::RenewingLeft,
            BlockedLive | BlockedOwnerless | Limited | Owned | Gone | Attributed | Seen | Fails(_),
        ) => At::AfterFiveWait,
        (At::NotingBackoff, _) => At::BackoffLeft,
        (At::NotingReconcile, _) => At::ReconcileWait,
        (At::ReconcileLook, _) => At::ReconcileWait,
        (At::AfterFiveLook, _) => At::AfterFiveWait,
        (At::SettlingLook, _) => At::SettlingWait,
        (At::SettlingAdopt, Claimed) => At::SettlingWait,
        (At::SettlingAdopt, Fails(_)) => At::Done("journal"),
        // Nothing is left to settle: a new snapshot.
        (
            At::SettlingAdopt,
            Written | BlockedLive | BlockedOwnerless | Limited | Owned | Gone | Attributed | Seen,
        ) => At::Snapshot,
        (At::SettlingMark, Attributed) => At::Done("open intents"),
        (
            At::SettlingMark,
            Written | Claimed | BlockedLive | BlockedOwnerless | Limited | Owned | Gone | Seen | Fails(_),
        ) => At::Done("earlier placed"),
        (At::ResolvingPlaced, Attributed) => At::NotingReconcile,
        (At::ResolvingInferred, Attributed) => At::Done("ambiguous"),
        // A failed record never hides an order.
        (
            At::ResolvingPlaced | At::ResolvingInferred,
            Written | Claimed | BlockedLive | BlockedOwnerless | Limited | Owned | Gone | Seen | Fails(_),
        ) => At::Done("placed"),
        (At::ResolvingRefused | At::ResolvingNeverSent, _) => At::Done("error"),
        (At::Snapshot | At::SnapshotPause | At::SnapshotAgain | At::SnapshotAgainPause | At::Busy, _) => at,
        (At::SettlingWait | At::SettlingReading | At::Sending | At::SendingLeft | At::Backoff, _) => at,
        (At::BackoffLeft | At::Recheck | At::RecheckPause | At::ReconcileWait, _) => at,
        (At::ReconcileReading | At::AfterFiveWait | At::AfterFiveReading | At::Over | At::Done(_), _) => at,
    }
}

fn expect_deadline(at: At) -> At {
    match at {
        At::Snapshot => At::Done("error"),
        At::SnapshotAgain => At::ResolvingNeverSent,
        // They ask once more, and the call says at once that there is no turn before the deadline.
        At::SnapshotPause => At::Snapshot,
        At::SnapshotAgainPause | At::Backoff => At::SnapshotAgain,
        At::BackoffLeft | At::RecheckPause => At::Recheck,
        At::Recheck => At::AfterFiveWait,
        At::Busy => At::Done("busy"),
        At::Sending => At::NotingReconcile,
        At::SendingLeft => At::ReconcileWait,
        // Their own 90 s are over as well by then.
        At::SettlingWait | At::SettlingReading => At::Done("open intents"),
        At::ReconcileWait | At::ReconcileReading | At::AfterFiveWait | At::AfterFiveReading => {
            At::Done("unknown")
        }
        // A record is under way: its answer decides.
        At::Recording | At::Renewing | At::RenewingLeft | At::SettlingAdopt | At::SettlingLook => at,
        At::EndingLook | At::EndingMark | At::EndingAgain => at,
        At::SettlingMark | At::NotingBackoff | At::NotingReconcile | At::ReconcileLook => at,
        At::AfterFiveLook | At::ResolvingRefused | At::ResolvingNeverSent | At::ResolvingPlaced => at,
        At::ResolvingInferred | At::Over | At::Done(_) => at,
    }
}

/// How many creates were handed out on the way to a state.
fn creates_before(at: At) -> usize {
    match at {
        At::Snapshot | At::SnapshotPause | At::Recording | At::Busy | At::SettlingAdopt => 0,
        At::EndingLook | At::EndingMark => 0,
        At::EndingAgain => 1,
        At::SettlingWait | At::SettlingReading | At::SettlingLook | At::SettlingMark => 0,
        At::SnapshotAgain | At::SnapshotAgainPause | At::Renewing | At::RenewingLeft | At::Sending => 1,
        At::Backoff | At::BackoffLeft | At::Recheck | At::RecheckPause | At::NotingBackoff => 1,
        At::NotingReconcile | At::ReconcileWait | At::ReconcileReading | At::ReconcileLook => 1,
        At::AfterFiveWait | At::AfterFiveReading | At::AfterFiveLook | At::ResolvingRefused => 1,
        At::ResolvingNeverSent | At::ResolvingPlaced | At::ResolvingInferred | At::Over => 1,
        At::SendingLeft => 2,
        At::Done(_) => panic!("an end is no state to come from"),
    }
}

/// The intent in the journal after the input.
fn expect_state(at: At, input: Input, next: At) -> &'static str {
    let open = creates_before(at) > 0 && at != At::Over;
    match (at, input) {
        (At::Over, _) => "Refused",
        (At::Recording, Input::Journal(Says::Claimed)) => "Live",
        (At::ResolvingRefused, Input::Journal(Says::Written)) => "Refused",
        (At::ResolvingNeverSent, Input::Journal(Says::Written)) => "NeverSent",
        (At::ResolvingPlaced, Input::Journal(Says::Written)) => {
            "Placed { order: OrderId(9), inferred: false }"
        }
        (At::ResolvingInferred, Input::Journal(Says::Written)) => {
            "Placed { order: OrderId(9), inferred: true }"
        }
        (_, Input::Drop) if open => "Ownerless",
        _ if open && matches!(next, At::Done(_)) => "Ownerless",
        _ if open => "Live",
        _ => "none",
    }
}

/// What a journal says to the record under way: the real one where that is its answer.
fn say(walk: &Walk, says: Says) -> Result<Recorded, JournalError> {
    let claim = || Recorded::Claimed(crate::journal::Claim::new(id("mine"), Box::new(())));
    let real = matches!(
        (&walk.record, says),
        (Some(Record::Intent(_) | Record::Renew(_) | Record::Adopt(_)), Says::Claimed)
            | (
                Some(Record::Sent(_) | Record::Answered(_) | Record::Resolved { .. } | Record::Ended { .. }),
                Says::Written
            )
            | (Some(Record::Look), Says::Seen)
    );
    if real {
        return walk.journal.record(walk.record.clone().unwrap());
    }
    match says {
        Says::Written => Ok(Recorded::Written),
        Says::Claimed => Ok(claim()),
        Says::BlockedLive => blocked(true),
        Says::BlockedOwnerless => blocked(false),
        Says::Limited => limited(),
        Says::Owned => Ok(Recorded::Owned),
        Says::Gone => Ok(Recorded::Gone),
        Says::Attributed => Ok(Recorded::Attributed(id("other"))),
        Says::Seen => Ok(Recorded::Seen(crate::journal::View::default())),
        Says::Fails(which) => Err(errors().get(which).unwrap().clone()),
    }
}

#[test]
fn every_input_in_every_state_does_what_the_table_says() {
    let mut cells = 0;
    let mut wrong: Vec<String> = Vec::new();
    for at in At::ALL {
        for input in inputs() {
            let mut walk = Walk::to(at);
            let cell = format!("{at:?} × {input:?}");
            let expected = match input {
                Input::Answer(reply, as_reading, as_create) => {
                    walk.hear(&reply());
                    expect_answer(at, as_reading, as_create)
                }
                Input::Fails(delivery, kind) => {
                    walk.hear(&Reply::Fails(delivery, kind));
                    expect_failure(at, delivery, kind)
                }
                Input::Journal(says) => {
                    let done = say(&walk, says);
                    walk.machine.handle_recorded(walk.now, done);
                    expect_journal(at, says)
                }
                Input::Early => at,
                Input::Deadline => {
                    walk.now = walk.machine.deadline;
                    let late = Failure::new(Delivery::Unknown, FailureKind::Timeout, "");
                    if reads(at).is_some() || matches!(at, At::Sending | At::SendingLeft) {
                        walk.machine.handle_failure(walk.now, late);
                        walk.in_flight = false;
                    }
                    expect_deadline(at)
                }
                Input::Drop => at,
            };
            cells += 1;
            if let Input::Drop = input {
                let Walk { machine, journal, .. } = walk;
                drop(machine);
                let (is, should) = (state_of(&journal, "mine"), expect_state(at, input, at));
                if is != should {
                    wrong.push(format!("{cell}: the intent is {is}, not {should}"));
                }
                continue;
            }
            walk.poll();
            let sends = matches!(expected, At::Sending | At::SendingLeft) && expected != at;
            let creates = creates_before(at) + usize::from(sends);
            let should = (expected, creates, expect_state(at, input, expected).to_owned());
            let is = (walk.at, walk.creates, state_of(&walk.journal, "mine"));
            if is != should {
                wrong.push(format!("{cell}: {is:?}, not {should:?}"));
                continue;
            }
            walk.finish();
            assert!(walk.effective <= 1, "{cell}: {} creates may have taken effect", walk.effective);
        }
    }
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
}
