//! Requests that break in each of its states, and what is told when.

use super::market::{LOST, Market, accepted, cheap, placed, ran};
use crate::journal::MemoryJournal;
use crate::model::OrderId;
use crate::op::guard::RentPlan;
use crate::op::rent::WhyBilling;
use crate::op::scripted::{Asked, Run, at, seconds, session, settings};
use crate::op::{CheapestEnd, PriceCheck, RentCheapest, RentedCheapest, RentingCheapest};

/// The first request whose path begins with `path` and that `when` is true of breaks.
fn broken(market: &mut Market, dear: bool, path: &str) -> (Run<RentingCheapest>, RentedCheapest) {
    let plan = if dear { cheap().max_price("0.15".parse().unwrap()) } else { cheap() };
    let mut run = Run::new(&settings(&session(), 3), plan, at(1));
    let mut breaks = true;
    let result = run.finish(&MemoryJournal::new(), &mut |asked: &Asked| {
        // The readings of the snapshot are of another path.
        if breaks && asked.path.starts_with(path) && !asked.path.contains("return_completed") {
            breaks = false;
            return (seconds(0), LOST);
        }
        market.answer(asked)
    });
    assert!(!breaks);
    (run, result.unwrap())
}

#[test]
fn a_request_that_breaks_is_made_again_and_told() {
    let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
    let (run, rented) = broken(&mut market, false, "/v1/marketplace");
    assert!(matches!(rented.end, CheapestEnd::Rented(_)));
    assert!(run.logged("RetryScheduled").unwrap() < run.logged("IntentRecorded").unwrap());
    assert!(run.now < at(20), "{:?}", run.now);

    let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
    let (run, rented) = broken(&mut market, false, "/v1/my_orders");
    let CheapestEnd::Rented(rental) = rented.end else { panic!() };
    assert_eq!(rental.price, PriceCheck::Within("0.10".parse().unwrap()));
    assert!(run.now < at(20), "{:?}", run.now);

    let mut market = Market::of(5, [placed(9)]).row(2, 9, 1, "240");
    let (run, rented) = broken(&mut market, true, "/v1/cancel_order");
    assert!(matches!(rented.end, CheapestEnd::GivenBack(_)), "{rented:?}");
    assert!(run.logged("PriceAboveCap").unwrap() < run.logged("RetryScheduled").unwrap());
    assert!(run.now < at(60), "{:?}", run.now);
}

/// `rent.md`, "the id": whoever is interrupted after this knows the order.
#[test]
fn the_order_is_told_before_its_intent_is_marked() {
    let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
    let ran = ran(&mut market, cheap());
    let told = |text: &str| ran.run.logged(text).unwrap();
    assert!(told("IntentRecorded") < told("AttemptBegan { path: \"/v1/create_order"));
    assert!(told("OrderPlaced") < told("Resolved"), "{:#?}", ran.run.log);
}

#[test]
fn looks_at_an_order_that_is_not_listed_yet_are_3_s_apart() {
    let mut market = Market::of(5, [placed(9)]);
    let ran = ran(&mut market, cheap());
    let looks = ran.run.asked.iter().filter(|asked| asked.path == "/v1/my_orders").map(|asked| asked.at);
    let looks: Vec<_> = looks.collect();
    assert_eq!(looks.len(), 3);
    assert!(looks.windows(2).all(|pair| pair[1].since(pair[0]) >= seconds(3)), "{looks:?}");
}

/// Whoever has to decide needs to know which orders to look at beside the one that was told.
#[test]
fn the_other_rows_that_may_be_the_order_are_named() {
    let mut market = Market::of(5, [accepted()]).row(2, 9, 1, "240").row(30, 8, 1, "24");
    let ran = ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    let CheapestEnd::AboveCap(rental, WhyBilling::NotSure(others)) = ran.end() else { panic!() };
    assert_eq!((rental.placed.order, others.as_slice()), (OrderId::new(9), &[OrderId::new(8)][..]));
    assert!(format!("{:?}", cheap()).starts_with("RentCheapest { filter:"));
}

/// Only what is kept and within the cap is worked with; the work of any other end never begins.
#[test]
fn a_rental_is_guarded_with_the_cost_of_its_offer() {
    let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
    let rented = ran(&mut market, cheap()).result.unwrap();
    let (order, cost) = RentCheapest::placed(&rented).unwrap();
    assert_eq!((order.order, cost.is_some()), (OrderId::new(9), true));
    let mut market = Market::of(5, [placed(9)]).row(2, 9, 1, "240");
    let given_back = ran(&mut market, cheap().max_price("0.15".parse().unwrap())).result.unwrap();
    assert!(RentCheapest::placed(&given_back).is_none());
}
