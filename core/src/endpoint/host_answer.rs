//! How the refusals of a host's calls are read: a server "that does not exist" is one that is not the caller's.

use super::reader::Answer;
use crate::error::Refusal;

/// The answer with its refusal as a host understands it.
pub(super) fn said_to_host<T>(answer: Answer<T>) -> Answer<T> {
    let said = |refusal: Refusal| Refusal { reason: refusal.reason.said_to_host(), ..refusal };
    match answer {
        Answer::Refused(refusal) => Answer::Refused(said(refusal)),
        Answer::SuccessWithError { refusal, value } => {
            Answer::SuccessWithError { refusal: said(refusal), value }
        }
        Answer::Value(_) | Answer::Malformed(_) => answer,
    }
}
