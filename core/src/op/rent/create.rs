//! What the answer to a create means. Only a well-formed code 2, 3, 4 or 6 refuses; everything that is neither that,
//! nor code 5, nor an id, is unknown (`rent.md`, "which answers refuse a create").

use crate::effect::Delivery;
use crate::endpoint::{Answer, Created};
use crate::error::{Code, Error, ErrorKind};
use crate::excerpt::Excerpt;
use crate::model::OrderId;
use crate::op::judge::Seen;
use core::time::Duration;

/// What a create's answer means.
///
/// Closed: the machine's table is exhaustive over it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Meaning {
    /// There is an order, and this is its id.
    Placed { order: OrderId, beside: Option<Excerpt> },
    /// The service refused.
    Refused(Error),
    /// Code 5.
    TooFast { retry_after: Option<Duration> },
    /// Anything else: there may be an order.
    Unclear { success_without_id: bool, database_error: bool },
}

pub(super) fn meaning(seen: &Seen, answer: Answer<Created>) -> Meaning {
    let unclear = Meaning::Unclear { success_without_id: false, database_error: false };
    match answer {
        Answer::Value(Created { order_id: Some(order), warning, .. }) => {
            Meaning::Placed { order, beside: warning.map(|text| Excerpt::new(&text.to_string(), 200)) }
        }
        Answer::Value(Created { warning, .. }) => {
            // Code 0 with an error and no id promises nothing; code 0 alone does, under a status of success.
            let success = warning.is_none() && seen.status.is_success();
            Meaning::Unclear { success_without_id: success, database_error: false }
        }
        Answer::Refused(refusal) => match refusal.code() {
            Code::TooFast => Meaning::TooFast { retry_after: seen.retry_after },
            Code::InvalidInput | Code::Endpoint | Code::Refused => {
                Meaning::Refused(refused(ErrorKind::Refused(Box::new(refusal))))
            }
            Code::Key => Meaning::Refused(refused(ErrorKind::Key)),
            Code::Database => Meaning::Unclear { success_without_id: false, database_error: true },
            _ => unclear,
        },
        Answer::Malformed(_) => unclear,
    }
}

fn refused(kind: ErrorKind) -> Error {
    Error::new(kind).with_delivery(Delivery::Answered)
}
