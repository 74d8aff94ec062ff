//! When reconciling reads, and when it may say what.

use super::world::{SERVER, World, after_close, closed_after, date, rent, row, state_of, word};
use crate::effect::{Delivery, Lane};
use crate::error::{ErrorKind, FailureKind};
use crate::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use crate::op::rent::RentOutcome;
use crate::op::scripted::{Reply, Run, at, seconds, session, session_with, settings};

const LOST: Reply = Reply::Fails(Delivery::Unknown, FailureKind::Timeout);
const FAST: &str = r#"{"code":5}"#;

#[test]
fn readings_begin_2_5_10_20_40_and_60_s_after_the_close() {
    let mut world = World::new().create(LOST);
    let (run, result) = world.run(&MemoryJournal::new());
    assert_eq!(word(&result), "not_seen");
    assert_eq!(after_close(&world, closed_after(&run, world.took)), [2, 5, 10, 20, 40, 60]);
    let lanes = run.asked.iter().map(|asked| asked.lane).collect::<Vec<_>>();
    assert_eq!(lanes.first_chunk(), Some(&[Lane::Normal, Lane::Create]));
    assert!(lanes.iter().skip(2).all(|lane| *lane == Lane::Rescue));
}

#[test]
fn readings_scale_with_grace() {
    for (grace, expected) in [(120, [4, 10, 20, 40, 80, 120]), (600, [20, 50, 100, 200, 400, 600])] {
        let mut world = World::new().create(LOST);
        let session = session_with(|builder| builder.grace(seconds(grace)));
        let (run, result) = world.run_in(&session, &MemoryJournal::new(), rent());
        assert_eq!(word(&result), "not_seen");
        assert_eq!(after_close(&world, closed_after(&run, world.took)), expected);
    }
    // A grace that 60 does not divide still ends at its sixth reading.
    let mut world = World::new().create(LOST);
    let session = session_with(|builder| builder.grace(seconds(100)));
    let (run, _) = world.run_in(&session, &MemoryJournal::new(), rent());
    assert_eq!(after_close(&world, closed_after(&run, world.took)).len(), 6);
}

#[test]
fn not_seen_needs_three_complete_readings_and_the_end_of_grace() {
    // Dark from 8 s on until 61 s after the close: three complete ones, the third at the end of grace.
    let mut world = World::new().create(LOST).dark(11, 50);
    let (run, result) = world.run(&MemoryJournal::new());
    let Ok(RentOutcome::NotSeen(evidence)) = result else { panic!("{result:?}") };
    assert_eq!((evidence.complete, evidence.incomplete), (3, 3));
    assert_eq!(after_close(&world, closed_after(&run, world.took)).last(), Some(&60));
    // Two before the end of grace are not enough: it goes on until a third one.
    let mut world = World::new().create(LOST).dark(4, 60);
    let (run, result) = world.run(&MemoryJournal::new());
    let Ok(RentOutcome::NotSeen(evidence)) = result else { panic!("{result:?}") };
    assert_eq!(evidence.complete, 3);
    assert_eq!(after_close(&world, closed_after(&run, world.took)).last(), Some(&70));
    // Complete ones early are not enough without one at the end of grace.
    let mut world = World::new().create(LOST).dark(50, 300);
    let (run, result) = world.run(&MemoryJournal::new());
    let Ok(RentOutcome::Unknown(evidence)) = result else { panic!("{result:?}") };
    assert_eq!(evidence.complete, 5);
    let end = run.now.since(closed_after(&run, world.took));
    assert_eq!(end, seconds(90), "its own 90 s");
}

#[test]
fn an_incomplete_reading_never_counts() {
    let mut world = World::new().create(LOST).odd(3, 300);
    let (_, result) = world.run(&MemoryJournal::new());
    let Ok(RentOutcome::Unknown(evidence)) = result else { panic!("{result:?}") };
    assert_eq!(evidence.complete, 0);
    assert!(evidence.incomplete >= 6);
}

