//! What a crash left: settled before a create, by resume, or by the user's word.

use super::world::{SERVER, World, id, left_behind, order, rent, row, state_of, word};
use crate::effect::{Delivery, Lane};
use crate::error::{Error, ErrorKind, FailureKind};
use crate::journal::{
    Intent, Journal, JournalError, Line, MemoryJournal, Record, Recorded, Resolution, Scope, State,
};
use crate::model::{OrderId, ServerId};
use crate::op::rent::{AttributeIntent, CloseIntent, Rent, Resume, Settled, Settlement};
use crate::op::scripted::{Next, Reply, Run, at, seconds, session, settings};
use crate::op::{Operation, Plan};

const ID_9: &str = r#"{"code":0,"order_id":9}"#;

/// A run that is over, and its end.
type Ran<O> = (Run<O>, Result<<O as Operation>::Output, Error>);

fn run<P: Plan>(world: &mut World, journal: &dyn Journal, plan: P) -> Ran<P::Operation> {
    let mut run = Run::new(&settings(&session(), 3), plan, at(1));
    let result = run.finish(journal, &mut |asked| world.answer(asked));
    assert_eq!(run.creates(), 0, "it never creates");
    (run, result)
}

fn words(settled: &[Settled]) -> Vec<(String, &'static str)> {
    settled.iter().map(|one| (one.intent.to_string(), one.settlement.word())).collect()
}

fn crashed(name: &str, server: u64) -> MemoryJournal {
    let journal = MemoryJournal::new();
    left_behind(&journal, name, server);
    journal
}

#[test]
fn an_ownerless_intent_that_was_placed_stops_the_next_rent() {
    let journal = crashed("earlier", SERVER);
    let mut world = World::new().row(row(0, 9, SERVER, 3, ""));
    let (run, result) = world.run(&journal);
    let error = result.unwrap_err();
    assert_eq!((run.creates(), error.kind()), (0, &ErrorKind::EarlierPlaced));
    assert_eq!(error.order_ids(), [OrderId::new(9)]);
    assert_eq!(state_of(&journal, "earlier"), "Placed { order: OrderId(9), inferred: true }");
    assert_eq!(state_of(&journal, "mine"), "none");
    assert!(run.logged("OrderPlaced").unwrap() < run.logged("Resolved").unwrap());
}

