//! [`Condition`]: what [`WaitForOrder`](super::WaitForOrder) waits for, put together from parts.
//!
//! A condition judges one [`Look`] at the order and says yes, no, or that this look does not tell. The third answer is
//! what keeps an absence from being taken for an end: lists lag, so a look that merely lacks the order tells neither
//! [`running`] nor `not(running())`. Nor does a status word that this version does not know.
//!
//! | look | [`running`] | [`has_ssh`] | [`gone`] |
//! |---|---|---|---|
//! | running, with an SSH address | yes | yes | no |
//! | running, without one | yes | no | no |
//! | creating, bidding, paused, offline | no | no | no |
//! | cancelled, expired, outbid, failed, ended | no | no | yes |
//! | a word that is not known | does not tell | does not tell | does not tell |
//! | missing from both lists | does not tell | does not tell | does not tell |
//! | missing for good | no | no | yes |
//!
//! ```
//! use clore_core::model::OrderId;
//! use clore_core::op::condition::{Condition, gone, has_ssh, not, running, when};
//! use clore_core::op::WaitForOrder;
//! use core::time::Duration;
//!
//! let id = OrderId::new(1_234_567);
//! // Ready to log in, or over: whichever comes first.
//! let ready_or_over = WaitForOrder::new(id).until(has_ssh().or(gone()));
//! // Something of your own: its web page has a port.
//! let web = when(|look| look.order().is_some_and(|order| order.http.is_some()));
//! let with_web = WaitForOrder::new(id).until(running().and(web)).timeout(Duration::from_secs(600));
//! // Stopped, whether paused, lost or over; never because a list lacked it once.
//! let stopped: Condition = not(running());
//! # let _ = (ready_or_over, with_web, stopped);
//! ```

use crate::model::{Order, OrderStatus};
use core::fmt;
use std::sync::Arc;

/// What is waited for. See the [module](self).
#[derive(Clone)]
pub struct Condition(Part);

#[derive(Clone)]
enum Part {
    Running,
    HasSsh,
    Gone,
    When(Arc<dyn Fn(&Look<'_>) -> bool + Send + Sync>),
    Not(Box<Part>),
    And(Box<(Part, Part)>),
    Or(Box<(Part, Part)>),
}

/// The order runs: its host and a port are there (api-facts 4.3, rule 4). That is not "sshd answers".
#[must_use]
pub fn running() -> Condition {
    Condition(Part::Running)
}

/// The order runs and has an SSH address.
#[must_use]
pub fn has_ssh() -> Condition {
    Condition(Part::HasSsh)
}

/// The order is over. Exactly when one of these holds:
///
/// - its own row says that it ended, by a word or a date of the service;
/// - the list with completed orders has it, while the active list lacks it, read before that one and, whole, after it,
///   and it is older than the [`grace`](crate::config::ConfigBuilder::grace) time (60 s): no list of a new order counts;
/// - it is missing for good: both lists, read whole, lacked it in every look of a whole grace time, and in at least
///   three.
///
/// A single look that merely lacks the order never says so: the lists lag (api-facts 4.3, rule 8).
#[must_use]
pub fn gone() -> Condition {
    Condition(Part::Gone)
}

/// What a closure says of each look, those that lack the order included.
///
/// It is called while nothing is locked and no request is in flight: if it panics, the panic ends this wait only.
/// It had better be quick, and say the same of the same look: what it says of an order that is over is taken for final.
#[must_use]
pub fn when(condition: impl Fn(&Look<'_>) -> bool + Send + Sync + 'static) -> Condition {
    Condition(Part::When(Arc::new(condition)))
}

/// What `condition` says no to. Where a look does not tell, neither does this.
#[must_use]
pub fn not(condition: Condition) -> Condition {
    Condition(Part::Not(Box::new(condition.0)))
}

impl Condition {
    /// Both. One that says no decides; the second is not asked then.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Part::And(Box::new((self.0, other.0))))
    }

    /// At least one of both. One that says yes decides; the second is not asked then.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Part::Or(Box::new((self.0, other.0))))
    }

    /// Yes, no, or `None`: this look does not tell.
    #[must_use]
    pub fn judge(&self, look: &Look<'_>) -> Option<bool> {
        self.0.judge(look)
    }
}

impl Part {
    fn judge(&self, look: &Look<'_>) -> Option<bool> {
        match self {
            Self::Running => look.tells(false, |order| order.status.is_running()),
            Self::HasSsh => look.tells(false, |order| order.status.is_running() && order.ssh().is_some()),
            Self::Gone => look.tells(true, |order| order.status.is_end()),
            Self::When(condition) => Some(condition(look)),
            Self::Not(part) => part.judge(look).map(|holds| !holds),
            Self::And(parts) => joined(parts, look, false),
            Self::Or(parts) => joined(parts, look, true),
        }
    }
}

/// One part that says `decisive` decides; else both have to tell.
fn joined((one, other): &(Part, Part), look: &Look<'_>, decisive: bool) -> Option<bool> {
    let first = one.judge(look);
    if first == Some(decisive) {
        return first;
    }
    let second = other.judge(look);
    if second == Some(decisive) { second } else { first.and(second) }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("running"),
            Self::HasSsh => f.write_str("has_ssh"),
            Self::Gone => f.write_str("gone"),
            Self::When(_) => f.write_str("when(..)"),
            Self::Not(part) => write!(f, "not({part:?})"),
            Self::And(parts) => write!(f, "({:?} and {:?})", parts.0, parts.1),
            Self::Or(parts) => write!(f, "({:?} or {:?})", parts.0, parts.1),
        }
    }
}

