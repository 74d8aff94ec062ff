//! Both loops over one script: the named bugs of reliability 1 and the read column of its fault table (3.3).

use super::run_blocking;
use super::scripted::{
    Asked, KEY, Reply, Scripted, begin, both, config, fail, go, never, ok, refused_connection, reset,
    session, status, together,
};
use crate::call::Call;
use crate::effect::Delivery;
use crate::endpoint::marketplace::Marketplace;
use crate::endpoint::wallets::Wallets;
use crate::error::{ConfigError, ErrorKind, FailureKind, Found};
use crate::op::{Plan, Settings};
use crate::session::Session;
use crate::time::Moment;
use core::time::Duration;

const WALLETS: &str = r#"{"wallets":[],"code":0}"#;
const CODE5: &str = r#"{"code":5}"#;

/// The first replies in order, the last one ever after.
fn replies(list: &[Reply]) -> Scripted {
    let list = list.to_vec();
    Scripted::new(move |asked: &Asked| list.get(asked.n).or(list.last()).unwrap().clone())
}

/// What `wallets` comes to with these replies: its error, the starts of its requests, the end.
fn read(list: &[Reply]) -> (Option<ErrorKind>, Vec<u64>, u64) {
    let (result, world) = both(&replies(list), &config().build().unwrap(), Wallets);
    (result.err().map(|error| error.kind().clone()), world.starts(), world.ms())
}

/// Reliability S4: the seed's retries did not wait for the limiter, nor did others wait for them.
#[test]
fn every_attempt_takes_a_slot() {
    let (_, starts, _) = read(&[reset().after_ms(1)]);
    assert_eq!(starts.len(), 3);
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
    // And with nothing between the attempts but the pacing, among four calls at once.
    let world = replies(&[reset().after_ms(0)]);
    let session = session();
    let call = || Box::pin(async { drop(begin(&world, &session, Wallets).await) });
    together(&world, vec![call(), call(), call(), call()]);
    let starts = world.starts();
    assert_eq!(starts.len(), 12);
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
}

/// Reliability S7: the seed slept 8 s after its last attempt, and only then said that it had failed.
#[test]
fn no_sleep_after_final_attempt() {
    for reply in [reset(), refused_connection(), status(502, "<html>"), ok(CODE5), never()] {
        let world = replies(&[reply]);
        assert!(go(&world, &session(), Wallets).is_err());
        let last = *world.starts().last().unwrap();
        assert!(world.slept().iter().all(|(from, to)| *from < last && *to <= last), "{:?}", world.slept());
        assert_eq!(world.starts().len(), 3);
    }
}