#[test]
fn told_to_go_on_it_rents_another_one() {
    let journal = crashed("earlier", SERVER);
    let mut world =
        World::new().row(row(0, 9, SERVER, 3, "")).create(Reply::ok(r#"{"code":0,"order_id":10}"#));
    let (run, result) = world.run_in(&session(), &journal, rent().go_on_after_placed());
    assert_eq!((run.creates(), word(&result)), (1, "placed"));
    assert_eq!(state_of(&journal, "mine"), "Placed { order: OrderId(10), inferred: false }");
}

#[test]
fn what_stays_open_blocks_the_next_rent_of_any_server() {
    let journal = crashed("earlier", SERVER + 3);
    let (run, result) = World::new().run(&journal);
    let error = result.unwrap_err();
    assert_eq!((run.creates(), error.kind()), (0, &ErrorKind::OpenIntents));
    assert_eq!(error.intents(), [id("earlier")]);
    assert_eq!(state_of(&journal, "earlier"), "Ownerless");
}

#[test]
fn despite_passes_an_ownerless_intent_by_name() {
    let journal = crashed("earlier", SERVER);
    let mut world = World::new().create(Reply::ok(ID_9));
    let (run, result) = world.run_in(&session(), &journal, rent().despite(id("earlier")));
    assert_eq!((run.creates(), word(&result)), (1, "placed"));
    assert_eq!(state_of(&journal, "earlier"), "Ownerless");
    // One that lives is not passed.
    let journal = crashed("earlier", SERVER);
    let Ok(Recorded::Claimed(_claim)) = journal.record(Record::Adopt(id("earlier"))) else { panic!() };
    let (run, result) = World::new().run_in(&session(), &journal, rent().despite(id("earlier")));
    assert_eq!((run.creates(), result.unwrap_err().kind()), (0, &ErrorKind::Busy));
}

#[test]
fn the_same_name_after_a_crash_is_settled_first() {
    let journal = crashed("mine", SERVER);
    let mut world = World::new().row(row(0, 9, SERVER, 3, ""));
    let (run, result) = world.run(&journal);
    assert_eq!((run.creates(), result.unwrap_err().kind()), (0, &ErrorKind::EarlierPlaced));
}

#[test]
fn settling_has_time_of_its_own() {
    // Settling takes 90 s of a deadline of 120 s; the rent itself still has all of its own.
    let journal = crashed("earlier", SERVER);
    let mut world =
        World::new().row(row(70, 9, SERVER, 3, "")).create(Reply::ok(r#"{"code":0,"order_id":10}"#));
    world.dark.push((2, 71));
    world.took = seconds(4);
    let (_, result) = world.run_in(&session(), &journal, rent().go_on_after_placed());
    assert_eq!(word(&result), "placed");
}

#[test]
fn resume_says_a_word_for_each_intent() {
    let journal = MemoryJournal::new();
    for (name, server) in [("b", 20), ("c", 30), ("d", 40), ("e", 40)] {
        let mut intent = Intent::new(id(name), "create_order");
        intent.server = Some(ServerId::new(server));
        intent.base_ids = Some([].into());
        intent.despite = [id("b"), id("c"), id("d")].into();
        drop(journal.record(Record::Intent(Box::new(intent))));
    }
    let mut a = Intent::new(id("a"), "create_order");
    a.server = Some(ServerId::new(10));
    a.despite = [id("b"), id("c"), id("d"), id("e")].into();
    let Ok(Recorded::Claimed(_living)) = journal.record(Record::Intent(Box::new(a))) else { panic!() };
    let mut world = World::new().row(row(0, 9, 20, 3, "")).row(row(0, 10, 40, 3, ""));
    let (_, result) = run(&mut world, &journal, Resume::new());
    let mut settled = words(&result.unwrap());
    settled.sort();
    let said = settled.iter().map(|(name, word)| (name.as_str(), *word)).collect::<Vec<_>>();
    let expected =
        [("a", "owned"), ("b", "placed"), ("c", "not_seen"), ("d", "ambiguous"), ("e", "ambiguous")];
    assert_eq!(said, expected);
    assert_eq!(state_of(&journal, "b"), "Placed { order: OrderId(9), inferred: true }");
    for open in ["c", "d", "e"] {
        assert_eq!(state_of(&journal, open), "Ownerless");
    }
}

#[test]
fn resume_without_readings_is_unknown_and_leaves_it_open() {
    let journal = crashed("earlier", SERVER);
    let (run, result) = run(&mut World::new().dark(0, 1_000), &journal, Resume::new());
    assert_eq!(words(&result.unwrap()), [("earlier".to_owned(), "unknown")]);
    assert_eq!(run.now.since(at(1)), seconds(90));
    assert_eq!(state_of(&journal, "earlier"), "Ownerless");
}

#[test]
fn a_reading_that_breaks_while_settling_is_followed_by_the_next_in_its_time() {
    // By resume, and by a rent that finds an earlier intent in its way.
    fn settles<P: Plan>(plan: P) -> (Ran<P::Operation>, World) {
        let mut world = World::new().row(row(0, 9, SERVER, 3, ""));
        let mut run = Run::new(&settings(&session(), 3), plan, at(1));
        let mut broken = false;
        let result = run.finish(&crashed("earlier", SERVER), &mut |asked| {
            if asked.lane == Lane::Rescue && !core::mem::replace(&mut broken, true) {
                return (seconds(0), Reply::Fails(Delivery::Unknown, FailureKind::Handshake));
            }
            world.answer(asked)
        });
        assert!(broken);
        ((run, result), world)
    }
    let ((run, result), _) = settles(Resume::new());
    assert_eq!(words(&result.unwrap()), [("earlier".to_owned(), "placed")]);
    assert!(run.logged("OrderPlaced").unwrap() < run.logged("Resolved").unwrap(), "told before it is marked");
    assert!(run.now < at(10), "{:?}", run.now);
    let ((run, result), _) = settles(rent());
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::EarlierPlaced);
    assert!(run.now < at(15), "{:?}", run.now);
}

#[test]
fn resume_names_what_it_saw_but_could_not_judge_in_time() {
    let journal = crashed("earlier", SERVER);
    let ended = row(3, 9, SERVER, 3, r#","expired":true"#);
    let (_, result) = run(&mut World::new().row(ended).dark(50, 300), &journal, Resume::new());
    let settled = result.unwrap();
    assert_eq!(words(&settled), [("earlier".to_owned(), "unknown")]);
    assert_eq!(settled[0].settlement.candidates().iter().map(|row| row.id.number()).collect::<Vec<_>>(), [9]);
}

#[test]
fn settled_fully_means_at_the_end_of_grace() {
    for (plan, readings) in [(Resume::new(), 1), (Resume::new().settle_fully(), 6)] {
        let journal = crashed("earlier", SERVER);
        let mut world = World::new().row(row(0, 9, SERVER, 3, ""));
        let (_, result) = run(&mut world, &journal, plan);
        assert_eq!(words(&result.unwrap()), [("earlier".to_owned(), "placed")]);
        assert_eq!(world.readings.len(), readings);
    }
}

/// A reading that is complete for one server and not for another judges only the first.
#[test]
fn a_reading_judges_only_the_servers_it_was_complete_for() {
    let journal = crashed("spoiled", SERVER);
    let mut other = Intent::new(id("other"), "create_order");
    other.server = Some(ServerId::new(77));
    other.base_ids = Some([].into());
    other.despite = [id("spoiled")].into();
    drop(journal.record(Record::Intent(Box::new(other))));
    let (_, result) = run(&mut World::new().odd(30, 1_000), &journal, Resume::new());
    let mut settled = words(&result.unwrap());
    settled.sort();
    assert_eq!(settled, [("other".to_owned(), "not_seen"), ("spoiled".to_owned(), "unknown")]);
}

/// A journal whose view is of key `a`, with an intent of key `b` open.
#[derive(Debug)]
struct TwoKeys(State);

fn two_keys() -> TwoKeys {
    let mut state = State::new();
    let scope = Scope::new("https://api.clore.ai", "b");
    let mut intent = Intent::new(id("theirs"), "create_order");
    intent.server = Some(ServerId::new(SERVER));
    state.apply(Line { scope, record: Record::Intent(Box::new(intent)) });
    TwoKeys(state)
}

impl Journal for TwoKeys {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        match record {
            Record::Look => {
                Ok(Recorded::Seen(self.0.view(&Scope::new("https://api.clore.ai", "a"), &|_| false)))
            }
            other => panic!("{other:?} of another key's intent"),
        }
    }
}

#[test]
fn another_keys_intent_is_named_and_never_settled() {
    let (_, result) = run(&mut World::new(), &two_keys(), Resume::new());
    assert_eq!(words(&result.unwrap()), [("theirs".to_owned(), "other_key")]);
    let (_, result) = run(&mut World::new(), &two_keys(), CloseIntent::new(id("theirs")));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Own(_)));
}

#[test]
fn close_refuses_and_names_new_rows_on_the_server() {
    for (new, closed) in [
        (row(0, 9, SERVER, 3, ""), false),
        (row(0, 9, SERVER, 3, r#","expired":true"#), false),
        (row(0, 9, SERVER, 3, r#","spot":true"#), false),
        (row(0, 9, 6, 3, ""), true),
    ] {
        let journal = crashed("earlier", SERVER);
        let (run, result) = run(&mut World::new().row(new), &journal, CloseIntent::new(id("earlier")));
        assert_eq!(run.asked.len(), 1, "one complete reading");
        match result {
            Ok(settled) => assert_eq!((closed, settled.settlement), (true, Settlement::Closed)),
            Err(error) => assert_eq!((closed, error.order_ids()), (false, [OrderId::new(9)].as_slice())),
        }
        assert_eq!(state_of(&journal, "earlier"), if closed { "Closed" } else { "Ownerless" });
    }
}

#[test]
fn close_without_a_server_refuses_for_every_order_that_still_bills() {
    let placed = [row(0, 9, SERVER, 3, ""), row(0, 10, 6, 3, ""), row(0, 11, 7, 3, r#","expired":true"#)];
    let world = || placed.iter().cloned().fold(World::new(), World::row);
    let journal = MemoryJournal::new();
    let mut intent = Intent::new(id("bids"), "create_gigaspot_orders");
    intent.server = None;
    drop(journal.record(Record::Intent(Box::new(intent))).unwrap());
    let (_, result) = run(&mut world(), &journal, CloseIntent::new(id("bids")));
    // The world's own rows 1 and 2 were there before, which only the user knows.
    assert_eq!(result.unwrap_err().order_ids(), [1, 2, 9, 10].map(OrderId::new));
    let close =
        |others: &[u64]| CloseIntent::new(id("bids")).except(others.iter().copied().map(OrderId::new));
    let (_, result) = run(&mut world(), &journal, close(&[1, 2, 9]));
    assert_eq!(result.unwrap_err().order_ids(), [OrderId::new(10)]);
    assert_eq!(state_of(&journal, "bids"), "Ownerless");
    let (_, result) = run(&mut world(), &journal, close(&[1, 2, 9, 10]));
    assert_eq!(result.unwrap().settlement, Settlement::Closed);
}

#[test]
fn close_passes_rows_that_the_user_calls_others() {
    let journal = crashed("earlier", SERVER);
    let close = CloseIntent::new(id("earlier")).except([OrderId::new(9)]);
    let (_, result) = run(&mut World::new().row(row(0, 9, SERVER, 3, "")), &journal, close);
    assert_eq!(result.unwrap().settlement, Settlement::Closed);
}

#[test]
fn close_needs_a_complete_reading_and_the_claim() {
    let journal = crashed("earlier", SERVER);
    let (_, result) = run(&mut World::new().odd(0, 1_000), &journal, CloseIntent::new(id("earlier")));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::UnreadHistory(_)));
    let (_, result) = run(&mut World::new().dark(0, 1_000), &journal, CloseIntent::new(id("earlier")));
    assert!(result.is_err());
    let Ok(Recorded::Claimed(_claim)) = journal.record(Record::Adopt(id("earlier"))) else { panic!() };
    let (run_, result) = run(&mut World::new(), &journal, CloseIntent::new(id("earlier")));
    assert_eq!((run_.asked.len(), result.unwrap_err().kind()), (0, &ErrorKind::Busy));
    let (_, result) = run(&mut World::new(), &journal, AttributeIntent::new(id("earlier"), OrderId::new(9)));
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::Busy);
    let (_, result) = run(&mut World::new(), &journal, CloseIntent::new(id("unheard-of")));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Own(_)));
    assert_eq!(state_of(&journal, "earlier"), "Live");
}

#[test]
fn close_passes_rows_of_other_intents() {
    let journal = MemoryJournal::new();
    let mut world = World::new().create(Reply::ok(ID_9));
    assert_eq!(word(&world.run_in(&session(), &journal, Rent::new(order()).intent(id("first"))).1), "placed");
    left_behind(&journal, "earlier", SERVER);
    let mut world = World::new().row(row(0, 9, SERVER, 3, ""));
    let (_, result) = run(&mut world, &journal, CloseIntent::new(id("earlier")));
    assert_eq!(result.unwrap().settlement, Settlement::Closed);
}

#[test]
fn attribute_takes_the_users_word_but_no_order_of_another_intent() {
    let journal = crashed("earlier", SERVER);
    let taken = Record::Resolved {
        intent: id("earlier"),
        resolution: Resolution::AttributedTo(OrderId::new(9)),
        wall: None,
    };
    journal.record(taken).unwrap();
    left_behind(&journal, "later", SERVER);
    let (run_, result) = run(&mut World::new(), &journal, AttributeIntent::new(id("later"), OrderId::new(9)));
    let error = result.unwrap_err();
    assert_eq!(
        (error.order_ids(), error.intents()),
        ([OrderId::new(9)].as_slice(), [id("earlier")].as_slice())
    );
    assert_eq!((run_.asked.len(), state_of(&journal, "later").as_str()), (0, "Ownerless"));
    let (_, result) = run(&mut World::new(), &journal, AttributeIntent::new(id("later"), OrderId::new(10)));
    assert_eq!(result.unwrap().settlement.order(), Some(OrderId::new(10)));
    assert_eq!(state_of(&journal, "later"), "AttributedTo(OrderId(10))");
}

/// Scripts branch on these words (`rent.md`, overriding).
#[test]
fn each_settlement_has_its_word_and_says_whether_its_intent_stays_open() {
    for (settlement, word, open) in [
        (Settlement::Placed { order: OrderId::new(9), inferred: true }, "placed", false),
        (Settlement::Refused, "refused", false),
        (Settlement::NeverSent, "never_sent", false),
        (Settlement::NotSeen, "not_seen", true),
        (Settlement::Ambiguous(Vec::new()), "ambiguous", true),
        (Settlement::Unknown(Vec::new()), "unknown", true),
        (Settlement::Owned, "owned", true),
        (Settlement::OtherKey, "other_key", true),
        (Settlement::Closed, "closed", false),
    ] {
        assert_eq!((settlement.word(), settlement.is_open()), (word, open));
    }
}

/// The word of the user is not lost, nor is it taken for done.
#[test]
fn a_journal_that_fails_at_any_record_of_the_users_word_leaves_the_intent_open() {
    for failing in 0..4 {
        let journal = MemoryJournal::new();
        drop(journal.record(Record::Intent(Box::new(Intent::new(id("left"), "create_order")))).unwrap());
        let mut run =
            Run::new(&settings(&session(), 3), AttributeIntent::new(id("left"), OrderId::new(9)), at(1));
        let mut records = 0;
        let result = loop {
            match run.next() {
                Next::Records(record) => {
                    let fails = records == failing;
                    run.recorded(if fails { Err(JournalError::LockTimeout) } else { journal.record(record) });
                    records += 1;
                }
                Next::Asked(_) => run.reply(seconds(1), &Reply::ok(r#"{"orders":[],"code":0}"#)),
                Next::Done(result) => break result,
                Next::Waits(_) => {}
            }
        };
        let Ok(Recorded::Seen(view)) = journal.record(Record::Look) else { panic!() };
        let is_open = view.open().next().is_some();
        let failed = matches!(&result, Err(error) if matches!(error.kind(), ErrorKind::Journal(_)));
        assert_eq!((failed, is_open), (failing < records, failing < records), "{failing}: {result:?}");
    }
}
