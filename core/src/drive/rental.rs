//! Work with a rental, watched by a second thread: rent, then work and guard side by side, then the guard's end.
//!
//! ```text
//!  this thread:    rent ── no order to work with ─► Ok(NotRented)
//!                   ▼ placed                    work ── done, failed, panicked ─► tells the guard ─► waits for it
//!  second thread:  guard ── caps, interrupt: cancels while the work goes on ─────────────────────────► its end
//! ```

use super::BlockingTransport;
use super::blocking::{run_plan_blocking, waker_of_this_thread};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::journal::{JournalError, Record, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::op::{Ask, Exchange, Inbox, Operation, Permitted, RentGuard, RentPlan, RentalEnd, WithRental};
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Rents by `rental`, does `work` with the order on this thread while a second one watches it, and does by the order
/// what the policy says. The order's id was told before `work` begins.
///
/// # Errors
/// What renting ends with when nothing was placed, and what a guard cannot go on by.
///
/// # Panics
/// Goes on with a panic of `work`, after the order was treated as after a failure. What became of the order is told to
/// the observer before that: [`OrderStillBilling`](Event::OrderStillBilling) where no reading confirms its cancel.
pub fn run_rental_blocking<B, P, T, E>(
    transport: &B,
    session: &Session,
    rental: WithRental<P>,
    work: impl FnOnce(&RentGuard) -> Result<T, E>,
) -> Result<RentalEnd<<P::Operation as Operation>::Output, T, E>, Error>
where
    B: BlockingTransport + Sync + ?Sized,
    P: RentPlan + Clone,
{
    if rental.is_interrupted() {
        let words = "it was interrupted before anything was rented; nothing was sent";
        return Err(Error::new(ErrorKind::Own(Excerpt::new(words, DETAIL_TEXT))));
    }
    let rented = run_plan_blocking(transport, session, rental.plan())?;
    let Some((placed, cost)) = P::placed(&rented) else { return Ok(RentalEnd::NotRented(rented)) };
    let (guard, given) = rental.guard(placed, cost);
    let handle = given.handle();
    let watch = || {
        handle.listen(waker_of_this_thread());
        run_plan_blocking(&Contained(transport), session, guard.clone())
    };
    let (work, end) = std::thread::scope(|scope| {
        let Ok(watchdog) = std::thread::Builder::new().spawn_scoped(scope, watch) else {
            // Unwatched work is not begun; the order goes the way of a failure.
            handle.finish(false);
            return (None, watch());
        };
        let work = catch_unwind(AssertUnwindSafe(|| work(&given)));
        handle.finish(matches!(work, Ok(Ok(_))));
        // A watchdog that panicked (a transport's or journal's panic) is replaced: the order must not be forgotten.
        (Some(work), watchdog.join().unwrap_or_else(|_| watch()))
    });
    match (work, end) {
        (Some(Err(panic)), _) => resume_unwind(panic),
        (Some(Ok(work)), Ok(end)) => Ok(RentalEnd::Worked { rented, work, end }),
        (Some(Ok(_)), Err(error)) => Err(error.with_orders([given.order()])),
        (None, end) => {
            let words = "no second thread can be started to watch the order, so the work was not begun";
            let error = Error::new(ErrorKind::Own(Excerpt::new(words, DETAIL_TEXT)));
            let is_over = end.is_ok_and(|end| !end.may_bill());
            Err(error.with_orders((!is_over).then(|| given.order())))
        }
    }
}

/// A transport whose observer cannot end the guard: its panic is told by the panic's hook and then forgotten, as the
/// caps have to hold and the cancel has to be sent all the same.
struct Contained<'a, B: ?Sized>(&'a B);

impl<B: BlockingTransport + ?Sized> BlockingTransport for Contained<'_, B> {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        self.0.exchange(exchange, inbox)
    }

    fn sleep_until(&self, moment: Moment) {
        self.0.sleep_until(moment);
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.0.record(record)
    }

    fn permit(&self, ask: Ask) -> Permitted {
        self.0.permit(ask)
    }

    fn wall(&self) -> Option<UnixTime> {
        self.0.wall()
    }

    fn entropy(&self) -> [u8; 32] {
        self.0.entropy()
    }

    fn observe(&self, event: &Event) {
        // A payload whose drop panics in its turn is not dropped.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.0.observe(event))) {
            core::mem::forget(payload);
        }
    }
}
