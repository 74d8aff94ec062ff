//! `create_gigaspot_orders`: bids on several servers at once (api-facts 3.13).
//!
//! The service answers code 0 with the servers it failed on, and never an order id: the orders are found in the
//! account's own bids ([`Gigaspot::own_bids`](crate::model::Gigaspot::own_bids)) or in `my_orders`. A server counts as
//! placed only when every list of failures was there, readable and silent about it.

use super::clocks::{Clocks, clocks};
use super::named::{Named, not_asked, status_is_ok};
use crate::effect::Effect;
use crate::endpoint::price::price_number;
use crate::endpoint::{Answer, Endpoint, InvalidRequest, Path, Proof, Reader, Whole};
use crate::error::{DecodeError, Why};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{Coin, GpuOverclock, Rate, ServerId};
use crate::secret::Secret;
use crate::wire::envelope::Fields;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// Limits of api-facts 3.13, in characters: the whole environment as JSON stays *under* its limit.
const ENV_CHARS: usize = 12_287;
const ENV_NAME_CHARS: usize = 128;
const ENV_VALUE_CHARS: usize = 1536;

/// A bid on one server.
///
/// # Money
/// The price is CLORE per day for the whole server, whatever coin pays.
#[derive(Clone, Debug)]
pub struct GigaspotBid {
    server: ServerId,
    image: String,
    price: Rate,
    coin: Coin,
    overclock: Vec<GpuOverclock>,
    env: BTreeMap<String, Secret>,
}

impl GigaspotBid {
    /// Bids `price`, CLORE per day, for `server`, to run `image` (an id of Clore's own registry, or a base image's
    /// id) with its GPUs set as `overclock` says, one entry per GPU. Paid in CLORE.
    #[must_use]
    pub fn new(
        server: ServerId,
        image: impl Into<String>,
        price: Rate,
        overclock: impl IntoIterator<Item = GpuOverclock>,
    ) -> Self {
        Self {
            server,
            image: image.into(),
            price,
            coin: Coin::Clore,
            overclock: overclock.into_iter().collect(),
            env: BTreeMap::new(),
        }
    }

    /// Pays with another coin. The price stays in CLORE per day.
    #[must_use]
    pub fn coin(mut self, coin: Coin) -> Self {
        self.coin = coin;
        self
    }

    /// Adds an environment variable: its name at most 128 characters, its value 1,536; all of them, as JSON, under
    /// 12,288. Nothing is ever cut.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: Secret) -> Self {
        self.env.insert(name.into(), value);
        self
    }

    /// The server.
    #[must_use]
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// The bid, CLORE per day for the whole server.
    #[must_use]
    pub fn price(&self) -> &Rate {
        &self.price
    }

    /// The coin that pays.
    #[must_use]
    pub fn paid_in(&self) -> &Coin {
        &self.coin
    }

    fn row(&self) -> Result<Row<'_>, InvalidRequest> {
        let invalid = |field, why| Err(InvalidRequest::new(field, why));
        if self.image.is_empty() {
            return invalid("image", Why::Empty);
        }
        if self.image.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return invalid("image", Why::BadCharacter);
        }
        if self.coin.wire_name().is_empty() {
            return invalid("currency", Why::Empty);
        }
        Ok(Row {
            currency: self.coin.wire_name(),
            image: &self.image,
            renting_server: self.server.number(),
            price: clore_number(&self.price)?,
            oc: clocks(&self.overclock)?,
            env: self.checked_env()?,
        })
    }

    fn checked_env(&self) -> Result<BTreeMap<&str, &str>, InvalidRequest> {
        let env: BTreeMap<&str, &str> =
            self.env.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
        for (name, value) in &env {
            if name.is_empty() {
                return Err(InvalidRequest::new("env", Why::Empty));
            }
            InvalidRequest::check_characters("env (a name)", name, ENV_NAME_CHARS)?;
            InvalidRequest::check_characters("env (a value)", value, ENV_VALUE_CHARS)?;
        }
        let json = serde_json::to_string(&env).map_err(|_| InvalidRequest::new("env", Why::Unwritable))?;
        InvalidRequest::check_characters("env", &Zeroizing::new(json), ENV_CHARS)?;
        Ok(env)
    }
}

/// The digits of a price that the service takes in CLORE per day.
pub(super) fn clore_number(price: &Rate) -> Result<Box<RawValue>, InvalidRequest> {
    match price.coin() {
        Coin::Clore => price_number("price", price),
        _ => Err(InvalidRequest::new("price", Why::NotClore)),
    }
}

#[derive(Serialize)]
struct Row<'a> {
    currency: &'a str,
    image: &'a str,
    renting_server: u64,
    price: Box<RawValue>,
    oc: Vec<Clocks>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    env: BTreeMap<&'a str, &'a str>,
}

/// Places bids on several servers with one request.
///
/// # Money
/// It passes the journal and is sent at most once. What the answer leaves unclear keeps the intent open.
#[derive(Clone, Debug)]
pub struct CreateGigaspotOrders {
    bids: Vec<GigaspotBid>,
}

impl CreateGigaspotOrders {
    /// Places `bids`: at least one, each on a server of its own.
    #[must_use]
    pub fn new(bids: impl IntoIterator<Item = GigaspotBid>) -> Self {
        Self { bids: bids.into_iter().collect() }
    }

    /// The bids.
    #[must_use]
    pub fn bids(&self) -> &[GigaspotBid] {
        &self.bids
    }
}

/// What became of each bid.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
#[must_use]
pub struct GigaspotPlaced {
    /// Every server asked for, in the order of the bids.
    pub bids: Vec<BidReport>,
    /// Servers that the lists of failures name and nobody asked for. Then the lists are not about this request alone,
    /// and silence about a server proves nothing.
    pub not_asked: Vec<ServerId>,
}

