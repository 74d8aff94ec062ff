//! The gigaspot over real sockets: a snapshot's address on another host or without https, the key that must not go
//! there, and creates and edits that succeed in part or whose answer is lost.

use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::gigaspot::{BidOutcome, EditOutcome, GigaspotBid, GigaspotEdit};
use clore_core::error::{AddressRule, ErrorKind, FailureKind};
use clore_core::model::{Coin, GigaspotServer, GpuOverclock, Rate, ServerId};
use clore_core::secret::Secret;
use clore_sandbox::{Fault, Options, Server};
use clore_tests::client;
use clore_tests::hostile::{Answer, Hostile};
use core::time::Duration;
use std::net::TcpListener;

const KEY_TEXT: &str = "CANARY-91c04";

/// A sandbox whose clock runs so fast that 5 ms of ours are more than its second.
fn sandbox(options: Options, faults: &[&str]) -> (Server, Client) {
    let mut builder = Server::builder(options.servers(300)).speed(400.0);
    for fault in faults {
        builder = builder.fault(Fault::parse(fault).unwrap());
    }
    let server = builder.start("127.0.0.1:0").unwrap();
    let settings = Config::builder()
        .base_url(server.url())
        .key(Secret::new(server.key()))
        .rate_limit(Duration::from_millis(5))
        .create_gap(Duration::from_millis(20));
    let client = Client::builder().settings(settings).build().unwrap();
    (server, client)
}

/// A bid of `price` on `server`, each GPU at the least power it takes.
fn bid(server: &GigaspotServer, price: Rate) -> GigaspotBid {
    GigaspotBid::new(server.id, "c9a4e2f6", price, clocks(server))
}

fn clocks(server: &GigaspotServer) -> Vec<GpuOverclock> {
    let gpus = server.gpus.as_ref().unwrap().iter();
    gpus.map(|gpu| GpuOverclock::new((*gpu.power_limit.as_ref().unwrap().start()).try_into().unwrap()))
        .collect()
}

/// The machines that can be bid on.
fn free(client: &Client) -> Vec<GigaspotServer> {
    let view = client.gigaspot().unwrap();
    assert!(view.is_complete() && view.own_bids().next().is_none());
    let free = |server: &GigaspotServer| {
        server.online == Some(true) && server.on_demand_rented == Some(false) && server.min_bid.is_some()
    };
    view.servers.into_iter().filter(free).collect()
}

fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

#[test]
fn bids_go_from_the_snapshot_to_the_ledger_and_the_key_never_to_the_snapshots_address() {
    let (server, client) = sandbox(Options::new(), &[]);
    let free = free(&client);
    let [one, other, low, ..] = free.as_slice() else { panic!("too few machines: {}", free.len()) };
    let too_hot = vec![GpuOverclock::new(100_000); other.gpus.as_ref().unwrap().len()];
    let placed = client.create_gigaspot_orders(vec![
        bid(one, one.min_bid.clone().unwrap()),
        GigaspotBid::new(other.id, "img", other.min_bid.clone().unwrap(), too_hot),
        bid(low, clore("0.0000001")),
        GigaspotBid::new(ServerId::new(1), "img", clore("5"), [GpuOverclock::new(100)]),
    ]);
    let outcomes: Vec<_> = placed.unwrap().bids.iter().map(|report| report.outcome).collect();
    use BidOutcome::{FailedToOverclock, FailedToRent, Placed, TooLow};
    assert_eq!(outcomes, [Placed, FailedToOverclock, TooLow, FailedToRent]);
    let ledger = server.ledger();
    assert_eq!((ledger.len(), ledger[0].server_id), (1, one.id.number()));

    // No answer told the order; the account's own bids do.
    let view = client.gigaspot().unwrap();
    let own: Vec<_> = view.own_bids().map(|(on, bid)| (on, bid.id.unwrap())).collect();
    assert_eq!(own.len(), 1);
    assert_eq!((own[0].0, own[0].1.number()), (one.id, ledger[0].order_id));
    let raised = clore("5000");
    let edit = GigaspotEdit::new(own[0].1, raised.clone(), clocks(one));
    let edited = client.edit_gigaspot_orders(vec![edit]).unwrap();
    assert_eq!(edited.updated().collect::<Vec<_>>(), [own[0].1]);
    assert_eq!(client.gigaspot().unwrap().bid(own[0].1).unwrap().1.price, Some(raised));

    for asked in server.requests() {
        assert_eq!(asked.with_key, asked.path.starts_with("/v1/"), "{}", asked.path);
    }
}

