//! `marketplace`: every server that can be rented (api-facts 3.2), read while it comes in.
//!
//! It keeps: what is held is what was asked for, not the listing; `servers + skipped + passed_over + unwanted` is the
//! number of records; nothing counts before the end, where the service's `code` stands.

mod tripwire;

pub use tripwire::UnitDoubt;

use super::create_order::{Listed, Target};
use super::reader::{Answer, Reader};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::server::Availability;
use crate::model::{Kind, Rates, Server, ServerId};
use crate::time::Moment;
use crate::wire::envelope::{Fields, judge};
use crate::wire::number;
use crate::wire::records::{Record, Splitter};
use crate::wire::rows::SkippedRows;
use tripwire::Tripwire;

/// Reads the marketplace.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Marketplace {
    include_rented: bool,
    rates: Rates,
}

/// What was read of the marketplace.
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

    /// The server with this id.
    #[must_use]
    pub fn server(&self, id: ServerId) -> Option<&Server> {
        self.servers.iter().find(|server| server.id == id)
    }

    /// What to rent, with what this listing, read at `read_at`, says of it.
    #[must_use]
    pub fn target(&self, server: &Server, read_at: Moment) -> Target {
        let listed = listed(server).at(read_at).with_unit_doubt(self.unit_doubt.is_some());
        Target::new(server.id).listed(listed)
    }
}

impl From<&Server> for Target {
    /// The server with its listed digits; when it was read is not known, so the listing does not pass as fresh.
    fn from(server: &Server) -> Self {
        Self::new(server.id).listed(listed(server))
    }
}

/// The prices that can be paid: a coin that is priced may be refused all the same (api-facts 3.2 `allowed_coins`).
fn listed(server: &Server) -> Listed {
    let payable = server.prices.all(Kind::OnDemand).filter(|rate| server.allows(rate.coin()));
    Listed::new(payable.cloned())
}

impl Endpoint for Marketplace {
    type Output = Market;
    type Reader = MarketReader;
    const NAME: &'static str = "marketplace";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/marketplace").into_read()
    }

    fn reader(&self, caps: &Caps) -> MarketReader {
        MarketReader {
            depth: caps.depth,
            splitter: Splitter::new("servers", caps),
            chosen: Chosen {
                include_rented: self.include_rented,
                servers: Vec::new(),
                skipped: SkippedRows::default(),
                tripwire: Tripwire::new(self.rates.clone()),
            },
        }
    }
}

/// Splits the listing and keeps what was asked for.
pub struct MarketReader {
    depth: usize,
    splitter: Splitter,
    chosen: Chosen,
}

struct Chosen {
    include_rented: bool,
    servers: Vec<Server>,
    skipped: SkippedRows,
    tripwire: Tripwire,
}

impl Chosen {
    fn take(&mut self, record: Record<'_>) {
        match Server::decode(record.bytes) {
            Err(reason) => self.skipped.add(record, reason),
            Ok(server) => {
                self.tripwire.see(&server);
                if self.include_rented || server.availability != Availability::Rented {
                    self.servers.push(server);
                }
            }
        }
    }
}

impl Reader for MarketReader {
    type Output = Market;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        let Self { splitter, chosen, .. } = self;
        splitter.push(decoded, &mut |record| chosen.take(record))
    }

    fn finish(self) -> Answer<Market> {
        let split = match self.splitter.finish() {
            Ok(split) => split,
            Err(error) => return Answer::Malformed(error),
        };
        let chosen = self.chosen;
        Answer::read(judge(&split.skeleton, self.depth), |fields| {
            split.list.require("servers")?;
            Ok(Market {
                servers: chosen.servers,
                skipped: chosen.skipped,
                records: split.records,
                my_servers: own_servers(fields),
                unit_doubt: chosen.tripwire.doubt(),
            })
        })
    }
}

/// Informational, so what is odd is left out.
fn own_servers(fields: &Fields<'_>) -> Vec<ServerId> {
    let ids = fields.list("my_servers").unwrap_or_default();
    ids.into_iter().filter_map(number::integer).map(ServerId::new).collect()
}

#[cfg(test)]
mod tests;