/// What became of one bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BidReport {
    /// The server.
    pub server: ServerId,
    /// What the answer says of it.
    pub outcome: BidOutcome,
}

/// What the answer says of one bid.
///
/// Closed: each bid is one of these.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BidOutcome {
    /// Every list of failures is whole and none names it: its order exists, and bills when it holds the machine.
    Placed,
    /// The clocks are out of the allowed range, so the bid was not placed.
    FailedToOverclock,
    /// The bid is below the least that is allowed.
    TooLow,
    /// It was not placed for any other reason.
    FailedToRent,
    /// A list that should tell is missing or odd: the bid may have been placed.
    Unclear,
}

impl GigaspotPlaced {
    /// The servers on which a bid was certainly placed.
    pub fn placed(&self) -> impl Iterator<Item = ServerId> {
        self.with(BidOutcome::Placed)
    }

    /// The servers of which it is not known. Their intent is open in the journal.
    pub fn unclear(&self) -> impl Iterator<Item = ServerId> {
        self.with(BidOutcome::Unclear)
    }

    /// The servers with this outcome.
    pub fn with(&self, outcome: BidOutcome) -> impl Iterator<Item = ServerId> {
        self.bids.iter().filter(move |bid| bid.outcome == outcome).map(|bid| bid.server)
    }

    /// Whether it is known of every bid what became of it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unclear().next().is_none()
    }

    /// Whether certainly no bid was placed.
    #[must_use]
    pub fn is_none_placed(&self) -> bool {
        self.is_complete() && self.placed().next().is_none()
    }
}

/// The lists of an answer.
#[derive(Clone, Debug)]
struct Failures {
    rent: Named,
    overclock: Named,
    too_low: Named,
    status_ok: bool,
}

impl Failures {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            rent: Named::read(fields, "failed_to_rent_servers"),
            overclock: Named::read(fields, "failed_to_oc_servers"),
            too_low: Named::read_if_there(fields, "too_low_bids_servers"),
            status_ok: status_is_ok(fields),
        })
    }

    fn report(&self, servers: &[ServerId]) -> GigaspotPlaced {
        let asked: BTreeSet<u64> = servers.iter().map(|server| server.number()).collect();
        let lists = [&self.rent, &self.overclock, &self.too_low];
        let not_asked = not_asked(&lists, &asked);
        let silence_proves = self.status_ok && not_asked.is_empty() && lists.iter().all(|list| list.whole);
        let outcome = |id| match () {
            // The general list names these servers as well.
            () if self.overclock.has(id) => BidOutcome::FailedToOverclock,
            () if self.too_low.has(id) => BidOutcome::TooLow,
            () if self.rent.has(id) => BidOutcome::FailedToRent,
            () if silence_proves => BidOutcome::Placed,
            () => BidOutcome::Unclear,
        };
        let report = |server: &ServerId| BidReport { server: *server, outcome: outcome(server.number()) };
        GigaspotPlaced {
            bids: servers.iter().map(report).collect(),
            not_asked: not_asked.into_iter().map(ServerId::new).collect(),
        }
    }
}

impl Endpoint for CreateGigaspotOrders {
    type Output = GigaspotPlaced;
    type Reader = CreateGigaspotOrdersReader;
    const NAME: &'static str = "create_gigaspot_orders";

    fn effect(&self) -> Effect {
        Effect::Spend
    }

    /// One bid's server. Several bids have no server of their own: such an intent touches every server.
    fn server(&self) -> Option<ServerId> {
        match self.bids.as_slice() {
            [bid] => Some(bid.server),
            _ => None,
        }
    }

    fn prices(&self) -> Vec<Option<Rate>> {
        self.bids.iter().map(|bid| Some(bid.price.clone())).collect()
    }

    /// No answer names an order. Whole lists settle the intent; of anything less the intent stays open, since what is
    /// not known may bill (`rent.md`, "which answers refuse a create").
    fn proof(&self, output: &GigaspotPlaced) -> Proof {
        match (output.is_complete(), output.is_none_placed()) {
            (_, true) => Proof::Refused,
            (true, false) => Proof::Done,
            (false, false) => Proof::InPart,
        }
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        if self.bids.is_empty() {
            return Err(InvalidRequest::new("bids", Why::Empty));
        }
        let servers: BTreeSet<ServerId> = self.bids.iter().map(GigaspotBid::server).collect();
        if servers.len() < self.bids.len() {
            return Err(InvalidRequest::new("renting_server", Why::Duplicate));
        }
        let rows: Vec<Row<'_>> = self.bids.iter().map(GigaspotBid::row).collect::<Result<_, _>>()?;
        Path::new("/v1/create_gigaspot_orders").into_change(&rows)
    }

    fn reader(&self, caps: &Caps) -> CreateGigaspotOrdersReader {
        let servers = self.bids.iter().map(GigaspotBid::server).collect();
        CreateGigaspotOrdersReader { servers, failures: Whole::new(caps, Failures::read) }
    }
}

/// Reads the lists of failures and tells of each bid.
#[derive(Clone, Debug)]
pub struct CreateGigaspotOrdersReader {
    servers: Vec<ServerId>,
    failures: Whole<Failures>,
}

impl Reader for CreateGigaspotOrdersReader {
    type Output = GigaspotPlaced;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.failures.push(decoded)
    }

    fn finish(self) -> Answer<GigaspotPlaced> {
        let servers = self.servers;
        self.failures.finish().map(|failures| failures.report(&servers))
    }
}
