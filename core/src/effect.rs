//! The three words everything else speaks in: what a request changes, which lane it waits in, how far it got.

/// What a request changes at the service, and therefore when it may be sent again.
///
/// Closed: retry, journal and pacing decide by exhaustive tables over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Changes nothing; may be sent again.
    Read,
    /// Names its target (a cancel): sending it twice ends where sending it once does.
    Idempotent,
    /// Changes a bill that exists (`set_spot_price`): sent once, confirmed by reading.
    Reprice,
    /// Makes a new bill (`create_order`): sent at most once per intent, settled by reading.
    Spend,
}

impl Effect {
    /// Every effect, for tables and tests.
    pub const ALL: [Self; 4] = [Self::Read, Self::Idempotent, Self::Reprice, Self::Spend];

    /// The queue of such a request, unless its call says another: what names its target is taken for a cancel.
    #[must_use]
    pub const fn lane(self) -> Lane {
        match self {
            Self::Idempotent => Lane::Rescue,
            Self::Spend => Lane::Create,
            Self::Read | Self::Reprice => Lane::Normal,
        }
    }

    /// Whether such a request in `lane` is a cancel: it goes before the readings of its lane, and has the reserve of
    /// the retry budget.
    #[must_use]
    pub(crate) fn is_cancel_in(self, lane: Lane) -> bool {
        self == Self::Idempotent && lane == Lane::Rescue
    }
}

/// Which queue of the pacer a request waits in.
///
/// Closed: the pacer's alternation is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lane {
    /// Ends what may be billing: cancels, and the readings that settle a rental.
    Rescue,
    /// Creates, which have a gap of their own (5.5 s).
    Create,
    /// Everything else.
    Normal,
}

impl Lane {
    /// Every lane, for tables and tests.
    pub const ALL: [Self; 3] = [Self::Rescue, Self::Create, Self::Normal];
}

/// How far a request certainly got.
///
/// Closed: "may this be sent again?" is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Delivery {
    /// No byte of the request was given to the network.
    NotSent,
    /// At least one byte may have been, and no whole answer came back.
    Unknown,
    /// A whole answer came back.
    Answered,
}

impl Delivery {
    /// Every state, for tables and tests.
    pub const ALL: [Self; 3] = [Self::NotSent, Self::Unknown, Self::Answered];
}
