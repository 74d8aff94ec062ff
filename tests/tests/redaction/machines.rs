//! The machines that choose, watch and end orders, the readers of each call, and what an outcome is made of.

use crate::spy::{Spy, options, run};
use clore_core::config::Config;
use clore_core::drift::{Drift, Known};
use clore_core::effect::Lane;
use clore_core::endpoint::cancel_order::CancelOrder;
use clore_core::endpoint::cancel_orders::CancelOrders;
use clore_core::endpoint::create_order::{CreateOrder, Listed, Target};
use clore_core::endpoint::gigaspot::{
    CreateGigaspotOrders, EditGigaspotOrders, GetGigaspot, GigaspotBid, GigaspotEdit, GigaspotSnapshot,
};
use clore_core::endpoint::marketplace::{Marketplace, Search};
use clore_core::endpoint::my_orders::{MyOrders, Sightings};
use clore_core::endpoint::renter_fees::RenterFees;
use clore_core::endpoint::server_config::ServerConfigOf;
use clore_core::endpoint::set_server_settings::SetServerSettings;
use clore_core::endpoint::set_spot_price::SetSpotPrice;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::endpoint::wallets::{BalanceOf, Wallets};
use clore_core::endpoint::{Beside, Endpoint, Raw, Reader};
use clore_core::error::REASONS;
use clore_core::excerpt::Excerpt;
use clore_core::foreign_address::ForeignAddress;
use clore_core::journal::IntentId;
use clore_core::limits::Caps;
use clore_core::model::order::StatusContext;
use clore_core::model::{
    Bid, Coin, CostEstimate, GpuOverclock, Order, OrderId, Rate, Rates, ServerId, Sighting, UsdPerHour,
};
use clore_core::op::condition::{gone, has_ssh, not, running};
use clore_core::op::rent::{AttributeIntent, AutoCancel, Rent, RentOutcome, Resume};
use clore_core::op::{
    Cancel, CancelMany, Dated, FindCheapest, FindOrder, FindServers, Guard, GuardHandle, GuardOrders, Head,
    PlacedAlready, RentCheapest, Reprice, Tuned, WaitForOrder, WithRental, Within,
};
use clore_core::search::{Filter, Tripwire};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::spending::{Limits, OrderCaps};
use clore_core::time::Moment;
use clore_core::wire::envelope::{Fields, judge};
use clore_core::wire::records::Splitter;
use clore_core::wire::rows::Rows;
use clore_sandbox::Server;
use clore_tests::canary::{self, KEY, THEIRS, is_clean};
use core::fmt::Debug;
use core::task::Waker;
use core::time::Duration;

fn session() -> Session {
    let rates = Rates::new().with(Coin::Clore, "0.01".parse().unwrap());
    let config = Config::builder().base_url("http://127.0.0.1:1").key(Secret::new(KEY)).rates(rates);
    Session::new(config.build().unwrap())
}

fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

/// The canary's order on another server.
fn order_on(server: ServerId) -> CreateOrder {
    canary::order(server.number())
}

fn caps() -> OrderCaps {
    OrderCaps::new().runtime(Duration::from_secs(3600))
}

/// A handle whose work has ended.
fn ended() -> GuardHandle {
    let handle = GuardHandle::new();
    handle.finish(true);
    handle
}

