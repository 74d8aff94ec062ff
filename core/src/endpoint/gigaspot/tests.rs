//! The gigaspot's requests, byte for byte, and what its readers make of whole, partial, odd and hostile answers.

use super::*;
use crate::config::Config;
use crate::endpoint::tests::answer;
use crate::endpoint::{Answer, Endpoint, Proof, Reader};
use crate::error::{Code, Found, Why};
use crate::limits::Caps;
use crate::model::{Coin, GpuOverclock, OrderId, Rate, ServerId};
use crate::recordings::recording;
use crate::secret::Secret;
use core::time::Duration;
use proptest::prelude::*;

fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

fn bid(server: u64) -> GigaspotBid {
    GigaspotBid::new(ServerId::new(server), "c9a4e2f6", clore("28.9755"), [GpuOverclock::new(150)])
}

fn edit(order: u64) -> GigaspotEdit {
    GigaspotEdit::new(OrderId::new(order), clore("29.05"), [GpuOverclock::new(130)])
}

fn create() -> CreateGigaspotOrders {
    CreateGigaspotOrders::new([5, 6, 7].map(bid))
}

fn edits() -> EditGigaspotOrders {
    EditGigaspotOrders::new([5, 6, 7].map(edit))
}

fn snapshot() -> GigaspotSnapshot {
    let config = Config::builder().build().unwrap();
    GigaspotSnapshot::new(config.foreign_address("https://cdn.example/gigaspot_1716300000.json").unwrap())
}

fn body<E: Endpoint>(endpoint: &E) -> String {
    String::from_utf8(endpoint.request().unwrap().into_body()).unwrap()
}

#[test]
fn a_create_is_a_bare_array_with_every_digit_as_given() {
    let clocks = GpuOverclock::new(150).core_lock(900).mem_lock(6800).mem_offset(-1000).core_offset(0);
    let full =
        GigaspotBid::new(ServerId::new(35_005), "img", clore("28.9755"), [clocks, GpuOverclock::new(151)])
            .env("rig_id", Secret::new("10474277"))
            .env("rig_pass", Secret::new("S\"s"));
    let other = bid(6).coin(Coin::Bitcoin);
    assert_eq!(
        body(&CreateGigaspotOrders::new([full, other])),
        concat!(
            r#"[{"currency":"CLORE-Blockchain","image":"img","renting_server":35005,"price":28.9755,"#,
            r#""oc":[{"pl":150,"core_lock":900,"mem_lock":6800,"mem_offset":-1000,"core_offset":0},{"pl":151}],"#,
            r#""env":{"rig_id":"10474277","rig_pass":"S\"s"}},"#,
            r#"{"currency":"bitcoin","image":"c9a4e2f6","renting_server":6,"price":28.9755,"oc":[{"pl":150}]}]"#,
        )
    );
    assert_eq!(
        body(&EditGigaspotOrders::new([edit(7), edit(8)])),
        r#"[{"order_id":7,"price":29.05,"oc":[{"pl":130}]},{"order_id":8,"price":29.05,"oc":[{"pl":130}]}]"#
    );
}

