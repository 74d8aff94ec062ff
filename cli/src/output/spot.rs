//! The bids on one server as a table and as JSON: each in its coin per day, and in dollars where the rate is known.

use super::cost::CostRow;
use super::json::number;
use super::money::{cell, coin_per_day, per_hour};
use super::table::{known, right, table, text};
use clore_core::model::spot::{Offer, SpotMarket};
use clore_core::model::{Coin, CostEstimate, Rate, Rates, ServerId};
use comfy_table::Cell;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// The bids, the highest first as far as they can be compared.
pub fn spot_table(market: &SpotMarket, rates: &Rates) -> String {
    let mut table = table(&["offer", "yours", "holds it", "coin per day", "USD/hour"]);
    for offer in ordered(market, rates) {
        table.add_row(vec![
            right(known(offer.id.map(|id| id.to_string()))),
            Cell::new(yes(offer.mine)),
            Cell::new(yes(offer.active)),
            right(known(offer.bid.as_ref().map(|bid| cell(&coin_per_day(bid), 40)))),
            right(per_hour(offer.bid.as_ref().and_then(|bid| bid.usd_per_hour(rates)))),
        ]);
    }
    text(&table)
}

fn ordered<'a>(market: &'a SpotMarket, rates: &Rates) -> Vec<&'a Offer> {
    let mut offers: Vec<&Offer> = market.offers.iter().collect();
    // What is not known in dollars goes last; the service's order holds among equals.
    offers.sort_by_key(|offer| {
        let usd = offer.bid.as_ref().and_then(|bid| bid.usd_per_day(rates));
        (usd.is_none(), core::cmp::Reverse(usd))
    });
    offers
}

fn yes(word: Option<bool>) -> &'static str {
    match word {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    }
}

#[derive(Serialize)]
struct OfferRow {
    offer_id: Option<u64>,
    mine: Option<bool>,
    active: Option<bool>,
    coin: Option<String>,
    bid_coin_per_day: Option<Box<RawValue>>,
    bid_usd_per_hour: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct FloorRow {
    coin_per_day: Option<Box<RawValue>>,
    usd_per_hour: Option<Box<RawValue>>,
    cost: CostRow,
}

#[derive(Serialize)]
struct SpotDocument {
    server_id: u64,
    exists: Option<bool>,
    online: Option<bool>,
    max_rental_hours: Option<u64>,
    offers: Vec<OfferRow>,
    odd_offers: Vec<usize>,
    complete: bool,
    floor: BTreeMap<String, FloorRow>,
    usd_per_coin: BTreeMap<String, Option<Box<RawValue>>>,
}

/// `{"server_id", "offers": [{"offer_id", "mine", "active", "coin", "bid_coin_per_day", "bid_usd_per_hour"}],
/// "floor": {coin: {"coin_per_day", "usd_per_hour", "cost"}}, "usd_per_coin": {coin: n}, "complete", ..}`.
pub fn spot_document(
    server: ServerId,
    market: &SpotMarket,
    rates: &Rates,
    cost: impl Fn(&Rate) -> CostEstimate,
) -> String {
    let bid = |bid: Option<&Rate>| number(bid.map(Rate::amount));
    let usd =
        |bid: Option<&Rate>| number(bid.and_then(|bid| bid.usd_per_hour(rates)).map(|usd| usd.amount()));
    let offer = |offer: &Offer| OfferRow {
        offer_id: offer.id.map(|id| id.number()),
        mine: offer.mine,
        active: offer.active,
        coin: offer.coin.as_ref().map(ToString::to_string),
        bid_coin_per_day: bid(offer.bid.as_ref()),
        bid_usd_per_hour: usd(offer.bid.as_ref()),
    };
    let floor = |(coin, rate): (&Coin, &Rate)| {
        let cost = CostRow::new(&cost(rate));
        (coin.to_string(), FloorRow { coin_per_day: bid(Some(rate)), usd_per_hour: usd(Some(rate)), cost })
    };
    let worth = |coin: &Coin| (coin.to_string(), number(rates.usd_for_one(coin).map(|usd| usd.amount())));
    let document = SpotDocument {
        server_id: server.number(),
        exists: market.exists,
        online: market.online,
        max_rental_hours: market.max_rental.map(|time| time.as_secs() / 3600),
        offers: ordered(market, rates).into_iter().map(offer).collect(),
        odd_offers: market.odd_offers.clone(),
        complete: market.is_complete && market.odd_offers.is_empty(),
        floor: market.floor.iter().map(floor).collect(),
        usd_per_coin: coins(market).iter().map(worth).collect(),
    };
    serde_json::to_string(&document).unwrap_or_else(|_| "{}".to_owned())
}

/// The coins that bids and floors are in, and those everybody asks for.
fn coins(market: &SpotMarket) -> BTreeSet<Coin> {
    let known = [Coin::Clore, Coin::Bitcoin, Coin::Usd];
    let offered = market.offers.iter().filter_map(|offer| offer.coin.clone());
    market.floor.keys().cloned().chain(offered).chain(known).collect()
}
