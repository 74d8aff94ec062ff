//! The server over raw sockets: connections, bodies, packing, what is no HTTP, and the clock.

mod raw;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use clore_sandbox::{Fault, Options, Server};
use raw::{code, connect, faulty, get, one_answer, start, to_the_end};

#[test]
fn a_connection_carries_many_requests() {
    let server = start(Options::new());
    let mut stream = connect(&server);
    for path in ["wallets", "marketplace", "my_orders", "nothing"] {
        stream.write_all(get(&server, path, "").as_bytes()).expect("sent");
        let (head, body) = one_answer(&mut stream);
        assert!(head.contains("\r\ndate: ") && !head.contains("connection: close"), "{head}");
        assert_eq!(code(&body), if path == "nothing" { 4 } else { 0 });
    }
    // Two at once are answered one after the other.
    let both = get(&server, "wallets", "") + &get(&server, "my_orders", "");
    stream.write_all(both.as_bytes()).expect("sent");
    assert!(one_answer(&mut stream).1.starts_with(b"{\"wallets\""));
    assert!(one_answer(&mut stream).1.starts_with(b"{\"orders\""));
    assert_eq!((server.connections(), server.requests().len()), (1, 6));
}

#[test]
fn a_connection_ends_when_the_client_says_so_or_speaks_1_0() {
    let server = start(Options::new());
    let answer = to_the_end(&server, &get(&server, "wallets", "Connection: Close\r\n"));
    assert!(String::from_utf8_lossy(&answer).contains("connection: close"));
    let old = get(&server, "wallets", "").replace("HTTP/1.1", "HTTP/1.0");
    assert!(to_the_end(&server, &old).ends_with(b"\"code\":0}"));
}

#[test]
fn bodies_come_by_length_or_in_chunks_and_byte_by_byte() {
    let server = start(Options::new());
    let body = r#"{"order_ids":[5,6]}"#;
    let (one, two) = body.split_at(7);
    let chunked = format!(
        "POST /v1/cancel_orders HTTP/1.1\r\nauth: {}\r\ntransfer-encoding: chunked\r\n\r\n{:x};x=y\r\n{one}\r\n{:X}\r\n{two}\r\n0\r\na: b\r\n\r\n",
        server.key(),
        one.len(),
        two.len()
    );
    let mut stream = connect(&server);
    stream.set_nodelay(true).expect("set");
    for byte in chunked.as_bytes() {
        stream.write_all(&[*byte]).expect("sent");
    }
    let (_, answer) = one_answer(&mut stream);
    assert_eq!(answer, br#"{"failed_to_cancel":["5","6"],"code":0}"#);
    assert_eq!(server.requests()[0].body, body.as_bytes());
    let with_body = get(&server, "wallets", "content-length: 4\r\n") + "{}{}";
    stream.write_all(with_body.as_bytes()).expect("sent");
    assert_eq!(code(&one_answer(&mut stream).1), 0, "a GET with a body");
}

#[test]
fn long_answers_are_packed_for_who_takes_that() {
    let server = start(Options::new());
    let mut stream = connect(&server);
    stream.write_all(get(&server, "marketplace", "accept-encoding: br, gzip\r\n").as_bytes()).expect("sent");
    let (head, body) = one_answer(&mut stream);
    assert!(head.contains("content-encoding: gzip"), "{head}");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(body.as_slice()).read_to_end(&mut unpacked).expect("gzip");
    assert_eq!(code(&unpacked), 0);
    for more in ["", "accept-encoding: gzip;q=0, br\r\n", "accept-encoding: identity\r\n"] {
        stream.write_all(get(&server, "marketplace", more).as_bytes()).expect("sent");
        let (head, plain) = one_answer(&mut stream);
        assert!(!head.contains("content-encoding"), "{head}");
        assert_eq!(plain, unpacked);
    }
    stream.write_all(get(&server, "my_orders", "accept-encoding: gzip\r\n").as_bytes()).expect("sent");
    assert!(!one_answer(&mut stream).0.contains("content-encoding"), "short ones are not worth it");
}

#[test]
fn what_is_no_http_is_refused_and_the_server_lives_on() {
    let server = start(Options::new());
    let head = |lines: &str| format!("POST /v1/wallets HTTP/1.1\r\n{lines}\r\n");
    for (bytes, status) in [
        ("\x16\x03\x01 hello\r\n\r\n".to_owned(), "400"),
        ("GET\r\n\r\n".to_owned(), "400"),
        (head("content-length: x\r\n"), "400"),
        (head("content-length: 5\r\ncontent-length: 6\r\n"), "400"),
        (head("content-length: 99999999999\r\n"), "413"),
        (head("content-length: 1048577\r\n"), "413"),
        (head("transfer-encoding: gzip\r\n"), "501"),
        (head("transfer-encoding: chunked\r\n") + "zz\r\n", "400"),
        (head("transfer-encoding: chunked\r\n") + "fffffff\r\n", "413"),
        (head(&"a: b\r\n".repeat(200)), "431"),
        (format!("GET / HTTP/1.1\r\na: {}", "x".repeat(64 * 1024 - 19)), "431"),
    ] {
        let answer = to_the_end(&server, &bytes);
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(60)]).into_owned();
        assert!(shown.starts_with(&format!("HTTP/1.1 {status}")), "{:.60} gave {shown}", bytes);
    }
    for torn in ["", "GET /v1/wal", "POST /v1/wallets HTTP/1.1\r\ncontent-length: 9\r\n\r\n{}"] {
        let mut stream = connect(&server);
        stream.write_all(torn.as_bytes()).expect("sent");
        stream.shutdown(std::net::Shutdown::Write).expect("shut");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an end");
        assert!(answer.is_empty());
    }
    assert!(server.requests().is_empty(), "none of these was a request");
    assert_eq!(to_the_end(&server, &get(&server, "wallets", "connection: close\r\n"))[9..12], *b"200");
}

