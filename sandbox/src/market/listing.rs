//! One server of the market: the facts that decide a rental, and its row as text.

use std::time::Duration;

use crate::coin::Coin;

/// What a server costs in one coin, per day for the whole server (api-facts 5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Price {
    /// On-demand price.
    pub(crate) on_demand: Option<f64>,
    /// Lowest bid.
    pub(crate) spot: Option<f64>,
}

/// A server as listed. Only its host changes it, by [`Listing::retell`]; who has rented it is not in here.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// None: a row without a readable id; it is served as it is and cannot be rented.
    pub(crate) id: Option<u64>,
    /// Hours.
    pub(crate) max_rental: u64,
    /// By `Coin::index`.
    pub(crate) prices: [Price; 3],
    /// By `Coin::index`.
    pub(crate) allowed: [bool; 3],
    pub(crate) rented: bool,
    /// False: its host hides it; it is not served and nobody can rent it.
    pub(crate) listed: bool,
    pub(crate) gigaspot: bool,
    /// The row's text up to the value of `rented`, and after it; without the key the second is empty.
    pub(crate) row: (String, String),
    /// The parts of the row that an order repeats: keys, and values in JSON.
    pub(crate) echo: Vec<(&'static str, String)>,
    /// The GPUs under their short names, a list in JSON.
    pub(crate) short_gpus: String,
}

impl Listing {
    pub(crate) fn price(&self, coin: Coin) -> Price {
        self.prices[coin.index()]
    }

    /// api-facts 3.2: `allowed_coins` is authoritative for payment.
    pub(crate) fn allows(&self, coin: Coin) -> bool {
        self.allowed[coin.index()]
    }

    /// The longest rental; api-facts 4.4: hours in the marketplace.
    pub(crate) fn max_rental_time(&self) -> Duration {
        Duration::from_secs(self.max_rental.saturating_mul(3600))
    }

    /// A part of the row that an order repeats, in JSON.
    pub(crate) fn echoed(&self, key: &str) -> Option<&str> {
        self.echo.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }

    /// Appends the row with what is true of `rented` now.
    pub(crate) fn push_row(&self, rented: bool, text: &mut String) {
        text.push_str(&self.row.0);
        if !self.row.1.is_empty() {
            text.push_str(if rented { "true" } else { "false" });
            text.push_str(&self.row.1);
        }
    }
}
