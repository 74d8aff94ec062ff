//! Which server is taken, and when none is.

use super::market::{LOST, Market, accepted, cheap, gone, placed, ran, ran_in, servers};
use crate::endpoint::create_order::CreateOrder;
use crate::error::{ErrorKind, Reason};
use crate::journal::{IntentId, Journal, MemoryJournal, Record, Recorded};
use crate::op::scripted::{Next, Reply, Run, at, seconds, session, session_with, settings};
use crate::op::{CheapestEnd, Offer, PriceCheck, RentCheapest};
use crate::search::Filter;
use crate::spending::{Limits, OrderCaps};
use crate::time::Moment;

#[test]
fn the_cheapest_is_rented_at_its_listed_price_and_its_own_price_is_read() {
    let mut market = Market::of(3, [placed(9)]).row(0, 9, 1, "24");
    let ran = ran(&mut market, cheap());
    let CheapestEnd::Rented(rental) = ran.end() else { panic!("{:?}", ran.end()) };
    assert_eq!(market.asked_for, [(1, "24".to_owned())]);
    assert_eq!(rental.price, PriceCheck::Within("0.10".parse().unwrap()));
    assert_eq!(ran.result.as_ref().unwrap().billing().unwrap().number(), 9);
    assert_eq!((market.listings, market.cancels), (1, 0));
}

#[test]
fn when_the_service_says_gone_the_next_is_taken_and_told() {
    for reason in [
        "server-already-rented",
        "server-offline",
        "server-dont-exist",
        "machine-is-on-gigaspot",
        "cant_rent_from_yourself",
    ] {
        let mut market = Market::of(5, [gone(reason), placed(9)]).row(0, 9, 2, "48");
        let ran = ran(&mut market, cheap());
        assert!(matches!(ran.end(), CheapestEnd::Rented(_)), "{reason}");
        assert_eq!((servers(&market), ran.gone(), ran.told_gone()), (vec![1, 2], vec![1], 1), "{reason}");
        let placed = ran.run.logged("OrderPlaced").unwrap();
        assert!(ran.run.logged("ServerPassedOver").unwrap() < placed, "told before the next is placed");
        assert_eq!(ran.view().open().count(), 0);
    }
}

#[test]
fn three_servers_of_a_listing_are_tried_and_no_more() {
    let mut market = Market::of(9, [(); 4].map(|()| gone("server-already-rented")));
    let ran = ran(&mut market, cheap());
    assert_eq!(*ran.end(), CheapestEnd::Nothing);
    assert_eq!((servers(&market), ran.gone()), (vec![1, 2, 3], vec![1, 2, 3]));
    assert_eq!(ran.view().open().count(), 0);
}

