//! [`Breach`]: why a limit refuses a spend, with the arithmetic.

use crate::excerpt::Excerpt;
use crate::model::{OrderId, Usd, UsdPerHour};
use core::fmt;

/// Why a limit refuses a spend. Its text shows the arithmetic.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Breach {
    /// The price of one server, without the fee, is above the limit.
    Rate {
        /// The limit.
        max: UsdPerHour,
        /// What this spend asks for.
        price: UsdPerHour,
    },
    /// The day would come above the limit.
    PerDay {
        /// The limit.
        max: Usd,
        /// What stands already.
        day: DaySum,
        /// 24 h of what this spend asks for, with the fee.
        adds: Usd,
        /// All of it.
        total: Usd,
    },
    /// There would be too many orders.
    OpenOrders {
        /// The limit.
        max: u32,
        /// What stands already.
        open: OpenCount,
        /// How many this spend asks for.
        adds: u32,
    },
    /// A limit counts orders, and neither a journal nor a complete reading says which there are.
    Uncounted,
    /// A limit in dollars needs a price that is not known.
    Unpriced {
        /// The limit: `max_rate` or `max_total_per_day`.
        limit: &'static str,
        /// Whose price.
        of: Unpriced,
    },
}

/// What a day comes to before anything new, US dollars with fees.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct DaySum {
    /// What orders that are over cost in the last 24 h.
    pub ended: Usd,
    /// 24 h of every order that is open or may be.
    pub open: Usd,
    /// How many those are.
    pub open_orders: u32,
}

impl DaySum {
    /// Both parts.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.ended.saturating_add(self.open)
    }
}

/// How many orders are open or may be.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct OpenCount {
    /// By the journal: orders that are not known to be over, open intents, and what was done without naming its orders
    /// as far as no row accounts for it.
    pub journal: u32,
    /// By the reading: rows that are not over, and open intents not among them. `None`: no complete reading.
    pub reading: Option<u32>,
    /// Those of the journal that the reading does not show: it may lag behind.
    pub unlisted: u32,
}

impl OpenCount {
    /// Each order once: what the reading shows, and what the journal knows beside it.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.reading.map_or(self.journal, |reading| reading.saturating_add(self.unlisted))
    }
}

/// Whose price is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Unpriced {
    /// That of the spend itself.
    ThisSpend,
    /// That of an order that is open, or cost something in the last 24 h.
    Order(OrderId),
    /// That of an open intent, or of one that was done without naming its order.
    Intent(Excerpt),
    /// That of a row without a readable id.
    UnreadableRow,
}

impl Breach {
    /// `max_rate`, `max_total_per_day` or `max_open_orders`.
    #[must_use]
    pub fn limit(&self) -> &'static str {
        match self {
            Self::Rate { .. } => "max_rate",
            Self::PerDay { .. } => "max_total_per_day",
            Self::OpenOrders { .. } => "max_open_orders",
            Self::Uncounted => "max_open_orders or max_total_per_day",
            Self::Unpriced { limit, .. } => limit,
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate { max, price } => {
                write!(f, "the limit of {max} for one server (without the fee): this one costs {price}")
            }
            Self::PerDay { max, day, adds, total } => write!(
                f,
                "the limit of {max} a day: {} for orders that ended in the last 24 h + {} for 24 h of {} open \
                 (orders and open intents) + {adds} for 24 h of this one = {total}, fees included",
                day.ended, day.open, day.open_orders
            ),
            Self::OpenOrders { max, open, adds } => {
                write!(f, "the limit of {max} open orders: {} open by the journal", open.journal)?;
                if let Some(reading) = open.reading {
                    write!(f, ", {reading} by the list of orders, {} that it does not show", open.unlisted)?;
                }
                write!(f, " (open intents included); {} + {adds} asked for", open.total())
            }
            Self::Uncounted => f.write_str(
                "a limit counts orders, and neither a journal nor a complete list of orders says which there are",
            ),
            Self::Unpriced { limit, of } => {
                write!(f, "the limit {limit}: {of} is not known in dollars")?;
                if *of == Unpriced::ThisSpend {
                    f.write_str(
                        " (a listed price counts if it is at most 30 s old and sent as a guard, as `rent` does: search again)",
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Unpriced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThisSpend => f.write_str("its price"),
            Self::Order(order) => write!(f, "the price of order {order}"),
            Self::Intent(intent) => write!(f, "the price of the intent {intent}"),
            Self::UnreadableRow => f.write_str("the price of an order whose row has no readable id"),
        }
    }
}
