//! [`ConfigWarning`]: what works but is less safe than the default.

use super::Config;
use core::time::Duration;

/// A setting that works but is less safe than the default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConfigWarning {
    /// Grace below 60 s: a rental that the service lists late may be missed.
    ShortGrace,
    /// Spacing below 1.0 s: the service will say "too fast".
    FastPacing,
    /// Strict pacing waits for no answer, because its reach is not above the rate limit.
    ShortReach,
    /// Rentals are attempted even when the list of orders cannot be read whole.
    UnreadHistoryAccepted,
    /// The limits on spending let nothing through.
    NothingMayBeRented,
    /// One server at the highest price allowed would already pass the limit of a day.
    RatePassesDay,
}

impl ConfigWarning {
    /// In words, for a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ShortGrace => "a grace time below 60 s can miss a rental that the service lists late",
            Self::FastPacing => "an interval below 1.0 s is faster than the service allows",
            Self::ShortReach => "strict pacing has no effect while its reach is not above the rate limit",
            Self::UnreadHistoryAccepted => {
                "without a readable history a lost rental can only be found by hand"
            }
            Self::NothingMayBeRented => "the limits on spending let nothing be rented",
            Self::RatePassesDay => {
                "the limits do not fit together: 24 h at the highest price allowed pass the limit of a day"
            }
        }
    }
}

impl Config {
    /// What works but is less safe than the default.
    #[must_use]
    pub fn warnings(&self) -> Vec<ConfigWarning> {
        let mut warnings = Vec::new();
        if self.grace < Duration::from_secs(60) {
            warnings.push(ConfigWarning::ShortGrace);
        }
        if self.pacing.interval < Duration::from_secs(1) {
            warnings.push(ConfigWarning::FastPacing);
        }
        if self.pacing.always_strict && self.pacing.strict_reach <= self.pacing.interval {
            warnings.push(ConfigWarning::ShortReach);
        }
        if self.accept_unread_history {
            warnings.push(ConfigWarning::UnreadHistoryAccepted);
        }
        if self.spending.lets_nothing_through() {
            warnings.push(ConfigWarning::NothingMayBeRented);
        } else if self.spending.rate_passes_day() {
            warnings.push(ConfigWarning::RatePassesDay);
        }
        warnings
    }
}
