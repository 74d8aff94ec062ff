//! What is rented: orders, machines and wallets, moved forward by the sandbox's clock.
//!
//! ```text
//! place ─► holds the machine ──► Ended(Cancelled | Expired | OutOfMoney | Outbid by an on-demand rental)
//!    └───► bids ⇄ holds          (a spot order; the highest bid holds)
//! ```
//!
//! Invariant: everything due up to `now` has happened before anything else is looked at, in the order of its time.

mod bids;
mod ledger;
mod order;
mod wallet;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) use bids::{Bid, Machine};
pub use ledger::{Counts, Rental};
pub use order::{EndReason, Kind};
pub(crate) use order::{Order, Placement, Standing};

use crate::coin::Coin;
use crate::random::Random;
use order::CREATION_FEE_AFTER;
use wallet::Wallet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    CreationFee,
    Expiry,
}

#[derive(Debug)]
pub(crate) struct Rentals {
    orders: BTreeMap<u64, Order>,
    alive: BTreeSet<u64>,
    machines: Vec<Machine>,
    wallets: [Wallet; 3],
    due: BTreeSet<(Duration, Due, u64)>,
    random: Random,
    last_order: u64,
    last_offer: u64,
}

impl Rentals {
    pub(crate) fn new(machines: Vec<Machine>, balances: [f64; 3], seed: u64) -> Rentals {
        let mut random = Random::new(seed ^ 0x6f72_6465_7273);
        Rentals {
            orders: BTreeMap::new(),
            alive: BTreeSet::new(),
            machines,
            wallets: balances.map(Wallet::new),
            due: BTreeSet::new(),
            // Order ids have at least seven digits, as the service's have.
            last_order: 1_000_000 + random.below(1_000_000),
            last_offer: 500_000 + random.below(100_000),
            random,
        }
    }

    /// Lets everything happen that is due up to `now`.
    pub(crate) fn advance(&mut self, now: Duration) {
        loop {
            let dry = Coin::ALL
                .into_iter()
                .filter_map(|coin| self.wallets[coin.index()].runs_dry().map(|at| (at, coin)))
                .min_by_key(|(at, _)| *at);
            let next = self.due.first().copied();
            match (next, dry) {
                (next, Some((at, coin))) if at <= now && next.is_none_or(|(due, ..)| at <= due) => {
                    self.run_dry(coin, at);
                }
                (Some((at, due, order)), _) if at <= now => {
                    self.due.pop_first();
                    match due {
                        Due::Expiry => self.end(order, at, EndReason::Expired),
                        Due::CreationFee => self.charge_creation(order, at),
                    }
                }
                _ => return,
            }
        }
    }

    fn run_dry(&mut self, coin: Coin, at: Duration) {
        self.wallets[coin.index()].set(at, 0.0);
        let poor: Vec<u64> = self
            .alive
            .iter()
            .copied()
            .filter(|id| self.orders[id].asked.coin == coin && self.orders[id].holds())
            .collect();
        for order in poor {
            self.end(order, at, EndReason::OutOfMoney);
        }
    }

    /// api-facts 3.5 and 5: the creation fee, once, after ten minutes with the machine.
    fn charge_creation(&mut self, id: u64, at: Duration) {
        let Some(order) = self.orders.get_mut(&id) else {
            return;
        };
        if order.holds() && order.creation_fee_paid == 0.0 && order.held(at) >= CREATION_FEE_AFTER {
            let wallet = &mut self.wallets[order.asked.coin.index()];
            order.creation_fee_paid = wallet.charge(at, order.asked.creation_fee);
        }
    }

    /// Places an order that was checked before, and gives back its id.
    pub(crate) fn place(&mut self, now: Duration, asked: Placement) -> u64 {
        self.last_order += 1 + self.random.below(9);
        let id = self.last_order;
        let order = Order::new(id, now, asked);
        let (machine, kind, coin, price) =
            (order.asked.machine, order.asked.kind, order.asked.coin, order.price);
        self.due.insert((now.saturating_add(order.asked.max_rental), Due::Expiry, id));
        self.orders.insert(id, order);
        self.alive.insert(id);
        match kind {
            Kind::OnDemand => {
                self.machines[machine].on_demand = Some(id);
                self.end_bids(machine, now);
                self.give(id, now);
            }
            Kind::Spot => {
                self.bid(machine, coin, price, Some(id), now);
            }
        }
        id
    }

    /// Adds a bid, the account's or a competitor's, and lets the highest one win.
    pub(crate) fn bid(
        &mut self,
        machine: usize,
        coin: Coin,
        amount: f64,
        order: Option<u64>,
        now: Duration,
    ) -> u64 {
        self.last_offer += 1;
        let bid = Bid { offer: self.last_offer, coin, amount, order };
        self.machines[machine].bids.push(bid);
        self.let_the_highest_win(machine, now);
        self.last_offer
    }

