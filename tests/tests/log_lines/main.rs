//! No line logged at any level, by one of the three adapters or an HTTP library below it, holds a secret; and nothing
//! panics, so that there is no panic's message to hold one.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod lines;

use clore_core::config::ConfigBuilder;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::wallets::Wallets;
use clore_core::op::rent::{Rent, Resume};
use clore_sandbox::{Fault, Options, Server};
use clore_tests::canary::{self, KEY, is_clean};
use clore_tests::hurried;
use core::time::Duration;

/// What the library below `clore-blocking` writes at this level: the bytes of every request and answer as they are. No
/// setting of it switches that off, so the feature `mute-wire-log` compiles the level out (SECURITY.md, "What is not").
const WIRE_DUMPS: &str = "ureq_proto::util TRACE";

/// Every secret here is the caller's: the library below `clore-blocking` also shows the heads of answers as they came.
const FAULTS: [&[&str]; 6] = [
    &[],
    &["create_order=lose", "wallets=status:502"],
    &["create_order=garbage", "wallets=cut:9"],
    &["create_order=status:403", "my_orders#2=status:500"],
    &["create_order#1=code5"],
    &["wallets=redirect:https://elsewhere.invalid/"],
];

fn service(faults: &[&str]) -> Server {
    let options = Options::new().servers(40).key(KEY).interval(Duration::ZERO).create_window(Duration::ZERO);
    let options = faults.iter().fold(options, |options, fault| options.fault(Fault::parse(fault).unwrap()));
    Server::start(options, "127.0.0.1:0").unwrap()
}

/// The same calls by each adapter: reads, a plain create, a rental, and what settles it.
fn on_all_adapters(settings: &ConfigBuilder, free: u64) {
    let rent = || Rent::new(canary::order(free));
    let client = clore_blocking::Client::builder().settings(settings.clone()).build().unwrap();
    let _ = (client.run(Wallets), client.run(canary::order(free)), client.run(rent()));
    let _ = (client.run(Resume::new()), client.run(MyOrders { include_completed: true }));

    let client = clore_tokio::Client::builder().settings(settings.clone()).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let _ = (client.run(Wallets).await, client.run(canary::order(free)).await, client.run(rent()).await);
        let _ = (client.run(Resume::new()).await, client.run(MyOrders { include_completed: true }).await);
    });

    let client = clore_async_std::Client::builder().settings(settings.clone()).build().unwrap();
    async_std::task::block_on(async {
        let _ = (client.run(Wallets).await, client.run(canary::order(free)).await, client.run(rent()).await);
        let _ = (client.run(Resume::new()).await, client.run(MyOrders { include_completed: true }).await);
    });
}

#[test]
fn no_line_logged_by_any_adapter_shows_a_secret_and_nothing_panics() {
    lines::listen();
    for faults in FAULTS {
        let server = service(faults);
        let free = server.with(|clore| clore.free().next()).unwrap();
        on_all_adapters(&hurried(&server.url(), KEY), free);
    }
    let heard = lines::heard();
    // Of each adapter its spans, one a call; the events within are told by the crate that the adapters share.
    for (target, least) in
        [("clore_blocking", 30), ("clore_tokio", 30), ("clore_async_std", 30), ("clore_adapter", 150)]
    {
        let lines = heard.iter().filter(|line| line.starts_with(target)).count();
        assert!(lines >= least, "{target}: {lines} lines");
    }
    assert!(heard.iter().any(|line| line.starts_with("ureq")), "the libraries below are heard too");
    assert!(heard.iter().any(|line| line.contains("create_order")), "the spending calls are among them");
    let (dumps, rest): (Vec<_>, Vec<_>) = heard.iter().partition(|line| line.starts_with(WIRE_DUMPS));
    is_clean("a line", &rest.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n"));
    if log::STATIC_MAX_LEVEL == log::LevelFilter::Trace {
        assert!(!dumps.is_empty(), "the library below no longer dumps its bytes: strike the exception");
    } else {
        assert!(dumps.is_empty(), "compiled out and written all the same");
    }
    let panics: Vec<_> = heard.iter().filter(|line| line.starts_with("PANIC")).collect();
    assert!(panics.is_empty(), "{panics:?}");
}

/// Whoever takes the blocking client as it is has no TRACE of the crate `log` at all.
#[test]
#[cfg(feature = "mute-wire-log")]
fn by_default_the_level_of_the_dump_is_compiled_out() {
    assert_eq!(log::STATIC_MAX_LEVEL, log::LevelFilter::Debug);
}
