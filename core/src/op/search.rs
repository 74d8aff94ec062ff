//! [`FindServers`] and [`FindCheapest`]: the marketplace through a filter, with what renting needs to know of it.

use super::fetch::Fetch;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::endpoint::create_order::Target;
use crate::endpoint::marketplace::{Search, Searched};
use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::search::{Filter, Found, SortKey, UnitDoubt, cheapest};
use crate::time::Moment;

/// Finds the servers that fit a filter.
#[derive(Clone, Debug)]
pub struct FindServers {
    filter: Filter,
    order: SortKey,
}

/// Finds the cheapest free server that fits a filter and whose price is known.
#[derive(Clone, Debug)]
pub struct FindCheapest(FindServers);

impl FindServers {
    /// What fits `filter`, the cheapest first.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self { filter, order: SortKey::default() }
    }

    /// Sorted by something else.
    #[must_use]
    pub fn sorted_by(mut self, order: SortKey) -> Self {
        self.order = order;
        self
    }

    fn begin(self, settings: &Settings, now: Moment) -> Fetch<Search> {
        let rates = settings.config().rates().clone();
        Fetch::new(settings, Search::new(self.filter).rates(rates).sorted_by(self.order), now)
    }
}

impl FindCheapest {
    /// The cheapest that fits `filter`.
    #[must_use]
    pub fn new(filter: Filter) -> Self {
        Self(FindServers::new(filter))
    }
}

/// What a search found, and when.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Offers {
    /// Everything that was read.
    pub searched: Searched,
    /// When the listing was read to its end. At most 30 s later it is fresh: renting sends its price as a guard.
    pub read_at: Moment,
}

/// One server that can be rented, with its price and what its listing says.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Offer {
    /// The server and its price.
    pub found: Found,
    /// Set when the listing's prices look as if their unit had changed; renting it then needs the caller's word.
    pub unit_doubt: Option<UnitDoubt>,
    target: Target,
}

impl Offers {
    /// The servers that fit, in the order asked for; those of unknown price last.
    pub fn iter(&self) -> impl Iterator<Item = Offer> {
        self.searched.found.iter().map(|found| self.offer(found))
    }

    /// The cheapest one that is free, whose price is known, and that is not the account's own: the service lets nobody
    /// rent from himself.
    #[must_use]
    pub fn cheapest(&self) -> Option<Offer> {
        let own = &self.searched.my_servers;
        let others = self.searched.found.iter().filter(|found| !own.contains(&found.server.id));
        cheapest(others).map(|found| self.offer(found))
    }

    fn offer(&self, found: &Found) -> Offer {
        let target = self.searched.target(found, self.read_at);
        Offer { found: found.clone(), unit_doubt: self.searched.unit_doubt, target }
    }
}

impl From<&Offer> for Target {
    fn from(offer: &Offer) -> Self {
        offer.target.clone()
    }
}

impl From<Offer> for Target {
    fn from(offer: Offer) -> Self {
        offer.target
    }
}

impl Plan for FindServers {
    type Operation = Finding<Offers>;

    fn begin(self, settings: &Settings, now: Moment) -> Finding<Offers> {
        Finding { name: "find_servers", fetch: self.begin(settings, now), pick: |offers| offers }
    }
}

impl Plan for FindCheapest {
    type Operation = Finding<Option<Offer>>;

    fn begin(self, settings: &Settings, now: Moment) -> Finding<Option<Offer>> {
        Finding {
            name: "find_cheapest",
            fetch: self.0.begin(settings, now),
            pick: |offers| offers.cheapest(),
        }
    }
}

/// The machine of both.
#[derive(Debug)]
pub struct Finding<T> {
    name: &'static str,
    fetch: Fetch<Search>,
    pick: fn(Offers) -> T,
}

impl<T> Operation for Finding<T> {
    type Output = T;

    fn name(&self) -> &'static str {
        self.name
    }

    fn poll(&mut self, now: Moment) -> Step<Result<T, Error>> {
        match self.fetch.poll(now).ended() {
            Ok(result) => Step::Done(
                result.map(|fetched| (self.pick)(Offers { searched: fetched.value, read_at: now })),
            ),
            Err(step) => step,
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        self.fetch.handle_head(head)
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        self.fetch.handle_data(decoded)
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        self.fetch.handle_end(now)
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        self.fetch.handle_failure(now, failure);
    }

    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}

    fn next_event(&mut self) -> Option<Event> {
        self.fetch.next_event()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drive::scripted::{Asked, Scripted, both, config, ok};

    /// api-facts 1.4, `cant_rent_from_yourself`: what programs rent without looking is somebody else's.
    #[test]
    fn the_cheapest_offer_is_never_the_accounts_own() {
        let row = |id, price| {
            format!(
                r#"{{"id":{id},"rented":false,"price":{{"on_demand":{{"CLORE-Blockchain":{price}}},"usd":{{"on_demand_clore":{price}}}}}}}"#
            )
        };
        let market = format!(r#"{{"servers":[{},{}],"my_servers":[1],"code":0}}"#, row(1, 2), row(2, 3));
        let world = Scripted::new(move |_: &Asked| ok(market.as_str()));
        let (offer, _) = both(&world, &config().build().unwrap(), FindCheapest::new(Filter::new()));
        assert_eq!(offer.unwrap().unwrap().found.server.id.number(), 2);
    }
}
