use super::*;
use crate::spending::Limits;

fn usd(text: &str) -> Option<UsdPerHour> {
    UsdPerHour::parse(text).ok()
}

fn wall(seconds: i64) -> Option<UnixTime> {
    Some(UnixTime::from_seconds(seconds))
}

const DAY_SECONDS: i64 = 86_400;

/// A dollar an hour from `placed` to `ended`.
fn past(placed: Option<i64>, ended: Option<i64>) -> Standing {
    let at = |seconds: Option<i64>| seconds.map(UnixTime::from_seconds);
    let one = Past { order: OrderId::new(7), price: usd("1"), placed: at(placed), ended: at(ended) };
    let newest = at(ended).max(at(placed));
    Standing { past: vec![one], newest, ..Standing::default() }
}

fn ended(standing: &Standing, now: Option<i64>) -> String {
    standing.day(None, now.map(UnixTime::from_seconds)).unwrap().ended.to_string()
}

#[test]
fn an_order_that_is_over_costs_what_it_ran_in_the_last_24_hours_and_the_creation_fee() {
    let hour = 3600;
    let two_hours = past(Some(0), Some(2 * hour));
    for (now, cost) in [
        (2 * hour, "$2.10"),
        (DAY_SECONDS, "$2.10"),
        (DAY_SECONDS + hour, "$1.10"),
        (DAY_SECONDS + 2 * hour - 36, "$0.11"),
        (DAY_SECONDS + 2 * hour, "$0.00"),
        (9 * DAY_SECONDS, "$0.00"),
    ] {
        assert_eq!(ended(&two_hours, Some(now)), cost, "{now}");
    }
    // The creation fee is charged after ten minutes.
    assert_eq!(ended(&past(Some(0), Some(600)), Some(600)), "$0.167");
    assert_eq!(ended(&past(Some(0), Some(601)), Some(601)), "$0.267");
}

#[test]
fn a_time_that_is_not_known_counts_at_its_worst() {
    for standing in [past(None, Some(5)), past(Some(0), None), past(None, None)] {
        // 24 h and the creation fee, except that one without an end is taken to run until now.
        let cost = ended(&standing, Some(DAY_SECONDS));
        assert_eq!(cost, "$24.10", "{standing:?}");
    }
    // Of an unknown beginning too, what ended more than a day ago costs nothing now.
    assert_eq!(ended(&past(None, Some(5)), Some(DAY_SECONDS + 5)), "$0.00");
    assert_eq!(ended(&past(None, None), None), "$24.10");
}

#[test]
fn a_wall_clock_before_the_newest_line_counts_as_that_lines() {
    let mut standing = past(Some(0), Some(3600));
    standing.newest = wall(3600);
    for now in [Some(-9_999_999), Some(0), None, Some(3600)] {
        assert_eq!(ended(&standing, now), "$1.10", "{now:?}");
    }
    // The newest line is of another order, much later.
    standing.newest = wall(9 * DAY_SECONDS);
    assert_eq!(ended(&standing, Some(0)), "$0.00");
}

#[test]
fn times_at_the_ends_of_the_range_do_no_harm() {
    for placed in [i64::MIN, 0, i64::MAX] {
        for end in [i64::MIN, 0, i64::MAX] {
            for now in [i64::MIN, 0, i64::MAX] {
                let _ = past(Some(placed), Some(end)).day(None, wall(now));
            }
        }
    }
}

fn row(order: u64, server: u64, price: &str) -> ActiveOrder {
    ActiveOrder::new(Some(OrderId::new(order))).server(Some(ServerId::new(server))).price(usd(price))
}

fn maybe(server: Option<u64>, base: Option<&[u64]>, price: &str, orders: u32) -> Maybe {
    Maybe {
        name: Excerpt::new("m", 64),
        server: server.map(ServerId::new),
        base_ids: base.map(|ids| ids.iter().copied().map(OrderId::new).collect()),
        price: usd(price),
        orders,
    }
}

fn open(standing: &Standing, rows: Option<&[ActiveOrder]>) -> (u32, Option<u32>) {
    let open = standing.open_orders(rows, None);
    (open.journal, open.reading)
}

fn day(standing: &Standing, rows: Option<&[ActiveOrder]>) -> (String, u32) {
    let day = standing.day(rows, None).unwrap();
    (day.open.to_string(), day.open_orders)
}

#[test]
fn open_orders_are_those_of_the_journal_and_of_the_reading_each_once() {
    let standing = Standing {
        open: [(OrderId::new(1), usd("1")), (OrderId::new(2), usd("1"))].into(),
        maybe: vec![maybe(Some(5), Some(&[]), "1", 1)],
        ..Standing::default()
    };
    assert_eq!(open(&standing, None), (3, None));
    assert_eq!(open(&standing, Some(&[])), (3, Some(1)));
    let rows = [row(1, 1, "1"), row(8, 8, "1"), row(9, 9, "1"), row(10, 10, "1")];
    assert_eq!(open(&standing, Some(&rows)), (3, Some(5)));
    assert_eq!(standing.open_orders(Some(&rows), None).total(), 6);
    // Every open order and each row that is none of them: 1, 2, 8, 9, 10 and the intent.
    assert_eq!(day(&standing, Some(&rows)), ("$144.00".into(), 6));
}

