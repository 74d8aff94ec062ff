//! [`Gate`]: the pacer behind one lock, and the wakers of those who wait.
//!
//! Tasks and threads share it alike, a thread being a waker that unparks. Wakers are cloned before the lock is taken
//! and woken or dropped after it is released: what they run may come back here, and if it panics that ends here. A thread that dies while it holds the
//! lock leaves a valid queue, so poisoning is passed over.

use core::task::Waker;
use core::time::Duration;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Pacing;
use super::queue::Pacer;
use super::sync::{Mutex, MutexGuard};
use super::turn::{Feedback, Grant, NoPlace, QueueFull, Ticket, Turn, Waiting};
use crate::effect::Lane;
use crate::time::Moment;

/// The queue of one session, shared by reference between all its calls.
///
/// Wake-ups do not grow with the number of those who wait: a grant that is used wakes at most two (the next of its
/// lane, and one that may go earlier because it ended; a create where spacing is strict, three), one that is returned at most the head of each lane beside the
/// next, a cancelled head the one behind it. A penalty wakes nobody: who sleeps looks again when its old moment has
/// come, and is told the new one.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pacer: Pacer,
    wakers: BTreeMap<u64, Waker>,
}

impl Gate {
    /// An empty queue.
    #[must_use]
    pub fn new(pacing: Pacing) -> Self {
        Self { state: Mutex::new(State { pacer: Pacer::new(pacing), wakers: BTreeMap::new() }) }
    }

    /// See [`Pacer::enqueue`]. Poll the ticket next: nobody is woken that was never polled.
    ///
    /// # Errors
    /// [`QueueFull`] when the lane is full.
    pub fn enqueue(&self, lane: Lane, now: Moment) -> Result<Ticket, QueueFull> {
        self.lock().pacer.enqueue(lane, now)
    }

    /// See [`Pacer::enqueue_by`].
    ///
    /// # Errors
    /// [`NoPlace`]: nothing was taken.
    pub fn enqueue_by(
        &self,
        lane: Lane,
        cancel: bool,
        now: Moment,
        latest: Moment,
    ) -> Result<Ticket, NoPlace> {
        self.lock().pacer.enqueue_by(lane, cancel, now, latest)
    }

    /// See [`Pacer::poll`]. Unless it says [`Turn::Go`], `waker` replaces the ticket's previous one, and is woken when
    /// the ticket becomes head of its lane or may go earlier than it was told.
    pub fn poll(&self, ticket: &Ticket, now: Moment, waker: &Waker) -> Turn {
        let waker = waker.clone();
        let mut state = self.lock();
        let turn = state.pacer.poll(ticket, now);
        let replaced = if state.pacer.holds(ticket) {
            state.wakers.insert(ticket.place, waker)
        } else {
            state.wakers.remove(&ticket.place).or(Some(waker))
        };
        release_and_wake(state);
        contained(|| drop(replaced));
        turn
    }

    /// See [`Pacer::cancel`].
    pub fn cancel(&self, ticket: Ticket) {
        let mut state = self.lock();
        let dropped_after_the_lock = state.wakers.remove(&ticket.place);
        state.pacer.cancel(ticket);
        release_and_wake(state);
        contained(|| drop(dropped_after_the_lock));
    }

    /// See [`Pacer::settle`].
    pub fn settle(&self, grant: Grant, now: Moment, feedback: Feedback) {
        let mut state = self.lock();
        state.pacer.settle(grant, now, feedback);
        release_and_wake(state);
    }

    /// See [`Pacer::abandon`].
    pub fn abandon(&self, grant: Grant) {
        let mut state = self.lock();
        state.pacer.abandon(grant);
        release_and_wake(state);
    }

    /// See [`Pacer::give_back`]. The ticket counts for other lanes once it has been polled again.
    pub fn give_back(&self, grant: Grant) -> Ticket {
        let mut state = self.lock();
        let ticket = state.pacer.give_back(grant);
        release_and_wake(state);
        ticket
    }

    /// See [`Pacer::hold`].
    pub fn hold(&self, now: Moment, pause: Duration) {
        self.lock().pacer.hold(now, pause);
    }

    /// See [`Pacer::earliest`].
    #[must_use]
    pub fn earliest(&self, lane: Lane, cancel: bool, now: Moment) -> Moment {
        self.lock().pacer.earliest(lane, cancel, now)
    }

    /// When the head of `lane` could start at the earliest, if whatever is under way were answered now.
    pub(crate) fn earliest_head(&self, lane: Lane, now: Moment) -> Moment {
        self.lock().pacer.earliest_behind(lane, 0, now)
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        self.lock().pacer.waiting()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn release_and_wake(mut state: MutexGuard<'_, State>) {
    let called = state.pacer.take_called();
    let wakers: Vec<Waker> = called.iter().filter_map(|place| state.wakers.remove(place)).collect();
    drop(state);
    for waker in wakers {
        contained(|| waker.wake());
    }
}

/// Runs what a waker of others' making does. If it panics, that ends here: it would unwind whoever happened to call it,
/// and take a turn that was just given with it.
fn contained(run: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
        // To drop it could panic again.
        core::mem::forget(payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)]
    #[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
    fn a_thread_that_dies_with_the_lock_leaves_the_queue_usable() {
        let gate = Gate::new(Pacing::default());
        let ticket = gate.enqueue(Lane::Normal, Moment::ORIGIN).unwrap();
        std::thread::scope(|scope| {
            let dies = scope.spawn(|| {
                let _guard = gate.lock();
                panic!("this thread dies with the lock");
            });
            assert!(dies.join().is_err());
        });
        assert!(gate.state.is_poisoned());
        assert!(matches!(gate.poll(&ticket, Moment::ORIGIN, Waker::noop()), Turn::Go(_)));
    }
}
