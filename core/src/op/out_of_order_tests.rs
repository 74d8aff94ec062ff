//! What an operation makes of words that it did not wait for: an own loop may be wrong about the order of things, and
//! neither money nor an outcome may follow from that.

use super::rent::{AttributeIntent, AutoCancel, CloseIntent, Placed, Rent, RentOutcome, Resume};
use super::*;
use crate::drive::scripted::{Asked, Reply, Scripted, config, go, ok, refused_connection, reset};
use crate::effect::Delivery;
use crate::endpoint::create_order::CreateOrder;
use crate::endpoint::gigaspot::GigaspotEdit;
use crate::endpoint::set_server_settings::SetServerSettings;
use crate::endpoint::set_spot_price::SetSpotPrice;
use crate::endpoint::wallets::Wallets;
use crate::error::FailureKind;
use crate::journal::IntentId;
use crate::model::{Coin, GpuOverclock, OrderId, Rate, ServerId};
use crate::op::scripted::EPOCH;
use crate::search::Filter;
use crate::session::Session;
use http::{HeaderMap, StatusCode};

/// Tells the operation of `P`, whenever it is not in flight, of an answer and of a failure, and whenever it did not ask
/// for a record, of one that was written.
struct Disturbed<P> {
    plan: P,
    disturb: bool,
}

struct Disturbing<O> {
    op: O,
    disturb: bool,
    polls: u32,
}

/// More polls than any of these takes.
const MANY: u32 = 2_000;

impl<P: Plan> Plan for Disturbed<P> {
    type Operation = Disturbing<P::Operation>;

    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation {
        Disturbing { op: self.plan.begin(settings, now), disturb: self.disturb, polls: 0 }
    }
}

