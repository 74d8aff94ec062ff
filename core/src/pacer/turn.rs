//! What goes in and out of the queue: tickets, turns, grants, and how they end.

use core::fmt;
use core::time::Duration;

use crate::effect::Lane;
use crate::time::Moment;

/// A place in a lane. End it by a grant or by `cancel`; one that is only forgotten holds up its lane.
#[derive(PartialEq, Eq, Debug)]
#[must_use = "a forgotten ticket holds up its lane"]
pub struct Ticket {
    pub(super) lane: Lane,
    pub(super) place: u64,
}

impl Ticket {
    /// The lane it waits in.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        self.lane
    }
}

/// Leave to start one request now. End it by `settle` or `give_back`, once.
#[derive(PartialEq, Eq, Debug)]
#[must_use = "a grant that is not settled holds up creates and strict spacing"]
pub struct Grant {
    pub(super) lane: Lane,
    pub(super) place: u64,
    pub(super) number: u64,
    pub(super) at: Moment,
}

impl Grant {
    /// The lane it was given to.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        self.lane
    }

    /// When it was given; the request counts as started then.
    #[must_use]
    pub const fn at(&self) -> Moment {
        self.at
    }
}

/// What a waiter is told.
///
/// Closed: a waiter goes, waits for time, or waits for others.
#[derive(PartialEq, Eq, Debug)]
#[must_use]
pub enum Turn {
    /// Start now. The ticket is spent.
    Go(Grant),
    /// It is head of its lane: look again at this moment, or when woken. The moment is later than every moment the
    /// pacer has seen, save at the very end of time.
    Until(Moment, WaitReason),
    /// Others of its lane are before it; it is woken when it becomes head.
    Behind,
}

/// What the head of a lane waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum WaitReason {
    /// The spacing of all requests.
    Interval,
    /// The spacing of creates.
    CreateGap,
    /// The pause after a code 5.
    Penalty,
    /// The answer of the previous request (for a create: of the previous create), or spacing counted from it.
    Strict,
    /// Another lane, which is due before this one.
    Turn,
}

/// How the request of a grant ended.
///
/// Closed: each has its own effect on the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feedback {
    /// No byte left: the start does not count.
    Unsent,
    /// Any answer but "too fast", refusals included.
    Answered,
    /// Code 5 or HTTP 429.
    TooFast {
        /// What `Retry-After` asked for, if anything; believed up to 120 s.
        retry_after: Option<Duration>,
    },
    /// Closed without an answer: failed, timed out or dropped. It may still arrive.
    Lost,
    /// Another host answered: it says nothing of the service's pace, and nothing is on its way to the service.
    Elsewhere,
}

/// The lane is full: nothing was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct QueueFull {
    /// The lane that is full.
    pub lane: Lane,
    /// How many wait in it.
    pub waiting: usize,
}

impl fmt::Display for QueueFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests already wait for their turn", self.waiting)
    }
}

impl core::error::Error for QueueFull {}

/// Why no place was taken.
///
/// Closed: a lane is full, or too long for the time that is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoPlace {
    /// The lane is full.
    Full(QueueFull),
    /// No turn can come in time.
    TooLate {
        /// When one could come at the earliest.
        earliest: Moment,
    },
}

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(full) => full.fmt(f),
            Self::TooLate { .. } => f.write_str("no turn can come before the deadline"),
        }
    }
}

impl core::error::Error for NoPlace {}

/// How many wait, by lane.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Waiting {
    /// In [`Lane::Rescue`].
    pub rescue: usize,
    /// In [`Lane::Create`].
    pub create: usize,
    /// In [`Lane::Normal`].
    pub normal: usize,
}

impl Waiting {
    /// In all lanes.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.rescue.saturating_add(self.create).saturating_add(self.normal)
    }
}
