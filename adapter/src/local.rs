//! [`Local`]: what a transport has beside the network.

use clore_core::event::{Event, Observer};
use clore_core::journal::Journal;
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The session's clock and journal, the system's time and random bytes, and who hears events.
#[derive(Debug)]
pub struct Local {
    origin: Instant,
    journal: Arc<dyn Journal>,
    observer: Observer,
}

impl Local {
    /// That of a transport of `session`, whose clock starts now unless another transport of it started it.
    #[must_use]
    pub fn new(session: &Session, observer: Observer) -> Self {
        Self { origin: session.origin(Instant::now()), journal: Arc::clone(session.journal()), observer }
    }

    /// The time on the session's clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment::from_origin(self.origin.elapsed())
    }

    /// Where records go. It may wait for a lock and the disk.
    #[must_use]
    pub fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    /// The wall's time; `None` where it stands before 1970.
    #[must_use]
    pub fn wall(&self) -> Option<UnixTime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(UnixTime::from_seconds)
    }

    /// 32 bytes from the system's generator.
    ///
    /// # Panics
    /// When the system gives none: nothing can be done about it, and weak randomness is worse.
    #[must_use]
    pub fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        #[allow(clippy::expect_used)]
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        bytes
    }

    /// Tells the observer and, with the feature, `tracing`. No event holds a secret, so all of it may be told.
    pub fn observe(&self, event: &Event) {
        #[cfg(feature = "tracing")]
        match (event.is_warning(), event.is_news()) {
            (true, _) => tracing::warn!(?event),
            (_, true) => tracing::info!(?event),
            _ => tracing::debug!(?event),
        }
        self.observer.tell(event);
    }
}
