//! The create is sent at most once, whatever comes back (reliability S1, S2, S3, S31, O6).

use super::world::{SERVER, World, after_close, closed_after, date, id, order, rent, row, state_of, word};
use crate::effect::Delivery;
use crate::endpoint::create_order::{Access, CreateOrder, Listed, Target};
use crate::error::{ErrorKind, FailureKind};
use crate::journal::MemoryJournal;
use crate::model::{Coin, OrderId, Rate, ServerId};
use crate::op::rent::{AutoCancel, Rent, RentOutcome, Renting};
use crate::op::scripted::{Asked, Next, Reply, Run, at, seconds, session, session_with, settings};
use crate::time::Moment;
use core::time::Duration;

const ID_9: &str = r#"{"code":0,"order_id":9}"#;

fn placed_by_reading(reply: Reply) -> (usize, bool, bool) {
    let mut world = World::new().create(reply).row(row(6, 9, SERVER, 3, ""));
    let journal = MemoryJournal::new();
    let (run, result) = world.run(&journal);
    let Ok(RentOutcome::Placed(placed)) = result else { panic!("{result:?}") };
    assert_eq!(placed.order, OrderId::new(9));
    assert_eq!(state_of(&journal, "mine"), "Placed { order: OrderId(9), inferred: true }");
    let known = super::world::view(&journal).order(placed.order).unwrap().answered;
    assert_eq!(known, !placed.unanswered, "a later process knows it too");
    (run.creates(), placed.inferred, placed.unanswered)
}

/// Reliability S1, O1: the service read the request and never answered; the seed and the official SDK sent it again.
#[test]
fn create_sent_once_on_read_timeout() {
    let mut world = World::new().create(Reply::Hangs).row(row(6, 9, SERVER, 3, ""));
    let journal = MemoryJournal::new();
    let (run, result) = world.run(&journal);
    assert_eq!((run.creates(), word(&result)), (1, "placed"));
    let (creates, outcome, state) = World::new().create(Reply::Hangs).ends();
    assert_eq!((creates, outcome, state.as_str()), (1, "not_seen", "Ownerless"));
}

/// Reliability S2, O1: the connection was reset after the request; the seed and the official SDK sent it again.
#[test]
fn create_sent_once_on_reset() {
    let reset = || Reply::Fails(Delivery::Unknown, FailureKind::Io(std::io::ErrorKind::ConnectionReset));
    assert_eq!(placed_by_reading(reset()), (1, true, true));
    assert_eq!(World::new().create(reset()).ends(), (1, "not_seen", "Ownerless".into()));
}