/// Reliability S8, O2: the seed tried three times, asleep for 14 s, what could never work.
#[test]
fn permanent_errors_return_at_once() {
    for reply in [
        fail(Delivery::NotSent, FailureKind::Certificate),
        fail(Delivery::NotSent, FailureKind::Request),
        fail(Delivery::Unknown, FailureKind::TooLarge),
        status(401, "no"),
        status(403, "error code: 1010"),
        status(404, "<html>"),
        status(302, "").header("location", "https://evil.example/x"),
        ok("[]"),
        ok("{}"),
        ok(r#"{"code":2}"#),
        ok(r#"{"code":3}"#),
        ok(r#"{"code":6,"error":"no"}"#),
        ok(r#"{"code":0,"error":"maintenance"}"#),
        ok(r#"{"code":true,"wallets":[]}"#),
    ] {
        let (error, starts, end) = read(core::slice::from_ref(&reply));
        assert!(error.is_some() && starts.len() == 1 && end <= 50, "{reply:?}: {error:?} {starts:?} {end}");
    }
}

/// Reliability S9: the seed never looked at the status: HTTP 500 with code 0 was success, a 401 page was asked for
/// three times.
#[test]
fn status_and_code_both_judged() {
    for code in [301, 400, 404, 500, 502] {
        let (error, ..) = read(&[status(code, WALLETS)]);
        assert!(error.is_some(), "code 0 under HTTP {code} is no success");
    }
    assert_eq!(read(&[status(401, "<html>no</html>")]), (Some(ErrorKind::Key), vec![0], 50));
    assert_eq!(read(&[status(201, WALLETS)]).0, None);
}

/// Reliability T6: in the TypeScript client a good envelope under HTTP 429 or 5xx was a bare network error.
#[test]
fn envelope_read_on_any_status() {
    for code in [200, 302, 400, 401, 403, 404, 429, 500, 503] {
        let refused = status(code, r#"{"code":6,"error":"no_such_thing"}"#);
        let (result, world) = both(&replies(&[refused]), &config().build().unwrap(), Wallets);
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Refused(_)), "{code}: {error:?}");
        assert!(error.to_string().contains("no_such_thing"), "{error}");
        assert_eq!(world.sent().len(), 1);
        assert_eq!(read(&[status(code, r#"{"code":3}"#)]).0, Some(ErrorKind::Key));
        assert_eq!(read(&[status(code, CODE5)]).0, Some(ErrorKind::TooFast), "{code}");
    }
}

/// Reliability S12: three code 5 ended as "failed after 3 retries", and after a mix the seed blamed an older cause.
#[test]
fn final_error_names_last_cause_and_attempts() {
    let (result, _) =
        both(&replies(&[reset(), ok(CODE5), status(502, "<html>")]), &config().build().unwrap(), Wallets);
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Http { status: 502 });
    assert_eq!((error.operation(), error.attempts(), error.delivery()), ("wallets", 3, Delivery::Answered));
    assert!(error.to_string().contains("502") && error.to_string().contains("after 3 requests"), "{error}");
    let error = both(&replies(&[reset(), ok(CODE5)]), &config().build().unwrap(), Wallets).0.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (&ErrorKind::TooFast, 3));
}

/// Reliability S13: with 0 retries the seed sent nothing and said "failed after 0 retries".
#[test]
fn zero_retries_means_one_attempt() {
    for total in [0, 1] {
        let config = config().max_retries(total).build().unwrap();
        let (result, world) = both(&replies(&[reset()]), &config, Wallets);
        assert_eq!((world.sent().len(), result.unwrap_err().attempts()), (1, 1));
        assert!(both(&replies(&[ok(WALLETS)]), &config, Wallets).0.is_ok());
    }
}

/// The next attempt never gets its turn: then the attempt before is the cause, not "no time".
#[test]
fn a_turn_that_never_comes_does_not_hide_the_cause() {
    let world =
        Scripted::new(|asked| if asked.n == 1 { ok(CODE5).header("retry-after", "120") } else { reset() });
    let session = session();
    let mut errors = Vec::new();
    let (one, other) = (begin(&world, &session, Wallets), begin(&world, &session, Wallets));
    let mut kinds = Vec::new();
    together(
        &world,
        vec![
            Box::pin(async { errors.push(one.await.unwrap_err()) }),
            Box::pin(async { kinds.push(other.await.unwrap_err()) }),
        ],
    );
    assert_eq!(*errors[0].kind(), ErrorKind::Network(FailureKind::Io(std::io::ErrorKind::ConnectionReset)));
    assert_eq!(*kinds[0].kind(), ErrorKind::TooFast);
    assert_eq!(world.sent().len(), 2);
    assert!(world.ms() < 10_000, "nobody sleeps for a turn that cannot come: {}", world.ms());
}

/// Reliability S16, O2: the seed pasted the whole answer into its error.
#[test]
fn errors_bounded_and_redacted() {
    let page = format!("<html>{}\u{1b}[31m{KEY}", "x".repeat(1 << 20));
    let text = format!(r#"{{"code":6,"error":"{}"}}"#, "y".repeat(100_000));
    for reply in [status(502, page.clone()), ok(page), ok(text), status(403, vec![0xff; 9_000])] {
        let (result, _) = both(&replies(&[reply]), &config().build().unwrap(), Wallets);
        let error = result.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.len() < 2_500 && !said.contains(KEY) && !said.contains('\u{1b}'), "{}", said.len());
    }
}

/// Reliability S18: the seed handed the key to whatever host a redirect named.
#[test]
fn no_redirect_ever_followed() {
    for code in [301, 302, 303, 307, 308] {
        let to = status(code, "").header("location", "https://evil.example/steal?a=b");
        let (result, world) = both(&replies(&[to]), &config().build().unwrap(), Wallets);
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Redirected { status, .. } if *status == code), "{error:?}");
        assert!(error.to_string().contains("evil.example"), "{error}");
        assert_eq!(world.sent().len(), 1);
    }
}

/// Reliability T8: the TypeScript client threw a code 5 at its user.
#[test]
fn code5_recovers_within_deadline() {
    let (error, starts, end) = read(&[ok(CODE5), ok(CODE5), ok(WALLETS)]);
    assert_eq!((error, starts.len()), (None, 3));
    assert!(end < 120_000);
    assert!(starts[1] - starts[0] >= 2_000 && starts[2] - starts[1] >= 4_000, "{starts:?}");
}

/// Reliability S10: the seed doubled its waits without an end and without spread.
#[test]
fn backoff_bounded_and_jittered() {
    let pauses = |seed: u8| {
        let patient = config().max_retries(9).deadline(Duration::from_secs(600)).build().unwrap();
        let (world, session) = (replies(&[reset().after_ms(0)]), Session::new(patient));
        let settings = Settings::new(&session, None, [seed; 32]);
        let call = Call::new(&session, Wallets.begin(&settings, Moment::ORIGIN));
        assert!(run_blocking(&world, call).is_err());
        world.starts().windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>()
    };
    for (seed, other) in [(1, 2), (3, 4)] {
        let waits = pauses(seed);
        for (wait, full) in waits.iter().zip([2, 4, 8, 16, 30, 30, 30, 30]) {
            assert!((full * 500..=full * 1_000).contains(wait), "{waits:?}");
        }
        assert_eq!(waits.len(), 8);
        assert_ne!(waits, pauses(other), "two clients that failed together come back together");
    }
}

/// Reliability S10: the seed did not look at `Retry-After: 60`. Nor is it slept past the deadline.
#[test]
fn retry_after_is_a_floor() {
    for code in [429, 503] {
        let (error, starts, _) = read(&[status(code, "<html>").header("retry-after", "60"), ok(WALLETS)]);
        assert_eq!((error, starts), (None, vec![0, 60_050]));
        let (error, starts, end) = read(&[status(code, "<html>").header("retry-after", "3600"), ok(WALLETS)]);
        assert!(error.is_some() && starts == [0] && end == 50, "{error:?} {starts:?} {end}");
    }
    let now = "Sun, 06 Nov 1994 08:49:37 GMT";
    let dated = status(429, "").header("date", now).header("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT");
    assert_eq!(read(&[dated, ok(WALLETS)]).1, [0, 30_050]);
}

#[test]
fn no_call_outruns_its_deadline() {
    for (seconds, reply) in
        [(5, never()), (31, never()), (65, never()), (3, reset()), (4, ok(CODE5)), (1, reset())]
    {
        let config = config().deadline(Duration::from_secs(seconds)).build().unwrap();
        let (result, world) = both(&replies(core::slice::from_ref(&reply)), &config, Wallets);
        assert!(result.is_err() && world.ms() <= seconds * 1_000, "{seconds} {reply:?} {}", world.ms());
        let least = world.starts().iter().map(|at| seconds * 1_000 - at).min().unwrap();
        assert!(least >= 1_000, "an attempt was begun {least} ms before the end");
    }
}

#[test]
fn a_service_that_only_says_code_5_and_a_dead_one_end_in_time() {
    let (error, _, end) = read(&[ok(CODE5)]);
    assert_eq!(error, Some(ErrorKind::TooFast));
    assert!(end <= 150_000, "{end}");
    let (error, _, end) = read(&[status(429, "<html>too many</html>")]);
    assert!(error == Some(ErrorKind::TooFast) && end <= 150_000);
    for dead in [refused_connection(), never(), fail(Delivery::NotSent, FailureKind::Name)] {
        let (error, _, end) = read(&[dead]);
        assert!(matches!(error, Some(ErrorKind::Network(_))), "{error:?}");
        assert!(end <= 120_000, "{end}");
    }
}

/// Reliability 3.3, "Read": how often it is sent, and what it ends with.
#[test]
fn the_read_column_of_the_fault_table() {
    use ErrorKind::{Blocked, Http, Key, Network, TooFast};
    use FailureKind::{Certificate, Connect, Handshake, Io, Name, Protocol, Timeout, TooLarge};
    use std::io::ErrorKind::{ConnectionReset, UnexpectedEof, WriteZero};
    let lost = |kind| fail(Delivery::Unknown, kind);
    let unsent = |kind| fail(Delivery::NotSent, kind);
    let net = |kind| Some(Network(kind));
    for (reply, sends, kind) in [
        (unsent(Name), 3, net(Name)),
        (unsent(Connect), 3, net(Connect)),
        (unsent(Timeout), 3, net(Timeout)),
        (unsent(Certificate), 1, net(Certificate)),
        (unsent(Handshake), 3, net(Handshake)),
        (lost(Io(ConnectionReset)), 3, net(Io(ConnectionReset))),
        (lost(Io(WriteZero)), 3, net(Io(WriteZero))),
        (never(), 3, net(Timeout)),
        (ok(WALLETS).cut(), 3, net(Io(UnexpectedEof))),
        (ok(WALLETS).header("content-length", "99"), 2, net(Protocol)),
        (lost(Protocol), 2, net(Protocol)),
        (lost(TooLarge), 1, net(TooLarge)),
        (ok(WALLETS).after_ms(29_000), 1, None),
        (status(204, ""), 2, None),
        (ok(""), 2, None),
        (ok("<html>"), 2, None),
        (status(304, ""), 1, None),
        (status(400, "bad"), 1, Some(Http { status: 400 })),
        (status(422, "bad"), 1, Some(Http { status: 422 })),
        (status(401, ""), 1, Some(Key)),
        (status(403, "<html>"), 1, Some(Blocked)),
        (status(404, ""), 1, Some(Http { status: 404 })),
        (status(408, ""), 3, Some(Http { status: 408 })),
        (status(429, "<html>"), 3, Some(TooFast)),
        (status(500, "<html>"), 3, Some(Http { status: 500 })),
        (status(502, "<html>"), 3, Some(Http { status: 502 })),
        (status(503, "<html>"), 3, Some(Http { status: 503 })),
        (status(504, "<html>"), 3, Some(Http { status: 504 })),
        (status(500, r#"{"code":1}"#), 3, None),
        (ok(r#"{"code":1}"#), 3, None),
        (ok(CODE5), 3, Some(TooFast)),
        (ok("[]"), 1, None),
        (ok("null"), 1, None),
        (ok("5"), 1, None),
        (ok(r#"{"wallets":[]}"#), 1, None),
        (ok(r#"{"code":0}"#), 1, None),
        (ok(r#"{"code":0,"wallets":null}"#), 1, None),
        (ok(r#"{"code":0.5,"wallets":[]}"#), 1, None),
        (ok(r#"{"code":7,"error":"x"}"#), 1, None),
        (ok("[".repeat(100_000)), 1, None),
        (ok(r#"{"code":0,"code":0,"wallets":[]}"#), 1, None),
        (ok(format!("{WALLETS}x")), 1, None),
    ] {
        let good = format!("{reply:?}").contains("29s");
        let (error, starts, _) = read(core::slice::from_ref(&reply));
        assert_eq!(starts.len(), sends, "{reply:?} {error:?}");
        assert_eq!(error.is_none(), good, "{reply:?} {error:?}");
        if kind.is_some() {
            assert_eq!(error, kind, "{reply:?}");
        }
    }
    let Some(ErrorKind::Decode(why)) = read(&[ok("")]).0 else { panic!() };
    assert_eq!(why.found(), Found::Empty);
}

#[test]
fn only_the_call_adds_key_and_name_and_only_where_the_key_belongs() {
    let world = replies(&[ok(WALLETS), ok(r#"{"servers":[],"my_servers":[],"code":0}"#)]);
    let session = session();
    go(&world, &session, Wallets).unwrap();
    go(&world, &session, Marketplace::default()).unwrap();
    let [wallets, market] = <[Asked; 2]>::try_from(world.sent()).unwrap();
    assert_eq!(wallets.uri, "https://x.example/pre/v1/wallets");
    assert_eq!(wallets.headers.get("auth").unwrap(), KEY);
    assert!(wallets.headers.get("auth").unwrap().is_sensitive());
    assert_eq!(wallets.headers.get("user-agent").unwrap(), crate::config::USER_AGENT);
    assert!(market.headers.get("auth").is_none(), "the marketplace needs no key (api-facts 1.1)");
    assert_eq!(market.headers.get("user-agent").unwrap(), crate::config::USER_AGENT);
    assert!(!format!("{session:?} {market:?}").contains(KEY));
}

#[test]
fn without_a_key_nothing_is_sent() {
    let keyless = crate::config::Config::builder().build().unwrap();
    let (result, world) = both(&replies(&[ok(WALLETS)]), &keyless, Wallets);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Config(ConfigError::NoKey));
    assert!(world.sent().is_empty() && world.ms() == 0);
}
