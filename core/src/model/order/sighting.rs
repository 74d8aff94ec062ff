//! [`Sighting`]: what renting needs to know of an order row (rent.md, "complete reading" and "candidate").
//!
//! It keeps missing apart from said: a missing value contradicts nothing. A row that cannot be read says which server
//! it is on if that can be told, because such a row on *this* server, or on an unreadable one, makes a reading
//! incomplete.

use super::decode::Row;
use crate::error::DecodeError;
use crate::model::coin::Coin;
use crate::model::fees::FeePercent;
use crate::model::id::{OrderId, ServerId};
use crate::model::kind::Kind;
use crate::model::money::Rate;
use crate::model::usd::{UsdPerDay, UsdPerHour};
use crate::time::UnixTime;
use crate::wire::field;

/// One order row, as evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Sighting {
    /// The order.
    pub id: OrderId,
    /// Its server; `None` when missing, unreadable or said in two ways.
    pub server: Option<ServerId>,
    /// When it was created.
    pub created: Option<UnixTime>,
    /// Its image, which only ranks.
    pub image: Option<String>,
    /// Its coin.
    pub coin: Option<Coin>,
    /// Its kind; `None` when neither `type` nor `spot` says one, or they differ.
    pub kind: Option<Kind>,
    /// Its price.
    pub price: Option<Rate>,
    /// Its price in dollars when it was created.
    pub original_price: Option<UsdPerHour>,
    /// The fee on top of its price.
    pub fee: Option<FeePercent>,
    /// Whether it is over by its own word or by a rule of api-facts 4.3.
    pub ended: bool,
    /// Whether it surely bills no more: its flag, or a word for "cancelled".
    pub surely_over: bool,
}

/// An order row without a readable id.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct OddSighting {
    /// Its server; `None` when that cannot be told either.
    pub server: Option<ServerId>,
    /// Whether it says that it is over.
    pub is_over: bool,
    /// What is wrong with it.
    pub error: DecodeError,
}

impl Sighting {
    /// Reads one row of `orders`.
    ///
    /// # Errors
    /// [`OddSighting`] when the row has no readable id, two different ones, or is no JSON object.
    pub fn decode(raw: &[u8]) -> Result<Self, OddSighting> {
        let row: Row<'_> =
            field::record(raw).map_err(|error| OddSighting { server: None, is_over: false, error })?;
        let odd = |error| OddSighting { server: row.server(), is_over: row.expired(), error };
        let id = row.id().map_err(odd)?;
        Ok(Self {
            id,
            server: row.server(),
            created: row.created(),
            image: row.image(),
            coin: row.coin(),
            kind: row.kind().filter(|_| !row.kind_is_contradictory()),
            price: row.price(),
            original_price: row.original_price_usd().map(UsdPerDay::per_hour),
            fee: row.fee().and_then(FeePercent::from_fraction),
            ended: row.is_over(),
            surely_over: row.is_surely_over(),
        })
    }
}
