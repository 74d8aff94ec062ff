//! What a rental will come to, for every command that shows a price: the service's fees are read once, if it tells them.

use super::market::rates_by_listing;
use crate::adapter::Adapter;
use clore_core::endpoint::renter_fees::RenterFees as ReadFees;
use clore_core::model::{Coin, CostEstimate, Kind, Rates, RenterFees, Server};
use clore_core::op::Glance;
use clore_core::search::Found;

/// The fees, if the service tells them at the first time of asking. They are only shown, so nothing waits for them.
pub fn fees(client: &impl Adapter) -> Option<RenterFees> {
    client.run(Glance::new(ReadFees)).ok()?.ok()
}

/// What renting a found server will come to.
pub fn of_found(found: &Found, rates: &Rates, fees: Option<&RenterFees>) -> CostEstimate {
    with(found.cost().rates(&rates_by_listing(&found.server, &found.coin, rates)), fees)
}

/// What renting a listed server on demand will come to.
pub fn of_listing(server: &Server, coin: &Coin, rates: &Rates, fees: Option<&RenterFees>) -> CostEstimate {
    let mut cost = CostEstimate::new(Kind::OnDemand, coin.clone()).rates(rates);
    if let Some(rate) = server.price(Kind::OnDemand, coin) {
        cost = cost.rate(rate);
    }
    if let Some(price) = server.price_usd_per_hour(Kind::OnDemand, coin, rates) {
        cost = cost.usd_per_hour(price);
    }
    with(cost, fees)
}

/// The estimate with the fees that were told.
pub fn with(cost: CostEstimate, fees: Option<&RenterFees>) -> CostEstimate {
    match fees {
        Some(fees) => cost.fees(fees),
        None => cost,
    }
}
