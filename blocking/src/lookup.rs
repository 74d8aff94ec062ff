//! [`Lookup`]: where the service's name leads, not asked again while a kept connection may still serve.
//!
//! ureq looks the name up before it looks for a kept connection and, as each of our exchanges has a time limit, on a
//! thread that it starts for that: at every call. So an answer is good for as long as an idle connection is; none is kept
//! over a failure, so that a retry finds a service that has moved.

use crate::transport::IDLE;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// ureq's own look-up and its last answer, which clones share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup(Arc<Mutex<Option<Known>>>);

#[derive(Debug)]
struct Known {
    uri: Uri,
    asked: Instant,
    addresses: ResolvedSocketAddrs,
}

impl Lookup {
    /// The next exchange asks anew.
    pub(crate) fn forget(&self) {
        *self.known() = None;
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn serves(&self, uri: &Uri, now: Instant) -> bool {
        now.saturating_duration_since(self.asked) < IDLE
            && (self.uri.scheme(), self.uri.authority()) == (uri.scheme(), uri.authority())
    }
}

impl Resolver for Lookup {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let asked = Instant::now();
        if let Some(known) = self.known().as_ref().filter(|known| known.serves(uri, asked)) {
            return Ok(known.addresses.clone());
        }
        // The lock is not held meanwhile: a slow answer holds up nobody else.
        let addresses = DefaultResolver::default().resolve(uri, config, timeout)?;
        *self.known() = Some(Known { uri: uri.clone(), asked, addresses: addresses.clone() });
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn known(uri: &str) -> Known {
        let mut addresses = DefaultResolver::default().empty();
        addresses.push("192.0.2.1:7".parse().unwrap());
        Known { uri: uri.parse().unwrap(), asked: Instant::now(), addresses }
    }

    fn asks(lookup: &Lookup, uri: &str) -> Result<ResolvedSocketAddrs, Error> {
        lookup.resolve(&uri.parse().unwrap(), &Config::default(), NextTimeout::default())
    }

    #[test]
    fn a_name_is_asked_again_for_another_place_and_after_a_failure() {
        let lookup = Lookup::default();
        *lookup.known() = Some(known("http://clore.invalid/a"));
        let kept = asks(&lookup, "http://clore.invalid/b").unwrap();
        assert_eq!(kept.first().unwrap().to_string(), "192.0.2.1:7");
        for other in ["http://127.0.0.1:8/", "http://127.0.0.1:9/"] {
            assert_eq!(format!("http://{}/", asks(&lookup, other).unwrap().first().unwrap()), other);
        }
        *lookup.known() = Some(known("http://127.0.0.1:9/"));
        lookup.forget();
        assert_eq!(asks(&lookup, "http://127.0.0.1:9/").unwrap().first().unwrap().to_string(), "127.0.0.1:9");
    }

    #[test]
    fn an_answer_is_as_old_at_most_as_an_idle_connection() {
        let known = known("https://clore.invalid/a");
        let uri = "https://clore.invalid/b".parse().unwrap();
        assert!(known.serves(&uri, known.asked + IDLE - Duration::from_nanos(1)));
        assert!(!known.serves(&uri, known.asked + IDLE));
        assert!(!known.serves(&"http://clore.invalid/b".parse().unwrap(), known.asked));
    }
}