#[test]
fn what_cannot_be_sent_is_refused_by_field_and_rule() {
    let why = |bids: Vec<GigaspotBid>| {
        let invalid = CreateGigaspotOrders::new(bids).request().unwrap_err();
        (invalid.field(), invalid.why())
    };
    let usd = Rate::parse("1", Coin::Usd).unwrap();
    let priced = |rate| GigaspotBid::new(ServerId::new(5), "img", rate, [GpuOverclock::new(1)]);
    assert_eq!(why(vec![]), ("bids", Why::Empty));
    assert_eq!(why(vec![bid(5), bid(5)]), ("renting_server", Why::Duplicate));
    assert_eq!(why(vec![priced(usd.clone()).coin(Coin::Usd)]), ("price", Why::NotClore));
    assert_eq!(why(vec![GigaspotBid::new(ServerId::new(5), "img", clore("1"), [])]), ("oc", Why::Empty));
    let zero = GigaspotBid::new(ServerId::new(5), "img", clore("1"), [GpuOverclock::new(0)]);
    assert_eq!(why(vec![bid(4), zero]), ("oc (pl)", Why::OutOfRange));
    for (image, rule) in [("", Why::Empty), ("a b", Why::BadCharacter), ("a\n", Why::BadCharacter)] {
        let bad = GigaspotBid::new(ServerId::new(5), image, clore("1"), [GpuOverclock::new(1)]);
        assert_eq!(why(vec![bad]), ("image", rule));
    }
    assert_eq!(why(vec![bid(5).coin(Coin::named(""))]), ("currency", Why::Empty));
    let invalid = EditGigaspotOrders::new([]).request().unwrap_err();
    assert_eq!((invalid.field(), invalid.why()), ("edits", Why::Empty));
    let twice = EditGigaspotOrders::new([edit(5), edit(5)]).request().unwrap_err();
    assert_eq!((twice.field(), twice.why()), ("order_id", Why::Duplicate));
    let usd = GigaspotEdit::new(OrderId::new(5), usd, [GpuOverclock::new(1)]);
    assert_eq!(EditGigaspotOrders::new([usd]).request().unwrap_err().why(), Why::NotClore);
}

#[test]
fn an_environment_at_its_limits_is_sent_whole_and_one_over_is_refused_without_its_value() {
    let with = |name: &str, value: &str| CreateGigaspotOrders::new([bid(5).env(name, Secret::new(value))]);
    let long = |n: usize| "\u{e9}".repeat(n);
    assert!(body(&with(&long(128), &long(1536))).contains(&long(1536)));
    for (name, value) in [(long(129), "x".into()), ("x".into(), long(1537)), (String::new(), "x".into())] {
        assert!(with(&name, &value).request().is_err());
    }
    // `{"n0":"v"}`: with commas eight entries of 1,530 + names come close; the last fills up to the limit.
    let of_length = |total: usize| {
        let mut all = bid(5);
        let mut left = total - 2;
        for n in 0..8 {
            let value = if n < 7 { 1530 } else { left - 7 };
            all = all.env(format!("n{n}"), Secret::new("v".repeat(value)));
            left -= (value + 8).min(left);
        }
        CreateGigaspotOrders::new([all])
    };
    let sent = body(&of_length(12_287));
    let env = sent.split_once("\"env\":").unwrap().1.strip_suffix("}]").unwrap();
    assert_eq!(env.len(), 12_287);
    let over = of_length(12_288).request().unwrap_err();
    assert_eq!(over.why(), Why::TooLong { length: 12_288, max: 12_287, unit: "characters" });
    let shown = format!("{:?}", with("NAME", "CANARYVALUE"));
    assert!(shown.contains("NAME") && !shown.contains("CANARY"), "{shown}");
}

fn outcomes(body: &str) -> (Vec<BidOutcome>, Vec<u64>, Proof) {
    let Answer::Value(placed) = answer(&create(), body.as_bytes()) else { panic!("{body}") };
    assert!(placed.bids.iter().map(|report| report.server.number()).eq([5, 6, 7]));
    assert_eq!(placed.is_complete(), placed.unclear().next().is_none());
    let strangers = placed.not_asked.iter().map(|server| server.number()).collect();
    (placed.bids.iter().map(|report| report.outcome).collect(), strangers, create().proof(&placed))
}

