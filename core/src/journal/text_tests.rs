use super::*;
use crate::spending::OrderCaps;
use proptest::prelude::*;

fn ids() -> impl Strategy<Value = IntentId> {
    "[A-Za-z0-9_][A-Za-z0-9._-]{0,63}".prop_map(|text| IntentId::parse(&text).unwrap())
}

fn times() -> impl Strategy<Value = Option<UnixTime>> {
    proptest::option::of(any::<i64>().prop_map(UnixTime::from_seconds))
}

fn orders() -> impl Strategy<Value = OrderId> {
    any::<u64>().prop_map(OrderId::new)
}

fn coins() -> impl Strategy<Value = Coin> {
    any::<String>().prop_map(|text| Coin::named(&text))
}

fn excerpts() -> impl Strategy<Value = Option<Excerpt>> {
    proptest::option::of((any::<String>(), 0usize..80).prop_map(|(text, max)| Excerpt::new(&text, max)))
}

fn rates() -> impl Strategy<Value = Option<Rate>> {
    let digits = "(0\\.0[0-9]{0,24}1|[1-9][0-9]{0,11}(\\.[0-9]{0,8}1)?|1\\.50)";
    proptest::option::of((digits, coins()).prop_map(|(digits, coin)| Rate::parse(&digits, coin).unwrap()))
}

fn prices() -> impl Strategy<Value = Option<UsdPerHour>> {
    let digits = "(0\\.0[0-9]{0,24}1|[1-9][0-9]{0,11}(\\.[0-9]{0,8}1)?|1\\.50)";
    proptest::option::of(
        digits.prop_map(|digits| UsdPerDay::new(number::plain_decimal(&digits).unwrap()).unwrap().per_hour()),
    )
}

fn caps() -> impl Strategy<Value = OrderCaps> {
    let spend = "(0|[1-9][0-9]{0,15})(\\.[0-9]{0,8}1)?";
    (proptest::option::of(any::<u64>()), proptest::option::of(spend)).prop_map(|(seconds, spend)| OrderCaps {
        runtime: seconds.map(Duration::from_secs),
        spend: spend.map(|text| Usd::new(number::plain_decimal(&text).unwrap()).unwrap()),
    })
}

fn intents() -> impl Strategy<Value = Box<Intent>> {
    let what = (
        ids(),
        any::<String>(),
        proptest::option::of(any::<u64>()),
        0usize..3,
        proptest::option::of(coins()),
    );
    let base_ids = proptest::option::of(proptest::collection::btree_set(orders(), 0..5));
    let known = (rates(), base_ids, times(), times());
    let rest = (excerpts(), excerpts(), proptest::collection::btree_set(ids(), 0..3));
    let money = (prices(), caps(), any::<u32>());
    (what, known, rest, money).prop_map(
        |(
            (id, call, server, kind, coin),
            (rate, base_ids, snapshot_date, wall),
            (image, plan, despite),
            (price, caps, orders),
        )| {
            let mut intent = Intent::new(id, &call);
            intent.server = server.map(ServerId::new);
            intent.kind = [None, Some(Kind::OnDemand), Some(Kind::Spot)][kind];
            (intent.coin, intent.rate, intent.base_ids) = (coin, rate, base_ids);
            (intent.snapshot_date, intent.wall) = (snapshot_date, wall);
            (intent.image, intent.plan, intent.despite) = (image, plan, despite);
            (intent.price, intent.caps, intent.orders) = (price, caps, orders);
            Box::new(intent)
        },
    )
}

fn resolutions() -> impl Strategy<Value = Resolution> {
    prop_oneof![
        (orders(), any::<bool>()).prop_map(|(order, inferred)| Resolution::Placed { order, inferred }),
        Just(Resolution::Refused),
        Just(Resolution::Done),
        Just(Resolution::NeverSent),
        Just(Resolution::Closed),
        orders().prop_map(Resolution::AttributedTo),
    ]
}

