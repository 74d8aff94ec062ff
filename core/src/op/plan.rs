//! [`Plan`]: what a client's method makes: a request or an operation, not yet begun. [`Settings`]: what it begins with.

use super::{Operation, Single};
use crate::config::Config;
use crate::endpoint::Endpoint;
use crate::journal::IntentId;
use crate::retry::Jitter;
use crate::session::Session;
use crate::spending::Limits;
use crate::time::{Moment, UnixTime};
use core::fmt;

/// Something a client can run. Endpoints are plans, so are the types that begin the longer operations.
pub trait Plan {
    /// The machine it becomes.
    type Operation: Operation;

    /// Begins it. What is wrong with the plan is said by the operation's first poll.
    fn begin(self, settings: &Settings, now: Moment) -> Self::Operation;
}

/// Another plan, run within lower limits than the session's. It limits money calls and reprices, and nothing else.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before a client runs it"]
pub struct Within<P> {
    plan: P,
    limits: Limits,
}

impl<P: Plan> Within<P> {
    /// `plan`, within `limits` as well as those of the session.
    pub fn new(limits: Limits, plan: P) -> Self {
        Self { plan, limits }
    }
}

impl<P: Plan> Plan for Within<P> {
    type Operation = P::Operation;

    fn begin(self, settings: &Settings, now: Moment) -> P::Operation {
        self.plan.begin(&settings.within(&self.limits), now)
    }
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
    limits: Limits,
    entropy: [u8; 32],
}

impl Settings {
    /// The settings of one call. `entropy` is fresh from the system for each call; `wall` is for the journal only.
    #[must_use]
    pub fn new(session: &Session, wall: Option<UnixTime>, entropy: [u8; 32]) -> Self {
        Self { session: session.clone(), wall, limits: *session.config().limits(), entropy }
    }

    /// The same settings within lower limits; a higher one changes nothing.
    #[must_use]
    pub fn within(&self, limits: &Limits) -> Self {
        Self { limits: self.limits.lowered_by(limits), ..self.clone() }
    }

    /// The limits on spending: the session's, lowered by those of the plan.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
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
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
