//! The wait for a machine that was placed, and what becomes of the order when it ends badly.
//!
//! ```text
//!  Waiting      the order is kept however it ends
//!  GuardedWait  a guard in a second thread, unless its policy keeps the order in any case; Ctrl-C goes to it first
//! ```

use crate::adapter::Adapter;
use crate::args::Waiting;
use crate::context::Context;
use crate::output;
use clore_blocking::Client;
use clore_core::error::{Error, ErrorKind};
use clore_core::model::Order;
use clore_core::op::condition::{has_ssh, when};
use clore_core::op::rent::Placed;
use clore_core::op::{
    AtEnd, GuardEnd, GuardHandle, GuardPolicy, PlacedAlready, RentalEnd, WaitForOrder, WithRental,
};

/// How the wait ended, and what the guard did, if there was one.
pub struct Waited {
    /// The machine as it is ready, or why it is not.
    pub ready: Result<Order, Error>,
    /// Somebody pressed Ctrl-C, and the guard heard it.
    pub interrupted: bool,
    /// What became of the order; `None` without a guard, which keeps it.
    pub end: Option<GuardEnd>,
}

/// What is waited for, and what becomes of the order when the wait ends badly.
pub struct GuardedWait<'a> {
    /// How long.
    pub waiting: &'a Waiting,
    /// What becomes of the order.
    pub policy: GuardPolicy,
    /// Whether an order found by reading may be cancelled.
    pub cancel_inferred: bool,
}

/// A wait until the machine of an order has its SSH address.
pub trait Wait<A> {
    /// Waits.
    fn wait(&self, context: &Context<A>, placed: &Placed) -> Waited;
}

/// However it ends, the order is kept.
impl<A: Adapter> Wait<A> for Waiting {
    fn wait(&self, context: &Context<A>, placed: &Placed) -> Waited {
        context.watch.waiting_for(Some(FOR_WHAT));
        let ready = context.client.run(plan(self, placed).until(has_ssh()));
        context.watch.waiting_for(None);
        Waited { ready, interrupted: false, end: None }
    }
}

const FOR_WHAT: &str = "waiting for the machine";

fn plan(waiting: &Waiting, placed: &Placed) -> WaitForOrder {
    WaitForOrder::new(placed.order).timeout(waiting.longest).poll_every(waiting.every)
}

impl Wait<Client> for GuardedWait<'_> {
    fn wait(&self, context: &Context, placed: &Placed) -> Waited {
        if self.policy == GuardPolicy::all(AtEnd::Keep) {
            return self.waiting.wait(context, placed);
        }
        context.watch.waiting_for(Some(FOR_WHAT));
        let waited = self.guarded(context, placed);
        context.watch.waiting_for(None);
        waited
    }
}

impl GuardedWait<'_> {
    fn guarded(&self, context: &Context, placed: &Placed) -> Waited {
        let promise = "--on-failure and --on-interrupt hold while this command runs and waits; killed, asleep or without \
                       a network it ends nothing, and the order bills";
        output::note(promise);
        let handle = GuardHandle::new();
        // An interrupt ends the wait at its next look, whatever becomes of the order.
        let stop = handle.clone();
        let plan = plan(self.waiting, placed).until(has_ssh().or(when(move |_| stop.is_interrupted())));
        let rental = WithRental::new(PlacedAlready::new(placed.clone()))
            .policy(self.policy)
            .cancel_inferred(self.cancel_inferred)
            .handle(handle.clone());
        // Where Ctrl-C changes nothing for the order, it ends the program at once, as ever.
        let hears_interrupt = self.policy.on_interrupt != AtEnd::Keep;
        let ended = context.client.with_rental(rental, |guard| {
            context.watch.guarded_by(hears_interrupt.then(|| guard.handle()));
            context.client.run(plan)
        });
        context.watch.guarded_by(None);
        match ended {
            Ok(RentalEnd::Worked { work, end, .. }) => {
                Waited { ready: work, interrupted: handle.is_interrupted(), end: Some(end) }
            }
            // An order that is placed already is always worked with.
            Ok(RentalEnd::NotRented(_)) => Waited::failed(ErrorKind::WaitTimeout.into()),
            Err(error) => Waited::failed(error),
        }
    }
}

impl Waited {
    fn failed(error: Error) -> Self {
        Self { ready: Err(error), interrupted: false, end: None }
    }
}
