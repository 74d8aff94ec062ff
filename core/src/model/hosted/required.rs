//! [`RequiredSetting`]: what no change of a server's settings may leave out.

use core::fmt;

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
