//! Scripted faults over raw sockets: what a client really sees of each.

mod raw;

use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use clore_sandbox::{Fault, Options};
use raw::{code, connect, create, faulty, get, one_answer, start, to_the_end};
use serde_json::{Value, json};

#[test]
fn lose_rents_and_closes_without_a_byte() {
    let server = faulty("create_order#1=lose");
    assert!(to_the_end(&server, &create(&server)).is_empty());
    assert_eq!(server.ledger().len(), 1);
    let server = faulty("create_order#1=lose-before");
    assert!(to_the_end(&server, &create(&server)).is_empty());
    assert!(server.ledger().is_empty());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn cut_breaks_the_answer_off_after_exactly_so_many_bytes() {
    let mut stream_of = 0;
    for count in [0, 1, 12, 100, 200] {
        let server = faulty(&format!("create_order=cut:{count}"));
        let answer = to_the_end(&server, &create(&server));
        assert_eq!(answer.len(), count);
        assert!(b"HTTP/1.1 200 OK\r\n".starts_with(&answer[..count.min(17)]));
        assert_eq!(server.ledger().len(), 1, "it is committed");
        stream_of += 1;
    }
    assert_eq!(stream_of, 5);
}

#[test]
fn garbage_comes_as_html_or_not_even_as_http() {
    let server = faulty("create_order=garbage");
    let mut stream = connect(&server);
    stream.write_all(create(&server).as_bytes()).expect("sent");
    let (head, body) = one_answer(&mut stream);
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/html"));
    assert!(body.starts_with(b"<html>"));
    let server = faulty("create_order=garbage:raw");
    assert!(!to_the_end(&server, &create(&server)).starts_with(b"HTTP"));
    assert_eq!(server.ledger().len(), 1);
}

#[test]
fn status_code5_and_redirect_are_seen_as_such() {
    for (fault, starts, holds) in [
        ("status:503", "HTTP/1.1 503 Service Unavailable", "<html>"),
        ("code5", "HTTP/1.1 429 Too Many Requests", "{\"code\":5}"),
        ("redirect:http://192.0.2.1/", "HTTP/1.1 307 Temporary Redirect", "location: http://192.0.2.1/"),
    ] {
        let server = faulty(&format!("create_order={fault}"));
        let mut stream = connect(&server);
        stream.write_all(create(&server).as_bytes()).expect("sent");
        let (head, body) = one_answer(&mut stream);
        let whole = head + &String::from_utf8_lossy(&body);
        assert!(whole.starts_with(starts) && whole.contains(holds), "{whole}");
        assert!(server.ledger().is_empty());
    }
}

#[test]
fn hang_says_nothing_while_others_are_served() {
    let server = faulty("create_order=hang");
    let mut hanging = connect(&server);
    hanging.write_all(create(&server).as_bytes()).expect("sent");
    while server.requests().is_empty() {
        thread::yield_now();
    }
    hanging.set_read_timeout(Some(Duration::from_millis(30))).expect("set");
    assert!(hanging.read(&mut [0]).is_err(), "nothing comes");
    assert!(server.ledger().is_empty());
    let mut other = connect(&server);
    other.write_all(get(&server, "wallets", "").as_bytes()).expect("sent");
    assert_eq!(code(&one_answer(&mut other).1), 0);
}

#[test]
fn delay_commits_first_and_holds_up_nobody_else() {
    let server = faulty("create_order=delay:0.04");
    let mut slow = connect(&server);
    let started = Instant::now();
    slow.write_all(create(&server).as_bytes()).expect("sent");
    while server.ledger().is_empty() {
        thread::yield_now();
    }
    assert_eq!(code(&one_answer(&mut slow).1), 0);
    assert!(started.elapsed() >= Duration::from_millis(40));
}

#[test]
fn odd_and_lag_are_seen_over_the_socket() {
    let server = start(Options::new());
    server.fault(Fault::parse("create_order#1=lag:600").expect("a fault"));
    server.fault(Fault::parse("my_orders#2=odd:null").expect("a fault"));
    let mut stream = connect(&server);
    let mut ask = |bytes: String| -> Value {
        stream.write_all(bytes.as_bytes()).expect("sent");
        serde_json::from_slice(&one_answer(&mut stream).1).expect("JSON")
    };
    assert_eq!(ask(create(&server))["code"], 0);
    assert_eq!(ask(get(&server, "my_orders", ""))["orders"], json!([]));
    assert_eq!(ask(get(&server, "my_orders", ""))["orders"], json!([null]));
    server.advance(Duration::from_secs(600));
    assert_eq!(ask(get(&server, "my_orders", ""))["orders"].as_array().map(Vec::len), Some(1));
}
