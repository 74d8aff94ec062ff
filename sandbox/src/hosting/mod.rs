//! The account's other side: the servers it hosts, and the terms it lets them for (api-facts 3.9 to 3.11).
//!
//! Invariant: a server that has ever connected stands in the market, and what its row says there are its terms.

mod account;
mod change;
mod facts;

use crate::coin::Coin;
use crate::json_text::{Object, quoted};
use crate::market::{Market, Price};
use crate::random::Random;
pub(crate) use facts::Facts;

/// A hosted server: its name is what the host calls it by.
#[derive(Debug, Clone)]
pub(crate) struct Rig {
    pub(crate) name: String,
    pub(crate) id: u64,
    /// Its place in the market. None: it has never connected, so nothing is known of what it holds.
    pub(crate) place: Option<usize>,
    /// api-facts 3.9: a secret, there while it has never connected.
    pub(crate) init_token: Option<String>,
    /// As last told; see [`Rig::terms`].
    told: Terms,
}

impl Rig {
    /// Its terms now: what the market knows of them, it knows best.
    pub(crate) fn terms(&self, market: &Market) -> Terms {
        let mut terms = self.told.clone();
        if let Some(place) = self.place {
            let listing = &market.listings()[place];
            (terms.listed, terms.max_rental, terms.prices) =
                (listing.listed, listing.max_rental, listing.prices);
        }
        terms
    }
}

/// What a host sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Terms {
    /// api-facts 3.11 `availability`: false hides it.
    pub(crate) listed: bool,
    /// Hours.
    pub(crate) max_rental: u64,
    /// Coin per day for the whole server, by `Coin::index`.
    pub(crate) prices: [Price; 3],
    /// Coins that the host would take, priced or not.
    pub(crate) enabled: [bool; 3],
    /// Coins whose price is pinned in USD per day; `prices` holds what that comes to.
    pub(crate) usd: [Option<Price>; 3],
    /// Coin by coin, as the host wrote it: what it means is not known.
    pub(crate) autoprice: Vec<(String, String)>,
}

impl Terms {
    /// `{"bitcoin":0.0001,…,"usd":0}`; api-facts 3.9: bitcoin is always there, and `usd` a placeholder.
    pub(crate) fn pricing(&self, of: fn(&Price) -> Option<f64>) -> Object {
        let mut map = Object::new();
        for coin in Coin::ALL {
            let price = of(&self.prices[coin.index()]);
            if price.is_some() || coin == Coin::Bitcoin {
                map.number(coin.name(), price.unwrap_or_default());
            }
        }
        map.integer("usd", 0);
        map
    }

    /// api-facts 3.11: coin → `{on_demand, spot}`, only what is pinned.
    pub(crate) fn usd_pricing(&self) -> Object {
        let mut map = Object::new();
        for coin in Coin::ALL {
            if let Some(pinned) = self.usd[coin.index()] {
                let mut pair = Object::new();
                pair.number("on_demand", pinned.on_demand.unwrap_or_default())
                    .number("spot", pinned.spot.unwrap_or_default());
                map.object(coin.name(), pair);
            }
        }
        map
    }

    /// As the host wrote it.
    pub(crate) fn autoprice_map(&self) -> Object {
        let mut map = Object::new();
        for (key, value) in &self.autoprice {
            map.pairs(&format!("{}:{}", quoted(key), quoted(value)));
        }
        map
    }

    /// Names of the coins the host takes, as JSON texts.
    pub(crate) fn coins(&self) -> Vec<String> {
        let enabled = Coin::ALL.into_iter().filter(|coin| self.enabled[coin.index()]);
        enabled.map(|coin| quoted(coin.name())).collect()
    }

    pub(crate) fn visibility(&self) -> &'static str {
        if self.listed { "public" } else { "hidden" }
    }
}

/// All servers of the account.
#[derive(Debug)]
pub(crate) struct Hosting {
    rigs: Vec<Rig>,
}

impl Hosting {
    /// `rig-01` and on: the market's own servers in its order, and one that has never connected.
    pub(crate) fn new(market: &Market, seed: u64) -> Hosting {
        let mut rigs = Vec::new();
        for id in market.own() {
            let Some(place) = market.place_of(*id) else { continue };
            let listing = &market.listings()[place];
            let told = Terms {
                listed: listing.listed,
                max_rental: listing.max_rental,
                prices: listing.prices,
                enabled: Coin::ALL.map(|coin| {
                    listing.allows(coin) || listing.price(coin) == Price { on_demand: None, spot: None }
                }),
                usd: [None; 3],
                autoprice: Vec::new(),
            };
            rigs.push(Rig { name: String::new(), id: *id, place: Some(place), init_token: None, told });
        }
        let newest = market.listings().iter().filter_map(|listing| listing.id).max().unwrap_or_default();
        rigs.push(Rig {
            name: String::new(),
            id: newest.saturating_add(5),
            place: None,
            init_token: Some(Random::new(seed ^ 0x686f_7374).word(48)),
            told: Terms {
                listed: false,
                max_rental: 72,
                prices: [Price { on_demand: None, spot: None }; 3],
                enabled: [true; 3],
                usd: [None; 3],
                autoprice: Vec::new(),
            },
        });
        for (at, rig) in rigs.iter_mut().enumerate() {
            rig.name = format!("rig-{:02}", at + 1);
        }
        Hosting { rigs }
    }

    pub(crate) fn rigs(&self) -> &[Rig] {
        &self.rigs
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Rig> {
        self.rigs.iter().find(|rig| rig.name == name)
    }

    /// Sets new terms and tells the market.
    pub(crate) fn retell(&mut self, name: &str, terms: Terms, market: &mut Market) {
        let Some(rig) = self.rigs.iter_mut().find(|rig| rig.name == name) else { return };
        if let Some(place) = rig.place {
            market.retell(place, terms.prices, terms.max_rental, terms.listed);
            market.take_only(place, terms.enabled);
        }
        rig.told = terms;
    }
}
