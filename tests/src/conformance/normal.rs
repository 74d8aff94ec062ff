//! What differs by nature and is therefore not compared. This is the only place where anything is left out.
//!
//! | left out | why |
//! |---|---|
//! | the kind of a failure | HTTP libraries differ in it for the same fault; it decides nothing about money |
//! | names of intents, moments of the client's clock, the wall's time, how long things took | random, and time |
//! | waits, but for the pause after a code 5 | whether a wait is left depends on how long the answer before took |
//! | `content-length`, `connection` and the like of an answer | who unpacks a body drops them; libraries eat others |
//! | how the body was cut into pieces, and what was read of one that failed or was enough | libraries choose them |
//! | port and address of the service | taken anew each time |

use clore_core::error::{Error, ErrorKind};
use clore_core::event::{Event, Waiting};
use clore_core::op::Head;
use core::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Headers that say how the bytes went, not what they mean.
const TRANSFER: [&str; 5] =
    ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];

/// Status and the headers that mean something.
#[must_use]
pub fn head(head: Head<'_>) -> String {
    let told = head.headers.iter().filter(|(name, _)| !TRANSFER.contains(&name.as_str()));
    let mut told: Vec<String> = told.map(|(name, value)| format!("{name}: {value:?}")).collect();
    told.sort();
    format!("head {} [{}]", head.status.as_u16(), told.join(", "))
}

/// A whole body: its length and a sum over every byte.
#[must_use]
pub fn data(body: &[u8]) -> String {
    let mut sum = DefaultHasher::new();
    let body = without_ports(&String::from_utf8_lossy(body));
    body.hash(&mut sum);
    format!("data {} bytes, sum {:016x}", body.len(), sum.finish())
}

/// An event; none for those that only tell how long the machine took.
#[must_use]
pub fn event(event: &Event) -> Option<String> {
    let text = match event {
        Event::WaitBegan { why: Waiting::Penalty, .. } => "pause after a code 5".into(),
        Event::WaitBegan { .. } | Event::WaitEnded => return None,
        Event::AttemptEnded { delivery, failure: None, .. } => format!("attempt ended {delivery:?}"),
        Event::AttemptEnded { delivery, .. } => format!("attempt failed {delivery:?}"),
        Event::RetryScheduled { attempt, why, .. } => format!("retry after attempt {attempt}: {}", kind(why)),
        Event::CallEnded { call, error } => {
            format!("call ended {call} {:?}", error.as_ref().map(kind))
        }
        other => scrubbed(other),
    };
    Some(format!("event {text}"))
}

/// What a call ended with.
#[must_use]
pub fn result<T: Debug>(result: &Result<T, Error>) -> String {
    match result {
        Ok(value) => format!("result {}", scrubbed(value)),
        Err(error) => format!(
            "error {} {:?} of {} after {} attempts, orders {:?}",
            kind(error.kind()),
            error.delivery(),
            error.operation(),
            error.attempts(),
            error.order_ids(),
        ),
    }
}

fn kind(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Network(_) => "Network".into(),
        other => scrubbed(other),
    }
}

/// The debug text without names of intents, moments and ports.
fn scrubbed(value: &impl Debug) -> String {
    let text = without(&format!("{value:?}"), "Moment(", ')', |_| true);
    let text = without(&text, "wall: Some(UnixTime(", ')', |_| true);
    without_names(&without_ports(&text))
}

fn without_ports(text: &str) -> String {
    without(text, "127.0.0.1:", '/', |inner| inner.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `text` with `…` for whatever stands between `before` and `after`, if `is_it`.
fn without(text: &str, before: &str, after: char, is_it: impl Fn(&str) -> bool) -> String {
    let mut parts = text.split(before);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, rest) = part.split_at(part.find(after).unwrap_or(part.len()));
        whole += before;
        whole += if is_it(inner) { "…" } else { inner };
        whole += rest;
    }
    whole
}

/// The name of an intent is 32 hexadecimal digits; nothing else is.
fn without_names(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let is_name = |word: &str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive(|c| !is_word(c));
    words
        .map(|word| match word.trim_end_matches(|c| !is_word(c)) {
            name if is_name(name) => word.replace(name, "(intent)"),
            _ => word.to_owned(),
        })
        .collect()
}
