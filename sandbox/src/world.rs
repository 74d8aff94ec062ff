//! What happens without the account asking for it: others rent and bid, hosts go down, wallets are filled.

use crate::clore::Clore;
use crate::coin::Coin;
use crate::market::Price;

impl Clore {
    /// Fills or empties a wallet. A figure that is no number counts as 0.
    pub fn set_balance(&mut self, coin: Coin, balance: f64) {
        let balance = if balance.is_finite() { balance.max(0.0) } else { 0.0 };
        self.rentals.set_balance(coin, self.now(), balance);
    }

    /// Somebody else rents a free server on demand, which ends every bid on it. False: there is nothing to rent.
    pub fn rent_to_another(&mut self, server: u64) -> bool {
        let free = self.offered(server).filter(|place| !self.rentals.machine(*place).rented());
        if let Some(place) = free {
            self.rentals.rent_to_another(place, self.now());
        }
        free.is_some()
    }

    /// Somebody else gives a server back. False: nobody else has it, or it is the account's own.
    pub fn free_from_another(&mut self, server: u64) -> bool {
        let taken = self
            .market
            .place_of(server)
            .filter(|place| self.rentals.machine(*place).taken && !self.market.own().contains(&server));
        if let Some(place) = taken {
            self.rentals.free(place);
        }
        taken.is_some()
    }

    /// Somebody else bids on a server, in coin per day. The offer's id; None: no such server, or no such bid.
    pub fn competing_bid(&mut self, server: u64, coin: Coin, bid: f64) -> Option<u64> {
        let place = self.offered(server)?;
        let possible = bid.is_finite() && bid > 0.0 && !self.rentals.machine(place).rented();
        possible.then(|| self.rentals.bid(place, coin, bid, None, self.now()))
    }

    /// A host changes what a server costs in one coin, in coin per day; None: it is not for that coin. Orders keep their
    /// price. False: there is no such server, or a figure is no price.
    pub fn set_prices(&mut self, server: u64, coin: Coin, on_demand: Option<f64>, spot: Option<f64>) -> bool {
        let place = self.market.place_of(server);
        let sane = [on_demand, spot].into_iter().flatten().all(|price| price.is_finite() && price > 0.0);
        if let Some(place) = place.filter(|_| sane) {
            let listing = &self.market.listings()[place];
            let (mut prices, max_rental, listed) = (listing.prices, listing.max_rental, listing.listed);
            prices[coin.index()] = Price { on_demand, spot };
            self.market.retell(place, prices, max_rental, listed);
        }
        place.is_some() && sane
    }

    /// A host hides a server, which then nobody sees or can rent, or shows it again. Who has it keeps it. False: there
    /// is no such server.
    pub fn set_listed(&mut self, server: u64, listed: bool) -> bool {
        let place = self.market.place_of(server);
        if let Some(place) = place {
            let listing = &self.market.listings()[place];
            let (prices, max_rental) = (listing.prices, listing.max_rental);
            self.market.retell(place, prices, max_rental, listed);
        }
        place.is_some()
    }

    /// Where a server is that its host does not hide.
    fn offered(&self, server: u64) -> Option<usize> {
        self.market.place_of(server).filter(|place| self.market.listings()[*place].listed)
    }

    /// A host goes down or comes back. False: there is no such server.
    pub fn set_online(&mut self, server: u64, online: bool) -> bool {
        let place = self.market.place_of(server);
        if let Some(place) = place {
            self.rentals.set_online(place, online);
        }
        place.is_some()
    }
}
