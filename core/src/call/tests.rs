use super::*;
use crate::drive::scripted::{
    Reply, Scripted, both, config, fail, go, never, ok, refused_connection, reset, session, status,
};
use crate::effect::Effect;
use crate::endpoint::my_orders::MyOrders;
use crate::endpoint::wallets::Wallets;
use crate::flow::Flow;
use crate::model::OrderId;
use crate::op::{Cancel, CancelMany, FindOrder, Plan, Settings, Single, WaitForOrder, condition};
use crate::op::{Head, Pace};
use crate::retry::Policy;
use proptest::prelude::*;

mod turns;

type WalletsCall = Call<Single<Wallets>>;

const WALLETS: &str = r#"{"wallets":[],"code":0}"#;

fn at(ms: u64) -> Moment {
    Moment::from_origin(Duration::from_millis(ms))
}

fn wallets(session: &Session) -> WalletsCall {
    Call::new(session, Wallets.begin(&Settings::new(session, None, [7; 32]), Moment::ORIGIN))
}

fn poll<O: Operation>(call: &mut Call<O>, ms: u64) -> &'static str {
    match call.poll(at(ms), Waker::noop()) {
        Step::Send(_) => "send",
        Step::Wait(_) => "wait",
        Step::Record(_) => "record",
        Step::Permit(_) => "permit",
        Step::Done(_) => "done",
    }
}

#[test]
fn the_least_time_is_the_one_retries_are_decided_by() {
    assert_eq!(LEAST, Policy::default().min_attempt);
}

/// A call in each of its states, dropped: whoever is behind it goes on, and nothing waits any more.
#[test]
fn a_call_dropped_in_any_state_returns_its_turn() {
    let asks = Session::new(config().ask_outer_limiter(true).build().unwrap());
    type Walk = fn(&mut WalletsCall);
    let states: [(&str, Session, Walk); 7] = [
        ("never polled", session(), |_| {}),
        ("flying", session(), |call| assert_eq!(poll(call, 0), "send")),
        ("headed", session(), |call| {
            assert_eq!(poll(call, 0), "send");
            call.inbox().head(http::StatusCode::OK, &http::HeaderMap::new()).unwrap();
        }),
        ("backing off", session(), |call| {
            assert_eq!(poll(call, 0), "send");
            call.inbox().close(at(1), Some(Err(Failure::new(Delivery::NotSent, FailureKind::Connect, ""))));
            assert_eq!(poll(call, 1), "wait");
        }),
        ("asking", asks, |call| assert_eq!(poll(call, 0), "permit")),
        ("done", session(), |call| {
            assert_eq!(poll(call, 0), "send");
            let mut inbox = call.inbox();
            inbox.head(http::StatusCode::OK, &http::HeaderMap::new()).unwrap();
            inbox.data(WALLETS.as_bytes()).unwrap();
            inbox.close(at(1), Some(Ok(())));
            assert_eq!(poll(call, 2), "done");
            assert_eq!(poll(call, 3), "wait");
        }),
        ("queued", session(), |call| {
            assert_eq!(poll(&mut wallets(&call.session), 0), "send");
            assert_eq!(poll(call, 1), "wait");
        }),
    ];
    for (name, session, walk) in states {
        let mut call = wallets(&session);
        walk(&mut call);
        let mut behind = wallets(&session);
        let step = poll(&mut behind, 5);
        drop(call);
        assert!(session.gate().waiting().total() <= 1, "{name}");
        if step == "wait" {
            assert_ne!(poll(&mut behind, 3_000), "wait", "{name}");
        }
        drop(behind);
        assert_eq!(session.gate().waiting().total(), 0, "{name}");
    }
}

