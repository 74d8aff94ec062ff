//! [`Plan`]: what a client's method makes: a request or an operation, not yet begun. [`Settings`]: what it begins with.

use super::{Operation, Single};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::journal::IntentId;
use crate::retry::Jitter;
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use core::fmt;
use core::time::Duration;
use std::sync::Arc;

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
    /// In place of the session's, for one call with bounds of its own.
    bounds: Option<Arc<Config>>,
    pub(crate) wall: Option<UnixTime>,
    entropy: [u8; 32],
}

impl Settings {
    /// The settings of one call. `entropy` is fresh from the system for each call; `wall` is for the journal only.
    #[must_use]
    pub fn new(session: &Session, wall: Option<UnixTime>, entropy: [u8; 32]) -> Self {
        Self { session: session.clone(), bounds: None, wall, entropy }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.bounds.as_deref().unwrap_or(self.session.config())
    }

    /// The same settings with other bounds of time and attempts.
    pub(crate) fn bounded(
        &self,
        timeout: Option<Duration>,
        deadline: Option<Duration>,
        attempts: Option<u32>,
    ) -> Result<Self, Error> {
        let bounded = self.config().bounded(timeout, deadline, attempts);
        let bounded = bounded.map_err(|error| Error::new(ErrorKind::Config(error)))?;
        Ok(Self { bounds: Some(Arc::new(bounded)), ..self.clone() })
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
