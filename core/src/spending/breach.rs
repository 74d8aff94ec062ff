//! [`Breach`]: why a limit refuses a spend, with the arithmetic.

use crate::excerpt::Excerpt;
use crate::model::{OrderId, Usd, UsdPerHour};
use crate::time::UnixTime;
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
        /// What counts as open.
        counted: Counted,
        /// The wall's time and that of the journal's newest line, where the clock stands more than a minute before it:
        /// the day is counted by the line's.
        clock: Option<(UnixTime, UnixTime)>,
    },
    /// There would be too many orders.
    OpenOrders {
        /// The limit.
        max: u32,
        /// What stands already.
        open: OpenCount,
        /// How many this spend asks for.
        adds: u32,
        /// What counts as open.
        counted: Counted,
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

/// What a limit counted as open, by name, so that a person can look: the first of them.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Counted {
    /// Orders of the journal and of the reading, at most [`Counted::MOST`].
    pub orders: Vec<OrderId>,
    /// Open intents, and those that were done without naming their orders, at most [`Counted::MOST`].
    pub intents: Vec<Excerpt>,
}

impl Counted {
    /// Names of each kind that are kept.
    pub const MOST: usize = 5;

    pub(super) fn new(
        orders: impl IntoIterator<Item = OrderId>,
        intents: impl IntoIterator<Item = Excerpt>,
    ) -> Self {
        let orders = orders.into_iter().take(Self::MOST).collect();
        Self { orders, intents: intents.into_iter().take(Self::MOST).collect() }
    }
}

impl fmt::Display for Counted {
    /// ` [orders 1, 2; intents a]`, or nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: Vec<String>, what: &str| {
            (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
        };
        let orders = list(self.orders.iter().map(ToString::to_string).collect(), "orders");
        let intents = list(self.intents.iter().map(ToString::to_string).collect(), "intents");
        let both: Vec<String> = orders.into_iter().chain(intents).collect();
        if both.is_empty() { Ok(()) } else { write!(f, " [{}]", both.join("; ")) }
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
            Self::PerDay { max, day, adds, total, counted, clock } => {
                write!(
                    f,
                    "the limit of {max} a day: {} for orders that ended in the last 24 h + {} for 24 h of {} open \
                     (orders and open intents{counted}) + {adds} for 24 h of this one = {total}, fees included",
                    day.ended, day.open, day.open_orders
                )?;
                if let Some((wall, newest)) = clock {
                    write!(
                        f,
                        "; the clock says {}, and the journal's newest line is of {}, at which the day is counted: set \
                         the clock if it is wrong",
                        date(*wall),
                        date(*newest)
                    )?;
                }
                Ok(())
            }
            Self::OpenOrders { max, open, adds, counted } => {
                write!(f, "the limit of {max} open orders: {} open by the journal", open.journal)?;
                if let Some(reading) = open.reading {
                    write!(f, ", {reading} by the list of orders, {} that it does not show", open.unlisted)?;
                }
                write!(f, " (open intents included){counted}; {} + {adds} asked for", open.total())
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

fn date(time: UnixTime) -> String {
    let since = u64::try_from(time.seconds()).ok().map(core::time::Duration::from_secs);
    let date = since.and_then(|since| std::time::UNIX_EPOCH.checked_add(since));
    // Later years than HTTP can say.
    date.filter(|_| time.seconds() < 253_402_300_800)
        .map_or_else(|| format!("second {}", time.seconds()), httpdate::fmt_http_date)
}