#[test]
fn a_waiter_behind_a_dropped_head_is_woken() {
    struct Count(std::sync::atomic::AtomicUsize);
    impl std::task::Wake for Count {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let session = session();
    let mut first = wallets(&session);
    assert_eq!(poll(&mut first, 0), "send");
    let (mut head, mut behind) = (wallets(&session), wallets(&session));
    assert_eq!(poll(&mut head, 1), "wait");
    let count = std::sync::Arc::new(Count(Default::default()));
    let _ = behind.poll(at(1), &Waker::from(count.clone()));
    drop(head);
    assert_eq!(count.0.load(std::sync::atomic::Ordering::SeqCst), 1);
}

/// Strict pacing waits for the answer of the request before; a dropped one has none.
#[test]
fn a_request_dropped_in_flight_settles_as_lost() {
    let session = session();
    let mut call = wallets(&session);
    assert_eq!(poll(&mut call, 0), "send");
    drop(call);
    let mut next = wallets(&session);
    let mut events = Vec::new();
    assert_eq!(poll(&mut next, 1_100), "send");
    while let Some(event) = next.next_event() {
        events.push(event);
    }
    let lost = Event::AttemptEnded { delivery: Delivery::Unknown, failure: None, bytes: 0 };
    let dropped = Event::CallDropped { call: "wallets" };
    assert!(events.windows(2).any(|pair| *pair == [lost.clone(), dropped.clone()]), "{events:?}");
    check_tree(&events, true);
}

#[test]
fn events_of_dropped_calls_reach_the_next_call_256_at_most() {
    let session = session();
    for _ in 0..200 {
        let mut call = wallets(&session);
        let _ = poll(&mut call, 0);
    }
    let mut next = wallets(&session);
    let kept = core::iter::from_fn(|| next.next_event()).count();
    assert_eq!(kept, 256);
    assert!(session.take_kept().is_empty());
    // A call that is never polled loses nothing of what it took.
    session.keep([Event::WaitEnded]);
    drop(wallets(&session));
    assert_eq!(session.take_kept().len(), 1);
}

#[test]
fn closing_twice_or_without_a_request_takes_no_turn() {
    let session = session();
    let mut first = wallets(&session);
    assert_eq!(poll(&mut first, 0), "send");
    let mut call = wallets(&session);
    assert_eq!(poll(&mut call, 1), "wait");
    let mut inbox = call.inbox();
    assert!(inbox.head(http::StatusCode::OK, &http::HeaderMap::new()).is_err());
    inbox.close(at(2), Some(Ok(())));
    assert_eq!(poll(&mut call, 3), "wait");
    assert_eq!(session.gate().waiting().total(), 1);
    assert_eq!(poll(&mut call, 1_100), "send");
}

#[test]
fn polling_with_a_request_in_flight_ends_it_as_unknown() {
    let session = session();
    let mut call = wallets(&session);
    assert_eq!(poll(&mut call, 0), "send");
    let Step::Done(Err(error)) = call.poll(at(1), Waker::noop()) else { panic!() };
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Misuse));
    assert_eq!(error.delivery(), Delivery::Unknown);
    let events: Vec<_> = core::iter::from_fn(|| call.next_event()).collect();
    check_tree(&events, false);
}

/// An operation that always wants to be polled at once.
struct Spinner;

impl Operation for Spinner {
    type Output = ();
    fn name(&self) -> &'static str {
        "spinner"
    }
    fn poll(&mut self, now: Moment) -> Step<Result<(), Error>> {
        if now > at(100) { Step::Done(Ok(())) } else { Step::Wait(Moment::ORIGIN) }
    }
    fn handle_head(&mut self, _: Head<'_>) -> Flow {
        Flow::Stop
    }
    fn handle_data(&mut self, _: &[u8]) -> Flow {
        Flow::Stop
    }
    fn handle_end(&mut self, _: Moment) -> Pace {
        Pace::Fine
    }
    fn handle_failure(&mut self, _: Moment, _: Failure) {}
    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}
}

#[derive(Clone)]
struct Spin;

impl Plan for Spin {
    type Operation = Spinner;
    fn begin(self, _: &Settings, _: Moment) -> Spinner {
        Spinner
    }
}

#[test]
fn a_wait_in_the_past_cannot_spin() {
    let (result, world) = both(&Scripted::new(|_| never()), &config().build().unwrap(), Spin);
    assert!(result.is_ok() && world.slept().len() <= 101, "{}", world.slept().len());
}