impl<O: Operation> Disturbing<O> {
    /// A whole answer that says an order was placed, and then that the connection broke.
    fn answer(&mut self, now: Moment) {
        assert_eq!(self.op.handle_head(Head::new(StatusCode::OK, &HeaderMap::new())), Flow::Stop);
        assert_eq!(self.op.handle_data(br#"{"code":0,"order_id":66}"#), Flow::Stop);
        assert_eq!(self.op.handle_end(now), Pace::Fine);
        self.op.handle_failure(now, Failure::new(Delivery::NotSent, FailureKind::Connect, ""));
        self.op.handle_failure(now, Failure::new(Delivery::Unknown, FailureKind::Timeout, ""));
    }

    fn record(&mut self, now: Moment) {
        self.op.handle_recorded(now, Ok(Recorded::Written));
        self.op.handle_recorded(now, Err(JournalError::LockTimeout));
    }
}

impl<O: Operation> Operation for Disturbing<O> {
    type Output = O::Output;

    fn name(&self) -> &'static str {
        self.op.name()
    }

    fn poll(&mut self, now: Moment) -> Step<Result<O::Output, Error>> {
        self.polls += 1;
        assert!(self.polls < MANY, "{} does not end", self.name());
        let step = self.op.poll(now);
        if !self.disturb {
            return step;
        }
        match &step {
            Step::Send(_) => self.record(now),
            Step::Record(_) => self.answer(now),
            Step::Wait(_) | Step::Permit(_) => {
                self.answer(now);
                self.record(now);
            }
            Step::Done(_) => {
                for _ in 0..2 {
                    let after = self.op.poll(now);
                    assert!(matches!(after, Step::Wait(Moment::NEVER)), "{} goes on", self.name());
                    self.answer(now);
                    self.record(now);
                }
            }
        }
        step
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.op.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.op.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.op.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.op.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.op.handle_recorded(now, done);
    }

    fn next_event(&mut self) -> Option<Event> {
        self.op.next_event()
    }
}

/// Order 9 on server 5 is in the lists from 4 s on, and says that it is over from 60 s on.
fn orders(at: u64) -> String {
    let row = |more: &str| {
        let ct = EPOCH.plus(2).seconds();
        format!(
            r#"{{"id":9,"si":5,"ct":{ct},"currency":"CLORE-Blockchain","type":"on-demand","price":24,"spend":0{more}}}"#
        )
    };
    let row = match at {
        0..4_000 => String::new(),
        4_000..60_000 => row(r#","pub_cluster":["h.example"],"tcp_ports":["22:40000"],"online":true"#),
        _ => row(r#","expired":true"#),
    };
    format!(r#"{{"orders":[{row}],"code":0}}"#)
}

fn works(asked: &Asked) -> Reply {
    match asked.path().split('?').next().unwrap() {
        "/my_orders" => ok(orders(asked.at)),
        "/marketplace" => ok(
            r#"{"servers":[{"id":5,"rented":false,"price":{"on_demand":{"CLORE-Blockchain":24},"usd":{"on_demand_clore":2.4}}}],"code":0}"#,
        ),
        "/wallets" => ok(r#"{"wallets":[],"code":0}"#),
        "/create_order" => ok(r#"{"code":0,"order_id":9}"#),
        "/get_gigaspot" => ok(
            r#"{"my_user_id":2,"v1_snapshot_url":"https://cdn.other.example/gs_1716300000.json","code":0}"#,
        ),
        "/server_config" => ok(
            r#"{"config":{"name":"rig","visibility":"public","mrl":96,"allowed_coins":["bitcoin"],"pricing":{"bitcoin":0.0001}},"code":0}"#,
        ),
        _ if asked.uri.contains("cdn.other") => {
            ok(r#"{"5":{"bids":[{"id":9,"owner":2,"price":3.50,"currency":"CLORE-Blockchain"}]}}"#)
        }
        _ => ok(r#"{"code":0}"#),
    }
}

fn refuses(_: &Asked) -> Reply {
    ok(r#"{"code":2}"#)
}

/// It cannot be reached at first, and then its answers do not arrive.
fn breaks(asked: &Asked) -> Reply {
    if asked.n == 0 { refused_connection() } else { reset() }
}

/// Money calls break, and readings work.
fn loses(asked: &Asked) -> Reply {
    if asked.method == "POST" { reset() } else { works(asked) }
}

type World = fn(&Asked) -> Reply;

/// Answers are dated by the service's clock, which goes as ours does.
fn dated(world: World) -> Scripted {
    Scripted::new(move |asked: &Asked| {
        let date = std::time::UNIX_EPOCH + Duration::from_millis(1_735_689_600_000 + asked.at);
        world(asked).header("date", httpdate::fmt_http_date(date))
    })
}

/// All that was sent, recorded and told, and how it ended.
fn trace<P: Plan>(world: World, plan: impl FnOnce(&Scripted, &Session) -> P) -> Vec<String> {
    let world = dated(world);
    let session = Session::new(config().build().unwrap());
    let plan = plan(&world, &session);
    let end = go(&world, &session, plan).map(drop);
    let mut trace = world.trace();
    trace.push(format!("{end:?}"));
    trace
}

fn is_the_same<P: Plan>(worlds: &[World], plan: impl Fn(&Scripted, &Session) -> P) {
    for world in worlds {
        let run = |disturb| trace(*world, |world, session| Disturbed { plan: plan(world, session), disturb });
        let (undisturbed, disturbed) = (run(false), run(true));
        assert_eq!(undisturbed, disturbed);
    }
}

fn intent() -> IntentId {
    IntentId::parse("mine").unwrap()
}

fn create() -> CreateOrder {
    CreateOrder::on_demand(ServerId::new(5), "an/image")
}

const ALL: [World; 4] = [works, refuses, breaks, loses];
const ORDER: OrderId = OrderId::new(9);

#[test]
fn words_out_of_order_change_no_reading() {
    is_the_same(&ALL, |_, _| Wallets);
    is_the_same(&ALL, |_, _| Glance::new(Wallets));
    is_the_same(&ALL, |_, _| FindOrder::new(ORDER));
    is_the_same(&ALL, |_, _| WaitForOrder::new(ORDER));
    is_the_same(&ALL, |_, _| FindServers::new(Filter::new()));
    is_the_same(&ALL, |_, _| FindCheapest::new(Filter::new()));
    is_the_same(&ALL, |_, _| ViewGigaspot::new());
    is_the_same(&ALL, |_, _| Dated(Wallets));
    is_the_same(&ALL, |_, _| Tuned::new(Wallets));
}

#[test]
fn words_out_of_order_change_no_call_about_money() {
    let rate = || Rate::parse("2900", Coin::Clore).unwrap();
    is_the_same(&ALL, |_, _| Rent::new(create()).intent(intent()));
    is_the_same(&ALL, |_, _| create());
    is_the_same(&ALL, |_, _| RentCheapest::new(Filter::new(), |offer| CreateOrder::on_demand(offer, "i")));
    is_the_same(&ALL, |_, _| Cancel::new(ORDER));
    is_the_same(&ALL, |_, _| CancelMany::new([ORDER, OrderId::new(10)]));
    is_the_same(&ALL, |_, _| Reprice::new(SetSpotPrice::new(ORDER, rate())));
    is_the_same(&ALL, |_, _| UpdateServerSettings::new(SetServerSettings::new("rig").available(true)));
    is_the_same(&ALL, |_, _| EditGigaspot::new([GigaspotEdit::new(ORDER, rate(), [GpuOverclock::new(130)])]));
}

#[test]
fn words_out_of_order_settle_no_intent_otherwise() {
    let left = |world: &Scripted, session: &Session| {
        let _ = go(world, session, Rent::new(create()).intent(intent()));
    };
    is_the_same(&ALL, |world, session| {
        left(world, session);
        Resume::new()
    });
    is_the_same(&ALL, |world, session| {
        left(world, session);
        CloseIntent::new(intent())
    });
    is_the_same(&ALL, |world, session| {
        left(world, session);
        AttributeIntent::new(intent(), ORDER)
    });
}

fn placed(world: &Scripted, session: &Session) -> Placed {
    match go(world, session, Rent::new(create()).intent(intent())).unwrap() {
        RentOutcome::Placed(placed) => placed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_out_of_order_end_no_guard_sooner() {
    is_the_same(&[works], |world, session| Guard::new(placed(world, session), GuardHandle::new()));
    is_the_same(&[works], |world, session| AutoCancel::new(placed(world, session)));
    is_the_same(&[works], |world, session| PlacedAlready::new(placed(world, session)));
    is_the_same(&[works], |_, _| GuardOrders::new().once().order(ORDER, crate::spending::OrderCaps::new()));
}
