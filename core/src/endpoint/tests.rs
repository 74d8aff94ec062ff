use super::*;
use crate::model::{Coin, OrderId, Rate, ServerId};
use cancel_order::CancelOrder;
use cancel_orders::CancelOrders;
use create_order::CreateOrder;
use marketplace::Marketplace;
use my_orders::{MyOrders, Sightings};
use set_spot_price::SetSpotPrice;
use spot_marketplace::SpotMarketplace;
use wallets::Wallets;

/// What `endpoint` makes of a body, pushed whole and again byte by byte: both must agree in kind.
pub(crate) fn answer<E: Endpoint>(endpoint: &E, body: &[u8]) -> Answer<E::Output> {
    let caps = Caps::default();
    let mut slow = endpoint.reader(&caps);
    for byte in body.chunks(1) {
        let _ = slow.push(byte);
    }
    let mut fast = endpoint.reader(&caps);
    let _ = fast.push(body);
    let (slow, fast) = (slow.finish(), fast.finish());
    assert_eq!(core::mem::discriminant(&slow), core::mem::discriminant(&fast));
    fast
}

/// One row of the table of paths.
struct Sent {
    line: String,
    content_type: bool,
    effect: Effect,
    lane: Lane,
    needs_key: bool,
}

fn sent<E: Endpoint>(endpoint: &E) -> Sent {
    let request = endpoint.request().unwrap();
    assert!(request.uri().host().is_none(), "the host is added later");
    assert!(request.uri().path().ends_with(E::NAME));
    let body = core::str::from_utf8(request.body()).unwrap();
    Sent {
        line: format!("{} {} {body}", request.method(), request.uri()).trim_end().to_owned(),
        content_type: request.headers().get("content-type").is_some_and(|v| v == "application/json"),
        effect: endpoint.effect(),
        lane: endpoint.lane(),
        needs_key: endpoint.needs_key(),
    }
}

/// Reliability T10: method, path, body, effect and lane of every call.
#[test]
fn path_table_is_tested() {
    let order = OrderId::new(900_001);
    let (read, normal) = (Effect::Read, Lane::Normal);
    let server = ServerId::new(40_001);
    let rows = [
        (sent(&Marketplace::new()), "GET /v1/marketplace", read, normal),
        (sent(&Wallets), "GET /v1/wallets", read, normal),
        (sent(&MyOrders::default()), "GET /v1/my_orders", read, normal),
        (
            sent(&MyOrders { include_completed: true }),
            "GET /v1/my_orders?return_completed=true",
            read,
            normal,
        ),
        (sent(&Sightings::new(server)), "GET /v1/my_orders?return_completed=true", read, normal),
        (
            sent(&Sightings::new(server).rescue()),
            "GET /v1/my_orders?return_completed=true",
            read,
            Lane::Rescue,
        ),
        (sent(&SpotMarketplace::new(server)), "GET /v1/spot_marketplace?market=40001", read, normal),
        (
            sent(&CancelOrder::new(order)),
            r#"POST /v1/cancel_order {"id":900001}"#,
            Effect::Idempotent,
            Lane::Rescue,
        ),
        (
            sent(&CancelOrder::new(order).issue("slow \"disk\"")),
            r#"POST /v1/cancel_order {"id":900001,"issue":"slow \"disk\""}"#,
            Effect::Idempotent,
            Lane::Rescue,
        ),
        (
            sent(&CancelOrders::new([order, OrderId::new(2)])),
            r#"POST /v1/cancel_orders {"order_ids":[900001,2]}"#,
            Effect::Idempotent,
            Lane::Rescue,
        ),
        (
            sent(&SetSpotPrice::new(order, Rate::parse("1e-7", Coin::Bitcoin).unwrap())),
            r#"POST /v1/set_spot_price {"order_id":900001,"desired_price":0.0000001}"#,
            Effect::Reprice,
            Lane::Normal,
        ),
        (
            sent(&Raw(CreateOrder::on_demand(ServerId::new(40_001), "x")
                .ports([])
                .environment([("A", "b")]))),
            r#"POST /v1/create_order {"renting_server":40001,"type":"on-demand","currency":"CLORE-Blockchain","image":"x","ports":{},"env":{"A":"b"}}"#,
            Effect::Spend,
            Lane::Create,
        ),
    ];
    for (sent, line, effect, lane) in rows {
        assert_eq!(sent.line, line);
        assert_eq!((sent.effect, sent.lane), (effect, lane), "{line}");
        assert_eq!(sent.content_type, line.starts_with("POST"), "{line}");
        assert_eq!(sent.needs_key, !line.contains("/marketplace"), "{line}");
    }
}

#[test]
fn an_answer_over_its_cap_is_malformed_not_cut() {
    let caps = Caps { answer_bytes: 20, ..Caps::default() };
    let mut reader = CancelOrder::new(OrderId::new(1)).reader(&caps);
    assert_eq!(reader.push(b"{\"code\":0,"), crate::flow::Flow::Continue);
    assert_eq!(reader.push(b"\"x\":\"yyyyyyyyyyyyyyyyyyyyyyyy\"}"), crate::flow::Flow::Stop);
    assert_eq!(reader.push(b"}"), crate::flow::Flow::Stop);
    let Answer::Malformed(error) = reader.finish() else { panic!() };
    assert_eq!(error.found(), crate::error::Found::TooLarge);
}

#[test]
fn a_raw_answer_is_the_bytes_whatever_they_are() {
    let raw = Raw(CancelOrder::new(OrderId::new(1)));
    assert_eq!(answer(&raw, b"<html>"), Answer::Value(b"<html>".to_vec()));
}
