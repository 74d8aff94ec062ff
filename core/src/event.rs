//! [`Event`]: what happened, as values. Core never logs; an observer or an adapter's `tracing` feature does.
//!
//! Events are complete enough to draw a tree of spans from them alone: a call begins and ends, so does each of its
//! attempts and waits. None carries a secret.

mod guard_round;

pub use guard_round::{GuardRound, Standing, WatchedOrder};

use crate::effect::{Delivery, Lane};
use crate::error::{ErrorKind, FailureKind, Reason};
use crate::journal::IntentId;
use crate::model::{OrderId, OrderStatus, ServerId, UsdPerHour};
use crate::time::Moment;

/// Something that happened in a call.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A call begins.
    CallBegan {
        /// Its name, such as `my_orders` or `rent`.
        call: &'static str,
    },
    /// A call ended.
    CallEnded {
        /// Its name.
        call: &'static str,
        /// What went wrong, if anything.
        error: Option<ErrorKind>,
    },
    /// A call was dropped before its end. What it sent may have been done all the same.
    CallDropped {
        /// Its name.
        call: &'static str,
    },
    /// A request got its turn and is given to the transport.
    AttemptBegan {
        /// The request's path.
        path: String,
        /// The lane it waited in.
        lane: Lane,
        /// Counts the attempts of the call from 1.
        attempt: u32,
    },
    /// The head of its answer.
    AttemptHead {
        /// The HTTP status.
        status: u16,
    },
    /// An attempt is over.
    AttemptEnded {
        /// How far it got.
        delivery: Delivery,
        /// What went wrong with the exchange, if anything. None after `Unknown`: the call was dropped in flight.
        failure: Option<FailureKind>,
        /// Unpacked bytes of the body that were read.
        bytes: u64,
    },
    /// Nothing is to be done before `until`.
    WaitBegan {
        /// When it ends at the latest.
        until: Moment,
        /// Why.
        why: Waiting,
    },
    /// The wait is over.
    WaitEnded,
    /// The last attempt failed and another one follows.
    RetryScheduled {
        /// Not before this.
        at: Moment,
        /// The attempt that failed, counted from 1.
        attempt: u32,
        /// What was wrong with it.
        why: ErrorKind,
    },
    /// An intent is in the journal; from here on a crash leaves it open.
    IntentRecorded {
        /// Its name.
        intent: IntentId,
    },
    /// A record of the journal failed after the fact; the outcome stands.
    JournalWarning {
        /// Which intent is left open by it.
        intent: IntentId,
    },
    /// An order exists and bills from now on. Told before the journal marks its intent as resolved.
    OrderPlaced {
        /// The order.
        order: OrderId,
        /// Its server.
        server: ServerId,
        /// Found by reading, not told by the create's own answer.
        inferred: bool,
    },
    /// A money call whose answer names no order (gigaspot bids) was done, at least in part: something may bill from now
    /// on. Told before the journal marks its intent as resolved.
    SpendDone {
        /// The call.
        call: &'static str,
        /// The intent that it settles.
        intent: IntentId,
    },
    /// What became of a create is not known; its order may be billing.
    OutcomeUnclear {
        /// The intent that stays open until it is settled.
        intent: IntentId,
        /// The server it was for.
        server: Option<ServerId>,
    },
    /// The service said that a server cannot be had, so nothing was rented there; the next one that fits may be taken.
    ServerPassedOver {
        /// The server.
        server: ServerId,
        /// Why.
        reason: Reason,
    },
    /// A placed order costs more than was allowed, by its own price. It bills.
    PriceAboveCap {
        /// The order.
        order: OrderId,
        /// Its price, dollars per hour, without fees.
        price: UsdPerHour,
        /// What was allowed.
        cap: UsdPerHour,
    },
    /// An order passed one of its caps and is about to be ended.
    CapPassed {
        /// The order.
        order: OrderId,
        /// Which cap.
        cap: Cap,
    },
    /// An order has a spend cap, but what it costs in dollars is not known, so that cap cannot end it.
    CapNotMeasured {
        /// The order.
        order: OrderId,
    },
    /// A round of a guard over all orders is over.
    GuardRound(Box<GuardRound>),
    /// An order that was to be ended may still be billing: its cancel was not allowed, or is not confirmed.
    OrderStillBilling {
        /// The order.
        order: OrderId,
    },
    /// A list confirms that an order is over.
    OrderCancelled {
        /// The order.
        order: OrderId,
    },
    /// More than half of the records of an answer could not be used: the service's answers have probably changed, and
    /// what was read of them may be wrong as well.
    Drifting {
        /// The call, such as `my_orders`.
        call: &'static str,
    },
    /// An order's status, when first seen and whenever it changes.
    StatusChanged {
        /// The order.
        order: OrderId,
        /// Its status now.
        status: OrderStatus,
    },
}

