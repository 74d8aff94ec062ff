//! [`WithRental`]: renting, work with the rental, and its end, as one plan; [`RentGuard`]: what the work is given.

use super::policy::{GuardEnd, GuardPolicy};
use super::{Guard, GuardHandle};
use crate::model::{CostEstimate, OrderId, Rates, ServerId};
use crate::op::rent::{Placed, Rent, RentOutcome};
use crate::op::{CheapestEnd, Operation, Plan, RentCheapest, RentedCheapest, Within};
use crate::spending::{Limits, OrderCaps};
use core::time::Duration;

/// A plan that may place an order: [`Rent`], [`RentCheapest`].
pub trait RentPlan: Plan {
    /// The order to work with and what it will cost; `None` when there is none, it is not known, or it is dearer than
    /// was allowed.
    fn placed(output: &<Self::Operation as Operation>::Output) -> Option<(Placed, Option<CostEstimate>)>;

    /// The same plan, which writes these caps into the journal with its intent, so that `clore guard` finds them when
    /// this program is gone.
    #[must_use]
    fn with_caps(self, caps: OrderCaps) -> Self;

    /// The caps that it writes already: they hold in the guard as well.
    #[must_use]
    fn written_caps(&self) -> OrderCaps;

    /// What it says coins are worth, beside the session.
    #[must_use]
    fn rates(&self) -> Rates {
        Rates::new()
    }
}

impl RentPlan for Rent {
    fn placed(output: &RentOutcome) -> Option<(Placed, Option<CostEstimate>)> {
        match output {
            RentOutcome::Placed(placed) => Some((placed.clone(), None)),
            RentOutcome::NotSeen(_) | RentOutcome::Ambiguous(..) | RentOutcome::Unknown(_) => None,
        }
    }

    fn with_caps(self, caps: OrderCaps) -> Self {
        self.caps(caps)
    }

    fn written_caps(&self) -> OrderCaps {
        self.order_caps()
    }
}

impl RentPlan for RentCheapest {
    fn placed(output: &RentedCheapest) -> Option<(Placed, Option<CostEstimate>)> {
        match &output.end {
            CheapestEnd::Rented(rental) => Some((rental.placed.clone(), Some(rental.offer.found.cost()))),
            _ => None,
        }
    }

    fn with_caps(self, caps: OrderCaps) -> Self {
        self.caps(caps)
    }

    fn written_caps(&self) -> OrderCaps {
        self.order_caps()
    }
}

/// Rents, lets a program work with the rental, and does by the order what the policy and the caps say.
///
/// By default the order is cancelled when the work ends, whichever way: done, failed, panicked or interrupted. A cancel
/// is verified by reading.
///
/// # Money
/// A guard is a part of your program. While the program is killed (`kill -9`, SIGTERM without a handler),
/// left by `std::process::exit` or a panic that aborts (`panic = "abort"`), suspended with its machine, without
/// power or without a network, **nothing ends the order, and it bills**. Its intent is in the journal, so `clore
/// orders` and `clore resume` name it afterwards. `clore guard`, run on another machine that stays on, is a second pair
/// of eyes. An order that was found by reading after a lost answer is not cancelled unless
/// [`WithRental::cancel_inferred`] allows it: it may be somebody else's.
#[derive(Clone, Debug)]
#[must_use = "nothing is rented before a client runs it"]
pub struct WithRental<P> {
    plan: P,
    handle: GuardHandle,
    policy: GuardPolicy,
    caps: OrderCaps,
    every: Option<Duration>,
    cancel_inferred: bool,
}

impl<P: RentPlan> WithRental<P> {
    /// Rents by `plan`.
    pub fn new(plan: P) -> Self {
        Self {
            plan,
            handle: GuardHandle::new(),
            policy: GuardPolicy::default(),
            caps: OrderCaps::new(),
            every: None,
            cancel_inferred: false,
        }
    }

    /// What becomes of the order at each end; by default it is cancelled.
    pub fn policy(mut self, policy: GuardPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Ends the order when it has run so long, or cost so much, also while the work goes on. They are written into the
    /// journal as well, for `clore guard`. Of these and those of the plan itself the lower hold.
    pub fn caps(mut self, caps: OrderCaps) -> Self {
        self.caps = caps;
        self
    }

    /// Looks at the order this often: 30 s.
    pub fn look_every(mut self, every: Duration) -> Self {
        self.every = Some(every);
        self
    }

    /// Cancels the order also when its create's answer was lost or unclear, if the readings show it alone.
    pub fn cancel_inferred(mut self, yes: bool) -> Self {
        self.cancel_inferred = yes;
        self
    }

    /// Uses this handle, so that others can interrupt: a handler of Ctrl-C. The library installs none by itself. A handle
    /// that was interrupted stays so: nothing is rented by it any more.
    pub fn handle(mut self, handle: GuardHandle) -> Self {
        self.handle = handle;
        self
    }

    /// Whether somebody interrupted before it was begun.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.handle.is_interrupted()
    }

    /// How it is rented, with the caps written down.
    pub(crate) fn plan(&self) -> P
    where
        P: Clone,
    {
        self.plan.clone().with_caps(self.all_caps())
    }

    fn all_caps(&self) -> OrderCaps {
        self.caps.lower(self.plan.written_caps())
    }

    /// The guard of the order that was placed, and what its work is given.
    pub(crate) fn guard(&self, placed: Placed, cost: Option<CostEstimate>) -> (Within<Guard>, RentGuard) {
        let handle = self.handle.next_run();
        let mut guard = Guard::new(placed.clone(), handle.clone())
            .policy(self.policy)
            .caps(self.all_caps())
            .cancel_inferred(self.cancel_inferred);
        if let Some(every) = self.every {
            guard = guard.look_every(every);
        }
        if let Some(cost) = cost {
            guard = guard.cost(cost);
        }
        let guard = Within::new(Limits::new(), guard).rates(self.plan.rates());
        (guard, RentGuard { placed, handle })
    }
}

/// The rental that work is done with. It is watched as long as the work goes on.
#[derive(Clone, Debug)]
pub struct RentGuard {
    placed: Placed,
    handle: GuardHandle,
}

impl RentGuard {
    /// The order. It bills from before the work began.
    #[must_use]
    pub fn order(&self) -> OrderId {
        self.placed.order
    }

    /// Its server.
    #[must_use]
    pub fn server(&self) -> ServerId {
        self.placed.server
    }

    /// How it was placed.
    #[must_use]
    pub fn placed(&self) -> &Placed {
        &self.placed
    }

    /// Interrupts, from any thread: the policy for an interrupt is carried out.
    pub fn interrupt(&self) {
        self.handle.interrupt();
    }

    /// Whether the order is over or about to be ended, by a cap, an interrupt or by itself: the work should stop.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.handle.is_over()
    }

    /// A handle to interrupt by, for another thread.
    #[must_use]
    pub fn handle(&self) -> GuardHandle {
        self.handle.clone()
    }
}

/// How renting with work ended.
///
/// Closed: an order may be billing in each case.
#[derive(Clone, PartialEq, Debug)]
#[must_use = "an order may be billing"]
pub enum RentalEnd<R, T, E> {
    /// The work never began: nothing was placed, it is not known, or it was too dear. See what renting said.
    NotRented(R),
    /// The work ended, and so did the guard.
    Worked {
        /// What renting said.
        rented: R,
        /// What the work gave back.
        work: Result<T, E>,
        /// What became of the order.
        end: GuardEnd,
    },
}
