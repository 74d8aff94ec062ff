//! What the example promises: its length, its flow against the sandbox's ledger, and its manners on bad answers.

use clore_core::config::{Config, ConfigBuilder};
use clore_core::drive::BlockingTransport;
use clore_core::effect::Delivery;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::{Error, ErrorKind, FailureKind};
use clore_core::journal::MemoryJournal;
use clore_core::op::FindCheapest;
use clore_core::op::rent::{Rent, RentOutcome};
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::Moment;
use clore_sandbox::{Fault, Options, Server};
use own_adapter::adapter::Adapter;
use own_adapter::walk::{Walked, run, walk};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample example";

fn adapter() -> Adapter {
    Adapter { origin: Instant::now(), journal: MemoryJournal::new() }
}

fn settings(url: &str, key: &str) -> ConfigBuilder {
    Config::builder()
        .base_url(url)
        .key(Secret::new(key))
        .rate_limit(Duration::from_millis(5))
        .strict_pacing(true)
        .create_gap(Duration::from_millis(20))
        .grace(Duration::from_secs(1))
        .timeout(Duration::from_secs(5))
}

/// A sandbox whose clock runs so fast that 5 ms of ours are more than its second, and a session for it.
fn sandbox(faults: &[&str]) -> (Server, Session) {
    let mut builder = Server::builder(Options::new().servers(60)).speed(400.0);
    for fault in faults {
        builder = builder.fault(Fault::parse(fault).unwrap());
    }
    let server = builder.start("127.0.0.1:0").unwrap();
    let session = Session::new(settings(&server.url(), server.key()).build().unwrap());
    (server, session)
}

/// Answers the n-th connection with `answer(n)`, a byte at a time when `drip` is not zero, and closes it.
fn hostile(answer: impl Fn(usize) -> Vec<u8> + Send + 'static, drip: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            // The whole request first: closing with bytes unread would reset the connection.
            let mut seen = Vec::new();
            let mut chunk = [0; 4096];
            while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut chunk) {
                    Ok(read) if read > 0 => seen.extend_from_slice(&chunk[..read]),
                    _ => break,
                }
            }
            let bytes = answer(number);
            for piece in bytes.chunks(if drip.is_zero() { bytes.len().max(1) } else { 1 }) {
                if stream.write_all(piece).is_err() {
                    break;
                }
                std::thread::sleep(drip);
            }
        }
    });
    url
}

fn wallets_of(url: &str, timeout: Duration) -> Result<usize, Error> {
    let settings = settings(url, "k").rate_limit(Duration::ZERO).max_retries(1).timeout(timeout);
    let session = Session::new(settings.build().unwrap());
    run(&adapter(), &session, Wallets).map(|read| read.wallets.len())
}

#[test]
fn the_adapter_has_fewer_than_60_lines_of_code() {
    let code = include_str!("../src/adapter.rs").lines().map(str::trim);
    let code = code.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    assert!((30..60).contains(&code), "{code} lines");
}

#[test]
fn a_rental_goes_from_search_to_cancel_and_the_ledger_says_so() {
    let (server, session) = sandbox(&[]);
    let Walked::Done(order) = walk(&adapter(), &session, KEY).unwrap() else {
        panic!("not walked to the end")
    };
    assert!(order.ssh().is_some());
    let ledger = server.ledger();
    let [rental] = ledger.as_slice() else { panic!("{} rentals", ledger.len()) };
    assert_eq!(rental.order_id, order.id.number());
    assert!(!rental.is_open(), "it is over");
    assert!(server.requests().iter().all(|seen| seen.code == Some(0)), "nobody was too fast or refused");
}

#[test]
fn the_binary_rents_past_the_proxies_of_its_environment() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let proxy = format!("http://{}", sink.local_addr().unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_own-adapter"));
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"] {
        command.env(name, &proxy);
    }
    let output = command.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("it is cancelled"), "{said}");
    assert!(sink.accept().is_err(), "the proxy was not asked");
}

#[test]
fn an_answer_cut_anywhere_is_a_failure_and_never_a_success() {
    const BODY: &str = r#"{"wallets":[],"code":0}"#;
    let length = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{BODY}\r\n0\r\n\r\n",
        BODY.len()
    );
    for whole in [length, chunked] {
        let bytes = whole.clone().into_bytes();
        let url = hostile(move |cut| bytes[..cut.min(bytes.len())].to_vec(), Duration::ZERO);
        for cut in 0..whole.len() {
            let error =
                wallets_of(&url, Duration::from_secs(5)).expect_err(&format!("cut at {cut}: {whole}"));
            assert!(matches!(error.kind(), ErrorKind::Network(_)), "cut at {cut}: {error}");
            assert_eq!(error.delivery(), Delivery::Unknown, "cut at {cut}");
        }
        assert_eq!(wallets_of(&url, Duration::from_secs(5)).unwrap(), 0, "uncut it is an answer");
    }
}

#[test]
fn a_create_whose_answer_is_cut_is_found_by_reading_and_never_sent_again() {
    let (server, session) = sandbox(&["create_order=cut:200"]);
    let adapter = adapter();
    let offer = run(&adapter, &session, FindCheapest::new(Filter::new().gpu("RTX 4090"))).unwrap().unwrap();
    let rent = Rent::new(CreateOrder::on_demand(&offer, "img").ssh_key(KEY));
    let RentOutcome::Placed(placed) = run(&adapter, &session, rent).unwrap() else { panic!("not placed") };
    assert!(placed.inferred && placed.unanswered);
    let creates = server.requests().iter().filter(|seen| seen.call() == "create_order").count();
    assert_eq!((creates, server.ledger().len()), (1, 1));
    assert_eq!(server.ledger()[0].order_id, placed.order.number());
}

#[test]
fn a_redirect_is_a_final_answer_and_no_connection_reaches_its_target() {
    let sink = TcpListener::bind("127.0.0.1:0").unwrap();
    sink.set_nonblocking(true).unwrap();
    let (_server, session) = sandbox(&[&format!("*=redirect:http://{}/x", sink.local_addr().unwrap())]);
    let error = run(&adapter(), &session, Wallets).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Redirected { status: 307, .. }), "{error}");
    assert!(sink.accept().is_err(), "nobody was followed");
}

#[test]
fn a_dripping_answer_ends_at_the_total_deadline() {
    // A body that never ends (white space is no reason to give up on JSON), and a head that never does.
    let drips: [(&str, char); 2] = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{\"wallets\":[", ' '),
        ("HTTP/1.1 200 OK\r\nx-long: ", 'x'),
    ];
    for (begin, drop) in drips {
        let answer = format!("{begin}{}", drop.to_string().repeat(900)).into_bytes();
        let url = hostile(move |_| answer.clone(), Duration::from_millis(2));
        let begun = Instant::now();
        let error = wallets_of(&url, Duration::from_millis(400)).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Timeout));
        assert_eq!(error.delivery(), Delivery::Unknown);
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(390) && took < Duration::from_secs(2), "{took:?}");
    }
}

#[test]
fn a_refused_connection_is_not_claimed_to_be_never_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = wallets_of(&format!("http://{free}"), Duration::from_secs(1)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Network(_)), "{error}");
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[test]
fn a_sleep_ends_when_its_thread_is_unparked() {
    std::thread::current().unpark();
    adapter().sleep_until(Moment::NEVER);
}
