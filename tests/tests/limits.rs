//! Limits over threads and processes that share one journal, and over a disk that fills up.

use clore_blocking::Client;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::ErrorKind;
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_core::spending::Limits;
use clore_journal::FileJournal;
use clore_sandbox::{Fault, Options, Server};
use clore_tests::hurried;
use clore_tests::racing::Racers;
use core::time::Duration;
use std::path::Path;

const RACERS: Racers = Racers { test: "a_child_that_rents_within_a_limit", client, rent };

fn sandbox() -> Server {
    let options = Options::new()
        .servers(40)
        .interval(Duration::ZERO)
        .create_window(Duration::ZERO)
        // Slow enough that the others surely come meanwhile.
        .fault(Fault::parse("create_order=delay:0.15").unwrap());
    Server::start(options, "127.0.0.1:0").unwrap()
}

/// Rents within a limit of two open orders.
fn client(url: &str, key: &str, folder: &Path) -> Client {
    let journal = FileJournal::open(folder, url, &Secret::new(key)).unwrap();
    let settings =
        hurried(url, key).deadline(Duration::from_secs(30)).limits(Limits::new().max_open_orders(2));
    Client::builder().settings(settings).journal(journal).build().unwrap()
}

/// Rents, and says in one line what came of it.
fn rent(client: &Client, server: u64) -> String {
    match client.rent(CreateOrder::on_demand(ServerId::new(server), "image").ssh_key("ssh-rsa AAAA")) {
        Ok(outcome) => outcome.word().to_owned(),
        Err(error) => match error.kind() {
            ErrorKind::Limit(_) => "limited".to_owned(),
            _ => format!("failed: {error}"),
        },
    }
}

/// No test by itself: the tests below run it in processes of their own.
#[test]
#[allow(clippy::print_stdout, reason = "its parent reads it")]
fn a_child_that_rents_within_a_limit() {
    if let Some(came) = RACERS.child() {
        println!("{came}");
    }
}

/// One slot is taken; four want the last one, each on a server of its own.
fn last_slot(processes: bool) {
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let servers: Vec<u64> = sandbox.with(|clore| clore.free().take(5).collect());
    let first = rent(&client(&sandbox.url(), sandbox.key(), folder.path()), servers[0]);
    assert_eq!(first, "placed");
    let mut came = RACERS.at_once(&sandbox, folder.path(), &servers[1..], processes);
    came.sort_unstable();
    assert_eq!(came, ["limited", "limited", "limited", "placed"]);
    assert_eq!(sandbox.ledger().len(), 2);
}

#[test]
fn of_threads_that_race_for_the_last_slot_of_a_limit_one_gets_in() {
    last_slot(false);
}

#[test]
fn of_processes_that_race_for_the_last_slot_of_a_limit_one_gets_in() {
    last_slot(true);
}
