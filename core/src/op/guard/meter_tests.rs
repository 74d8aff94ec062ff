use super::*;
use crate::model::{Coin, Kind, Rate, UsdPerHour};
use crate::op::scripted::{EPOCH, at, seconds};
use proptest::prelude::*;

fn order(json: &str) -> Order {
    Order::decode(json.as_bytes()).unwrap()
}

/// Created at 0 s by the service's clock, 24 USD a day with a fee of 0 and no creation fee: a dollar an hour.
fn dollar_an_hour(spend: &str) -> Order {
    let ct = EPOCH.seconds();
    order(&format!(
        r#"{{"id":9,"si":1,"ct":{ct},"currency":"USD-Blockchain","price":24,"fee":0,"creation_fee":0,"spend":{spend}}}"#
    ))
}

fn meter(caps: OrderCaps) -> Meter {
    Meter::new(caps, &Rates::new(), at(100), None)
}

/// Two readings in a row that say the same age, as one alone is not believed.
fn read(meter: &mut Meter, row: &Order, date: Option<UnixTime>, now: Moment) {
    meter.read(row, date, now);
    meter.read(row, date, now);
}

fn usd(text: &str) -> Usd {
    Usd::new(text.parse().unwrap()).unwrap()
}

/// The service's date `age` seconds after the creation.
fn date(age: i64) -> Option<UnixTime> {
    Some(EPOCH.plus(age))
}

#[test]
fn the_services_clock_comes_first_and_monotonic_time_goes_on_from_it() {
    let mut meter = meter(OrderCaps::new().runtime(seconds(3_600)));
    assert_eq!(meter.ran_at(at(160)), seconds(60), "without a reading, since it was known");
    read(&mut meter, &dollar_an_hour("0"), date(3_000), at(200));
    assert_eq!(meter.ran_at(at(200)), seconds(3_000));
    assert_eq!((meter.passed(at(799)), meter.passed(at(800))), (None, Some(Cap::Runtime)));
    assert_eq!(meter.passes_at(at(300)), at(800));
}

