//! [`Clock`]: a client's two clocks, which need not agree with the world's.

use super::plot::Wall;
use clore_core::time::{Moment, UnixTime};
use core::time::Duration;

/// Where every client's monotonic clock stands when the world's stands at zero.
const ORIGIN: i128 = 1_000_000_000_000;
/// The world's date at its beginning; the sandbox has it too.
pub(super) const EPOCH: i64 = 1_790_000_000;

#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The monotonic clock is this far ahead of the world's, in nanoseconds.
    ahead: i128,
    wall: Wall,
    /// While it sleeps, nothing of it runs.
    pub(super) sleeps_until: Duration,
}

impl Clock {
    pub(super) fn new(wall: Wall) -> Self {
        Self { ahead: ORIGIN, wall, sleeps_until: Duration::ZERO }
    }

    /// What the client's monotonic clock shows.
    pub(super) fn moment(&self, now: Duration) -> Moment {
        let nanos = i128::try_from(now.as_nanos()).unwrap() + self.ahead;
        Moment::from_origin(Duration::from_nanos(u64::try_from(nanos.max(0)).unwrap()))
    }

    /// When the world's clock stands where the client's shows `moment`; None: never.
    pub(super) fn world(&self, moment: Moment) -> Option<Duration> {
        if moment == Moment::NEVER {
            return None;
        }
        let nanos = i128::try_from(moment.since_origin().as_nanos()).unwrap() - self.ahead;
        Some(Duration::from_nanos(u64::try_from(nanos.max(0)).unwrap()))
    }

    pub(super) fn ahead_by(&mut self, by: Duration) {
        self.ahead += i128::try_from(by.as_nanos()).unwrap();
    }

    pub(super) fn back_by(&mut self, by: Duration) {
        self.ahead -= i128::try_from(by.as_nanos()).unwrap();
    }

    /// What the wall's clock shows.
    pub(super) fn wall(&self, now: Duration) -> Option<UnixTime> {
        let seconds = i64::try_from(now.as_secs()).unwrap();
        let shown = match self.wall {
            Wall::None => return None,
            Wall::Off(by) => EPOCH + seconds + by,
            Wall::Stands => EPOCH,
            Wall::GoesBack => EPOCH - seconds,
        };
        Some(UnixTime::from_seconds(shown))
    }
}
