//! [`StandingBid`]: one bid on a server of the gigaspot snapshot.

use crate::error::DecodeError;
use crate::model::coin::Coin;
use crate::model::id::OrderId;
use crate::model::money::Rate;
use crate::wire::field::{self, Raw};
use serde::Deserialize;

/// A bid that stood when the snapshot was taken. Every field is `None` where the snapshot does not say it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StandingBid {
    /// Its number, which is the order's.
    pub id: Option<OrderId>,
    /// The account it is of.
    pub owner: Option<u64>,
    /// Whether it is the caller's own.
    pub mine: Option<bool>,
    /// Whether it holds the machine.
    pub active: Option<bool>,
    /// Whether its image is to be kept on the machine while it waits.
    pub to_cache: Option<bool>,
    /// Whether it is there already.
    pub cached: Option<bool>,
    /// The bid: its coin per day for the whole server.
    pub price: Option<Rate>,
    /// Its coin.
    pub coin: Option<Coin>,
    /// The power limit it asks for, in watts; of one GPU or of all is not documented.
    pub power_limit: Option<u64>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    owner: Raw<'a>,
    #[serde(borrow)]
    active: Raw<'a>,
    #[serde(borrow)]
    to_cache: Raw<'a>,
    #[serde(borrow)]
    cached: Raw<'a>,
    #[serde(borrow)]
    price: Raw<'a>,
    #[serde(borrow)]
    currency: Raw<'a>,
    #[serde(borrow)]
    pl: Raw<'a>,
}

impl StandingBid {
    /// Reads one element of `bids`, a JSON object; every field of it is optional. Whose it is, is not judged here.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or a known field that comes twice.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let coin = field::word(row.currency).map(|name| Coin::named(&name));
        let amount = field::decimal(row.price);
        Ok(Self {
            id: field::integer(row.id).map(OrderId::new),
            owner: field::integer(row.owner),
            mine: None,
            active: field::boolean(row.active),
            to_cache: field::boolean(row.to_cache),
            cached: field::boolean(row.cached),
            price: amount.zip(coin.clone()).and_then(|(amount, coin)| Rate::new(amount, coin).ok()),
            coin,
            power_limit: field::integer(row.pl),
        })
    }

    /// Says whose it is, for an account of this number.
    pub(crate) fn seen_by(&mut self, user: Option<u64>) {
        self.mine = self.owner.zip(user).map(|(owner, user)| owner == user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::recording;

    #[test]
    fn the_documented_bid_is_read() {
        let Some(bytes) = recording("documented/gigaspot-snapshot-bid-gigaspot-api-docs.json") else {
            return;
        };
        let mut bid = StandingBid::decode(&bytes).unwrap();
        assert_eq!((bid.id, bid.owner, bid.mine), (Some(OrderId::new(542_567)), Some(2), None));
        assert_eq!((bid.active, bid.to_cache, bid.cached), (Some(true), Some(true), Some(true)));
        assert_eq!(bid.price.as_ref().unwrap().to_string(), "0.2 CLORE-Blockchain/day");
        assert_eq!((bid.power_limit, bid.coin.clone()), (Some(400), Some(Coin::Clore)));
        for (user, mine) in [(Some(2), Some(true)), (Some(3), Some(false)), (None, None)] {
            bid.seen_by(user);
            assert_eq!(bid.mine, mine);
        }
    }

    #[test]
    fn what_a_bid_does_not_say_is_unknown_and_never_zero() {
        let bid =
            StandingBid::decode(br#"{"id":"7","price":0,"currency":"CLORE-Blockchain","active":"maybe"}"#);
        let bid = bid.unwrap();
        assert_eq!((bid.id, bid.owner, bid.active), (Some(OrderId::new(7)), None, None));
        assert_eq!(bid.price, None);
        assert_eq!(StandingBid::decode(br#"{"price":3}"#).unwrap().price, None, "a price without its coin");
        for odd in [&b"7"[..], b"[]", b"null", b"{\"id\":1,\"id\":2}"] {
            assert!(StandingBid::decode(odd).is_err());
        }
    }
}