#[test]
fn the_price_agreed_to_holds_a_spend_cap_where_the_row_says_no_dollars() {
    let mut meter = meter(OrderCaps::new().spend(usd("3")));
    assert!(meter.is_blind(at(100)));
    meter.floor = Some("1".parse().unwrap());
    meter.read(&order(r#"{"id":9,"currency":"CLORE-Blockchain","price":500}"#), None, at(100));
    assert!(!meter.is_blind(at(100)));
    assert_eq!(meter.cost_at(at(100 + 600)).unwrap().amount().round_dp(4).to_string(), "0.1667");
    let fee = Usd::ASSUMED_CREATION_FEE.amount();
    assert_eq!(meter.cost_at(at(100 + 3_600)).unwrap().amount(), fee + rust_decimal::Decimal::ONE);
    let due = meter.passes_at(at(4_000));
    assert_eq!(meter.passed(due), Some(Cap::Spend));
    assert!(due > at(100 + 9_000) && due < at(100 + 3 * 3_600), "{due:?}");
}

#[test]
fn a_reading_that_says_less_takes_nothing_back() {
    let mut meter = meter(OrderCaps::new());
    read(&mut meter, &dollar_an_hour("5"), date(3_000), at(200));
    for (row, date, now) in [
        (dollar_an_hour("0"), date(10), 201),
        (dollar_an_hour("0"), date(-5_000), 202),
        (order(r#"{"id":9}"#), None, 203),
        (dollar_an_hour("0"), None, 150),
    ] {
        meter.read(&row, date, at(now));
        assert!(meter.ran_at(at(203)) >= seconds(3_000), "{:?}", meter.ran_at(at(203)));
        assert!(meter.cost_at(at(203)) >= Some(usd("5")), "{:?}", meter.cost_at(at(203)));
    }
}

#[test]
fn the_cost_is_the_services_figure_or_price_and_time_whichever_is_more() {
    for (spend, age, expected) in
        [("0", 3_600, "1"), ("7", 3_600, "7"), ("null", 7_200, "2"), ("0.5", 3_600, "1")]
    {
        let mut meter = meter(OrderCaps::new());
        read(&mut meter, &dollar_an_hour(spend), date(age), at(200));
        assert_eq!(meter.cost_at(at(200)), Some(usd(expected)), "{spend} {age}");
    }
    let mut meter = meter(OrderCaps::new().spend(usd("8")));
    read(&mut meter, &dollar_an_hour("7"), date(3_600), at(200));
    assert_eq!((meter.passed(at(3_799)), meter.passed(at(3_800))), (None, Some(Cap::Spend)));
    assert_eq!(meter.passes_at(at(200)), at(3_800));
}

#[test]
fn fees_count_and_what_is_not_told_is_assumed() {
    let row = r#"{"id":9,"ct":CT,"currency":"USD-Blockchain","price":24,"fee":0.05,"creation_fee":2}"#;
    let row = order(&row.replace("CT", &EPOCH.seconds().to_string()));
    let mut told = meter(OrderCaps::new().spend(usd("2.5")));
    read(&mut told, &row, date(300), at(200));
    assert_eq!(told.cost_at(at(200)), Some(usd("0.0875")), "a dollar an hour with 5 %");
    // Twelve minutes at 1.05 an hour and the creation fee.
    assert_eq!(told.cost_at(at(200 + 420)), Some(usd("2.21")));
    assert!(told.passes_at(at(200)) <= at(200 + 301), "it looks again when the creation fee comes");
    let assumed =
        order(&format!(r#"{{"id":9,"ct":{},"currency":"USD-Blockchain","price":24}}"#, EPOCH.seconds()));
    let mut meter = meter(OrderCaps::new());
    read(&mut meter, &assumed, date(3_600), at(200));
    assert_eq!(meter.cost_at(at(200)), Some(usd("1.15")));
}

#[test]
fn before_any_reading_the_listing_and_time_hold() {
    let cost = CostEstimate::new(Kind::OnDemand, Coin::Clore)
        .rate(Rate::parse("240", Coin::Clore).unwrap())
        .usd_per_hour(UsdPerHour::parse("1").unwrap());
    let meter = Meter::new(OrderCaps::new().spend(usd("1")), &Rates::new(), at(100), Some(cost));
    assert!(!meter.is_blind(at(100)));
    assert_eq!(meter.passed(at(100)), None);
    assert_eq!(meter.passed(at(100 + 3_600)), Some(Cap::Spend));
}

#[test]
fn a_spend_cap_without_a_known_cost_is_told_and_never_passed() {
    let mut blind = meter(OrderCaps::new().spend(usd("1")));
    blind.read(&order(r#"{"id":9,"currency":"CLORE-Blockchain","price":24}"#), None, at(200));
    assert!(blind.is_blind(at(900_000)));
    assert_eq!((blind.passed(at(900_000)), blind.passes_at(at(900_000))), (None, Moment::NEVER));
    assert!(!meter(OrderCaps::new().runtime(seconds(1))).is_blind(at(200)));
}

proptest! {
    /// Whoever sleeps until `passes_at` is never late, and a cap that is passed stays passed.
    #[test]
    fn a_cap_is_passed_no_later_than_foretold_and_stays_passed(
        longest in 0_u64..20_000, most in 0_u32..500, age in 0_i64..20_000, spend in 0_u32..300, later in 0_u64..20_000,
    ) {
        let most = Usd::new(Decimal::new(most.into(), 2)).unwrap();
        let mut meter = meter(OrderCaps::new().runtime(seconds(longest)).spend(most));
        read(&mut meter, &dollar_an_hour(&Decimal::new(spend.into(), 2).to_string()), date(age), at(200));
        let mut foretold = meter.passes_at(at(200));
        let before = foretold.before(seconds(1));
        prop_assert!(before < at(200) || meter.passed(before).is_none());
        if meter.passed(foretold).is_none() {
            // It woke for the creation fee, which is none here.
            foretold = meter.passes_at(foretold);
        }
        prop_assert!(meter.passed(foretold).is_some(), "{foretold:?}");
        prop_assert!(meter.passed(foretold.after(seconds(later))).is_some());
    }

    /// Time that stands still or goes back and rows that say anything neither panic nor take anything back.
    #[test]
    fn what_was_told_is_never_taken_back(readings in proptest::collection::vec((any::<i64>(), 0_u64..1_000, any::<u32>()), 1..20)) {
        let mut meter = meter(OrderCaps::new());
        let (mut ran, mut most) = (Duration::ZERO, Decimal::ZERO);
        for (when, now, spend) in readings {
            let date = Some(UnixTime::from_seconds(when));
            most = most.max(Decimal::new(spend.into(), 4));
            meter.read(&dollar_an_hour(&Decimal::new(spend.into(), 4).to_string()), date, at(now));
            prop_assert!(meter.ran_at(at(1_000)) >= ran);
            prop_assert!(meter.cost_at(at(1_000)).unwrap().amount() >= most);
            ran = meter.ran_at(at(1_000));
        }
    }
}

/// The service's figure is without the creation fee, which is charged after ten minutes.
#[test]
fn the_creation_fee_is_added_to_what_the_service_says_after_ten_minutes() {
    let row = r#"{"id":9,"ct":CT,"currency":"USD-Blockchain","price":24,"fee":0,"creation_fee":2,"spend":5}"#;
    let row = order(&row.replace("CT", &EPOCH.seconds().to_string()));
    for (age, expected) in [(599, "5"), (600, "5"), (601, "7"), (3_600, "7")] {
        let mut meter = meter(OrderCaps::new());
        read(&mut meter, &row, date(age), at(200));
        assert_eq!(meter.cost_at(at(200)), Some(usd(expected)), "{age}");
    }
}

/// A bid that was raised: the new price holds from the reading that shows it.
#[test]
fn a_price_that_changed_is_the_one_that_counts() {
    let mut meter = meter(OrderCaps::new());
    read(&mut meter, &dollar_an_hour("0"), date(3_600), at(200));
    assert_eq!(meter.cost_at(at(200)), Some(usd("1")));
    let dearer = r#"{"id":9,"si":1,"ct":CT,"currency":"USD-Blockchain","price":48,"fee":0,"creation_fee":0}"#;
    read(&mut meter, &order(&dearer.replace("CT", &EPOCH.seconds().to_string())), date(3_600), at(200));
    assert_eq!(meter.cost_at(at(200)), Some(usd("2")));
}

#[test]
fn a_second_that_has_begun_counts_whole() {
    for (ms, whole) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2)] {
        assert_eq!(super::seconds(Duration::from_millis(ms)), Decimal::from(whole), "{ms}");
    }
}

/// A proxy with a wrong clock, a row with an odd date: neither ends an order.
#[test]
fn an_age_that_time_does_not_explain_counts_once_a_second_reading_says_it_too() {
    let mut meter = meter(OrderCaps::new().runtime(seconds(3_600)));
    meter.read(&dollar_an_hour("0"), date(230), at(200));
    assert_eq!((meter.ran_at(at(200)), meter.is_in_doubt()), (seconds(230), false), "130 s are no leap");
    for (age, now, ran, in_doubt) in [
        (36_000, 210, 240, true),
        (242, 212, 242, false),
        (36_000, 220, 250, true),
        // Two that differ: at least the lower.
        (4_000, 230, 4_000, false),
        (90_000, 240, 4_010, true),
        (80_000, 250, 80_000, false),
        (i64::MAX, 260, 80_010, true),
        (90, 270, 80_020, false),
    ] {
        meter.read(&dollar_an_hour("0"), date(age), at(now));
        assert_eq!((meter.ran_at(at(now)), meter.is_in_doubt()), (seconds(ran), in_doubt), "{age} at {now}");
    }
}

/// The date in every row is years old: what the snapshot of its intent lacked is younger.
#[test]
fn no_order_is_older_than_the_snapshot_that_lacked_it() {
    let mut bounded = meter(OrderCaps::new().runtime(seconds(3_600)));
    bounded.snapshot_date = Some(EPOCH.plus(90_000));
    for now in [200, 202, 204] {
        bounded.read(&dollar_an_hour("0"), date(90_200), at(now));
    }
    assert_eq!(
        (bounded.ran_at(at(204)), bounded.passed(at(204))),
        (seconds(332), None),
        "200 s, the slack, and the 2 s since"
    );
    // A snapshot from after now was odd itself.
    let mut odd = meter(OrderCaps::new().runtime(seconds(3_600)));
    odd.snapshot_date = Some(EPOCH.plus(9_000_000));
    read(&mut odd, &dollar_an_hour("0"), date(90_200), at(200));
    assert_eq!(odd.passed(at(200)), Some(Cap::Runtime));
}
