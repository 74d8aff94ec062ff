//! [`Watched`]: one order as a guard over all orders keeps it, from round to round.

use crate::event::{Standing, WatchedOrder};
use crate::model::{OrderId, ServerId};
use crate::op::guard::Meter;
use crate::time::Moment;
use core::time::Duration;

/// So many complete lists in a row have to lack an order, over the grace time at least, before its meter is given up.
const LEAST_MISSING: u32 = 3;

/// One order and its meter.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) server: Option<ServerId>,
    pub(super) meter: Meter,
    pub(super) rights: Rights,
    /// When it was seen first.
    pub(super) since: Moment,
    /// Since when, and in how many complete lists in a row, it is missing.
    pub(super) missing: Option<(Moment, u32)>,
    /// It was told that its cost is not known.
    pub(super) blind_told: bool,
}

/// What may be done about an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rights {
    MayEnd,
    /// It was found by reading after a success without an id: when the readings show it alone.
    WhenAlone,
    NotCertain,
    NotOurs,
}

impl Rights {
    /// Whether a cap may end it, perhaps after more readings.
    pub(super) fn may_end(self) -> bool {
        matches!(self, Self::MayEnd | Self::WhenAlone)
    }
}

impl Watched {
    pub(super) fn new(meter: Meter, rights: Rights, since: Moment) -> Self {
        Self { server: None, meter, rights, since, missing: None, blind_told: false }
    }

    /// A complete list lacks it. Whether it is watched on.
    pub(super) fn lacked(&mut self, now: Moment, grace: Duration) -> bool {
        let (since, lists) = self.missing.map_or((now, 1), |(since, lists)| (since, lists.saturating_add(1)));
        self.missing = Some((since, lists));
        lists < LEAST_MISSING || now.since(since) < grace
    }

    pub(super) fn row(&self, order: OrderId, now: Moment, once: bool) -> WatchedOrder {
        let standing = match (self.rights, self.meter.caps.is_empty()) {
            _ if self.missing.is_some() => Standing::Missing(self.meter.passed(now)),
            (Rights::NotOurs, _) => Standing::NotOurs,
            (_, true) => Standing::NoCap,
            (Rights::NotCertain, false) => Standing::NotCertain(self.meter.passed(now)),
            (Rights::MayEnd | Rights::WhenAlone, false) if self.meter.is_blind(now) => Standing::NotMeasured,
            // A single round has no time of its own to go by.
            (Rights::MayEnd | Rights::WhenAlone, false)
                if once && self.meter.is_ageless() && self.meter.passed(now).is_none() =>
            {
                Standing::NotMeasured
            }
            (Rights::MayEnd | Rights::WhenAlone, false) => Standing::Within,
        };
        let (server, caps) = (self.server, self.meter.caps);
        let (ran, cost) = (Some(self.meter.ran_at(now)), self.meter.cost_at(now));
        WatchedOrder { order, server, caps, ran, cost, standing }
    }
}