#[test]
fn a_path_that_is_none_is_not_sent() {
    struct Odd(&'static str);
    impl crate::endpoint::Endpoint for Odd {
        type Output = ();
        type Reader = crate::endpoint::Whole<()>;
        const NAME: &'static str = "odd";
        fn effect(&self) -> Effect {
            Effect::Read
        }
        fn request(&self) -> Result<http::Request<Vec<u8>>, crate::error::InvalidRequest> {
            let mut request = http::Request::new(Vec::new());
            *request.uri_mut() = self.0.parse().unwrap();
            Ok(request)
        }
        fn reader(&self, caps: &crate::limits::Caps) -> Self::Reader {
            crate::endpoint::Whole::new(caps, |_| Ok(()))
        }
    }
    for (path, sent) in [
        ("*", None),
        ("https://evil.example/x", Some("https://x.example/pre/x")),
        ("//evil.example/x", Some("https://x.example/pre//evil.example/x")),
    ] {
        let world = Scripted::new(|_| ok(r#"{"code":0}"#));
        assert_eq!(go(&world, &session(), Odd(path)).is_ok(), sent.is_some(), "{path}");
        assert_eq!(world.sent().first().map(|asked| asked.uri.as_str()), sent);
    }
}

/// Calls contain attempts and waits, which contain nothing but a head; nothing is left open.
fn check_tree(events: &[Event], open_end: bool) {
    let (mut call, mut attempt, mut wait) = (false, false, false);
    for event in events {
        let free = call && !attempt && !wait;
        match event {
            Event::CallBegan { .. } => {
                assert!(!call, "{events:#?}");
                call = true;
            }
            Event::CallEnded { .. } | Event::CallDropped { .. } => {
                assert!(free, "{events:#?}");
                call = false;
            }
            Event::AttemptBegan { .. } => {
                assert!(free, "{events:#?}");
                attempt = true;
            }
            Event::AttemptHead { .. } => assert!(attempt, "{events:#?}"),
            Event::AttemptEnded { .. } => {
                assert!(attempt, "{events:#?}");
                attempt = false;
            }
            Event::WaitBegan { .. } => {
                assert!(free, "{events:#?}");
                wait = true;
            }
            Event::WaitEnded => {
                assert!(wait, "{events:#?}");
                wait = false;
            }
            _ => assert!(free, "{events:#?}"),
        }
    }
    assert!(open_end || !(call || attempt || wait), "{events:#?}");
}

fn reply() -> impl Strategy<Value = Reply> {
    let row = |status: &str| {
        format!(r#"{{"orders":[{{"id":7,"si":1,"status":"{status}"}},{{"id":8,"si":2}}],"code":0}}"#)
    };
    prop_oneof![
        3 => Just(ok(r#"{"orders":[],"wallets":[],"failed_to_cancel":[],"code":0}"#)),
        1 => Just(ok(row("creating"))),
        1 => Just(ok(row("running"))),
        1 => Just(ok(row("expired"))),
        1 => Just(ok(r#"{"code":5}"#)),
        1 => Just(ok(r#"{"code":6,"error":"no"}"#)),
        1 => Just(ok(r#"{"code":1}"#)),
        1 => Just(ok("<html>").cut()),
        1 => Just(status(502, "<html>")),
        1 => Just(status(429, "").header("retry-after", "40")),
        1 => Just(reset()),
        1 => Just(never()),
        1 => Just(refused_connection()),
        1 => Just(fail(Delivery::NotSent, FailureKind::Certificate)),
    ]
}

fn tells_a_tree<P: Plan + Clone>(world: &Scripted, plan: P) -> (usize, u64) {
    let (_, world) = both(world, &config().build().unwrap(), plan);
    check_tree(&world.events(), false);
    (world.starts().len(), world.ms())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    /// Whatever is answered: both loops tell the same story, events are a tree, and everything ends.
    #[test]
    fn any_script_gives_a_tree_of_events_and_an_end(list in proptest::collection::vec(reply(), 1..12), which in 0..6) {
        let world = Scripted::new(move |asked| list[asked.n % list.len()].clone());
        let order = OrderId::new(7);
        let (sends, end) = match which {
            0 => tells_a_tree(&world, Wallets),
            1 => tells_a_tree(&world, MyOrders::default()),
            2 => tells_a_tree(&world, FindOrder::new(order)),
            3 => tells_a_tree(&world, WaitForOrder::new(order).until(condition::gone())),
            4 => tells_a_tree(&world, Cancel::new(order)),
            _ => tells_a_tree(&world, CancelMany::new([order, OrderId::new(8)])),
        };
        let bound = match which {
            0..=2 => 120_000,
            3 => 300_000,
            _ => 120_000 + 60_000 + 40_000 + 40_000,
        };
        prop_assert!(end <= bound && sends < 200, "{end} {sends}");
    }
}

#[test]
fn a_call_beyond_the_queue_is_refused_at_once_and_nothing_is_sent() {
    let session = Session::new(config().queue(1).build().unwrap());
    let (mut first, mut second, mut third) = (wallets(&session), wallets(&session), wallets(&session));
    assert_eq!((poll(&mut first, 0), poll(&mut second, 0)), ("send", "wait"));
    let Step::Done(Err(error)) = third.poll(at(0), Waker::noop()) else { panic!("it waits") };
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::QueueFull));
    assert_eq!((error.delivery(), error.attempts()), (Delivery::NotSent, 0));
}

/// An answer of the outer limiter to nobody, from an own loop.
#[test]
fn a_permit_that_nobody_asked_for_changes_nothing() {
    let session = session();
    let mut call = wallets(&session);
    call.handle_permitted(at(0), Permitted::NotBefore(Duration::from_secs(60)));
    assert_eq!(poll(&mut call, 0), "send");
    call.handle_permitted(at(0), Permitted::Granted);
    let mut inbox = call.inbox();
    inbox.head(http::StatusCode::OK, &http::HeaderMap::new()).unwrap();
    inbox.data(WALLETS.as_bytes()).unwrap();
    inbox.close(at(50), Some(Ok(())));
    assert_eq!(poll(&mut call, 50), "done");
}

#[test]
fn a_body_that_is_not_whole_at_the_deadline_is_an_unknown_outcome() {
    let session = session();
    let mut call = wallets(&session);
    assert_eq!(poll(&mut call, 0), "send");
    let mut inbox = call.inbox();
    inbox.head(http::StatusCode::OK, &http::HeaderMap::new()).unwrap();
    inbox.data(br#"{"wallets""#).unwrap();
    inbox.close(at(30_000), None);
    let events: Vec<_> = core::iter::from_fn(|| call.next_event()).collect();
    let unknown = |event: &Event| {
        matches!(
            event,
            Event::AttemptEnded { delivery: Delivery::Unknown, failure: Some(FailureKind::Timeout), .. }
        )
    };
    assert!(events.iter().any(unknown), "{events:?}");
}
