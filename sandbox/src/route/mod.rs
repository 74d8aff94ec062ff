//! The calls of the API, one file each, and the table that finds them.

mod cancel_order;
mod cancel_orders;
mod create_gigaspot_orders;
mod create_order;
mod edit_gigaspot_orders;
mod get_gigaspot;
mod marketplace;
mod my_orders;
mod my_servers;
mod poh_balance;
mod renter_fees;
mod server_config;
mod set_server_settings;
mod set_spot_price;
mod spot_marketplace;
mod wallets;

use std::time::Duration;

use http::Method;
use serde_json::{Map, Value};

use crate::clore::Clore;
use crate::envelope::Answer;
use crate::fault::OddRows;
use crate::query::Query;

/// One call of the API.
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) needs_key: bool,
    pub(crate) handle: fn(&mut Clore, &Call<'_>) -> Answer,
}

/// Every call the sandbox knows (api-facts 3). A new one is a file and a line here.
pub(crate) const ROUTES: &[Route] = &[
    Route { name: "wallets", method: Method::GET, needs_key: true, handle: wallets::handle },
    Route { name: "marketplace", method: Method::GET, needs_key: false, handle: marketplace::handle },
    Route { name: "my_orders", method: Method::GET, needs_key: true, handle: my_orders::handle },
    Route { name: "create_order", method: Method::POST, needs_key: true, handle: create_order::handle },
    Route { name: "cancel_order", method: Method::POST, needs_key: true, handle: cancel_order::handle },
    Route { name: "cancel_orders", method: Method::POST, needs_key: true, handle: cancel_orders::handle },
    Route {
        name: "spot_marketplace",
        method: Method::GET,
        needs_key: true,
        handle: spot_marketplace::handle,
    },
    Route { name: "set_spot_price", method: Method::POST, needs_key: true, handle: set_spot_price::handle },
    Route { name: "my_servers", method: Method::GET, needs_key: true, handle: my_servers::handle },
    Route { name: "server_config", method: Method::GET, needs_key: true, handle: server_config::handle },
    Route {
        name: "set_server_settings",
        method: Method::POST,
        needs_key: true,
        handle: set_server_settings::handle,
    },
    Route { name: "get_gigaspot", method: Method::GET, needs_key: true, handle: get_gigaspot::handle },
    Route {
        name: "create_gigaspot_orders",
        method: Method::POST,
        needs_key: true,
        handle: create_gigaspot_orders::handle,
    },
    Route {
        name: "edit_gigaspot_orders",
        method: Method::POST,
        needs_key: true,
        handle: edit_gigaspot_orders::handle,
    },
    Route { name: "poh_balance", method: Method::GET, needs_key: true, handle: poh_balance::handle },
    Route { name: "renter_fees", method: Method::GET, needs_key: true, handle: renter_fees::handle },
];

/// A request as a route sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) now: Duration,
    pub(crate) query: Query<'a>,
    pub(crate) body: &'a [u8],
    pub(crate) with_key: bool,
    /// Scripted: odd rows in the list.
    pub(crate) odd: Option<OddRows>,
    /// Scripted: the list of orders lags, or the order to be created does.
    pub(crate) lag: Duration,
}

impl Call<'_> {
    /// The body as an object; anything else is code 2 (api-facts 1.3: invalid input).
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Answer> {
        match serde_json::from_slice(self.body) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(Answer::code(2, "the body is not a JSON object")),
            Err(_) => Err(Answer::code(2, "the body is not JSON")),
        }
    }

    /// The body as a bare array (api-facts 3.13).
    pub(crate) fn array(&self) -> Result<Vec<Value>, Answer> {
        match serde_json::from_slice(self.body) {
            Ok(Value::Array(items)) => Ok(items),
            Ok(_) => Err(Answer::code(2, "the body is not a JSON array")),
            Err(_) => Err(Answer::code(2, "the body is not JSON")),
        }
    }

    /// Puts scripted odd rows in front of a list.
    pub(crate) fn odd_rows(&self) -> &'static [&'static str] {
        self.odd.map_or(&[], OddRows::rows)
    }
}

/// An id: a number, or the digits of one.
fn id(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}
