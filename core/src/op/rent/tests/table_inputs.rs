//! What the table puts into each state: answers and what they mean, failures, and what a journal says.

use super::table_walk::{EMPTY, ENDED_ROW, FIVE, ID_9, NEW_ROW};
use crate::effect::Delivery;
use crate::error::FailureKind;
use crate::op::scripted::Reply;

/// What a whole or cut answer means for a reading of `my_orders`.
#[derive(Clone, Copy, Debug)]
pub(super) enum AsReading {
    Complete,
    /// And it shows an order elsewhere that is over.
    EndedRow,
    NewRow,
    /// It may be asked again.
    Again,
    /// Not a list, or a row without an id on this server: it may never be readable.
    Unreadable,
    Stops,
}

/// What it means for a create.
#[derive(Clone, Copy, Debug)]
pub(super) enum AsCreate {
    Placed,
    Refused,
    TooFast,
    /// Success without an id.
    Accepted,
    Unknown,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Says {
    Written,
    Claimed,
    BlockedLive,
    BlockedOwnerless,
    Limited,
    Owned,
    Gone,
    Attributed,
    Seen,
    Fails(usize),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Input {
    Answer(fn() -> Reply, AsReading, AsCreate),
    Fails(Delivery, FailureKind),
    Journal(Says),
    /// Polled again before anything happened.
    Early,
    /// The whole call's deadline passes; what is in flight is closed as unknown.
    Deadline,
    Drop,
}

pub(super) fn inputs() -> Vec<Input> {
    use AsCreate::{Accepted, Placed, Refused, TooFast, Unknown};
    use AsReading::{Again, Complete, EndedRow, NewRow, Stops, Unreadable};
    use Input::Answer;
    let mut all = vec![
        Answer(|| Reply::ok(EMPTY), Complete, Accepted),
        Answer(|| Reply::ok(r#"{"orders":[{"id":"x","si":6}],"code":0}"#), Complete, Accepted),
        Answer(|| Reply::ok(ENDED_ROW), EndedRow, Accepted),
        Answer(|| Reply::ok(NEW_ROW), NewRow, Accepted),
        Answer(|| Reply::ok(r#"{"orders":[{"si":5}],"code":0}"#), Unreadable, Accepted),
        Answer(|| Reply::ok(r#"{"orders":null,"code":0}"#), Unreadable, Accepted),
        Answer(|| Reply::ok(ID_9), Unreadable, Placed),
        Answer(|| Reply::status(502, ID_9), Again, Placed),
        Answer(|| Reply::ok(r#"{"code":0,"order_id":1}"#), Unreadable, Unknown),
        Answer(|| Reply::ok(r#"{"code":0}"#), Unreadable, Accepted),
        Answer(|| Reply::ok(r#"{"code":0,"error":"x"}"#), Stops, Unknown),
        Answer(|| Reply::ok(r#"{"code":0,"error":"x","order_id":9}"#), Stops, Placed),
        Answer(|| Reply::ok(r#"{"code":1}"#), Again, Unknown),
        Answer(|| Reply::ok(r#"{"code":2}"#), Stops, Refused),
        Answer(|| Reply::status(401, r#"{"code":3}"#), Stops, Refused),
        Answer(|| Reply::ok(r#"{"code":4}"#), Stops, Refused),
        Answer(|| Reply::ok(FIVE), Again, TooFast),
        Answer(|| Reply::status(429, FIVE), Again, TooFast),
        Answer(|| Reply::ok(r#"{"code":6,"error":"server-already-rented"}"#), Stops, Refused),
        Answer(|| Reply::status(502, r#"{"code":6}"#), Stops, Refused),
        Answer(|| Reply::ok(r#"{"code":7}"#), Stops, Unknown),
        Answer(|| Reply::ok("<html>"), Again, Unknown),
        Answer(|| Reply::ok(""), Again, Unknown),
        Answer(|| Reply::ok("{}"), Unreadable, Unknown),
        Answer(|| Reply::status(502, "<html>"), Again, Unknown),
        Answer(|| Reply::status(302, "").header("location", "https://x.example/"), Stops, Unknown),
        Answer(|| Reply::status(401, ""), Stops, Unknown),
        Answer(|| Reply::status(403, "error code: 1010"), Stops, Unknown),
        Answer(|| Reply::status(429, "slow down"), Again, Unknown),
        Answer(|| Reply::Cut { status: 200, date: None, body: ID_9.into() }, Again, Unknown),
        Answer(|| Reply::Cut { status: 200, date: None, body: r#"{"code":6}  "#.repeat(2) }, Again, Unknown),
        Input::Fails(Delivery::NotSent, FailureKind::Connect),
        Input::Fails(Delivery::NotSent, FailureKind::Certificate),
        Input::Fails(Delivery::NotSent, FailureKind::TooLate),
        Input::Fails(Delivery::NotSent, FailureKind::NoTurn),
        Input::Fails(Delivery::NotSent, FailureKind::QueueFull),
        Input::Fails(Delivery::Unknown, FailureKind::Timeout),
        Input::Fails(Delivery::Unknown, FailureKind::Protocol),
        Input::Fails(Delivery::Answered, FailureKind::Io(std::io::ErrorKind::BrokenPipe)),
        Input::Early,
        Input::Deadline,
        Input::Drop,
    ];
    let says = [
        Says::Written,
        Says::Claimed,
        Says::BlockedLive,
        Says::BlockedOwnerless,
        Says::Limited,
        Says::Owned,
        Says::Gone,
        Says::Attributed,
        Says::Seen,
    ];
    all.extend(says.into_iter().chain((0..5).map(Says::Fails)).map(Input::Journal));
    all
}
