//! [`GuardHandle`]: how a program speaks to a guard that runs in another thread or task, and sees whether it is over.

use core::task::Waker;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Speaks to one guard. Clones speak to the same one; it may be used from any thread, also from a signal's handler
/// thread.
#[derive(Clone, Default, Debug)]
pub struct GuardHandle(Arc<Shared>);

#[derive(Default, Debug)]
struct Shared {
    work: AtomicU8,
    interrupted: AtomicBool,
    over: AtomicBool,
    listener: Mutex<Option<Waker>>,
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
        self.0.interrupted.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// The work with the order has ended: the guard does what its policy says and comes to its end.
    pub fn finish(&self, well: bool) {
        // The first word holds.
        let word = if well { 1 } else { 2 };
        let _ = self.0.work.compare_exchange(0, word, Ordering::SeqCst, Ordering::SeqCst);
        self.wake();
    }

    /// Whether somebody interrupted it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.0.interrupted.load(Ordering::SeqCst)
    }

    /// Whether the guard has come to its end, or is about to end the order: work that still goes on should stop.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.over.load(Ordering::SeqCst)
    }

    /// Who is woken by every word: the thread or task that runs the guard. One at a time; the last one counts.
    pub fn listen(&self, waker: Waker) {
        *self.0.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    pub(crate) fn work(&self) -> Work {
        match self.0.work.load(Ordering::SeqCst) {
            0 => Work::Going,
            1 => Work::Done,
            _ => Work::Failed,
        }
    }

    pub(crate) fn set_over(&self) {
        self.0.over.store(true, Ordering::SeqCst);
    }

    fn wake(&self) {
        let listener = self.0.listener.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = listener {
            waker.wake();
        }
    }
}
