//! [`GuardHandle`]: how a program speaks to a guard that runs in another thread or task, and sees whether it is over.

use core::task::Waker;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Speaks to one guard. Clones speak to the same one; it may be used from any thread, also from a signal's handler
/// thread.
///
/// Given to several rentals ([`WithRental::handle`](super::WithRental::handle)), one after the other or at once, it
/// interrupts them all. Whether the work has ended and whether the guard is over are of one run alone: the handle that
/// the work is given says those.
#[derive(Clone, Default, Debug)]
pub struct GuardHandle {
    shared: Arc<Shared>,
    run: Arc<OneRun>,
}

/// What all runs have in common.
#[derive(Default, Debug)]
struct Shared {
    interrupted: AtomicBool,
    /// Who is woken, of each run that is not dropped yet.
    listeners: Mutex<Vec<(Weak<OneRun>, Waker)>>,
}

/// What is of one run: the next one's guard must not find its work done.
#[derive(Default, Debug)]
struct OneRun {
    work: AtomicU8,
    over: AtomicBool,
}

/// How far the work is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    Going,
    Done,
    Failed,
}

impl GuardHandle {
    /// A handle for a guard that is not begun yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody wants it all to end (Ctrl-C): the guard does what its policy says, at once where that is a cancel.
    /// Returns before it is done.
    pub fn interrupt(&self) {
        self.shared.interrupted.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// The work with the order has ended: the guard does what its policy says and comes to its end.
    pub fn finish(&self, well: bool) {
        // The first word holds.
        let word = if well { 1 } else { 2 };
        let _ = self.run.work.compare_exchange(0, word, Ordering::SeqCst, Ordering::SeqCst);
        self.wake();
    }

    /// Whether somebody interrupted it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.shared.interrupted.load(Ordering::SeqCst)
    }

    /// Whether the guard has come to its end, or is about to end the order: work that still goes on should stop.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.run.over.load(Ordering::SeqCst)
    }

    /// Who is woken by every word: the thread or task that runs the guard. One at a time; the last one counts.
    pub fn listen(&self, waker: Waker) {
        let mut listeners = self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|(run, _)| {
            run.strong_count() > 0 && !core::ptr::eq(run.as_ptr(), Arc::as_ptr(&self.run))
        });
        listeners.push((Arc::downgrade(&self.run), waker));
    }

    /// The same handle for a run that begins: an interrupt is heard from it, nothing else that was said before.
    pub(crate) fn next_run(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), run: Arc::default() }
    }

    pub(crate) fn work(&self) -> Work {
        match self.run.work.load(Ordering::SeqCst) {
            0 => Work::Going,
            1 => Work::Done,
            _ => Work::Failed,
        }
    }

    pub(crate) fn set_over(&self) {
        self.run.over.store(true, Ordering::SeqCst);
    }

    fn wake(&self) {
        let listeners = self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.into_iter().for_each(|(_, waker)| waker.wake());
    }
}
