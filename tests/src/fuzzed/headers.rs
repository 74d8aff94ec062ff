//! Heads: Retry-After, Date, and headers of any kind in front of a good answer.

use super::walk::{Reply, Walk, settings};
use clore_core::endpoint::wallets::Wallets;
use clore_core::error::ErrorKind;
use clore_core::retry::retry_after;
use clore_core::session::Session;
use core::time::Duration;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Lines of one value each: the first is the date, the others ask for a pause.
pub fn dates(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for (line, name) in bytes.split(|byte| *byte == b'\n').zip([DATE].into_iter().chain([RETRY_AFTER; 4])) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    if let Some(pause) = retry_after(&headers) {
        assert!(pause <= Duration::from_secs(120), "{pause:?}");
    }
    // The same in front of a "too fast": it is waited for, and never for longer.
    let config = settings().deadline(Duration::from_secs(300)).build();
    let mut walk = Walk::of(Session::new(config.expect("these settings are good")));
    let replies = [Reply::whole(StatusCode::TOO_MANY_REQUESTS, b"").with(headers), Reply::ok(GOOD)];
    let result = walk.finish(Wallets, &mut replies.into_iter());
    assert!(result.is_ok_and(|list| list.wallets.len() == 1));
    assert!(walk.now.since_origin() < Duration::from_secs(150), "{:?}", walk.now);
}

const GOOD: &[u8] = br#"{"wallets":[{"name":"CLORE-Blockchain","balance":1.5}],"code":0}"#;

/// Lines of `name: value` in front of a good body: it is read as it is, or not at all.
pub fn heads(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(120) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = line.split_at(colon);
        let value =
            HeaderValue::from_bytes(value.trim_ascii_start().get(1..).unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), value) {
            headers.append(name, value);
        }
    }
    let replies = std::iter::repeat_with(|| Reply::ok(GOOD).with(headers.clone()));
    match Walk::new().finish(Wallets, &mut replies.into_iter()) {
        Ok(list) => assert_eq!((list.wallets.len(), list.skipped.count), (1, 0)),
        Err(error) => {
            let kind = error.kind();
            assert!(matches!(kind, ErrorKind::Network(_) | ErrorKind::Decode(_)), "{error:?}");
        }
    }
}
