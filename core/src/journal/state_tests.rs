use super::*;
use crate::journal::text::tests::records;
use crate::model::{Coin, Kind, Rate};
use crate::spending::OrderCaps;
use proptest::prelude::*;

fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

fn intent(name: &str, server: Option<u64>) -> Record {
    let mut intent = Intent::new(id(name), "create_order");
    intent.server = server.map(ServerId::new);
    Record::Intent(Box::new(intent))
}

fn resolved(name: &str, resolution: Resolution) -> Record {
    Record::Resolved { intent: id(name), resolution, wall: None }
}

fn state(lines: &[(&str, &str, Record)]) -> State {
    let mut state = State::new();
    for (url, key, record) in lines {
        state.apply(Line::new(Scope::new(url, key), record.clone()));
    }
    state
}

fn seen(state: &State, url: &str, key: &str) -> View {
    state.view(&Scope::new(url, key), &|id| id.as_str().starts_with("live"))
}

const SEVEN: Resolution = Resolution::Placed { order: OrderId::new(7), inferred: false };

#[test]
fn a_view_has_all_keys_of_its_base_url_and_nothing_of_another() {
    let state = state(&[
        ("https://a", "k", intent("live-1", Some(1))),
        ("https://a", "k", intent("dead-1", Some(2))),
        ("https://a", "other", intent("live-2", Some(3))),
        ("https://b", "k", intent("live-3", Some(1))),
        ("https://a", "other", intent("done", Some(9))),
        ("https://a", "other", resolved("done", SEVEN)),
        ("https://a", "other", Record::Ended { order: OrderId::new(7), wall: None }),
    ]);
    let view = seen(&state, "https://a", "k");
    let open: Vec<_> = view.open().map(|open| (open.intent.id.to_string(), open.ownership)).collect();
    let named = |name: &str, ownership| (name.to_owned(), ownership);
    assert_eq!(
        open,
        [
            named("dead-1", Ownership::Ownerless),
            named("live-1", Ownership::Live),
            named("live-2", Ownership::OtherKey)
        ]
    );
    assert_eq!(view.attributed_to(OrderId::new(7)), Some(&id("done")));
    let orders: Vec<_> = view.orders().map(|known| (known.order, &known.intent, known.other_key)).collect();
    assert_eq!(orders, [(OrderId::new(7), &id("done"), true)]);
    assert!(view.has_ended(OrderId::new(7)));
    assert_eq!(view.resolution(&id("done")), Some(SEVEN));
    assert!(view.intent(&id("done")).is_none() && view.resolution(&id("dead-1")).is_none());

    let view = seen(&state, "https://b", "k");
    assert_eq!(view.open().count(), 1);
    assert_eq!(view.attributed_to(OrderId::new(7)), None);
    assert_eq!(view.resolution(&id("done")), None);
    assert!(!view.has_ended(OrderId::new(7)));
}

#[test]
fn another_open_intent_for_the_server_is_seen_whatever_its_key_or_owner() {
    for (record, key, found) in [
        (intent("live-1", Some(1)), "k", true),
        (intent("dead-1", Some(1)), "k", true),
        (intent("dead-1", Some(1)), "other", true),
        (intent("dead-1", None), "k", true),
        (intent("dead-1", Some(2)), "k", false),
        (intent("me", Some(1)), "k", false),
    ] {
        let view = seen(&state(&[("https://a", key, record.clone())]), "https://a", "k");
        assert_eq!(view.other_open_for(ServerId::new(1), &id("me")).is_some(), found, "{record:?} {key}");
    }
}

#[test]
fn a_later_form_of_an_intent_replaces_it_and_stays_sent() {
    let state = state(&[
        ("https://a", "k", intent("a", Some(1))),
        ("https://a", "k", Record::Sent(id("a"))),
        ("https://a", "k", intent("a", Some(2))),
    ]);
    let view = seen(&state, "https://a", "k");
    let open = view.intent(&id("a")).unwrap();
    assert_eq!((open.intent.server, open.sent), (Some(ServerId::new(2)), true));
}

