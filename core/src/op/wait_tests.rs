use super::super::condition::{gone, has_ssh, not};
use super::*;
use crate::drive::scripted::{
    Asked, Reply, Scripted, begin, both, config, go, never, ok, refused_connection, reset, session, status,
    together,
};
use crate::endpoint::wallets::Wallets;
use crate::error::FailureKind;

#[path = "wait_condition_tests.rs"]
mod conditions;

const NONE: &str = r#"{"orders":[],"code":0}"#;
const COMPLETED: &str = "/my_orders?return_completed=true";

fn list(rows: &str) -> Reply {
    ok(format!(r#"{{"orders":[{{"id":8,"si":2}}{rows}],"code":0}}"#))
}

fn row(status: &str) -> Reply {
    list(&format!(r#",{{"id":7,"si":1,"status":"{status}"}}"#))
}

/// The n-th request gets the n-th reply, the last one ever after.
fn replies(list: impl Into<Vec<Reply>>) -> Scripted {
    let list = list.into();
    Scripted::new(move |asked: &Asked| list.get(asked.n).or(list.last()).unwrap().clone())
}

fn wait(seconds: u64) -> WaitForOrder {
    WaitForOrder::new(OrderId::new(7)).timeout(Duration::from_secs(seconds))
}

fn waited(world: &Scripted, plan: WaitForOrder) -> (Result<Order, Error>, Scripted) {
    both(world, &config().build().unwrap(), plan)
}

fn kind(result: Result<Order, Error>) -> ErrorKind {
    result.unwrap_err().kind().clone()
}

/// Reliability S26: in the seed a timeout of 1 s took 7 s; the last pause and the poll's own retries went past the
/// end.
#[test]
fn wait_never_outruns_deadline() {
    let scripts = [
        row("creating"),
        row("creating").after_ms(29_990),
        ok(NONE),
        never(),
        reset(),
        refused_connection().after_ms(0),
        status(502, "<html>"),
        ok(r#"{"code":5}"#),
        status(429, "").header("retry-after", "100"),
    ];
    for reply in scripts {
        for seconds in [0, 1, 3, 7, 31, 300] {
            let (result, world) = waited(&replies([reply.clone()]), wait(seconds));
            let error = result.unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::WaitTimeout, "{reply:?}");
            assert!(world.ms() <= seconds * 1_000, "{reply:?} {seconds} {}", world.ms());
            assert_eq!(error.order_ids(), [OrderId::new(7)]);
        }
    }
}

/// Reliability S26: in the seed one lost answer ended the wait for an order that bills.
#[test]
fn wait_survives_transients() {
    let garbled = [
        reset(),
        refused_connection(),
        never(),
        status(502, "<html>"),
        status(500, r#"{"code":1}"#),
        ok(r#"{"code":5}"#),
        status(429, "<html>"),
        ok("<html>"),
        ok(r#"{"orders":null,"code":0}"#),
        row("running").cut(),
        row("running"),
    ];
    let (result, world) = waited(&replies(garbled), wait(300));
    assert_eq!(result.unwrap().id, OrderId::new(7));
    assert_eq!(world.sent().len(), 11, "each look is one attempt");
}

/// Reliability S26: the seed's timeout did not hand back the order.
#[test]
fn timeout_error_carries_last_order() {
    let (result, _) = waited(&replies([row("creating"), row("paused"), reset()]), wait(30));
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::WaitTimeout);
    assert_eq!(error.last_order().unwrap().status, OrderStatus::Paused);
    assert!(error.to_string().contains("the connection broke"), "{error}");
    let (result, _) = waited(&replies([row("creating")]), wait(30));
    let told = result.unwrap_err().to_string();
    assert!(told.contains("last seen creating") && !told.contains("neither"), "{told}");
}

/// Reliability S27: each of the seed's polls loaded every order there ever was.
#[test]
fn poll_asks_active_first() {
    let here = [row("creating"), row("creating"), row("running")];
    let (_, world) = waited(&replies(here), wait(30));
    assert!(world.sent().iter().all(|asked| asked.path() == "/my_orders"));
    let (_, world) = waited(&replies([ok(NONE), ok(NONE), row("running")]), wait(30));
    let paths: Vec<_> = world.sent().iter().map(|asked| asked.path().to_owned()).collect();
    assert_eq!(paths, ["/my_orders", COMPLETED, "/my_orders"]);
}

/// Reliability S25: the seed looks for `order_id`; where the service says `id`, it found no order, and its wait for one
/// that runs and bills always timed out.
#[test]
fn order_id_and_id_both_decode() {
    let seven = OrderId::new(7);
    let both_names = r#""order_id":"7","id":7"#;
    for id in [r#""id":7"#, r#""order_id":7"#, r#""id":"7""#, r#""id":null,"order_id":7"#, both_names] {
        let row = |status: &str| format!(r#"{{{id},"si":1,"status":"{status}"}}"#);
        let list = |status| ok(format!(r#"{{"orders":[{{"order_id":8,"id":8}},{}],"code":0}}"#, row(status)));
        let (result, world) = waited(&replies([list("creating"), list("running")]), wait(30));
        assert_eq!((result.unwrap().id, world.sent().len()), (seven, 2), "{id}");
        let config = config().build().unwrap();
        let (found, _) = both(&replies([list("running")]), &config, crate::op::FindOrder::new(seven));
        assert_eq!(found.unwrap().map(|order| order.id), Some(seven), "{id}");
        let seen = crate::model::order::Sighting::decode(row("running").as_bytes());
        assert_eq!(seen.unwrap().id, seven, "renting reads the same: {id}");
    }
}

/// api-facts 4.3, the last sentences: what a wait for "running" does with each status.
#[test]
fn every_status_is_waited_for_or_ends_the_wait() {
    for word in ["running", "active", " Running "] {
        assert!(waited(&replies([row(word)]), wait(30)).0.is_ok(), "{word}");
    }
    for word in ["creating", "pending", "deploying", "paused", "hibernating"] {
        assert_eq!(kind(waited(&replies([row(word)]), wait(30)).0), ErrorKind::WaitTimeout, "{word}");
    }
    for (word, status) in [
        ("cancelled", OrderStatus::Cancelled),
        ("terminated", OrderStatus::Cancelled),
        ("expired", OrderStatus::Expired),
        ("completed", OrderStatus::Expired),
        ("outbid", OrderStatus::Outbid),
        ("failed", OrderStatus::Failed),
    ] {
        let (result, world) = waited(&replies([row(word)]), wait(30));
        let error = result.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::OrderEnded(status.clone()), "{word}");
        assert_eq!(error.last_order().unwrap().status, status);
        assert_eq!((world.sent().len(), world.ms()), (1, 50), "at once");
        let (result, _) = waited(&replies([row(word)]), wait(30).until(gone()));
        assert_eq!(result.unwrap().status, status);
    }
    for fields in [r#""spot":true"#, r#""type":"spot","pub_cluster":["h.example"],"tcp_ports":["22:1022"]"#] {
        let bidding = list(&format!(r#",{{"id":7,"si":1,{fields}}}"#));
        let (result, _) = waited(&replies([bidding]), wait(30));
        assert_eq!(kind(result), ErrorKind::WaitTimeout, "{fields}");
    }
    let up = r#","pub_cluster":["h.example"],"tcp_ports":["22:1022"]"#;
    let online = list(&format!(r#",{{"id":7,"si":1,"online":true{up}}}"#));
    let offline = list(&format!(r#",{{"id":7,"si":1,"online":false{up}}}"#));
    let plan = wait(30).until(has_ssh());
    assert!(waited(&replies([offline.clone(), offline.clone(), online.clone()]), plan).0.is_ok());
    let lost = [online, offline];
    let (result, _) = waited(&replies(lost), wait(30).until(gone()));
    assert_eq!(result.unwrap_err().last_order().unwrap().status, OrderStatus::Offline);
}

#[test]
fn an_ended_order_is_found_among_the_completed() {
    let ended = Scripted::new(|asked| match asked.path() {
        COMPLETED => list(r#",{"id":7,"si":1,"expired":true}"#),
        _ => ok(NONE),
    });
    let (result, world) = waited(&ended, wait(30));
    assert_eq!(kind(result), ErrorKind::OrderEnded(OrderStatus::Ended));
    assert_eq!(world.sent().len(), 2);
}

/// The lists lag: a rental that was just placed must not be called ended because it was missing in the first of two.
#[test]
fn an_order_that_shows_up_between_two_lists_is_not_ended() {
    let up = r#",{"id":7,"si":1,"online":true,"pub_cluster":["h.example"],"tcp_ports":["22:1022"]}"#;
    let lagging = Scripted::new(move |asked| if asked.n == 0 { ok(NONE) } else { list(up) });
    let (result, world) = waited(&lagging, wait(30));
    assert_eq!(result.unwrap().status, OrderStatus::Running);
    let paths: Vec<_> = world.sent().iter().map(|asked| asked.path().to_owned()).collect();
    assert_eq!(paths, ["/my_orders", COMPLETED, "/my_orders"]);
    // Rule 7, when the active list lacks it again: only when it has been known for the grace time. Dates are not asked,
    // however old they make it: one may be odd, and is so in every look.
    for age in [3_600, 61, 60] {
        let left = Scripted::new(move |asked| {
            let row = up.replace("\"si\"", &format!(r#""ct":{},"si""#, 1_735_689_600 - age));
            let reply = if asked.path() == COMPLETED { list(&row) } else { ok(NONE) };
            reply.header("date", "Wed, 01 Jan 2025 00:00:00 GMT")
        });
        let (result, world) = waited(&left, wait(300));
        assert_eq!(kind(result), ErrorKind::OrderEnded(OrderStatus::Ended), "{age}");
        assert!(world.ms() > 60_000, "{age}: {}", world.ms());
    }
    // So an odd date of the row or of the answers ends nothing while the active list lags for ten seconds.
    for (created, date) in [
        ("7", "Wed, 01 Jan 2025 00:00:00 GMT"),
        ("1735689539", "Wed, 01 Jan 2025 00:00:00 GMT"),
        ("1735689590", "Thu, 01 Jan 2026 00:00:00 GMT"),
    ] {
        let lagging = Scripted::new(move |asked| {
            let row = up.replace("\"si\"", &format!(r#""ct":{created},"si""#));
            let reply = if asked.path() == COMPLETED || asked.at > 10_000 { list(&row) } else { ok(NONE) };
            reply.header("date", date)
        });
        let (result, _) = waited(&lagging, wait(30));
        assert_eq!(result.unwrap().status, OrderStatus::Running, "{created} {date}");
    }
    // Without a date too; until then it is neither running nor over.
    let left = Scripted::new(move |asked| if asked.path() == COMPLETED { list(up) } else { ok(NONE) });
    for condition in [running(), gone(), not(running())] {
        let (result, _) = waited(&left, wait(30).until(condition));
        let error = result.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::WaitTimeout);
        assert_eq!(error.last_order().unwrap().status, OrderStatus::NotSeen);
    }
    // But not when that list was not whole.
    let odd = Scripted::new(move |asked| if asked.path() == COMPLETED { list(up) } else { list(",{}") });
    assert_eq!(waited(&odd, wait(30)).0.unwrap().status, OrderStatus::Running);
}

#[test]
fn a_row_that_cannot_be_read_is_not_missing() {
    for (rows, asks) in [(r#",{"id":7,"si":1,"si":1}"#, 1), (r#",{"id":"x7"}"#, 2), (",17", 2)] {
        let (result, world) = waited(&replies([list(rows)]), wait(30));
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnreadOrder(_)), "{rows} {error:?}");
        assert_eq!((error.order_ids(), world.sent().len()), (&[OrderId::new(7)][..], asks));
    }
    // Another's odd row with its own id hides nothing.
    let (result, _) = waited(&replies([list(r#",{"id":9,"si":1,"si":1}"#)]), wait(10));
    assert_eq!(kind(result), ErrorKind::WaitTimeout);
}

#[test]
fn an_order_in_neither_list_is_waited_for() {
    for condition in [running(), has_ssh(), gone()] {
        let (result, world) = waited(&replies([ok(NONE)]), wait(30).until(condition));
        let error = result.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::WaitTimeout);
        assert!(error.last_order().is_none() && error.to_string().contains("in neither list"), "{error}");
        assert!(world.sent().len() >= 10);
    }
}

#[test]
fn faults_that_stay_end_the_wait_at_once() {
    for (reply, expected) in [
        (status(401, ""), ErrorKind::Key),
        (ok(r#"{"code":3}"#), ErrorKind::Key),
        (status(403, "error code: 1010"), ErrorKind::Blocked),
        (
            crate::drive::scripted::fail(Delivery::NotSent, FailureKind::Certificate),
            ErrorKind::Network(FailureKind::Certificate),
        ),
    ] {
        let (result, world) = waited(&replies([row("creating"), reply]), wait(300));
        let error = result.unwrap_err();
        assert_eq!((error.kind(), world.sent().len()), (&expected, 2));
        assert!(error.last_order().is_some());
    }
}

#[test]
fn each_change_of_status_is_told_once() {
    let words = ["creating", "creating", "paused", "running"].map(row);
    let (_, world) = waited(&replies(words), wait(60));
    let told = world.events().into_iter().filter_map(|event| match event {
        Event::StatusChanged { status, .. } => Some(status),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [OrderStatus::Creating, OrderStatus::Paused, OrderStatus::Running]);
}

/// A penalty longer than the time left: nothing can be asked any more, so nobody sleeps for it.
#[test]
fn a_wait_whose_turn_cannot_come_ends_at_once() {
    let world = Scripted::new(|_| status(429, "").header("retry-after", "100"));
    let (result, world) = waited(&world, wait(20));
    assert_eq!((kind(result), world.sent().len()), (ErrorKind::WaitTimeout, 1));
    assert!(world.ms() <= 5_050, "{}", world.ms());
}

/// A driver that slept too long: nothing more is asked, not even for a moment.
#[test]
fn a_wait_that_is_polled_after_its_deadline_is_over() {
    let settings = Settings::new(&session(), None, [7; 32]);
    let at = |seconds| Moment::from_origin(Duration::from_secs(seconds));
    for (first, second) in [(at(3), None), (at(1), Some(at(3)))] {
        let mut wait = wait(3).begin(&settings, Moment::ORIGIN);
        let mut step = wait.poll(first);
        if let Some(second) = second {
            assert!(matches!(step, Step::Send(_)));
            wait.handle_failure(first, Failure::new(Delivery::NotSent, FailureKind::Connect, ""));
            step = wait.poll(second);
        }
        let Step::Done(Err(error)) = step else { panic!("{step:?}") };
        assert_eq!(*error.kind(), ErrorKind::WaitTimeout);
    }
}

/// Only so many odd rows are kept: what was left out may be the order.
#[test]
fn more_odd_rows_than_are_named_may_hide_the_order() {
    let odd = |count: u64| {
        list(&(10..10 + count).map(|id| format!(r#",{{"id":{id},"si":1,"si":1}}"#)).collect::<String>())
    };
    let (result, _) = waited(&replies([odd(1_000)]), wait(4));
    assert_eq!(kind(result), ErrorKind::WaitTimeout);
    let (result, _) = waited(&replies([odd(1_001)]), wait(4));
    assert!(matches!(kind(result), ErrorKind::UnreadOrder(_)));
}

#[test]
fn a_list_that_is_read_again_is_told() {
    let find = crate::op::FindOrder::new(OrderId::new(7));
    let (found, world) = both(&replies([reset(), row("running")]), &config().build().unwrap(), find);
    assert!(found.unwrap().is_some());
    assert!(world.events().iter().any(|event| matches!(event, Event::RetryScheduled { .. })));
}

#[test]
fn polls_that_fail_without_being_sent_do_not_spin() {
    let pacing = config().rate_limit(Duration::ZERO).build().unwrap();
    let plan = wait(10).poll_every(Duration::ZERO);
    let (_, world) = both(&replies([refused_connection().after_ms(0)]), &pacing, plan);
    assert!(world.sent().len() <= 101, "{}", world.sent().len());
}

#[test]
fn two_waits_and_a_read_share_one_session() {
    let world = Scripted::new(|asked| match asked.path() {
        "/wallets" => ok(r#"{"wallets":[],"code":0}"#),
        _ if asked.at > 20_000 => row("running"),
        _ => row("creating"),
    });
    let session = session();
    let mut done = Vec::new();
    let mut read = None;
    let (one, two) = (begin(&world, &session, wait(60)), begin(&world, &session, wait(60)));
    together(
        &world,
        vec![
            Box::pin(async { done.push(one.await.unwrap().id) }),
            Box::pin(async { drop(two.await.unwrap()) }),
            Box::pin(async { read = Some(begin(&world, &session, Wallets).await.is_ok()) }),
        ],
    );
    assert_eq!((done.len(), read), (1, Some(true)));
    let starts = world.starts();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
    assert!(world.ms() < 30_000);
    let _ = go(&world, &session, Wallets).unwrap();
}

/// The whole search ends by the deadline of one call, however many lists it reads.
#[test]
fn finding_an_order_keeps_one_deadline() {
    let slow = Scripted::new(|asked| if asked.n == 2 { ok(NONE) } else { never() });
    let (result, world) = both(&slow, &config().build().unwrap(), crate::op::FindOrder::new(OrderId::new(7)));
    assert!(result.is_err() && world.ms() <= 120_000, "{}", world.ms());
}
