//! [`SpotMarket`]: the bids on one server, and the only documented exchange rates (api-facts 3.7).

use super::coin::Coin;
use super::id::{OrderId, ServerId};
use super::money::{Rate, Rates, UsdPerCoin};
use super::server::{by_coin, rates};
use crate::error::{DecodeError, Found};
use crate::wire::field::{self, Raw};
use core::time::Duration;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The bids on one server.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SpotMarket {
    /// Whether there is such a market; `None` when the answer does not say.
    pub exists: Option<bool>,
    /// The bids that could be read.
    pub offers: Vec<Offer>,
    /// Bids that could not be read: their places in the list, counted from 0.
    pub odd_offers: Vec<usize>,
    /// Whether the list of bids was there at all. Without it nothing follows from the absence of a bid.
    pub is_complete: bool,
    /// The lowest bid accepted, by coin, per day.
    pub floor: BTreeMap<Coin, Rate>,
    /// The longest rental (hours on the wire).
    pub max_rental: Option<Duration>,
    /// Whether the server is online.
    pub online: Option<bool>,
    /// What coins are worth.
    pub rates: Rates,
}

/// One bid.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Offer {
    /// Its number (`offer_id`, by the official SDK `order_id`).
    pub id: Option<OrderId>,
    /// Its server, if it says one.
    pub server: Option<ServerId>,
    /// The bid (`bid`, by the official SDK `price`), per day.
    pub bid: Option<Rate>,
    /// Its coin.
    pub coin: Option<Coin>,
    /// Whether it holds the machine; a queued one does not. `None`: not said.
    pub active: Option<bool>,
    /// Whether it is the caller's own. `None`: not said.
    pub mine: Option<bool>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    market: Raw<'a>,
    #[serde(borrow)]
    exists: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct Market<'a> {
    #[serde(borrow)]
    offers: Raw<'a>,
    #[serde(borrow)]
    server: Raw<'a>,
    #[serde(borrow)]
    currency_rates_in_usd: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct ServerRow<'a> {
    #[serde(borrow)]
    min_pricing: Raw<'a>,
    #[serde(borrow)]
    mrl: Raw<'a>,
    #[serde(borrow)]
    online: Raw<'a>,
}

#[derive(Deserialize)]
struct OfferRow<'a> {
    #[serde(borrow)]
    offer_id: Raw<'a>,
    #[serde(borrow)]
    order_id: Raw<'a>,
    #[serde(borrow)]
    server_id: Raw<'a>,
    #[serde(borrow)]
    bid: Raw<'a>,
    #[serde(borrow)]
    price: Raw<'a>,
    #[serde(borrow)]
    currency: Raw<'a>,
    #[serde(borrow)]
    active: Raw<'a>,
    #[serde(borrow)]
    my: Raw<'a>,
}

impl SpotMarket {
    /// Reads the whole answer of `spot_marketplace`, envelope included; whether `code` is a success is not judged here.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or neither `market` nor `exists` in it.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let answer: Answer<'_> = field::record(raw)?;
        let exists = field::boolean(answer.exists);
        let market: Option<Market<'_>> = field::object(answer.market);
        if market.is_none() && exists != Some(false) {
            return Err(DecodeError::new("market", "the market of a server", field::found(answer.market)));
        }
        let market = market.unwrap_or_default();
        let server: ServerRow<'_> = field::object(market.server).unwrap_or_default();
        let list = field::list(market.offers);
        let is_complete = list.is_some() || exists == Some(false);
        let (mut offers, mut odd_offers) = (Vec::new(), Vec::new());
        for (index, row) in list.unwrap_or_default().into_iter().enumerate() {
            match Offer::decode(row.get().as_bytes()) {
                Ok(offer) => offers.push(offer),
                Err(_) => odd_offers.push(index),
            }
        }
        let worth = field::entries(market.currency_rates_in_usd).unwrap_or_default();
        let worth = by_coin(worth, |value| UsdPerCoin::new(field::decimal(Some(value))?).ok());
        Ok(Self {
            exists,
            offers,
            odd_offers,
            is_complete,
            floor: rates(server.min_pricing),
            max_rental: field::integer(server.mrl)
                .and_then(|hours| hours.checked_mul(3600))
                .map(Duration::from_secs),
            online: field::boolean(server.online),
            rates: worth.into_iter().fold(Rates::new(), |rates, (coin, worth)| rates.with(coin, worth)),
        })
    }

    /// Whether more than half of the bids could not be read: the service's answers have probably changed, and what was
    /// read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.odd_offers.len() > self.offers.len()
    }

    /// The strict view: the bids, if there was a list of them and every one was read.
    ///
    /// # Errors
    /// The first that could not be used, by its place, or the list that is missing.
    pub fn strict(&self) -> Result<&[Offer], DecodeError> {
        match self.odd_offers.first() {
            Some(place) => Err(DecodeError::new(&format!("market.offers[{place}]"), "a bid", Found::Unread)),
            None if self.is_complete => Ok(&self.offers),
            None => Err(DecodeError::new("market.offers", "a list", Found::Missing)),
        }
    }

    /// Whether an own bid is shown to hold the machine: the only direct proof that a spot order runs.
    #[must_use]
    pub fn has_own_active_offer(&self) -> bool {
        self.offers.iter().any(|offer| offer.mine == Some(true) && offer.active == Some(true))
    }
}

