//! How long to wait before the next attempt: doubling, capped, jittered, never below what the service asked for.

use core::time::Duration;

use crate::limits::RETRY_AFTER_SECONDS;

/// The wait after the n-th failed attempt: `first` × 2^(n-1), at most `longest`, of which a random 50 to 100 % is
/// taken, so that clients that failed together do not come back together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Backoff {
    /// After the first failed attempt: 2 s, as the seed.
    pub first: Duration,
    /// Never longer than this: 30 s. A `Retry-After` may be.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), longest: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// With these bounds.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The wait after `failed` attempts (from 1). `retry_after` is a floor, believed up to 120 s.
    #[must_use]
    pub fn wait(&self, failed: u32, retry_after: Option<Duration>, jitter: &mut Jitter) -> Duration {
        let factor = 2_u32.checked_pow(failed.saturating_sub(1)).unwrap_or(u32::MAX);
        let full = self.first.saturating_mul(factor).min(self.longest);
        let full = u64::try_from(full.as_nanos()).unwrap_or(u64::MAX);
        let least = full.div_ceil(2);
        let wait = least.saturating_add(jitter.up_to(full.saturating_sub(least)));
        let floor = retry_after.unwrap_or_default().min(Duration::from_secs(RETRY_AFTER_SECONDS));
        Duration::from_nanos(wait).max(floor)
    }
}

/// A small deterministic source of spread (SplitMix64). Not for secrets: the same seed gives the same waits.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// Spread from a seed that the caller draws once.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to `most`, both included, evenly but for a part in 2^64.
    pub fn up_to(&mut self, most: u64) -> u64 {
        let product = u128::from(self.next()).wrapping_mul(u128::from(most).wrapping_add(1));
        u64::try_from(product.wrapping_shr(64)).unwrap_or(most)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0.wrapping_shr(30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed.wrapping_shr(27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed.wrapping_shr(31)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Reliability S10: the seed doubled its waits without an end and without spread.
        #[test]
        fn backoff_bounded_and_jittered(seed in any::<u64>(), failed in any::<u32>()) {
            let wait = Backoff::default().wait(failed, None, &mut Jitter::new(seed));
            let full = Duration::from_secs(2_u64.saturating_pow(failed.max(1)).min(30));
            prop_assert!(wait >= full / 2 && wait <= full, "{wait:?} of {full:?}");
        }

        #[test]
        fn any_bounds_give_a_wait_within_them(seed in any::<u64>(), failed in any::<u32>(), first in any::<Duration>(), longest in any::<Duration>()) {
            let wait = Backoff::new(first, longest).wait(failed, None, &mut Jitter::new(seed));
            prop_assert!(wait <= longest.max(Duration::ZERO));
        }

        /// Reliability S10: the seed did not look at `Retry-After: 60`.
        #[test]
        fn retry_after_is_a_floor(seed in any::<u64>(), failed in 0_u32..40, asked in any::<u64>()) {
            let wait = Backoff::default().wait(failed, Some(Duration::from_secs(asked)), &mut Jitter::new(seed));
            prop_assert!(wait >= Duration::from_secs(asked.min(120)));
            prop_assert!(wait <= Duration::from_secs(120));
        }

        #[test]
        fn jitter_stays_in_its_range(seed in any::<u64>(), most in any::<u64>()) {
            prop_assert!(Jitter::new(seed).up_to(most) <= most);
        }
    }

    /// The first numbers of SplitMix64 from seed 0, as its author published them: a slip would spread less.
    #[test]
    fn the_spread_is_that_of_splitmix64() {
        let mut jitter = Jitter::new(0);
        let drawn = [(); 3].map(|()| jitter.up_to(u64::MAX));
        assert_eq!(drawn, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
    }

    #[test]
    fn two_seeds_spread_and_one_repeats() {
        let draw = |seed| {
            let mut jitter = Jitter::new(seed);
            (0..8).map(|_| jitter.up_to(999)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let mut jitter = Jitter::new(3);
        let sum: u64 = (0..10_000).map(|_| jitter.up_to(100)).sum();
        assert!((480_000..520_000).contains(&sum), "{sum}");
    }
}