#[test]
fn what_was_seen_but_not_judged_in_time_is_named() {
    // An ended row is judged at the end of grace, which no reading reaches.
    let mut world = World::new().create(LOST).row(row(5, 9, SERVER, 3, r#","expired":true"#)).dark(50, 300);
    let (_, result) = world.run(&MemoryJournal::new());
    let Ok(outcome) = result else { panic!("{result:?}") };
    assert_eq!(outcome.word(), "unknown");
    assert_eq!(outcome.candidates().iter().map(|row| row.id.number()).collect::<Vec<_>>(), [9]);
}

#[test]
fn after_a_code_5_nothing_found_by_reading_is_ours() {
    let refused = r#"{"code":6,"error":"server-already-rented"}"#;
    // No new row to the end: refused, with the refusal that was said.
    let journal = MemoryJournal::new();
    let mut world = World::new().create(Reply::ok(FAST)).create(Reply::ok(refused));
    let (run, result) = world.run(&journal);
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Refused(_)));
    assert_eq!((run.creates(), state_of(&journal, "mine").as_str()), (2, "Refused"));
    assert_eq!(after_close(&world, closed_after(&run, world.took)).last(), Some(&60));
    // A row on that server: at most ambiguous.
    for more in ["", r#","expired":true"#] {
        let world = World::new().create(Reply::ok(FAST)).create(Reply::ok(refused));
        let end = world.row(row(40, 9, SERVER, 12, more)).ends();
        assert_eq!(end, (2, "ambiguous", "Ownerless".into()));
    }
    // Code 5 to the end of all attempts.
    let journal = MemoryJournal::new();
    let mut world = World::new().create(Reply::ok(FAST)).create(Reply::ok(FAST)).create(Reply::ok(FAST));
    let (run, result) = world.run(&journal);
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::TooFast);
    assert_eq!((run.creates(), state_of(&journal, "mine").as_str()), (3, "Refused"));
}

#[test]
fn a_pause_longer_than_the_deadline_is_not_slept_through() {
    let mut world = World::new().create(Reply::ok(FAST).header("retry-after", "40"));
    let session = session_with(|builder| builder.deadline(seconds(30)));
    let (run, result) = world.run_in(&session, &MemoryJournal::new(), rent());
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::TooFast);
    assert_eq!(run.creates(), 1);
    // A pause longer than reconciling may take: nothing is known, and nothing more is sent.
    let (creates, outcome, state) = World::new().create(Reply::ok(FAST).header("retry-after", "120")).ends();
    assert_eq!((creates, outcome, state.as_str()), (1, "unknown", "Ownerless"));
}

#[test]
fn without_a_complete_recheck_nothing_is_sent_again() {
    for world in [World::new().odd(3, 40), World::new().dark(3, 100)] {
        let journal = MemoryJournal::new();
        let mut world = world.create(Reply::ok(FAST));
        let (run, _) = world.run(&journal);
        assert_eq!(run.creates(), 1);
    }
}

#[test]
fn base_ids_are_never_replaced_once_a_send_may_have_left() {
    let not_sent = Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    let mut world = World::new().create(Reply::ok(FAST)).create(not_sent).create(LOST);
    // Attributed to nobody, on the server only for a while: later readings must not take it into the base.
    world.rows.push(row(0, 3, SERVER, 0, ""));
    let journal = MemoryJournal::new();
    let (run, _) = world.run(&journal);
    assert_eq!(run.creates(), 3);
    let bases: Vec<_> = run.log.iter().filter_map(|entry| entry.split("base_ids: ").nth(1)).collect();
    let bases: Vec<_> = bases.iter().filter_map(|rest| rest.split(", wall: ").next()).collect();
    assert_eq!(bases.len(), 3, "one Intent and two Renew");
    assert!(bases.iter().all(|base| base == bases.first().unwrap()));
    assert!(run.logged("Renew(").is_some());
}

