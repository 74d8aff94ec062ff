//! [`decide`]: the table, then permanence, attempts, deadline and budget.

use core::time::Duration;

use super::table::{Cell, Permanence, Verdict, cell};
use super::{Backoff, Budget, Jitter};
use crate::effect::{Delivery, Effect, Lane};
use crate::time::Moment;

/// What is known of the attempt that just ended.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// What the request changes.
    pub effect: Effect,
    /// The queue it waited in. That of the effect, unless set.
    pub lane: Lane,
    /// How far it certainly got.
    pub delivery: Delivery,
    /// What its answer says; without one, [`Verdict::Unclear`].
    pub verdict: Verdict,
    /// Whether its cause may pass. [`Permanence::Transient`] unless set.
    pub permanence: Permanence,
    /// What `Retry-After` asked for ([`super::retry_after()`]). None unless set.
    pub retry_after: Option<Duration>,
    /// Which attempt of its call it was, from 1.
    pub number: u32,
}

impl Attempt {
    /// The `number`-th attempt of a call (from 1) ended like this, from a cause that may pass.
    #[must_use]
    pub const fn new(number: u32, effect: Effect, delivery: Delivery, verdict: Verdict) -> Self {
        let (lane, permanence) = (effect.lane(), Permanence::Transient);
        Self { effect, lane, delivery, verdict, permanence, retry_after: None, number }
    }

    /// Sets [`Attempt::lane`].
    #[must_use]
    pub const fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// Sets [`Attempt::permanence`].
    #[must_use]
    pub const fn permanence(mut self, permanence: Permanence) -> Self {
        self.permanence = permanence;
        self
    }

    /// Sets [`Attempt::retry_after`].
    #[must_use]
    pub const fn retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }
}

/// How often and how patiently a call tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Policy {
    /// Attempts in all: 3. Zero and one both mean one.
    pub max_attempts: u32,
    /// The waits between them.
    pub backoff: Backoff,
    /// The least time an attempt can be of use in: 1 s. One that would have less before the deadline is not begun.
    pub min_attempt: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self { max_attempts: 3, backoff: Backoff::default(), min_attempt: Duration::from_secs(1) }
    }
}

impl Policy {
    /// Sets [`Policy::max_attempts`].
    #[must_use]
    pub const fn max_attempts(mut self, total: u32) -> Self {
        self.max_attempts = total;
        self
    }
}

/// The times a decision is made between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Bounds {
    /// Now.
    pub now: Moment,
    /// When the pacer could let a newcomer of this lane go ([`crate::pacer::Gate::earliest`]), shared penalty
    /// included. Now, unless set.
    pub earliest: Moment,
    /// When the whole call must have ended.
    pub deadline: Moment,
}

impl Bounds {
    /// From `now` to `deadline`, with nobody in the queue.
    #[must_use]
    pub const fn new(now: Moment, deadline: Moment) -> Self {
        Self { now, earliest: now, deadline }
    }

    /// Sets [`Bounds::earliest`].
    #[must_use]
    pub const fn earliest(mut self, earliest: Moment) -> Self {
        self.earliest = earliest;
        self
    }
}

/// What follows an attempt.
///
/// Closed: an operation goes on in one of these three ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Decision {
    /// Take a new turn at the pacer at this moment. One retry of the budget was taken for it.
    Retry {
        /// When to queue; never so late that the attempt could not end before the deadline.
        at: Moment,
        /// Why it is tried again.
        why: RetryReason,
    },
    /// Do not send again; find out by reading what happened.
    Reconcile,
    /// This attempt was the last.
    Stop(StopReason),
}

/// Why a request is sent again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum RetryReason {
    /// Nothing of it was sent.
    NotSent,
    /// The service said "too fast". Whoever spends or reprices reads before the next send (`rent.md`, "Recheck").
    TooFast,
    /// It failed from a cause that may pass, and doing it twice is harmless.
    Transient,
}

/// Why a request is not sent again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum StopReason {
    /// It was done.
    Done,
    /// The service refused it for good.
    Refused,
    /// Its cause stays, or did not pass the one time that was tried.
    Permanent,
    /// [`Policy::max_attempts`] is reached.
    Attempts,
    /// The session has no retries left.
    Budget,
    /// The next attempt would not fit before the deadline.
    Deadline,
}

/// What follows `attempt`. A retry is taken out of `budget`; nothing is when the answer is anything else.
///
/// # Money
/// For [`Effect::Spend`] and [`Effect::Reprice`] the answer is a retry only when nothing was sent or the service said
/// "too fast", whatever the policy.
pub fn decide(
    attempt: &Attempt,
    policy: &Policy,
    bounds: Bounds,
    budget: &mut Budget,
    jitter: &mut Jitter,
) -> Decision {
    let why = match cell(attempt.effect, attempt.delivery, attempt.verdict) {
        Cell::Reconcile => return Decision::Reconcile,
        Cell::Done => return Decision::Stop(StopReason::Done),
        Cell::Refused => return Decision::Stop(StopReason::Refused),
        Cell::NotSent => RetryReason::NotSent,
        Cell::TooFast => RetryReason::TooFast,
        Cell::Transient => RetryReason::Transient,
    };
    let lasts = match attempt.permanence {
        Permanence::Transient => false,
        Permanence::Once => attempt.number > 1,
        Permanence::Permanent => true,
    };
    if lasts {
        return Decision::Stop(StopReason::Permanent);
    }
    if attempt.number >= policy.max_attempts {
        return Decision::Stop(StopReason::Attempts);
    }
    if !budget.allows(attempt.effect, attempt.lane) {
        return Decision::Stop(StopReason::Budget);
    }
    let wait = policy.backoff.wait(attempt.number, attempt.retry_after, jitter);
    let at = bounds.now.after(wait);
    let ends = at.max(bounds.earliest).after(policy.min_attempt);
    if ends > bounds.deadline {
        return Decision::Stop(StopReason::Deadline);
    }
    budget.withdraw(attempt.effect, attempt.lane);
    Decision::Retry { at, why }
}

#[cfg(test)]
mod tests;