#[test]
fn an_open_intent_is_among_the_rows_only_by_a_new_row_on_its_server() {
    for (intent, rows, counted, sum) in [
        // Its row: counted once, at the higher of the two prices.
        (maybe(Some(5), Some(&[]), "1", 1), vec![row(9, 5, "2")], 1, "$48.00"),
        (maybe(Some(5), Some(&[]), "3", 1), vec![row(9, 5, "2")], 1, "$72.00"),
        // A row that was there before, one elsewhere, no snapshot, no server, several orders: counted beside.
        (maybe(Some(5), Some(&[9]), "1", 1), vec![row(9, 5, "2")], 2, "$72.00"),
        (maybe(Some(5), Some(&[]), "1", 1), vec![row(9, 6, "2")], 2, "$72.00"),
        (maybe(Some(5), None, "1", 1), vec![row(9, 5, "2")], 2, "$72.00"),
        (maybe(None, Some(&[]), "1", 1), vec![row(9, 5, "2")], 2, "$72.00"),
        (maybe(Some(5), Some(&[]), "1", 2), vec![row(9, 5, "2")], 3, "$72.00"),
    ] {
        let standing = Standing { maybe: vec![intent], ..Standing::default() };
        assert_eq!(open(&standing, Some(&rows)).1, Some(counted), "{standing:?}");
        assert_eq!(day(&standing, Some(&rows)).0, sum, "{standing:?}");
    }
    // One row is at most one intent's.
    let two = vec![maybe(Some(5), Some(&[]), "1", 1), maybe(Some(5), Some(&[]), "1", 1)];
    let standing = Standing { maybe: two, ..Standing::default() };
    assert_eq!(open(&standing, Some(&[row(9, 5, "1")])).1, Some(2));
    // A row that the journal knows as another's is no intent's.
    let standing = Standing {
        maybe: vec![maybe(Some(5), Some(&[]), "1", 1)],
        open: [(OrderId::new(9), usd("1"))].into(),
        ..Standing::default()
    };
    assert_eq!(open(&standing, Some(&[row(9, 5, "1")])).1, Some(2));
}

#[test]
fn a_price_is_the_higher_of_what_journal_and_row_say_and_unknown_when_neither_says_one() {
    let seven = OrderId::new(7);
    let by = |price: Option<UsdPerHour>| Standing { open: [(seven, price)].into(), ..Standing::default() };
    let unpriced = ActiveOrder::new(Some(seven));
    assert_eq!(day(&by(usd("1")), Some(&[row(7, 1, "2")])).0, "$48.00");
    assert_eq!(day(&by(usd("3")), Some(&[row(7, 1, "2")])).0, "$72.00");
    assert_eq!(day(&by(None), Some(&[row(7, 1, "2")])).0, "$48.00");
    assert_eq!(by(None).day(Some(core::slice::from_ref(&unpriced)), None), Err(Unpriced::Order(seven)));
    assert_eq!(by(None).day(None, None), Err(Unpriced::Order(seven)));
    // Of another key, or over: the price is known all the same.
    let known = Standing { known: [(seven, usd("2"))].into(), ..Standing::default() };
    assert_eq!(day(&known, Some(core::slice::from_ref(&unpriced))).0, "$48.00");
    assert_eq!(Standing::default().day(Some(&[unpriced]), None), Err(Unpriced::Order(seven)));
    assert_eq!(Standing::default().day(Some(&[ActiveOrder::new(None)]), None), Err(Unpriced::UnreadableRow));
}

#[test]
fn a_call_that_was_done_without_naming_orders_counts_for_a_day() {
    let unnamed = Unnamed { name: Excerpt::new("u", 64), price: usd("1"), orders: 2, wall: wall(0) };
    let standing = Standing { unnamed: vec![unnamed], ..Standing::default() };
    let at = |now: i64, rows: Option<&[ActiveOrder]>| {
        let sum = standing.day(rows, wall(now)).unwrap();
        (standing.open_orders(rows, wall(now)).total(), sum.open.to_string(), sum.ended.to_string())
    };
    assert_eq!(at(3600, None), (2, "$24.00".into(), "$0.00".into()));
    assert_eq!(at(DAY_SECONDS, None), (0, "$0.00".into(), "$0.00".into()));
    // A reading may not show them yet: they count beside it, but for as many rows as nothing else explains.
    assert_eq!(at(3600, Some(&[])), (2, "$24.00".into(), "$0.00".into()));
    assert_eq!(at(3600, Some(&[row(9, 5, "2")])), (2, "$72.00".into(), "$0.00".into()));
    assert_eq!(
        at(3600, Some(&[row(9, 5, "2"), row(10, 6, "2")])),
        (2, "$96.00".into(), "$1.10".into()),
        "what those that are over can have cost is added"
    );
    assert_eq!(at(DAY_SECONDS, Some(&[])), (0, "$0.00".into(), "$0.00".into()));
}

