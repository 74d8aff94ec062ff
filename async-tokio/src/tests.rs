use crate::Client;
use clore_core::config::Config;
use clore_core::effect::{Delivery, Lane};
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::{ErrorKind, FailureKind};
use clore_core::journal::{Record, Recorded};
use clore_core::op::WaitForOrder;
use clore_core::op::rent::RentOutcome;
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::{Fault, Options, Server};
use core::time::Duration;
use std::io::Read;
use std::net::TcpListener;

const SECOND: Duration = Duration::from_secs(1);

fn settings(url: &str, key: &str) -> clore_core::config::ConfigBuilder {
    let settings = Config::builder().base_url(url).key(Secret::new(key));
    let settings = settings.rate_limit(Duration::from_millis(5)).create_gap(Duration::from_millis(20));
    settings.grace(SECOND).timeout(Duration::from_secs(2))
}

fn client_at(url: &str, key: &str) -> Client {
    Client::builder().settings(settings(url, key)).build().unwrap()
}

/// A sandbox whose clock runs so fast that 5 ms of ours are more than its second.
fn sandbox(faults: &[&str]) -> (Server, Client) {
    let mut builder = Server::builder(Options::new().servers(60)).speed(400.0);
    for fault in faults {
        builder = builder.fault(Fault::parse(fault).unwrap());
    }
    let server = builder.start("127.0.0.1:0").unwrap();
    let client = client_at(&server.url(), server.key());
    (server, client)
}

async fn a_4090(client: &Client) -> clore_core::op::Offer {
    client.find_cheapest(Filter::new().gpu("RTX 4090")).await.unwrap().unwrap()
}

/// Accepts, reads a little, and never answers.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            held.push(stream);
        }
    });
    url
}

#[tokio::test]
async fn a_rental_goes_from_search_to_cancel_over_a_socket() {
    let (server, client) = sandbox(&[]);
    assert_eq!(client.wallets().await.unwrap().wallets.len(), 3);
    let offer = a_4090(&client).await;
    let order = CreateOrder::on_demand(&offer, "img").ssh_key("ssh-ed25519 AAAA me");
    let RentOutcome::Placed(placed) = client.rent(order).await.unwrap() else { panic!("not placed") };
    let wait = WaitForOrder::new(placed.order).poll_every(Duration::from_millis(100));
    assert!(client.run(wait).await.unwrap().ssh().is_some());
    client.cancel_order(placed.order).await.unwrap();
    let ledger = server.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger.first().unwrap().order_id, placed.order.number());
    assert!(!ledger.first().unwrap().is_open());
}

#[tokio::test]
async fn a_lost_answer_to_a_create_is_found_by_reading_and_never_resent() {
    let (server, client) = sandbox(&["create_order=lose"]);
    let offer = a_4090(&client).await;
    let rented = client.rent(CreateOrder::on_demand(&offer, "img")).await.unwrap();
    let RentOutcome::Placed(placed) = rented else { panic!() };
    assert!(placed.inferred && placed.unanswered);
    let creates = server.requests().iter().filter(|seen| seen.call() == "create_order").count();
    assert_eq!((creates, server.ledger().len()), (1, 1));
}

/// The compiler is the test: a task of a runtime with many threads can own any call.
#[test]
fn futures_are_send() {
    fn is_send<T: Send>(_: T) {}
    let client = client_at("http://127.0.0.1:9", "k");
    is_send(client.rent(CreateOrder::on_demand(clore_core::model::ServerId::new(1), "img")));
    is_send(client.find_servers(Filter::new()));
    is_send(client.cancel_orders(Vec::new()));
    is_send(client.send(Wallets));
    is_send(client.clone());
}

#[tokio::test]
async fn a_rental_dropped_in_flight_keeps_its_open_intent_and_resume_settles_it() {
    let (server, client) = sandbox(&["create_order=delay:1"]);
    let offer = a_4090(&client).await;
    let rent = client.rent(CreateOrder::on_demand(&offer, "img"));
    let in_flight = async {
        while server.ledger().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::select! {
        _ = rent => panic!("the answer comes a second later"),
        () = in_flight => {}
    }
    let Ok(Recorded::Seen(view)) = client.session().journal().record(Record::Look) else { panic!() };
    assert_eq!(view.open().count(), 1);
    let settled = client.resume().await.unwrap();
    let order = server.ledger().first().unwrap().order_id;
    assert_eq!(settled.first().unwrap().settlement.order().map(|order| order.number()), Some(order));
    assert_eq!(server.ledger().len(), 1);
}

#[tokio::test]
async fn a_call_dropped_in_the_queue_gives_its_turn_back() {
    let url = silent();
    let client =
        Client::builder().settings(settings(&url, "k").rate_limit(Duration::from_secs(60))).build().unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.wallets().await.is_err() }
    });
    let taken =
        || client.session().gate().earliest(Lane::Normal, false, client.now()) > client.now().after(SECOND);
    while !taken() {
        tokio::task::yield_now().await;
    }
    let second = tokio::time::timeout(Duration::from_millis(30), client.wallets()).await;
    assert!(second.is_err(), "no turn for a minute");
    assert_eq!(client.session().gate().waiting().total(), 0);
    first.abort();
}

#[tokio::test]
async fn what_cannot_be_reached_was_never_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Client::builder()
        .settings(settings(&format!("http://{closed}"), "k").max_retries(1))
        .build()
        .unwrap();
    let error = client.wallets().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Connect));
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_at_the_deadline_as_unknown() {
    let settings = settings(&silent(), "k").timeout(Duration::from_millis(60)).max_retries(1);
    let client = Client::builder().settings(settings).build().unwrap();
    let error = client.wallets().await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Timeout));
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test]
async fn clients_of_one_session_share_pacing_journal_and_clock() {
    let (_server, client) = sandbox(&[]);
    let other = Client::builder().session(client.session()).build().unwrap();
    assert!(other.now().since(client.now()) < SECOND);
    let ticket = client.session().gate().enqueue(Lane::Normal, client.now()).unwrap();
    assert_eq!(other.session().gate().waiting().total(), 1);
    client.session().gate().cancel(ticket);
}
