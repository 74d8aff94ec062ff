//! [`Plan`]: what a client's method makes: a request or an operation, not yet begun. [`Settings`]: what it begins with.

use super::{Operation, Single};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::journal::IntentId;
use crate::retry::Jitter;
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use core::fmt;

/// Something a client can run. Endpoints are plans, so are the types that begin the longer operations.
pub trait Plan {
    /// The machine it becomes.
    type Operation: Operation;

    /// Begins it. What is wrong with the plan is said by the operation's first poll.
    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation;
}

impl<E: Endpoint> Plan for E {
    type Operation = Single<E>;

    fn begin(self, settings: &Settings, now: Moment) -> Single<E> {
        Single::new(settings, self, now)
    }
}

/// What an operation may know of its surroundings: configuration, the wall's date, randomness.
#[derive(Clone)]
pub struct Settings {
    pub(crate) session: Session,
    pub(crate) wall: Option<UnixTime>,
    entropy: [u8; 32],
}

impl Settings {
    /// The settings of one call. `entropy` is fresh from the system for each call; `wall` is for the journal only.
    #[must_use]
    pub fn new(session: &Session, wall: Option<UnixTime>, entropy: [u8; 32]) -> Self {
        Self { session: session.clone(), wall, entropy }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.session.config()
    }

    /// A fresh intent's name: the first half of the entropy.
    pub(crate) fn intent_id(&self) -> IntentId {
        let mut half = [0; 16];
        half.iter_mut().zip(self.entropy).for_each(|(to, from)| *to = from);
        IntentId::generate(half)
    }

    /// Randomness for backoffs: the second half.
    pub(crate) fn jitter(&self) -> Jitter {
        let mut seed = [0; 8];
        seed.iter_mut().zip(self.entropy.into_iter().skip(16)).for_each(|(to, from)| *to = from);
        Jitter::new(u64::from_le_bytes(seed))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("config", self.config())
            .field("wall", &self.wall)
            .finish_non_exhaustive()
    }
}