#[test]
fn what_is_resolved_is_never_open_again() {
    let state = state(&[
        ("https://a", "k", intent("a", Some(1))),
        ("https://a", "k", resolved("a", SEVEN)),
        ("https://a", "k", intent("a", Some(1))),
        ("https://a", "k", resolved("a", Resolution::Refused)),
    ]);
    let view = seen(&state, "https://a", "k");
    assert_eq!(view.open().count(), 0);
    assert_eq!(view.resolution(&id("a")), Some(SEVEN));
}

#[test]
fn an_order_stays_with_the_intent_that_got_it_first() {
    let state = state(&[
        ("https://a", "k", resolved("a", SEVEN)),
        ("https://a", "k", resolved("b", Resolution::AttributedTo(OrderId::new(7)))),
    ]);
    assert_eq!(seen(&state, "https://a", "k").attributed_to(OrderId::new(7)), Some(&id("a")));
}

#[test]
fn another_scopes_lines_do_not_touch_an_intent() {
    for (url, key) in [("https://b", "k"), ("https://a", "other")] {
        let state = state(&[
            ("https://a", "k", intent("a", Some(1))),
            (url, key, intent("a", Some(2))),
            (url, key, Record::Sent(id("a"))),
            (url, key, resolved("a", SEVEN)),
        ]);
        let view = seen(&state, "https://a", "k");
        let open = view.intent(&id("a")).unwrap();
        assert_eq!((open.intent.server, open.sent), (Some(ServerId::new(1)), false), "{url} {key}");
    }
}

fn at(seconds: i64) -> Option<UnixTime> {
    Some(UnixTime::from_seconds(seconds))
}

fn usd(text: &str) -> Option<UsdPerHour> {
    UsdPerHour::parse(text).ok()
}

#[test]
fn an_orders_facts_are_its_intents_and_what_was_recorded_since() {
    let seven = OrderId::new(7);
    let mut facts = Intent::new(id("a"), "create_order");
    facts.server = Some(ServerId::new(1));
    facts.kind = Some(Kind::Spot);
    facts.coin = Some(Coin::Clore);
    facts.rate = Rate::parse("24", Coin::Clore).ok();
    facts.price = usd("0.50");
    facts.caps = OrderCaps::new().runtime(core::time::Duration::from_secs(60));
    facts.wall = at(100);
    let mut lines = vec![
        ("https://a", "k", Record::Intent(Box::new(facts.clone()))),
        ("https://a", "k", Record::Resolved { intent: id("a"), resolution: SEVEN, wall: at(110) }),
    ];
    let known =
        |lines: &[(&str, &str, Record)]| seen(&state(lines), "https://a", "k").order(seven).unwrap().clone();
    let order = known(&lines);
    assert_eq!((order.server, order.kind, order.coin.clone()), (facts.server, facts.kind, facts.coin));
    assert_eq!((order.rate.clone(), order.price, order.caps), (facts.rate, facts.price, facts.caps));
    assert_eq!((order.placed, order.is_over, order.ended, order.other_key), (at(100), false, None, false));

    // The highest price counts, since a change may have been refused; an unknown one leaves none known.
    lines.push(("https://a", "k", Record::Repriced { order: seven, price: usd("0.70"), wall: at(120) }));
    lines.push(("https://a", "k", Record::Repriced { order: seven, price: usd("0.60"), wall: at(130) }));
    assert_eq!(known(&lines).price, usd("0.70"));
    lines.push(("https://a", "k", Record::Repriced { order: OrderId::new(8), price: None, wall: at(140) }));
    assert_eq!(known(&lines).price, usd("0.70"));

    // An end that says a time before the newest line is of a clock that went back.
    lines.push(("https://a", "k", Record::Ended { order: seven, wall: at(50) }));
    let order = known(&lines);
    assert_eq!((order.is_over, order.ended), (true, at(140)));
    lines.push(("https://a", "k", Record::Repriced { order: seven, price: None, wall: None }));
    assert_eq!(known(&lines).price, None);
}

