use super::*;
use crate::drive::scripted::{KEY, Scripted, both, config, never, ok, reset};
use crate::endpoint::create_order::CreateOrder;
use crate::endpoint::gigaspot::CreateGigaspotOrders;
use crate::endpoint::wallets::Wallets;
use crate::endpoint::{Beside, Endpoint};
use crate::error::{ConfigError, FailureKind};
use crate::limits::Caps;
use crate::model::ServerId;

const WALLETS: &str = r#"{"wallets":[],"code":0,"news":"x"}"#;

fn world(reply: fn() -> crate::drive::scripted::Reply) -> Scripted {
    Scripted::new(move |_| reply())
}

#[test]
fn attempts_timeout_and_deadline_are_the_calls_own() {
    let session = config().build().unwrap();
    let (result, world_) = both(&world(reset), &session, Tuned::new(Wallets).attempts(1));
    assert_eq!((result.unwrap_err().attempts(), world_.sent().len()), (1, 1));
    let (result, world_) = both(&world(reset), &session, Tuned::new(Wallets).attempts(5));
    assert_eq!((result.unwrap_err().attempts(), world_.sent().len()), (5, 5));
    let quick = Tuned::new(Wallets).attempts(1).timeout(Duration::from_millis(700));
    let (result, world_) = both(&world(never), &session, quick);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Network(FailureKind::Timeout));
    assert_eq!(world_.ms(), 700);
    let short = Tuned::new(Wallets).deadline(Duration::from_millis(400));
    assert!(both(&world(never), &session, short).1.ms() <= 400);
}

#[test]
fn bounds_that_cannot_be_kept_are_refused_and_nothing_is_sent() {
    let session = config().build().unwrap();
    for (name, plan) in [
        ("timeout", Tuned::new(Wallets).timeout(Duration::ZERO)),
        ("deadline", Tuned::new(Wallets).deadline(Duration::from_secs(100_000))),
    ] {
        let (result, world) = both(&world(|| ok(WALLETS)), &session, plan);
        assert_eq!(*result.unwrap_err().kind(), ErrorKind::Config(ConfigError::Duration(name)));
        assert_eq!(world.sent().len(), 0);
    }
}

#[test]
fn a_header_goes_along_with_every_attempt() {
    let plan = Tuned::new(Wallets).header("X-Request-Id", "42").header("accept-language", "eo");
    let (_, world) = both(&world(reset), &config().build().unwrap(), plan);
    assert_eq!(world.sent().len(), 3);
    for asked in world.sent() {
        assert_eq!(asked.headers.get("x-request-id").unwrap(), "42");
        assert_eq!(asked.headers.get("auth").unwrap(), KEY);
        assert!(!format!("{:?}", asked.headers).contains("42"), "what a caller sends shows nowhere");
    }
}

#[test]
fn a_header_that_is_the_clients_own_is_refused_and_nothing_is_sent() {
    for (name, value) in [
        ("auth", "other"),
        ("Auth", "other"),
        ("authorization", "x"),
        ("host", "evil.example"),
        ("content-length", "0"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("accept-encoding", "br"),
        ("proxy-authorization", "x"),
        ("x y", "1"),
        ("", "1"),
        ("x", "1\r\nauth: other"),
        ("x", "\0"),
    ] {
        let plan = Tuned::new(Wallets).header(name, value);
        let (result, world) = both(&world(|| ok(WALLETS)), &config().build().unwrap(), plan);
        let error = result.unwrap_err().to_string();
        assert!(error.contains("header"), "{error}");
        assert!(!error.contains("other") && !error.contains("evil"), "{error}");
        assert_eq!(world.sent().len(), 0, "{name}");
    }
}

#[test]
fn more_attempts_do_not_send_a_create_twice() {
    let plan = Tuned::new(CreateOrder::on_demand(ServerId::new(5), "img")).attempts(9);
    let (result, world) = both(&world(reset), &config().build().unwrap(), plan);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn the_raw_answer_can_be_had_beside_the_typed_one() {
    let (result, _) = both(&world(|| ok(WALLETS)), &config().build().unwrap(), Beside(Wallets));
    let both_ = result.unwrap();
    assert_eq!((both_.value.wallets.len(), both_.raw.as_slice()), (0, WALLETS.as_bytes()));
    assert!(!format!("{both_:?}").contains("news"));
    assert_eq!(Beside(Wallets).effect(), Wallets.effect());
    // A refusal stays one.
    let (result, _) = both(&world(|| ok(r#"{"code":3}"#)), &config().build().unwrap(), Beside(Wallets));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Key);
}

/// Whoever asks for the bytes as well must lose neither the order nor its journal's line.
#[test]
fn a_create_whose_bytes_are_asked_for_too_settles_its_intent_by_its_order() {
    const PLACED: &str = r#"{"code":0,"order_id":77,"more":1}"#;
    let create = || CreateOrder::on_demand(ServerId::new(5), "img");
    let (result, world) = both(&world(|| ok(PLACED)), &config().build().unwrap(), Beside(create()));
    assert_eq!(result.unwrap().raw, PLACED.as_bytes());
    let marked = |line: &String| line.contains("Resolved {") && line.contains("OrderId(77)");
    assert!(world.trace().iter().any(marked), "{:#?}", world.trace());
    assert_eq!(Beside(create()).server(), Some(ServerId::new(5)));
    let bids = CreateGigaspotOrders::new(Vec::new());
    assert_eq!((Beside(bids.clone()).effect(), Beside(bids.clone()).lane()), (bids.effect(), bids.lane()));
}

#[test]
fn bytes_over_the_cap_are_an_error_and_not_a_shorter_answer() {
    let caps = Caps { list_bytes: 16, ..Caps::default() };
    let config = config().caps(caps).build().unwrap();
    let (result, _) = both(&world(|| ok(WALLETS)), &config, Beside(Wallets));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Decode(_)));
}
