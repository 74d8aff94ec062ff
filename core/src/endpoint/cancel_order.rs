//! `cancel_order`: ends one order (api-facts 3.5).
//!
//! Accepted is not yet ended: `rent.md` confirms a cancel by reading. Billing stops at once on cancel.

use super::{Endpoint, InvalidRequest, Path, Whole};
use crate::effect::Effect;
use crate::limits::{Caps, ISSUE_CHARS};
use crate::model::OrderId;
use serde::Serialize;

/// Cancels an order, perhaps telling the service why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CancelOrder {
    order: OrderId,
    issue: Option<String>,
}

impl CancelOrder {
    /// Cancels `order`.
    #[must_use]
    pub fn new(order: OrderId) -> Self {
        Self { order, issue: None }
    }

    /// What was wrong with the machine, at most 2048 characters. Longer text is an error, never cut.
    #[must_use]
    pub fn issue(mut self, issue: impl Into<String>) -> Self {
        self.issue = Some(issue.into());
        self
    }

    /// The order to cancel.
    #[must_use]
    pub fn order(&self) -> OrderId {
        self.order
    }
}

#[derive(Serialize)]
struct Body<'a> {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<&'a str>,
}

impl Endpoint for CancelOrder {
    type Output = ();
    type Reader = Whole<()>;
    const NAME: &'static str = "cancel_order";

    fn effect(&self) -> Effect {
        Effect::Idempotent
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let issue = self.issue.as_deref();
        InvalidRequest::check_characters("issue", issue.unwrap_or_default(), ISSUE_CHARS)?;
        Path::new("/v1/cancel_order").into_change(&Body { id: self.order.number(), issue })
    }

    fn reader(&self, caps: &Caps) -> Whole<()> {
        Whole::new(caps, |_| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Why;

    /// Reliability S32: the seed cut the text to 2048 characters and did not tell.
    #[test]
    fn long_issue_is_error_not_cut() {
        let cancel = |n: usize| CancelOrder::new(OrderId::new(7)).issue("é".repeat(n)).request();
        let text = String::from_utf8(cancel(2048).unwrap().into_body()).unwrap();
        assert_eq!(text.chars().filter(|c| *c == 'é').count(), 2048);
        let error = cancel(2049).unwrap_err();
        assert_eq!(error.field(), "issue");
        assert_eq!(error.why(), Why::TooLong { length: 2049, max: 2048, unit: "characters" });
    }
}
