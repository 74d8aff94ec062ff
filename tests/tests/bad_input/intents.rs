//! Open intents that the service's list cannot settle by itself: named with every order they may be, and no further
//! rental until the user says which.

use clore_blocking::Client;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::ErrorKind;
use clore_core::journal::{Intent, Journal, Record};
use clore_core::model::{OrderId, ServerId};
use clore_core::op::rent::{AttributeIntent, CloseIntent, RentOutcome, Settlement};
use clore_core::secret::Secret;
use clore_journal::FileJournal;
use clore_sandbox::{Options, Server};
use clore_tests::hurried;
use core::time::Duration;
use std::path::Path;

/// An order on `server` that no journal knows of.
fn order(sandbox: &Server, server: u64) -> u64 {
    let body = format!(
        r#"{{"renting_server":{server},"type":"on-demand","currency":"CLORE-Blockchain","image":"ubuntu"}}"#
    );
    post(sandbox, "create_order", &body);
    sandbox.ledger().last().unwrap().order_id
}

fn post(sandbox: &Server, call: &str, body: &str) {
    let request = http::Request::post(format!("/v1/{call}")).header("auth", sandbox.key());
    let request = request.body(body.as_bytes().to_vec()).unwrap();
    let answer = sandbox.with(|clore| clore.handle(clore.now(), request));
    assert_eq!(answer.status(), 200);
}

fn client(sandbox: &Server, folder: &Path) -> Client {
    let journal = FileJournal::open(folder, &sandbox.url(), &Secret::new(sandbox.key())).unwrap();
    Client::builder().settings(hurried(&sandbox.url(), sandbox.key())).journal(journal).build().unwrap()
}

#[test]
fn orders_that_match_an_intent_twice_are_named_and_the_user_says_which() {
    let options = Options::new().servers(40).interval(Duration::ZERO).create_window(Duration::ZERO);
    let (sandbox, folder) = (Server::start(options, "127.0.0.1:0").unwrap(), tempfile::tempdir().unwrap());
    let free: Vec<u64> = sandbox.with(|clore| clore.free().take(2).collect());
    let client = client(&sandbox, folder.path());
    // A run that died after its create was sent.
    let journal = FileJournal::open(folder.path(), &sandbox.url(), &Secret::new(sandbox.key())).unwrap();
    let mut intent = Intent::new("torn".parse().unwrap(), "create_order");
    intent.server = Some(ServerId::new(free[0]));
    intent.base_ids = Some([].into());
    let name = intent.id.clone();
    drop(journal.record(Record::Intent(Box::new(intent))).unwrap());
    // Its order, or not: two of them match, one of which is over.
    let over = order(&sandbox, free[0]);
    post(&sandbox, "cancel_order", &format!(r#"{{"id":{over}}}"#));
    let both = [over, order(&sandbox, free[0])].map(OrderId::new);

    let settled = client.resume().unwrap();
    let [one] = &settled[..] else { panic!("{settled:?}") };
    let Settlement::Ambiguous(rows) = &one.settlement else { panic!("{one:?}") };
    let mut named: Vec<OrderId> = rows.iter().map(|row| row.id).collect();
    named.sort();
    assert_eq!(named, both);

    let rent =
        || client.rent(CreateOrder::on_demand(ServerId::new(free[1]), "image").ssh_key("ssh-rsa AAAA"));
    let error = rent().unwrap_err();
    assert_eq!((error.kind(), error.intents()), (&ErrorKind::OpenIntents, &[name.clone()][..]));
    assert!(both.iter().all(|order| error.order_ids().contains(order)), "{error}");
    assert_eq!(sandbox.ledger().len(), 2, "nothing more was rented");

    assert!(client.run(CloseIntent::new(name.clone())).is_err(), "it may have become either of them");
    client.run(AttributeIntent::new(name, both[1])).unwrap();
    assert!(client.resume().unwrap().is_empty());
    assert!(matches!(rent(), Ok(RentOutcome::Placed(_))));
}