/// Reliability S3, O1: the seed sent a create up to three times because its answer was a page, cut or a 502. rent.md,
/// "which answers refuse a create": everything here leaves it open.
#[test]
fn create_sent_once_on_garbled_answer() {
    for reply in [
        Reply::ok("<html>a page</html>"),
        Reply::ok(""),
        Reply::ok("null"),
        Reply::ok("[]"),
        Reply::ok("{}"),
        Reply::ok(r#"{"order_id":9}"#),
        Reply::ok(r#"{"code":0"#),
        Reply::ok(r#"{"code":1,"error":"Database error"}"#),
        Reply::ok(r#"{"code":7}"#),
        Reply::ok(r#"{"code":-1}"#),
        Reply::ok(r#"{"code":null}"#),
        Reply::ok(r#"{"code":6,"code":0}"#),
        Reply::ok(r#"{"code":0,"error":"server-already-rented"}"#),
        Reply::status(502, "<html>bad gateway</html>"),
        Reply::status(500, ""),
        Reply::status(302, "").header("location", "https://elsewhere.example/"),
        Reply::status(401, "unauthorized"),
        Reply::status(403, "error code: 1010"),
        Reply::status(404, "not found"),
        Reply::status(429, "slow down"),
        Reply::Cut { status: 200, date: None, body: ID_9.into() },
        Reply::Cut { status: 200, date: None, body: r#"{"code":6,"error":"no"}   "#.into() },
        Reply::ok(r#"{"code":0}"#).header("content-length", "999"),
        Reply::ok(r#"{"code":0}"#).header("content-encoding", "gzip"),
    ] {
        assert_eq!(placed_by_reading(reply.clone()), (1, true, true), "{reply:?}");
        assert_eq!(
            World::new().create(reply.clone()).ends(),
            (1, "not_seen", "Ownerless".into()),
            "{reply:?}"
        );
    }
}

/// Reliability O6: in the official SDK `{"code":0}` was an error after the order was placed. Success without an id is
/// found by reading, and may be cancelled as answered.
#[test]
fn create_ok_without_order_object() {
    assert_eq!(placed_by_reading(Reply::ok(r#"{"code":0}"#)), (1, true, false));
    assert_eq!(placed_by_reading(Reply::ok(r#"{"code":0,"order_id":9,"id":10}"#)), (1, true, false));
    // An id that was there before cannot be the new order's.
    assert_eq!(placed_by_reading(Reply::ok(r#"{"code":0,"order_id":1}"#)), (1, true, true));
}

/// `rent.md`, "automatic cancel", by a process that was not there when the order was placed.
#[test]
fn what_the_journal_keeps_is_enough_to_cancel_an_answered_order_later_and_no_other() {
    let created = |reply: Reply, more: Option<u64>, cancel_inferred: bool| {
        let journal = MemoryJournal::new();
        let mut world = World::new().create(reply).row(row(6, 9, SERVER, 3, ""));
        let (_, result) = world.run(&journal);
        let order = result.unwrap().order().unwrap();
        world.rows.extend(more.map(|id| row(100, id, SERVER, 3, "")));
        let known = super::world::view(&journal).order(order).unwrap().clone();
        let cancel = AutoCancel::journaled(&known, at(0)).unwrap().cancel_inferred(cancel_inferred);
        let mut run = Run::new(&settings(&session(), 3), cancel, at(200));
        let end = run.finish(&journal, &mut |asked| match asked.path.as_str() {
            "/v1/my_orders?return_completed=true" => world.answer(asked),
            "/v1/cancel_order" => (seconds(1), Reply::ok(r#"{"code":0}"#)),
            _ => (seconds(1), Reply::ok(r#"{"orders":[],"code":0}"#)),
        });
        let cancels = run.asked.iter().filter(|asked| asked.path == "/v1/cancel_order").count();
        (format!("{:?}", end.unwrap()), cancels)
    };
    let ok = || Reply::ok(r#"{"code":0}"#);
    let lost = || Reply::status(502, "<html>");
    let billing = |why: &str| (format!("StillBilling({why})"), 0);
    assert_eq!(created(ok(), None, false), ("Confirmed".into(), 1));
    assert_eq!(created(Reply::ok(ID_9), None, false), ("Confirmed".into(), 1));
    assert_eq!(created(lost(), None, false), billing("Unanswered"));
    assert_eq!(created(lost(), None, true), ("Confirmed".into(), 1));
    assert_eq!(created(ok(), Some(10), false), billing("NotSure([OrderId(10)])"));
}

#[test]
fn an_id_in_the_answer_needs_no_reading_whatever_the_status() {
    for (reply, warnings) in [
        (Reply::ok(ID_9), 0),
        (Reply::status(502, ID_9), 0),
        (Reply::ok(r#"{"code":0,"order":{"id":9}}"#), 0),
        (Reply::ok(r#"{"code":0,"order_id":9,"error":"odd"}"#), 1),
    ] {
        let journal = MemoryJournal::new();
        let mut world = World::new().create(reply);
        let (run, result) = world.run(&journal);
        let Ok(RentOutcome::Placed(placed)) = result else { panic!("{result:?}") };
        assert_eq!((placed.inferred, placed.unanswered, placed.warnings.len()), (false, false, warnings));
        assert_eq!((run.creates(), world.readings.len()), (1, 1));
        assert_eq!(state_of(&journal, "mine"), "Placed { order: OrderId(9), inferred: false }");
    }
}

#[test]
fn only_codes_2_3_4_and_6_refuse_whatever_the_status() {
    for code in [2, 3, 4, 6] {
        for status in [200, 400, 502] {
            let body = format!(r#"{{"code":{code},"error":"server-already-rented"}}"#);
            let end = World::new().create(Reply::status(status, body)).ends();
            assert_eq!(end, (1, "error", "Refused".into()), "code {code}, status {status}");
        }
    }
}

#[test]
fn what_never_left_is_tried_again_and_then_resolved_as_never_sent() {
    let lost = || Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    let world = World::new().create(lost()).create(lost()).create(Reply::ok(ID_9));
    assert_eq!(world.ends(), (3, "placed", "Placed { order: OrderId(9), inferred: false }".into()));
    let world = World::new().create(lost()).create(lost()).create(lost());
    assert_eq!(world.ends(), (3, "error", "NeverSent".into()));
    let world = World::new().create(Reply::Fails(Delivery::NotSent, FailureKind::Certificate));
    assert_eq!(world.ends(), (1, "error", "NeverSent".into()));
}

#[test]
fn a_refused_key_is_told_as_the_key() {
    let (_, result) = World::new().create(Reply::ok(r#"{"code":3}"#)).run(&MemoryJournal::new());
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::Key);
    let (_, result) = World::new().create(Reply::ok(r#"{"code":2}"#)).run(&MemoryJournal::new());
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Refused(_)));
}

/// No sleep that cannot end in an attempt.
#[test]
fn what_never_left_ends_at_once_when_no_attempt_fits_any_more() {
    let session = session_with(|builder| builder.deadline(seconds(3)));
    let lost = || Reply::Fails(Delivery::NotSent, FailureKind::Connect);
    let mut world = World::new().create(lost());
    let mut run = Run::new(&settings(&session, 3), rent(), at(1));
    let result = run.finish(&MemoryJournal::new(), &mut |asked| match asked.is_create() {
        // At 3.1 s of 4: the shortest pause is a second.
        true => (seconds(1), lost()),
        false => world.answer(asked),
    });
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::Network(FailureKind::Connect));
    assert_eq!((run.creates(), run.now < at(4)), (1, true), "{:?}", run.now);
}

/// A listing holds up to the moment it is fresh until, and not after it.
#[test]
fn a_create_is_made_up_to_the_moment_its_listing_is_fresh_until() {
    // The snapshot ends at 1.1 s, and the create's turn comes at 2.1 s.
    for (ms, readings, creates) in [(1_099, 1, 0), (1_100, 2, 0), (2_099, 2, 0), (2_100, 1, 1)] {
        let until = Moment::from_origin(Duration::from_millis(ms));
        let mut world = World::new().create(Reply::ok(ID_9));
        let (run, result) = world.run_in(&session(), &MemoryJournal::new(), rent().listed_until(until));
        assert_eq!((world.readings.len(), run.creates()), (readings, creates), "{ms}");
        assert_eq!(result.is_ok(), creates == 1, "{ms}");
    }
}

/// The answer may be the CDN's, and says nothing of the create; but it asks everybody for a pause.
#[test]
fn an_unclear_429_slows_the_readings_after_it() {
    let first_reading = |status| {
        let reply = Reply::status(status, "<html>").header("retry-after", "30");
        let mut world = World::new().create(reply);
        let (run, _) = world.run(&MemoryJournal::new());
        after_close(&world, closed_after(&run, world.took)).first().copied().unwrap()
    };
    assert!(first_reading(429) >= 30 && first_reading(503) < 5);
}

#[test]
fn a_code_5_is_sent_again_only_after_a_reading_without_a_new_row() {
    let fast = || Reply::ok(r#"{"code":5}"#);
    let mut world = World::new().create(fast()).create(Reply::ok(ID_9));
    let journal = MemoryJournal::new();
    let (run, result) = world.run(&journal);
    assert_eq!((run.creates(), word(&result), world.readings.len()), (2, "placed", 2));
    let new_row = row(3, 9, SERVER, 3, "");
    let end = World::new().create(fast()).row(new_row).ends();
    assert_eq!(end, (1, "ambiguous", "Ownerless".into()));
}

/// Reliability S11: the seed sent a create again 2 s after a code 5, inside the window of 5 s.
#[test]
fn create_retry_waits_class_window() {
    let mut world = World::new().create(Reply::ok(r#"{"code":5}"#)).create(Reply::ok(ID_9));
    let answered = world.took;
    let (run, result) = world.run(&MemoryJournal::new());
    assert_eq!(word(&result), "placed");
    let creates: Vec<_> = run.asked.iter().filter(|asked| asked.is_create()).map(|asked| asked.at).collect();
    let [first, second] = creates[..] else { panic!("{creates:?}") };
    assert!(second.since(first.after(answered)) >= core::time::Duration::from_millis(5_500), "{creates:?}");
}

/// Reliability S28: the seed made a password and told it to nobody: a paid machine that cannot be entered. The caller
/// has it before anything is sent, every attempt sends the same, and it is told nowhere else.
#[test]
fn generated_secret_returned_once() {
    let access = Access::generated([3; 32]);
    let password = access.password().unwrap().expose().to_owned();
    let plan = Rent::new(order().access(access)).intent(id("mine"));
    let mut world = World::new().create(Reply::ok(r#"{"code":5}"#)).create(Reply::ok(ID_9));
    let (run, result) = world.run_in(&session(), &MemoryJournal::new(), plan);
    assert_eq!((run.creates(), word(&result)), (2, "placed"));
    let field = format!(r#""ssh_password":"{password}""#);
    for asked in &run.asked {
        assert_eq!(asked.body.matches(&field).count(), usize::from(asked.is_create()), "{}", asked.path);
    }
    let told = format!("{:?} {:?} {result:?}", run.log, run.events);
    assert!(!told.contains(&password), "{told}");
}

/// Reliability S31: the seed sent no cap, and the listing may change before the rent. The listed digits go out as a
/// guard while the listing is fresh.
#[test]
fn rent_quotes_and_caps_price() {
    let listing = |read: u64| {
        let price = Rate::parse("1.50", Coin::Clore).unwrap();
        Target::new(ServerId::new(SERVER)).listed(Listed::new([price]).at(at(read)))
    };
    let body = |plan: Rent, began: u64| {
        let mut world = World::new().create(Reply::ok(ID_9));
        let mut run = Run::new(&settings(&session(), 3), plan, at(began));
        let result = run.finish(&MemoryJournal::new(), &mut |asked| world.answer(asked));
        assert_eq!(word(&result), "placed");
        run.asked.into_iter().find(Asked::is_create).unwrap().body
    };
    let listed = |read| Rent::new(CreateOrder::on_demand(listing(read), "an/image"));
    assert!(body(listed(100), 130).contains(r#""required_price":1.50"#), "{}", body(listed(100), 130));
    assert!(!body(listed(100), 131).contains("required_price"), "stale");
    assert!(!body(listed(100).without_required_price(), 101).contains("required_price"));
    let off = Rent::new(CreateOrder::on_demand(listing(100), "an/image").without_required_price());
    assert!(!body(off, 101).contains("required_price"), "turned off at the order");
    assert!(!body(rent(), 1).contains("required_price"), "a bare id has no listing");
    let bid = Rate::parse("1.2", Coin::Clore).unwrap();
    let spot = Rent::new(CreateOrder::spot(listing(100), "an/image", bid));
    assert!(!body(spot, 101).contains("required_price"), "a bid is its own cap");
    let own = Rate::parse("9.9", Coin::Clore).unwrap();
    let own = Rent::new(CreateOrder::on_demand(listing(100), "an/image").required_price(own));
    assert!(body(own, 500).contains(r#""required_price":9.9"#), "the caller's own holds");
}

#[test]
fn a_listing_in_doubt_of_its_unit_is_not_rented_without_a_word() {
    let target = Target::new(ServerId::new(SERVER)).listed(Listed::new([]).with_unit_doubt(true));
    let plan = Rent::new(CreateOrder::on_demand(target, "an/image"));
    let (run, result) = World::new().run_in(&session(), &MemoryJournal::new(), plan.clone());
    assert_eq!(result.unwrap_err().kind(), &ErrorKind::UnitDoubt);
    assert!(run.asked.is_empty());
    let mut world = World::new().create(Reply::ok(ID_9));
    let (_, result) = world.run_in(&session(), &MemoryJournal::new(), plan.accept_unit_doubt());
    assert_eq!(word(&result), "placed");
}

fn ask(run: &mut Run<Renting>, journal: &MemoryJournal) -> Option<Moment> {
    use crate::journal::Journal;
    loop {
        match run.step() {
            Next::Records(record) => run.recorded(journal.record(record)),
            Next::Waits(until) => return Some(until),
            Next::Asked(_) => return None,
            Next::Done(result) => panic!("{result:?}"),
        }
    }
}

/// A grant that comes more than 15 s after the reading goes back unused; the place in the lane is kept.
#[test]
fn a_create_whose_snapshot_is_old_reads_again_and_keeps_its_place() {
    let (session, journal) = (session(), MemoryJournal::new());
    let plan = |server, name: &str| {
        Rent::new(CreateOrder::on_demand(ServerId::new(server), "an/image")).intent(id(name))
    };
    let list = |run: &Run<Renting>| Reply::ok(r#"{"orders":[],"code":0}"#).dated(date(run.now));
    let start = |server, name, now| Run::new(&settings(&session, 3), plan(server, name), at(now));
    let mut first = start(5, "first", 0);
    ask(&mut first, &journal);
    first.reply(seconds(0), &list(&first));
    first.now = at(2);
    assert_eq!(ask(&mut first, &journal), None);
    assert_eq!(first.creates(), 1);
    // Its create hangs. Two more queue behind it in this order.
    let (mut second, mut third) = (start(6, "second", 4), start(7, "third", 6));
    for run in [&mut second, &mut third] {
        while let Some(until) = ask(run, &journal) {
            run.now = until;
        }
        let reply = list(run);
        run.reply(seconds(0), &reply);
        assert!(ask(run, &journal).is_some());
    }
    first.reply(seconds(60), &Reply::Hangs);
    let read = second.asked.last().unwrap().at;
    second.now = first.now.after(seconds(6));
    assert!(second.now > read.after(seconds(15)));
    assert!(ask(&mut second, &journal).is_none_or(|until| {
        second.now = until;
        ask(&mut second, &journal).is_none()
    }));
    assert_eq!((second.creates(), second.asked.len()), (0, 2), "it reads again first");
    // The third is ready too, but stays behind.
    third.now = second.now.after(seconds(2));
    assert!(ask(&mut third, &journal).is_some());
    second.reply(seconds(1), &list(&second));
    while let Some(until) = ask(&mut second, &journal) {
        second.now = until;
    }
    assert_eq!((second.creates(), third.creates()), (1, 0));
    assert!(second.log.iter().any(|entry| entry.starts_with("Renew(")), "the renewed snapshot is recorded");
}
