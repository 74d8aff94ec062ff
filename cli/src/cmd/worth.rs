//! What coins are worth: to a reader, and to a limit.
//!
//! Invariant: to a limit of the environment a coin is worth what the environment or the service says. `--rate` raises
//! that and stands in for nothing, as `--limit-rate` only lowers: else a flag with a wrong digit would lift the limit.

use crate::adapter::Adapter;
use crate::context::Context;
use crate::exit::Failure;
use clore_core::endpoint::spot_marketplace::SpotMarketplace;
use clore_core::model::{Coin, Rates, ServerId};
use clore_core::op::Glance;

/// What coins are worth.
pub struct Worth {
    /// To a reader: by the user, else by the service.
    pub shown: Rates,
    /// To a limit: never below what the service says.
    pub for_limits: Rates,
}

impl Worth {
    /// By what the service told.
    pub fn told<A: Adapter>(context: &Context<A>, told: &Rates) -> Self {
        Self { shown: told.clone().overridden_by(&context.rates), for_limits: context.worth_to_limits(told) }
    }

    /// The same, and where that leaves `coin` open, by the market of bids on `server`, which is asked once. Only where
    /// it is `needed`, for a conversion, does it have to answer.
    pub fn of_bids(
        context: &Context,
        told: &Rates,
        server: Option<ServerId>,
        coin: &Coin,
        needed: bool,
    ) -> Result<Self, Failure> {
        let so_far = Self::told(context, told);
        let limited = !context.client.session().config().limits().is_empty();
        let said = so_far.shown.usd_for_one(coin).is_some();
        let Some(server) = server.filter(|_| !said || limited && told.usd_for_one(coin).is_none()) else {
            return Ok(so_far);
        };
        let read = SpotMarketplace::new(server);
        let market = match needed && !said {
            true => Some(context.client.run(read)?),
            false => context.client.run(Glance::new(read))?.ok(),
        };
        Ok(market.map_or(so_far, |market| Self::told(context, &market.rates.clone().overridden_by(told))))
    }
}