#[test]
fn rows_that_the_journal_or_an_open_intent_explains_account_for_no_call_without_a_name() {
    let unnamed = Unnamed { name: Excerpt::new("u", 64), price: usd("1"), orders: 1, wall: wall(0) };
    let standing = Standing {
        unnamed: vec![unnamed.clone()],
        maybe: vec![maybe(Some(5), Some(&[]), "1", 1)],
        open: [(OrderId::new(7), usd("1"))].into(),
        known: [(OrderId::new(8), usd("1"))].into(),
        ..Standing::default()
    };
    let rows = [
        row(7, 1, "1"),
        row(8, 2, "1"),
        row(9, 5, "1"),
        ActiveOrder::new(None).server(Some(ServerId::new(3))),
    ];
    assert_eq!(standing.open_orders(Some(&rows), wall(60)).total(), 5, "{standing:?}");
    // Two calls, one row more: it accounts for one of them.
    let two = Standing { unnamed: vec![unnamed.clone(), unnamed], ..Standing::default() };
    assert_eq!(two.open_orders(Some(&[row(9, 5, "1")]), wall(60)).total(), 2);
    assert_eq!(two.day(Some(&[row(9, 5, "1")]), wall(60)).unwrap().open_orders, 2);
}

#[test]
fn orders_that_the_list_lacks_count_beside_its_rows() {
    let standing = Standing { open: [(OrderId::new(7), usd("1"))].into(), ..Standing::default() };
    assert_eq!(standing.open_orders(Some(&[row(9, 5, "1")]), None).total(), 2);
    assert_eq!(standing.open_orders(Some(&[row(7, 1, "1"), row(9, 5, "1")]), None).total(), 2);
}

#[test]
fn the_first_limit_that_is_passed_is_told_with_its_arithmetic() {
    let standing = Standing { open: [(OrderId::new(1), usd("1"))].into(), ..Standing::default() };
    let check = |limits: Limits| {
        let check = Check::new(limits).rate(usd("2"));
        standing.check(&check, usd("2.10"), 1, None).map_err(|breach| (breach.limit(), breach.to_string()))
    };
    let total = |text: &str| Limits::new().max_total_per_day(Usd::new(text.parse().unwrap()).unwrap());
    assert_eq!(check(Limits::new()), Ok(()));
    assert_eq!(check(total("74.40").max_rate(usd("2").unwrap()).max_open_orders(2)), Ok(()));
    let texts = [
        (
            Limits::new().max_rate(usd("1.99").unwrap()),
            "max_rate",
            "the limit of $1.99/h for one server (without the fee): this one costs $2.00/h",
        ),
        (
            Limits::new().max_open_orders(1),
            "max_open_orders",
            "the limit of 1 open orders: 1 open by the journal (open intents included) [orders 1]; 1 + 1 asked for",
        ),
        (
            total("74.39"),
            "max_total_per_day",
            "the limit of $74.39 a day: $0.00 for orders that ended in the last 24 h + $24.00 for 24 h of 1 open \
             (orders and open intents [orders 1]) + $50.40 for 24 h of this one = $74.40, fees included",
        ),
    ];
    for (limits, limit, text) in texts {
        assert_eq!(check(limits), Err((limit, text.to_owned())));
    }
}

/// A person can look at what was counted; any number of it stays short.
#[test]
fn a_refusal_names_the_first_orders_and_intents_it_counted_and_a_clock_that_is_behind() {
    let maybe = |name: &str| Maybe {
        name: Excerpt::new(name, 64),
        server: None,
        base_ids: None,
        price: usd("1"),
        orders: 1,
    };
    let standing = Standing {
        open: (1..=4).map(|n| (OrderId::new(n), usd("1"))).collect(),
        maybe: vec![maybe("first"), maybe("second")],
        newest: Some(UnixTime::from_seconds(1_790_000_000)),
        ..Standing::default()
    };
    let row = |n| ActiveOrder { order: Some(OrderId::new(n)), server: None, price: usd("1") };
    let rows: Vec<ActiveOrder> = (3..=90).map(row).collect();
    let mut check = Check::new(Limits::new().max_total_per_day(Usd::new(1.into()).unwrap()));
    check.active = Some(rows);
    for (wall, behind) in [(1_790_000_000, false), (1_789_999_940, false), (1_789_999_939, true)] {
        let breach = standing.check(&check, usd("1"), 1, Some(UnixTime::from_seconds(wall))).unwrap_err();
        let text = breach.to_string();
        assert!(text.contains("[orders 1, 2, 3, 4, 5; intents first, second]"), "{text}");
        assert_eq!(text.contains("the clock says Mon, 21 Sep 2026 14:12:19 GMT, and the journal's newest line is of Mon, 21 Sep 2026 14:13:20 GMT"), behind, "{text}");
        assert!(text.len() < 600);
    }
    check.limits = Limits::new().max_open_orders(3);
    let text = standing.check(&check, None, 1, None).unwrap_err().to_string();
    assert!(text.contains("[orders 1, 2, 3, 4, 5; intents first, second]"), "{text}");
}
