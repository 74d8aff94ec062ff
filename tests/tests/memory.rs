//! Memory: a body without an end, and one that unpacks to more than fits, cost at most their cap and a quarter. Counted by
//! the allocator, which copies a block that grows, as the worst of them do.
//!
//! One test alone, for nothing else may allocate beside it. The server's bytes were made before.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

use clore_core::endpoint::marketplace::{Marketplace, Search};
use clore_core::endpoint::my_orders::{MyOrders, Sightings};
use clore_core::endpoint::renter_fees::RenterFees;
use clore_core::endpoint::wallets::Wallets;
use clore_core::endpoint::{Beside, Endpoint, Raw, Reader};
use clore_core::flow::Flow;
use clore_core::limits::Caps;
use clore_core::op::Plan;
use clore_core::search::Filter;
use clore_tests::conformance::adapters::{AsyncStd, Blocking, Own, Tokio};
use clore_tests::conformance::{Adapter, Setup};
use clore_tests::hurried;
use flate2::{Compress, Compression, FlushCompress};
use peak_alloc::PeakAlloc;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;
/// The caps are the defaults.
const LIST: usize = 64 * MIB;
const ANSWER: usize = 4 * MIB;

/// A body: how it begins, and what comes again and again.
struct Endless {
    name: &'static str,
    start: &'static str,
    again: Vec<u8>,
}

fn endless(name: &'static str, start: &'static str, again: &str) -> Endless {
    Endless { name, start, again: again.repeat((64 << 10) / again.len() + 1).into_bytes() }
}

