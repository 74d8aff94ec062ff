//! Lenient lists and their strict view: one odd record is reported and refused by who is strict, more than half odd is
//! a drift.

use super::Beside;
use super::create_order::CreateOrder;
use super::gigaspot::GigaspotSnapshot;
use super::marketplace::{Marketplace, Search};
use super::my_orders::{MyOrders, Sightings};
use super::my_servers::MyServers;
use super::poh_balance::PohBalance;
use super::spot_marketplace::SpotMarketplace;
use super::tests::answer;
use super::wallets::Wallets;
use crate::drive::scripted::{Scripted, both, config, ok};
use crate::error::{DecodeError, Found};
use crate::event::Event;
use crate::foreign_address::ForeignAddress;
use crate::model::{Gigaspot, GigaspotServer, OrderId, ServerId};
use crate::op::rent::Rent;
use crate::op::{Cancel, FindCheapest, FindOrder, FindServers, Glance, GuardOrders, Plan, WaitForOrder};
use crate::search::Filter;
use crate::spending::OrderCaps;
use crate::wire::rows::SkippedRows;
use core::time::Duration;

/// How many the strict view shows, or where it was refused; whether the list is drifting, and whether whoever listens to
/// the call is told so.
struct Views {
    strict: Result<usize, DecodeError>,
    drifts: bool,
    told: bool,
}

/// Whether a call that is answered with `body` tells of a drift.
fn tells<P: Plan + Clone>(plan: P, body: &[u8]) -> bool {
    let reply = ok(core::str::from_utf8(body).unwrap());
    let world = Scripted::new(move |_| reply.clone());
    let (_, world) = both(&world, &config().build().unwrap(), plan);
    world.events().iter().any(|event| matches!(event, Event::Drifting { .. }) && event.is_warning())
}

/// A list's name in its answer, one good record of it, and how it is read.
struct List(&'static str, &'static str, fn(&[u8]) -> Views);

macro_rules! read_by {
    ($endpoint:expr) => {
        |body| {
            let list = answer(&$endpoint, body).into_value().unwrap();
            Views {
                strict: list.strict().map(<[_]>::len),
                drifts: list.is_drifting(),
                told: tells($endpoint, body),
            }
        }
    };
}

const SERVER: &str = r#"{"id":7,"rented":false,"specs":{"gpu":"1x RTX 3090"}}"#;