#[test]
pub fn no_machine_that_chooses_watches_or_ends_orders_shows_a_secret() {
    for faults in [
        &[][..],
        &["cancel_order=lose", "cancel_orders=status:502"],
        &["create_order#1=lose", "marketplace#2=cut:900"],
        &["create_order#1=status:403", "set_spot_price=garbage"],
        &["my_orders#4=status:500", "cancel_order=garbage"],
        &["my_orders#3=garbage", "marketplace#1=status:502", "spot_marketplace=lose"],
    ] {
        let (spy, session) = (Spy::new(faults), session());
        let dear: UsdPerHour = "900".parse().unwrap();
        let filter = || Filter::new().gpu("RTX").max_price(dear);
        run(&spy, &session, FindServers::new(filter()));
        run(&spy, &session, FindCheapest::new(filter()));
        let limited = Within::new(Limits::new().max_open_orders(0), Rent::new(canary::order(2)));
        run(&spy, &session, limited);
        let cheapest = RentCheapest::new(filter(), |offer| order_on(offer.found.server.id));
        run(&spy, &session, cheapest);
        let free = |spy: &Spy| spy.clore.borrow().free().next().unwrap();
        for inferred in [false, true] {
            let rent = Rent::new(canary::order(free(&spy))).caps(caps());
            let settings = clore_core::op::Settings::new(&session, None, [9; 32]);
            let call = clore_core::call::Call::new(
                &session,
                clore_core::op::Plan::begin(rent, &settings, now(&spy)),
            );
            if let Ok(RentOutcome::Placed(placed)) = clore_core::drive::run_blocking(&spy, call) {
                let order = placed.order;
                run(
                    &spy,
                    &session,
                    Guard::new(placed.clone(), ended()).caps(caps()).cancel_inferred(inferred),
                );
                run(&spy, &session, AutoCancel::new(placed.clone()).cancel_inferred(inferred));
                run(&spy, &session, PlacedAlready::new(placed));
                run(&spy, &session, FindOrder::new(order));
                let until = running().and(has_ssh()).or(not(gone()));
                run(&spy, &session, WaitForOrder::new(order).timeout(Duration::from_secs(9)).until(until));
                run(&spy, &session, Reprice::new(SetSpotPrice::new(order, clore("5"))));
                run(&spy, &session, GuardOrders::new().order(order, caps()).once());
                run(&spy, &session, CancelMany::new([order, OrderId::new(2)]).issue("none"));
                run(&spy, &session, Cancel::new(order).issue("none"));
            }
        }
        run(&spy, &session, Resume::new());
        let intent: IntentId = "07070707070707070707070707070707".parse().unwrap();
        run(&spy, &session, AttributeIntent::new(intent, OrderId::new(3)));
        run(&spy, &session, Tuned::new(Dated(Wallets)).header("x-note", KEY).attempts(1));
        run(&spy, &session, Raw(Wallets));
        run(&spy, &session, Beside(MyOrders { include_completed: true }));
        run(&spy, &session, BalanceOf::new(Coin::Clore));
        run(&spy, &session, Marketplace::new());
        run(&spy, &session, Search::new(filter()));
        run(&spy, &session, SpotMarketplace::new(ServerId::new(free(&spy))));
        run(&spy, &session, Sightings::new());
        let shown = spy.shown.into_inner();
        assert!(shown.len() > 200, "{faults:?}: {}", shown.len());
        shown.iter().for_each(|text| is_clean(&format!("{faults:?}"), text));
    }
}

#[test]
pub fn no_rental_that_is_worked_with_shows_a_secret() {
    for faults in [&[][..], &["cancel_order=lose"], &["create_order#1=lose"]] {
        let server = Server::start(options(faults), "127.0.0.1:0").unwrap();
        let client = clore_tests::client(&server.url(), KEY);
        let free = server.with(|clore| clore.free().next()).unwrap();
        let rental = WithRental::new(Rent::new(canary::order(free)).caps(caps())).look_every(Duration::ZERO);
        canary::seen::note_type::<WithRental<Rent>>();
        is_clean("a rental", &format!("{rental:?}"));
        let end = client.with_rental(rental, |guard| -> Result<(), String> {
            is_clean("a guard", &format!("{guard:?} {guard:#?}"));
            Err(guard.order().to_string())
        });
        match &end {
            Ok(end) => is_clean("an end", &format!("RentalEnd {end:?} {end:#?}")),
            Err(error) => is_clean("an error", &format!("{error} {error:?}")),
        }
    }
}

fn now(spy: &Spy) -> Moment {
    clore_core::drive::BlockingTransport::now(spy)
}

