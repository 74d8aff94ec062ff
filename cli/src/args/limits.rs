//! Limits on what a command may spend, and caps on the order it places.

use super::values;
use clap::Args;
use clore_core::model::{Usd, UsdPerHour};
use clore_core::spending::{Limits, OrderCaps};
use core::time::Duration;

/// Limits of one command. They can only lower those of the environment.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits (they lower CLORE_MAX_RATE, CLORE_MAX_PER_DAY, CLORE_MAX_OPEN_ORDERS)")]
pub struct LimitArgs {
    /// Send nothing that costs more per hour for one server, without the service's fee
    #[arg(long, value_name = "USD_PER_HOUR")]
    pub limit_rate: Option<UsdPerHour>,
    /// Send nothing that brings a day above this, fees included: what ended orders cost in the last 24 h, and 24 h of
    /// each that is open or may be
    #[arg(long, value_name = "USD", value_parser = values::usd)]
    pub limit_per_day: Option<Usd>,
    /// Send nothing beside this many open orders, those that may exist included; 0 rents nothing
    #[arg(long, value_name = "N")]
    pub limit_open: Option<u32>,
}

/// The limit of a reprice: it makes no new order.
#[derive(Args, Clone, Debug, Default)]
pub struct RateLimitArgs {
    /// Send no price above this, US dollars per hour without the service's fee; it can only lower CLORE_MAX_RATE
    #[arg(long, value_name = "USD_PER_HOUR")]
    pub limit_rate: Option<UsdPerHour>,
}

/// When the order is to be ended. Only `clore guard` ends it.
#[derive(Args, Clone, Debug, Default)]
pub struct CapArgs {
    /// End the order after this long, such as 90m or 2h: only while `clore guard` runs
    #[arg(long, value_name = "TIME", value_parser = values::span)]
    pub max_runtime: Option<Duration>,
    /// End the order when it has cost this much, fees included: only while `clore guard` runs
    #[arg(long, value_name = "USD", value_parser = values::usd)]
    pub max_spend: Option<Usd>,
}

impl LimitArgs {
    /// The limits these flags mean.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::new();
        limits.max_rate = self.limit_rate;
        limits.max_total_per_day = self.limit_per_day;
        limits.max_open_orders = self.limit_open;
        limits
    }
}

impl RateLimitArgs {
    /// The limit this flag means.
    pub fn limits(&self) -> Limits {
        LimitArgs { limit_rate: self.limit_rate, ..LimitArgs::default() }.limits()
    }
}

impl CapArgs {
    /// The caps these flags mean.
    pub fn caps(&self) -> OrderCaps {
        let mut caps = OrderCaps::new();
        caps.runtime = self.max_runtime;
        caps.spend = self.max_spend;
        caps
    }
}
