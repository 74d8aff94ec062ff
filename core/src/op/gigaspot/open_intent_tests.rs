//! What a lost bid leaves behind, and the ways out of it: resume tells, close and attribute settle, despite passes.

use super::tests::{clore, create};
use crate::call::Call;
use crate::drive::scripted::{Asked, Scripted, ok, reset, session};
use crate::drive::{BlockingTransport, run_blocking};
use crate::endpoint::create_order::CreateOrder;
use crate::error::{Error, ErrorKind};
use crate::journal::IntentId;
use crate::model::{OrderId, ServerId};
use crate::op::rent::{AttributeIntent, CloseIntent, Rent, RentOutcome, Resume, Settlement};
use crate::op::{Operation, Plan, Settings};

/// Bids are lost, rentals are placed, and `my_orders` shows `rows`.
fn world(rows: &'static str) -> Scripted {
    Scripted::new(move |asked: &Asked| match asked.path() {
        "/create_gigaspot_orders" if asked.n == 0 => reset(),
        "/create_gigaspot_orders" => {
            ok(r#"{"failed_to_oc_servers":[],"failed_to_rent_servers":[],"code":0}"#)
        }
        "/create_order" => ok(r#"{"code":0,"order_id":77}"#),
        _ => ok(format!(r#"{{"orders":[{rows}],"code":0}}"#)),
    })
}

const ENDED: &str = r#"{"id":9,"si":5,"currency":"CLORE-Blockchain","price":3.5,"spot":true,"expired":true}"#;
const ALIVE: &str = r#"{"id":9,"si":5,"currency":"CLORE-Blockchain","price":3.5,"spot":true}"#;

fn rent() -> Rent {
    Rent::new(CreateOrder::on_demand(ServerId::new(8), "image").required_price(clore("9")))
}

/// Runs `plan` as a program of its own would: in a new session, with an intent of its own name.
fn go<P: Plan>(world: &Scripted, plan: P) -> Result<<P::Operation as Operation>::Output, Error> {
    let session = session();
    let name = u8::try_from(world.trace().len() % 251).unwrap();
    let settings = Settings::new(&session, None, [name; 32]);
    run_blocking(world, Call::new(&session, plan.begin(&settings, BlockingTransport::now(world))))
}

/// The intent that a lost bid on `servers` leaves open.
fn lost(world: &Scripted, servers: &[u64]) -> IntentId {
    let error = go(world, create(servers)).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::OutcomeUnknown);
    error.intents()[0].clone()
}

/// Killed in between, the user has at least been told.
#[test]
fn bids_that_were_taken_are_told_before_their_intent_is_resolved() {
    let world =
        Scripted::new(|_: &Asked| ok(r#"{"failed_to_oc_servers":[],"failed_to_rent_servers":[6],"code":0}"#));
    assert!(go(&world, create(&[5, 6])).unwrap().is_complete());
    let trace = world.trace();
    let place = |word: &str| trace.iter().position(|line| line.contains(word)).unwrap();
    assert!(place("SpendDone") < place("Resolved {"), "{trace:#?}");
}

#[test]
fn a_lost_bid_holds_back_every_create_and_resume_never_takes_a_row_for_it() {
    for (servers, rows, word) in [
        (&[5, 6][..], "", "not_seen"),
        (&[5, 6], ALIVE, "ambiguous"),
        (&[5], "", "not_seen"),
        (&[5], ALIVE, "ambiguous"),
        (&[4], ALIVE, "not_seen"),
    ] {
        let world = world(rows);
        let intent = lost(&world, servers);
        let error = go(&world, create(&[7])).unwrap_err();
        assert_eq!((error.kind(), error.intents()), (&ErrorKind::OpenIntents, &[intent.clone()][..]));
        let error = go(&world, rent()).unwrap_err();
        assert_eq!((error.kind(), error.intents()), (&ErrorKind::OpenIntents, &[intent.clone()][..]));
        let settled = go(&world, Resume::new()).unwrap();
        let words: Vec<_> = settled.iter().map(|one| (&one.intent, one.settlement.word())).collect();
        assert_eq!(words, [(&intent, word)], "{servers:?} {rows}");
        assert!(world.sent().iter().filter(|asked| asked.method == "POST").count() == 1);
    }
}

#[test]
fn the_user_gets_out_by_closing_attributing_or_passing_it() {
    for servers in [&[5, 6][..], &[5]] {
        for rows in ["", ENDED] {
            let world = world(rows);
            let intent = lost(&world, servers);
            // Without a snapshot an old order of that server looks new: the user says that it is not of this bid.
            let closed = go(&world, CloseIntent::new(intent).except([OrderId::new(9)])).unwrap();
            assert_eq!(closed.settlement, Settlement::Closed, "{servers:?} {rows}");
            assert!(go(&world, create(&[7])).unwrap().is_complete());
        }
        let world = world(ALIVE);
        let intent = lost(&world, servers);
        let passed = go(&world, rent().despite(intent.clone()));
        assert!(matches!(passed, Ok(RentOutcome::Placed(_))), "{passed:?}");
        let order = OrderId::new(9);
        let settled = go(&world, AttributeIntent::new(intent, order)).unwrap();
        assert_eq!(settled.settlement, Settlement::Placed { order, inferred: true });
        assert!(go(&world, create(&[7])).is_ok());
    }
}

/// It may be the bid: the user says which it is (`rent.md`, overriding), or that it is another's.
#[test]
fn a_bid_is_not_closed_over_an_order_of_its_server_or_one_that_runs() {
    for (servers, rows) in [(&[5][..], ALIVE), (&[5], ENDED), (&[5, 6], ALIVE)] {
        let world = world(rows);
        let intent = lost(&world, servers);
        let error = go(&world, CloseIntent::new(intent)).unwrap_err();
        assert_eq!(error.order_ids(), [OrderId::new(9)], "{servers:?} {rows}");
    }
}
