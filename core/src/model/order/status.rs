//! [`OrderStatus`]: what an order is doing, derived by the rules of api-facts 4.3.
//!
//! No field says it dependably, so the rules are tried in order and the answer names the one that fitted. An ended
//! order is never shown as running, and absence is never taken for an end.

use super::Order;
use crate::excerpt::Excerpt;
use crate::model::kind::Kind;
use crate::model::money::Amount;
use crate::time::UnixTime;
use core::fmt;
use rust_decimal::Decimal;

/// After this time a host that is still not online is lost rather than starting (rule 5).
const STARTING_SECONDS: i64 = 15 * 60;

/// What an order is doing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum OrderStatus {
    /// Being set up.
    Creating,
    /// A spot order that does not hold the machine yet.
    Bidding,
    /// Host and ports are there. Not yet "sshd answers".
    Running,
    /// Stopped for now.
    Paused,
    /// The host is lost; assume that it bills until cancelled.
    Offline,
    /// Ended by a cancel.
    Cancelled,
    /// Ended by its time.
    Expired,
    /// A spot order that lost its machine to a higher bid.
    Outbid,
    /// Ended by a failure.
    Failed,
    /// Ended, for a reason that is not known.
    Ended,
    /// Missing in the active list, and nothing says yet that it is over: the lists lag. No row can say this; readers of
    /// lists do.
    NotSeen,
    /// A word this version does not know, as the service said it.
    Other(Excerpt),
}

/// Where a status comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum StatusSource {
    /// The service said so in a word (rule 1).
    Reported,
    /// By the rule of this number of api-facts 4.3.
    Derived(u8),
}

/// What is known beside the row itself. By default nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatusContext {
    now: Option<UnixTime>,
    was_running: bool,
    spent_before: Option<Amount>,
    winning_bid: bool,
    left_active_list: bool,
}

const WORDS: [(&str, OrderStatus); 20] = [
    ("creating", OrderStatus::Creating),
    ("pending", OrderStatus::Creating),
    ("created", OrderStatus::Creating),
    ("starting", OrderStatus::Creating),
    ("deploying", OrderStatus::Creating),
    ("running", OrderStatus::Running),
    ("active", OrderStatus::Running),
    ("paused", OrderStatus::Paused),
    ("cancelled", OrderStatus::Cancelled),
    ("canceled", OrderStatus::Cancelled),
    ("terminated", OrderStatus::Cancelled),
    ("deleted", OrderStatus::Cancelled),
    ("closed", OrderStatus::Cancelled),
    ("expired", OrderStatus::Expired),
    ("completed", OrderStatus::Expired),
    ("finished", OrderStatus::Expired),
    ("ended", OrderStatus::Expired),
    ("outbid", OrderStatus::Outbid),
    ("failed", OrderStatus::Failed),
    ("error", OrderStatus::Failed),
];

impl OrderStatus {
    /// The status a word of the service means (rule 1); blanks around it and case do not count.
    #[must_use]
    pub fn named(word: &str) -> Self {
        let word = word.trim();
        WORDS
            .iter()
            .find(|(known, _)| word.eq_ignore_ascii_case(known))
            .map_or_else(|| Self::Other(Excerpt::new(word, 64)), |(_, status)| status.clone())
    }

    /// Whether the order is over.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Cancelled | Self::Expired | Self::Outbid | Self::Failed | Self::Ended)
    }

    /// Whether an order of this status, `expired` by its flag or not, surely bills no more: the flag, or a word for
    /// "cancelled". The others, those for "expired" too, were never seen with a bill that had ended (api-facts 4.3).
    pub(crate) fn surely_ends(&self, expired: bool) -> bool {
        expired || *self == Self::Cancelled
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running)
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Creating => "creating",
            Self::Bidding => "bidding",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Offline => "offline",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Outbid => "outbid",
            Self::Failed => "failed",
            Self::Ended => "ended",
            Self::NotSeen => "not seen",
            Self::Other(word) => word.as_str(),
        })
    }
}

impl StatusContext {
    /// Nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The service's own time, from its `Date` header; never the local clock.
    #[must_use]
    pub fn now(mut self, now: UnixTime) -> Self {
        self.now = Some(now);
        self
    }

    /// An earlier reading of the same order: whether it ran, and what it had spent.
    #[must_use]
    pub fn after(mut self, earlier: &Order) -> Self {
        self.was_running |= earlier.status.is_running();
        self.spent_before.clone_from(&earlier.spend);
        self
    }

    /// The spot market shows an own bid that is active: the only direct proof that a spot order runs.
    #[must_use]
    pub fn winning_bid(mut self, winning: bool) -> Self {
        self.winning_bid = winning;
        self
    }

    /// A complete active list lacks the order, while the list with completed ones has it (rule 7).
    #[must_use]
    pub fn left_active_list(mut self, left: bool) -> Self {
        self.left_active_list = left;
        self
    }
}

impl Order {
    /// The status by the first rule of api-facts 4.3 that fits, in `context`.
    #[must_use]
    pub fn status_in(&self, context: &StatusContext) -> (OrderStatus, StatusSource) {
        let (status, source) = self.status_of_row(context);
        if context.left_active_list && !status.is_end() {
            return (OrderStatus::Ended, StatusSource::Derived(7));
        }
        (status, source)
    }

    fn status_of_row(&self, context: &StatusContext) -> (OrderStatus, StatusSource) {
        if let Some(word) = &self.reported_status {
            let said = OrderStatus::named(word.as_str());
            if self.expired && !said.is_end() {
                return (OrderStatus::Ended, StatusSource::Derived(0));
            }
            return (said, StatusSource::Reported);
        }
        let derived = |status, rule| (status, StatusSource::Derived(rule));
        let is_past = |end: UnixTime| context.now.is_some_and(|now| now.since(end) > 0);
        if self.expired || self.end.is_some_and(is_past) {
            return derived(OrderStatus::Ended, 2);
        }
        if self.paused {
            return derived(OrderStatus::Paused, 3);
        }
        if self.is_reachable() && self.online != Some(false) {
            return match self.kind {
                Kind::OnDemand => derived(OrderStatus::Running, 4),
                Kind::Spot if self.spot_holds_the_machine(context) => derived(OrderStatus::Running, 4),
                Kind::Spot => derived(OrderStatus::Bidding, 4),
            };
        }
        let is_old = |created: UnixTime| context.now.is_some_and(|now| now.since(created) > STARTING_SECONDS);
        if self.online == Some(false) && (context.was_running || self.created.is_some_and(is_old)) {
            return derived(OrderStatus::Offline, 5);
        }
        match self.kind {
            Kind::OnDemand => derived(OrderStatus::Creating, 6),
            Kind::Spot => derived(OrderStatus::Bidding, 6),
        }
    }

    fn is_reachable(&self) -> bool {
        let web = self.http.as_ref().is_some_and(|http| http.host.is_some() && http.port.is_some());
        (!self.hosts.is_empty() && !self.tcp_ports.is_empty()) || web
    }

    fn spot_holds_the_machine(&self, context: &StatusContext) -> bool {
        let spent = self.spend.as_ref().map(Amount::amount);
        let grew = match (spent, context.spent_before.as_ref().map(Amount::amount)) {
            (Some(now), Some(before)) => now > before,
            _ => false,
        };
        context.winning_bid || grew || spent.is_some_and(|spent| spent > Decimal::ZERO)
    }
}
