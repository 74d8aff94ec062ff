//! The host's own machines: [`HostedServer`], a row of `my_servers`, and [`ServerConfig`], the settings of one of them
//! (api-facts 3.9, 3.10).
//!
//! Prices are coin per **day** for the whole server, as everywhere (api-facts 5). A price of 0 is one that was not
//! set; unknown stays unknown. The token that joins a machine to the account never prints, nor does what runs on it
//! while nobody rents it.

mod config;
mod prices;
mod server;

pub use config::{BackgroundJob, ServerConfig};
pub use prices::UsdPrices;
pub use server::HostedServer;

use crate::excerpt::Excerpt;
use crate::wire::field::{self, Raw};
use core::fmt;

/// Who can see a hosted server in the marketplace.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Visibility {
    /// Everybody (`public`): it can be rented.
    Public,
    /// Nobody else (`hidden`; one source says `private`).
    Hidden,
    /// A word that no source lists.
    Other(Excerpt),
}

/// A setting that every `set_server_settings` must carry (api-facts 3.11).
///
/// Closed: an update is complete when it has these four.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RequiredSetting {
    /// Whether the server can be rented.
    Availability,
    /// The longest rental.
    MaxRental,
    /// The price on demand in bitcoin.
    BitcoinOnDemand,
    /// The least bid in bitcoin.
    BitcoinSpot,
}

impl RequiredSetting {
    /// All four, in the order of the request.
    pub const ALL: [Self; 4] =
        [Self::Availability, Self::MaxRental, Self::BitcoinOnDemand, Self::BitcoinSpot];

    /// The field of the request: `availability`, `mrl`, `bitcoin_on_demand`, `bitcoin_spot`.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::MaxRental => "mrl",
            Self::BitcoinOnDemand => "bitcoin_on_demand",
            Self::BitcoinSpot => "bitcoin_spot",
        }
    }
}

impl fmt::Display for RequiredSetting {
    /// In words, with the unit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Availability => "availability",
            Self::MaxRental => "longest rental",
            Self::BitcoinOnDemand => "on-demand price in bitcoin/day",
            Self::BitcoinSpot => "spot price in bitcoin/day",
        })
    }
}

impl fmt::Display for Visibility {
    /// `public`, `hidden`, or the word that came, made harmless for terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Public => "public",
            Self::Hidden => "hidden",
            Self::Other(word) => word.as_str(),
        })
    }
}

impl Visibility {
    fn decode(raw: Raw<'_>) -> Option<Self> {
        let word = field::word(raw)?;
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        Some(if is("public") {
            Self::Public
        } else if is("hidden") || is("private") {
            Self::Hidden
        } else {
            Self::Other(Excerpt::new(&word, 64))
        })
    }
}

#[cfg(test)]
mod tests;
