//! The machine by itself, as a driver of another make may call it.

use super::*;
use crate::op::scripted::{self, Reply as Said, at};

const MOMENT: Duration = Duration::from_nanos(1);

/// With its first request under way, at `at(1)`.
fn sending() -> Spend<CreateOrder> {
    let mut machine = Spend::new(&scripted::settings(&scripted::session(), 3), create(), at(1));
    assert!(matches!(machine.poll(at(1)), Step::Record(Record::Intent(_))));
    machine.handle_recorded(at(1), Ok(Recorded::Written));
    assert!(matches!(machine.poll(at(1)), Step::Send(_)));
    machine
}

fn never_sent(machine: &mut Spend<CreateOrder>, now: Moment, kind: FailureKind) {
    machine.handle_failure(now, Failure::new(Delivery::NotSent, kind, ""));
}

fn waits(machine: &mut Spend<CreateOrder>, now: Moment) -> Moment {
    match machine.poll(now) {
        Step::Wait(until) => until,
        other => panic!("{other:?}"),
    }
}

/// Marks what is to be marked and says how it ends.
fn end(machine: &mut Spend<CreateOrder>, now: Moment) -> (&'static str, ErrorKind) {
    let record = match machine.poll(now) {
        Step::Record(Record::Sent(_)) => "sent",
        Step::Record(Record::Resolved { resolution: Resolution::NeverSent, .. }) => "never sent",
        other => panic!("{other:?}"),
    };
    machine.handle_recorded(now, Ok(Recorded::Written));
    match machine.poll(now) {
        Step::Done(Err(error)) => (record, error.kind().clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pause_is_waited_out_and_not_a_moment_longer() {
    let mut machine = sending();
    never_sent(&mut machine, at(2), FailureKind::Connect);
    let until = waits(&mut machine, at(2));
    assert!(until > at(2));
    assert_eq!(waits(&mut machine, until.before(MOMENT)), until);
    assert!(matches!(machine.poll(until), Step::Send(_)));
}

#[test]
fn a_driver_that_never_says_how_it_ended_leaves_it_unknown_at_the_deadline() {
    let mut machine = sending();
    let deadline = waits(&mut machine, at(2));
    assert_eq!(deadline, at(121));
    assert_eq!(waits(&mut machine, deadline.before(MOMENT)), deadline);
    assert_eq!(end(&mut machine, deadline), ("sent", ErrorKind::OutcomeUnknown));
}

#[test]
fn an_answer_slows_the_others_only_when_it_says_too_fast() {
    for (reply, pace) in [
        (Said::ok(PLACED), Pace::Fine),
        (Said::ok(r#"{"code":5}"#), Pace::TooFast { retry_after: None }),
        (
            Said::ok(r#"{"code":5}"#).header("retry-after", "7"),
            Pace::TooFast { retry_after: Some(Duration::from_secs(7)) },
        ),
        (Said::status(429, "<html>"), Pace::TooFast { retry_after: None }),
        (Said::ok(r#"{"code":1}"#), Pace::Fine),
        (Said::ok(r#"{"code":2}"#), Pace::Refused),
    ] {
        let mut machine = sending();
        let (head, body, _) = reply.parts();
        let (status, headers) = head.unwrap();
        assert_eq!(machine.handle_head(Head::new(status, &headers)), Flow::Continue);
        let _ = machine.handle_data(body);
        assert_eq!(machine.handle_end(at(2)), pace, "{reply:?}");
    }
}

/// Reliability S12.
#[test]
fn what_stopped_the_last_attempt_is_told_and_not_that_no_turn_came() {
    let mut machine = sending();
    never_sent(&mut machine, at(2), FailureKind::Connect);
    let again = waits(&mut machine, at(2));
    assert!(matches!(machine.poll(again), Step::Send(_)));
    never_sent(&mut machine, again, FailureKind::NoTurn);
    assert_eq!(end(&mut machine, again), ("never sent", ErrorKind::Network(FailureKind::Connect)));

    let mut machine = sending();
    never_sent(&mut machine, at(2), FailureKind::Connect);
    let again = waits(&mut machine, at(2));
    assert!(matches!(machine.poll(again), Step::Send(_)));
    never_sent(&mut machine, again, FailureKind::Certificate);
    assert_eq!(end(&mut machine, again), ("never sent", ErrorKind::Network(FailureKind::Certificate)));

    let mut machine = sending();
    never_sent(&mut machine, at(2), FailureKind::NoTurn);
    assert_eq!(end(&mut machine, at(2)), ("never sent", ErrorKind::Deadline));
}

#[test]
fn it_shows_its_call_and_state_and_no_password() {
    let order = create().access(crate::endpoint::create_order::Access::generated([7; 32]));
    let body = order.request().unwrap().into_body();
    let password = String::from_utf8(body).unwrap();
    let password =
        password.split(r#""ssh_password":""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let machine = Spend::new(&scripted::settings(&scripted::session(), 3), order, at(1));
    let shown = format!("{machine:?}");
    assert!(shown.contains("create_order") && shown.contains("Record"), "{shown}");
    assert!(!shown.contains(&password), "{shown}");
    assert_eq!(machine.name(), "create_order");
    assert!(format!("{:?}", sending()).contains("Sending"));
}

/// An own loop may say so; whether anything was placed is then not known.
#[test]
fn an_end_without_a_head_is_an_unknown_outcome_and_nothing_is_sent_again() {
    let mut machine = sending();
    assert_eq!(machine.handle_end(at(2)), Pace::Fine);
    assert_eq!(end(&mut machine, at(2)), ("sent", ErrorKind::OutcomeUnknown));
}
