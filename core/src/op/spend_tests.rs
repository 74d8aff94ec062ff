//! One-shot money calls: the intent comes before the first byte, and nothing is sent twice that may have been done.

use super::*;
use crate::drive::scripted::{
    Asked, KEY, Reply, Scripted, begin, both, config, fail, go, never, ok, refused_connection, reset,
    session, status, together,
};
use crate::endpoint::Raw;
use crate::endpoint::create_order::CreateOrder;
use crate::error::{Code, FailureKind};
use crate::journal::{Journal, OpenIntent};
use crate::limits::Caps;
use crate::model::{Coin, Rate, ServerId};
use crate::session::Session;
use core::time::Duration;

#[path = "spend_step_tests.rs"]
mod steps;

const PLACED: &str = r#"{"code":0,"order_id":77}"#;

fn replies(list: impl Into<Vec<Reply>>) -> Scripted {
    let list = list.into();
    Scripted::new(move |asked: &Asked| list.get(asked.n).or(list.last()).unwrap().clone())
}

fn create() -> CreateOrder {
    CreateOrder::on_demand(ServerId::new(5), "ubuntu")
}

fn spend(world: &Scripted) -> (Result<(), Error>, Scripted) {
    let (result, world) = both(world, &config().build().unwrap(), create());
    (result.map(drop), world)
}

fn open(world: &Scripted) -> Vec<OpenIntent> {
    match world.journal.record(Record::Look) {
        Ok(Recorded::Seen(view)) => view.open().cloned().collect(),
        other => panic!("{other:?}"),
    }
}

