//! [`Bug`]: faults that can be planted around the shipped code, to show that the oracle would catch them in it.

use core::fmt;
use core::str::FromStr;

/// A fault of a client, planted in the operation's wrapper (`planted`), the transport (`exchange`), the journal (`disk`)
/// or the driver (`world`, `client`) of the simulation. The shipped code has no switch for any of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bug {
    /// A create whose connection was reset is sent once more.
    ResendOnReset,
    /// No snapshot: the list before the create is taken as empty.
    NoSnapshot,
    /// A create goes out however old its snapshot is.
    OldSnapshot,
    /// The intent is recorded after the create was answered.
    IntentAfterSend,
    /// The intent's line was not flushed, and a crash loses it.
    IntentNotFlushed,
    /// A failed request is sent again at once, past the pacer.
    RetryPastPacer,
    /// A reading that failed is taken for an empty list.
    FailedReadingIsEmpty,
    /// A list that broke off is taken for a whole one.
    CutListIsWhole,
    /// After a code 5 the create is sent again without a reading.
    Code5WithoutRecheck,
    /// A refusal of a later send is believed.
    LaterRefusalBelieved,
    /// An intent whose owner lives is settled by another.
    ClaimNotTaken,
    /// The journal does not say which orders other intents have.
    AttributionIgnored,
    /// Limits are checked against what the journal said before, not in the hold that appends.
    LimitOutsideLock,
    /// The order is told only after its intent is marked as resolved.
    ToldAfterRecord,
    /// The transport says "never sent" of a request that left.
    FalseNotSent,
    /// Strict pacing was asked for, and spacing counts from starts.
    NotStrict,
    /// A dropped call keeps its turn.
    DroppedTurn,
    /// Whoever waits behind others is never woken.
    LostWake,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::ResendOnReset,
        Self::NoSnapshot,
        Self::OldSnapshot,
        Self::IntentAfterSend,
        Self::IntentNotFlushed,
        Self::RetryPastPacer,
        Self::FailedReadingIsEmpty,
        Self::CutListIsWhole,
        Self::Code5WithoutRecheck,
        Self::LaterRefusalBelieved,
        Self::ClaimNotTaken,
        Self::AttributionIgnored,
        Self::LimitOutsideLock,
        Self::ToldAfterRecord,
        Self::FalseNotSent,
        Self::NotStrict,
        Self::DroppedTurn,
        Self::LostWake,
    ];
}

impl Bug {
    /// Whether it loses money or an order in the runs, rather than to break a rule that keeps from that.
    #[must_use]
    pub fn shows_in_the_ledger(self) -> bool {
        // The others are kept from it by other rules: an old snapshot by the dates, a claim that was not taken by
        // attribution, an early start by the service's own "too fast", a lost turn by the deadline. What passes a limit is known, and paid for.
        !matches!(
            self,
            Self::OldSnapshot
                | Self::RetryPastPacer
                | Self::ClaimNotTaken
                | Self::LimitOutsideLock
                | Self::ToldAfterRecord
                | Self::NotStrict
                | Self::DroppedTurn
                | Self::LostWake
        )
    }
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl FromStr for Bug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|bug| bug.to_string() == text);
        known.ok_or_else(|| format!("no such bug; there are {:?}", Self::ALL))
    }
}
