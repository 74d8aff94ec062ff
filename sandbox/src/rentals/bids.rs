//! The bids on one machine: the highest holds it while nobody has rented it on demand (api-facts 3.7).

use crate::coin::Coin;

#[derive(Debug, Clone)]
pub(crate) struct Bid {
    pub(crate) offer: u64,
    pub(crate) coin: Coin,
    /// Coin per day.
    pub(crate) amount: f64,
    /// The account's order behind it; None for a competitor's.
    pub(crate) order: Option<u64>,
}

impl Bid {
    fn usd(&self) -> f64 {
        self.amount * self.coin.usd()
    }
}

/// What changes about a machine while the sandbox runs.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// Somebody else has it on demand.
    pub(crate) taken: bool,
    pub(crate) online: bool,
    /// The account's order that has it on demand.
    pub(crate) on_demand: Option<u64>,
    pub(crate) bids: Vec<Bid>,
}

impl Machine {
    pub(crate) fn new(taken: bool) -> Machine {
        Machine { taken, online: true, on_demand: None, bids: Vec::new() }
    }

    /// Rented on demand; a machine that a bid holds can still be rented.
    pub(crate) fn rented(&self) -> bool {
        self.taken || self.on_demand.is_some()
    }

    /// The bid that holds the machine: the highest in USD, the oldest of equals.
    pub(crate) fn winner(&self) -> Option<&Bid> {
        if self.rented() {
            return None;
        }
        self.bids.iter().reduce(|best, bid| if bid.usd() > best.usd() { bid } else { best })
    }

    /// The account's order that holds the machine.
    pub(crate) fn holder(&self) -> Option<u64> {
        self.on_demand.or_else(|| self.winner()?.order)
    }

    pub(crate) fn has_own_bid(&self) -> bool {
        self.bids.iter().any(|bid| bid.order.is_some())
    }
}
