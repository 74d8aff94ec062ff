//! Waits for other things than running.

use super::super::super::condition::{List, not, when};
use super::*;
use crate::model::order::StatusSource;
use core::task::Poll;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// From when to when, in milliseconds, each reply is given; `NONE` at all other times.
fn at_times(list: impl Into<Vec<(core::ops::Range<u64>, Reply)>>) -> Scripted {
    let list = list.into();
    Scripted::new(move |asked| {
        let now = list.iter().find(|(time, _)| time.contains(&asked.at));
        now.map_or_else(|| ok(NONE), |(_, reply)| reply.clone())
    })
}

/// Each word of the service, and each condition: `y` it holds, `e` it ends the wait as over, `w` it is waited for.
#[test]
fn each_status_meets_ends_or_prolongs_each_wait() {
    let conditions = || {
        let closure = || when(|look| look.order().is_some_and(|order| order.status == OrderStatus::Paused));
        [
            running(),
            gone(),
            not(running()),
            not(gone()),
            running().or(gone()),
            running().and(gone()),
            closure(),
            not(closure()),
            closure().or(gone()),
        ]
    };
    for (words, expected) in [
        ("creating pending created starting deploying", "wwyywwwyw"),
        ("running active", "ywwyywwyw"),
        ("paused", "wwyywwywy"),
        ("cancelled canceled terminated deleted closed", "eyyeyeeyy"),
        ("expired completed finished ended", "eyyeyeeyy"),
        ("outbid", "eyyeyeeyy"),
        ("failed error", "eyyeyeeyy"),
        ("hibernating", "wwwwwwwyw"),
    ] {
        for word in words.split(' ') {
            let told = conditions().map(|condition| {
                let (result, world) = waited(&replies([row(word)]), wait(12).until(condition));
                match result.map_err(|error| error.kind().clone()) {
                    Ok(order) => assert_eq!((order.id, world.ms()), (OrderId::new(7), 50)),
                    Err(ErrorKind::OrderEnded(_)) => {
                        assert_eq!((world.sent().len(), world.ms()), (1, 50), "at once");
                        return 'e';
                    }
                    Err(kind) => {
                        assert_eq!(kind, ErrorKind::WaitTimeout);
                        return 'w';
                    }
                }
                'y'
            });
            assert_eq!(told.iter().collect::<String>(), expected, "{word}");
        }
    }
}

/// api-facts 4.3, rule 8: lists lag.
#[test]
fn an_order_that_lists_lack_for_less_than_the_grace_time_is_not_gone() {
    for condition in [gone(), not(running())] {
        let back = at_times([(0..5_000, row("running")), (60_000..u64::MAX, row("running"))]);
        let (result, world) = waited(&back, wait(70).until(condition));
        assert_eq!(kind(result), ErrorKind::WaitTimeout);
        assert!(world.sent().iter().filter(|asked| asked.path() == COMPLETED).count() >= 8);
    }
    // Nor seen, which is what the opposite needs.
    let late = at_times([(30_000..u64::MAX, row("running"))]);
    let (result, world) = waited(&late, wait(70).until(not(gone())));
    assert!(result.is_ok() && world.ms() > 30_000, "{}", world.ms());
}

#[test]
fn an_order_that_both_lists_lack_for_the_whole_grace_time_is_gone() {
    for condition in [gone(), not(running()), has_ssh().or(gone())] {
        let (result, world) = waited(&at_times([(0..1, row("running"))]), wait(300).until(condition));
        let order = result.unwrap();
        assert_eq!((order.id, &order.status), (OrderId::new(7), &OrderStatus::NotSeen));
        assert_eq!(order.status_source, StatusSource::Derived(8));
        // The first look that lacked it ended at 6.2 s (two lists); the first to begin 60 s later began at 70 s.
        let paths: Vec<_> = world.sent().iter().map(|asked| asked.path().to_owned()).collect();
        assert_eq!(paths[..3], ["/my_orders", "/my_orders", COMPLETED]);
        assert!((66_200..=71_200).contains(&world.ms()), "{}", world.ms());
    }
    // Not what a wait for running may conclude from it: it goes on.
    let (result, world) = waited(&at_times([(0..1, row("running"))]), wait(300).until(has_ssh()));
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::WaitTimeout);
    assert!(error.to_string().contains("last seen running, then in neither list"), "{error}");
    assert!(world.ms() > 290_000);
}

#[test]
fn two_looks_are_too_few_however_far_apart() {
    let plan = wait(900).poll_every(Duration::from_secs(100)).until(gone());
    let (result, world) = waited(&at_times([(0..1, row("running"))]), plan.clone());
    assert!(result.is_ok());
    assert_eq!(world.sent().len(), 1 + 3 * 2, "{:?}", world.starts());
    // And three are too few in less than the grace time, which can be set.
    let config = config().grace(Duration::from_secs(250)).build().unwrap();
    let (result, world) = both(&at_times([(0..1, row("running"))]), &config, plan);
    assert!(result.is_ok());
    assert_eq!(world.sent().len(), 1 + 4 * 2, "{:?}", world.starts());
}

#[test]
fn a_look_that_sees_the_order_begins_the_grace_time_anew() {
    let seen = at_times([(0..1, row("running")), (50_000..55_000, row("running"))]);
    let (result, world) = waited(&seen, wait(300).until(gone()));
    assert!(result.is_ok());
    assert!(world.ms() >= 115_000, "{}", world.ms());
}

