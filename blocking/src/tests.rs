use crate::Client;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::effect::Delivery;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::set_server_settings::{BitcoinSpelling, SetServerSettings};
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::{ErrorKind, FailureKind, Reason};
use clore_core::model::{Coin, Kind, Rate, ServerId};
use clore_core::op::rent::RentOutcome;
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::{Fault, Options, Server};
use core::time::Duration;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Instant;

pub(crate) fn settings_at(url: &str, key: &str) -> ConfigBuilder {
    Config::builder()
        .base_url(url)
        .key(Secret::new(key))
        .rate_limit(Duration::from_millis(5))
        .create_gap(Duration::from_millis(20))
        .grace(Duration::from_secs(1))
        .timeout(Duration::from_secs(2))
}

pub(crate) fn client_at(url: &str, key: &str) -> Client {
    Client::builder().settings(settings_at(url, key)).build().unwrap()
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

fn a_4090(client: &Client) -> clore_core::op::Offer {
    client.find_cheapest(Filter::new().gpu("RTX 4090")).unwrap().unwrap()
}

/// Answers one connection with these bytes, after reading a request.
fn hostile(answer: &'static [u8], drip: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut seen = [0; 4096];
            let _ = stream.read(&mut seen);
            for byte in answer.chunks(if drip.is_zero() { answer.len().max(1) } else { 1 }) {
                if stream.write_all(byte).is_err() {
                    break;
                }
                std::thread::sleep(drip);
            }
        }
    });
    url
}

#[test]
fn a_rental_goes_from_search_to_cancel_over_a_socket() {
    let (server, client) = sandbox(&[]);
    assert_eq!(client.wallets().unwrap().wallets.len(), 3);
    let offer = a_4090(&client);
    let order = CreateOrder::on_demand(&offer, "img").ssh_key("ssh-ed25519 AAAA me");
    let RentOutcome::Placed(placed) = client.rent(order).unwrap() else { panic!("not placed") };
    let running = client.wait_for_order(placed.order).unwrap();
    assert!(running.ssh().is_some());
    client.cancel_order(placed.order).unwrap();
    let ledger = server.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger.first().unwrap().order_id, placed.order.number());
    assert!(!ledger.first().unwrap().is_open());
}

#[test]
fn a_lost_answer_to_a_create_is_found_by_reading_and_never_resent() {
    let (server, client) = sandbox(&["create_order=lose"]);
    let offer = a_4090(&client);
    let RentOutcome::Placed(placed) = client.rent(CreateOrder::on_demand(&offer, "img")).unwrap() else {
        panic!()
    };
    assert!(placed.inferred && placed.unanswered);
    let creates = server.requests().iter().filter(|seen| seen.call() == "create_order").count();
    assert_eq!((creates, server.ledger().len()), (1, 1));
    assert_eq!(server.ledger().first().unwrap().order_id, placed.order.number());
}

/// Reliability S18.
#[test]
fn a_redirect_is_a_final_answer_and_no_connection_reaches_its_target() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let to = format!("*=redirect:http://{}/x", sink.local_addr().unwrap());
    let (_server, client) = sandbox(&[&to]);
    let error = client.wallets().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Redirected { status: 307, .. }), "{error}");
    assert!(sink.accept().is_err(), "nobody was followed");
}

/// Reliability S19, O17: the seed's timeout bounds each read, so 0.4 s became 6 s while bytes came one by one.
#[test]
fn total_deadline_holds_on_drip() {
    let body = &b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"wallets\":[      "[..];
    let head = &b"HTTP/1.1 200 OK\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"[..];
    for answer in [body, head] {
        let url = hostile(answer, Duration::from_millis(40));
        let settings = Config::builder().base_url(url).key(Secret::new("k")).max_retries(3);
        // No retry fits behind the first attempt.
        let settings = settings.timeout(Duration::from_millis(300)).deadline(Duration::from_millis(1_200));
        let client = Client::builder().settings(settings).build().unwrap();
        let begun = Instant::now();
        let error = client.wallets().unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Timeout));
        assert_eq!((error.delivery(), error.attempts()), (Delivery::Unknown, 1));
        assert!(begun.elapsed() < Duration::from_millis(1_700), "{:?}", begun.elapsed());
    }
}

#[test]
fn only_what_certainly_never_left_is_never_sent() {
    let refused = client_at("http://127.0.0.1:1", "k");
    let one = |client: &Client, url: &str| {
        let settings = Config::builder().base_url(url).key(Secret::new("k")).max_retries(1);
        let _ = client;
        let client = Client::builder().settings(settings.timeout(Duration::from_secs(1))).build().unwrap();
        client.send(Wallets).unwrap_err()
    };
    let error = one(&refused, "http://127.0.0.1:1");
    assert_eq!(
        (error.delivery(), error.kind()),
        (Delivery::NotSent, &ErrorKind::Network(FailureKind::Connect))
    );
    let error = one(&refused, "https://no-such-host.invalid");
    assert_eq!((error.delivery(), error.kind()), (Delivery::NotSent, &ErrorKind::Network(FailureKind::Name)));
    for cut in
        [&b""[..], b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", b"garbage\r\n\r\n"]
    {
        let error = one(&refused, &hostile(cut, Duration::ZERO));
        assert_eq!(error.delivery(), Delivery::Unknown, "{cut:?}");
    }
}

#[test]
fn plain_text_on_a_tls_port_is_an_error_without_a_retry_of_money() {
    let url = hostile(b"HTTP/1.1 400 Bad Request\r\n\r\n", Duration::ZERO).replace("http:", "https:");
    let settings = Config::builder().base_url(url).key(Secret::new("k")).max_retries(1);
    let client = Client::builder().settings(settings.timeout(Duration::from_secs(1))).build().unwrap();
    assert!(matches!(client.wallets().unwrap_err().kind(), ErrorKind::Network(_)));
}

#[test]
fn threads_take_turns_at_one_client() {
    let (server, client) = sandbox(&[]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.wallets().unwrap());
        }
    });
    // On a busy machine arrivals can bunch up whatever the starts were; who was too fast came again.
    assert_eq!(server.requests().iter().filter(|seen| seen.code == Some(0)).count(), 8);
}

