//! What a row's price, a listing without a guard and a missing reading mean for limits.

use super::*;
use crate::endpoint::create_order::{CreateOrder, Listed, Target};
use crate::endpoint::{Beside, Raw};

const DEAR: &str = r#"{"id":7,"si":9,"currency":"CLORE-Blockchain","price":48}"#;
const DEAR_AND_OVER: &str =
    r#"{"id":7,"si":9,"currency":"CLORE-Blockchain","price":48,"status":"cancelled","expired":true}"#;

#[test]
fn a_row_that_is_dearer_than_the_journal_knows_enters_it_and_is_counted_when_over() {
    for (rows, limits, price, over) in [
        (DEAR, day(900), "2", false),
        // Before the end is marked: what it cost counts at that price.
        (DEAR_AND_OVER, day(900), "2", true),
        (DEAR_AND_OVER, Limits::new().max_open_orders(9), "2", true),
        // Whatever somebody says its coin is worth today, and dollars that the row says, raise nothing.
        (
            r#"{"id":7,"si":9,"currency":"CLORE-Blockchain","price":24,"original_price_usd":999}"#,
            day(90_000),
            "1",
            false,
        ),
        (r#"{"id":7,"si":9,"currency":"USD-Blockchain","price":999}"#, day(90_000), "1", false),
        // Cheaper by its row: the price agreed to stays.
        (r#"{"id":7,"si":9,"currency":"CLORE-Blockchain","price":1}"#, day(900), "1", false),
    ] {
        let journal = with_order();
        let _ = run(&within(limits), &journal, bids(), rows, ALL_PLACED).1.unwrap();
        let view = view(&journal);
        let known = view.order(SEVEN).unwrap();
        assert_eq!((known.price, known.is_over), (Some(usd(price)), over), "{rows}");
    }
}

/// The host may have raised it since, whatever the listing's age: `rent` sends a guard, a plain create only if told to.
#[test]
fn a_plain_create_is_priced_for_a_limit_only_by_what_the_service_is_held_to() {
    let listed = Listed::new([clore("24")]).at(at(1));
    let order = CreateOrder::on_demand(Target::new(crate::model::ServerId::new(5)).listed(listed), "i")
        .coin(crate::model::Coin::Clore);
    let send =
        |order, limits| run(&within(limits), &MemoryJournal::new(), order, "", r#"{"code":0,"order_id":9}"#);
    for limits in [Limits::new().max_rate(usd("9")), day(900)] {
        let (sent, result) = send(order.clone(), limits);
        assert!(!sent.iter().any(|path| path.starts_with("/v1/create")));
        assert!(matches!(breach(result), Breach::Unpriced { of: Unpriced::ThisSpend, .. }));
        send(order.clone().required_price(clore("24")), limits).1.unwrap();
    }
    send(order, Limits::new().max_open_orders(1)).1.unwrap();
}

#[test]
fn limits_that_count_orders_refuse_where_neither_a_journal_nor_a_reading_counts_them() {
    let session =
        session_with(|builder| builder.limits(Limits::new().max_open_orders(9)).accept_unread_history(true));
    let mut run = Run::new(&settings(&session, 3), bids(), at(1));
    let result = run.finish(&Without, &mut |asked: &Asked| {
        let list = asked.path.starts_with("/v1/my_orders");
        (seconds(1), Reply::ok(if list { r#"{"orders":null,"code":0}"# } else { ALL_PLACED }))
    });
    assert_eq!(breach(result), Breach::Uncounted);
}

/// An own endpoint that says nothing of its orders is one order of unknown price.
struct Silent;

impl Endpoint for Silent {
    type Output = String;
    type Reader = crate::endpoint::Whole<String>;
    const NAME: &'static str = "silent";

    fn effect(&self) -> Effect {
        Effect::Spend
    }
    fn prices(&self) -> Vec<Option<Rate>> {
        Vec::new()
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, crate::error::InvalidRequest> {
        crate::endpoint::Path::new("/v1/own").into_change(&[0])
    }
    fn reader(&self, caps: &crate::limits::Caps) -> Self::Reader {
        crate::endpoint::Whole::new(caps, |_| Ok(String::new()))
    }
}

#[test]
fn a_spend_that_states_no_prices_counts_as_one_order_of_unknown_price() {
    let send = |limits| run(&within(limits), &MemoryJournal::new(), Silent, "", r#"{"code":0}"#).1;
    assert!(matches!(breach(send(Limits::new().max_open_orders(0))), Breach::OpenOrders { adds: 1, .. }));
    assert!(matches!(breach(send(day(900))), Breach::Unpriced { .. }));
}

/// Its answer is read in another way, its money is the same: bids are so many orders, each at its price.
#[test]
fn a_wrapped_call_is_to_limits_and_journal_what_it_is_alone() {
    fn told<P: Plan>(plan: P, limits: Limits) -> (Vec<String>, Option<Breach>) {
        let (sent, result) = run(&within(limits), &MemoryJournal::new(), plan, "", ALL_PLACED);
        let breach = result.map(drop).err().map(|error| match error.kind() {
            ErrorKind::Limit(breach) => (**breach).clone(),
            other => panic!("{other:?}"),
        });
        (sent, breach)
    }
    for limits in [
        Limits::new().max_rate(usd("1.99")),
        Limits::new().max_rate(usd("2")),
        Limits::new().max_open_orders(1),
        Limits::new().max_open_orders(2),
        day(75),
        day(76),
    ] {
        let alone = told(bids(), limits);
        assert_eq!(told(Raw(bids()), limits), alone, "{limits:?}");
        assert_eq!(told(Beside(bids()), limits), alone, "{limits:?}");
    }
    // A plain create is priced by nothing, wrapped or not.
    let plain = || {
        let listed = Listed::new([clore("24")]).at(at(1));
        CreateOrder::on_demand(Target::new(ServerId::new(5)).listed(listed), "i")
    };
    assert_eq!(told(Raw(plain()), day(900)), told(plain(), day(900)));
    assert!(matches!(told(Raw(plain()), day(900)).1, Some(Breach::Unpriced { .. })));
    for noted in [noted_after(spot("48")), noted_after(Raw(spot("48"))), noted_after(Beside(spot("48")))] {
        // With the fee.
        assert_eq!(noted, Some(usd("2.1")));
    }
}

/// What the journal knows of the order's price after `plan` was sent.
fn noted_after<P: Plan>(plan: P) -> Option<UsdPerHour> {
    let journal = with_order();
    let _ = run(&within(Limits::new().max_rate(usd("9"))), &journal, plan, "", r#"{"code":0}"#);
    view(&journal).order(SEVEN).and_then(|order| order.price)
}