#[test]
fn looks_that_fail_tell_nothing_of_an_absence() {
    // They do not count: after the first look that lacked it none could be read until 200 s, so a third is due then.
    let broken = at_times([(0..1, row("running")), (10_000..200_000, reset())]);
    let (result, world) = waited(&broken, wait(300).until(gone()));
    assert!(result.is_ok());
    assert!(world.ms() > 205_000, "{}", world.ms());
    // Nor do lists that cannot be read whole.
    let cut = at_times([(0..1, row("running")), (10_000..u64::MAX, ok(NONE).cut())]);
    let (result, _) = waited(&cut, wait(300).until(gone()));
    assert_eq!(kind(result), ErrorKind::WaitTimeout);
}

#[test]
fn an_order_that_no_look_ever_saw_is_no_order_to_return() {
    let (result, world) = waited(&replies([ok(NONE)]), wait(300).until(gone()));
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.order_ids()), (&ErrorKind::NoSuchOrder, &[OrderId::new(7)][..]));
    assert!((60_000..=67_500).contains(&world.ms()), "{}", world.ms());
    // A closure may take an absence for what it likes.
    let absent = when(|look| look.order().is_none());
    let (result, world) = waited(&replies([ok(NONE)]), wait(300).until(absent.clone()));
    assert_eq!((kind(result), world.sent().len()), (ErrorKind::NoSuchOrder, 2));
    let (result, _) = waited(&replies([row("running"), ok(NONE)]), wait(300).until(absent));
    assert_eq!(result.unwrap().status, OrderStatus::NotSeen);
}

/// Invariant 5: it may be the order, whichever list it stands in.
#[test]
fn a_row_without_an_id_in_either_list_is_not_an_absence() {
    for odd_list in ["/my_orders", COMPLETED] {
        let odd = Scripted::new(move |asked| if asked.path() == odd_list { list(",{}") } else { ok(NONE) });
        let (result, world) = waited(&odd, wait(300).until(gone()));
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnreadOrder(_)), "{odd_list} {error:?}");
        assert_eq!((error.order_ids(), world.sent().len()), (&[OrderId::new(7)][..], 2));
        let (found, _) = both(&odd, &config().build().unwrap(), crate::op::FindOrder::new(OrderId::new(7)));
        assert!(matches!(found.unwrap_err().kind(), ErrorKind::UnreadOrder(_)), "{odd_list}");
    }
}

#[test]
fn a_closure_is_told_the_list_and_the_earlier_look() {
    let expired = r#",{"id":7,"si":1,"expired":true}"#;
    let world = Scripted::new(move |asked| match (asked.n, asked.path()) {
        (0 | 1, _) => row("running"),
        (_, COMPLETED) => list(expired),
        _ => ok(NONE),
    });
    let ended_after_running = when(|look| {
        let ran = look.earlier().is_some_and(|order| order.status.is_running());
        look.list() == Some(List::Completed) && look.is_gone() && ran
    });
    let (result, world) = waited(&world, wait(60).until(ended_after_running));
    assert_eq!((result.unwrap().status, world.sent().len()), (OrderStatus::Ended, 4));
}

/// A condition is asked when nothing is locked and no request flies, so its panic is its own wait's end only.
#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn a_closure_that_panics_harms_nobody_else() {
    let world = Scripted::new(|asked| match asked.path() {
        "/wallets" => ok(r#"{"wallets":[],"code":0}"#),
        _ if asked.at > 20_000 => row("running"),
        _ => row("creating"),
    });
    let session = session();
    let bad = when(|_| panic!("a condition of the caller"));
    for _ in 0..2 {
        let dead = catch_unwind(AssertUnwindSafe(|| go(&world, &session, wait(60).until(bad.clone()))));
        assert!(dead.is_err());
    }
    // And while others wait for their turns.
    let (mut good, mut panicked) = (None, false);
    let mut dies = Box::pin(begin(&world, &session, wait(60).until(bad)));
    let one = begin(&world, &session, wait(60));
    together(
        &world,
        vec![
            Box::pin(core::future::poll_fn(|context| {
                match catch_unwind(AssertUnwindSafe(|| dies.as_mut().poll(context))) {
                    Ok(Poll::Pending) => Poll::Pending,
                    end => {
                        panicked = end.is_err();
                        Poll::Ready(())
                    }
                }
            })),
            Box::pin(async { good = Some(one.await.unwrap().status) }),
        ],
    );
    assert_eq!((panicked, good), (true, Some(OrderStatus::Running)));
    drop(dies);
    assert_eq!(session.gate().waiting().total(), 0, "no place is left behind");
    assert!(go(&world, &session, Wallets).is_ok());
    let starts = world.starts();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
}

/// Reliability S26, for every condition: not by one virtual millisecond.
#[test]
fn no_condition_outruns_the_deadline() {
    for condition in [has_ssh(), gone(), not(gone()).and(running()), when(|_| false)] {
        for reply in [row("creating"), row("creating").after_ms(29_990), ok(NONE), never(), reset()] {
            for ms in [0, 1, 1_100, 4_999, 61_000, 66_001] {
                let plan = WaitForOrder::new(OrderId::new(7)).timeout(Duration::from_millis(ms));
                let (result, world) = waited(&replies([reply.clone()]), plan.until(condition.clone()));
                assert!(result.is_err() && world.ms() <= ms, "{condition:?} {reply:?} {ms} {}", world.ms());
            }
        }
    }
}
