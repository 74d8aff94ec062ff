//! What the account's bids ask of the GPUs: the one thing an order does not know itself.

use std::collections::BTreeMap;

use super::overclock::Overclock;

/// What the account's bids ask of the GPUs, by order.
#[derive(Debug, Default)]
pub(crate) struct Gigaspot {
    asked: BTreeMap<u64, Vec<Overclock>>,
}

impl Gigaspot {
    /// Notes what an order asks for, the first time and after an edit.
    pub(crate) fn ask(&mut self, order: u64, overclocks: Vec<Overclock>) {
        self.asked.insert(order, overclocks);
    }

    /// Power over all GPUs, W. None: no gigaspot order.
    pub(super) fn watts(&self, order: u64) -> Option<u64> {
        let asked = self.asked.get(&order)?;
        Some(asked.iter().map(|overclock| overclock.power_limit).fold(0, u64::saturating_add))
    }
}
