//! The three coins an order can be paid in, and what the sandbox takes them to be worth.

/// A coin that Clore takes as payment.
///
/// Closed on purpose: the sandbox knows exactly the coins of api-facts 3.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coin {
    /// Clore's own coin, `CLORE-Blockchain`.
    Clore,
    /// `bitcoin`.
    Bitcoin,
    /// Stable coins, `USD-Blockchain`.
    Usd,
}

impl Coin {
    /// All coins, in the order in which the sandbox lists them.
    pub const ALL: [Coin; 3] = [Coin::Bitcoin, Coin::Clore, Coin::Usd];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Coin::Clore => "CLORE-Blockchain",
            Coin::Bitcoin => "bitcoin",
            Coin::Usd => "USD-Blockchain",
        }
    }

    /// Reads the exact name on the wire; the service knows no aliases (api-facts 3.4).
    pub fn from_name(name: &str) -> Option<Coin> {
        Coin::ALL.into_iter().find(|coin| coin.name() == name)
    }

    /// What one coin is worth in USD: near the medians of the recording (api-facts 5).
    pub const fn usd(self) -> f64 {
        match self {
            Coin::Clore => 0.30,
            Coin::Bitcoin => 70_000.0,
            Coin::Usd => 1.0,
        }
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Coin::Bitcoin => 0,
            Coin::Clore => 1,
            Coin::Usd => 2,
        }
    }

    /// The key of this coin's price in `price.usd`.
    pub(crate) const fn usd_block_key(self) -> &'static str {
        match self {
            Coin::Clore => "on_demand_clore",
            Coin::Bitcoin => "on_demand_btc",
            Coin::Usd => "on_demand_usd",
        }
    }
}
