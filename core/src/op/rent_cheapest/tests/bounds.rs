//! How far it goes, and no further.

use super::market::{Market, cheap, gone, placed, ran, servers};
use crate::endpoint::create_order::CreateOrder;
use crate::error::{Error, ErrorKind};
use crate::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use crate::model::{Coin, Kind, Rate, Rates};
use crate::op::scripted::{Asked, Next, Reply, Run, at, seconds, session, session_with, settings};
use crate::op::{CheapestEnd, FindServers, Offers, PriceCheck, RentCheapest, RentedCheapest};
use crate::search::Filter;
use crate::time::Moment;
use core::time::Duration;

/// A journal in which no intent can be marked.
#[derive(Debug, Default)]
struct Unmarked(MemoryJournal);

impl Journal for Unmarked {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        match record {
            Record::Resolved { .. } => Err(JournalError::LockTimeout),
            record => self.0.record(record),
        }
    }
}

/// What stopped it is the refusal, and not the intent that would stand in the next one's way.
#[test]
fn a_refusal_that_cannot_be_marked_is_the_end_and_what_is_told() {
    let mut market = Market::of(5, [gone("server-offline"), placed(9)]);
    let mut run = Run::new(&settings(&session(), 3), cheap(), at(1));
    let result = run.finish(&Unmarked::default(), &mut |asked| market.answer(asked));
    assert!(result.unwrap_err().refusal().is_some());
    assert_eq!(servers(&market), [1]);
}

#[test]
fn the_accounts_own_servers_are_never_asked_for() {
    let mut market = Market::of(5, [placed(9)]).row(0, 9, 2, "48");
    let mut run = Run::new(&settings(&session(), 3), cheap(), at(1));
    let result = run.finish(&MemoryJournal::new(), &mut |asked| match market.answer(asked) {
        (after, Reply::Whole { body, date, .. }) if asked.path.starts_with("/v1/marketplace") => {
            let body = body.replace(r#""my_servers":[]"#, r#""my_servers":[1]"#);
            (after, Reply::ok(body).dated(date.unwrap()))
        }
        other => other,
    });
    assert!(matches!(result.unwrap().end, CheapestEnd::Rented(_)));
    assert_eq!(servers(&market), [2]);
}

/// Offers of the same market, read at 1.1 s.
fn offers() -> Offers {
    let mut market = Market::of(5, []);
    let mut run = Run::new(&settings(&session(), 3), FindServers::new(Filter::new()), at(1));
    run.finish(&MemoryJournal::new(), &mut |asked| market.answer(asked)).unwrap()
}

/// Nothing is read for a create that cannot be made any more.
#[test]
fn the_first_thing_asked_for_is_a_new_listing_once_the_old_one_is_30_s_old() {
    for (ms, path) in [
        (31_099, "/v1/my_orders"),
        (31_100, "/v1/my_orders"),
        (31_101, "/v1/marketplace"),
        (500_000, "/v1/marketplace"),
    ] {
        let now = Moment::from_origin(Duration::from_millis(ms));
        let mut run = Run::new(&settings(&session(), 3), cheap().offers(offers()), now);
        let Next::Asked(asked) = run.next() else { panic!("{ms}") };
        assert!(asked.path.starts_with(path), "{ms}: {}", asked.path);
    }
}

fn looks(asked: &[Asked]) -> usize {
    asked.iter().filter(|asked| asked.path == "/v1/my_orders").count()
}

#[test]
fn an_order_is_looked_for_until_it_is_listed_but_not_for_ever() {
    let mut market = Market::of(5, [placed(9)]).row(6, 9, 1, "24");
    let late = ran(&mut market, cheap());
    let CheapestEnd::Rented(rental) = late.end() else { panic!() };
    assert_eq!(rental.price, PriceCheck::Within("0.10".parse().unwrap()));
    assert_eq!(looks(&late.run.asked), 2);
    let mut market = Market::of(5, [placed(9)]);
    let never = ran(&mut market, cheap());
    let CheapestEnd::Rented(rental) = never.end() else { panic!() };
    assert_eq!(rental.price, PriceCheck::NotRead(None));
    assert_eq!(looks(&never.run.asked), 3);
}

/// Rents a spot offer of 24 CLORE, a tenth of a dollar an hour, at a bid of `clore`, with a cap of $0.15.
fn bid(clore: &str) -> (Result<RentedCheapest, Error>, usize) {
    let rate = Rate::parse(clore, Coin::Clore).unwrap();
    let filter = Filter::new().kind(Kind::Spot);
    let plan = RentCheapest::new(filter, move |offer| CreateOrder::spot(offer, "img", rate.clone()));
    let session =
        session_with(|builder| builder.rates(Rates::new().with(Coin::Clore, "0.1".parse().unwrap())));
    let mut run = Run::new(&settings(&session, 3), plan.max_price("0.15".parse().unwrap()), at(1));
    let listing = r#"{"servers":[{"id":1,"rented":false,"price":{"on_demand":{"CLORE-Blockchain":90},
        "spot":{"CLORE-Blockchain":24}}}],"my_servers":[],"code":0}"#;
    let row = r#"{"id":9,"si":1,"spot":true,"currency":"CLORE-Blockchain","price":24}"#;
    let mut creates = 0;
    let result = run.finish(&MemoryJournal::new(), &mut |asked| {
        creates += usize::from(asked.is_create());
        let listed = if creates > 0 { row } else { "" };
        let reply = match asked.path.as_str() {
            path if path.starts_with("/v1/marketplace") => listing.to_owned(),
            _ if asked.is_create() => r#"{"code":0,"order_id":9}"#.to_owned(),
            _ => format!(r#"{{"orders":[{listed}],"code":0}}"#),
        };
        (seconds(1), Reply::ok(reply))
    });
    (result, creates)
}

#[test]
fn a_bid_above_the_cap_is_never_sent() {
    for (clore, creates) in [("24", 1), ("36", 1), ("36.1", 0), ("2400", 0)] {
        let (result, sent) = bid(clore);
        assert_eq!(sent, creates, "{clore} {result:?}");
        assert_eq!(result.is_ok(), creates == 1, "{clore}");
        if let Err(error) = result {
            assert!(matches!(error.kind(), ErrorKind::Own(_)), "{error:?}");
        }
    }
}