impl Event {
    /// Whether a person would want to read it: something began or ceased to bill, or changed.
    #[must_use]
    pub fn is_news(&self) -> bool {
        matches!(
            self,
            Self::OrderPlaced { .. }
                | Self::ServerPassedOver { .. }
                | Self::SpendDone { .. }
                | Self::OrderCancelled { .. }
                | Self::StatusChanged { .. }
        )
    }

    /// Whether a person should read it: something failed, or is not known.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::RetryScheduled { .. }
                | Self::OutcomeUnclear { .. }
                | Self::JournalWarning { .. }
                | Self::PriceAboveCap { .. }
                | Self::CapPassed { .. }
                | Self::CapNotMeasured { .. }
                | Self::OrderStillBilling { .. }
                | Self::Drifting { .. }
        )
    }
}

/// What an order's caps bound.
///
/// Closed: each is said to people in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cap {
    /// How long it may run.
    Runtime,
    /// What it may cost.
    Spend,
}

impl Cap {
    /// In words: `longest runtime`, `spend cap`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Runtime => "longest runtime",
            Self::Spend => "spend cap",
        }
    }
}

/// Why a call waits.
///
/// Closed: each is said to people in a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Waiting {
    /// For its turn behind others.
    Turn,
    /// For the spacing of requests.
    Spacing,
    /// For the gap between creates.
    CreateGap,
    /// Because the service said "too fast".
    Penalty,
    /// Because the operation asked to: a backoff, the next poll, the next reading.
    Operation,
}

impl Waiting {
    /// In words, for a progress line.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Turn => "waiting for a turn",
            Self::Spacing => "keeping the spacing of requests",
            Self::CreateGap => "keeping the gap between creates",
            Self::Penalty => "pausing because the service said too fast",
            Self::Operation => "waiting",
        }
    }
}

/// Who hears a client's events, on the thread or task that makes them happen.
#[derive(Clone)]
pub struct Observer(std::sync::Arc<dyn Fn(&Event) + Send + Sync>);

impl Observer {
    /// Tells `hear` of everything.
    #[must_use]
    pub fn new(hear: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(std::sync::Arc::new(hear))
    }

    /// Tells it of one event.
    pub fn tell(&self, event: &Event) {
        (self.0)(event);
    }
}

impl Default for Observer {
    /// Nobody.
    fn default() -> Self {
        Self::new(|_| {})
    }
}

impl core::fmt::Debug for Observer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Observer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A person sees these while a program seems to stand still.
    #[test]
    fn a_wait_and_a_cap_are_told_in_words() {
        for (told, word) in [
            (Waiting::Turn.words(), "turn"),
            (Waiting::Spacing.words(), "spacing"),
            (Waiting::CreateGap.words(), "between creates"),
            (Waiting::Penalty.words(), "too fast"),
            (Waiting::Operation.words(), "waiting"),
            (Cap::Runtime.words(), "runtime"),
            (Cap::Spend.words(), "spend"),
        ] {
            assert!(told.contains(word), "{told}");
        }
    }

    /// What may cost money is a warning, and what has come about is news.
    #[test]
    fn an_order_that_may_go_on_billing_is_a_warning() {
        let order = OrderId::new(9);
        for event in [Event::OrderStillBilling { order }, Event::CapNotMeasured { order }] {
            assert!(event.is_warning() && !event.is_news());
        }
        let placed = Event::OrderPlaced { order, server: ServerId::new(5), inferred: false };
        assert!(placed.is_news() && !placed.is_warning());
        assert!(!Event::WaitEnded.is_news() && !Event::WaitEnded.is_warning());
    }
}
