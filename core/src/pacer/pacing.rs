//! [`Pacing`]: the limits the pacer keeps.

use core::time::Duration;

/// How requests of one key are spaced. The defaults are those of api-facts 2 and `rent.md`, "Pacing".
///
/// Any value is accepted, zero and [`Duration::MAX`] included; configuration warns of what the service would refuse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Pacing {
    /// Between the starts of two requests: 1.1 s (the service allows one per second).
    pub interval: Duration,
    /// From the end of one create to the start of the next: 5.5 s (the service allows one per five seconds, and may
    /// begin anew after a refusal).
    pub create_gap: Duration,
    /// How long everybody pauses after the first code 5: 2 s. It doubles with each that follows.
    pub first_penalty: Duration,
    /// The longest such pause: 30 s. A longer `Retry-After` still counts.
    pub longest_penalty: Duration,
    /// How long after a code 5 spacing counts from answers in place of starts: 60 s.
    pub strict_for: Duration,
    /// While it does, how long after the previous start an answer is waited for at most: 3 s. A request that ended
    /// without an answer may still be on its way and is waited for that long.
    pub strict_reach: Duration,
    /// Whether spacing counts from answers always, in all lanes: no. See [`Pacing::always_strict`].
    pub always_strict: bool,
    /// How long a create that nobody has ended yet holds up the next one: 60 s. Keep it above the timeout of one
    /// exchange, which ends every create that is looked after.
    pub create_hold: Duration,
    /// How many may wait in one lane: 10,000. Per lane, so that a crowd of reads cannot shut out a cancel.
    pub queue: usize,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            interval: Duration::from_millis(1_100),
            create_gap: Duration::from_millis(5_500),
            first_penalty: Duration::from_secs(2),
            longest_penalty: Duration::from_secs(30),
            strict_for: Duration::from_secs(60),
            strict_reach: Duration::from_secs(3),
            always_strict: false,
            create_hold: Duration::from_secs(60),
            queue: 10_000,
        }
    }
}

impl Pacing {
    /// Sets [`Pacing::interval`].
    #[must_use]
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets [`Pacing::create_gap`].
    #[must_use]
    pub const fn create_gap(mut self, create_gap: Duration) -> Self {
        self.create_gap = create_gap;
        self
    }

    /// Sets [`Pacing::first_penalty`] and [`Pacing::longest_penalty`].
    #[must_use]
    pub const fn penalties(mut self, first: Duration, longest: Duration) -> Self {
        self.first_penalty = first;
        self.longest_penalty = longest;
        self
    }

    /// Sets [`Pacing::strict_for`] and [`Pacing::strict_reach`].
    #[must_use]
    pub const fn strict(mut self, for_this_long: Duration, reach: Duration) -> Self {
        self.strict_for = for_this_long;
        self.strict_reach = reach;
        self
    }

    /// Sets [`Pacing::always_strict`]: every request waits for the answer of the one before it, and then for
    /// [`Pacing::interval`].
    ///
    /// It promises that requests *arrive* at the service at least `interval` apart, whatever their delays, as long as
    /// each arrives within `strict_reach` less `interval` of its start (1.9 s with the defaults). Counting from starts,
    /// they arrive as much closer together as the delays of two of them differ. It costs one round trip for each
    /// request, and `strict_reach` from the start for each that ended without an answer; a call that hangs stops the
    /// others for no longer than that.
    #[must_use]
    pub const fn always_strict(mut self, yes: bool) -> Self {
        self.always_strict = yes;
        self
    }

    /// Sets [`Pacing::create_hold`].
    #[must_use]
    pub const fn create_hold(mut self, create_hold: Duration) -> Self {
        self.create_hold = create_hold;
        self
    }

    /// Sets [`Pacing::queue`].
    #[must_use]
    pub const fn queue(mut self, per_lane: usize) -> Self {
        self.queue = per_lane;
        self
    }
}
