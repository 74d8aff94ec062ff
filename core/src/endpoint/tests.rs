use super::*;
use crate::model::{Coin, GpuOverclock, OrderId, Rate, ServerId};
use crate::recordings::recording;
use crate::search::Filter;
use cancel_order::CancelOrder;
use cancel_orders::CancelOrders;
use create_order::CreateOrder;
use gigaspot::{CreateGigaspotOrders, EditGigaspotOrders, GetGigaspot, GigaspotBid, GigaspotEdit};
use marketplace::{Marketplace, Search};
use my_orders::{MyOrders, Sightings};
use my_servers::MyServers;
use poh_balance::PohBalance;
use proptest::prelude::*;
use renter_fees::RenterFees;
use server_config::ServerConfigOf;
use set_server_settings::SetServerSettings;
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

fn gigaspot_bid(server: ServerId) -> GigaspotBid {
    GigaspotBid::new(server, "x", Rate::parse("2.50", Coin::Clore).unwrap(), [GpuOverclock::new(150)])
}

fn gigaspot_edit(order: OrderId) -> GigaspotEdit {
    GigaspotEdit::new(order, Rate::parse("2.50", Coin::Clore).unwrap(), [GpuOverclock::new(150)])
}

/// Reliability T10: the TypeScript client posted to a path that is not there. Method, path, body, effect and lane of
/// every call.
#[test]
fn path_table_is_tested() {
    let order = OrderId::new(900_001);
    let (read, normal) = (Effect::Read, Lane::Normal);
    let server = ServerId::new(40_001);
    let (bid, edit) = (gigaspot_bid(server), gigaspot_edit(order));
    let rows = [
        (sent(&GetGigaspot), "GET /v1/get_gigaspot", read, normal),
        (
            sent(&CreateGigaspotOrders::new([bid])),
            r#"POST /v1/create_gigaspot_orders [{"currency":"CLORE-Blockchain","image":"x","renting_server":40001,"price":2.50,"oc":[{"pl":150}]}]"#,
            Effect::Spend,
            Lane::Create,
        ),
        (
            sent(&EditGigaspotOrders::new([edit])),
            r#"POST /v1/edit_gigaspot_orders [{"order_id":900001,"price":2.50,"oc":[{"pl":150}]}]"#,
            Effect::Reprice,
            normal,
        ),
        (sent(&Marketplace::new()), "GET /v1/marketplace", read, normal),
        (sent(&Search::new(Filter::new())), "GET /v1/marketplace", read, normal),
        (sent(&Wallets), "GET /v1/wallets", read, normal),
        (sent(&RenterFees), "GET /v1/renter_fees", read, normal),
        (sent(&PohBalance), "GET /v1/poh_balance", read, normal),
        (sent(&MyOrders::default()), "GET /v1/my_orders", read, normal),
        (
            sent(&MyOrders { include_completed: true }),
            "GET /v1/my_orders?return_completed=true",
            read,
            normal,
        ),
        (sent(&Sightings::new()), "GET /v1/my_orders?return_completed=true", read, normal),
        (sent(&SpotMarketplace::new(server)), "GET /v1/spot_marketplace?market=40001", read, normal),
        (sent(&MyServers), "GET /v1/my_servers", read, normal),
        (
            sent(&ServerConfigOf::new("rig-02")),
            r#"GET /v1/server_config {"server_name":"rig-02"}"#,
            read,
            normal,
        ),
        (
            sent(&SetServerSettings::new("rig-02").available(true)),
            r#"POST /v1/set_server_settings {"name":"rig-02","availability":true}"#,
            Effect::Idempotent,
            Lane::Normal,
        ),
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
        assert_eq!(sent.content_type, line.contains('{'), "{line}");
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

/// What `endpoint` makes of bytes that nobody meant for it: an answer, the same in any cut, and no panic.
fn survives<E: Endpoint>(endpoint: &E, body: &[u8]) -> bool {
    matches!(answer(endpoint, body), Answer::Value(_))
}

/// Whether any call takes `body` for a value.
fn anybody_takes(body: &[u8]) -> bool {
    let (order, server) = (OrderId::new(1), ServerId::new(5));
    [
        survives(&Sightings::new(), body),
        survives(&Wallets, body),
        survives(&RenterFees, body),
        survives(&PohBalance, body),
        survives(&Marketplace::new(), body),
        survives(&Search::new(Filter::new().gpu("RTX 4090")), body),
        survives(&MyOrders::default(), body),
        survives(&SpotMarketplace::new(server), body),
        survives(&MyServers, body),
        survives(&ServerConfigOf::new("x"), body),
        survives(&SetServerSettings::new("x"), body),
        survives(&CancelOrder::new(order), body),
        survives(&CancelOrders::new([order]), body),
        survives(&SetSpotPrice::new(order, Rate::parse("1", Coin::Clore).unwrap()), body),
        survives(&CreateOrder::on_demand(server, "x"), body),
        survives(&GetGigaspot, body),
        survives(&CreateGigaspotOrders::new([gigaspot_bid(server)]), body),
        survives(&EditGigaspotOrders::new([gigaspot_edit(order)]), body),
    ]
    .contains(&true)
}

/// Reliability S14, S15 and O8 through every reader: what is no plain success is never a value.
#[test]
fn no_reader_takes_a_refusal_or_garbage_for_a_value() {
    let lists = concat!(
        r#""wallets":[],"servers":[],"orders":[],"market":{"offers":[]},"failed_to_cancel":[],"#,
        r#""items":[],"renter_fees":{},"config":{},"v1_snapshot_url":"x""#
    );
    assert!(anybody_takes(format!("{{{lists},\"code\":0}}").as_bytes()));
    for body in [
        format!("{{{lists}}}"),
        format!("{{{lists},\"code\":6,\"error\":\"no\"}}"),
        format!("{{{lists},\"code\":false}}"),
        format!("{{{lists},\"code\":null}}"),
        format!("{{{lists},\"code\":6,\"code\":0}}"),
        format!("{{{lists},\"code\":0}} x"),
        format!("{{{lists},\"code\":0"),
        format!("[{{{lists},\"code\":0}}]"),
        format!("{{{lists},\"code\":0,\"x\":{}{}}}", "[".repeat(128), "]".repeat(128)),
        "[".repeat(100_000),
        "<html><title>502</title></html>".to_owned(),
        String::new(),
    ] {
        assert!(!anybody_takes(body.as_bytes()), "{}", body.get(..80).unwrap_or(&body));
    }
}

/// Reliability O11: `"wallets":null` ended the official SDK in a TypeError. The table asks for "empty, with a warning";
/// design 6 outranks it and is stricter: a null or missing list is incomplete, never empty, so it is an error that
/// names the list and what was in its place.
#[test]
fn null_list_is_empty_with_warning() {
    fn told<E: Endpoint>(endpoint: &E, list: &str) -> String {
        let lists = ["servers", "orders", "wallets", "failed_to_cancel", "items"]
            .map(|name| format!("\"{name}\":{list},"));
        let body = format!("{{{}\"market\":{list},\"code\":0}}", lists.concat());
        match answer(endpoint, body.as_bytes()) {
            Answer::Malformed(error) => format!("{} {:?}", error.path(), error.found()),
            _ => format!("{} took {list}", E::NAME),
        }
    }
    for (list, found) in [("null", "Null"), ("\"\"", "Text"), ("0", "Number"), ("false", "Boolean")] {
        assert_eq!(told(&Marketplace::new(), list), format!("servers {found}"));
        assert_eq!(told(&Search::new(Filter::new()), list), format!("servers {found}"));
        assert_eq!(told(&MyOrders::default(), list), format!("orders {found}"));
        assert_eq!(told(&Sightings::new(), list), format!("orders {found}"));
        assert_eq!(told(&Wallets, list), format!("wallets {found}"));
        assert_eq!(told(&MyServers, list), format!("servers {found}"));
        assert_eq!(told(&PohBalance, list), format!("items {found}"));
        assert_eq!(told(&wallets::BalanceOf::new(Coin::Clore), list), format!("wallets {found}"));
        assert_eq!(told(&CancelOrders::new([OrderId::new(1)]), list), format!("failed_to_cancel {found}"));
        assert!(told(&SpotMarketplace::new(ServerId::new(5)), list).starts_with("market "), "{list}");
    }
    // A market is more than its bids: without them it is a value, which says that it is not complete.
    for offers in [r#""offers":null"#, r#""offers":{}"#, ""] {
        let body = format!(r#"{{"market":{{{offers}}},"code":0}}"#);
        let market = answer(&SpotMarketplace::new(ServerId::new(5)), body.as_bytes()).into_value().unwrap();
        assert!(!market.is_complete, "{body}");
    }
    assert!(!survives(&Wallets, br#"{"code":0}"#) && survives(&Wallets, br#"{"wallets":[],"code":0}"#));
}

#[test]
fn recorded_bodies_of_no_call_are_values_of_none() {
    for name in [
        "third-party-fixtures/any-cloudflare-http403.txt",
        "third-party-fixtures/any-code5-http429.json",
        "third-party-fixtures/webapi-orders-frontend-mock.json",
        "documented/error-code6-error-codes-page.json",
        "documented/gigaspot-snapshot-gigaspot-api-docs.json",
    ] {
        let Some(body) = recording(name) else { return };
        assert!(!anybody_takes(&body), "{name}");
    }
}

proptest! {
    #[test]
    fn damaged_answers_end_in_an_answer(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut body = br#"{"orders":[{"id":7,"si":5}],"servers":[{"id":5}],"wallets":[{"name":"BTC"}],"code":0}"#.to_vec();
        let at = at.index(body.len());
        if cut {
            body.truncate(at);
            prop_assert!(!anybody_takes(&body));
        } else if let Some(place) = body.get_mut(at) {
            *place = byte;
            let _ = anybody_takes(&body);
        }
    }
}