/// Which list has an order.
///
/// Closed: the service has these two.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum List {
    /// The active orders.
    Active,
    /// Only the list with completed ones.
    Completed,
}

/// What one look at the lists saw: the order and where, or that both lists, read whole, lack it.
///
/// A look that failed, or whose lists could not be read whole, is never one that lacks the order.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    seen: Option<(&'a Order, List)>,
    earlier: Option<&'a Order>,
    for_good: bool,
}

impl<'a> Look<'a> {
    /// A look that saw `order`.
    #[must_use]
    pub fn seen(order: &'a Order, list: List) -> Self {
        Self { seen: Some((order, list)), earlier: None, for_good: false }
    }

    /// A look whose two lists lack the order; `for_good` as [`gone`] defines it.
    #[must_use]
    pub fn missing(for_good: bool) -> Self {
        Self { seen: None, earlier: None, for_good }
    }

    /// The same, and what the last look before it that saw the order had seen.
    #[must_use]
    pub fn after(mut self, earlier: Option<&'a Order>) -> Self {
        self.earlier = earlier;
        self
    }

    /// The order, its status judged with what earlier looks saw. `None`: both lists lack it, which is no end.
    #[must_use]
    pub fn order(&self) -> Option<&'a Order> {
        self.seen.map(|(order, _)| order)
    }

    /// Where the order is. `None`: both lists lack it.
    #[must_use]
    pub fn list(&self) -> Option<List> {
        self.seen.map(|(_, list)| list)
    }

    /// The order as the last look before this one that saw it had seen it.
    #[must_use]
    pub fn earlier(&self) -> Option<&'a Order> {
        self.earlier
    }

    /// Whether the order is over, as [`gone`] defines it.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.seen.map_or(self.for_good, |(order, _)| order.status.is_end())
    }

    /// `judge` of a status that is known; `gone` of an order that is missing for good.
    fn tells(&self, gone: bool, judge: impl Fn(&Order) -> bool) -> Option<bool> {
        match self.order() {
            None => self.for_good.then_some(gone),
            Some(order) if matches!(order.status, OrderStatus::Other(_) | OrderStatus::NotSeen) => None,
            Some(order) => Some(judge(order)),
        }
    }
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
