//! What is done about the price of a placed order.

use super::market::{LOST, Market, Ran, accepted, cheap, placed, ran};
use crate::error::ErrorKind;
use crate::op::rent::WhyBilling;
use crate::op::scripted::{Reply, seconds};
use crate::op::{CheapestEnd, PriceCheck};

/// Every row of rent.md's "automatic cancel": who may be cancelled, and when.
#[test]
fn an_order_above_the_cap_is_told_and_cancelled_only_where_the_rule_allows() {
    let capped = || cheap().max_price("0.15".parse().unwrap());
    let dear = |reply| Market::of(5, [reply]).row(2, 9, 1, "240");
    let word = |ran: &Ran| match ran.end() {
        CheapestEnd::GivenBack(_) => "given back",
        CheapestEnd::AboveCap(_, WhyBilling::Unanswered) => "unanswered",
        CheapestEnd::AboveCap(_, WhyBilling::NotSure(_)) => "not sure",
        CheapestEnd::AboveCap(_, WhyBilling::Unconfirmed(_)) => "unconfirmed",
        other => panic!("{other:?}"),
    };
    let two = |reply| dear(reply).row(30, 8, 1, "24");
    for (name, mut market, plan, expected, cancels) in [
        ("the id was told", dear(placed(9)), capped(), "given back", 1),
        ("success without an id", dear(accepted()), capped(), "given back", 1),
        ("success without an id, another row in grace", two(accepted()), capped(), "not sure", 0),
        ("lost", dear(LOST), capped(), "unanswered", 0),
        ("code 1", dear(Reply::ok(r#"{"code":1}"#)), capped(), "unanswered", 0),
        ("lost, said beforehand", dear(LOST), capped().cancel_inferred(), "given back", 1),
        ("lost, said, another row in grace", two(LOST), capped().cancel_inferred(), "not sure", 0),
    ] {
        let ran = ran(&mut market, plan);
        assert_eq!((word(&ran), market.cancels), (expected, cancels), "{name}");
        let told = ran.run.logged("PriceAboveCap").unwrap();
        assert!(ran.run.logged("OrderPlaced").unwrap() < told, "{name}");
        let rental = ran.result.as_ref().unwrap().rental().unwrap();
        let (price, cap) = ("1".parse().unwrap(), "0.15".parse().unwrap());
        assert_eq!(rental.price, PriceCheck::Above { price, cap }, "{name}");
        assert_eq!(ran.result.as_ref().unwrap().billing().is_none(), cancels == 1, "{name}");
        let cancel = ran.run.asked.iter().find(|asked| asked.path.starts_with("/v1/cancel"));
        let create = ran.run.asked.iter().find(|asked| asked.is_create()).unwrap();
        if let Some(cancel) = cancel.filter(|_| name != "the id was told") {
            assert!(cancel.at.since(create.at) >= seconds(60), "{name}: only at the end of grace");
        }
    }
}

#[test]
fn an_order_above_the_cap_whose_cancel_is_not_confirmed_is_told_as_billing() {
    let mut market = Market::of(5, [placed(9)]).row(2, 9, 1, "240");
    market.cancel_shows = false;
    let ran = ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    let CheapestEnd::AboveCap(_, WhyBilling::Unconfirmed(error)) = ran.end() else { panic!() };
    assert_eq!(*error.kind(), ErrorKind::CancelUnconfirmed);
    assert_eq!(ran.result.as_ref().unwrap().billing().unwrap().number(), 9);
}

#[test]
fn an_order_whose_price_cannot_be_read_is_reported_and_kept() {
    let mut market = Market::of(5, [placed(9)]);
    let ran = ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    let CheapestEnd::Rented(rental) = ran.end() else { panic!() };
    assert_eq!(rental.price, PriceCheck::NotRead(None));
    assert_eq!(market.cancels, 0);
    let mut market = Market::of(5, [placed(9)]).row(2, 9, 1, "null");
    let unknown = self::ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    assert_eq!(unknown.result.unwrap().rental().unwrap().price, PriceCheck::Unknown);
}

/// The list may lag behind the create by the whole grace time.
#[test]
fn a_dear_order_that_is_listed_late_is_noticed_within_the_grace_time_where_a_cap_stands() {
    let late = |from| Market::of(5, [placed(9)]).row(from, 9, 1, "240");
    let mut market = late(50);
    let capped = ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    assert!(matches!(capped.end(), CheapestEnd::GivenBack(_)), "{:?}", capped.end());
    let told = capped.run.logged("OrderPlaced").unwrap();
    assert!(
        told < capped.run.logged("PriceAboveCap").unwrap(),
        "the caller knows the order before it is read"
    );
    let mut market = late(200);
    let never = ran(&mut market, cheap().max_price("0.15".parse().unwrap()));
    let CheapestEnd::Rented(rental) = never.end() else { panic!() };
    assert_eq!(rental.price, PriceCheck::NotRead(None));
    let looks = |ran: &Ran| {
        let created = ran.run.asked.iter().position(|asked| asked.is_create()).unwrap();
        let active = |asked: &&crate::op::scripted::Asked| asked.path == "/v1/my_orders";
        ran.run.asked.iter().skip(created).filter(active).count()
    };
    assert!((5..=8).contains(&looks(&never)), "{}", looks(&never));
    // Where nothing caps it, nobody waits so long.
    let mut market = late(50);
    let uncapped = ran(&mut market, cheap());
    assert!(matches!(uncapped.end(), CheapestEnd::Rented(_)));
    assert!(looks(&uncapped) <= 3, "{}", looks(&uncapped));
}
