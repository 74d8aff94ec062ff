//! `create_order`: rents a server (api-facts 3.4).
//!
//! What cannot be sent cannot be written: spot has a bid, on-demand has none, access is by key *or* by password. A
//! price goes out as its listed digits. Lengths are checked, nothing is ever cut. Defaults are the seed's.

mod access;
mod answer;
mod body;
mod target;

pub use access::{Access, generate_password};
pub use answer::{CreateOrderReader, CreateVerdict, Created, Unclear};
pub use body::EnvWarning;
pub use target::{Listed, Target};

use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::limits::Caps;
use crate::model::{Coin, CostEstimate, Kind, OrderId, Rate, Rates, ServerId};
use crate::secret::Secret;
use core::fmt;
use std::collections::BTreeMap;

/// The image the seed rents with.
pub const DEFAULT_IMAGE: &str = "nvidia/cuda:12.1.0-base-ubuntu22.04";
const DEFAULT_PORT: (u16, PortKind) = (22, PortKind::Tcp);
const DEFAULT_ENV: (&str, &str) = ("NVIDIA_VISIBLE_DEVICES", "all");

/// A request to rent one server.
///
/// # Money
/// Sending it makes a bill. It is sent at most once per intent; `rent.md` says how an unclear answer is settled.
#[derive(Clone)]
pub struct CreateOrder {
    target: Target,
    offer: Offer,
    coin: Option<Coin>,
    image: String,
    ports: Option<BTreeMap<u16, PortKind>>,
    env: Option<BTreeMap<String, String>>,
    access: Access,
    /// A key and a password were both given; one of them would be dropped.
    two_ways_in: bool,
    jupyter_token: Option<Secret>,
    command: Option<String>,
    required_price: Option<Rate>,
    price_guard_off: bool,
    autossh_entrypoint: Option<bool>,
    remember_password: Option<bool>,
    dockerhub_auth: Option<Secret>,
}

/// How a port of the container is reached.
///
/// Closed: the service has these two (api-facts 3.4 `ports`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PortKind {
    /// Through a public port of the host.
    Tcp,
    /// Through the service's web proxy; one per order comes back.
    Http,
}

#[derive(Clone, Debug)]
enum Offer {
    OnDemand,
    Spot(Rate),
}

impl CreateOrder {
    /// Rents `target` at its listed price, paid in CLORE unless [`CreateOrder::coin`] says otherwise.
    #[must_use]
    pub fn on_demand(target: impl Into<Target>, image: impl Into<String>) -> Self {
        Self::new(target.into(), image.into(), Offer::OnDemand)
    }

    /// Bids for `target`. The order is paid in the bid's coin.
    #[must_use]
    pub fn spot(target: impl Into<Target>, image: impl Into<String>, bid: Rate) -> Self {
        Self::new(target.into(), image.into(), Offer::Spot(bid))
    }

    fn new(target: Target, image: String, offer: Offer) -> Self {
        Self {
            target,
            offer,
            coin: None,
            image,
            ports: None,
            env: None,
            access: Access::None,
            two_ways_in: false,
            jupyter_token: None,
            command: None,
            required_price: None,
            price_guard_off: false,
            autossh_entrypoint: None,
            remember_password: None,
            dockerhub_auth: None,
        }
    }

    /// Pays in `coin`. For a spot order another coin than the bid's is refused when the request is built.
    #[must_use]
    pub fn coin(mut self, coin: Coin) -> Self {
        self.coin = Some(coin);
        self
    }

    /// Opens one more port of the container, beside 22/tcp, the default. [`CreateOrder::ports`] replaces them all.
    #[must_use]
    pub fn port(mut self, port: u16, kind: PortKind) -> Self {
        self.ports.get_or_insert_with(|| BTreeMap::from([DEFAULT_PORT])).insert(port, kind);
        self
    }

    /// Opens exactly these ports. An empty map stays empty: then no port is opened.
    #[must_use]
    pub fn ports(mut self, ports: impl IntoIterator<Item = (u16, PortKind)>) -> Self {
        self.ports = Some(ports.into_iter().collect());
        self
    }