#[test]
fn a_create_for_an_unknown_server_is_refused_with_its_reason() {
    let (server, client) = sandbox(&[]);
    let error = client.rent(CreateOrder::on_demand(ServerId::new(1), "img")).unwrap_err();
    assert!(error.refusal().is_some(), "{error}");
    assert!(server.ledger().is_empty());
}

#[test]
fn the_key_is_in_no_rendering_of_a_client() {
    let client = client_at("http://127.0.0.1:1", "CANARYKEY");
    assert!(!format!("{client:?} {:?}", Client::builder().key(Secret::new("CANARYKEY"))).contains("CANARY"));
    assert!(!format!("{:?}", client.wallets().unwrap_err()).contains("CANARY"));
}

#[test]
fn client_and_its_clones_can_be_shared_between_threads() {
    fn shareable<T: Send + Sync + Clone + 'static>() {}
    shareable::<Client>();
}

/// Answers every request of one connection with `answer` and gives back what was read, until `requests` came.
fn recorded(requests: usize, answer: &'static str) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        (0..requests)
            .map(|_| {
                // Until nothing more comes: a body that is longer than it says would show.
                let (mut heard, mut chunk) = (Vec::new(), [0; 4096]);
                loop {
                    match stream.read(&mut chunk) {
                        Ok(0) => break,
                        Ok(read) => heard.extend_from_slice(chunk.get(..read).unwrap()),
                        Err(_) if heard.is_empty() => {}
                        Err(_) => break,
                    }
                }
                stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
                String::from_utf8(heard).unwrap()
            })
            .collect()
    });
    (url, heard)
}

/// Reliability 5.4: a GET whose body nobody measured would be taken for the next request.
#[test]
fn a_get_with_a_body_goes_over_the_wire_with_its_length_once() {
    let (url, heard) = recorded(2, r#"{"config":{"name":"rig \"é\"","mrl":96},"code":0}"#);
    let client = client_at(&url, "k");
    for _ in 0..2 {
        let config = client.server_config("rig \"é\"".to_owned()).unwrap();
        assert_eq!(config.max_rental, Some(Duration::from_secs(96 * 3600)));
    }
    let body = r#"{"server_name":"rig \"é\""}"#;
    for request in heard.join().unwrap() {
        let (head, sent) = request.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        assert_eq!(sent, body, "the whole body and nothing behind it");
        assert!(head.starts_with("get /v1/server_config http/1.1\r\n"), "{head}");
        let lengths: Vec<&str> = head.lines().filter(|line| line.starts_with("content-length")).collect();
        assert_eq!(lengths, [format!("content-length: {}", body.len())]);
        assert!(head.contains("content-type: application/json") && !head.contains("transfer-encoding"));
    }
}

/// The whole configuration is sent back, so that nothing changes but what was named: in both spellings, and when the
/// answer is lost.
#[test]
fn a_hosts_settings_are_changed_one_at_a_time_over_a_socket() {
    let (server, client) = sandbox(&["set_server_settings#1=lose"]);
    let all = client.my_servers().unwrap();
    let (mine, never) = (all.servers.first().unwrap(), all.servers.last().unwrap());
    assert!(
        all.is_complete()
            && never.init_token.is_some()
            && format!("{all:?}").contains("init_token: Some(Secret(hidden))")
    );
    let price = Rate::parse("0.00123", Coin::Bitcoin).unwrap();
    let changes = || SetServerSettings::new(&*mine.name);
    let first = client.update_server_settings(changes().on_demand(price.clone())).unwrap();
    let hours = Duration::from_secs(48 * 3600);
    let bare = changes().max_rental(hours).spelling(BitcoinSpelling::Bare);
    client.update_server_settings(bare).unwrap();
    let now = client.server_config(mine.name.clone()).unwrap();
    let before = first.before.unwrap();
    assert_eq!(now.on_demand.get(&Coin::Bitcoin), Some(&price));
    assert_eq!((now.max_rental, &now.visibility), (Some(hours), &before.visibility));
    assert_eq!((&now.spot, &now.allowed_coins), (&before.spot, &before.allowed_coins));
    let others = |rates: &std::collections::BTreeMap<Coin, Rate>| {
        rates.values().filter(|rate| *rate.coin() != Coin::Bitcoin).cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&now.on_demand), others(&before.on_demand));
    assert_eq!(first.sent.price(Kind::OnDemand, &Coin::Bitcoin), Some(&price));
    let sent = server.requests().iter().filter(|seen| seen.call() == "set_server_settings").count();
    assert_eq!(sent, 3, "the lost one was sent again");

    let error =
        client.update_server_settings(SetServerSettings::new(&*never.name).available(true)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::IncompleteSettings(missing) if missing.len() == 2), "{error}");
    let error = client.set_server_settings(changes().available(true)).unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::NotAllParametersPresent, "{error}");
    let error = client.server_config("not-mine".to_owned()).unwrap_err();
    assert_eq!(error.refusal().unwrap().reason, Reason::NotYourServer, "{error}");
}
