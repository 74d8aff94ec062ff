//! [`Budget`]: how many retries a session may spend before it has to succeed again.
//!
//! A bucket of whole retries, earned back by answers, without a clock: a service that is down is asked once per call
//! and not three times. A part of it is kept for what ends a bill.

use crate::effect::{Effect, Lane};

/// Shares of a retry that make one.
const SHARES: u32 = 5;

/// Retries that may still be made; shared by all calls of a session.
///
/// Between any two moments at most `capacity` retries are made, and one more for every five answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Budget {
    shares: u32,
    capacity: u32,
    reserve: u32,
}

impl Default for Budget {
    /// Fifty retries, ten of them for cancels only.
    fn default() -> Self {
        Self::new(50, 10)
    }
}

impl Budget {
    /// A full bucket of `capacity` retries, the last `reserve` of which only cancels get: [`Effect::Idempotent`]
    /// requests in the [`Lane::Rescue`].
    #[must_use]
    pub const fn new(capacity: u32, reserve: u32) -> Self {
        let capacity = capacity.saturating_mul(SHARES);
        Self { shares: capacity, capacity, reserve: reserve.saturating_mul(SHARES) }
    }

    /// Whether a retry of such a request would be granted.
    #[must_use]
    pub fn allows(&self, effect: Effect, lane: Lane) -> bool {
        let kept = if effect.is_cancel_in(lane) { 0 } else { self.reserve };
        self.shares.saturating_sub(kept) >= SHARES
    }

    /// Takes one retry out, if there is one for such a request.
    pub fn withdraw(&mut self, effect: Effect, lane: Lane) -> bool {
        let allowed = self.allows(effect, lane);
        if allowed {
            self.shares = self.shares.saturating_sub(SHARES);
        }
        allowed
    }

    /// An attempt was answered, and not with "too fast": a fifth of a retry comes back.
    pub fn earn(&mut self) {
        self.shares = self.shares.saturating_add(1).min(self.capacity);
    }

    /// Whole retries left, the reserve included.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.shares / SHARES
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// P16: over any window retries ≤ budget, the bucket stays in its bounds, reads never touch the reserve.
        #[test]
        fn p16_retries_stay_within_the_budget(
            capacity in 0_u32..20, reserve in 0_u32..20,
            steps in proptest::collection::vec((0_usize..4, 0_usize..3, any::<bool>()), 0..200),
        ) {
            let mut budget = Budget::new(capacity, reserve);
            let (mut retries, mut answers) = (0_u32, 0_u32);
            for (effect, lane, answered) in steps {
                if answered {
                    budget.earn();
                    answers += 1;
                } else {
                    let before = budget.left();
                    let (effect, lane) = (Effect::ALL[effect], Lane::ALL[lane]);
                    let cancels = effect == Effect::Idempotent && lane == Lane::Rescue;
                    let asked = budget.allows(effect, lane);
                    let granted = budget.withdraw(effect, lane);
                    prop_assert_eq!(asked, granted);
                    retries += u32::from(granted);
                    if granted && !cancels {
                        prop_assert!(before > reserve);
                        prop_assert!(budget.left() >= reserve);
                    }
                    if cancels {
                        prop_assert_eq!(granted, before > 0);
                    }
                }
                prop_assert!(budget.left() <= capacity);
                prop_assert!(retries <= capacity + answers / 5);
            }
        }
    }

    #[test]
    fn reads_and_settings_leave_the_reserve_to_cancels() {
        let mut budget = Budget::new(4, 1);
        assert!(budget.withdraw(Effect::Read, Lane::Normal));
        assert!(budget.withdraw(Effect::Spend, Lane::Create));
        assert!(budget.withdraw(Effect::Idempotent, Lane::Normal));
        assert!(!budget.withdraw(Effect::Read, Lane::Rescue));
        assert!(!budget.withdraw(Effect::Idempotent, Lane::Normal), "a host's settings end no bill");
        assert!(budget.withdraw(Effect::Idempotent, Lane::Rescue));
        assert!(!budget.withdraw(Effect::Idempotent, Lane::Rescue));
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.allows(Effect::Read, Lane::Normal));
        budget.earn();
        assert!(budget.allows(Effect::Read, Lane::Normal));
    }
}
