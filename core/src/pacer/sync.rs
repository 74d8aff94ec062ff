//! The only place that names a lock, so that a model checker's lock can stand in for it.

pub(super) use std::sync::{Mutex, MutexGuard};
