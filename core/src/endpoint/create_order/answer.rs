//! What a create answered, and what follows from it for the bill.
//!
//! Only a well-formed code 2, 3, 4 or 6 refuses. Code 5 is a refusal to be waited out. Everything else that has no id
//! leaves it open whether there is an order now (`rent.md`, "which answers refuse a create").

use crate::endpoint::reader::{Answer, Reader, Whole};
use crate::error::{Code, DecodeError, Found, Refusal};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::OrderId;
use crate::wire::envelope::Fields;
use crate::wire::number;
use crate::wire::value::found;

/// A code 0 from `create_order`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Created {
    /// The order's id. Usually missing: then it is found by reading `my_orders` (api-facts 3.4).
    pub order_id: Option<OrderId>,
    /// Why an id that was there could not be used: two that differ, or none that is a number.
    pub unusable_id: Option<DecodeError>,
    /// An `error` that came with code 0. With an id it is a warning; without one the outcome is unclear.
    pub warning: Option<Refusal>,
}

/// What an answer to a create means for the bill.
///
/// Closed: `Rent` decides by an exhaustive match over it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum CreateVerdict {
    /// There is an order, and this is its id.
    Placed {
        /// The order.
        order: OrderId,
        /// An `error` the service sent all the same.
        warning: Option<Refusal>,
    },
    /// Code 0 and nothing against it, but no usable id: there is or will be an order, to be found by reading.
    Accepted {
        /// Why an id that was there could not be used.
        unusable_id: Option<DecodeError>,
    },
    /// Code 2, 3, 4 or 6: there is no order of this request.
    Refused(Refusal),
    /// Code 5: not executed, to be sent again after the pause.
    TooFast(Refusal),
    /// Anything else: there may be an order.
    Unclear(Unclear),
}

/// What made an answer unclear.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Unclear {
    /// Code 1, an undocumented code, or code 0 with an `error` and no id.
    Said(Refusal),
    /// Not an envelope, or one without a code.
    Malformed(DecodeError),
}

impl From<Answer<Created>> for CreateVerdict {
    fn from(answer: Answer<Created>) -> Self {
        match answer {
            Answer::Value(created) => match (created.order_id, created.warning) {
                (Some(order), warning) => Self::Placed { order, warning },
                (None, None) => Self::Accepted { unusable_id: created.unusable_id },
                (None, Some(refusal)) => Self::Unclear(Unclear::Said(refusal)),
            },
            Answer::Refused(refusal) => match refusal.code {
                Code::InvalidInput | Code::Key | Code::Endpoint | Code::Refused => Self::Refused(refusal),
                Code::TooFast => Self::TooFast(refusal),
                Code::Success | Code::Database | Code::Unknown(_) => Self::Unclear(Unclear::Said(refusal)),
            },
            // The reader of a create makes a `Created` of it; another's answer is judged the safe way.
            Answer::SuccessWithError { refusal, .. } => Self::Unclear(Unclear::Said(refusal)),
            Answer::Malformed(error) => Self::Unclear(Unclear::Malformed(error)),
        }
    }
}

/// Reads the answer of a create.
#[derive(Clone, Debug)]
pub struct CreateOrderReader(Whole<Created>);

impl CreateOrderReader {
    pub(super) fn new(caps: &Caps) -> Self {
        Self(Whole::new(caps, |fields| Ok(created(fields))))
    }
}

impl Reader for CreateOrderReader {
    type Output = Created;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.0.push(decoded)
    }

    fn finish(self) -> Answer<Created> {
        match self.0.finish() {
            Answer::SuccessWithError { refusal, value: Some(created) } => {
                Answer::Value(Created { warning: Some(refusal), ..created })
            }
            other => other,
        }
    }
}

/// Takes the id from `order_id`, `id`, `order.id`, `order.order_id`; two readable ones must agree.
fn created(fields: &Fields<'_>) -> Created {
    let order = fields.object("order");
    let inner = |key| order.as_ref().and_then(|order| order.some(key));
    let places = [fields.some("order_id"), fields.some("id"), inner("id"), inner("order_id")];
    let mut ids = places.iter().flatten().filter_map(|raw| number::integer(raw)).filter(|id| *id > 0);
    let first = ids.next();
    let odd = |found| Some(DecodeError::new("order_id", "one id", found));
    let (order_id, unusable_id) = match first {
        Some(id) if ids.any(|other| other != id) => (None, odd(Found::Contradiction)),
        Some(id) => (Some(OrderId::new(id)), None),
        None => (None, places.iter().flatten().next().and_then(|raw| odd(found(raw)))),
    };
    Created { order_id, unusable_id, warning: None }
}
