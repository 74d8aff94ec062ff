//! The only place that names a lock, so that a model checker's lock can stand in for it.

#[cfg(loom)]
pub(super) use loom::sync::{Mutex, MutexGuard};
#[cfg(shuttle)]
pub(super) use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(any(loom, shuttle)))]
pub(super) use std::sync::{Mutex, MutexGuard};
