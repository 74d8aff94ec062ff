//! Our client as the flows use it: with its own defaults, on a sandbox that speaks as the live service does.

use clore_blocking::Client;
use clore_core::config::Config;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::Error;
use clore_core::model::{Coin, OrderId, Percent, Rate, UsdPerHour};
use clore_core::op::Offer;
use clore_core::search::Filter;
use clore_core::secret::Secret;
use clore_sandbox::Server;
use std::collections::BTreeMap;

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

    /// The name of a connected machine that the account hosts.
    pub(crate) fn hosted_name(&self) -> Result<String, String> {
        let hosted = self.told("my_servers", self.client.my_servers())?;
        let connected = hosted.servers.into_iter().find(|server| server.connected == Some(true));
        connected.map(|server| server.name).ok_or_else(|| "our client sees no hosted machine".to_owned())
    }

    /// The terms of a hosted machine in words: what a change of its settings must leave the same everywhere.
    pub(crate) fn terms(&self, name: &str) -> Result<String, String> {
        let config = self.told("server_config", self.client.server_config(name.to_owned()))?;
        let prices = |rates: &BTreeMap<Coin, Rate>| {
            rates
                .values()
                .map(|rate| format!("{} {}", rate.digits(), rate.coin()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let hours = config.max_rental.map(|longest| longest.as_secs() / 3600);
        Ok(format!(
            "{name}: at most {} h; on demand {}; spot {}; {}",
            hours.map_or_else(|| "?".to_owned(), |hours| hours.to_string()),
            prices(&config.on_demand),
            prices(&config.spot),
            config.visibility.map_or_else(|| "?".to_owned(), |seen| seen.to_string()),
        ))
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