/// All, some, none, and what is missing or odd.
#[test]
fn a_bid_is_placed_only_when_whole_lists_of_failures_are_silent_about_it() {
    use BidOutcome::{FailedToOverclock as Clocks, FailedToRent as Rent, Placed, TooLow, Unclear};
    let all = [Placed; 3];
    for (lists, expected, strangers, proof) in [
        (r#""failed_to_oc_servers":[],"failed_to_rent_servers":[]"#, all, vec![], Proof::Done),
        (
            r#""failed_to_oc_servers":[],"failed_to_rent_servers":[],"too_low_bids_servers":[]"#,
            all,
            vec![],
            Proof::Done,
        ),
        (
            r#""failed_to_oc_servers":[5],"failed_to_rent_servers":["6",5]"#,
            [Clocks, Rent, Placed],
            vec![],
            Proof::Done,
        ),
        (
            r#""failed_to_oc_servers":["5"],"failed_to_rent_servers":[6],"too_low_bids_servers":[7]"#,
            [Clocks, Rent, TooLow],
            vec![],
            Proof::Refused,
        ),
        (r#""failed_to_oc_servers":[],"failed_to_rent_servers":[5,6,7]"#, [Rent; 3], vec![], Proof::Refused),
        // Silence proves nothing unless every list is whole.
        ("", [Unclear; 3], vec![], Proof::InPart),
        (r#""failed_to_rent_servers":[5]"#, [Rent, Unclear, Unclear], vec![], Proof::InPart),
        (r#""failed_to_oc_servers":[]"#, [Unclear; 3], vec![], Proof::InPart),
        (r#""failed_to_oc_servers":[],"failed_to_rent_servers":null"#, [Unclear; 3], vec![], Proof::InPart),
        (
            r#""failed_to_oc_servers":[],"failed_to_rent_servers":[6,{}]"#,
            [Unclear, Rent, Unclear],
            vec![],
            Proof::InPart,
        ),
        (r#""failed_to_oc_servers":{},"failed_to_rent_servers":[5,6,7]"#, [Rent; 3], vec![], Proof::Refused),
        (
            r#""failed_to_oc_servers":[],"failed_to_rent_servers":[],"too_low_bids_servers":7"#,
            [Unclear; 3],
            vec![],
            Proof::InPart,
        ),
        // A list about somebody else's servers is no list about ours.
        (
            r#""failed_to_oc_servers":[],"failed_to_rent_servers":[5,99]"#,
            [Rent, Unclear, Unclear],
            vec![99],
            Proof::InPart,
        ),
        (
            r#""failed_to_oc_servers":[],"failed_to_rent_servers":[],"status":"error""#,
            [Unclear; 3],
            vec![],
            Proof::InPart,
        ),
    ] {
        let comma = if lists.is_empty() { "" } else { "," };
        let body = format!("{{{lists}{comma}\"code\":0}}");
        assert_eq!(outcomes(&body), (expected.to_vec(), strangers, proof), "{body}");
    }
}

#[test]
fn the_documented_create_answer_places_all() {
    let Some(body) = recording("documented/create_gigaspot_orders-gigaspot-api-docs.json") else { return };
    let placed = answer(&create(), &body).into_value().unwrap();
    assert_eq!((placed.placed().count(), placed.is_complete(), placed.is_none_placed()), (3, true, false));
}

#[test]
fn an_edit_is_made_only_when_a_list_of_successes_names_it_and_no_other_does() {
    use EditOutcome::{Failed, TooLow, Unclear, Updated};
    for (lists, expected) in [
        (r#""success_to_update_ids":[5,"6",7],"failed_to_update_ids":[],"too_low_bid_ids":[]"#, [Updated; 3]),
        (
            r#""success_to_update_ids":[5],"failed_to_update_ids":[6],"too_low_bid_ids":["7"]"#,
            [Updated, Failed, TooLow],
        ),
        (r#""success_to_update_ids":[],"failed_to_update_ids":[5,6,7],"too_low_bid_ids":[]"#, [Failed; 3]),
        (r#""success_to_update_ids":[5]"#, [Updated, Unclear, Unclear]),
        (r#""success_to_update_ids":[5,null,7],"failed_to_update_ids":[]"#, [Updated, Unclear, Updated]),
        (r#""success_to_update_ids":[5],"failed_to_update_ids":[5],"too_low_bid_ids":[]"#, [Unclear; 3]),
        (r#""x":1"#, [Unclear; 3]),
    ] {
        let body = format!("{{{lists},\"code\":0}}");
        let edited = answer(&edits(), body.as_bytes()).into_value().unwrap();
        let outcomes: Vec<_> = edited.edits.iter().map(|report| report.outcome).collect();
        assert_eq!(outcomes, expected, "{body}");
        assert_eq!(edited.is_complete(), !expected.contains(&Unclear), "{body}");
    }
    let body = br#"{"success_to_update_ids":[5,6,7,99],"code":0}"#;
    assert_eq!(answer(&edits(), body).into_value().unwrap().not_asked, [OrderId::new(99)]);
}

#[test]
fn the_account_tells_where_the_snapshot_lies_and_what_a_bid_costs() {
    let read = |body: &str| answer(&GetGigaspot, body.as_bytes());
    let told = read(
        r#"{"my_user_id":2,"v1_snapshot_url":"https://cdn.example/gs_1716300000.json","clore_price":0.0123,
        "creation_fees":{"CLORE-Blockchain":1.5,"bitcoin":0,"USD-Blockchain":-1},"code":0}"#,
    );
    let told = told.into_value().unwrap();
    assert_eq!((told.my_user, told.taken_at().map(|at| at.seconds())), (Some(2), Some(1_716_300_000)));
    let fees: Vec<_> = told.creation_fees.unwrap().values().map(ToString::to_string).collect();
    assert_eq!(fees, ["1.5 CLORE-Blockchain", "0 bitcoin"]);
    assert_eq!(told.clore_price.unwrap().amount().to_string(), "0.0123");
    let bare = read(r#"{"v1_snapshot_url":"x","creation_fees":null,"code":0}"#).into_value().unwrap();
    assert_eq!((bare.my_user, bare.creation_fees.clone(), bare.taken_at()), (None, None, None));
    for body in [
        r#"{"my_user_id":2,"code":0}"#,
        r#"{"v1_snapshot_url":null,"code":0}"#,
        r#"{"v1_snapshot_url":["https://x"],"code":0}"#,
        r#"{"v1_snapshot_url":"https://cdn.example/x.json"}"#,
    ] {
        assert!(matches!(read(body), Answer::Malformed(_)), "{body}");
    }
    let Answer::Refused(refusal) = read(r#"{"code":3}"#) else { panic!() };
    assert_eq!(refusal.code, Code::Key);
}

#[test]
fn the_documented_snapshot_is_read_whole() {
    let Some(body) = recording("documented/gigaspot-snapshot-gigaspot-api-docs.json") else { return };
    let rows = answer(&snapshot(), &body).into_value().unwrap();
    assert_eq!((rows.servers.len(), rows.skipped.count), (1, 0));
    let server = rows.servers.first().unwrap();
    assert_eq!((server.id, server.host, server.cores), (ServerId::new(35_083), Some(2525), Some(2)));
    assert_eq!(server.min_bid.as_ref().unwrap().to_string(), "13.5067 CLORE-Blockchain/day");
    assert_eq!(server.max_rental, Some(Duration::from_secs(220 * 3600)));
    assert_eq!((server.online, server.on_demand_rented), (Some(true), Some(false)));
    assert!(server.has_all_bids() && server.bids.is_empty());
    assert_eq!(server.country.as_deref(), Some("RU"));
    let gpus = server.gpus.as_ref().unwrap();
    assert!(gpus.iter().all(|gpu| gpu.model.as_deref() == Some("GTX 1660 SUPER")));
    assert_eq!(
        (gpus.len(), gpus[1].power_limit.clone(), gpus[1].mem_offset.clone()),
        (8, Some(70..=90), Some(-2000..=2000))
    );
}

#[test]
fn odd_rows_of_a_snapshot_are_told_and_the_others_stay() {
    let body = br#"{"5":{"bids":[]},"x":{"bids":[]},"6":7,"7":null,"8":{"bids":[{"id":1},2]},"9":{"bids":[],"bids":[]}}"#;
    let rows = answer(&snapshot(), body).into_value().unwrap();
    assert!(rows.servers.iter().map(|server| server.id.number()).eq([5, 8]));
    let skipped: Vec<_> =
        rows.skipped.named.iter().map(|row| (row.index, row.id, row.reason.found())).collect();
    assert_eq!(
        skipped,
        [
            (1, None, Found::Text),
            (2, Some(6), Found::Number),
            (3, Some(7), Found::Null),
            (5, Some(9), Found::DuplicateKey)
        ]
    );
    assert_eq!(answer(&snapshot(), b"\xef\xbb\xbf {} ").into_value().unwrap(), SnapshotRows::default());
}

#[test]
fn what_is_no_map_is_never_an_empty_market() {
    for (body, found) in [
        (&b""[..], Found::Empty),
        (b"[]", Found::List),
        (b"[{\"5\":{}}]", Found::List),
        (b"null", Found::Null),
        (b"7", Found::Number),
        (b"<html>502</html>", Found::NotJson),
        (b"{\"5\":{}", Found::NotJson),
        (b"{\"5\":}", Found::NotJson),
        (b"{\"5\":\"\xff\"}", Found::NotJson),
        (b"{} {}", Found::TrailingBytes),
        (b"{\"5\":{},\"5\":{}}", Found::DuplicateKey),
        (b"{\"5\":{},\"05\":{}}", Found::DuplicateKey),
        (b"{\"code\":0}", Found::Object),
        (b"{\"5\":{},\"code\":0}", Found::Object),
    ] {
        let Answer::Malformed(error) = answer(&snapshot(), body) else { panic!("{body:?}") };
        assert_eq!(error.found(), found, "{}", String::from_utf8_lossy(body));
    }
    let Answer::Refused(refusal) = answer(&snapshot(), br#"{"code":6,"error":"gone"}"#) else { panic!() };
    assert_eq!(refusal.text.as_str(), "gone");
    let deep = format!("{{\"5\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let Answer::Malformed(error) = answer(&snapshot(), deep.as_bytes()) else { panic!() };
    assert_eq!(error.found(), Found::TooDeep);
}

#[test]
fn a_snapshot_over_a_cap_is_an_error_and_a_row_over_it_costs_the_row() {
    let two = br#"{"5":{"bids":[]},"6":{"bids":[],"x":"yyyyyyyyyy"}}"#;
    let read = |caps: Caps| {
        let mut reader = snapshot().reader(&caps);
        let _ = reader.push(two);
        reader.finish()
    };
    for caps in [Caps { list_bytes: 20, ..Caps::default() }, Caps { rows: 1, ..Caps::default() }] {
        let Answer::Malformed(error) = read(caps) else { panic!() };
        assert_eq!(error.found(), Found::TooLarge);
    }
    let rows = read(Caps { record_bytes: 20, ..Caps::default() }).into_value().unwrap();
    assert_eq!((rows.servers.len(), rows.skipped.count), (1, 1));
    assert_eq!(rows.skipped.named.first().and_then(|row| row.id), Some(6));
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (answer(&snapshot(), &raw), answer(&GetGigaspot, &raw), answer(&create(), &raw), answer(&edits(), &raw));
    }

    /// Damage may cost rows and certainty; it never makes a bid placed that a list named, or an edit out of nothing.
    #[test]
    fn damaged_answers_end_in_an_answer(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let bodies = [
            &br#"{"5":{"bids":[{"id":1,"owner":2,"price":3.5,"currency":"BTC"}],"gpus":[{"pl":[1,2]}]},"6":{}}"#[..],
            br#"{"status":"ok","failed_to_oc_servers":[5],"failed_to_rent_servers":[5,6,7],"code":0}"#,
            br#"{"success_to_update_ids":[5],"failed_to_update_ids":[6],"too_low_bid_ids":[7],"code":0}"#,
            br#"{"my_user_id":2,"v1_snapshot_url":"https://cdn.example/x_1.json","creation_fees":{"BTC":1},"code":0}"#,
        ];
        for body in bodies {
            let mut body = body.to_vec();
            let at = at.index(body.len());
            if cut {
                body.truncate(at);
                prop_assert!(!matches!(answer(&create(), &body), Answer::Value(_)));
                prop_assert!(!matches!(answer(&snapshot(), &body), Answer::Value(_)));
            } else if let Some(place) = body.get_mut(at) {
                *place = byte;
            }
            let _ = (answer(&snapshot(), &body), answer(&GetGigaspot, &body), answer(&edits(), &body));
            if let Answer::Value(placed) = answer(&create(), &body) {
                // One byte can hide one failure at most (`6,6` for `6,7`): a changed key or id makes silence no proof.
                prop_assert!(placed.bids.iter().filter(|report| report.outcome == BidOutcome::Placed).count() <= 1);
            }
        }
    }
}