#[test]
fn any_other_refusal_stops_it() {
    for reason in
        ["not-enough-balance", "you-already-have-spot-order", "currency-not-allowed", "something new"]
    {
        let mut market = Market::of(5, [gone(reason), placed(9)]);
        let ran = ran(&mut market, cheap());
        assert!(ran.result.unwrap_err().refusal().is_some(), "{reason}");
        assert_eq!(servers(&market), [1], "{reason}");
    }
    let mut market = Market::of(5, [Reply::ok(r#"{"code":3}"#)]);
    assert_eq!(*ran(&mut market, cheap()).result.unwrap_err().kind(), ErrorKind::Key);
}

#[test]
fn when_the_outcome_is_unknown_no_other_server_is_tried() {
    for first in [LOST, Reply::ok(r#"{"code":1}"#), accepted(), Reply::status(502, "<html>")] {
        let mut market = Market::of(5, [first.clone(), placed(9)]);
        let ran = ran(&mut market, cheap());
        let CheapestEnd::Unclear(offer, outcome) = ran.end() else { panic!("{first:?}") };
        assert_eq!((offer.found.server.id.number(), outcome.word()), (1, "not_seen"), "{first:?}");
        assert_eq!((servers(&market), ran.view().open().count()), (vec![1], 1), "{first:?}");
    }
}

/// "Gone" after a "too fast" may be the own order of the first send.
#[test]
fn gone_after_too_fast_is_no_reason_to_take_the_next() {
    let mut market = Market::of(5, [Reply::ok(r#"{"code":5}"#), gone("server-already-rented"), placed(9)]);
    let ran = ran(&mut market, cheap());
    assert!(ran.result.unwrap_err().refusal().is_some());
    assert_eq!(servers(&market), [1, 1]);
}

#[test]
fn an_intent_that_cannot_be_marked_as_refused_stops_it() {
    let journal = MemoryJournal::new();
    let mut market = Market::of(5, [gone("server-offline"), placed(9)]);
    let mut run = Run::new(&settings(&session(), 3), cheap(), at(1));
    let result = loop {
        match run.next() {
            Next::Asked(asked) => {
                let (after, reply) = market.answer(&asked);
                run.reply(after, &reply);
            }
            Next::Records(Record::Resolved { .. }) => {
                run.recorded(Err(crate::journal::JournalError::LockTimeout));
            }
            Next::Records(record) => run.recorded(journal.record(record)),
            Next::Done(result) => break result,
            Next::Waits(_) => {}
        }
    };
    assert_eq!(result.unwrap_err().intents().len(), 1);
    assert_eq!(servers(&market), [1]);
}

#[test]
fn a_listing_older_than_30_s_is_read_again_before_a_create() {
    // Each reading of the history takes 20 s, so the second server's create would begin with an old listing.
    let mut market = Market::of(5, [gone("server-offline"), placed(9)]).row(0, 9, 2, "48");
    market.took = seconds(20);
    let ran = ran(&mut market, cheap());
    assert!(matches!(ran.end(), CheapestEnd::Rented(_)), "{:?}", ran.end());
    assert_eq!((market.listings, servers(&market)), (2, vec![1, 2]), "the gone one is not tried again");
    let mut read = Moment::ORIGIN;
    for asked in &ran.run.asked {
        if asked.path.starts_with("/v1/marketplace") {
            read = asked.at;
        }
        assert!(!asked.is_create() || asked.at.since(read) <= seconds(31), "{:?}", ran.run.asked);
    }
}

#[test]
fn a_listing_that_always_runs_out_ends_with_nothing_sent() {
    let mut market = Market::of(5, []);
    market.took = seconds(29);
    let mut plan = cheap();
    plan.offers = None;
    let journal = MemoryJournal::new();
    let mut run = Run::new(&settings(&session(), 3), plan, at(1));
    let mut late = 0;
    let result = loop {
        match run.next() {
            Next::Asked(asked) => {
                let (after, reply) = market.answer(&asked);
                run.reply(after, &reply);
            }
            Next::Records(record) => {
                // The journal's lock takes long.
                late += 1;
                run.now = run.now.after(seconds(2));
                run.recorded(journal.record(record));
            }
            Next::Done(result) => break result,
            Next::Waits(_) => {}
        }
    };
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Deadline);
    assert_eq!((market.asked_for.len(), market.listings), (0, 3));
    assert!(late > 0);
    let Ok(Recorded::Seen(view)) = journal.record(Record::Look) else { panic!() };
    assert_eq!(view.open().count(), 0, "each is marked as never sent");
}

/// Offers of the same market, read at 1 s.
fn offers() -> crate::op::Offers {
    let mut market = Market::of(5, []);
    let mut run = Run::new(&settings(&session(), 3), crate::op::FindServers::new(Filter::new()), at(1));
    run.finish(&MemoryJournal::new(), &mut |asked| market.answer(asked)).unwrap()
}

#[test]
fn offers_that_were_read_already_are_rented_from_while_they_are_fresh() {
    for (begin, listings) in [(2, 0), (31, 1), (500, 1)] {
        let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
        let mut run = Run::new(&settings(&session(), 3), cheap().offers(offers()), at(begin));
        let result = run.finish(&MemoryJournal::new(), &mut |asked| market.answer(asked));
        assert!(matches!(result.unwrap().end, CheapestEnd::Rented(_)));
        assert_eq!((market.listings, servers(&market)), (listings, vec![1]), "{begin}");
    }
}

#[test]
fn nothing_above_the_cap_is_asked_for() {
    let limit = |text: &str| text.parse().unwrap();
    let by_filter = RentCheapest::new(Filter::new().max_price(limit("0.25")), |offer| {
        CreateOrder::on_demand(offer, "img")
    });
    for plan in
        [cheap().max_price(limit("0.25")), by_filter, cheap().max_price(limit("9")).max_price(limit("0.25"))]
    {
        let mut market = Market::of(5, [(); 4].map(|()| gone("server-offline")));
        let ran = ran(&mut market, plan);
        assert_eq!(*ran.end(), CheapestEnd::Nothing);
        assert_eq!(servers(&market), [1, 2]);
    }
    let mut market = Market::of(5, []);
    let ran = ran(&mut market, cheap().max_price(limit("0.09")));
    assert_eq!((ran.end(), market.asked_for.len()), (&CheapestEnd::Nothing, 0));
}

/// A server above the session's limit is refused with the arithmetic, and an order above it is told.
#[test]
fn the_sessions_highest_rate_holds_for_the_next_server_and_for_the_order() {
    let limits = || Limits::new().max_rate("0.25".parse().unwrap());
    let capped = session_with(|builder| builder.limits(limits()));
    let mut market = Market::of(5, [(); 4].map(|()| gone("server-offline")));
    let error = ran_in(&capped, &mut market, cheap()).result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit(_)), "{error}");
    assert_eq!(servers(&market), [1, 2]);
    let mut market = Market::of(5, [placed(9)]).row(2, 9, 1, "240");
    assert!(matches!(ran_in(&capped, &mut market, cheap()).end(), CheapestEnd::GivenBack(_)));
}

#[test]
fn the_caps_of_the_order_are_in_the_journal() {
    let caps = OrderCaps::new().runtime(seconds(60));
    let mut market = Market::of(5, [placed(9)]).row(0, 9, 1, "24");
    let ran = ran(&mut market, cheap().caps(caps));
    assert_eq!(ran.view().orders().map(|order| order.caps).collect::<Vec<_>>(), [caps]);
}

#[test]
fn an_order_for_something_else_than_the_offer_is_never_sent() {
    type Make = fn(&Offer) -> CreateOrder;
    let other: Make = |_| CreateOrder::on_demand(crate::model::ServerId::new(77), "img");
    let coin: Make = |offer| CreateOrder::on_demand(offer, "img").coin(crate::model::Coin::Bitcoin);
    let kind: Make = |offer| CreateOrder::spot(offer, "img", offer.found.rate.clone().unwrap());
    for make in [other, coin, kind] {
        let mut market = Market::of(5, []);
        let ran = ran(&mut market, RentCheapest::new(Filter::new(), make));
        assert!(matches!(ran.result.unwrap_err().kind(), ErrorKind::Own(_)));
    }
}

#[test]
fn attempts_are_named_after_the_one_the_caller_gave() {
    let mut market =
        Market::of(5, [gone("server-offline"), gone("server-offline"), placed(9)]).row(0, 9, 3, "72");
    let ran = ran(&mut market, cheap());
    let names: Vec<_> = RentCheapest::intents(&IntentId::parse("mine").unwrap()).collect();
    let view = ran.view();
    let resolutions: Vec<_> = names.iter().map(|name| view.resolution(name).unwrap()).collect();
    assert_eq!(names.iter().map(IntentId::as_str).collect::<Vec<_>>(), ["mine", "mine.2", "mine.3"]);
    assert_eq!(resolutions.last().unwrap().order().unwrap().number(), 9);
}

#[test]
fn a_gone_server_is_what_the_reasons_table_says() {
    let gone: Vec<_> =
        crate::error::REASONS.iter().filter(|row| row.reason.is_server_gone()).map(|row| row.wire).collect();
    assert_eq!(gone.len(), 6, "{gone:?}");
    assert!(!Reason::NotEnoughBalance.is_server_gone() && !Reason::Unsaid.is_server_gone());
}
