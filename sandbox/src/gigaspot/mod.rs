//! Gigaspot: machines that are let to the highest bid only, and with the power and clocks the bidder asks for
//! (api-facts 3.12 to 3.14).
//!
//! A bid on one is a spot order like any other: the ledger, `my_orders`, `cancel_order` and `set_spot_price` know it.
//! What is kept here is only what the bidder asked of the GPUs.

mod asked;
mod overclock;
mod ranges;
mod snapshot;

pub(crate) use asked::Gigaspot;
pub(crate) use overclock::Overclock;
pub(crate) use ranges::ranges_text;
use ranges::{Ranges, ranges};
pub(crate) use snapshot::{is_snapshot, snapshot, snapshot_url};

use crate::clore::Clore;
use crate::coin::Coin;
use crate::hosting::Facts;

impl Clore {
    /// Where a machine stands that is on gigaspot now.
    pub(crate) fn on_gigaspot(&self, server: u64) -> Option<usize> {
        let place = self.market.place_of(server)?;
        let listing = &self.market.listings()[place];
        (listing.gigaspot && listing.listed).then_some(place)
    }

    /// api-facts 3.12 `min_bid`: CLORE per day. None: the machine takes no CLORE.
    pub(crate) fn gigaspot_floor(&self, place: usize) -> Option<f64> {
        let listing = &self.market.listings()[place];
        let listed = listing.price(Coin::Clore);
        listed.spot.or(listed.on_demand).filter(|_| listing.allows(Coin::Clore))
    }

    /// api-facts 3.13: one `oc` per GPU, each within what the machine takes.
    pub(crate) fn takes_overclocks(&self, place: usize, asked: &[Overclock]) -> bool {
        let gpus: Vec<Ranges> = ranges(&Facts::of(&self.market.listings()[place]));
        gpus.len() == asked.len() && gpus.iter().zip(asked).all(|(gpu, asked)| gpu.take(asked))
    }
}
