use super::*;
use crate::endpoint::tests::answer;
use crate::endpoint::{Answer, Reader};
use crate::error::Found;
use crate::model::ServerId;
use crate::recordings;

const ACTIVE: MyOrders = MyOrders { include_completed: false };

fn reading(body: &str) -> Reading {
    answer(&Sightings::new(), body.as_bytes()).into_value().unwrap()
}

/// Reliability S23 for orders: every odd row is counted, and named while there is room.
#[test]
fn unparsed_rows_are_reported() {
    let row = |n: usize| match n % 7 {
        0 => format!("{{\"id\":\"x{n}\",\"si\":{n}}}"),
        _ => format!("{{\"id\":{n},\"si\":{n}}}"),
    };
    let rows: Vec<_> = (0..3_500).map(row).collect();
    let body = format!("{{\"orders\":[{}],\"limit\":64,\"code\":0}}", rows.join(","));
    let list = answer(&ACTIVE, body.as_bytes()).into_value().unwrap();
    assert_eq!((list.orders.len(), list.unparsed.count, list.limit), (3_000, 500, Some(64)));
    assert_eq!(list.unparsed.named.get(1).map(|row| row.index), Some(7));
    assert!(!list.is_complete());
    assert!(list.order(OrderId::new(3)).is_some() && list.order(OrderId::new(7)).is_none());
}

/// Reliability O12: the official SDK takes `pub_cluster` for a text and `tcp_ports` for a map; others were told lists,
/// and then its `my_orders` always fails.
#[test]
fn order_shapes_union() {
    let hosts = [
        r#""pub_cluster":["h.example"]"#,
        r#""pub_cluster":"h.example""#,
        r#""pub_cluster":[{"address":"h.example"}]"#,
        r#""pub_cluster":null,"pub_ip":"h.example""#,
    ];
    let ports = [
        r#""tcp_ports":["22:10022","8888:18888"]"#,
        r#""tcp_ports":{"22":10022,"8888":18888}"#,
        r#""tcp_ports":{"22/tcp":"10022"}"#,
        r#""tcp_ports":[],"ssh_port":"10022""#,
    ];
    let shapes = hosts.iter().flat_map(|host| ports.iter().map(move |port| format!("{host},{port}")));
    let rows: Vec<_> =
        shapes.zip(1..).map(|(shape, id)| format!(r#"{{"id":{id},"si":5,{shape}}}"#)).collect();
    let body = format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","));
    let list = answer(&ACTIVE, body.as_bytes()).into_value().unwrap();
    assert_eq!((list.orders.len(), list.is_complete()), (16, true));
    for (order, row) in list.orders.iter().zip(&rows) {
        assert_eq!(order.ssh().unwrap().to_string(), "root@h.example:10022", "{row}");
    }
    assert_eq!(reading(&body).rows.len(), 16);
}

#[test]
fn a_list_that_is_not_there_is_not_no_orders() {
    for (body, found) in [
        (r#"{"code":0}"#, Found::Missing),
        (r#"{"orders":null,"code":0}"#, Found::Null),
        (r#"{"orders":{},"code":0}"#, Found::Object),
        (r#"{"orders":[]}"#, Found::Missing),
        ("", Found::Empty),
        (r#"{"orders":[]"#, Found::Missing),
        (r#"{"orders":[],"orders":[],"code":0}"#, Found::DuplicateKey),
        (r#"{"orders":[],"code":0,"code":0}"#, Found::DuplicateKey),
    ] {
        let Answer::Malformed(error) = answer(&ACTIVE, body.as_bytes()) else { panic!("{body}") };
        assert_eq!(error.found(), found, "{body}");
        let Answer::Malformed(error) = answer(&Sightings::new(), body.as_bytes()) else { panic!("{body}") };
        assert_eq!(error.found(), found, "{body}");
    }
    let empty = answer(&ACTIVE, br#"{"orders":[],"code":0}"#).into_value().unwrap();
    assert!(empty.is_complete() && empty.orders.is_empty());
}

#[test]
fn the_fixture_order_is_read_both_ways() {
    let Some(body) = recordings::recording("third-party-fixtures/my_orders-one-order.json") else {
        return;
    };
    let list = answer(&ACTIVE, &body).into_value().unwrap();
    assert_eq!(list.orders.iter().map(|order| order.id.number()).collect::<Vec<_>>(), [123]);
    let reading = reading(core::str::from_utf8(&body).unwrap());
    assert_eq!(reading.rows.len(), 1);
    assert_eq!(reading.rows.first().unwrap().server, Some(ServerId::new(456)));
    assert_eq!(reading.check_for(None), Ok(()));
}

/// `rent.md`, "complete reading".
#[test]
fn only_an_odd_row_that_may_be_ours_spoils_a_reading() {
    for (row, complete) in [
        (r#"{"id":7,"si":5}"#, true),
        (r#"{"id":7}"#, true),
        (r#"{"si":6}"#, true),
        (r#"{"id":"x","si":6}"#, true),
        (r#"{"si":5}"#, false),
        (r#"{"id":"x","si":5}"#, false),
        (r#"{"id":null}"#, false),
        (r#"{"si":"y"}"#, false),
        (r#"{"id":1,"order_id":2,"si":5}"#, false),
        ("null", false),
        ("17", false),
        ("[]", false),
    ] {
        let reading =
            reading(&format!(r#"{{"orders":[{{"id":1,"si":6}},{row},{{"id":2,"si":5}}],"code":0}}"#));
        let check = reading.check_for(Some(ServerId::new(5)));
        assert_eq!(check.is_ok(), complete, "{row}");
        assert!(reading.rows.len() >= 2, "what was seen is kept");
        assert!(check.map_err(|error| error.path() == "orders[1]") != Err(false), "{row}");
        // For a server that is not known, any odd row may be the one.
        assert_eq!(reading.check_for(None).is_ok(), reading.rows.len() == 3, "{row}");
    }
    let known = reading(r#"{"orders":[{"id":1,"si":6},{"id":2,"si":5},{"id":3}],"code":0}"#);
    let ids = |server| known.ids_on(server).iter().map(|id| id.number()).collect::<Vec<_>>();
    assert_eq!((ids(Some(ServerId::new(5))), ids(None)), (vec![2, 3], vec![1, 2, 3]));
}

#[test]
fn a_reading_over_a_cap_or_with_an_error_does_not_count() {
    let rows = vec![r#"{"id":1,"si":6}"#; 200_001].join(",");
    let caps = Caps { rows: 300_000, ..Caps::default() };
    let mut reader = Sightings::new().reader(&caps);
    let _ = reader.push(format!("{{\"orders\":[{rows}],\"code\":0}}").as_bytes());
    let Answer::Malformed(error) = reader.finish() else { panic!() };
    assert_eq!((error.path(), error.found()), ("orders", Found::TooLarge));
    let odd = answer(&Sightings::new(), br#"{"orders":[],"code":0,"error":"maintenance"}"#);
    assert!(matches!(odd, Answer::SuccessWithError { .. }));
    let refused = answer(&Sightings::new(), b"{\"code\":5}");
    assert!(matches!(refused, Answer::Refused(_)));
}

#[test]
fn more_odd_rows_than_can_be_named_spoil_a_reading_for_every_server() {
    let read =
        |n: usize| reading(&format!(r#"{{"orders":[{}],"code":0}}"#, vec![r#"{"si":6}"#; n].join(",")));
    assert!(read(1_000).check_for(Some(ServerId::new(5))).is_ok());
    assert!(read(1_001).check_for(Some(ServerId::new(5))).is_err());
}