fn bodies() -> [Endless; 12] {
    let server = r#"{"id":7,"mrl":73,"price":{"on_demand":{"bitcoin":0.0000024,"CLORE-Blockchain":31.5}},"rented":false,"specs":{"mb":"X99","cpu":"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz","cpus":"14/28","ram":62.68,"gpu":"4x NVIDIA GeForce RTX 3090","gpuram":24,"net":{"up":93.1,"down":95.5,"cc":"DE"},"pl":[350,350,350,350]},"allowed_coins":["bitcoin","CLORE-Blockchain"],"reliability":0.9971},"#;
    [
        endless("blanks", r#"{"code":0,"servers":["#, " "),
        endless("the smallest servers", r#"{"code":0,"servers":["#, r#"{"id":1},"#),
        endless("good servers", r#"{"code":0,"servers":["#, server),
        endless(
            "servers of many watts",
            r#"{"code":0,"servers":["#,
            &format!(r#"{{"id":1,"specs":{{"pl":[{}1]}}}},"#, "1,".repeat(5_000)),
        ),
        endless("servers of one coin", r#"{"code":0,"servers":["#, r#"{"id":1,"price":{"spot":{"a":1}}},"#),
        endless(
            "orders of many hosts",
            r#"{"code":0,"orders":["#,
            &format!(r#"{{"id":1,"si":2,"pub_cluster":[{}"h"]}},"#, "\"h\",".repeat(5_000)),
        ),
        endless("odd servers", r#"{"code":0,"servers":["#, "7,"),
        endless("a text in a server", r#"{"code":0,"servers":[{"id":1,"x":""#, "a"),
        endless("the smallest orders", r#"{"code":0,"orders":["#, r#"{"id":1,"si":2},"#),
        endless("the smallest wallets", r#"{"code":0,"wallets":["#, r#"{"name":"a"},"#),
        endless("a text beside the list", r#"{"code":0,"x":""#, "a"),
        endless("an error", r#"{"code":6,"error":""#, "e"),
    ]
}

/// By how much memory grew at most while `work` was done.
fn growth<T>(work: impl FnOnce() -> T) -> usize {
    PEAK.reset_peak_usage();
    let before = PEAK.current_usage();
    let done = work();
    let most = PEAK.peak_usage().saturating_sub(before);
    drop(done);
    most
}

/// What is over its cap and a quarter.
#[derive(Default)]
struct Report {
    over: Vec<String>,
}

impl Report {
    fn add(&mut self, what: &str, cap: usize, grew: usize) {
        let percent = grew * 100 / cap;
        println!("{percent:>4} % of {:>3} MiB  {what}", cap / MIB);
        if percent > 125 {
            self.over.push(format!("{what}: {percent} %"));
        }
    }
}

/// Core alone.
fn read<E: Endpoint>(report: &mut Report, endpoint: &E, name: &str, cap: usize) {
    for body in bodies() {
        let caps = Caps::default();
        let mut pushed = 0;
        let grew = growth(|| {
            let mut reader = endpoint.reader(&caps);
            let mut flow = reader.push(body.start.as_bytes());
            while flow == Flow::Continue && pushed < 8 * cap {
                flow = reader.push(&body.again);
                pushed += body.again.len();
            }
            assert!(flow == Flow::Stop, "{name}, {}: it has no end", body.name);
            reader.finish()
        });
        report.add(&format!("core, {name}: {}", body.name), cap, grew);
    }
}

/// A server that answers with this head and start, and then with the same for ever, or with nothing more.
fn serve(head: String, start: Vec<u8>, again: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let bytes = Arc::new(([head.into_bytes(), start].concat(), again));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let bytes = Arc::clone(&bytes);
            std::thread::spawn(move || {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request);
                let mut sent = stream.write_all(&bytes.0);
                while sent.is_ok() && !bytes.1.is_empty() {
                    sent = stream.write_all(&bytes.1);
                }
            });
        }
    });
    url
}

fn plain(body: Endless) -> String {
    serve("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".into(), body.start.into(), body.again)
}

/// The same packed: each block unpacks to a mebibyte, and to a thousandth of that for the last ones.
fn bomb(body: &Endless) -> String {
    let mut packer = Compress::new(Compression::best(), false);
    let mut pack = |bytes: &[u8]| {
        let mut packed = Vec::with_capacity(256 << 10);
        packer.compress_vec(bytes, &mut packed, FlushCompress::Full).unwrap();
        packed
    };
    // A full flush forgets what came before, so each block packs to the same bytes.
    let (start, first, again) = (pack(body.start.as_bytes()), pack(&body.again), pack(&body.again));
    let magic = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-encoding: gzip\r\n\r\n".into();
    serve(head, [magic, start, first].concat(), again)
}

/// Through an adapter and a socket. What a call costs of which core keeps nothing is measured and taken off: the buffers
/// of the connection and of its HTTP library, the thread of the server.
fn call<A: Adapter, P: Plan + Clone>(report: &mut Report, adapter: &A, plan: &P, name: &str, cap: usize) {
    let client = |url: &str| adapter.client(&Setup::new(hurried(url, "key"))).unwrap();
    let blanks = || endless("blanks", r#"{"servers":["#, " ");
    let market = Marketplace::new().include_rented(true);
    let nothing =
        |url: &str| growth(|| assert!(adapter.run(&client(url), market.clone()).is_err(), "it has no end"));
    for is_packed in [false, true].into_iter().filter(|packed| !packed || adapter.has_gzip()) {
        let url = |body: Endless| if is_packed { bomb(&body) } else { plain(body) };
        let kept_nothing = url(blanks());
        nothing(&kept_nothing);
        let fixed = nothing(&kept_nothing);
        println!("{:>5} KiB {}, packed: {is_packed}: with nothing kept", fixed >> 10, adapter.name());
        for body in bodies() {
            let what = format!("{}, {name}: {}, packed: {is_packed}", adapter.name(), body.name);
            let client = client(&url(body));
            // A raw answer that ends at its cap, and any other, is an error: it had no end.
            let grew =
                growth(|| assert!(adapter.run(&client, plan.clone()).is_err(), "{what}: it has no end"));
            report.add(&what, cap, grew.saturating_sub(fixed));
        }
    }
}

fn calls<A: Adapter>(report: &mut Report, adapter: &A) {
    call(report, adapter, &Marketplace::new().include_rented(true), "the market", LIST);
    call(report, adapter, &RenterFees, "a whole answer", ANSWER);
    call(report, adapter, &Raw(RenterFees), "raw", LIST);
}

#[test]
fn bodies_without_an_end_and_bombs_cost_at_most_their_cap_and_a_quarter() {
    let mut report = Report::default();
    read(&mut report, &Marketplace::new().include_rented(true), "the market", LIST);
    read(&mut report, &Search::new(Filter::new()), "a search", LIST);
    read(&mut report, &MyOrders::default(), "the orders", LIST);
    // Its cap is the one that renting's rules name.
    read(&mut report, &Sightings::new(), "the orders as evidence", 64 * MIB);
    read(&mut report, &Wallets, "the wallets", ANSWER);
    read(&mut report, &RenterFees, "a whole answer", ANSWER);
    read(&mut report, &Raw(RenterFees), "raw", LIST);
    read(&mut report, &Beside(RenterFees), "a whole answer and its bytes", LIST);
    calls(&mut report, &Blocking);
    calls(&mut report, &Tokio::default());
    calls(&mut report, &AsyncStd);
    calls(&mut report, &Own);
    assert!(report.over.is_empty(), "{:#?}", report.over);
}