fn lists() -> [List; 6] {
    [
        List("servers", SERVER, read_by!(Marketplace::new())),
        List("servers", SERVER, read_by!(Search::new(Filter::new()))),
        List("orders", r#"{"id":7,"si":8}"#, read_by!(MyOrders::default())),
        List("wallets", r#"{"name":"bitcoin"}"#, read_by!(Wallets)),
        List("servers", r#"{"name":"rig"}"#, read_by!(MyServers)),
        List("items", r#"{"user":7}"#, read_by!(PohBalance)),
    ]
}

impl List {
    /// The views of a list of so many good records, with odd ones at the end.
    fn of(&self, good: usize, odd: &[&str]) -> Views {
        let rows: Vec<_> = core::iter::repeat_n(self.1, good).chain(odd.iter().copied()).collect();
        (self.2)(format!(r#"{{"{}":[{}],"code":0}}"#, self.0, rows.join(",")).as_bytes())
    }
}

#[test]
fn a_strict_view_shows_all_or_names_the_first_odd_record() {
    for list in lists() {
        assert_eq!(list.of(3, &[]).strict, Ok(3), "{}", list.0);
        assert_eq!(list.of(0, &[]).strict, Ok(0), "{}", list.0);
        let refused = list.of(3, &["7", "[]"]).strict.unwrap_err();
        assert_eq!((refused.path(), refused.found()), (&*format!("{}[3]", list.0), Found::Number));
    }
    let refused = List("orders", r#"{"id":7}"#, read_by!(MyOrders::default())).of(1, &[r#"{"id":-1}"#]);
    assert_eq!(refused.strict.unwrap_err().path(), "orders[1].id");
}

#[test]
fn more_than_half_of_a_list_odd_is_a_drift_and_half_is_none() {
    for list in lists() {
        for (good, odd, drifts) in [(0, 0, false), (9, 1, false), (2, 2, false), (2, 3, true), (0, 1, true)] {
            let views = list.of(good, &vec!["7"; odd]);
            assert_eq!((views.drifts, views.told), (drifts, drifts), "{} {good} {odd}", list.0);
        }
    }
}

/// Also of calls without a strict view, and where the bytes are kept beside.
#[test]
fn whoever_listens_is_told_of_a_drift_by_every_call_that_reads_a_list() {
    let orders = br#"{"orders":[{"id":7},{"id":"x"},{"id":"y"}],"code":0}"#;
    assert!(tells(Sightings::new(), orders));
    assert!(tells(Beside(MyOrders::default()), br#"{"orders":[{"id":7},8,9],"code":0}"#));
    assert!(!tells(Sightings::new(), br#"{"orders":[{"id":7},{"id":"x"}],"code":0}"#));
    let bids = br#"{"market":{"offers":[{},7,8]},"exists":true,"code":0}"#;
    assert!(tells(SpotMarketplace::new(ServerId::new(7)), bids));
    assert!(tells(Glance::new(SpotMarketplace::new(ServerId::new(7))), bids));
    // By machines that read a list on their way as well, and put the next one in its place.
    let two_odd = br#"{"orders":[{"id":7,"si":5},{"id":"x"},{"id":"y"}],"code":0}"#;
    assert!(tells(FindOrder::new(OrderId::new(7)), two_odd));
    assert!(tells(FindOrder::new(OrderId::new(9)), two_odd));
    assert!(tells(WaitForOrder::new(OrderId::new(9)).timeout(Duration::from_secs(9)), two_odd));
    assert!(tells(GuardOrders::new().order(OrderId::new(7), OrderCaps::new()).once(), two_odd));
    assert!(tells(Cancel::new(OrderId::new(7)), two_odd));
    assert!(tells(Rent::new(CreateOrder::on_demand(ServerId::new(40), "i")), orders));
    let market = format!(r#"{{"servers":[{SERVER},7,8],"code":0}}"#);
    assert!(tells(FindServers::new(Filter::new()), market.as_bytes()));
    assert!(tells(FindCheapest::new(Filter::new()), market.as_bytes()));
    let snapshot = ForeignAddress::parse("https://elsewhere.example/x", "https://api.example").unwrap();
    assert!(tells(GigaspotSnapshot::new(snapshot), br#"{"x":{},"5":{"bids":[]},"y":{}}"#));
}

#[test]
fn rented_servers_count_as_read_and_those_passed_over_as_neither() {
    let rented = r#"{"id":8,"rented":true,"specs":{"gpu":"1x RTX 3090"}}"#;
    let body = format!(r#"{{"servers":[{rented},{rented},7],"code":0}}"#);
    let market = answer(&Marketplace::new(), body.as_bytes()).into_value().unwrap();
    assert!(market.servers.is_empty() && !market.is_drifting());
    // Of those that may be RTX 4090, two of three are odd; the rest was not looked at.
    let odd = r#"{"id":"x","specs":{"gpu":"1x RTX 4090"}}"#;
    let good = r#"{"id":9,"rented":false,"specs":{"gpu":"1x RTX 4090"}}"#;
    let body = format!(r#"{{"servers":[{rented},{rented},{rented},{odd},{odd},{good}],"code":0}}"#);
    let search = Search::new(Filter::new().gpu("RTX 4090"));
    let searched = answer(&search, body.as_bytes()).into_value().unwrap();
    assert_eq!((searched.passed_over, searched.found.len()), (3, 1));
    assert!(searched.is_drifting() && searched.strict().is_err());
}

#[test]
fn bids_are_strict_and_drift_as_lists_are() {
    let spot = |market: &str| {
        let body = format!(r#"{{"market":{market},"exists":true,"code":0}}"#);
        let market = answer(&SpotMarketplace::new(ServerId::new(7)), body.as_bytes()).into_value().unwrap();
        (market.strict().map(<[_]>::len).map_err(|error| error.to_string()), market.is_drifting())
    };
    assert_eq!(spot(r#"{"offers":[{},{}]}"#), (Ok(2), false));
    let (refused, drifts) = spot(r#"{"offers":[{},7,8]}"#);
    assert_eq!(refused.unwrap_err(), "market.offers[1]: expected a bid, found something that cannot be read");
    assert!(drifts);
    assert_eq!(spot("{}").0.unwrap_err(), "market.offers: expected a list, found nothing");

    let gigaspot = |rows: &[&str]| {
        let decode = |row: &&str| GigaspotServer::decode(ServerId::new(7), row.as_bytes()).unwrap();
        let gigaspot = Gigaspot {
            my_user: None,
            creation_fees: None,
            clore_price: None,
            taken_at: None,
            servers: rows.iter().map(decode).collect(),
            skipped: SkippedRows::default(),
        };
        gigaspot.strict().map(<[_]>::len).map_err(|error| error.path().to_owned())
    };
    assert_eq!(gigaspot(&[r#"{"bids":[{}]}"#, r#"{"bids":[]}"#]), Ok(2));
    assert_eq!(gigaspot(&[r#"{"bids":[{},7]}"#]), Err("7.bids[1]".to_owned()));
    assert_eq!(gigaspot(&["{}"]), Err("7.bids".to_owned()));
}