impl Offer {
    /// Reads one element of `offers`, a JSON object; every field of it is optional.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or a known field that comes twice.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: OfferRow<'_> = field::record(raw)?;
        let coin = field::word(row.currency).map(|name| Coin::named(&name));
        let amount = field::decimal(field::first_of(&[row.bid, row.price]));
        Ok(Self {
            id: field::integer(field::first_of(&[row.offer_id, row.order_id])).map(OrderId::new),
            server: field::integer(row.server_id).map(ServerId::new),
            bid: amount.zip(coin.clone()).and_then(|(amount, coin)| Rate::new(amount, coin).ok()),
            coin,
            active: field::boolean(row.active),
            mine: field::boolean(row.my),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::recording;

    #[test]
    fn the_documented_shape_is_read() {
        let market = SpotMarket::decode(
            br#"{"market":{"offers":[{"offer_id":5,"bid":3100,"active":true,"my":false,"currency":"CLORE-Blockchain"},7,
            {"order_id":"6","price":"0.00001","server_id":9,"my":true,"active":true,"currency":"BTC"}],
            "server":{"min_pricing":{"CLORE-Blockchain":2900},"mrl":72,"online":true,"visibility":"public"},
            "currency_rates_in_usd":{"CLORE-Blockchain":0.0012,"USD-Blockchain":1,"bitcoin":0}},"exists":true,"code":0}"#,
        )
        .unwrap();
        assert_eq!((market.exists, market.online, market.is_complete), (Some(true), Some(true), true));
        assert_eq!(market.odd_offers, [1]);
        assert_eq!(market.offers[0].bid.as_ref().unwrap().to_string(), "3100 CLORE-Blockchain/day");
        assert_eq!(market.offers[1].id, Some(OrderId::new(6)));
        assert_eq!(market.offers[1].bid.as_ref().unwrap().to_string(), "0.00001 bitcoin/day");
        assert!(market.has_own_active_offer());
        assert_eq!(market.floor[&Coin::Clore].digits(), "2900");
        assert_eq!(market.max_rental, Some(Duration::from_secs(72 * 3600)));
        assert_eq!(market.rates.usd_for_one(&Coin::Clore).unwrap().amount().to_string(), "0.0012");
        assert_eq!(market.rates.usd_for_one(&Coin::Bitcoin), None);
    }

    #[test]
    fn the_fixture_with_two_bids_is_read() {
        let Some(bytes) = recording("third-party-fixtures/spot_marketplace-two-bids.json") else {
            return;
        };
        let market = SpotMarket::decode(&bytes).unwrap();
        let bids: Vec<_> = market.offers.iter().map(|o| o.bid.as_ref().unwrap().to_string()).collect();
        assert_eq!(bids, ["1500 CLORE-Blockchain/day", "9.0 USD-Blockchain/day"]);
        assert_eq!(market.exists, None);
        assert!(!market.has_own_active_offer());
        assert_eq!(market.rates.usd_for_one(&Coin::Clore).unwrap().amount().to_string(), "0.0025");
    }

    #[test]
    fn no_market_is_not_an_empty_one() {
        let none = SpotMarket::decode(br#"{"exists":false,"code":0}"#).unwrap();
        assert_eq!((none.exists, none.offers.len()), (Some(false), 0));
        assert!(SpotMarket::decode(br#"{"code":0}"#).is_err());
        assert!(SpotMarket::decode(br#"{"market":[],"code":0}"#).is_err());
        assert!(!SpotMarket::decode(br#"{"market":{"offers":null}}"#).unwrap().is_complete);
    }
}
