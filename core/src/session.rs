//! [`Session`]: what all clients of one key share: configuration, the pacer's gate, the retry budget, the journal, and
//! the origin of their time.
//!
//! Cloning is cheap and shares everything, between clients of different adapters too. Two sessions of one key do not
//! know of each other and will be told "too fast" by the service: make one and clone it.

use crate::config::Config;
use crate::event::Event;
use crate::journal::{Journal, MemoryJournal};
use crate::pacer::Gate;
use crate::retry::Budget;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

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
    journal: Arc<dyn Journal>,
    origin: OnceLock<Instant>,
}

impl Session {
    /// A session of its own, with nothing sent yet and a journal in memory.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::with_journal(config, Arc::new(MemoryJournal::new()))
    }

    /// A session of its own whose intents go into `journal`, which must be of the same base URL and key.
    #[must_use]
    pub fn with_journal(config: Config, journal: Arc<dyn Journal>) -> Self {
        let gate = Gate::new(config.pacing);
        let budget = Mutex::new(Budget::default());
        let (backlog, origin) = (Mutex::default(), OnceLock::new());
        Self(Arc::new(Shared { config, gate, budget, backlog, journal, origin }))
    }

    /// Where its intents go. A transport that records elsewhere breaks the promise that nothing is paid twice.
    #[must_use]
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.0.journal
    }

    /// The instant that its moments are counted from: `now` for the first transport that asks, and the same for all
    /// that follow. Core reads no clock; it only keeps what it was told.
    pub fn origin(&self, now: Instant) -> Instant {
        *self.0.origin.get_or_init(|| now)
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