#[test]
fn a_lost_create_is_not_sent_again_and_a_lost_edit_is_confirmed_by_reading() {
    let (server, client) =
        sandbox(Options::new(), &["create_gigaspot_orders=lose", "edit_gigaspot_orders=lose"]);
    let free = free(&client);
    let first = free.first().unwrap();
    let error = client.create_gigaspot_orders(vec![bid(first, first.min_bid.clone().unwrap())]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!((error.intents().len(), server.ledger().len()), (1, 1));
    let sent = |call| server.requests().iter().filter(|asked| asked.call() == call).count();
    assert_eq!(sent("create_gigaspot_orders"), 1);
    // The open intent keeps the next one back.
    let again = client.create_gigaspot_orders(vec![bid(&free[1], free[1].min_bid.clone().unwrap())]);
    assert_eq!(*again.unwrap_err().kind(), ErrorKind::OpenIntents);

    let order = client.gigaspot().unwrap().own_bids().next().unwrap().1.id.unwrap();
    let edit = GigaspotEdit::new(order, clore("5000"), clocks(first)).was(first.min_bid.clone().unwrap());
    let edited = client.edit_gigaspot_orders(vec![edit]).unwrap();
    assert_eq!(edited.edits[0].outcome, EditOutcome::Updated);
    assert_eq!((sent("edit_gigaspot_orders"), sent("create_gigaspot_orders")), (1, 1));
}

#[test]
fn an_address_that_breaks_the_rules_gets_no_connection() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let port = sink.local_addr().unwrap().port();
    for (url, rule) in [
        (format!("http://127.0.0.1:{port}/x.json"), AddressRule::NotHttps),
        (format!("https://127.0.0.1:{port}/x.json"), AddressRule::NoPublicName),
        (format!("https://localhost:{port}/x.json"), AddressRule::NoPublicName),
        (format!("http://{KEY_TEXT}@127.0.0.1:{port}/x.json"), AddressRule::Credentials),
    ] {
        let (server, client) = sandbox(Options::new().snapshot_url(&url), &[]);
        let error = client.gigaspot().unwrap_err();
        let ErrorKind::Address(refused) = error.kind() else { panic!("{url}: {error}") };
        assert_eq!((refused.rule(), server.requests().len()), (rule, 1), "{url}");
        assert!(sink.accept().is_err(), "{url}");
        assert!(!format!("{error} {error:?}").contains(KEY_TEXT));
    }
}

#[test]
fn a_plain_base_url_keeps_no_https_address_from_being_asked() {
    let (_server, client) = sandbox(Options::new().snapshot_url("https://no-such-host.invalid/gs.json"), &[]);
    let error = client.gigaspot().unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Name));
    assert!(error.to_string().contains("no-such-host.invalid"), "{error}");
}

#[test]
fn a_snapshot_that_points_elsewhere_or_is_none_is_an_error() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let target = format!("http://{}/x", sink.local_addr().unwrap());
    type Script = fn(String) -> Answer;
    let table: [(Script, &str); 4] = [
        (|to| Answer::new(302, &[("location", &to)], ""), "Redirected"),
        (|_| Answer::new(401, &[], ""), "Http { status: 401 }"),
        (|_| Answer::json("[]"), "Decode"),
        (|_| Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"5\":{}".to_vec()), "Network"),
    ];
    for (answer, kind) in table {
        let to = target.clone();
        let url = std::sync::Arc::new(std::sync::OnceLock::<String>::new());
        let own = std::sync::Arc::clone(&url);
        let server = Hostile::start(move |call, _| match call {
            "get_gigaspot" => {
                let own = own.get().cloned().unwrap_or_default();
                Answer::json(format!(r#"{{"my_user_id":1,"v1_snapshot_url":"{own}/gs.json","code":0}}"#))
            }
            _ => answer(to.clone()),
        });
        url.set(server.url().to_owned()).unwrap();
        let error = client(server.url(), KEY_TEXT).gigaspot().unwrap_err();
        assert!(format!("{:?}", error.kind()).starts_with(kind), "{error:?}");
        assert!(sink.accept().is_err());
        for seen in server.seen() {
            let has_key = seen.head.contains(KEY_TEXT);
            assert_eq!(has_key, seen.call == "get_gigaspot", "{}", seen.head);
        }
    }
}
