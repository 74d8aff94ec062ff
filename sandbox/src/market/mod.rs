//! The market: generated from a seed, or loaded from an answer of the service.

mod distribution;
mod draw;
mod generate;
mod gpu_models;
mod gpu_names;
mod hidden;
mod listing;
mod load;
mod price_text;
mod retell;
mod row;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub(crate) use listing::{Listing, Price};

/// The number of a generated market's account among the owners.
pub(crate) const ACCOUNT: u64 = 4242;

/// The servers on offer. Cheap to clone: many sandboxes may share one market, and what one of them changes in its own
/// the others do not see.
///
/// ```
/// use clore_sandbox::Market;
///
/// let market = Market::generate(7, 100);
/// assert_eq!(market.len(), 100);
/// let file = br#"{"servers":[{"id":6,"rented":false,"price":{"on_demand":{"bitcoin":0.00001}}}],"code":0}"#;
/// assert_eq!(Market::from_json(file)?.len(), 1);
/// # Ok::<(), clore_sandbox::MarketError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Market {
    listings: Arc<Vec<Listing>>,
    by_id: Arc<HashMap<u64, usize>>,
    /// Servers of the account's own.
    own: Vec<u64>,
}

impl Market {
    /// A market of `servers` servers with the distributions of the recording (api-facts 6).
    ///
    /// Whatever the seed, a market of at least one server has a free RTX 4090 for at most 0.80 USD per hour with a
    /// reliability of at least 0.85, and one of at least two has a rented server that is the account's own. From ten
    /// on, if there are enough dear ones, a free server is the account's own too, and some are on gigaspot.
    pub fn generate(seed: u64, servers: usize) -> Market {
        let (listings, own) = generate::generate(seed, servers);
        Market::of(listings, own)
    }

    /// Reads any answer of the marketplace call, plain or packed by gzip, and serves its rows byte for byte; only
    /// `rented`, where a row has it, is kept up to date.
    ///
    /// Rows that make no sense are served too, and cannot be rented. Where the answer names no server as the
    /// account's own (`my_servers`), its first rented one becomes that. As in a generated market the account has one
    /// more server, which it hides: no row shows it.
    ///
    /// # Errors
    /// When the bytes are not JSON, or have no list `servers`, or start as gzip and are not.
    pub fn from_json(bytes: &[u8]) -> Result<Market, MarketError> {
        let (listings, own) = load::load(bytes)?;
        Ok(Market::of(listings, own))
    }

    fn of(mut listings: Vec<Listing>, mut own: Vec<u64>) -> Market {
        hidden::add(&mut listings, &mut own);
        let mut by_id = HashMap::with_capacity(listings.len());
        for (at, listing) in listings.iter().enumerate() {
            if let Some(id) = listing.id {
                by_id.entry(id).or_insert(at);
            }
        }
        Market { listings: Arc::new(listings), by_id: Arc::new(by_id), own }
    }

    /// How many rows the market has: servers that their hosts do not hide.
    pub fn len(&self) -> usize {
        self.listings.iter().filter(|listing| listing.listed).count()
    }

    /// Whether the market has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of servers listed as free, in the market's order: those that a create can have, so neither the
    /// account's own nor those on gigaspot.
    pub fn free(&self) -> impl Iterator<Item = u64> + '_ {
        let free = self.listings.iter().filter(|listing| !listing.rented && self.lets(listing));
        free.filter_map(|listing| listing.id)
    }

    /// Whether the account could rent it by a create, were it free.
    pub(crate) fn lets(&self, listing: &Listing) -> bool {
        listing.listed && !listing.gigaspot && listing.id.is_none_or(|id| !self.own.contains(&id))
    }

    pub(crate) fn listings(&self) -> &[Listing] {
        &self.listings
    }

    /// A host changes a server's terms: see [`Listing::retell`]. Only this market changes, not those it shares rows with.
    pub(crate) fn retell(&mut self, place: usize, prices: [Price; 3], max_rental_hours: u64, listed: bool) {
        if let Some(listing) = Arc::make_mut(&mut self.listings).get_mut(place) {
            listing.retell(prices, max_rental_hours, listed);
        }
    }

    /// A host changes which coins it takes: see [`Listing::take_only`].
    pub(crate) fn take_only(&mut self, place: usize, coins: [bool; 3]) {
        if let Some(listing) = Arc::make_mut(&mut self.listings).get_mut(place) {
            listing.take_only(coins);
        }
    }

    pub(crate) fn place_of(&self, id: u64) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn own(&self) -> &[u64] {
        &self.own
    }
}

/// Why a file is no market.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MarketError {
    /// Not JSON, or not an object; with the line and column where reading stopped.
    NotJson {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
    },
    /// There is no list called `servers`.
    NoServers,
    /// The bytes start as gzip and cannot be unpacked, or are too long unpacked.
    BadGzip,
}

impl fmt::Display for MarketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarketError::NotJson { line, column } => {
                write!(f, "the market is not a JSON object (line {line}, column {column})")
            }
            MarketError::NoServers => f.write_str("the market has no list called `servers`"),
            MarketError::BadGzip => f.write_str("the market cannot be unpacked: broken or too long gzip"),
        }
    }
}

impl std::error::Error for MarketError {}
