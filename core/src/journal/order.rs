//! [`JournaledOrder`]: what the journal knows of an order that one of its intents became.

use super::record::{Intent, IntentId};
use crate::model::{Coin, Kind, OrderId, Rate, ServerId, UsdPerHour};
use crate::spending::OrderCaps;
use crate::time::UnixTime;

/// An order of the journal: the facts of its intent, and what was recorded since.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct JournaledOrder {
    /// The order.
    pub order: OrderId,
    /// The intent it settles.
    pub intent: IntentId,
    /// Whether it was made with another API key of the same base URL.
    pub other_key: bool,
    /// Its server, when the call named one.
    pub server: Option<ServerId>,
    /// On demand or spot, when the call said.
    pub kind: Option<Kind>,
    /// The coin that pays.
    pub coin: Option<Coin>,
    /// The rate expected when it was placed, coin per day, without the fee.
    pub rate: Option<Rate>,
    /// US dollars per hour with the fee: the highest of when it was placed and every reprice since. `None`: unknown.
    pub price: Option<UsdPerHour>,
    /// When it is to be ended; enforced only while something watches it.
    pub caps: OrderCaps,
    /// Wall time of its intent, or else of its resolution.
    pub placed: Option<UnixTime>,
    /// Whether it was recorded that it is over.
    pub is_over: bool,
    /// Wall time of that record, never before the newest line then in the journal. The order may have ended earlier.
    pub ended: Option<UnixTime>,
}

impl JournaledOrder {
    /// `order` as the order of `intent`, recorded at `wall`.
    pub(super) fn of(order: OrderId, intent: &Intent, wall: Option<UnixTime>) -> Self {
        Self {
            order,
            intent: intent.id.clone(),
            other_key: false,
            server: intent.server,
            kind: intent.kind,
            coin: intent.coin.clone(),
            rate: intent.rate.clone(),
            price: intent.price,
            caps: intent.caps,
            placed: intent.wall.or(wall),
            is_over: false,
            ended: None,
        }
    }
}
