//! The connection cut at every byte of request and answer, for ten operations.
//!
//! The oracles: a cut answer is never taken for whole, a whole one is; at most one create is acted on for each that was
//! asked, and unless its answer was whole its outcome is unknown and its intent open; once a byte of a request has
//! arrived, nobody says that nothing was sent; nothing panics.

mod knife;

use super::look::Look;
use super::recorded::Recorded;
use super::table::Column;
use super::trace::Log;
use super::wire::pack;
use super::{Adapter, Setup};
use clore_core::config::Config;
use clore_core::effect::Delivery;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::set_spot_price::SetSpotPrice;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::endpoint::wallets::{BalanceOf, Wallets};
use clore_core::error::{Error, ErrorKind};
use clore_core::model::{Coin, OrderId, Rate, ServerId};
use clore_core::op::{Cancel, Plan, Reprice};
use clore_core::secret::Secret;
use core::time::Duration;
use knife::{Cut, Knife};
use std::sync::{Mutex, PoisonError};

/// Cuts every `step`-th byte (1: every byte) of request and answer of each operation. Returns how many cuts there were,
/// and which of them did not end as they must.
pub fn failures<A: Adapter>(adapter: &A, step: usize) -> (usize, Vec<String>) {
    let (done, wrong) = (Mutex::new(0), Mutex::new(Vec::new()));
    let keep = |(cuts, bad): (usize, Vec<String>)| {
        *done.lock().unwrap_or_else(PoisonError::into_inner) += cuts;
        wrong.lock().unwrap_or_else(PoisonError::into_inner).extend(bad);
    };
    let rate = || Rate::parse("900", Coin::Clore).expect("a rate");
    let wallets = r#"{"wallets":[{"name":"CLORE-Blockchain","balance":12.5},{"name":"bitcoin","balance":0.25},{"name":"USD-Blockchain","balance":3}],"code":0}"#;
    let orders = r#"{"orders":[{"id":7,"si":40,"price":24,"currency":"CLORE-Blockchain"},{"id":8,"si":41,"price":2,"currency":"bitcoin","expired":true}],"code":0}"#;
    let config = r#"{"config":{"name":"rig-01","mrl":96},"code":0}"#;
    let (servers, market) =
        (r#"{"servers":[],"code":0}"#, r#"{"market":{"exists":true,"offers":[]},"code":0}"#);
    let all = || MyOrders { include_completed: true };
    let active = || MyOrders { include_completed: false };
    let packed = if adapter.has_gzip() { gzip(orders) } else { long(orders) };
    let config_of = || ServerConfigOf::new("rig-01".to_owned());
    let bids = || SpotMarketplace::new(ServerId::new(40));
    let create = || CreateOrder::on_demand(ServerId::new(40), "image").ssh_key("ssh-ed25519 AAAA me");
    let (created, done_well) = (Column::Money.good(), Column::Cancel.good());
    let reprice = || Reprice::new(SetSpotPrice::new(OrderId::new(7), rate()));
    let knives = Knives { adapter, step };
    std::thread::scope(|scope| {
        use Kind::{Create, Read, Settled};
        scope.spawn(|| keep(knives.cut(Read, "wallets", long(wallets), || Wallets)));
        scope.spawn(|| keep(knives.cut(Read, "balance", chunked(wallets), || BalanceOf::new(Coin::Clore))));
        scope.spawn(|| keep(knives.cut(Read, "orders", long(orders), all)));
        scope.spawn(|| keep(knives.cut(Read, "orders, packed", packed, active)));
        scope.spawn(|| keep(knives.cut(Read, "server_config", long(config), config_of)));
        scope.spawn(|| keep(knives.cut(Read, "my_servers", long(servers), || MyServers)));
        scope.spawn(|| keep(knives.cut(Read, "spot_market", chunked(market), bids)));
        scope.spawn(|| keep(knives.cut(Create, "create_order", long(created), create)));
        scope.spawn(|| {
            keep(knives.cut(Settled, "cancel_order", long(done_well), || Cancel::new(OrderId::new(7))))
        });
        scope.spawn(|| keep(knives.cut(Settled, "set_spot_price", long(done_well), reprice)));
    });
    (
        done.into_inner().unwrap_or_else(PoisonError::into_inner),
        wrong.into_inner().unwrap_or_else(PoisonError::into_inner),
    )
}

/// As a CDN answers.
const HEADERS: &str = "date: Mon, 21 Sep 2026 14:16:02 GMT\r\ncontent-type: application/json; charset=utf-8\r\n\
    server: cdn\r\nstrict-transport-security: max-age=31536000; includeSubDomains\r\nvary: Accept-Encoding\r\ncache-control: no-store\r\nx-request-id: 5f1c9e77-0000-4000-8000-5f1c9e77\r\n";

/// What becomes of an operation whose exchange is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It fails.
    Read,
    /// Its outcome is unknown.
    Create,
    /// It is settled by reading, or stays unknown.
    Settled,
}

