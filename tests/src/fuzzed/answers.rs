//! Bodies: read alike in all chunkings, nothing invented, no record lost without a word.

use clore_core::endpoint::gigaspot::GetGigaspot;
use clore_core::endpoint::marketplace::Marketplace;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::endpoint::my_servers::MyServers;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::endpoint::wallets::Wallets;
use clore_core::endpoint::{Answer, Endpoint, Reader};
use clore_core::flow::Flow;
use clore_core::limits::Caps;
use clore_core::model::ServerId;
use clore_core::wire::envelope::{Judged, judge};
use clore_core::wire::records::Splitter;
use core::fmt::Debug;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object's fields as another decoder has them; `None`: it is no JSON object.
fn fields(body: &[u8]) -> Option<BTreeMap<String, Box<RawValue>>> {
    serde_json::from_slice(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).ok()
}

/// A success as another decoder has it: its code is 0, and the list `name` has as many records as were `read` or
/// `skipped`. A document that is no JSON is one only because of a record, which was skipped then.
fn check(body: &[u8], name: &str, read: usize, skipped: usize) {
    let Some(mut fields) = fields(body) else {
        assert!(skipped > 0, "no JSON, and nothing was skipped");
        return;
    };
    let code = fields.get("code").expect("a success has a code").get();
    assert_eq!(code.trim_matches('"').trim().parse::<f64>(), Ok(0.0), "and it is 0");
    let list = fields.remove(name).expect("a list that was read is there");
    let list: Vec<Box<RawValue>> = serde_json::from_str(list.get()).expect("it is a list");
    assert_eq!(list.len(), read + skipped);
}

fn pushed<E: Endpoint>(endpoint: &E, chunks: impl Iterator<Item = Vec<u8>>) -> Answer<E::Output> {
    let mut reader = endpoint.reader(&Caps::default());
    for chunk in chunks {
        if reader.push(&chunk) == Flow::Stop {
            break;
        }
    }
    reader.finish()
}

/// The answer, alike in all chunkings.
fn read<E: Endpoint>(endpoint: &E, body: &[u8]) -> Answer<E::Output>
where
    E::Output: Debug,
{
    let whole = pushed(endpoint, core::iter::once(body.to_vec()));
    let told = format!("{whole:?}");
    for size in [1, 2, 7, 64] {
        let chunked = pushed(endpoint, body.chunks(size).map(<[u8]>::to_vec));
        assert_eq!(format!("{chunked:?}"), told, "in chunks of {size}");
    }
    whole
}

/// The envelope alone.
pub fn envelope(body: &[u8]) {
    if let Judged::Success(judged) | Judged::SuccessWithError(_, judged) = judge(body, &Caps::default()) {
        let known = fields(body).expect("an envelope is an object");
        for (name, raw) in known {
            assert_eq!(judged.raw(&name), Some(raw.get()), "{name}");
        }
    }
}

/// The marketplace.
pub fn market(body: &[u8]) {
    if let Answer::Value(market) = read(&Marketplace::new().include_rented(true), body) {
        check(body, "servers", market.servers.len(), market.skipped.count);
        assert_eq!(market.servers.len() + market.skipped.count, market.records);
    }
}

/// The list of orders.
pub fn orders(body: &[u8]) {
    if let Answer::Value(list) = read(&MyOrders::default(), body) {
        check(body, "orders", list.orders.len(), list.unparsed.count);
        for order in &list.orders {
            // What may be billing can be named.
            assert!(list.order(order.id).is_some());
        }
    }
}

/// The list of hosted servers.
pub fn hosted(body: &[u8]) {
    if let Answer::Value(list) = read(&MyServers, body) {
        check(body, "servers", list.servers.len(), list.skipped.count);
    }
}

/// The wallets.
pub fn wallets(body: &[u8]) {
    if let Answer::Value(list) = read(&Wallets, body) {
        check(body, "wallets", list.wallets.len(), list.skipped.count);
    }
}

/// The bids on a server.
pub fn spot(body: &[u8]) {
    let _ = read(&SpotMarketplace::new(ServerId::new(7)), body);
}

/// The account's side of the gigaspot market.
pub fn gigaspot(body: &[u8]) {
    let _ = read(&GetGigaspot, body);
}

/// The splitter: every record it hands over is a JSON value that stands in the list, in order.
pub fn records(body: &[u8]) {
    let caps = Caps::default();
    let mut found = Vec::new();
    let mut splitter = Splitter::new("rows", &caps);
    let flow = splitter.push(body, &mut |record| found.push(record.bytes.to_vec()));
    let finished = splitter.finish();
    let (Flow::Continue, Ok(_), Some(fields)) = (flow, finished, fields(body)) else { return };
    let Some(list) = fields.get("rows") else { return };
    let Ok(list) = serde_json::from_str::<Vec<Box<RawValue>>>(list.get()) else { return };
    assert_eq!(found.len(), list.len());
    for (record, value) in found.iter().zip(&list) {
        assert_eq!(record.trim_ascii(), value.get().trim().as_bytes());
    }
}
