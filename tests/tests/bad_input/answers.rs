//! Answers that are not what they should be, to a read and to a create.

use crate::bomb;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::{Error, ErrorKind};
use clore_core::model::{OrderId, ServerId};
use clore_core::op::WaitForOrder;
use clore_core::op::condition::has_ssh;
use clore_core::op::rent::RentOutcome;
use clore_core::secret::Secret;
use clore_tests::client;
use clore_tests::hostile::{Answer, Hostile};
use core::time::Duration;
use std::net::TcpListener;

const KEY: &str = "CANARY-5f1c9";
const NO_ORDERS: &str = r#"{"orders":[],"code":0}"#;

/// Name, answer, and what a read ends with.
fn table() -> Vec<(&'static str, Answer, &'static str)> {
    let html = "<html><body>Welcome</body></html>";
    let typed = |status, body: &str| Answer::new(status, &[("content-type", "text/html")], body);
    vec![
        ("html", typed(200, html), "decode"),
        ("html with 403", typed(403, html), "blocked"),
        ("html with 404", typed(404, html), "http"),
        ("html with 502", typed(502, html), "http"),
        ("empty", Answer::json(""), "decode"),
        ("blank", Answer::json(" \r\n"), "decode"),
        ("a list", Answer::json("[]"), "decode"),
        ("null", Answer::json("null"), "decode"),
        ("a number", Answer::json("7"), "decode"),
        ("a text", Answer::json(r#""code""#), "decode"),
        ("without a code", Answer::json("{}"), "decode"),
        ("code is null", Answer::json(r#"{"code":null}"#), "decode"),
        ("code is a text", Answer::json(r#"{"code":"zero"}"#), "decode"),
        ("an unknown code", Answer::json(r#"{"code":77}"#), "refused"),
        ("100,000 brackets", Answer::json("[".repeat(100_000)), "decode"),
        ("100,000 brackets in a field", Answer::json(r#"{"x":"#.to_owned() + &"[".repeat(100_000)), "decode"),
        ("half a document", Answer::json(r#"{"wallets":[{"name":"CLORE"#), "decode"),
        ("two documents", Answer::json(r#"{"wallets":[],"code":0}{"code":0}"#), "decode"),
        (
            "not UTF-8",
            Answer::json([b"{\"code\":0,\"wallets\":[], \"x\":\"".as_slice(), &[255, 254], b"\"}"].concat()),
            "decode",
        ),
        ("a redirect", Answer::new(307, &[("location", "http://elsewhere.invalid/v1/")], ""), "redirected"),
        ("a redirect to nowhere", Answer::new(302, &[], ""), "redirected"),
        ("not HTTP", Answer(b"\x16\x03\x01\x00 hello\r\n\r\n".to_vec()), "network"),
        ("nothing at all", Answer(Vec::new()), "network"),
        (
            "a cut body",
            Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"code\":0".to_vec()),
            "network",
        ),
        (
            "two lengths",
            Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".to_vec()),
            "network",
        ),
        ("a false gzip", Answer::new(200, &[("content-encoding", "gzip")], "{}"), "network"),
        ("a gzip bomb", bomb::answer(r#"{"code":0,"wallets":["#), "too large"),
    ]
}

fn word(error: &Error) -> &'static str {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(KEY), "{shown}");
    assert!(shown.len() < 4_000, "{shown}");
    match error.kind() {
        _ if bomb::is_bounded(error) => "too large",
        ErrorKind::Decode(_) => "decode",
        ErrorKind::Blocked => "blocked",
        ErrorKind::Http { .. } => "http",
        ErrorKind::Redirected { .. } => "redirected",
        ErrorKind::Refused(_) => "refused",
        ErrorKind::Network(_) => "network",
        ErrorKind::OutcomeUnknown => "unknown",
        _ => panic!("{error:?}"),
    }
}

#[test]
fn a_read_ends_in_a_typed_error() {
    let mut wrong = Vec::new();
    for (name, answer, expected) in table() {
        let service = Hostile::start(move |_, _| answer.clone());
        match client(service.url(), KEY).wallets() {
            Ok(value) => wrong.push(format!("{name}: {value:?}, not {expected}")),
            Err(error) if word(&error) != expected => {
                wrong.push(format!("{name}: {error:?}, not {expected}"))
            }
            Err(_) => {}
        }
        assert_eq!(service.seen().len(), 1, "{name}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_create_is_sent_once_and_never_counts_as_done() {
    std::thread::scope(|scope| {
        for (name, answer, _) in table() {
            scope.spawn(move || {
                let (one_shot, renting) = (answer.clone(), answer);
                let service = Hostile::start(move |call, _| match call {
                    "create_order" => one_shot.clone(),
                    _ => Answer::json(NO_ORDERS),
                });
                let order = || CreateOrder::on_demand(ServerId::new(40), "image").ssh_key("ssh-rsa AAAA");
                let error = client(service.url(), KEY).create_order(order()).unwrap_err();
                assert_eq!((word(&error), error.intents().len()), ("unknown", 1), "{name}: {error:?}");
                assert_eq!(service.count("create_order"), 1, "{name}");

                let service = Hostile::start(move |call, _| match call {
                    "create_order" => renting.clone(),
                    _ => Answer::json(NO_ORDERS),
                });
                let outcome = client(service.url(), KEY).rent(order()).unwrap();
                assert!(matches!(outcome, RentOutcome::NotSeen(_)), "{name}: {outcome:?}");
                assert_eq!(service.count("create_order"), 1, "{name}");
            });
        }
    });
}

/// Reliability S18, T3: the seed and the TypeScript client followed redirects and handed the key, with 307 and 308 the SSH
/// password too, to whatever host they named.
#[test]
fn no_redirect_ever_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let sink = elsewhere.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        for to in [
            format!("http://{sink}/v1/wallets"),
            format!("//{sink}/"),
            format!("http://api.clore.ai@{sink}/"),
            "/v1/elsewhere".to_owned(),
        ] {
            let service = Hostile::start(move |_, _| Answer::new(status, &[("location", &to)], ""));
            let client = client(service.url(), KEY);
            assert_eq!(word(&client.wallets().unwrap_err()), "redirected");
            let order = CreateOrder::on_demand(ServerId::new(40), "image").ssh_password(Secret::new("word"));
            assert_eq!(word(&client.create_order(order).unwrap_err()), "unknown");
            let calls: Vec<_> = service.seen().into_iter().map(|seen| seen.call).collect();
            assert_eq!(calls, ["wallets", "create_order"], "each once, and nothing else");
        }
    }
    assert!(elsewhere.accept().is_err(), "somebody came");
}

#[test]
fn an_order_without_an_address_is_a_value_and_a_wait_for_its_ssh_a_typed_end() {
    let one = |cluster: &str| {
        let list = format!(
            r#"{{"orders":[{{"id":1234567,"si":40,"currency":"CLORE-Blockchain","image":"image","price":4,
            "ct":1790000000,"mrl":259200,"online":true,"pub_cluster":{cluster},"tcp_ports":["22:10022"]}}],"code":0}}"#
        );
        let service = Hostile::start(move |_, _| Answer::json(&list));
        let client = client(service.url(), KEY);
        let id = OrderId::new(1_234_567);
        let order = client.order(id).unwrap().unwrap();
        assert!(order.ssh().is_none(), "{cluster}: {order:?}");
        // A look is only begun with a second left for it.
        let wait = WaitForOrder::new(id).timeout(Duration::from_millis(1_300)).until(has_ssh());
        let error = client.run(wait.poll_every(Duration::from_millis(100))).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::WaitTimeout, "{cluster}");
        assert_eq!(error.last_order().map(|order| order.id), Some(id), "{cluster}: {error:?}");
        assert_eq!(error.order_ids(), [id], "{cluster}: it is billing");
    };
    std::thread::scope(|scope| {
        for cluster in ["null", "[]", "{}", "[null]", r#"[""]"#, r#""""#, "7"] {
            scope.spawn(move || one(cluster));
        }
    });
}
