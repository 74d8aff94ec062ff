//! Limits on everything else that spends: gigaspot creates, users' own endpoints, and reprices.

use super::scripted::{Asked, Next, Reply, Run, at, seconds, session, session_with, settings};
use super::{EditGigaspot, Operation, Plan, Reprice, Within};
use crate::effect::Effect;
use crate::endpoint::Endpoint;
use crate::endpoint::gigaspot::{CreateGigaspotOrders, GigaspotBid, GigaspotEdit};
use crate::endpoint::set_spot_price::SetSpotPrice;
use crate::error::{Error, ErrorKind};
use crate::journal::{Journal, JournalError, MemoryJournal, Record, Recorded, View};
use crate::model::{Coin, GpuOverclock, OrderId, Rate, Rates, ServerId, Usd, UsdPerHour};
use crate::session::Session;
use crate::spending::{Breach, Limits, Unpriced};

fn usd(text: &str) -> UsdPerHour {
    text.parse().unwrap()
}

fn clore(digits: &str) -> Rate {
    Rate::parse(digits, Coin::Clore).unwrap()
}

fn day(dollars: u32) -> Limits {
    Limits::new().max_total_per_day(Usd::new(dollars.into()).unwrap())
}

/// One CLORE is worth a dollar.
fn within(limits: Limits) -> Session {
    let rates = Rates::new().with(Coin::Clore, "1".parse().unwrap());
    session_with(|builder| builder.rates(rates).limits(limits))
}

/// Two bids of 24 and 48 CLORE a day: at most $2 an hour, $75.60 a day with the fee.
fn bids() -> CreateGigaspotOrders {
    let bid = |server, digits| {
        GigaspotBid::new(ServerId::new(server), "i", clore(digits), [GpuOverclock::new(150)])
    };
    CreateGigaspotOrders::new([bid(5, "24"), bid(6, "48")])
}

const ALL_PLACED: &str = r#"{"code":0,"status":"ok","failed_to_rent_servers":[],"failed_to_oc_servers":[]}"#;

fn view(journal: &MemoryJournal) -> View {
    match journal.record(Record::Look) {
        Ok(Recorded::Seen(view)) => view,
        other => panic!("{other:?}"),
    }
}