/// A list of everything, with a secret in each text.
fn body() -> String {
    let [word, token, login, deposit] = THEIRS;
    format!(
        r#"{{"code":6,"error":"{KEY}","servers":[{{"id":1,"name":"{token}","init_token":"{token}"}},"{word}"],
        "orders":[{{"id":1,"si":2,"ssh_password":"{word}","auto_login":"{login}"}},["{word}"]],
        "wallets":[{{"name":"bitcoin","deposit":"{deposit}"}}],"config":{{"name":"x","init_token":"{token}"}},
        "items":[{{"address":"{deposit}"}}],"market":[{{"env":"{word}"}}],"v1_snapshot_url":"{login}","{word}":{{"#
    )
}

/// A reader in the middle of an answer that breaks off, and what came of it and of whole ones: good and refused.
fn reading<E: Endpoint + Debug>(endpoint: E)
where
    E::Reader: Debug,
    E::Output: Debug,
{
    let broken = body();
    let good =
        format!("{}\"z\":1}}}}", broken.replacen("\"code\":6", "\"code\":0", 1).replacen(KEY, "none", 1));
    let refused = format!(r#"{{"code":6,"error":"no","token":"{}","orders":["{}"]}}"#, THEIRS[1], THEIRS[0]);
    for body in [&broken, &good, &refused] {
        let mut reader = endpoint.reader(&Caps::default());
        let (half, rest) = body.split_at(body.len() / 2);
        let _ = reader.push(half.as_bytes());
        canary::seen::note_type::<E>();
        canary::seen::note_type::<E::Reader>();
        is_clean(E::NAME, &format!("{endpoint:?} {reader:?} {reader:#?}"));
        let _ = reader.push(rest.as_bytes());
        is_clean(E::NAME, &format!("{reader:?}"));
        // The bytes themselves are the answer of `Raw`: its caller asked for them.
        if E::NAME != "wallets" {
            is_clean(E::NAME, &format!("{:?}", reader.finish()));
        }
    }
    assert!(serde_json::from_str::<serde_json::Value>(&good).is_ok(), "{good}");
}

#[test]
pub fn no_reader_shows_what_it_holds() {
    let (order, server) = (OrderId::new(1), ServerId::new(2));
    reading(Raw(Wallets));
    reading(Beside(RenterFees));
    reading(SpotMarketplace::new(server));
    reading(ServerConfigOf::new("x"));
    reading(SetServerSettings::new("x"));
    reading(SetSpotPrice::new(order, clore("1")));
    reading(RenterFees);
    reading(CancelOrder::new(order));
    reading(CancelOrders::new([order]));
    reading(order_on(server));
    reading(GetGigaspot);
    reading(CreateGigaspotOrders::new([GigaspotBid::new(server, "i", clore("1"), [GpuOverclock::new(1)])]));
    reading(EditGigaspotOrders::new([GigaspotEdit::new(order, clore("1"), [GpuOverclock::new(1)])]));
    for list in [Known::Marketplace, Known::MyOrders, Known::Wallets, Known::MyServers] {
        let drift = Drift::of(list, body().as_bytes());
        is_clean("drift", &format!("{drift} {drift:?}"));
    }
}

#[test]
pub fn nothing_small_shows_a_secret() {
    fn show<T: Debug>(value: T) {
        canary::seen::note_type::<T>();
        is_clean("a value", &format!("{value:?} {value:#?}"));
    }
    let session = session();
    let at = Moment::from_origin(Duration::from_secs(1));
    let ticket = session.gate().enqueue(Lane::Create, at).unwrap();
    let turn = session.gate().poll(&ticket, at, Waker::noop());
    show((&ticket, &turn));
    if let clore_core::pacer::Turn::Go(grant) = turn {
        show(grant);
    }
    show(Target::new(ServerId::new(1)).listed(Listed::new([clore("2")]).at(at)));
    show(Bid::usd_per_hour("1".parse().unwrap()).resolve(&Coin::Clore, &Rates::new()));
    show(&REASONS);
    let mut headers = http::HeaderMap::new();
    headers.insert("x-echo", KEY.parse().unwrap());
    show(Head::new(http::StatusCode::OK, &headers));
    let body = body();
    let mut splitter = Splitter::new("orders", &Caps::default());
    let mut rows = Rows::new(Order::decode, &Caps::default());
    let _ = splitter.push(body.as_bytes(), &mut |record| {
        show(record);
        rows.take(record);
    });
    show(&rows);
    show(rows.into_listing("orders"));
    show(splitter.finish());
    let whole = format!(r#"{{"token":"{0}","orders":[],"list":["{0}"],"code":0}}"#, THEIRS[0]);
    show(judge(whole.as_bytes(), &Caps::default()));
    show(Fields::read(whole.as_bytes(), &Caps::default()).unwrap());
    let mut splitter = Splitter::new("orders", &Caps::default());
    let _ = splitter.push(whole.as_bytes(), &mut |_| {});
    show(splitter.finish().unwrap());
    show(Sighting::decode(format!(r#"{{"id":"{0}","si":"{0}"}}"#, THEIRS[0]).as_bytes()));
    let row = format!(
        r#"{{"id":5,"si":40,"currency":"CLORE-Blockchain","price":4,"online":true,"tcp_ports":["22:7001"],"pub_cluster":
        ["example.net"],"http_pub":"web.example.net","http_port":8888,"ssh_password":"{}","env":{{"A":"{}"}}}}"#,
        THEIRS[0], THEIRS[1]
    );
    let order = Order::decode(row.as_bytes()).unwrap();
    show(order.ssh().unwrap());
    show(&order.http);
    show(CostEstimate::of_order(&order));
    show(&order);
    show(StatusContext::new().after(&order));
    show(has_ssh().and(not(running())));
    show(Tripwire::new());
    show(Excerpt::new("a text", 8));
    show("07070707070707070707070707070707".parse::<IntentId>().unwrap());
    show(Coin::named("of-a-row"));
    let client = clore_async_std::Client::builder().settings(clore_tests::hurried("http://127.0.0.1:1", KEY));
    show(client.build().unwrap());
    let at = ForeignAddress::parse(THEIRS[2], "https://api.example").unwrap();
    reading(GigaspotSnapshot::new(at));
    let gpus = format!(
        r#"{{"7":{{"bids":[],"gpus":[{{"model":"x","env":"{0}"}}],"token":"{0}"}},"{0}":1}}"#,
        THEIRS[0]
    );
    let mut reader = GigaspotSnapshot::new(ForeignAddress::parse(THEIRS[2], "https://api.example").unwrap())
        .reader(&Caps::default());
    let _ = reader.push(gpus.as_bytes());
    show(reader.finish());
}
