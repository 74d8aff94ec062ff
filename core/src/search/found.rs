//! [`Found`]: servers that fit, in an order that is total, whatever their prices are (reliability S22).

use crate::model::{Coin, CostEstimate, Kind, Rate, Server, UsdPerHour};
use core::cmp::{Ordering, Reverse};

/// A server that fits, with its price for the kind and coin that were asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The server.
    pub server: Server,
    /// Its price in dollars; `None`: not known.
    pub price: Option<UsdPerHour>,
    /// Its listed price in the paying coin per day; for spot the floor of bids.
    pub rate: Option<Rate>,
    /// How it would be rented.
    pub kind: Kind,
    /// What would pay.
    pub coin: Coin,
}

/// What a list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum SortKey {
    /// The cheapest first; ties by reliability, then by id. Unknown prices come last.
    #[default]
    Price,
    /// The most reliable first; ties by price, then by id. Unknown reliabilities come last.
    Reliability,
    /// The most GPUs first; ties by price, then by reliability and id. Unknown counts come last.
    Gpus,
    /// The most memory of the machine first; ties by price, then by reliability and id. Unknown sizes come last.
    Ram,
}

impl Found {
    /// Whether it may be rented without asking: free by its own word.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.server.is_free()
    }

    /// What renting it will come to, with fees that are assumed until [`CostEstimate::fees`] tells them.
    pub fn cost(&self) -> CostEstimate {
        let mut cost = CostEstimate::new(self.kind, self.coin.clone());
        if let Some(rate) = &self.rate {
            cost = cost.rate(rate.clone());
        }
        match self.price {
            Some(price) => cost.usd_per_hour(price),
            None => cost,
        }
    }
}

impl SortKey {
    /// Which of two comes first. A total order: equal only for the same id with the same figures.
    #[must_use]
    pub fn compare(self, a: &Found, b: &Found) -> Ordering {
        let price = |found: &Found| (found.price.is_none(), found.price);
        let reliability = |found: &Found| Reverse(found.server.reliability);
        let by_price = price(a).cmp(&price(b));
        let by_reliability = reliability(a).cmp(&reliability(b));
        let by_id = a.server.id.cmp(&b.server.id);
        match self {
            Self::Price => by_price.then(by_reliability),
            Self::Reliability => by_reliability.then(by_price),
            Self::Gpus => Reverse(a.server.gpus.count)
                .cmp(&Reverse(b.server.gpus.count))
                .then(by_price)
                .then(by_reliability),
            Self::Ram => Reverse(a.server.specs.ram_gb)
                .cmp(&Reverse(b.server.specs.ram_gb))
                .then(by_price)
                .then(by_reliability),
        }
        .then(by_id)
    }

    /// Sorts a list.
    pub fn sort(self, found: &mut [Found]) {
        found.sort_by(|a, b| self.compare(a, b));
    }
}

/// The cheapest free server whose price is known. What is rented, or perhaps rented, is not offered here, since the
/// answer is what programs rent without looking.
#[must_use]
pub fn cheapest<'a>(found: impl IntoIterator<Item = &'a Found>) -> Option<&'a Found> {
    found
        .into_iter()
        .filter(|found| found.price.is_some() && found.is_free())
        .min_by(|a, b| SortKey::Price.compare(a, b))
}
