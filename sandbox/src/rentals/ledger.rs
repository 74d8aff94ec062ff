//! The ledger: what was really rented, whatever any answer said.

use std::time::Duration;

use super::order::{EndReason, Kind, Order};
use crate::coin::Coin;

/// One rental as it really is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rental {
    /// The order's id.
    pub order_id: u64,
    /// The server it is for.
    pub server_id: u64,
    /// On demand or spot.
    pub kind: Kind,
    /// The coin it is paid in.
    pub coin: Coin,
    /// Coin per day for the whole server, now; a spot price may have changed.
    pub price_per_day: f64,
    /// The image it was asked to run.
    pub image: String,
    /// The ports of the container that are forwarded.
    pub tcp_ports: Vec<u16>,
    /// The port of the container that the web proxy serves.
    pub http_port: Option<u16>,
    /// When it was placed, on the sandbox's clock.
    pub created: Duration,
    /// When it ended. None: it lives, and bills if it holds its machine.
    pub ended: Option<Duration>,
    /// Why it ended.
    pub end: Option<EndReason>,
    /// How long it has held the machine; less than its life for a bid that waited.
    pub held: Duration,
    /// Price times the time held, without any fee.
    pub rent: f64,
    /// The creation fee, if it was charged.
    pub creation_fee: f64,
    /// All that the wallet paid for it: rent, the fee on it and the creation fee.
    pub spent: f64,
}

impl Rental {
    /// Whether it has not ended.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    pub(crate) fn of(order: &Order, now: Duration) -> Rental {
        Rental {
            order_id: order.id,
            server_id: order.asked.server,
            kind: order.asked.kind,
            coin: order.asked.coin,
            price_per_day: order.price,
            image: order.asked.image.clone(),
            tcp_ports: order.asked.tcp.clone(),
            http_port: order.asked.http,
            created: order.created,
            ended: order.end.map(|(at, _)| at),
            end: order.end.map(|(_, why)| why),
            held: order.held(now),
            rent: order.rent(now),
            creation_fee: order.creation_fee_paid,
            spent: order.spend(now) + order.creation_fee_paid,
        }
    }
}

/// How many rentals there were, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Ever placed.
    pub placed: usize,
    /// Not ended.
    pub open: usize,
    /// Ended, for any reason.
    pub ended: usize,
}
