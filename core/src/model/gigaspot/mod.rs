//! [`Gigaspot`]: the market of bids in which miners rent whole machines with their clocks set (api-facts 3.12).
//!
//! It comes in two parts: what `get_gigaspot` tells of the account, and a snapshot from the CDN, which lags behind the
//! service. So a bid that is in it is evidence, and one that is not in it proves nothing.

mod bid;
mod overclock;
mod server;

pub use bid::StandingBid;
pub use overclock::GpuOverclock;
pub use server::{GigaspotGpu, GigaspotServer};

use super::coin::Coin;
use super::id::{OrderId, ServerId};
use super::money::{Amount, UsdPerCoin};
use crate::error::{DecodeError, Found};
use crate::time::UnixTime;
use crate::wire::rows::SkippedRows;
use std::collections::BTreeMap;

/// The market, and which of its bids are the account's own.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Gigaspot {
    /// The account's number. `None`: not told, so that no bid can be known as its own.
    pub my_user: Option<u64>,
    /// What placing an order costs once, by coin, in that coin. `None`: not told, which is not "nothing".
    pub creation_fees: Option<BTreeMap<Coin, Amount>>,
    /// What one CLORE is worth in dollars, as the service sees it.
    pub clore_price: Option<UsdPerCoin>,
    /// When the snapshot was taken, by the number at the end of its address.
    pub taken_at: Option<UnixTime>,
    /// The servers that could be read, in the snapshot's order.
    pub servers: Vec<GigaspotServer>,
    /// Those that could not.
    pub skipped: SkippedRows,
}

impl Gigaspot {
    /// Whether every server and every bid was read. Only then are these all bids there were at that time.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.count == 0 && self.servers.iter().all(GigaspotServer::has_all_bids)
    }

    /// Whether more than half of the servers could not be used: the snapshot has probably changed, and what was read of
    /// it may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.servers.len())
    }

    /// The strict view: the servers, if every one of them and every bid was read.
    ///
    /// # Errors
    /// The first that could not be used, by its place, or by its server's id where that is known.
    pub fn strict(&self) -> Result<&[GigaspotServer], DecodeError> {
        self.skipped.refuse("servers")?;
        let Some(odd) = self.servers.iter().find(|server| !server.has_all_bids()) else {
            return Ok(&self.servers);
        };
        let path = format!("{}.bids", odd.id.number());
        Err(match odd.odd_bids.first() {
            Some(place) => DecodeError::new(&format!("{path}[{place}]"), "a bid", Found::Unread),
            None => DecodeError::new(&path, "a list", Found::Missing),
        })
    }

    /// The server with this id.
    #[must_use]
    pub fn server(&self, id: ServerId) -> Option<&GigaspotServer> {
        self.servers.iter().find(|server| server.id == id)
    }

    /// The account's own bids, each with its server. Their ids are order ids: what a create does not tell.
    pub fn own_bids(&self) -> impl Iterator<Item = (ServerId, &StandingBid)> {
        self.bids().filter(|(_, bid)| bid.mine == Some(true))
    }

    /// The bid that is this order.
    #[must_use]
    pub fn bid(&self, order: OrderId) -> Option<(ServerId, &StandingBid)> {
        self.bids().find(|(_, bid)| bid.id == Some(order))
    }

    fn bids(&self) -> impl Iterator<Item = (ServerId, &StandingBid)> {
        self.servers.iter().flat_map(|server| server.bids.iter().map(|bid| (server.id, bid)))
    }
}
