//! What the account is to its servers.

use super::{Facts, Rig};
use crate::clore::Clore;
use crate::market::ACCOUNT;

impl Clore {
    /// Whether a hosted server is connected and up.
    pub(crate) fn rig_online(&self, rig: &Rig) -> bool {
        rig.place.is_some_and(|place| self.rentals.machine(place).online)
    }

    /// The account's number: the owner of its servers.
    pub(crate) fn account(&self) -> u64 {
        let places = self.market.own().iter().filter_map(|id| self.market.place_of(*id));
        let mut owners =
            places.filter_map(|place| Facts::of(&self.market.listings()[place]).value("owner").as_u64());
        owners.next().unwrap_or(ACCOUNT)
    }
}
