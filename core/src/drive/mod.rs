//! The two loops, and what a transport must do.
//!
//! The whole contract: poll the call; do what its step says; report; repeat.
//!
//! - [`Step::Send`](crate::op::Step::Send): do the exchange and push its answer into the inbox: a head, then data,
//!   then return `Ok(())`, which is the end; or return one [`Failure`]. Say `NotSent` only when
//!   certainly no byte of the request was given to the network.
//! - Send the request as it is, to where its URI says: one call is a GET with a body, which names its own length, and
//!   one goes to another host than the base URL's. Add no credentials or cookies of your own.
//! - A blocking transport honours the exchange's deadline over the whole exchange, from name look-up to the last byte.
//! - Follow no redirect, retry nothing, unpack what you asked to be packed, and then remove `content-encoding` and
//!   `content-length` from the headers.
//! - [`Step::Wait`](crate::op::Step::Wait): come back at that moment, when woken, or earlier. A blocking transport's
//!   sleep must return when its thread is unparked.
//! - [`Step::Record`](crate::op::Step::Record): put it into the journal, if there is one,
//!   stamped with the wall's time of then ([`Record::at`]): a guard may have begun days ago.
//!
//! There is no other ordering rule and no separate timeout handler: polling late *is* the timeout of a wait.

mod asynchronous;
mod blocking;
mod rental;

#[cfg(test)]
pub(crate) mod scripted;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wall_tests;

pub use asynchronous::run;
pub use blocking::{run_blocking, run_plan_blocking};
pub use rental::run_rental_blocking;

use crate::error::Failure;
use crate::event::Event;
use crate::journal::{JournalError, Record, Recorded};
use crate::op::{Ask, Exchange, Inbox, Permitted};
use crate::time::{Moment, UnixTime};

/// Moves bytes and sleeps, asynchronously. It decides nothing.
pub trait Transport: Sync {
    /// The time since the transport's origin, which all users of one session share. Monotonic.
    fn now(&self) -> Moment;

    /// Does one exchange and pushes its answer. Dropping the future closes the connection.
    fn exchange(
        &self,
        exchange: Exchange,
        inbox: &mut Inbox<'_>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Returns at `moment`, or earlier.
    fn sleep_until(&self, moment: Moment) -> impl Future<Output = ()> + Send;

    /// Puts `record` into the journal and returns when it is safe.
    fn record(&self, record: Record) -> impl Future<Output = Result<Recorded, JournalError>> + Send;

    /// Asks the outer limiter.
    fn permit(&self, _ask: Ask) -> impl Future<Output = Permitted> + Send {
        async { Permitted::Granted }
    }

    /// The wall's time, for the journal only.
    fn wall(&self) -> Option<UnixTime>;

    /// 32 bytes from the system's generator.
    fn entropy(&self) -> [u8; 32];

    /// Hears what happens.
    fn observe(&self, _event: &Event) {}
}

/// Moves bytes and sleeps, blocking the thread. It decides nothing.
pub trait BlockingTransport {
    /// The time since the transport's origin, which all users of one session share. Monotonic.
    fn now(&self) -> Moment;

    /// Does one exchange and pushes its answer, ending by the exchange's deadline.
    ///
    /// # Errors
    /// One [`Failure`], saying how far the request certainly got.
    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure>;

    /// Returns at `moment`, when this thread is unparked, or earlier.
    fn sleep_until(&self, moment: Moment);

    /// Puts `record` into the journal and returns when it is safe.
    ///
    /// # Errors
    /// [`JournalError`].
    fn record(&self, record: Record) -> Result<Recorded, JournalError>;

    /// Asks the outer limiter.
    fn permit(&self, _ask: Ask) -> Permitted {
        Permitted::Granted
    }

    /// The wall's time, for the journal only.
    fn wall(&self) -> Option<UnixTime>;

    /// 32 bytes from the system's generator.
    fn entropy(&self) -> [u8; 32];

    /// Hears what happens.
    fn observe(&self, _event: &Event) {}
}