    /// Sets one more environment variable, beside `NVIDIA_VISIBLE_DEVICES=all`, the default.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.get_or_insert_with(default_env).insert(name.into(), value.into());
        self
    }

    /// Sets exactly these environment variables. An empty map stays empty.
    #[must_use]
    pub fn environment<N: Into<String>, V: Into<String>>(
        mut self,
        env: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        self.env = Some(env.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// How to get in by SSH: a key *or* a password. It replaces what was said before.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self.two_ways_in = false;
        self
    }

    fn way_in(self, access: Access) -> Self {
        let other = !matches!(self.access, Access::None) && access.is_key() != self.access.is_key();
        let two_ways_in = self.two_ways_in || other;
        Self { two_ways_in, ..self.access(access) }
    }

    /// Lets in who has the private key of this public one (at most 3072 characters; blanks around it are dropped).
    /// Beside a password it is refused when the request is built.
    #[must_use]
    pub fn ssh_key(self, public_key: impl AsRef<str>) -> Self {
        self.way_in(Access::key(public_key))
    }

    /// Lets in who knows the password (1 to 32 characters). Beside a key it is refused when the request is built.
    #[must_use]
    pub fn ssh_password(self, password: Secret) -> Self {
        self.way_in(Access::Password(password))
    }

    /// The token of a Jupyter image (1 to 32 characters).
    #[must_use]
    pub fn jupyter_token(mut self, token: Secret) -> Self {
        self.jupyter_token = Some(token);
        self
    }

    /// A script to run at the start.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// The listed on-demand price that must still hold, in the order's coin. Give the listed digits: another number
    /// of the same worth may be refused as a database error (api-facts 1.4).
    #[must_use]
    pub fn required_price(mut self, price: Rate) -> Self {
        self.required_price = Some(price);
        self.price_guard_off = false;
        self
    }

    /// Sends no required price, not even the one that renting from a fresh listing would add.
    #[must_use]
    pub fn without_required_price(mut self) -> Self {
        self.required_price = None;
        self.price_guard_off = true;
        self
    }

    /// Sends `autossh_entrypoint`, as a boolean (api-facts 3.4).
    #[must_use]
    pub fn autossh_entrypoint(mut self, on: bool) -> Self {
        self.autossh_entrypoint = Some(on);
        self
    }

    /// Sends `remember_password`.
    #[must_use]
    pub fn remember_password(mut self, on: bool) -> Self {
        self.remember_password = Some(on);
        self
    }

    /// Credentials for a private image.
    #[must_use]
    pub fn dockerhub_auth(mut self, auth: Secret) -> Self {
        self.dockerhub_auth = Some(auth);
        self
    }

    /// What is to be rented, and what is known of its listing.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// On demand or spot.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.offer {
            Offer::OnDemand => Kind::OnDemand,
            Offer::Spot(_) => Kind::Spot,
        }
    }

    /// The coin the order is paid in.
    #[must_use]
    pub fn paid_in(&self) -> &Coin {
        match (&self.coin, &self.offer) {
            (Some(coin), _) => coin,
            (None, Offer::Spot(bid)) => bid.coin(),
            (None, Offer::OnDemand) => &Coin::Clore,
        }
    }

    /// The image.
    #[must_use]
    pub fn image(&self) -> &str {
        &self.image
    }

    /// The bid of a spot order.
    #[must_use]
    pub fn bid(&self) -> Option<&Rate> {
        match &self.offer {
            Offer::OnDemand => None,
            Offer::Spot(bid) => Some(bid),
        }
    }

    /// The required price, if one is sent.
    #[must_use]
    pub fn price_required(&self) -> Option<&Rate> {
        self.required_price.as_ref()
    }

    /// Whether [`CreateOrder::without_required_price`] was the last word on it.
    #[must_use]
    pub fn price_guard_is_off(&self) -> bool {
        self.price_guard_off
    }

    /// The listed on-demand price in the order's coin, when the target came with a listing.
    #[must_use]
    pub fn listed_price(&self) -> Option<&Rate> {
        self.target.listing()?.on_demand_in(self.paid_in())
    }

    /// The rate it will cost, without the fee: the bid, the listed price, or the price that must still hold. `None` for
    /// a bare id on demand.
    #[must_use]
    pub fn expected_rate(&self) -> Option<&Rate> {
        self.bid().or_else(|| self.price_required()).or_else(|| self.listed_price())
    }

    /// What it will cost in dollars as far as its listing and `rates` tell, with assumed fees. The bid and the required
    /// price beat the listing's dollars, which then only say what the coin is worth.
    pub fn cost(&self, rates: &Rates) -> CostEstimate {
        let mut cost = CostEstimate::new(self.kind(), self.paid_in().clone()).rates(rates);
        if let Some(listed) = self.listed_price() {
            cost = cost.rate(listed.clone());
        }
        if let Some(price) = self.target.listing().and_then(|listing| listing.usd_in(self.paid_in())) {
            cost = cost.usd_per_hour(price);
        }
        match self.bid().or_else(|| self.price_required()) {
            Some(rate) if Some(rate) != self.listed_price() => cost.repriced(rate.clone()),
            _ => cost,
        }
    }

    /// How to get in.
    #[must_use]
    pub fn ssh_access(&self) -> &Access {
        &self.access
    }
}

fn default_env() -> BTreeMap<String, String> {
    BTreeMap::from([(DEFAULT_ENV.0.to_owned(), DEFAULT_ENV.1.to_owned())])
}

impl Endpoint for CreateOrder {
    type Output = Created;
    type Reader = CreateOrderReader;
    const NAME: &'static str = "create_order";

    fn effect(&self) -> Effect {
        Effect::Spend
    }

    fn server(&self) -> Option<ServerId> {
        Some(self.target.server())
    }

    fn prices(&self) -> Vec<Option<Rate>> {
        vec![self.expected_rate().cloned()]
    }

    fn is_price_sure(&self) -> bool {
        self.bid().is_some() || self.price_required().is_some()
    }

    fn placed(&self, output: &Created) -> Option<OrderId> {
        output.order_id
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/create_order").into_change(&self.body()?)
    }

    fn reader(&self, caps: &Caps) -> CreateOrderReader {
        CreateOrderReader::new(caps)
    }
}

impl fmt::Debug for CreateOrder {
    /// Names of environment variables, no values; no command, no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateOrder")
            .field("server", &self.target.server())
            .field("offer", &self.offer)
            .field("coin", self.paid_in())
            .field("image", &self.image)
            .field("ports", &self.ports)
            .field("env", &self.env.as_ref().map(|env| env.keys().collect::<Vec<_>>()))
            .field("access", &self.access)
            .field("jupyter_token", &self.jupyter_token)
            .field("command", &self.command.as_ref().map(|_| "(hidden)"))
            .field("required_price", &self.required_price)
            .field("dockerhub_auth", &self.dockerhub_auth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