fn position(world: &Scripted, word: &str) -> usize {
    let trace = world.trace();
    trace.iter().position(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {trace:#?}"))
}

#[test]
fn the_intent_is_recorded_before_the_first_byte() {
    let (result, world) = spend(&replies([ok(PLACED)]));
    result.unwrap();
    assert!(position(&world, "Intent(") < position(&world, "POST "));
    assert!(position(&world, "IntentRecorded") < position(&world, "AttemptBegan"));
    assert!(position(&world, "OrderPlaced") < position(&world, "Resolved {"), "told before it is resolved");
    assert!(open(&world).is_empty());
}

#[test]
fn create_sent_once_on_any_unknown_outcome() {
    let mut table = vec![
        reset(),
        never(),
        fail(Delivery::Unknown, FailureKind::Protocol),
        fail(Delivery::Unknown, FailureKind::TooLarge),
        ok(PLACED).cut(),
        ok(PLACED).header("content-length", "99"),
        ok("<html>"),
        ok(""),
        ok("[]"),
        ok("null"),
        ok(r#"{"order_id":7}"#),
        ok(r#"{"code":0}"#),
        ok(r#"{"code":0,"error":"odd"}"#),
        ok(r#"{"code":0,"order_id":1,"id":2}"#),
        ok(r#"{"code":"x"}"#),
        ok(r#"{"code":false}"#),
        ok(r#"{"code":1}"#),
        ok(r#"{"code":5}"#),
        ok(r#"{"code":7,"error":"x"}"#),
        status(429, r#"{"code":5}"#),
        status(500, PLACED),
        status(302, "").header("location", "https://evil.example/"),
        ok("[".repeat(100_000)),
    ];
    table.extend([301, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504].map(|code| status(code, "<html>")));
    for reply in table {
        let (result, world) = spend(&replies([reply.clone()]));
        let error = result.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::OutcomeUnknown, "{reply:?}");
        assert_eq!(world.sent().len(), 1, "{reply:?}");
        let open = open(&world);
        assert_eq!(open.len(), 1, "{reply:?}");
        assert_eq!(error.intents(), [open[0].intent.id.clone()]);
        assert!(world.events().iter().any(|event| matches!(event, Event::OutcomeUnclear { .. })));
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
    let (result, _) = spend(&replies([status(500, PLACED)]));
    assert_eq!(result.unwrap_err().order_ids(), [OrderId::new(77)], "an id that was seen is told");
}

#[test]
fn only_codes_2_3_4_and_6_refuse() {
    for http in [200, 302, 400, 401, 404, 429, 500] {
        for (code, text) in [(2, ""), (3, ""), (4, ""), (6, r#","error":"server-already-rented""#)] {
            let (result, world) = spend(&replies([status(http, format!(r#"{{"code":{code}{text}}}"#))]));
            let error = result.unwrap_err();
            match error.kind() {
                ErrorKind::Refused(refusal) => assert_eq!(refusal.code, Code::from_number(code)),
                ErrorKind::Key => assert_eq!(code, 3),
                other => panic!("{http} {code} {other:?}"),
            }
            assert!(open(&world).is_empty() && world.sent().len() == 1);
        }
    }
}

#[test]
fn what_was_certainly_never_sent_is_sent_again() {
    let (result, world) = spend(&replies([refused_connection(), refused_connection(), ok(PLACED)]));
    result.unwrap();
    assert_eq!(world.sent().len(), 3);
    let intents = world.trace().iter().filter(|line| line.contains(" Intent(")).count();
    assert_eq!(intents, 1, "one intent for all attempts");
    let (result, world) = spend(&replies([refused_connection()]));
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Connect));
    assert_eq!((error.delivery(), world.sent().len()), (Delivery::NotSent, 3));
    assert!(open(&world).is_empty(), "resolved as never sent");
    let (result, world) = spend(&replies([refused_connection(), reset()]));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!((world.sent().len(), open(&world).len()), (2, 1));
    let (_, world) = spend(&replies([fail(Delivery::NotSent, FailureKind::Certificate)]));
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn without_a_key_nothing_is_sent_and_the_intent_is_closed() {
    let keyless = crate::config::Config::builder().build().unwrap();
    let (result, world) = both(&replies([ok(PLACED)]), &keyless, create());
    assert_eq!(*result.map(drop).unwrap_err().kind(), ErrorKind::Config(crate::error::ConfigError::NoKey));
    assert!(world.sent().is_empty() && open(&world).is_empty());
}

#[test]
fn a_journal_that_fails_lets_nothing_be_sent() {
    let intents = |record: &Record| matches!(record, Record::Intent(_)).then_some(JournalError::LockTimeout);
    let (result, world) = spend(&replies([ok(PLACED)]).failing(intents));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Journal(JournalError::LockTimeout));
    assert!(world.sent().is_empty());
    // After the fact it hides nothing.
    let resolved =
        |record: &Record| matches!(record, Record::Resolved { .. }).then_some(JournalError::LockTimeout);
    let (result, world) = spend(&replies([ok(PLACED)]).failing(resolved));
    result.unwrap();
    assert!(world.events().iter().any(|event| matches!(event, Event::JournalWarning { .. })));
    let sent = |record: &Record| matches!(record, Record::Sent(_)).then_some(JournalError::LockTimeout);
    let (result, _) = spend(&replies([reset()]).failing(sent));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn an_open_intent_blocks_the_next_create() {
    let world = replies([reset(), ok(PLACED)]);
    let session = session();
    assert_eq!(*go(&world, &session, create()).map(drop).unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    // The next one has a name of its own.
    let settings = Settings::new(&session, None, [8; 32]);
    let call =
        crate::call::Call::new(&session, super::super::Single::new(&settings, create(), Moment::ORIGIN));
    let error = crate::drive::run_blocking(&world, call).map(drop).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::OpenIntents);
    assert_eq!((error.intents().len(), world.sent().len()), (1, 1));
}

#[test]
fn a_call_dropped_in_flight_leaves_its_intent_open_and_ownerless() {
    let world = replies([never()]);
    let session = session();
    {
        let mut running = Box::pin(begin(&world, &session, create()));
        let mut context = core::task::Context::from_waker(core::task::Waker::noop());
        assert!(running.as_mut().poll(&mut context).is_pending());
        assert_eq!(world.sent().len(), 1);
    }
    let open = open(&world);
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].ownership, crate::journal::Ownership::Ownerless);
    assert_eq!(session.gate().waiting().total(), 0);
}

/// A create in the last moment is only good for an unknown outcome.
#[test]
fn no_create_is_sent_in_its_last_second() {
    let slow = Scripted::new(|asked| if asked.path() == "/create_order" { ok(PLACED) } else { never() });
    let config = config().deadline(Duration::from_millis(6_000)).build().unwrap();
    let session = Session::new(config);
    go(&slow, &session, create()).map(drop).unwrap();
    let settings = Settings::new(&session, None, [8; 32]);
    let again = CreateOrder::on_demand(ServerId::new(6), "ubuntu");
    let call = crate::call::Call::new(&session, super::super::Single::new(&settings, again, Moment::ORIGIN));
    // The gap of 5.5 s ends at 5.55 s; the deadline is at 6 s.
    let error = crate::drive::run_blocking(&slow, call).map(drop).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Deadline);
    assert_eq!((slow.sent().len(), slow.ms(), open(&slow).len()), (1, 50, 0));
}

#[test]
fn two_creates_keep_their_gap_and_hung_ones_do_not_stop_reads() {
    let world = Scripted::new(|asked| match asked.path() {
        "/create_order" => never(),
        _ => ok(r#"{"wallets":[],"code":0}"#),
    });
    let session = session();
    let mut read_at = 0;
    together(
        &world,
        vec![
            Box::pin(async { drop(begin(&world, &session, create()).await) }),
            Box::pin(async {
                drop(begin(&world, &session, crate::endpoint::wallets::Wallets).await.unwrap());
                read_at = world.ms();
            }),
        ],
    );
    assert!(read_at < 2_000, "hung_create_does_not_stop_reads: {read_at}");
}

/// A call of a user's own that spends, names no server, and answers no order.
#[derive(Clone)]
struct Own;

impl Endpoint for Own {
    type Output = ();
    type Reader = crate::endpoint::Whole<()>;
    const NAME: &'static str = "own";
    fn effect(&self) -> Effect {
        Effect::Spend
    }
    fn request(&self) -> Result<http::Request<Vec<u8>>, crate::error::InvalidRequest> {
        crate::endpoint::Path::new("/v1/own").into_change(&())
    }
    fn reader(&self, caps: &Caps) -> Self::Reader {
        crate::endpoint::Whole::new(caps, |_| Ok(()))
    }
}

#[test]
fn an_own_call_that_names_no_server_is_done_when_the_service_says_so() {
    let config = config().build().unwrap();
    let (result, world) = both(&replies([ok(r#"{"code":0}"#)]), &config, Own);
    assert!(result.is_ok() && open(&world).is_empty());
    assert!(world.trace().iter().any(|line| line.contains("resolution: Done")));
    let (result, world) = both(&replies([reset()]), &config, Own);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!((world.sent().len(), open(&world).len()), (1, 1));
}

/// Bytes alone do not say that a rental was placed or refused.
#[test]
fn a_raw_create_ends_well_only_with_an_order() {
    let config = config().build().unwrap();
    let (result, world) = both(&replies([ok(PLACED)]), &config, Raw(create()));
    assert_eq!(result.unwrap(), PLACED.as_bytes());
    assert!(open(&world).is_empty());
    for body in [r#"{"code":1}"#, r#"{"code":0}"#, "<html>", ""] {
        let (result, world) = both(&replies([ok(body)]), &config, Raw(create()));
        assert_eq!(*result.unwrap_err().kind(), ErrorKind::OutcomeUnknown, "{body}");
        assert_eq!((world.sent().len(), open(&world).len()), (1, 1));
    }
}

/// Reliability S35: in the seed a change that worked ended as "can_lower_every_600_seconds", and a refusal with code 0
/// as False. Yes, no with its numbers, or not known; a lost answer is settled by reading.
#[test]
fn spot_price_outcome_is_three_valued() {
    let bid = || {
        let rate = Rate::parse("2900", Coin::Clore).unwrap();
        crate::op::Reprice::new(crate::endpoint::set_spot_price::SetSpotPrice::new(OrderId::new(7), rate))
    };
    let order = |price: &str| {
        ok(format!(
            r#"{{"orders":[{{"id":7,"si":1,"spot":true,"currency":"CLORE-Blockchain","price":{price}}}],"code":0}}"#
        ))
    };
    let config = config().build().unwrap();
    let run = |list: Vec<Reply>| {
        let (result, world) = both(&replies(list), &config, bid());
        let posts = world.sent().iter().filter(|asked| asked.method == "POST").count();
        (result.map_err(|error| error.kind().clone()), posts, world.sent().len())
    };
    let lowered = r#"{"code":6,"error":"can_lower_every_600_seconds","time_to_lowering":431}"#;
    assert_eq!(run(vec![ok(r#"{"code":0}"#)]), (Ok(()), 1, 1));
    for no in [lowered, r#"{"code":0,"error":"exceeded_max_step","max_step":3}"#] {
        let (result, posts, sends) = run(vec![ok(no)]);
        assert!(matches!(result, Err(ErrorKind::Refused(_))) && (posts, sends) == (1, 1), "{no} {result:?}");
    }
    for lost in [reset(), never(), ok("<html>"), status(502, ""), status(500, r#"{"code":1}"#), ok("")] {
        assert_eq!(run(vec![lost.clone(), order("2900")]), (Ok(()), 1, 2), "{lost:?}");
        assert_eq!(run(vec![lost.clone(), order("2900.0")]), (Ok(()), 1, 2), "{lost:?}");
        for other in [order("3000"), order("null"), ok(r#"{"orders":[],"code":0}"#), status(401, "")] {
            let (result, posts, _) = run(vec![lost.clone(), other]);
            assert_eq!((result, posts), (Err(ErrorKind::OutcomeUnknown), 1), "{lost:?}");
        }
    }
    // Never sent: sent again. Too fast: sent again, and a "no" to that is checked by reading.
    assert_eq!(run(vec![refused_connection(), ok(r#"{"code":0}"#)]), (Ok(()), 2, 2));
    assert_eq!(run(vec![ok(r#"{"code":5}"#), ok(lowered), order("2900")]), (Ok(()), 2, 3));
    let (result, posts, sends) = run(vec![ok(r#"{"code":5}"#), ok(lowered), order("3000")]);
    assert!(matches!(result, Err(ErrorKind::Refused(_))) && (posts, sends) == (2, 3), "{result:?}");
    let (result, posts, _) = run(vec![refused_connection(), ok(lowered)]);
    assert!(matches!(result, Err(ErrorKind::Refused(_))) && posts == 2);
    // Whoever hears of it hears what is not known, and that it was tried again.
    let (result, world) = both(&replies([refused_connection(), reset(), order("3000")]), &config, bid());
    let error = result.unwrap_err();
    assert_eq!((error.operation(), error.order_ids()), ("set_spot_price", &[OrderId::new(7)][..]));
    assert!(error.to_string().contains("whether the new bid took effect"), "{error}");
    let retries = world.events().into_iter().filter(|event| matches!(event, Event::RetryScheduled { .. }));
    assert_eq!(retries.count(), 1);
}
