//! A whole call as a trace of events: whatever the network does, attempts, spacing, deadline and events keep their
//! rules.

use super::walk::{Reply, Walk, settings};
use arbitrary::Unstructured;
use clore_core::effect::Delivery;
use clore_core::endpoint::my_orders::MyOrders;
use clore_core::error::FailureKind;
use clore_core::event::Event;
use clore_core::session::Session;
use core::time::Duration;
use http::header::{CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

const GOOD: &[u8] = br#"{"orders":[{"id":8,"si":2}],"code":0}"#;

fn reply(bytes: &mut Unstructured<'_>) -> arbitrary::Result<Reply> {
    let after = Duration::from_millis(bytes.int_in_range(0..=40_000)?);
    let lost = |kind| Reply::fails(Delivery::Unknown, kind);
    let mut reply = match bytes.int_in_range(0..=11)? {
        0 => Reply::ok(GOOD),
        1 => Reply::fails(Delivery::NotSent, FailureKind::Connect),
        2 => lost(FailureKind::Io(std::io::ErrorKind::ConnectionReset)),
        3 => Reply::whole(StatusCode::BAD_GATEWAY, b"<html>"),
        4 => Reply::ok(br#"{"code":5}"#),
        5 => Reply::ok(br#"{"code":3}"#),
        6 => Reply::whole(StatusCode::FOUND, b""),
        7 => Reply::ok(&GOOD[..bytes.int_in_range(0..=GOOD.len())?]),
        8 => Reply { failure: Some((Delivery::Unknown, FailureKind::Timeout)), ..Reply::ok(&GOOD[..9]) },
        9 => Reply::whole(StatusCode::from_u16(bytes.int_in_range(100..=999)?).unwrap_or_default(), GOOD),
        10 => Reply::ok(bytes.arbitrary()?),
        _ => Reply::whole(StatusCode::TOO_MANY_REQUESTS, b"").with(
            [(RETRY_AFTER, HeaderValue::from(bytes.arbitrary::<u64>()?))].into_iter().collect::<HeaderMap>(),
        ),
    };
    if bytes.int_in_range(0..=7)? == 1 {
        let length = HeaderValue::from(bytes.arbitrary::<u32>()?);
        reply = reply.with([(CONTENT_LENGTH, length)].into_iter().collect());
    }
    Ok(Reply { after, ..reply })
}

/// A read over whatever the bytes say, ended by good answers.
pub fn call(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let attempts = bytes.int_in_range(1..=6).unwrap_or(3);
    let config = settings().max_retries(attempts).deadline(Duration::from_secs(90)).build();
    let mut walk = Walk::of(Session::new(config.expect("these settings are good")));
    let replies = core::iter::from_fn(|| if bytes.is_empty() { None } else { reply(&mut bytes).ok() });
    let mut replies: Box<dyn Iterator<Item = Reply>> =
        Box::new(replies.chain(std::iter::repeat_with(|| Reply::ok(GOOD))));
    for _ in 0..3 {
        let (begun, before) = (walk.now, walk.sent.len());
        walk.events.clear();
        let result = walk.finish(MyOrders::default(), &mut replies);
        let sent = walk.sent.len() - before;
        assert!(sent <= attempts as usize, "{sent} of {attempts}");
        assert!(walk.now.since(begun) <= Duration::from_secs(90), "beyond its deadline: {:?}", walk.now);
        assert_eq!(result.as_ref().map_or_else(|error| error.attempts() as usize, |_| sent), sent);
        let count = |wanted: fn(&Event) -> bool| walk.events.iter().filter(|event| wanted(event)).count();
        assert_eq!(count(|event| matches!(event, Event::AttemptBegan { .. })), sent);
        assert_eq!(count(|event| matches!(event, Event::AttemptEnded { .. })), sent);
        assert_eq!(count(|event| matches!(event, Event::CallBegan { .. })), 1);
        assert_eq!(count(|event| matches!(event, Event::CallEnded { .. })), 1);
    }
    // The start of what certainly never left does not count.
    let left: Vec<_> = walk.sent.iter().filter(|(_, left)| *left).map(|(moment, _)| *moment).collect();
    let spaced = left.windows(2).all(|pair| pair[1].since(pair[0]) >= Duration::from_secs(1));
    assert!(spaced, "{:?}", walk.sent);
}