/// Runs `plan`: readings show `orders`, everything else is answered with `reply`. Paths of what was sent, and the end.
fn run<P: Plan>(
    session: &Session,
    journal: &dyn Journal,
    plan: P,
    orders: &str,
    reply: &str,
) -> (Vec<String>, Result<<P::Operation as Operation>::Output, Error>)
where
    P::Operation: Operation,
{
    let mut run = Run::new(&settings(session, 3), plan, at(1));
    let result = run.finish(journal, &mut |asked: &Asked| {
        let list = asked.path.starts_with("/v1/my_orders");
        let body = if list { format!(r#"{{"orders":[{orders}],"code":0}}"#) } else { reply.to_owned() };
        (seconds(1), Reply::ok(body))
    });
    (run.asked.iter().map(|asked| asked.path.clone()).collect(), result)
}

fn breach<T>(result: Result<T, Error>) -> Breach {
    match result.map(drop).unwrap_err().kind() {
        ErrorKind::Limit(breach) => (**breach).clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn bids_are_limited_each_by_the_rate_and_together_by_day_and_number() {
    let one = |limits, orders: &str| run(&within(limits), &MemoryJournal::new(), bids(), orders, ALL_PLACED);
    let (sent, result) = one(Limits::new().max_rate(usd("1.99")), "");
    assert_eq!(breach(result), Breach::Rate { max: usd("1.99"), price: usd("2") });
    assert!(sent.is_empty(), "a limit on rates needs no reading: {sent:?}");
    let (sent, result) = one(Limits::new().max_open_orders(1), "");
    assert!(matches!(breach(result), Breach::OpenOrders { adds: 2, .. }));
    assert_eq!(sent.len(), 1, "{sent:?}");
    let (_, result) = one(day(75), "");
    let Breach::PerDay { adds, .. } = breach(result) else { panic!() };
    assert_eq!(adds.to_string(), "$75.60");
    let all = Limits::new().max_rate(usd("2")).max_open_orders(2).lowered_by(&day(76));
    let (sent, result) = one(all, "");
    drop(result.unwrap());
    assert_eq!(sent.len(), 2, "{sent:?}");
    // One order that the journal does not know is enough.
    assert!(matches!(breach(one(all, r#"{"id":1,"si":9}"#).1), Breach::OpenOrders { .. }));
}

#[test]
fn without_limits_that_count_orders_nothing_is_read_first() {
    let (sent, result) = run(&session(), &MemoryJournal::new(), bids(), "", ALL_PLACED);
    drop(result.unwrap());
    assert_eq!(sent, ["/v1/create_gigaspot_orders"]);
}

#[test]
fn bids_that_were_placed_count_against_the_next_although_no_answer_names_their_orders() {
    let journal = MemoryJournal::new();
    let session = within(day(100));
    drop(run(&session, &journal, bids(), "", ALL_PLACED).1.unwrap());
    // The list lags: what they can have cost so far is nothing yet, and by the next reading they are rows.
    let rows = r#"{"id":1,"si":5,"currency":"CLORE-Blockchain","price":24},{"id":2,"si":6,"currency":"CLORE-Blockchain","price":48}"#;
    let mut again = Run::new(&settings(&session, 4), bids(), at(1));
    let result = again.finish(&journal, &mut |asked: &Asked| {
        assert!(asked.path.starts_with("/v1/my_orders"), "{asked:?}");
        (seconds(1), Reply::ok(format!(r#"{{"orders":[{rows}],"code":0}}"#)))
    });
    let Breach::PerDay { day, .. } = breach(result) else { panic!() };
    assert_eq!((day.open.to_string(), day.open_orders), ("$75.60".into(), 2));
}

/// The list lags behind what was placed, and no answer names it.
#[test]
fn bids_that_the_list_does_not_show_yet_count_against_the_next() {
    for limits in [Limits::new().max_open_orders(3), day(100)] {
        let (journal, session) = (MemoryJournal::new(), within(limits));
        drop(run(&session, &journal, bids(), "", ALL_PLACED).1.unwrap());
        let mut again = Run::new(&settings(&session, 4), bids(), at(4));
        let result = again.finish(&journal, &mut |asked: &Asked| {
            let list = asked.path.starts_with("/v1/my_orders");
            (seconds(1), Reply::ok(if list { r#"{"orders":[],"code":0}"# } else { ALL_PLACED }))
        });
        match breach(result) {
            Breach::OpenOrders { open, .. } => assert_eq!(open.total(), 2),
            Breach::PerDay { day, .. } => {
                assert_eq!((day.open.to_string(), day.open_orders), ("$75.60".into(), 2));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_reading_that_cannot_be_had_refuses_what_counts_orders() {
    let journal = MemoryJournal::new();
    let mut run = Run::new(&settings(&within(Limits::new().max_open_orders(9)), 3), bids(), at(1));
    let result =
        run.finish(&journal, &mut |_: &Asked| (seconds(1), Reply::ok(r#"{"orders":null,"code":0}"#)));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Decode(_)));
    assert!(run.asked.iter().all(|asked| asked.path.starts_with("/v1/my_orders")));
    assert_eq!(view(&journal).open().count(), 0);
    // A reading that fails is tried again before it refuses, which is told.
    let mut run = Run::new(&settings(&within(Limits::new().max_open_orders(9)), 3), bids(), at(1));
    let result = run.finish(&journal, &mut |_: &Asked| (seconds(1), Reply::status(502, "<html>")));
    assert!(result.is_err() && run.asked.iter().all(|asked| asked.path.starts_with("/v1/my_orders")));
    let tries = run.events.iter().filter(|event| matches!(event, crate::event::Event::RetryScheduled { .. }));
    assert_eq!((run.asked.len(), tries.count()), (3, 2));
}

/// Only by name: then the orders that the journal knows are all that is counted.
#[test]
fn a_reading_that_cannot_be_had_is_passed_over_where_the_caller_accepts_that() {
    for (max, paths) in [(9, 2), (1, 1)] {
        let session = session_with(|builder| {
            builder.limits(Limits::new().max_open_orders(max)).accept_unread_history(true).max_retries(1)
        });
        let mut run = Run::new(&settings(&session, 3), bids(), at(1));
        let result = run.finish(&MemoryJournal::new(), &mut |asked: &Asked| {
            let list = asked.path.starts_with("/v1/my_orders");
            (seconds(1), Reply::ok(if list { r#"{"orders":null,"code":0}"# } else { ALL_PLACED }))
        });
        assert_eq!((run.asked.len(), result.is_ok()), (paths, paths == 2), "{result:?}");
    }
}

/// A user's own endpoint that states no price, or this one.
struct Own(Option<Rate>);

impl Endpoint for Own {
    type Output = String;
    type Reader = crate::endpoint::Whole<String>;
    const NAME: &'static str = "own";

    fn effect(&self) -> Effect {
        Effect::Spend
    }
    fn prices(&self) -> Vec<Option<Rate>> {
        vec![self.0.clone()]
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, crate::error::InvalidRequest> {
        crate::endpoint::Path::new("/v1/own").into_change(&[0])
    }
    fn reader(&self, caps: &crate::limits::Caps) -> Self::Reader {
        crate::endpoint::Whole::new(caps, |_| Ok(String::new()))
    }
}

#[test]
fn an_own_endpoint_is_refused_by_a_limit_in_dollars_unless_it_states_a_price_that_fits() {
    let own = |price: Option<&str>, limits| {
        run(&within(limits), &MemoryJournal::new(), Own(price.map(clore)), "", r#"{"code":0}"#)
    };
    for limits in [Limits::new().max_rate(usd("9")), day(900)] {
        let Breach::Unpriced { of, .. } = breach(own(None, limits).1) else { panic!() };
        assert_eq!(of, Unpriced::ThisSpend);
        own(Some("24"), limits).1.unwrap();
    }
    assert!(matches!(breach(own(Some("24"), day(25)).1), Breach::PerDay { .. }));
    own(None, Limits::new().max_open_orders(1)).1.unwrap();
}

#[test]
fn a_plan_can_be_run_within_lower_limits_and_never_higher_ones() {
    let session = within(Limits::new().max_open_orders(5));
    let plan = |most| Within::new(Limits::new().max_open_orders(most), bids());
    let journal = MemoryJournal::new();
    assert!(matches!(
        breach(run(&session, &journal, plan(1), "", ALL_PLACED).1),
        Breach::OpenOrders { max: 1, .. }
    ));
    let session = within(Limits::new().max_open_orders(1));
    assert!(matches!(
        breach(run(&session, &journal, plan(9), "", ALL_PLACED).1),
        Breach::OpenOrders { max: 1, .. }
    ));
}

const SEVEN: OrderId = OrderId::new(7);

/// The order 7 at a dollar an hour with the fee.
fn with_order() -> MemoryJournal {
    let journal = MemoryJournal::new();
    let mut intent = crate::journal::Intent::new("a".parse().unwrap(), "create_order");
    (intent.rate, intent.price) = (Some(clore("24")), Some(usd("1")));
    let claim = journal.record(Record::Intent(Box::new(intent))).unwrap();
    let resolution = crate::journal::Resolution::Placed { order: SEVEN, inferred: false };
    journal.record(Record::Resolved { intent: "a".parse().unwrap(), resolution, wall: None }).unwrap();
    drop(claim);
    journal
}

fn spot(digits: &str) -> SetSpotPrice {
    SetSpotPrice::new(SEVEN, clore(digits))
}

fn edit(digits: &str) -> EditGigaspot {
    EditGigaspot::new([GigaspotEdit::new(SEVEN, clore(digits), [GpuOverclock::new(150)])])
}

/// Every way to send a new price of 48 CLORE a day, run within `limits`: what was sent and what is wrong.
fn each_reprice(
    limits: Limits,
    journal: impl Fn() -> MemoryJournal,
) -> Vec<(Vec<String>, Option<Error>, MemoryJournal)> {
    let edited = r#"{"code":0,"updated_orders":[7],"failed_orders":[],"failed_to_oc_orders":[]}"#;
    let session = within(limits);
    let mut ends = Vec::new();
    let journal_of = journal();
    let (sent, result) = run(&session, &journal_of, Reprice::new(spot("48")), "", r#"{"code":0}"#);
    ends.push((sent, result.err(), journal_of));
    let journal_of = journal();
    let (sent, result) = run(&session, &journal_of, spot("48"), "", r#"{"code":0}"#);
    ends.push((sent, result.err(), journal_of));
    let journal_of = journal();
    let (sent, result) = run(&session, &journal_of, edit("48"), "", edited);
    ends.push((sent, result.err(), journal_of));
    ends
}

#[test]
fn a_reprice_above_the_rate_is_refused_before_anything_is_sent_and_names_its_order() {
    for (sent, error, journal) in each_reprice(Limits::new().max_rate(usd("1.99")), with_order) {
        let error = error.unwrap();
        assert_eq!(error.order_ids(), [SEVEN]);
        assert_eq!(breach(Err::<(), _>(error)), Breach::Rate { max: usd("1.99"), price: usd("2") });
        assert!(sent.is_empty());
        assert_eq!(view(&journal).order(SEVEN).unwrap().price, Some(usd("1")), "nothing changed");
    }
}

#[test]
fn a_reprice_is_in_the_journal_before_it_is_sent_with_its_fee() {
    for limits in [Limits::new(), Limits::new().max_rate(usd("2")), day(1)] {
        for (sent, _, journal) in each_reprice(limits, with_order) {
            assert!(!sent.is_empty());
            assert_eq!(view(&journal).order(SEVEN).unwrap().price, Some(usd("2.10")));
        }
    }
    let mut run = Run::new(&settings(&session(), 3), Reprice::new(spot("48")), at(1));
    assert!(matches!(run.next(), Next::Records(Record::Repriced { order: SEVEN, .. })));
    run.recorded(Ok(Recorded::Written));
    assert!(matches!(run.next(), Next::Asked(_)));
}

#[test]
fn a_reprice_whose_worth_is_not_known_is_refused_by_a_limit_on_rates() {
    let session = session_with(|builder| builder.limits(Limits::new().max_rate(usd("9"))));
    let (sent, result) = run(&session, &MemoryJournal::new(), Reprice::new(spot("48")), "", r#"{"code":0}"#);
    assert_eq!(breach(result), Breach::Unpriced { limit: "max_rate", of: Unpriced::Order(SEVEN) });
    assert!(sent.is_empty());
}

/// A reprice of one's own that names no order.
struct OwnReprice;

impl Endpoint for OwnReprice {
    type Output = String;
    type Reader = crate::endpoint::Whole<String>;
    const NAME: &'static str = "own_reprice";

    fn effect(&self) -> Effect {
        Effect::Reprice
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, crate::error::InvalidRequest> {
        crate::endpoint::Path::new("/v1/own").into_change(&[0])
    }
    fn reader(&self, caps: &crate::limits::Caps) -> Self::Reader {
        crate::endpoint::Whole::new(caps, |_| Ok(String::new()))
    }
}

#[test]
fn a_reprice_that_names_no_price_is_refused_by_limits_in_dollars_only() {
    let own = |limits| run(&within(limits), &MemoryJournal::new(), OwnReprice, "", r#"{"code":0}"#).1;
    assert!(matches!(breach(own(Limits::new().max_rate(usd("9")))), Breach::Unpriced { .. }));
    assert!(matches!(breach(own(day(900))), Breach::Unpriced { limit: "max_total_per_day", .. }));
    own(Limits::new().max_open_orders(0)).unwrap();
}

#[derive(Debug)]
struct Without;

impl Journal for Without {
    fn record(&self, _: Record) -> Result<Recorded, JournalError> {
        Ok(Recorded::Written)
    }
}

#[test]
fn bids_without_a_journal_are_limited_all_the_same() {
    let one = |limits| run(&within(limits), &Without, bids(), "", ALL_PLACED);
    let (sent, result) = one(Limits::new().max_rate(usd("1.99")));
    assert!(matches!(breach(result), Breach::Rate { .. }));
    assert!(sent.is_empty());
    assert!(one(Limits::new().max_rate(usd("2"))).1.is_ok());
}

#[derive(Debug)]
struct Full;

impl Journal for Full {
    fn record(&self, _: Record) -> Result<Recorded, JournalError> {
        Err(JournalError::Medium { kind: std::io::ErrorKind::StorageFull, doing: "writing a line" })
    }
}

#[test]
fn a_reprice_that_cannot_be_noted_is_sent_only_where_nothing_is_limited() {
    let send = |limits| run(&within(limits), &Full, Reprice::new(spot("48")), "", r#"{"code":0}"#);
    let (sent, result) = send(day(900));
    assert!(sent.is_empty());
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Journal(_)));
    let (sent, result) = send(Limits::new());
    assert_eq!((sent.len(), result), (1, Ok(())));
}

#[test]
fn what_cannot_be_sent_changes_no_price_in_the_journal() {
    let journal = with_order();
    let (sent, result) = run(&session(), &journal, EditGigaspot::new([]), "", "");
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Invalid(_)));
    assert!(sent.is_empty());
}

#[path = "limit_row_tests.rs"]
mod rows;