pub(in crate::journal) fn records() -> impl Strategy<Value = Record> {
    prop_oneof![
        intents().prop_map(Record::Intent),
        intents().prop_map(Record::Renew),
        ids().prop_map(Record::Adopt),
        ids().prop_map(Record::Sent),
        ids().prop_map(Record::Answered),
        (ids(), resolutions(), times()).prop_map(|(intent, resolution, wall)| Record::Resolved {
            intent,
            resolution,
            wall
        }),
        (orders(), times()).prop_map(|(order, wall)| Record::Ended { order, wall }),
        (orders(), prices(), times()).prop_map(|(order, price, wall)| Record::Repriced {
            order,
            price,
            wall
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(record in records(), url in any::<String>(), key in any::<String>()) {
        let line = Line::new(Scope::new(&url, &key), record);
        let text = line.to_text().unwrap();
        prop_assert!(!text.contains(['\n', '\r', '\0']));
        prop_assert_eq!(Line::parse(&text).unwrap(), line);
    }

    #[test]
    fn any_text_is_a_line_or_a_typed_error(text in any::<String>()) {
        let _ = (Line::parse(&text), Header::parse(&text));
    }
}

#[test]
fn a_price_keeps_its_digits() {
    let mut intent = Intent::new(IntentId::parse("a").unwrap(), "create_order");
    intent.rate = Rate::parse("1.50", Coin::Usd).ok();
    let text = Line::new(Scope::new("https://h", "k"), Record::Intent(Box::new(intent))).to_text().unwrap();
    assert_eq!(
        text,
        r#"{"record":"intent","id":"a","call":"create_order","rate":{"per_day":"1.50","coin":"USD-Blockchain"},"#
            .to_owned()
            + r#""url":"https://h","key":"k"}"#
    );
}

#[test]
fn a_look_is_never_written() {
    assert_eq!(Line::new(Scope::new("", ""), Record::Look).to_text(), None);
}

#[test]
fn an_unknown_field_is_ignored_and_an_unknown_word_is_newer() {
    let newer = Err(TextError::Newer { version: FORMAT_VERSION + 1 });
    let read = |text: &str| Line::parse(text).map(|line| line.record);
    let sent = Record::Sent(IntentId::parse("a").unwrap());
    assert_eq!(read(r#"{"record":"sent","id":"a","url":"u","key":"k","later":{"x":[1]}}"#), Ok(sent));
    assert_eq!(read(r#"{"record":"merged","id":"a","url":"u","key":"k"}"#), newer);
    assert_eq!(read(r#"{"record":"resolved","id":"a","resolution":"sold","url":"u","key":"k"}"#), newer);
    assert_eq!(read(r#"{"record":"intent","id":"a","call":"c","kind":"lease","url":"u","key":"k"}"#), newer);
}

/// Older versions must read it as the note they know.
#[test]
fn an_answer_without_an_id_is_a_sent_line_with_a_field_more() {
    let answered = Record::Answered(IntentId::parse("a").unwrap());
    let text = Line::new(Scope::new("https://h", "k"), answered).to_text().unwrap();
    assert_eq!(text, r#"{"record":"sent","id":"a","answered":true,"url":"https://h","key":"k"}"#);
    let read = |text: &str| Line::parse(text).map(|line| line.record);
    let sent = Record::Sent(IntentId::parse("a").unwrap());
    assert_eq!(read(r#"{"record":"sent","id":"a","url":"u","key":"k"}"#), Ok(sent.clone()));
    assert_eq!(read(r#"{"record":"sent","id":"a","answered":false,"url":"u","key":"k"}"#), Ok(sent));
}

#[test]
fn what_lacks_something_is_malformed() {
    for text in [
        "",
        "{",
        "null",
        "[]",
        "7",
        r"{}",
        r#"{"record":"sent"}"#,
        r#"{"record":"sent","id":"../x"}"#,
        r#"{"record":"sent","id":7}"#,
        r#"{"record":"intent","id":"a"}"#,
        r#"{"record":"intent","id":"a","call":"c","server":1.5}"#,
        r#"{"record":"intent","id":"a","call":"c","server":-1}"#,
        r#"{"record":"intent","id":"a","call":"c","rate":{"per_day":"-1","coin":"USD"}}"#,
        r#"{"record":"intent","id":"a","call":"c","despite":["/"]}"#,
        r#"{"record":"resolved","id":"a"}"#,
        r#"{"record":"resolved","id":"a","resolution":"placed"}"#,
        r#"{"record":"resolved","id":"a","resolution":"attributed"}"#,
        r#"{"record":"ended"}"#,
    ] {
        // Scopes are present, so that only what the row is about is missing.
        let text = match text.strip_suffix('}') {
            Some("{") => text.to_owned(),
            Some(rest) => format!(r#"{rest},"url":"u","key":"k"}}"#),
            None => text.to_owned(),
        };
        assert_eq!(Line::parse(&text), Err(TextError::Malformed), "{text}");
    }
}

#[test]
fn a_record_without_its_scope_is_malformed() {
    for text in [r#"{"record":"sent","id":"a","url":"u"}"#, r#"{"record":"sent","id":"a","key":"k"}"#] {
        assert_eq!(Line::parse(text), Err(TextError::Malformed), "{text}");
    }
}

#[test]
fn a_placement_that_does_not_say_how_it_is_known_counts_as_inferred() {
    let text = r#"{"record":"resolved","id":"a","resolution":"placed","order":7,"url":"u","key":"k"}"#;
    let record = Line::parse(text).unwrap().record;
    let resolution = Resolution::Placed { order: OrderId::new(7), inferred: true };
    assert!(matches!(record, Record::Resolved { resolution: read, .. } if read == resolution));
}

#[test]
fn a_header_says_its_format() {
    let header = Header::new("5a1f");
    assert_eq!(header.to_text(), r#"{"format":"clore-journal","version":1,"salt":"5a1f"}"#);
    assert_eq!(Header::parse(&header.to_text()), Ok(header));
    for (text, expected) in [
        (r#"{"format":"clore-journal","version":2}"#, TextError::Newer { version: 2 }),
        (r#"{"format":"clore-journal","version":2,"salt":"a","more":1}"#, TextError::Newer { version: 2 }),
        (r#"{"format":"clore-journal","version":0,"salt":"a"}"#, TextError::Malformed),
        (r#"{"format":"clore-journal","version":1}"#, TextError::Malformed),
        (r#"{"format":"other","version":1,"salt":"a"}"#, TextError::Malformed),
        ("", TextError::Malformed),
    ] {
        assert_eq!(Header::parse(text), Err(expected), "{text}");
    }
}

#[test]
fn the_price_in_dollars_and_the_caps_are_decimal_texts() {
    let mut intent = Intent::new(IntentId::parse("a").unwrap(), "create_order");
    intent.price = UsdPerHour::parse("0.84").ok();
    intent.caps = OrderCaps::new().runtime(Duration::from_millis(7_200_900));
    intent.caps = intent.caps.spend(Usd::new("2.50".parse().unwrap()).unwrap());
    intent.orders = 3;
    let scope = Scope::new("https://h", "k");
    let text = Line::new(scope.clone(), Record::Intent(Box::new(intent))).to_text().unwrap();
    assert!(
        text.contains(r#""usd_per_day":"20.16","orders":3,"cap_seconds":7200,"cap_usd":"2.50""#),
        "{text}"
    );
    let repriced = Record::Repriced {
        order: OrderId::new(7),
        price: UsdPerHour::parse("1.05").ok(),
        wall: Some(UnixTime::from_seconds(5)),
    };
    assert_eq!(
        Line::new(scope, repriced).to_text().unwrap(),
        r#"{"record":"repriced","order":7,"usd_per_day":"25.20","wall":5,"url":"https://h","key":"k"}"#
    );
}

#[test]
fn a_price_or_cap_that_is_no_number_is_a_damaged_line_and_never_unknown() {
    for odd in [r#""usd_per_day":"free""#, r#""usd_per_day":"-1""#, r#""cap_usd":"-1""#, r#""cap_usd":"x""#] {
        let text = format!(r#"{{"record":"intent","id":"a","call":"c",{odd},"url":"u","key":"k"}}"#);
        assert_eq!(Line::parse(&text), Err(TextError::Malformed), "{odd}");
    }
}

/// A word that is not known may be of a newer version; none at all is damage.
#[test]
fn a_line_without_a_word_is_damaged_and_one_with_a_new_word_is_newer() {
    let line = |word: &str| Line::parse(&format!(r#"{{"record":"{word}","id":"a","url":"u","key":"k"}}"#));
    assert_eq!(line(""), Err(TextError::Malformed));
    let newer = line("settled_by_post").unwrap_err();
    assert!(matches!(newer, TextError::Newer { .. }));
    assert_eq!(TextError::Malformed.to_string(), "not a line of a journal");
    assert!(newer.to_string().contains("is newer"), "{newer}");
}
