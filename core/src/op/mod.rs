//! Operations: pure state machines that say what to do next and are told what came of it.
//!
//! An operation reads no clock and moves no byte. It is polled with the time, answers with one [`Step`], and is told
//! the result through a `handle_*` method. That is the whole contract; there is no other ordering rule:
//!
//! ```text
//!            ┌────────────────────────── poll(now) ──────────────────────────┐
//!            ▼                                                                │
//!   Send(exchange) ──► handle_head, handle_data*, then handle_end ────────────┤
//!            └───────► or handle_failure, once                                │
//!   Wait(moment)   ──► come back at the moment, when woken, or earlier ───────┤
//!   Record(record) ──► handle_recorded ───────────────────────────────────────┤
//!   Permit(ask)    ──► (only a `Call` says it, and hears the answer itself) ──┘
//!   Done(result)   ──► poll no more
//! ```
//!
//! What an attempt found starts anew at each `Send`.

mod cancel;
#[cfg(test)]
mod caps_tests;
pub mod condition;
mod dated;
mod exchange;
pub(crate) mod fetch;
mod find_order;
mod gigaspot;
mod glance;
mod guard;
mod guard_orders;
mod inbox;
mod judge;
#[cfg(test)]
mod limit_tests;
#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod out_of_order_tests;
mod plan;
mod price_notes;
pub mod rent;
mod rent_cheapest;
mod reprice;
#[cfg(test)]
pub(crate) mod scripted;
mod search;
mod single;
mod spend;
mod standing_orders;
#[cfg(test)]
mod telling_tests;
mod tuned;
mod update_settings;
mod wait;

pub use cancel::{Cancel, CancelMany, CancelReport, CancelState, Cancelled, Cancelling, CancellingMany};
pub use dated::{Dated, Dating};
pub use exchange::{Exchange, Head};
pub use find_order::{FindOrder, FindingOrder};
pub use gigaspot::{EditGigaspot, EditingGigaspot, ViewGigaspot, ViewingGigaspot};
pub use glance::{Glance, Glancing};
pub use guard::{
    AtEnd, EndCause, Fate, Guard, GuardEnd, GuardHandle, GuardPolicy, Guarding, HandingOver, PlacedAlready,
    RentGuard, RentPlan, RentalEnd, WithRental,
};
pub use guard_orders::{GuardOrders, GuardingOrders};
pub use inbox::{Inbox, Stop};
pub(crate) use inbox::{Receive, Received};
pub use plan::{Plan, Settings, Within};
pub use rent_cheapest::{
    CheapestEnd, PassedOver, PriceCheck, RentCheapest, Rental, RentedCheapest, RentingCheapest,
};
pub use reprice::{Reprice, Repricing};
pub use search::{FindCheapest, FindServers, Finding, Offer, Offers};
pub use single::Single;
pub use tuned::{Tuned, Tuning};
pub use update_settings::{UpdateServerSettings, UpdatedSettings, UpdatingSettings};
pub use wait::{WaitForOrder, WaitingForOrder};

use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Record, Recorded};
use crate::time::Moment;
use core::time::Duration;

/// A pure state machine over exchanges with the service.
///
/// Implement it for a flow of your own and hand it to a client's `run`; stack it on others by forwarding.
pub trait Operation: Send {
    /// What the operation ends with.
    type Output;

    /// The call's name, as errors and events say it.
    fn name(&self) -> &'static str;

    /// Says what to do next. Polling early or twice is harmless.
    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>>;

    /// The answer's status and headers.
    fn handle_head(&mut self, head: Head<'_>) -> Flow;

    /// The next unpacked bytes of the body.
    fn handle_data(&mut self, decoded: &[u8]) -> Flow;

    /// The answer is whole, or ended by this operation's own [`Flow::Stop`].
    ///
    /// Says what the answer means for the pacing of everybody else.
    fn handle_end(&mut self, now: Moment) -> Pace;

    /// The exchange failed; also when its deadline passed.
    fn handle_failure(&mut self, now: Moment, failure: Failure);

    /// What came of [`Step::Record`].
    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>);

    /// What happened since the last poll; drained after every poll, before its step is done.
    fn next_event(&mut self) -> Option<Event> {
        None
    }
}

/// What an operation wants done next.
///
/// Closed: a driver that misses a case does not compile.
#[derive(Debug)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "a step is passed on once and never stored")]
pub enum Step<T> {
    /// Send this request and push its answer.
    Send(Exchange),
    /// Come back at this moment, or when woken, or earlier.
    Wait(Moment),
    /// Put this into the journal.
    Record(Record),
    /// Ask the session's outer limiter, which several processes share.
    Permit(Ask),
    /// The end.
    Done(T),
}

impl<T> Step<T> {
    /// The end of an inner machine, or the step that goes on to the driver as it is.
    #[expect(clippy::result_large_err, reason = "it is no error, and passed on at once")]
    pub(crate) fn ended<U>(self) -> Result<T, Step<U>> {
        match self {
            Self::Done(end) => Ok(end),
            Self::Send(exchange) => Err(Step::Send(exchange)),
            Self::Wait(until) => Err(Step::Wait(until)),
            Self::Record(record) => Err(Step::Record(record)),
            Self::Permit(ask) => Err(Step::Permit(ask)),
        }
    }
}

/// What an answer means for the pacing of the requests behind it.
///
/// Closed: the pacer's feedback is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// Nothing special.
    Fine,
    /// The service refused. A create's window starts anew with every answer, so pacing treats it like any.
    Refused,
    /// Code 5: everybody pauses, at least as long as the service asked for.
    TooFast {
        /// The answer's `Retry-After`.
        retry_after: Option<Duration>,
    },
}

/// A question to an outer limiter: may a request of this lane start now?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Ask {
    /// The lane of the request.
    pub lane: crate::effect::Lane,
}

/// An outer limiter's answer.
///
/// Closed: the call's behaviour is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permitted {
    /// Start now. Whoever cannot, because another lane of its session just went, asks again.
    Granted,
    /// Ask again after this long.
    NotBefore(Duration),
    /// The limiter cannot be reached; the session's own pacer goes on alone.
    Lost,
}
