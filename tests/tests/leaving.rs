//! What a client leaves behind when the last one of it is dropped: nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clore_blocking::Client;
use clore_core::endpoint::wallets::Wallets;
use clore_tests::counting::Counting;
use clore_tests::hurried;
use core::time::Duration;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Tells the child below where the server is.
const CHILD: &str = "CLORE_TESTS_LEAVE";

/// Threads of this process, where the system tells.
fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

/// No test by itself: the test below runs it in a process of its own.
#[test]
#[allow(clippy::print_stdout, reason = "its parent reads it")]
fn a_child_that_drops_its_clients() {
    let Ok(url) = std::env::var(CHILD) else { return };
    let before = threads();
    let client = Client::builder()
        .settings(hurried(&url, "key").rate_limit(Duration::from_secs(3_600)))
        .build()
        .unwrap();
    let clone = client.clone();
    let _ = client.send(Wallets);
    // Its turn is an hour away, past its deadline; then everybody pauses for a day.
    assert!(clone.send(Wallets).is_err());
    client.session().gate().hold(client.now(), Duration::from_secs(86_400));
    drop((client, clone));
    assert_eq!(threads(), before, "a thread was left");
    println!("dropped");
}

/// Reliability T11: a timer of the TypeScript client's queue kept the process alive for 3 s after its last call.
#[test]
fn client_drop_leaves_nothing_running() {
    let server = Counting::start();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_that_drops_its_clients", "--nocapture", "--test-threads=1"])
        .env(CHILD, server.url())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("dropped")), "it did not come to the end");
    let dropped = Instant::now();
    assert!(child.wait().unwrap().success());
    assert!(dropped.elapsed() < Duration::from_secs(1), "it went on for {:?}", dropped.elapsed());
    assert_eq!(server.arrivals().len(), 1);
}
