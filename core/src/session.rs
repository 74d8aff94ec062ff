//! [`Session`]: what all clients of one key share: configuration, the pacer's gate, the retry budget.
//!
//! Cloning is cheap and shares everything. Two sessions of one key do not know of each other and will be told
//! "too fast" by the service: make one and clone it.

use crate::config::Config;
use crate::event::Event;
use crate::pacer::Gate;
use crate::retry::Budget;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Events of dropped calls kept for the next call.
const BACKLOG: usize = 256;

/// One key's session. Clients, threads and tasks that share it take turns at one pacer.
#[derive(Clone, Debug)]
pub struct Session(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    config: Config,
    gate: Gate,
    budget: Mutex<Budget>,
    backlog: Mutex<VecDeque<Event>>,
}

impl Session {
    /// A session of its own, with nothing sent yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let gate = Gate::new(config.pacing);
        let budget = Mutex::new(Budget::default());
        Self(Arc::new(Shared { config, gate, budget, backlog: Mutex::default() }))
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The gate that all its requests pass.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// Does `with` to the retry budget; a panic elsewhere does not spread.
    pub(crate) fn budget<T>(&self, with: impl FnOnce(&mut Budget) -> T) -> T {
        with(&mut self.0.budget.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps events that a dropped call could not deliver.
    pub(crate) fn keep(&self, events: impl IntoIterator<Item = Event>) {
        let mut backlog = self.0.backlog.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if backlog.len() >= BACKLOG {
                backlog.pop_front();
            }
            backlog.push_back(event);
        }
    }

    /// Takes what [`Session::keep`] kept.
    pub(crate) fn take_kept(&self) -> VecDeque<Event> {
        core::mem::take(&mut *self.0.backlog.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
