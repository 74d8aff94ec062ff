//! The way of a rental: the cheapest RTX 4090, rent it, wait until it runs, cancel it, and know that it is over.

use clore_core::call::Call;
use clore_core::drive::{BlockingTransport, run_blocking};
use clore_core::endpoint::create_order::{CreateOrder, DEFAULT_IMAGE};
use clore_core::error::Error;
use clore_core::model::Order;
use clore_core::op::rent::{Rent, RentOutcome};
use clore_core::op::{Cancel, FindCheapest, Operation, Plan, Settings, WaitForOrder};
use clore_core::search::Filter;
use clore_core::session::Session;
use core::time::Duration;

/// Where the walk came to.
///
/// Closed: whoever rents must have an answer to each.
#[derive(Debug)]
pub enum Walked {
    /// No free RTX 4090 with a known price; nothing was sent that costs anything.
    NothingFree,
    /// It is not certain that there is an order, or that the one found is ours. Look before renting again.
    Uncertain(RentOutcome),
    /// Rented, seen running, and confirmed to be over.
    Done(Box<Order>),
}

/// Walks all the way. `public_key` is the SSH key that opens the machine.
///
/// # Errors
/// Those of the single steps. [`Error::order_ids`] names an order that may still bill.
///
/// # Money
/// Rents one server, and cancels it only when the create itself was answered: an order that was merely found after a
/// lost answer may be somebody else's, and a person decides.
pub fn walk(adapter: &impl BlockingTransport, session: &Session, public_key: &str) -> Result<Walked, Error> {
    let cheapest = FindCheapest::new(Filter::new().gpu("RTX 4090"));
    let Some(offer) = run(adapter, session, cheapest)? else { return Ok(Walked::NothingFree) };
    let order = CreateOrder::on_demand(&offer, DEFAULT_IMAGE).ssh_key(public_key);
    let placed = match run(adapter, session, Rent::new(order))? {
        RentOutcome::Placed(placed) if !placed.unanswered => placed.order,
        other => return Ok(Walked::Uncertain(other)),
    };
    let wait = WaitForOrder::new(placed).poll_every(Duration::from_millis(200));
    let running = run(adapter, session, wait);
    // Whatever the wait said: the order bills until it is cancelled.
    run(adapter, session, Cancel::new(placed))?;
    Ok(Walked::Done(Box::new(running?)))
}

/// Runs a plan (an endpoint, or an operation such as renting) to its end on this thread.
///
/// # Errors
/// What the operation ends with.
pub fn run<P: Plan>(
    adapter: &impl BlockingTransport,
    session: &Session,
    plan: P,
) -> Result<<P::Operation as Operation>::Output, Error> {
    let settings = Settings::new(session, adapter.wall(), adapter.entropy());
    run_blocking(adapter, Call::new(session, plan.begin(&settings, adapter.now())))
}