#[test]
fn its_clock_runs_faster_when_told_and_jumps_when_moved() {
    let server =
        Server::builder(Options::new().servers(2)).speed(1000.0).start("127.0.0.1:0").expect("a server");
    let (before, started) = (server.now(), Instant::now());
    thread::sleep(Duration::from_millis(5));
    let (after, wall) = (server.now(), started.elapsed());
    assert!(after - before >= Duration::from_secs(5), "{:?}", after - before);
    assert!(after - before <= wall * 1000 + Duration::from_secs(1));
    server.advance(Duration::from_secs(86_400));
    assert!(server.now() >= after + Duration::from_secs(86_400));
    let sane =
        Server::builder(Options::new().servers(2)).speed(f64::NAN).start("127.0.0.1:0").expect("a server");
    assert!(sane.now() < Duration::from_secs(30));
}

#[test]
fn limits_are_judged_by_arrival_on_its_clock() {
    let server = Server::start(Options::new().servers(5), "127.0.0.1:0").expect("a server");
    let mut stream = connect(&server);
    for (jump, expected) in [(0, 0), (0, 5), (2, 0), (2, 0)] {
        server.advance(Duration::from_secs(jump));
        stream.write_all(get(&server, "wallets", "").as_bytes()).expect("sent");
        assert_eq!(code(&one_answer(&mut stream).1), expected);
    }
    let log = server.requests();
    assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[test]
fn many_threads_at_once_are_all_answered_and_logged_in_order() {
    let server = Arc::new(start(Options::new()));
    let threads: Vec<_> = (0..40)
        .map(|_| {
            let server = Arc::clone(&server);
            thread::spawn(move || {
                let mut stream = connect(&server);
                for _ in 0..25 {
                    stream.write_all(get(&server, "wallets", "").as_bytes()).expect("sent");
                    assert_eq!(code(&one_answer(&mut stream).1), 0);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    let log = server.requests();
    assert_eq!((log.len(), server.connections()), (1000, 40));
    assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[test]
fn dropping_it_ends_every_connection_and_frees_the_port_at_once() {
    let server = faulty("wallets=hang");
    server.fault(Fault::parse("my_orders=delay:3600").expect("a fault"));
    let address = server.address();
    assert_eq!(server.url(), format!("http://{address}"));
    let mut idle = connect(&server);
    let mut hanging = connect(&server);
    hanging.write_all(get(&server, "wallets", "").as_bytes()).expect("sent");
    let mut delayed = connect(&server);
    delayed.write_all(get(&server, "my_orders", "").as_bytes()).expect("sent");
    while server.requests().len() < 2 {
        thread::yield_now();
    }
    let started = Instant::now();
    drop(server);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    for stream in [&mut idle, &mut hanging, &mut delayed] {
        assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    }
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn a_panic_in_a_users_closure_leaves_the_server_usable() {
    let server = Arc::new(start(Options::new()));
    let other = Arc::clone(&server);
    let panicked = thread::spawn(move || other.with(|_| std::panic::resume_unwind(Box::new(()))));
    assert!(panicked.join().is_err());
    assert_eq!(to_the_end(&server, &get(&server, "wallets", "connection: close\r\n"))[9..12], *b"200");
    assert_eq!(server.requests().len(), 1);
}
