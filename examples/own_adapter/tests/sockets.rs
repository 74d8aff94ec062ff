//! What the example on bare sockets promises: its length, its flow against the ledger, and its manners on bad answers.

use clore_core::config::Config;
use clore_core::effect::Delivery;
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::{Error, ErrorKind, FailureKind};
use clore_core::journal::MemoryJournal;
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_sandbox::{Options, Server};
use own_adapter::sockets::Sockets;
use own_adapter::walk::{Walked, run, walk};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn adapter() -> Sockets {
    Sockets(Instant::now(), MemoryJournal::new())
}

fn session(url: &str, key: &str, timeout: Duration, attempts: u32) -> Session {
    let config = Config::builder().base_url(url).key(Secret::new(key)).rate_limit(Duration::from_millis(5));
    let config = config.create_gap(Duration::from_millis(20)).max_retries(attempts).timeout(timeout);
    Session::new(config.build().unwrap())
}

/// Answers each connection with the bytes that `answer` makes of its number, pausing after every one of them.
fn hostile(answer: impl Fn(usize) -> Vec<u8> + Send + 'static, pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut seen = Vec::new();
            while !seen.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                seen.push(byte[0]);
            }
            let bytes = answer(number);
            for piece in bytes.chunks(if pause.is_zero() { bytes.len().max(1) } else { 1 }) {
                if stream.write_all(piece).is_err() {
                    break;
                }
                std::thread::sleep(pause);
            }
        }
    });
    url
}

fn wallets(url: &str, timeout: Duration) -> Result<usize, Error> {
    run(&adapter(), &session(url, "k", timeout, 1), Wallets).map(|read| read.wallets.len())
}

const SOON: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(5);

#[test]
fn the_adapter_on_bare_sockets_has_fewer_than_100_lines_of_code() {
    let code = include_str!("../src/sockets.rs").lines().map(str::trim);
    let code = code.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    assert!((60..100).contains(&code), "{code} lines");
}

#[test]
fn a_rental_goes_from_search_to_cancel_over_bare_sockets() {
    let server = Server::builder(Options::new().servers(60)).speed(400.0).start("127.0.0.1:0").unwrap();
    let session = session(&server.url(), server.key(), LONG, 3);
    let Walked::Done(order) =
        walk(&adapter(), &session, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE me").unwrap()
    else {
        panic!("not walked to the end")
    };
    let ledger = server.ledger();
    assert_eq!((ledger.len(), ledger[0].order_id, ledger[0].is_open()), (1, order.id.number(), false));
}

#[test]
fn a_body_or_chunk_cut_anywhere_is_a_failure_and_never_a_success() {
    const BODY: &str = r#"{"wallets":[],"code":0}"#;
    let length = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    let (one, two) = BODY.split_at(9);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:X};x=y\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    for whole in [length, chunked] {
        let bytes = whole.clone().into_bytes();
        let url = hostile(move |cut| bytes[..cut.min(bytes.len())].to_vec(), Duration::ZERO);
        for cut in 0..whole.len() {
            let error = wallets(&url, LONG).expect_err(&format!("cut at {cut}: {whole}"));
            assert!(matches!(error.kind(), ErrorKind::Network(_)), "cut at {cut}: {error}");
            assert_eq!(error.delivery(), Delivery::Unknown, "cut at {cut}");
        }
        assert_eq!(wallets(&url, LONG).unwrap(), 0, "uncut it is an answer");
    }
}

#[test]
fn a_drip_beyond_the_deadline_ends_at_it_in_head_body_and_chunk() {
    for begin in [
        "HTTP/1.1 200 OK\r\nx-long: ",
        "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{\"wallets\":[",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfff\r\n{\"wallets\":[",
    ] {
        let answer = format!("{begin}{}", " ".repeat(900)).into_bytes();
        let url = hostile(move |_| answer.clone(), Duration::from_millis(2));
        let begun = Instant::now();
        let error = wallets(&url, SOON).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Timeout), "{begin}");
        assert_eq!(error.delivery(), Delivery::Unknown);
        let took = begun.elapsed();
        assert!(took >= Duration::from_millis(390) && took < Duration::from_millis(1_500), "{took:?}");
    }
}

#[test]
fn an_answer_that_is_not_http_or_has_no_length_is_a_failure() {
    for odd in ["hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n{\"wallets\":[],\"code\":0}"]
    {
        let url = hostile(move |_| odd.as_bytes().to_vec(), Duration::ZERO);
        assert!(matches!(wallets(&url, LONG).unwrap_err().kind(), ErrorKind::Network(_)), "{odd}");
    }
}

#[test]
fn a_refused_connection_and_https_are_never_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{free}"), format!("https://{free}")] {
        assert_eq!(wallets(&url, LONG).unwrap_err().delivery(), Delivery::NotSent, "{url}");
    }
}

#[test]
fn core_refuses_to_send_the_key_over_plain_http_to_another_host() {
    let config = Config::builder().base_url("http://clore.example").key(Secret::new("k"));
    assert!(config.build().is_err());
}
