//! The intent is in the journal before the first byte, whatever happens after.

use super::world::{SERVER, World, errors, id, order, rent, row, state_of, view, word};
use crate::effect::Delivery;
use crate::error::{ErrorKind, FailureKind};
use crate::event::Event;
use crate::journal::{Intent, Journal, JournalError, MemoryJournal, Record, Recorded, Resolution};
use crate::model::{OrderId, ServerId};
use crate::op::rent::{Rent, RentOutcome, RentWarning};
use crate::op::scripted::{Next, Reply, Run, at, seconds, session, session_with, settings};

const ID_9: &str = r#"{"code":0,"order_id":9}"#;
const LOST: Reply = Reply::Fails(Delivery::Unknown, FailureKind::Timeout);

/// A journal that fails at one kind of record.
#[derive(Debug)]
struct FailsAt(MemoryJournal, fn(&Record) -> bool, JournalError);

impl Journal for FailsAt {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        if (self.1)(&record) { Err(self.2.clone()) } else { self.0.record(record) }
    }
}

#[test]
fn the_intent_stands_in_the_journal_before_the_first_byte() {
    let journal = MemoryJournal::new();
    let mut run = Run::new(&settings(&session(), 3), rent(), at(1));
    assert!(matches!(run.next(), Next::Asked(asked) if !asked.is_create()));
    assert_eq!(state_of(&journal, "mine"), "none");
    run.reply(seconds(0), &Reply::ok(r#"{"orders":[{"id":1,"si":5},{"id":4},{"id":2,"si":6}],"code":0}"#));
    let Next::Records(Record::Intent(intent)) = run.next() else { panic!() };
    assert_eq!(intent.server, Some(ServerId::new(SERVER)));
    assert_eq!(intent.base_ids, Some([OrderId::new(1), OrderId::new(4)].into()));
    assert_eq!((run.creates(), intent.wall.is_some()), (0, true));
    run.recorded(journal.record(Record::Intent(intent)));
    let Next::Asked(asked) = run.next() else { panic!() };
    assert!(asked.is_create());
    assert_eq!(state_of(&journal, "mine"), "Live");
    assert!(
        run.logged("IntentRecorded").unwrap()
            < run.logged("AttemptBegan { path: \"/v1/create_order").unwrap()
    );
}

#[test]
fn a_failed_intent_sends_nothing() {
    for error in errors() {
        let journal = FailsAt(MemoryJournal::new(), |r| matches!(r, Record::Intent(_)), error.clone());
        let (run, result) = World::new().run(&journal);
        assert_eq!((run.creates(), result.unwrap_err().kind()), (0, &ErrorKind::Journal(error)));
    }
}

#[test]
fn a_failed_renewal_sends_nothing_more() {
    let not_sent = Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    for error in errors() {
        let journal = FailsAt(MemoryJournal::new(), |r| matches!(r, Record::Renew(_)), error.clone());
        let (run, result) = World::new().create(not_sent.clone()).run(&journal);
        assert_eq!((run.creates(), result.unwrap_err().kind()), (1, &ErrorKind::Journal(error.clone())));
        assert_eq!(state_of(&journal, "mine"), "NeverSent");
        // After a code 5 a reading decides.
        let journal = FailsAt(MemoryJournal::new(), |r| matches!(r, Record::Renew(_)), error);
        let (run, result) = World::new().create(Reply::ok(r#"{"code":5}"#)).run(&journal);
        assert_eq!((run.creates(), result.unwrap_err().kind()), (1, &ErrorKind::TooFast));
        assert_eq!(state_of(&journal, "mine"), "Refused");
    }
}

#[test]
fn a_failed_resolution_is_a_warning_and_hides_no_order() {
    let at_resolved = |r: &Record| matches!(r, Record::Resolved { .. });
    for error in errors() {
        let journal = FailsAt(MemoryJournal::new(), at_resolved, error);
        let (run, result) = World::new().create(Reply::ok(ID_9)).run(&journal);
        let Ok(RentOutcome::Placed(placed)) = result else { panic!("{result:?}") };
        assert_eq!(
            (placed.order, placed.warnings.as_slice()),
            (OrderId::new(9), [RentWarning::NotMarked].as_slice())
        );
        assert!(run.events.contains(&Event::JournalWarning { intent: id("mine") }));
        assert_eq!(state_of(&journal, "mine"), "Ownerless");
    }
    let journal = FailsAt(MemoryJournal::new(), at_resolved, JournalError::LockTimeout);
    let (_, result) = World::new().create(Reply::ok(r#"{"code":6,"error":"no"}"#)).run(&journal);
    assert_eq!(result.unwrap_err().intents(), [id("mine")]);
}

#[test]
fn a_failed_note_that_it_was_sent_is_an_event() {
    let journal = FailsAt(MemoryJournal::new(), |r| matches!(r, Record::Sent(_)), JournalError::LockTimeout);
    let (run, result) = World::new().create(LOST).row(row(6, 9, SERVER, 3, "")).run(&journal);
    assert_eq!(word(&result), "placed");
    assert!(run.events.contains(&Event::JournalWarning { intent: id("mine") }));
}

#[test]
fn the_order_is_told_before_it_is_marked() {
    for world in
        [World::new().create(Reply::ok(ID_9)), World::new().create(LOST).row(row(6, 9, SERVER, 3, ""))]
    {
        let mut world = world;
        let (run, _) = world.run(&MemoryJournal::new());
        assert!(run.logged("OrderPlaced").unwrap() < run.logged("Resolved").unwrap());
        assert_eq!(run.log.iter().filter(|entry| entry.starts_with("OrderPlaced")).count(), 1);
    }
}

#[test]
fn an_attempt_without_a_name_gets_a_random_one() {
    let names: Vec<_> = [3, 4]
        .map(|seed| {
            let journal = MemoryJournal::new();
            let mut world = World::new().create(Reply::ok(ID_9));
            let mut run = Run::new(&settings(&session(), seed), Rent::new(order()), at(1));
            let result = run.finish(&journal, &mut |asked| world.answer(asked));
            result.unwrap().intent().to_string()
        })
        .into();
    assert_eq!(names, ["03".repeat(16), "04".repeat(16)]);
}

#[test]
fn a_name_that_was_used_sends_nothing() {
    let journal = MemoryJournal::new();
    assert_eq!(word(&World::new().create(Reply::ok(ID_9)).run(&journal).1), "placed");
    let (run, result) = World::new().run(&journal);
    let taken = ErrorKind::Journal(JournalError::NameTaken(id("mine")));
    assert_eq!((run.creates(), result.unwrap_err().kind()), (0, &taken));
}

/// Drop at every step of several runs: nothing was sent, or the intent is open and ownerless, or it is resolved.
#[test]
fn a_drop_anywhere_leaves_nothing_sent_or_an_open_intent() {
    let fast = || Reply::ok(r#"{"code":5}"#);
    let not_sent = || Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    let worlds: [fn(World) -> World; 5] = [
        |w| w.create(Reply::ok(ID_9)),
        |w| w.create(LOST).row(row(6, 9, SERVER, 3, "")),
        |w| w.create(Reply::ok(r#"{"code":6,"error":"no"}"#)),
        |w| w,
        |w| w,
    ];
    for (index, make) in worlds.iter().enumerate() {
        let replies = match index {
            3 => vec![fast(), not_sent(), LOST],
            4 => vec![not_sent(), not_sent(), not_sent()],
            _ => Vec::new(),
        };
        for steps in 0..60 {
            let mut world = make(World::new());
            world.creates.extend(replies.iter().cloned());
            let (session, journal) = (session(), MemoryJournal::new());
            let mut run = Run::new(&settings(&session, 3), rent(), at(1));
            let mut done = false;
            for _ in 0..steps {
                match run.step() {
                    Next::Waits(until) => run.now = run.now.max(until),
                    Next::Records(record) => run.recorded(journal.record(record)),
                    Next::Asked(asked) => {
                        let (after, reply) = world.answer(&asked);
                        run.reply(after, &reply);
                    }
                    Next::Done(_) => {
                        done = true;
                        break;
                    }
                }
            }
            let creates = run.creates();
            drop(run);
            let state = state_of(&journal, "mine");
            assert!(state != "Live", "{index} {steps}: the claim is released");
            assert!(creates == 0 || state != "none", "{index} {steps}: sent and not recorded");
            assert_eq!((session.gate().waiting().create, session.gate().waiting().rescue), (0, 0));
            if done {
                break;
            }
        }
    }
}

#[test]
fn a_drop_in_flight_is_settled_by_whoever_comes_next() {
    let journal = MemoryJournal::new();
    let session = session();
    let mut run = Run::new(&settings(&session, 3), rent(), at(1));
    let mut world = World::new().row(row(3, 9, SERVER, 3, ""));
    loop {
        match run.next() {
            Next::Asked(asked) if asked.is_create() => break,
            Next::Asked(asked) => {
                let (after, reply) = world.answer(&asked);
                run.reply(after, &reply);
            }
            Next::Records(record) => run.recorded(journal.record(record)),
            other => panic!("{other:?}"),
        }
    }
    drop(run);
    let plan = Rent::new(order()).intent(id("second"));
    let (run, result) = world.run_in(&session, &journal, plan);
    let error = result.unwrap_err();
    assert_eq!((run.creates(), error.kind()), (0, &ErrorKind::EarlierPlaced));
    assert_eq!(error.order_ids(), [OrderId::new(9)]);
}

#[test]
fn a_live_intent_on_the_server_is_waited_for_and_then_busy() {
    let journal = MemoryJournal::new();
    let mut other = Intent::new(id("other"), "create_order");
    other.server = Some(ServerId::new(SERVER));
    let Ok(Recorded::Claimed(claim)) = journal.record(Record::Intent(Box::new(other))) else { panic!() };
    let (run, result) = World::new().run(&journal);
    let error = result.unwrap_err();
    assert_eq!((run.creates(), error.kind()), (0, &ErrorKind::Busy));
    assert_eq!(error.intents(), [id("other")]);
    let took = run.now.since(at(1));
    assert!(took <= seconds(120) && took >= seconds(115), "{took:?}");
    assert_eq!(state_of(&journal, "mine"), "none");
    // It ends after a while: then ours goes on, with a new snapshot.
    let mut run = Run::new(&settings(&session(), 3), rent(), at(1));
    let mut world = World::new().create(Reply::ok(ID_9));
    let mut claim = Some(claim);
    let resolution = Resolution::Placed { order: OrderId::new(3), inferred: false };
    let result = run.finish(&journal, &mut |asked| {
        if asked.at > at(20) && claim.take().is_some() {
            let resolved = Record::Resolved { intent: id("other"), resolution, wall: None };
            assert!(matches!(journal.record(resolved), Ok(Recorded::Written)));
        }
        world.answer(asked)
    });
    assert_eq!((word(&result), run.creates()), ("placed", 1));
}

#[test]
fn a_live_intent_on_another_server_blocks_nothing() {
    let journal = MemoryJournal::new();
    let mut other = Intent::new(id("other"), "create_order");
    other.server = Some(ServerId::new(SERVER + 1));
    let _claim = journal.record(Record::Intent(Box::new(other))).unwrap();
    assert_eq!(word(&World::new().create(Reply::ok(ID_9)).run(&journal).1), "placed");
}

/// The journal gives the order to another intent between the look and the mark.
#[derive(Debug)]
struct Snatches(MemoryJournal);

impl Journal for Snatches {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        match record {
            Record::Resolved { resolution: Resolution::Placed { .. }, .. } => {
                Ok(Recorded::Attributed(id("other")))
            }
            record => self.0.record(record),
        }
    }
}

#[test]
fn an_order_that_another_intent_got_meanwhile_is_not_told_as_placed() {
    let journal = Snatches(MemoryJournal::new());
    let (_, result) = World::new().create(LOST).row(row(6, 9, SERVER, 3, "")).run(&journal);
    let Ok(RentOutcome::Ambiguous(_, rows)) = result else { panic!("{result:?}") };
    assert_eq!(rows.len(), 1);
    assert_eq!(state_of(&journal, "mine"), "Ownerless");
    let (_, result) = World::new().create(Reply::ok(ID_9)).run(&Snatches(MemoryJournal::new()));
    assert_eq!(word(&result), "not_seen");
}

#[test]
fn a_history_that_cannot_be_read_blocks_unless_it_is_accepted_by_name() {
    let journal = MemoryJournal::new();
    let (run, result) = World::new().odd(0, 1_000).run(&journal);
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::UnreadHistory(_)));
    assert_eq!((run.creates(), state_of(&journal, "mine").as_str()), (0, "none"));
    let accepting = session_with(|builder| builder.accept_unread_history(true));
    let mut world = World::new().odd(0, 4).create(LOST).row(row(6, 9, SERVER, 3, ""));
    let (run, result) = world.run_in(&accepting, &journal, rent());
    assert_eq!((run.creates(), word(&result)), (1, "ambiguous"));
    assert!(view(&journal).intent(&id("mine")).unwrap().intent.base_ids.is_none());
}
