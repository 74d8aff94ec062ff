//! [`OrderCaps`]: how long one order may run and what it may cost.

use crate::model::Usd;
use core::time::Duration;

/// When one order is to be ended. Nothing of it reaches the service: it holds only while something watches the order
/// (`clore guard`, a rental guard of this library) and is written into the journal for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub struct OrderCaps {
    /// The longest it may run. The journal keeps whole seconds of it, rounded down.
    pub runtime: Option<Duration>,
    /// The most it may cost, US dollars, every fee included.
    pub spend: Option<Usd>,
}

impl OrderCaps {
    /// Of each cap the lower one of both.
    #[must_use]
    pub fn lower(self, other: Self) -> Self {
        Self {
            runtime: self.runtime.into_iter().chain(other.runtime).min(),
            spend: self.spend.into_iter().chain(other.spend).min(),
        }
    }

    /// No caps.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends it after this long.
    #[must_use]
    pub fn runtime(mut self, longest: Duration) -> Self {
        self.runtime = Some(longest);
        self
    }

    /// Ends it when it has cost this much.
    #[must_use]
    pub fn spend(mut self, most: Usd) -> Self {
        self.spend = Some(most);
        self
    }

    /// Whether there is no cap at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
