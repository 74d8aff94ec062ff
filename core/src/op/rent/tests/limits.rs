//! Limits on renting: what a rent tells the journal, and that nothing is sent when the journal refuses.

use super::world::{Row, SERVER, World, id, order, rent, row, state_of, view};
use crate::endpoint::create_order::{CreateOrder, Listed, Target};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use crate::model::{Coin, OrderId, Rate, ServerId, Usd, UsdPerHour};
use crate::op::rent::{Rent, RentOutcome, RentWarning};
use crate::op::scripted::{Reply, Run, at, seconds, session, session_with, settings};
use crate::spending::{Breach, Limits, OrderCaps, Unpriced};

fn usd(text: &str) -> UsdPerHour {
    text.parse().unwrap()
}

fn day(text: &str) -> Limits {
    Limits::new().max_total_per_day(Usd::new(text.parse().unwrap()).unwrap())
}

/// Server 5 at one dollar an hour, so 25.20 a day with the assumed fee.
fn listed() -> CreateOrder {
    let rate = Rate::parse("24", Coin::Usd).unwrap();
    let target = Target::new(ServerId::new(SERVER)).listed(Listed::new([rate]).at(at(1)));
    CreateOrder::on_demand(target, "an/image").coin(Coin::Usd)
}

fn placed() -> Reply {
    Reply::ok(r#"{"code":0,"order_id":9}"#)
}

/// One run against an own world and journal.
fn run(world: World, plan: Rent) -> (usize, Result<RentOutcome, Error>, MemoryJournal) {
    let journal = MemoryJournal::new();
    let mut world = world;
    let (run, result) = world.run_in(&session(), &journal, plan);
    (run.creates(), result, journal)
}

/// What refuses `plan`, with nothing sent and no intent left.
fn refused(world: World, plan: Rent) -> Breach {
    let (creates, result, journal) = run(world, plan);
    let error = result.unwrap_err();
    assert_eq!((creates, view(&journal).open().count()), (0, 0), "{error}");
    match error.kind() {
        ErrorKind::Limit(breach) => (**breach).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_price_above_the_rate_is_not_rented_and_the_rate_itself_is() {
    let with = |max: &str| Rent::new(listed()).limits(Limits::new().max_rate(usd(max)));
    let breach = refused(World::new(), with("0.99"));
    assert_eq!(breach, Breach::Rate { max: usd("0.99"), price: usd("1") });
    // Without the fee, as searches show it.
    let (creates, result, _) = run(World::new().create(placed()), with("1.00"));
    assert_eq!((creates, result.unwrap().order()), (1, Some(OrderId::new(9))));
}

#[test]
fn the_sessions_limit_holds_whatever_the_call_says() {
    let journal = MemoryJournal::new();
    let session = session_with(|builder| builder.limits(Limits::new().max_rate(usd("0.99"))));
    let plan = Rent::new(listed()).limits(Limits::new().max_rate(usd("5")));
    let (run, result) = World::new().run_in(&session, &journal, plan);
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Limit(_)));
    assert_eq!(run.creates(), 0);
}

#[test]
fn a_bare_id_has_no_price_and_is_refused_by_a_limit_in_dollars_only() {
    for limits in [Limits::new().max_rate(usd("9")), day("900")] {
        let breach = refused(World::new(), rent().limits(limits));
        assert!(matches!(breach, Breach::Unpriced { of: Unpriced::ThisSpend, .. }), "{breach:?}");
    }
    let (creates, _, _) = run(World::new().create(placed()), rent().limits(Limits::new().max_open_orders(3)));
    assert_eq!(creates, 1);
}

#[test]
fn a_required_price_or_a_bid_is_a_known_price() {
    let rate = || Rate::parse("24", Coin::Usd).unwrap();
    let max = || Limits::new().max_rate(usd("0.99"));
    for plan in [
        Rent::new(order().coin(Coin::Usd).required_price(rate())),
        Rent::new(CreateOrder::spot(ServerId::new(SERVER), "an/image", rate())),
    ] {
        let breach = refused(World::new(), plan.limits(max()));
        assert_eq!(breach, Breach::Rate { max: usd("0.99"), price: usd("1") });
    }
}

/// The world has the orders 1 and 2, which the journal does not know.
#[test]
fn active_rows_that_the_journal_does_not_know_count_as_open() {
    let breach = refused(World::new(), rent().limits(Limits::new().max_open_orders(2)));
    let Breach::OpenOrders { max: 2, open, adds: 1, .. } = breach else { panic!("{breach:?}") };
    assert_eq!((open.journal, open.reading), (0, Some(2)));
}

#[test]
fn active_rows_count_by_their_price_with_the_assumed_fee_and_refuse_without_one() {
    let breach = refused(World::new(), Rent::new(listed()).limits(day("900")));
    assert!(matches!(breach, Breach::Unpriced { of: Unpriced::Order(_), .. }), "{breach:?}");
    let priced = |id, price: &str, more: &str| {
        row(0, id, 6, 0, &format!(r#","price":{price},"original_price_usd":{price}{more}"#))
    };
    let world =
        || World { rows: vec![priced(2, "48", ""), priced(3, "10", r#","fee":0.1"#)], ..World::new() };
    // 48 · 1.05 + 10 · 1.1 + 24 · 1.05 = 86.60
    let (creates, ..) = run(world().create(placed()), Rent::new(listed()).limits(day("86.60")));
    assert_eq!(creates, 1);
    let breach = refused(world(), Rent::new(listed()).limits(day("86.59")));
    let Breach::PerDay { day, adds, total, .. } = &breach else { panic!("{breach:?}") };
    assert_eq!((day.open.to_string(), day.open_orders), ("$61.40".into(), 2));
    assert_eq!((adds.to_string(), total.to_string()), ("$25.20".into(), "$86.60".into()));
    let text = breach.to_string();
    assert!(text.contains("$86.59 a day") && text.contains("$61.40") && text.contains("= $86.60"), "{text}");
}

#[test]
fn an_own_order_counts_until_a_reading_shows_that_it_is_over() {
    let journal = MemoryJournal::new();
    let one = |name| Rent::new(listed()).intent(id(name)).limits(Limits::new().max_open_orders(1));
    let mut world = World { rows: Vec::new(), ..World::new() }.create(placed()).create(placed());
    assert!(world.run_in(&session(), &journal, one("a")).1.is_ok());
    // It is not in the list, which proves nothing.
    let error = world.run_in(&session(), &journal, one("b")).1.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit(_)), "{error}");
    world.rows = vec![row(0, 9, SERVER, 0, r#","expired":true"#)];
    world.creates = [Reply::ok(r#"{"code":0,"order_id":10}"#)].into();
    assert_eq!(world.run_in(&session(), &journal, one("c")).1.unwrap().order(), Some(OrderId::new(10)));
    let view = view(&journal);
    assert!(view.has_ended(OrderId::new(9)) && !view.has_ended(OrderId::new(10)));
}

#[test]
fn an_intent_that_stays_open_counts_against_the_limits() {
    let journal = MemoryJournal::new();
    let lost = || Reply::Hangs;
    let mut world = World { rows: Vec::new(), ..World::new() }.create(lost());
    assert_eq!(world.run_in(&session(), &journal, rent()).1.unwrap().word(), "not_seen");
    let next = Rent::new(listed()).despite(id("mine"));
    let error = world
        .run_in(&session(), &journal, next.clone().limits(Limits::new().max_open_orders(1)))
        .1
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit(_)), "{error}");
    // Its price is not known, so a day cannot be added up.
    let error = world.run_in(&session(), &journal, next.limits(day("900"))).1.unwrap_err();
    let ErrorKind::Limit(breach) = error.kind() else { panic!("{error}") };
    assert!(matches!(&**breach, Breach::Unpriced { of: Unpriced::Intent(_), .. }), "{breach:?}");
}

#[test]
fn a_renewed_intent_does_not_count_itself_and_may_be_refused_later() {
    // Too fast, then once more: the renewal passes a limit of one order.
    let five = || Reply::status(429, r#"{"code":5}"#);
    let world = || World { rows: Vec::new(), ..World::new() };
    let one = || Rent::new(listed()).limits(Limits::new().max_open_orders(1));
    let (creates, result, _) = run(world().create(five()).create(placed()), one());
    assert_eq!((creates, result.unwrap().order()), (2, Some(OrderId::new(9))));
    // An order appears elsewhere meanwhile: the renewal is refused, and nothing more is sent.
    let journal = MemoryJournal::new();
    let mut world = world().create(five()).row(row(3, 7, 6, 3, ""));
    let plan = one().intent(id("mine"));
    let (run, result) = world.run_in(&session(), &journal, plan);
    assert!(result.is_err());
    assert_eq!((run.creates(), state_of(&journal, "mine").as_str()), (1, "Refused"));
}

#[test]
fn a_row_without_a_readable_id_elsewhere_counts_as_open_unless_it_says_it_is_over() {
    let odd = |more: &str| World {
        rows: vec![Row { from: at(0), json: format!(r#"{{"si":6{more}}}"#) }],
        ..World::new()
    };
    let one = || rent().limits(Limits::new().max_open_orders(1));
    assert!(matches!(refused(odd(""), one()), Breach::OpenOrders { .. }));
    let (creates, ..) = run(odd(r#","expired":true"#).create(placed()), one());
    assert_eq!(creates, 1);
}

#[test]
fn the_journal_keeps_the_price_with_its_fee_and_the_caps() {
    let caps = OrderCaps::new().runtime(seconds(7200));
    let (_, _, journal) = run(World::new().create(placed()), Rent::new(listed()).caps(caps));
    let view = view(&journal);
    let order = view.order(OrderId::new(9)).unwrap();
    assert_eq!((order.price, order.caps), (Some(usd("1.05")), caps));
    assert_eq!(order.rate.as_ref().map(Rate::digits), Some("24".into()));
}

/// No journal at all.
#[derive(Debug)]
struct Without;

impl Journal for Without {
    fn record(&self, _: Record) -> Result<Recorded, JournalError> {
        Ok(Recorded::Written)
    }
}

#[test]
fn without_a_journal_limits_hold_by_the_reading_and_the_spend_alone() {
    for (limits, passes) in [
        (Limits::new().max_rate(usd("0.99")), false),
        (Limits::new().max_rate(usd("1")), true),
        (Limits::new().max_open_orders(2), false),
        (Limits::new().max_open_orders(3), true),
    ] {
        let (run, result) =
            World::new().create(placed()).run_in(&session(), &Without, Rent::new(listed()).limits(limits));
        assert_eq!((result.is_ok(), run.creates()), (passes, usize::from(passes)), "{limits:?}");
        if let Err(error) = result {
            assert!(matches!(error.kind(), ErrorKind::Limit(_)), "{error}");
        }
    }
}

/// A journal whose disk can fill up.
#[derive(Debug, Default)]
struct FillsUp {
    inner: MemoryJournal,
    full: core::sync::atomic::AtomicBool,
}

impl FillsUp {
    fn set_full(&self, full: bool) {
        self.full.store(full, core::sync::atomic::Ordering::SeqCst);
    }
}

impl Journal for FillsUp {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        let full = self.full.load(core::sync::atomic::Ordering::SeqCst);
        if full && record != Record::Look {
            let kind = std::io::ErrorKind::StorageFull;
            return Err(JournalError::Medium { kind, doing: "writing a line" });
        }
        self.inner.record(record)
    }
}

#[test]
fn a_disk_that_fills_up_after_the_intent_hides_no_order_and_lets_it_count() {
    let journal = FillsUp::default();
    let mut world = World { rows: Vec::new(), ..World::new() }.create(placed());
    let mut run = Run::new(&settings(&session(), 3), Rent::new(listed()).intent(id("mine")), at(1));
    let result = run.finish(&journal, &mut |asked| {
        // The intent stands, and its create is on its way.
        journal.set_full(asked.is_create());
        world.answer(asked)
    });
    let RentOutcome::Placed(order) = result.unwrap() else { panic!("not placed") };
    assert_eq!((order.order, order.warnings), (OrderId::new(9), vec![RentWarning::NotMarked]));
    assert!(run.events.iter().any(|event| matches!(event, Event::JournalWarning { .. })));
    drop(run);
    assert_eq!(state_of(&journal, "mine"), "Ownerless");

    // Meanwhile it counts, by its intent, whether or not it is listed yet, and only once.
    journal.set_full(false);
    let next = |most| {
        let limits = Limits::new().max_open_orders(most);
        Rent::new(listed()).intent(id("next")).despite(id("mine")).limits(limits)
    };
    let ours = || {
        let json = format!(r#"{{"id":9,"si":{SERVER},"currency":"USD-Blockchain","type":"on-demand"}}"#);
        Row { from: at(0), json }
    };
    for rows in [vec![], vec![ours()]] {
        world.rows = rows;
        let error = world.run_in(&session(), &journal, next(1)).1.unwrap_err();
        let ErrorKind::Limit(breach) = error.kind() else { panic!("{error}") };
        assert!(matches!(&**breach, Breach::OpenOrders { open, .. } if open.total() == 1), "{breach:?}");
    }

    // And is settled by the next resume.
    let mut resume = Run::new(&settings(&session(), 5), crate::op::rent::Resume::new(), at(500));
    let settled = resume.finish(&journal, &mut |asked| world.answer(asked)).unwrap();
    assert_eq!(settled.first().and_then(|one| one.settlement.order()), Some(OrderId::new(9)));
    let known = view(&journal);
    assert_eq!(known.order(OrderId::new(9)).unwrap().price, Some(usd("1.05")));
    assert_eq!(known.open().count(), 0);
}

/// What was listed long ago, or is sent without a guard, is no price: the host may have raised it since.
#[test]
fn a_listing_is_a_price_for_limits_only_when_it_is_fresh_and_sent_as_a_guard() {
    let rate = || Rate::parse("24", Coin::Usd).unwrap();
    let to = |listed| Target::new(ServerId::new(SERVER)).listed(listed);
    let order = |listed| CreateOrder::on_demand(to(listed), "an/image").coin(Coin::Usd);
    for limits in [Limits::new().max_rate(usd("1")), day("26")] {
        // Of an unknown time, and sent without a guard by name.
        let fresh = || Listed::new([rate()]).at(at(1));
        let off = order(fresh()).without_required_price();
        for order in [order(Listed::new([rate()])), off] {
            let breach = refused(World { rows: Vec::new(), ..World::new() }, Rent::new(order).limits(limits));
            assert!(matches!(&breach, Breach::Unpriced { of: Unpriced::ThisSpend, .. }), "{breach:?}");
            assert!(breach.to_string().contains("30 s"), "{breach}");
        }
        // A limit asks for the guard, whatever the plan says; 30 s later the listing is no price any more.
        for (now, sent) in [(31, true), (32, false)] {
            let mut world = World { rows: Vec::new(), ..World::new() }.create(placed());
            let plan = Rent::new(order(fresh())).without_required_price().limits(limits);
            let mut run = Run::new(&settings(&session(), 3), plan, at(now));
            let result = run.finish(&MemoryJournal::new(), &mut |asked| world.answer(asked));
            let create = run.asked.iter().find(|asked| asked.is_create());
            assert_eq!((create.is_some(), result.is_ok()), (sent, sent), "{now}: {result:?}");
            assert!(create.is_none_or(|create| create.body.contains("required_price")), "{create:?}");
        }
    }
}

/// A row may say for a moment that it failed, and bill on.
#[test]
fn a_word_that_does_not_surely_end_a_bill_neither_ends_an_order_nor_leaves_it_out() {
    let limits = || Limits::new().max_open_orders(1);
    for (rest, is_over) in [
        (r#","status":"failed""#, false),
        (r#","status":"error""#, false),
        (r#","status":"outbid""#, false),
        (r#","status":"completed""#, false),
        (r#","status":"cancelled""#, true),
        (r#","status":"outbid","expired":true"#, true),
    ] {
        let mut world = World { rows: vec![row(0, 3, 77, 0, rest)], ..World::new() }.create(placed());
        let (run, result) =
            world.run_in(&session(), &MemoryJournal::new(), Rent::new(order()).limits(limits()));
        assert_eq!((run.creates() == 1, result.is_ok()), (is_over, is_over), "{rest}");
    }
}
