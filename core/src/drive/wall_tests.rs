//! What is recorded late in a long operation says the time of then, by both loops.

use super::scripted::{Scripted, begin, go, ok, session, together};
use crate::journal::{Intent, Journal, Record, Recorded, Resolution};
use crate::model::{OrderId, ServerId, Usd};
use crate::op::rent::Placed;
use crate::op::{Guard, GuardHandle};
use crate::spending::OrderCaps;
use crate::time::UnixTime;
use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering};

const EPOCH: UnixTime = UnixTime::from_seconds(1_790_000_000);
const HOURS: Duration = Duration::from_secs(20 * 3600);

/// An account with one order, placed at the epoch for a dollar an hour, until it is cancelled.
fn account() -> Scripted {
    let is_over = AtomicBool::new(false);
    let world = Scripted::new(move |asked| {
        if asked.path() == "/cancel_order" {
            is_over.store(true, Ordering::SeqCst);
            return ok(r#"{"code":0}"#);
        }
        let row = r#"{"id":9,"si":5,"currency":"CLORE-Blockchain","price":24}"#;
        ok(format!(r#"{{"orders":[{}],"code":0}}"#, if is_over.load(Ordering::SeqCst) { "" } else { row }))
    });
    let world = world.walled(EPOCH);
    let mut intent = Intent::new("a".parse().unwrap(), "create_order");
    (intent.price, intent.wall) = ("1".parse().ok(), Some(EPOCH));
    let resolution = Resolution::Placed { order: OrderId::new(9), inferred: false };
    let claim = world.journal.record(Record::Intent(Box::new(intent))).unwrap();
    let placed = Record::Resolved { intent: "a".parse().unwrap(), resolution, wall: Some(EPOCH) };
    assert!(matches!(world.journal.record(placed), Ok(Recorded::Written)));
    drop(claim);
    world
}

fn guard() -> Guard {
    let placed = Placed {
        order: OrderId::new(9),
        server: ServerId::new(5),
        intent: "a".parse().unwrap(),
        inferred: false,
        unanswered: false,
        warnings: Vec::new(),
        snapshot_date: None,
        found_by: None,
    };
    let caps = OrderCaps::new().runtime(HOURS);
    Guard::new(placed, GuardHandle::new()).caps(caps).look_every(Duration::from_secs(600))
}

/// What the order of `world` costs the day once it is over, by the journal.
fn day(world: &Scripted) -> Usd {
    let Ok(Recorded::Seen(view)) = world.journal.record(Record::Look) else { panic!() };
    assert!(view.has_ended(OrderId::new(9)));
    let now = EPOCH.plus(20 * 3600 + 600);
    view.standing(None).day(None, Some(now)).unwrap().ended
}

#[test]
fn an_order_that_a_guard_ended_after_hours_costs_the_day_those_hours() {
    let (one, other) = (account(), account());
    drop(go(&one, &session(), guard()).unwrap());
    let session = session();
    together(&other, vec![Box::pin(async { drop(begin(&other, &session, guard()).await.unwrap()) })]);
    for world in [one, other] {
        assert!(world.ms() >= 19 * 3_600_000, "it ran for hours");
        let cost = day(&world);
        assert!(cost >= Usd::new(20.into()).unwrap(), "{cost}");
    }
}
