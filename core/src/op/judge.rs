//! Status and body together: what an answer means. The body is judged first; the status only where it says nothing.
//!
//! HTTP status and `code` are independent (api-facts, fact 7): an envelope is read on any status, and a success counts
//! only under a status that is one.

use super::Head;
use crate::effect::Delivery;
use crate::endpoint::Answer;
use crate::error::{Code, DecodeError, Error, ErrorKind, Found};
use crate::excerpt::Excerpt;
use crate::retry::{Permanence, Verdict, retry_after};
use crate::time::UnixTime;
use core::time::Duration;
use http::header::{DATE, LOCATION};
use http::{StatusCode, Uri};

/// What of a head matters later.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) date: Option<UnixTime>,
    pub(crate) retry_after: Option<Duration>,
    host: Option<Excerpt>,
}

impl Seen {
    pub(crate) fn of(head: Head<'_>) -> Self {
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        let date = text(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let date = date.and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
        let host = text(LOCATION).and_then(|to| to.parse::<Uri>().ok());
        Self {
            status: head.status,
            date: date.and_then(|d| i64::try_from(d.as_secs()).ok()).map(UnixTime::from_seconds),
            retry_after: retry_after(head.headers),
            host: host.and_then(|uri| uri.host().map(|host| Excerpt::new(host, 100))),
        }
    }
}

/// What an answer means for its call.
pub(super) enum Judgement<T> {
    Value(T),
    Bad(Bad),
}

/// An attempt that brought no value.
pub(super) struct Bad {
    pub(super) verdict: Verdict,
    pub(super) permanence: Permanence,
    pub(super) retry_after: Option<core::time::Duration>,
    /// A well-formed code 2, 3, 4 or 6: the service itself says that nothing was done.
    pub(super) refused_by_code: bool,
    pub(super) error: Error,
}

/// Judges an answer of a call that is not a create.
pub(super) fn judge<T>(seen: &Seen, answer: Answer<T>) -> Judgement<T> {
    match answer {
        Answer::Value(value) if seen.status.is_success() => Judgement::Value(value),
        Answer::Value(_) => Judgement::Bad(by_status(seen, None)),
        Answer::Refused(refusal) => {
            let code = refusal.code;
            let (verdict, permanence) = match code {
                Code::TooFast => (Verdict::TooFast, Permanence::Transient),
                Code::Database => (Verdict::Unclear, Permanence::Transient),
                _ => (Verdict::Refused, Permanence::Permanent),
            };
            let kind = match code {
                Code::TooFast => ErrorKind::TooFast,
                Code::Key => ErrorKind::Key,
                _ => ErrorKind::Refused(Box::new(refusal)),
            };
            let mut bad = bad(seen, verdict, permanence, kind);
            bad.refused_by_code =
                matches!(code, Code::InvalidInput | Code::Key | Code::Endpoint | Code::Refused);
            Judgement::Bad(bad)
        }
        // Code 0 with an error is a refusal (api-facts 1.2).
        Answer::SuccessWithError { refusal, .. } => {
            let kind = ErrorKind::Refused(Box::new(refusal));
            Judgement::Bad(bad(seen, Verdict::Refused, Permanence::Permanent, kind))
        }
        Answer::Malformed(error) => Judgement::Bad(by_status(seen, Some(error))),
    }
}

/// What the status says where the body says nothing (reliability 3.3).
fn by_status(seen: &Seen, error: Option<DecodeError>) -> Bad {
    use Permanence::{Once, Permanent, Transient};
    use Verdict::{Refused, TooFast, Unclear};
    let status = seen.status.as_u16();
    let http = ErrorKind::Http { status };
    match status {
        300..=399 => {
            let kind = ErrorKind::Redirected { status, host: seen.host.clone() };
            bad(seen, Refused, Permanent, kind)
        }
        401 => bad(seen, Refused, Permanent, ErrorKind::Key),
        403 => bad(seen, Refused, Permanent, ErrorKind::Blocked),
        408 => bad(seen, Unclear, Transient, http),
        429 => bad(seen, TooFast, Transient, ErrorKind::TooFast),
        500..=599 => bad(seen, Unclear, Transient, http),
        200..=299 => match error {
            Some(error) => {
                let again = matches!(error.found(), Found::Empty | Found::NotJson);
                bad(seen, Unclear, if again { Once } else { Permanent }, ErrorKind::Decode(error))
            }
            None => bad(seen, Unclear, Permanent, http),
        },
        _ => bad(seen, Refused, Permanent, http),
    }
}

fn bad(seen: &Seen, verdict: Verdict, permanence: Permanence, kind: ErrorKind) -> Bad {
    let error = Error::new(kind).with_delivery(Delivery::Answered);
    Bad { verdict, permanence, retry_after: seen.retry_after, refused_by_code: false, error }
}