    /// Ends an order. Ending one that has ended changes nothing.
    pub(crate) fn end(&mut self, id: u64, at: Duration, why: EndReason) {
        let Some(order) = self.orders.get(&id).filter(|order| order.alive()) else {
            return;
        };
        let machine = order.asked.machine;
        self.due.remove(&(order.created.saturating_add(order.asked.max_rental), Due::Expiry, id));
        self.take_away(id, at);
        if let Some(order) = self.orders.get_mut(&id) {
            order.end = Some((at, why));
        }
        self.alive.remove(&id);
        let place = &mut self.machines[machine];
        place.on_demand = place.on_demand.filter(|holder| *holder != id);
        place.bids.retain(|bid| bid.order != Some(id));
        self.let_the_highest_win(machine, at);
    }

    /// Somebody else rents the machine on demand.
    pub(crate) fn rent_to_another(&mut self, machine: usize, now: Duration) {
        self.machines[machine].taken = true;
        self.end_bids(machine, now);
    }

    /// Somebody else gives the machine back.
    pub(crate) fn free(&mut self, machine: usize) {
        self.machines[machine].taken = false;
    }

    /// Changes a bid of the account's.
    pub(crate) fn reprice(&mut self, id: u64, now: Duration, price: f64) {
        let Some(order) = self.orders.get(&id).filter(|order| order.alive()) else {
            return;
        };
        let (machine, held, old) = (order.asked.machine, order.holds(), order.burn());
        if let Some(order) = self.orders.get_mut(&id) {
            order.settle(now);
            if price < order.price {
                order.last_lowered = Some(now);
            }
            order.price = price;
            if held {
                let wallet = &mut self.wallets[order.asked.coin.index()];
                wallet.stop(now, old);
                wallet.start(now, order.burn());
            }
        }
        for bid in self.machines[machine].bids.iter_mut().filter(|bid| bid.order == Some(id)) {
            bid.amount = price;
        }
        self.let_the_highest_win(machine, now);
    }

    pub(crate) fn set_balance(&mut self, coin: Coin, now: Duration, balance: f64) {
        self.wallets[coin.index()].set(now, balance);
    }

    /// An on-demand rental ends every bid on the machine.
    fn end_bids(&mut self, machine: usize, now: Duration) {
        for bid in std::mem::take(&mut self.machines[machine].bids) {
            if let Some(order) = bid.order {
                self.end(order, now, EndReason::Outbid);
            }
        }
    }

    fn let_the_highest_win(&mut self, machine: usize, now: Duration) {
        let winner = self.machines[machine].winner().and_then(|bid| bid.order);
        let own: Vec<u64> = self.machines[machine].bids.iter().filter_map(|bid| bid.order).collect();
        for order in own {
            match (winner == Some(order), self.orders[&order].holds()) {
                (true, false) => self.give(order, now),
                (false, true) => self.take_away(order, now),
                _ => {}
            }
        }
    }

    fn give(&mut self, id: u64, now: Duration) {
        let Some(order) = self.orders.get_mut(&id) else {
            return;
        };
        order.take(now);
        self.wallets[order.asked.coin.index()].start(now, order.burn());
        if let Some(rest) = CREATION_FEE_AFTER.checked_sub(order.held(now))
            && order.creation_fee_paid == 0.0
        {
            self.due.insert((now.saturating_add(rest), Due::CreationFee, id));
        }
    }

    fn take_away(&mut self, id: u64, now: Duration) {
        let Some(order) = self.orders.get_mut(&id).filter(|order| order.holds()) else {
            return;
        };
        let rest = CREATION_FEE_AFTER.saturating_sub(order.held(now));
        self.due.remove(&(now.saturating_add(rest), Due::CreationFee, id));
        self.wallets[order.asked.coin.index()].stop(now, order.burn());
        order.let_go(now);
    }

    pub(crate) fn order(&self, id: u64) -> Option<&Order> {
        self.orders.get(&id)
    }

    /// All orders ever placed, by id.
    pub(crate) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    /// The orders that have not ended, by id.
    pub(crate) fn alive(&self) -> impl Iterator<Item = &Order> {
        self.alive.iter().filter_map(|id| self.orders.get(id))
    }

    pub(crate) fn machine(&self, place: usize) -> &Machine {
        &self.machines[place]
    }

    pub(crate) fn set_online(&mut self, place: usize, online: bool) {
        self.machines[place].online = online;
    }

    pub(crate) fn balance(&self, coin: Coin, now: Duration) -> f64 {
        self.wallets[coin.index()].balance(now)
    }

    pub(crate) fn counts(&self) -> Counts {
        let (placed, open) = (self.orders.len(), self.alive.len());
        Counts { placed, open, ended: placed - open }
    }
}
