//! The wait for a machine that was placed, and what becomes of the order when it ends badly.
//!
//! ```text
//!  policy keeps the order in any case ─► wait
//!  else ─► wait, and a guard in a second thread: Ctrl-C goes to it first
//! ```

use crate::args::Waiting;
use crate::context::Context;
use crate::output;
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

/// What is waited for, and what becomes of the order.
pub struct Wait<'a> {
    /// How long.
    pub waiting: &'a Waiting,
    /// What becomes of the order.
    pub policy: GuardPolicy,
    /// Whether an order found by reading may be cancelled.
    pub cancel_inferred: bool,
}

impl Wait<'_> {
    /// Waits until the machine has its SSH address.
    pub fn run(&self, context: &Context, placed: &Placed) -> Waited {
        context.watch.waiting_for(Some("waiting for the machine"));
        let plan =
            WaitForOrder::new(placed.order).timeout(self.waiting.longest).poll_every(self.waiting.every);
        let waited = if self.policy == GuardPolicy::all(AtEnd::Keep) {
            Waited { ready: context.client.run(plan.until(has_ssh())), interrupted: false, end: None }
        } else {
            self.guarded(context, placed, plan)
        };
        context.watch.waiting_for(None);
        waited
    }

    fn guarded(&self, context: &Context, placed: &Placed, plan: WaitForOrder) -> Waited {
        let promise = "--on-failure and --on-interrupt hold while this command runs and waits; killed, asleep or without \
                       a network it ends nothing, and the order bills";
        output::note(promise);
        let handle = GuardHandle::new();
        // An interrupt ends the wait at its next look, whatever becomes of the order.
        let stop = handle.clone();
        let plan = plan.until(has_ssh().or(when(move |_| stop.is_interrupted())));
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
