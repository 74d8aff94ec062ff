//! What renting reads of an order row, and what it can tell of an odd one.

use super::*;
use crate::model::Order;

#[test]
fn a_sighting_keeps_missing_apart_from_said() {
    let bare = Sighting::decode(br#"{"id":1}"#).unwrap();
    assert_eq!(
        (bare.server, bare.created, bare.coin, bare.kind, bare.price, bare.ended),
        (None, None, None, None, None, false)
    );
    let full = Sighting::decode(
        br#"{"id":1,"si":2,"currency":"BTC","price":0.1,"ct":1790000000,"image":"i","spot":false,"expired":true}"#,
    )
    .unwrap();
    assert_eq!((full.server, full.coin, full.ended), (Some(ServerId::new(2)), Some(Coin::Bitcoin), true));
    assert_eq!(full.image.as_deref(), Some("i"));
}

#[test]
fn an_odd_sighting_says_its_server_when_it_can_be_told() {
    for (json, server) in [
        (r#"{"si":4}"#, Some(4)),
        (r#"{"id":"x","renting_server":4}"#, Some(4)),
        (r#"{"id":1,"order_id":2,"si":4}"#, Some(4)),
        (r#"{"id":"x","si":4,"server_id":5}"#, None),
        (r#"{"id":"x"}"#, None),
        (r#"{"id":1,"si":4"#, None),
        (r#"{"id":1,"id":1,"si":4}"#, None),
        ("7", None),
    ] {
        let odd = Sighting::decode(json.as_bytes()).unwrap_err();
        assert_eq!(odd.server.map(ServerId::number), server, "{json}");
    }
}

/// The sighting reads less of the row than the order does, and must find the same end.
#[test]
fn a_sighting_has_ended_just_when_its_order_has() {
    let words = [
        "",
        "running",
        "Cancelled ",
        "expired",
        "outbid",
        "failed",
        "deleted",
        "what is this",
        r"\u0065nded",
    ];
    let mut over = 0;
    for expired in ["", r#","expired":true"#, r#","expired":"false""#, r#","expired":1"#, r#","expired":[]"#]
    {
        for key in ["status", "instance_status", "state"] {
            for word in words {
                for more in
                    ["", r#","paused":true"#, r#","order_end":1"#, r#","online":false"#, r#","spot":true"#]
                {
                    let row = format!(r#"{{"id":1,"{key}":"{word}"{expired}{more}}}"#);
                    let order = Order::decode(row.as_bytes()).unwrap();
                    let sighting = Sighting::decode(row.as_bytes()).unwrap();
                    assert_eq!(sighting.ended, order.status.is_end(), "{row}");
                    over += usize::from(sighting.ended);
                }
            }
        }
    }
    assert!(over > 100, "{over}");
}