#[test]
fn a_snapshot_before_anything_left_is_renewed() {
    let not_sent = Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    let mut world = World::new().create(not_sent).create(LOST).row(row(3, 3, SERVER, 2, ""));
    let (run, result) = world.run(&MemoryJournal::new());
    // Order 3 came while nothing of ours had left: it cannot be ours.
    assert_eq!((run.creates(), word(&result)), (2, "not_seen"));
}

#[test]
fn a_snapshot_is_as_old_as_the_end_of_its_reading() {
    use crate::op::scripted::{Next, Run, settings};
    let journal = MemoryJournal::new();
    let mut run = Run::new(&settings(&session(), 3), rent(), at(0));
    assert!(matches!(run.next(), Next::Asked(_)));
    run.reply(seconds(1), &Reply::ok(r#"{"orders":[],"code":0}"#).dated(date(at(1))));
    // The machine sleeps before the next poll.
    run.now = at(20);
    let Next::Records(record) = run.next() else { panic!() };
    run.recorded(journal.record(record));
    let Next::Asked(asked) = run.next() else { panic!() };
    assert!(!asked.is_create(), "19 s old: it reads again");
}

/// A journal whose looks fail.
#[derive(Debug, Default)]
struct Blind(MemoryJournal);

impl Journal for Blind {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        match record {
            Record::Look => Err(JournalError::LockTimeout),
            record => self.0.record(record),
        }
    }
}

#[test]
fn nothing_is_judged_without_the_journals_word() {
    let journal = Blind::default();
    let mut world = World::new().create(LOST).row(row(6, 9, SERVER, 3, ""));
    let (_, result) = world.run(&journal);
    let Ok(RentOutcome::Unknown(evidence)) = result else { panic!("{result:?}") };
    assert_eq!(evidence.rows.len(), 1);
    assert_eq!(state_of(&journal.0, "mine"), "Ownerless");
}

/// A session without a journal: it writes nothing, and nothing is attributed.
#[derive(Debug)]
struct None;

impl Journal for None {
    fn record(&self, _: Record) -> Result<Recorded, JournalError> {
        Ok(Recorded::Written)
    }
}

#[test]
fn without_a_journal_a_lost_create_is_settled_all_the_same() {
    let mut world = World::new().create(LOST).row(row(6, 9, SERVER, 3, ""));
    assert_eq!(word(&world.run(&None).1), "placed");
}

#[test]
fn a_reading_that_breaks_is_one_that_was_missed_and_the_next_comes_in_its_time() {
    let mut world = World::new().create(LOST).row(row(0, 9, SERVER, 3, ""));
    world.rows.last_mut().unwrap().from = at(6);
    let mut run = Run::new(&settings(&session(), 3), rent(), at(1));
    let mut broken = 0;
    let result = run.finish(&MemoryJournal::new(), &mut |asked| {
        if asked.lane == Lane::Rescue && broken < 2 {
            broken += 1;
            return (seconds(0), Reply::Fails(Delivery::Unknown, FailureKind::Handshake));
        }
        world.answer(asked)
    });
    assert_eq!((word(&result), broken), ("placed", 2));
    assert_eq!(after_close(&world, closed_after(&run, world.took)), [10]);
}

#[test]
fn a_snapshot_that_is_tried_again_is_told() {
    let mut world = World::new().create(Reply::ok(r#"{"code":0,"order_id":9}"#)).dark(0, 2);
    let (run, result) = world.run(&MemoryJournal::new());
    assert_eq!((word(&result), run.creates()), ("placed", 1));
    assert!(run.logged("RetryScheduled").unwrap() < run.logged("IntentRecorded").unwrap(), "{:#?}", run.log);
}

#[test]
fn code_1_is_told_with_what_it_may_mean() {
    let mut world = World::new().create(Reply::ok(r#"{"code":1}"#));
    let (_, result) = world.run(&MemoryJournal::new());
    let Ok(RentOutcome::NotSeen(evidence)) = result else { panic!("{result:?}") };
    assert!(evidence.database_error);
}
