//! The machine by itself, as a driver of another make may call it.

use super::*;
use crate::effect::{Effect, Lane};
use crate::endpoint::wallets::Wallets;
use crate::op::scripted::{Reply, at, session, settings};
use crate::session::Session;
use core::time::Duration;

const MOMENT: Duration = Duration::from_nanos(1);

fn ready(session: &Session) -> Fetch<Wallets> {
    Fetch::new(&settings(session, 3), Wallets, at(1))
}

fn flying(session: &Session) -> Fetch<Wallets> {
    let mut fetch = ready(session);
    assert!(matches!(fetch.poll(at(1)), Step::Send(_)));
    fetch
}

fn hears(fetch: &mut Fetch<Wallets>, reply: &Reply) -> Pace {
    let (head, body, _) = reply.parts();
    let (status, headers) = head.unwrap();
    assert_eq!(fetch.handle_head(Head::new(status, &headers)), Flow::Continue);
    let _ = fetch.handle_data(body);
    fetch.handle_end(at(2))
}

fn waits(fetch: &mut Fetch<Wallets>, now: Moment) -> Moment {
    match fetch.poll(now) {
        Step::Wait(until) => until,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_driver_that_never_says_how_it_ended_is_not_waited_for_beyond_the_deadline() {
    let mut fetch = flying(&session());
    let deadline = waits(&mut fetch, at(2));
    assert_eq!(deadline, at(121));
    assert_eq!(waits(&mut fetch, deadline.before(MOMENT)), deadline);
    let Step::Done(Err(error)) = fetch.poll(deadline) else { panic!("it goes on") };
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Timeout));
}

#[test]
fn a_pause_is_waited_out_and_not_a_moment_longer() {
    let mut fetch = flying(&session());
    fetch.handle_failure(at(2), Failure::new(Delivery::NotSent, FailureKind::Connect, ""));
    let until = waits(&mut fetch, at(2));
    assert!(until > at(2));
    assert_eq!(waits(&mut fetch, until.before(MOMENT)), until);
    assert!(matches!(fetch.poll(until), Step::Send(_)));
}

#[test]
fn an_end_without_a_head_is_a_failure() {
    let mut fetch = flying(&session());
    assert_eq!(fetch.handle_end(at(2)), Pace::Fine);
    let Step::Done(Err(error)) = fetch.poll(at(2)) else { panic!("it goes on") };
    assert_eq!(*error.kind(), ErrorKind::Network(FailureKind::Misuse));
}

/// The advice differs: set a key, or correct the request.
#[test]
fn a_request_that_cannot_be_sent_is_for_want_of_a_key_only_where_it_is() {
    for (detail, kind) in [
        (NO_KEY, ErrorKind::Config(crate::error::ConfigError::NoKey)),
        ("the path is none", ErrorKind::Network(FailureKind::Request)),
    ] {
        let mut fetch = flying(&session());
        fetch.handle_failure(at(2), Failure::new(Delivery::NotSent, FailureKind::Request, detail));
        let Step::Done(Err(error)) = fetch.poll(at(2)) else { panic!("it goes on") };
        assert_eq!(*error.kind(), kind);
    }
}

/// A service that only says "too fast" earns nobody a retry.
#[test]
fn a_retry_is_earned_by_five_answers_and_not_by_being_too_fast() {
    for (reply, pace, left) in [
        (Reply::ok(r#"{"wallets":[],"code":0}"#), Pace::Fine, 1),
        (Reply::ok(r#"{"code":2}"#), Pace::Refused, 1),
        (Reply::ok(r#"{"code":5}"#), Pace::TooFast { retry_after: None }, 0),
        (Reply::status(502, "<html>"), Pace::Fine, 0),
    ] {
        let session = session();
        session.budget(|budget| while budget.withdraw(Effect::Idempotent, Lane::Rescue) {});
        for _ in 0..5 {
            assert_eq!(hears(&mut flying(&session), &reply), pace, "{reply:?}");
        }
        assert_eq!(session.budget(|budget| budget.left()), left, "{reply:?}");
    }
}

#[test]
fn it_shows_its_call_its_tries_and_its_state() {
    let session = session();
    assert_eq!(format!("{:?}", ready(&session)), r#"Fetch { call: "wallets", tries: 0, state: Ready }"#);
    let mut fetch = flying(&session);
    assert_eq!(format!("{fetch:?}"), r#"Fetch { call: "wallets", tries: 1, state: Flying }"#);
    assert_eq!(fetch.name(), "wallets");
    fetch.handle_failure(at(2), Failure::new(Delivery::NotSent, FailureKind::Connect, ""));
    assert!(format!("{fetch:?}").ends_with("state: Backoff }"));
    // The same by the operation it is in.
    let single = crate::op::Single::new(&settings(&session, 3), Wallets, at(1));
    assert!(format!("{single:?}").contains("wallets"));
}
