//! Two that rent at once, with one journal and one key: threads of one process, and processes.

use clore_blocking::Client;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::ErrorKind;
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use clore_sandbox::{CreateAnswer, Fault, Options, Server};
use clore_tests::hurried;
use clore_tests::racing::Racers;
use core::time::Duration;
use std::collections::BTreeSet;
use std::path::Path;

const RACERS: Racers = Racers { test: "a_child_that_rents", client, rent };

fn sandbox(answer: CreateAnswer) -> Server {
    let options = Options::new()
        .servers(40)
        .interval(Duration::ZERO)
        .create_window(Duration::ZERO)
        .create_answer(answer)
        // Slow enough that the other one surely comes meanwhile.
        .fault(Fault::parse("create_order=delay:0.15").unwrap());
    Server::start(options, "127.0.0.1:0").unwrap()
}

fn client(url: &str, key: &str, folder: &Path) -> Client {
    let journal = FileJournal::open(folder, url, &Secret::new(key)).unwrap();
    let settings = hurried(url, key).deadline(Duration::from_secs(30));
    Client::builder().settings(settings).journal(journal).build().unwrap()
}

/// Rents, and says in one line what came of it.
fn rent(client: &Client, server: u64) -> String {
    match client.rent(CreateOrder::on_demand(ServerId::new(server), "image").ssh_key("ssh-rsa AAAA")) {
        Ok(outcome) => match outcome.order() {
            Some(order) => format!("placed {order}"),
            None => outcome.word().to_owned(),
        },
        Err(error) => match error.kind() {
            ErrorKind::Busy => "busy".to_owned(),
            ErrorKind::EarlierPlaced => "earlier placed".to_owned(),
            ErrorKind::OpenIntents => "open intents".to_owned(),
            ErrorKind::Refused(_) => "refused".to_owned(),
            _ => format!("failed: {error}"),
        },
    }
}

/// No test by itself: the tests below run it in processes of their own.
#[test]
#[allow(clippy::print_stdout, reason = "its parent reads it")]
fn a_child_that_rents() {
    if let Some(came) = RACERS.child() {
        println!("{came}");
    }
}

fn placed(came: &[String]) -> Vec<u64> {
    came.iter().filter_map(|word| word.strip_prefix("placed ")?.parse().ok()).collect()
}

fn one_server(processes: bool) {
    for answer in [CreateAnswer::OrderId, CreateAnswer::CodeOnly] {
        let (sandbox, folder) = (sandbox(answer), tempfile::tempdir().unwrap());
        let server = sandbox.with(|clore| clore.free().next()).unwrap();
        let came = RACERS.at_once(&sandbox, folder.path(), &[server, server, server], processes);
        let ledger: Vec<u64> = sandbox.ledger().iter().map(|rental| rental.order_id).collect();
        assert_eq!(ledger.len(), 1, "{answer:?}: {came:?}");
        assert_eq!(placed(&came), ledger, "{answer:?}: told once and to one: {came:?}");
        let lost = |word: &&String| matches!(word.as_str(), "busy" | "earlier placed" | "refused");
        assert_eq!(came.iter().filter(lost).count(), 2, "{answer:?}: {came:?}");
        let settled = client(&sandbox.url(), sandbox.key(), folder.path()).resume().unwrap();
        assert!(settled.is_empty(), "nothing stays open: {settled:?}");
    }
}

fn two_servers(processes: bool) {
    for answer in [CreateAnswer::OrderId, CreateAnswer::CodeOnly] {
        let (sandbox, folder) = (sandbox(answer), tempfile::tempdir().unwrap());
        let servers: Vec<u64> = sandbox.with(|clore| clore.free().take(2).collect());
        let came = RACERS.at_once(&sandbox, folder.path(), &servers, processes);
        for (server, came) in servers.iter().zip(&came) {
            let order = placed(std::slice::from_ref(came)).first().copied();
            let rental = sandbox.ledger().into_iter().find(|rental| rental.server_id == *server);
            assert_eq!(order, rental.map(|rental| rental.order_id), "{answer:?}: {came}");
        }
        let told: BTreeSet<u64> = placed(&came).into_iter().collect();
        assert_eq!((told.len(), sandbox.ledger().len()), (2, 2), "{answer:?}: {came:?}");
    }
}

#[test]
fn threads_that_rent_one_server_at_once_get_one_order() {
    one_server(false);
}

#[test]
fn processes_that_rent_one_server_at_once_get_one_order() {
    one_server(true);
}

#[test]
fn threads_that_rent_two_servers_at_once_get_an_order_each() {
    two_servers(false);
}

#[test]
fn processes_that_rent_two_servers_at_once_get_an_order_each() {
    two_servers(true);
}
