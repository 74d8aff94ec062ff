//! `cancel_orders`: ends up to 64 orders with one request (api-facts 3.6). Splitting more is the operation's.
//!
//! The service answers code 0 even when some could not be cancelled, so the output says it of each.

use super::reader::{Answer, Reader, Whole};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::error::Why;
use crate::flow::Flow;
use crate::limits::{CANCEL_BATCH, Caps};
use crate::model::OrderId;
use crate::wire::number;
use serde::Serialize;
use std::collections::BTreeSet;

/// Cancels several orders at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CancelOrders {
    orders: Vec<OrderId>,
}

/// What became of one order of a batch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CancelReport {
    /// The order.
    pub order: OrderId,
    /// What the service said of it.
    pub outcome: CancelOutcome,
}

/// What the service said of one cancel.
///
/// Closed: each order of a batch is one of these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CancelOutcome {
    /// Not named among the failures. Ended only once a reading confirms it.
    Accepted,
    /// Named among the failures; it may also have been over already.
    Failed,
    /// The list of failures held something unreadable, which may be this order.
    Unknown,
}

impl CancelOrders {
    /// Cancels `orders`, at most 64.
    #[must_use]
    pub fn new(orders: impl IntoIterator<Item = OrderId>) -> Self {
        Self { orders: orders.into_iter().collect() }
    }

    /// The orders to cancel.
    #[must_use]
    pub fn orders(&self) -> &[OrderId] {
        &self.orders
    }
}

#[derive(Serialize)]
struct Body {
    order_ids: Vec<u64>,
}

impl Endpoint for CancelOrders {
    type Output = Vec<CancelReport>;
    type Reader = CancelOrdersReader;
    const NAME: &'static str = "cancel_orders";

    fn effect(&self) -> Effect {
        Effect::Idempotent
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let invalid = |why| Err(InvalidRequest::new("order_ids", why));
        let length = self.orders.len();
        if length == 0 {
            return invalid(Why::Empty);
        }
        if length > CANCEL_BATCH {
            return invalid(Why::TooLong { length, max: CANCEL_BATCH, unit: "ids" });
        }
        if self.orders.iter().collect::<BTreeSet<_>>().len() < length {
            return invalid(Why::Duplicate);
        }
        let order_ids = self.orders.iter().map(|order| order.number()).collect();
        Path::new("/v1/cancel_orders").into_change(&Body { order_ids })
    }

    fn reader(&self, caps: &Caps) -> CancelOrdersReader {
        let failures = Whole::new(caps, |fields| {
            let failed = fields.list("failed_to_cancel")?;
            Ok(failed.into_iter().map(number::integer).collect())
        });
        CancelOrdersReader { orders: self.orders.clone(), failures }
    }
}

/// Reads the failures and tells of each order asked for.
#[derive(Clone, Debug)]
pub struct CancelOrdersReader {
    orders: Vec<OrderId>,
    /// `None`: an entry that is no id.
    failures: Whole<Vec<Option<u64>>>,
}

impl CancelOrdersReader {
    fn report(orders: Vec<OrderId>, failures: &[Option<u64>]) -> Vec<CancelReport> {
        let unreadable = failures.iter().any(Option::is_none);
        let failed: BTreeSet<u64> = failures.iter().copied().flatten().collect();
        let report = |order: OrderId| {
            let outcome = match (failed.contains(&order.number()), unreadable) {
                (true, _) => CancelOutcome::Failed,
                (false, true) => CancelOutcome::Unknown,
                (false, false) => CancelOutcome::Accepted,
            };
            CancelReport { order, outcome }
        };
        orders.into_iter().map(report).collect()
    }
}

impl Reader for CancelOrdersReader {
    type Output = Vec<CancelReport>;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.failures.push(decoded)
    }

    fn finish(self) -> Answer<Vec<CancelReport>> {
        let orders = self.orders;
        match self.failures.finish() {
            Answer::Value(failures) => Answer::Value(Self::report(orders, &failures)),
            Answer::Refused(refusal) => Answer::Refused(refusal),
            Answer::SuccessWithError { refusal, value } => Answer::SuccessWithError {
                refusal,
                value: value.map(|failures| Self::report(orders, &failures)),
            },
            Answer::Malformed(error) => Answer::Malformed(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::tests::answer;
    use CancelOutcome::{Accepted, Failed, Unknown};

    fn outcomes(body: &str) -> Vec<CancelOutcome> {
        let batch = CancelOrders::new([5, 6, 7].map(OrderId::new));
        let Answer::Value(reports) = answer(&batch, body.as_bytes()) else { panic!("{body}") };
        assert!(reports.iter().map(|r| r.order).eq(batch.orders().iter().copied()));
        reports.iter().map(|report| report.outcome).collect()
    }

    /// Reliability S34: the seed did not look at the failures that an answer of code 0 lists.
    #[test]
    fn batch_cancel_reports_each() {
        for (body, expected) in [
            (r#"{"failed_to_cancel":[],"code":0}"#, [Accepted, Accepted, Accepted]),
            (r#"{"failed_to_cancel":["6"],"code":0}"#, [Accepted, Failed, Accepted]),
            (r#"{"failed_to_cancel":[7,"5"],"code":0}"#, [Failed, Accepted, Failed]),
            (r#"{"failed_to_cancel":[6,{}],"code":0}"#, [Unknown, Failed, Unknown]),
            (r#"{"failed_to_cancel":["99"],"code":0}"#, [Accepted, Accepted, Accepted]),
        ] {
            assert_eq!(outcomes(body), expected, "{body}");
        }
        let batch = CancelOrders::new([OrderId::new(5)]);
        for body in [r#"{"code":0}"#, r#"{"failed_to_cancel":null,"code":0}"#, r#"{"failed_to_cancel":[]}"#] {
            assert!(matches!(answer(&batch, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
    }

    #[test]
    fn a_batch_has_1_to_64_different_ids() {
        let request = |n: u64| CancelOrders::new((0..n).map(OrderId::new)).request();
        assert!(request(64).is_ok());
        assert_eq!(request(0).unwrap_err().why(), Why::Empty);
        assert_eq!(request(65).unwrap_err().why(), Why::TooLong { length: 65, max: 64, unit: "ids" });
        let twice = CancelOrders::new([1, 1].map(OrderId::new)).request();
        assert_eq!(twice.unwrap_err().why(), Why::Duplicate);
    }

    #[test]
    fn the_documented_answer_accepts_all() {
        let Some(body) = crate::recordings::recording("documented/cancel_orders-gigaspot-api-docs.json")
        else {
            return;
        };
        let reports = answer(&CancelOrders::new([OrderId::new(5)]), &body).into_value().unwrap();
        assert!(reports.iter().all(|report| report.outcome == Accepted));
    }

    /// Neither a plain yes nor a plain no: whoever asked reads the orders, and what failed is still told.
    #[test]
    fn an_error_beside_a_success_keeps_the_report() {
        let batch = CancelOrders::new([5, 6, 7].map(OrderId::new));
        let body = r#"{"failed_to_cancel":[6],"error":"odd","code":0}"#;
        let Answer::SuccessWithError { refusal, value: Some(reports) } = answer(&batch, body.as_bytes())
        else {
            panic!("it is one or the other")
        };
        assert_eq!(refusal.text.as_str(), "odd");
        assert_eq!(reports.iter().map(|one| one.outcome).collect::<Vec<_>>(), [Accepted, Failed, Accepted]);
    }
}
