//! `marketplace`: every server that can be rented (api-facts 3.2), read while it comes in.
//!
//! [`Marketplace`] gives the listing, [`Search`] what fits a filter. What is held is what was asked for, not the
//! whole answer, and nothing counts before its end, where the service's `code` stands.

mod gather;
mod search;

pub use search::{Search, SearchReader, Searched};

use super::create_order::{Listed, Target};
use super::reader::{Answer, Reader};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::error::DecodeError;
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::server::Availability;
use crate::model::{Coin, Kind, Rate, Rates, Server, ServerId};
use crate::search::{Found, UnitDoubt};
use crate::time::Moment;
use crate::wire::kept::Kept;
use crate::wire::rows::SkippedRows;
use gather::{Gather, Keep};

/// Reads the listing.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Marketplace {
    include_rented: bool,
    rates: Rates,
}

/// The listing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Market {
    /// The servers asked for, in the service's order (newest first).
    pub servers: Vec<Server>,
    /// Records that could not be used, counted from 0.
    pub skipped: SkippedRows,
    /// How many records the listing had.
    pub records: usize,
    /// The account's own servers, which it cannot rent; empty without a key.
    pub my_servers: Vec<ServerId>,
    /// Set when the prices look as if their unit had changed.
    pub unit_doubt: Option<UnitDoubt>,
}

impl Marketplace {
    /// Reads all servers that are not rented; one that does not say so is among them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Rented servers as well.
    #[must_use]
    pub fn include_rented(mut self, include: bool) -> Self {
        self.include_rented = include;
        self
    }

    /// What coins are worth, so that the unit of prices can be judged where the listing has no dollars.
    #[must_use]
    pub fn rates(mut self, rates: Rates) -> Self {
        self.rates = rates;
        self
    }
}

impl Market {
    /// Whether every record could be used.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.count == 0
    }

    /// Whether more than half of the records could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.records.saturating_sub(self.skipped.count))
    }

    /// The strict view: the servers, if every record was read.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[Server], DecodeError> {
        self.skipped.refuse("servers").map(|()| self.servers.as_slice())
    }

    /// The server with this id.
    #[must_use]
    pub fn server(&self, id: ServerId) -> Option<&Server> {
        self.servers.iter().find(|server| server.id == id)
    }

    /// What to rent, with what this listing, read at `read_at`, says of it.
    #[must_use]
    pub fn target(&self, server: &Server, read_at: Moment) -> Target {
        Target::from(server).read(read_at, self.unit_doubt.is_some())
    }
}

impl From<&Server> for Target {
    /// The server with its listed digits. When it was read is not known, so the listing does not pass as fresh.
    fn from(server: &Server) -> Self {
        Self::new(server.id).listed(listed(server))
    }
}

impl From<&Found> for Target {
    /// As from the server itself.
    fn from(found: &Found) -> Self {
        let listed = listed(&found.server);
        let price = found.price.filter(|_| found.kind == Kind::OnDemand);
        let listed = match price {
            Some(price) => listed.in_usd(found.coin.clone(), price),
            None => listed,
        };
        Self::new(found.server.id).listed(listed)
    }
}

/// The prices that can be paid: a coin that is priced may be refused all the same (api-facts 3.2 `allowed_coins`).
fn listed(server: &Server) -> Listed {
    let prices = server.prices.all(Kind::OnDemand);
    let listed = Listed::new(prices.filter(|rate| server.allows(rate.coin())).cloned());
    // What only an exchange rate can tell is left to whoever knows one.
    let in_usd = |coin: &Coin| server.price_usd_per_hour(Kind::OnDemand, coin, &Rates::new());
    let coins = server.prices.all(Kind::OnDemand).map(Rate::coin).chain([&Coin::Clore]);
    coins.fold(listed, |listed, coin| match in_usd(coin) {
        Some(price) => listed.in_usd(coin.clone(), price),
        None => listed,
    })
}

impl Endpoint for Marketplace {
    type Output = Market;
    type Reader = MarketReader;
    const NAME: &'static str = "marketplace";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/marketplace").into_read()
    }

    fn reader(&self, caps: &Caps) -> MarketReader {
        let keep = All { include_rented: self.include_rented, servers: Kept::new(caps) };
        MarketReader(Gather::new(keep, &self.rates, caps))
    }
}

/// Splits the listing and keeps its servers.
pub struct MarketReader(Gather<All>);

struct All {
    include_rented: bool,
    servers: Kept<Server>,
}

impl Keep for All {
    fn may_want(&self, _: &[u8]) -> bool {
        true
    }

    fn keep(&mut self, server: Server, _: &Rates, owns: usize) {
        if self.include_rented || server.availability != Availability::Rented {
            self.servers.push(server, owns);
        }
    }

    fn is_over(&self) -> bool {
        self.servers.is_over()
    }
}

impl Reader for MarketReader {
    type Output = Market;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.0.push(decoded)
    }

    fn finish(self) -> Answer<Market> {
        self.0.finish(|all, seen| {
            Ok(Market {
                servers: all.servers.into_rows("servers")?,
                skipped: seen.skipped,
                records: seen.records,
                my_servers: seen.my_servers,
                unit_doubt: seen.unit_doubt,
            })
        })
    }
}

#[cfg(test)]
mod tests;
