//! Our client as the flows use it: with its own defaults, on a sandbox that speaks as the live service does.

use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::Error;
use clore_core::model::{OrderId, Percent, UsdPerHour};
use clore_core::op::Offer;
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::Server;

/// A client of a sandbox, paced as it is shipped.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) client: Client,
}

impl Ours {
    pub(crate) fn new(server: &Server) -> Result<Self, String> {
        let settings = Config::builder().base_url(server.url()).key(Secret::new(server.key()));
        let client = Client::builder().settings(settings).build();
        client.map(|client| Self { client }).map_err(|error| format!("our client cannot be made: {error}"))
    }

    /// The value of a call that must work.
    pub(crate) fn told<T>(&self, call: &str, came: Result<T, Error>) -> Result<T, String> {
        came.map_err(|error| format!("our {call} failed: {error}"))
    }

    /// Rents, and wants certainty.
    pub(crate) fn rent(&self, call: &str, order: CreateOrder) -> Result<OrderId, String> {
        let outcome = self.told(call, self.client.rent(order))?;
        outcome.order().ok_or_else(|| format!("our {call} ended as {}", outcome.word()))
    }
}

/// What fits, the cheapest first.
pub(crate) fn find(client: &Client, filter: Filter) -> Result<Vec<Offer>, String> {
    let offers = client.find_servers(filter).map_err(|error| format!("our search failed: {error}"))?;
    Ok(offers.iter().collect())
}

pub(crate) fn usd_per_hour(text: &str) -> Result<UsdPerHour, String> {
    UsdPerHour::parse(text).map_err(|error| format!("{text}: {error}"))
}

pub(crate) fn percent(text: &str) -> Result<Percent, String> {
    Percent::parse(text).map_err(|error| format!("{text}: {error:?}"))
}
