//! One order: how it was placed, what holds of it now, and what it has cost.

use std::time::Duration;

use crate::coin::Coin;

pub(crate) const DAY: f64 = 86_400.0;
/// api-facts 3.5: the creation fee is charged only after 10 minutes of rental.
pub(crate) const CREATION_FEE_AFTER: Duration = Duration::from_secs(600);

/// How an order holds its machine.
///
/// Closed on purpose: the service knows these two (api-facts 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// At the listed price, until its end.
    OnDemand,
    /// As long as no bid is higher and nobody rents on demand.
    Spot,
}

impl Kind {
    /// The word on the wire.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::OnDemand => "on-demand",
            Kind::Spot => "spot",
        }
    }
}

/// Why an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The account cancelled it.
    Cancelled,
    /// Its maximum rental length was over.
    Expired,
    /// Somebody rented the machine on demand from under a bid.
    Outbid,
    /// The wallet of its coin ran dry.
    OutOfMoney,
}

/// What is true of an order at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It holds the machine, which still boots.
    Creating,
    Running,
    /// A bid that has never held the machine.
    Bidding,
    /// A bid that has lost the machine to a higher one, and may get it back.
    Outbid,
    Ended(EndReason),
}

/// What a create asks for, checked.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    pub(crate) server: u64,
    /// Place of the machine in the market.
    pub(crate) machine: usize,
    pub(crate) kind: Kind,
    pub(crate) coin: Coin,
    pub(crate) price: f64,
    pub(crate) fee: f64,
    pub(crate) creation_fee: f64,
    pub(crate) image: String,
    pub(crate) tcp: Vec<u16>,
    pub(crate) http: Option<u16>,
    pub(crate) max_rental: Duration,
    /// When `my_orders` first shows it, counted from its creation.
    pub(crate) lag: Duration,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) asked: Placement,
    pub(crate) created: Duration,
    pub(crate) end: Option<(Duration, EndReason)>,
    /// Coin per day; a bid may change it.
    pub(crate) price: f64,
    pub(crate) last_lowered: Option<Duration>,
    pub(crate) creation_fee_paid: f64,
    /// When it last got the machine, while it has it.
    holds_since: Option<Duration>,
    /// Up to when the sums below are right.
    settled: Duration,
    held: Duration,
    rent: f64,
    first_held: Option<Duration>,
}

impl Order {
    pub(crate) fn new(id: u64, created: Duration, asked: Placement) -> Order {
        Order {
            id,
            price: asked.price,
            asked,
            created,
            end: None,
            last_lowered: None,
            creation_fee_paid: 0.0,
            holds_since: None,
            settled: created,
            held: Duration::ZERO,
            rent: 0.0,
            first_held: None,
        }
    }

    pub(crate) fn holds(&self) -> bool {
        self.holds_since.is_some()
    }

    /// When it first got its machine. None: a bid that never won.
    pub(crate) fn first_held(&self) -> Option<Duration> {
        self.first_held
    }

    pub(crate) fn alive(&self) -> bool {
        self.end.is_none()
    }

    /// What it takes from the wallet per day while it holds the machine.
    pub(crate) fn burn(&self) -> f64 {
        self.price * (1.0 + self.asked.fee)
    }

    pub(crate) fn settle(&mut self, at: Duration) {
        if self.holds() {
            let span = at.saturating_sub(self.settled);
            self.rent += self.price * span.as_secs_f64() / DAY;
            self.held += span;
        }
        self.settled = self.settled.max(at);
    }

    pub(crate) fn take(&mut self, at: Duration) {
        self.settle(at);
        self.holds_since = Some(at);
        self.first_held = self.first_held.or(Some(at));
    }

    pub(crate) fn let_go(&mut self, at: Duration) {
        self.settle(at);
        self.holds_since = None;
    }

    fn unsettled(&self, now: Duration) -> Duration {
        if self.holds() { now.saturating_sub(self.settled) } else { Duration::ZERO }
    }

    /// How long it has held the machine until `now`.
    pub(crate) fn held(&self, now: Duration) -> Duration {
        self.held + self.unsettled(now)
    }

    /// Price times time until `now`, without any fee.
    pub(crate) fn rent(&self, now: Duration) -> f64 {
        self.rent + self.price * self.unsettled(now).as_secs_f64() / DAY
    }

    /// What the wallet paid for it until `now`, without the creation fee.
    pub(crate) fn spend(&self, now: Duration) -> f64 {
        self.rent(now) * (1.0 + self.asked.fee)
    }

    pub(crate) fn standing(&self, now: Duration, boot: Duration) -> Standing {
        match (self.end, self.holds_since) {
            (Some((_, why)), _) => Standing::Ended(why),
            (None, Some(since)) if now.saturating_sub(since) >= boot => Standing::Running,
            (None, Some(_)) => Standing::Creating,
            (None, None) if self.first_held.is_some() => Standing::Outbid,
            (None, None) => Standing::Bidding,
        }
    }

    /// Whether `my_orders` shows it at all yet.
    pub(crate) fn visible(&self, now: Duration, lag: Duration) -> bool {
        now.saturating_sub(self.created) >= self.asked.lag.max(lag)
    }
}