#[test]
fn an_end_that_was_recorded_before_its_order_counts() {
    let state = state(&[
        ("https://a", "k", intent("a", Some(1))),
        ("https://a", "k", Record::Ended { order: OrderId::new(7), wall: at(9) }),
        ("https://a", "k", resolved("a", SEVEN)),
    ]);
    let view = seen(&state, "https://a", "k");
    let order = view.order(OrderId::new(7)).unwrap();
    assert_eq!((order.is_over, order.ended), (true, at(9)));
}

#[test]
fn the_newest_wall_is_of_all_base_urls_and_never_goes_back() {
    let ended = |wall| Record::Ended { order: OrderId::new(7), wall };
    let lines = [
        ("https://a", "k", ended(at(5))),
        ("https://b", "k", ended(at(9))),
        ("https://b", "k", ended(at(3))),
    ];
    assert_eq!(seen(&state(&lines), "https://a", "k").newest_wall(), at(9));
    assert_eq!(seen(&state(&[]), "https://a", "k").newest_wall(), None);
}

/// Limits count what this key placed without being told its orders, and not what another key did.
#[test]
fn what_was_done_without_naming_its_orders_is_seen_by_its_own_key_only() {
    let bids = |name: &str, orders| {
        let mut intent = Intent::new(id(name), "create_gigaspot_orders");
        intent.orders = orders;
        Record::Intent(Box::new(intent))
    };
    let state = state(&[
        ("https://a", "k", bids("mine", 2)),
        ("https://a", "k", resolved("mine", Resolution::Done)),
        ("https://a", "other", bids("theirs", 5)),
        ("https://a", "other", resolved("theirs", Resolution::Done)),
    ]);
    assert_eq!(seen(&state, "https://a", "k").unnamed_orders(), 2);
    assert_eq!(seen(&state, "https://a", "other").unnamed_orders(), 5);
    assert_eq!(seen(&state, "https://b", "k").unnamed_orders(), 0);
}

proptest! {
    /// A copy of the file at its own end says nothing new.
    #[test]
    fn replaying_every_line_twice_changes_nothing(records in proptest::collection::vec(records(), 0..12)) {
        let lines: Vec<_> = records.into_iter().map(|record| ("https://a", "k", record)).collect();
        let once = state(&lines);
        let twice = state(&[lines.clone(), lines].concat());
        prop_assert_eq!(
            format!("{:?}", seen(&once, "https://a", "k").resolved),
            format!("{:?}", seen(&twice, "https://a", "k").resolved)
        );
        let open = |state: &State| seen(state, "https://a", "k").open().map(|o| o.intent.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(open(&once), open(&twice));
    }
}

/// What an automatic cancel by a later process may rest on.
#[test]
fn an_order_is_answered_when_its_id_was_told_or_the_last_send_was_a_success_without_one() {
    const FOUND: Resolution = Resolution::Placed { order: OrderId::new(7), inferred: true };
    let (sent, answered) = (Record::Sent(id("a")), Record::Answered(id("a")));
    let Record::Intent(again) = intent("a", Some(1)) else { unreachable!() };
    let renewed = Record::Renew(again);
    for (noted, resolution, expected) in [
        (vec![], SEVEN, true),
        (vec![answered.clone()], FOUND, true),
        (vec![sent.clone(), answered.clone()], FOUND, true),
        (vec![], FOUND, false),
        (vec![sent.clone()], FOUND, false),
        // Sent again, and that answer was lost.
        (vec![answered.clone(), renewed.clone()], FOUND, false),
        (vec![answered.clone(), renewed, sent], FOUND, false),
        (vec![answered], Resolution::AttributedTo(OrderId::new(7)), true),
    ] {
        let mut lines = vec![intent("a", Some(1))];
        lines.extend(noted);
        let open = state(&lines.iter().map(|line| ("u", "k", line.clone())).collect::<Vec<_>>());
        let answered_openly = seen(&open, "u", "k").intent(&id("a")).unwrap().answered;
        lines.push(resolved("a", resolution));
        let lines: Vec<_> = lines.into_iter().map(|line| ("u", "k", line)).collect();
        let view = seen(&state(&lines), "u", "k");
        assert_eq!(view.order(OrderId::new(7)).unwrap().answered, expected, "{lines:?}");
        assert_eq!(answered_openly, expected && resolution != SEVEN, "{lines:?}");
    }
}