fn long(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{HEADERS}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn chunked(body: &str) -> Vec<u8> {
    let (one, other) = body.split_at(body.len() / 2);
    let pieces = format!("{:x}\r\n{one}\r\n{:x}\r\n{other}\r\n0\r\n\r\n", one.len(), other.len());
    format!("HTTP/1.1 200 OK\r\n{HEADERS}transfer-encoding: chunked\r\n\r\n{pieces}").into_bytes()
}

fn gzip(body: &str) -> Vec<u8> {
    let packed = pack(body.as_bytes());
    let head = format!(
        "HTTP/1.1 200 OK\r\n{HEADERS}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    [head.as_bytes(), &packed].concat()
}

/// Who is cut, and how densely.
struct Knives<'a, A> {
    adapter: &'a A,
    step: usize,
}

impl<A: Adapter> Knives<'_, A> {
    fn cut<P: Plan>(
        &self,
        kind: Kind,
        name: &str,
        answer: Vec<u8>,
        plan: impl Fn() -> P,
    ) -> (usize, Vec<String>) {
        let Self { adapter, step } = *self;
        let length = answer.len();
        let is_chunked = answer.ends_with(b"\r\n0\r\n\r\n");
        let knife = Knife::start(answer);
        let mut wrong = Vec::new();
        let mut client = fresh(adapter, &knife);
        // Uncut, to know how long the request is.
        let (request, uncut) = one(adapter, &client, &knife, Cut::Answer(length), &plan);
        if let Some(error) = uncut.result.err() {
            return (0, vec![format!("{}, {name}, uncut: {error}", adapter.name())]);
        }
        let in_request = (0..request).step_by(step).map(Cut::Request);
        let in_answer = (0..=length).step_by(step).chain([length.saturating_sub(1), length]).map(Cut::Answer);
        let cuts: Vec<Cut> = in_request.chain(in_answer).collect();
        for at in &cuts {
            if kind == Kind::Create {
                // An open intent stands in the way of the next create.
                client = fresh(adapter, &knife);
            }
            let (_, seen) = one(adapter, &client, &knife, *at, &plan);
            if let Err(why) = judge(adapter, &client, kind, *at, (length, is_chunked), &seen) {
                wrong.push(format!("{}, {name}, {at:?}: {why}", adapter.name()));
            }
        }
        (cuts.len(), wrong)
    }
}

fn fresh<A: Adapter>(adapter: &A, knife: &Knife) -> A::Client {
    let settings = Config::builder().base_url(knife.url()).key(Secret::new("k")).max_retries(1);
    let settings = settings.rate_limit(Duration::from_micros(1)).create_gap(Duration::from_micros(1));
    let settings = settings.grace(Duration::from_millis(60)).timeout(Duration::from_secs(10));
    adapter.client(&Setup::new(settings)).expect("a client")
}

/// What came of one cut.
struct Seen {
    result: Result<(), Error>,
    /// What the first exchange was told to have come to.
    first: Option<String>,
    acted: usize,
}

fn one<A: Adapter, P: Plan>(
    adapter: &A,
    client: &A::Client,
    knife: &Knife,
    at: Cut,
    plan: &impl Fn() -> P,
) -> (usize, Seen) {
    knife.arm(at);
    let log = Log::default();
    let result = adapter.run(client, Recorded { plan: plan(), log: log.clone() });
    let lines = log.take();
    let first = lines.iter().find(|line| *line == "end" || line.starts_with("failed") || *line == "stopped");
    let (request, acted) = knife.heard();
    (request, Seen { result: result.map(drop), first: first.cloned(), acted })
}

fn judge<A: Adapter>(
    adapter: &A,
    client: &A::Client,
    kind: Kind,
    at: Cut,
    (length, is_chunked): (usize, bool),
    seen: &Seen,
) -> Result<(), String> {
    let whole = at == Cut::Answer(length);
    let told = || format!("{:?}, first {:?}, acted on {}", seen.result, seen.first, seen.acted);
    let ended = seen.first.as_deref() == Some("end");
    // With its chunk of size zero a body in chunks is complete (RFC 9112, 8); only the last line break may be missing.
    let is_complete = is_chunked && matches!(at, Cut::Answer(bytes) if bytes + 2 >= length);
    let whole = if is_complete { ended } else { whole };
    if ended != whole {
        return Err(format!("the answer was taken for {}: {}", if ended { "whole" } else { "cut" }, told()));
    }
    let never_sent =
        seen.first.as_deref().is_some_and(|line| line.contains(&format!("{:?}", Delivery::NotSent)));
    if never_sent && at != Cut::Request(0) {
        return Err(format!("never sent, and it came: {}", told()));
    }
    match kind {
        Kind::Read if seen.result.is_ok() != whole => return Err(told()),
        Kind::Create => {
            let open = adapter.run(client, Look).map_err(|error| error.to_string())?.open().count();
            let unknown = matches!(&seen.result, Err(error) if *error.kind() == ErrorKind::OutcomeUnknown);
            let fits = if whole { seen.result.is_ok() && open == 0 } else { unknown && open == 1 };
            if seen.acted > 1 || !(fits || (never_sent && open == 0)) {
                return Err(format!("{open} open: {}", told()));
            }
        }
        Kind::Settled if whole && seen.result.is_err() => return Err(told()),
        Kind::Read | Kind::Settled => {}
    }
    Ok(())
}
