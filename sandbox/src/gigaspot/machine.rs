//! What a machine on gigaspot takes: the lowest bid, and settings of its GPUs.

use super::Overclock;
use super::ranges::{Ranges, ranges};
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
