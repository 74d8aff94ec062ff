//! [`Error`]: what went wrong, how far it got, which order may be billing, and what to do next.
//!
//! One type for every adapter. It never carries a key, a password, or unbounded text of the service.

mod address;
mod advice;
mod code;
mod decode;
mod failure;
mod hide;
mod invalid;
mod kind;
mod reason;
mod refusal;
#[cfg(test)]
mod words_tests;

pub use address::{AddressRefused, AddressRule};
pub use code::{CODES, Code, CodeRow};
pub use decode::{DecodeError, Found};
pub use failure::{Failure, FailureKind};
pub use invalid::{InvalidRequest, Why};
pub use kind::{ConfigError, ErrorKind};
pub(crate) use reason::ReasonNumbers;
pub use reason::{HOST_REASONS, REASONS, Reason, ReasonRow};
pub use refusal::Refusal;

use crate::effect::Delivery;
use crate::excerpt::Excerpt;
use crate::journal::IntentId;
use crate::model::{Order, OrderId};
use core::fmt;
use core::time::Duration;

/// An operation that did not end well.
///
/// `Display` is one line: what happened, which orders it touches, what to do. `source()` is always `None`: foreign
/// error texts can hold URLs and headers, so they are not chained (design 6, "foreign errors").
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    delivery: Delivery,
    attempts: u32,
    elapsed: Duration,
    detail: Excerpt,
    orders: Vec<OrderId>,
    intents: Vec<IntentId>,
    last_order: Option<Order>,
}

impl Error {
    /// An error of `kind`; nothing was sent, until said otherwise.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: "",
            delivery: Delivery::NotSent,
            attempts: 0,
            elapsed: Duration::ZERO,
            detail: Excerpt::default(),
            orders: Vec::new(),
            intents: Vec::new(),
            last_order: None,
        }))
    }

    /// What went wrong, by who is at fault and in which phase.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The call that failed, such as `rent` or `my_orders`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// How far the last request of the operation certainly got.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// How many requests the operation gave to the network, retries and readings included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the operation took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Orders that the error is about; they may be billing.
    #[must_use]
    pub fn order_ids(&self) -> &[OrderId] {
        &self.0.orders
    }

    /// Intents of the journal that stay open.
    #[must_use]
    pub fn intents(&self) -> &[IntentId] {
        &self.0.intents
    }

    /// The order as it was last seen, when a wait for it failed.
    #[must_use]
    pub fn last_order(&self) -> Option<&Order> {
        self.0.last_order.as_ref()
    }

    /// The service's refusal, when it was one.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.0.kind {
            ErrorKind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        advice::advice(&self.0.kind)
    }

    /// The same error, saying how far the last request got.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.0.delivery = delivery;
        self
    }

    /// The same error with a few words of detail, bounded and escaped.
    #[must_use]
    pub fn with_detail(mut self, detail: Excerpt) -> Self {
        self.0.detail = detail;
        self
    }

    /// The same error, naming orders that may be billing.
    #[must_use]
    pub fn with_orders(mut self, orders: impl IntoIterator<Item = OrderId>) -> Self {
        self.0.orders.extend(orders);
        self
    }

    /// The same error, naming intents that stay open.
    #[must_use]
    pub fn with_intents(mut self, intents: impl IntoIterator<Item = IntentId>) -> Self {
        self.0.intents.extend(intents);
        self
    }

    /// The same error with the order as it was last seen.
    #[must_use]
    pub fn with_last_order(mut self, order: Option<Order>) -> Self {
        self.0.last_order = order;
        self
    }

    /// Adds what only the call around an operation knows.
    pub(crate) fn of_call(mut self, operation: &'static str, attempts: u32, elapsed: Duration) -> Self {
        self.0.operation = operation;
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        write!(f, "{}", inner.kind)?;
        if !inner.detail.as_str().is_empty() {
            write!(f, " ({})", inner.detail)?;
        }
        if inner.attempts > 1 {
            write!(f, " after {} requests in {:.1} s", inner.attempts, inner.elapsed.as_secs_f32())?;
        }
        for (word, list) in [("order", texts(&inner.orders)), ("open intent", texts(&inner.intents))] {
            if !list.is_empty() {
                write!(f, "; {word} {list}")?;
            }
        }
        write!(f, "; {}", self.advice())
    }
}

fn texts(list: &[impl fmt::Display]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field("detail", &self.0.detail)
            .field("order_ids", &self.0.orders)
            .field("intents", &self.0.intents)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

/// Two errors are equal when they say the same of the same call; how long it took does not matter.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let key = |error: &Self| (error.0.operation, error.0.delivery, error.0.attempts);
        key(self) == key(other)
            && self.0.kind == other.0.kind
            && self.0.orders == other.0.orders
            && self.0.intents == other.0.intents
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<InvalidRequest> for Error {
    fn from(invalid: InvalidRequest) -> Self {
        Self::new(ErrorKind::Invalid(invalid))
    }
}
