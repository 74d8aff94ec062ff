//! [`Order`]: one row of `my_orders`, every shape of api-facts 3.3 and 4 read into one value.
//!
//! Only an unreadable or contradictory id costs the row: a rental that bills must not vanish because another field is
//! odd. The status is derived, and says by which rule.

mod decode;
mod reach;
mod sighting;
mod status;

pub use sighting::{OddSighting, Sighting};
pub use status::{OrderStatus, StatusContext, StatusSource};

use super::coin::Coin;
use super::connection::{Host, HttpAccess, SshTarget};
use super::id::{OrderId, ServerId};
use super::kind::Kind;
use super::money::{Amount, Rate};
use super::server::Gpus;
use super::usd::UsdPerDay;
use crate::excerpt::Excerpt;
use crate::secret::Secret;
use crate::time::UnixTime;
use crate::wire::kept::{list_bytes, map_bytes};
use core::time::Duration;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A rental.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// The server it is on; `None` also where two fields name different ones.
    pub server: Option<ServerId>,
    /// What it pays with.
    pub coin: Option<Coin>,
    /// The image it runs, as it came: show it through [`Excerpt`].
    pub image: Option<String>,
    /// How it is rented; on demand when the row says nothing.
    pub kind: Kind,
    /// Its price, in its coin per day. `None` where the coin or the amount is missing.
    pub price: Option<Rate>,
    /// The renter's fee as a fraction: 0.05 is 5 %.
    pub fee: Option<Decimal>,
    /// What creating it costs, charged after ten minutes.
    pub creation_fee: Option<Amount>,
    /// What it has cost so far, without the creation fee.
    pub spend: Option<Amount>,
    /// Its price in dollars per day when it was created.
    pub original_price_usd: Option<UsdPerDay>,
    /// When it was created.
    pub created: Option<UnixTime>,
    /// The longest it may run (`mrl`, which is in seconds here).
    pub max_rental: Option<Duration>,
    /// Whether the host is connected; not whether the container runs.
    pub online: Option<bool>,
    /// Whether it is over, by its own word.
    pub expired: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// When it ended or will end (`order_end`).
    pub end: Option<UnixTime>,
    /// Every host named, checked, in the row's order; the last one is tried first.
    pub hosts: Vec<Host>,
    /// Public TCP port by the container's port; 22 is ssh.
    pub tcp_ports: BTreeMap<u16, u16>,
    /// The web side.
    pub http: Option<HttpAccess>,
    /// A link that logs in.
    pub auto_login: Option<Secret>,
    /// The password of its ssh, if the row tells it.
    pub ssh_password: Option<Secret>,
    /// The token of its notebook, if the row tells it.
    pub jupyter_token: Option<Secret>,
    /// `mon_container`, whose meaning is disputed; nothing depends on it.
    pub mon_container: Option<u64>,
    /// Its GPUs.
    pub gpus: Gpus,
    /// `status` or `instance_status` as it came, escaped.
    pub reported_status: Option<Excerpt>,
    /// The line the service gives for ssh (`connection.ssh`), escaped; it may be anything.
    pub ssh_text: Option<Excerpt>,
    /// What it is doing, as far as this row alone tells it.
    pub status: OrderStatus,
    /// Where [`Order::status`] comes from.
    pub status_source: StatusSource,
    ssh_user: Option<Box<str>>,
}

impl Order {
    /// The memory of its lists and maps; its texts are not in it.
    pub(crate) fn owned_bytes(&self) -> usize {
        let lists = list_bytes(&self.hosts).saturating_add(list_bytes(&self.gpus.each));
        lists.saturating_add(map_bytes::<u16, u16>(self.tcp_ports.len()))
    }

    /// Where to connect first: the last host (the one of the program that really rented, api-facts 4.2), at the port
    /// mapped to 22. `None` when either is missing: no port is invented.
    #[must_use]
    pub fn ssh(&self) -> Option<SshTarget> {
        self.ssh_targets().next()
    }

    /// All of its ssh targets, the preferred one first.
    pub fn ssh_targets(&self) -> impl Iterator<Item = SshTarget> {
        let port = self.tcp_ports.get(&22).copied();
        let user = self.ssh_user.as_deref().unwrap_or("root");
        self.hosts.iter().rev().filter_map(move |host| SshTarget::new(user, host.clone(), port?))
    }

    /// This order with its status judged in `context`.
    #[must_use]
    pub fn judged(mut self, context: &StatusContext) -> Self {
        (self.status, self.status_source) = self.status_in(context);
        self
    }
}

#[cfg(test)]
mod shape_tests;
#[cfg(test)]
mod sighting_tests;
#[cfg(test)]
mod status_tests;
