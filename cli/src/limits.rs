//! The limits that stand: of the environment, lowered by the flags of a command.
//!
//! A variable that cannot be read is an error and never no limit.

use crate::args::values;
use crate::exit::Failure;
use crate::output;
use clore_core::model::{Rates, Usd, UsdPerHour};
use clore_core::spending::Limits;
use core::fmt::Display;

/// US dollars per hour for one server, without the fee.
const MAX_RATE: &str = "CLORE_MAX_RATE";
/// US dollars for a day, fees included.
const MAX_PER_DAY: &str = "CLORE_MAX_PER_DAY";
/// Orders at once.
const MAX_OPEN_ORDERS: &str = "CLORE_MAX_OPEN_ORDERS";
/// What coins are worth to these limits where the service does not say it.
const RATES: &str = "CLORE_RATES";

/// The limits of the environment.
pub fn standing() -> Result<Limits, Failure> {
    let mut limits = Limits::new();
    limits.max_rate =
        read(MAX_RATE, "US dollars per hour, such as 0.80", |text| text.parse::<UsdPerHour>().ok())?;
    limits.max_total_per_day = read(MAX_PER_DAY, "US dollars, such as 20", |text| values::usd(text).ok())?;
    limits.max_open_orders = read(MAX_OPEN_ORDERS, "a whole number, such as 2", |text| text.parse().ok())?;
    Ok(limits)
}

/// Whether a limit in dollars stands in the environment.
pub fn are_in_dollars() -> Result<bool, Failure> {
    standing().map(|limits| limits.max_rate.is_some() || limits.max_total_per_day.is_some())
}

/// What the environment says coins are worth.
pub fn rates() -> Result<Rates, Failure> {
    let form = "COIN=USD, and a comma between several, such as CLORE=0.003,bitcoin=65000";
    let parse = |text: &str| {
        let each = text.split(',').map(values::coin_rate).collect::<Result<Vec<_>, _>>();
        each.ok().map(|given| values::rates(&given))
    };
    read(RATES, form, parse).map(Option::unwrap_or_default)
}

/// The limits of the environment lowered by `flags`; a flag above what stands is said to have no effect.
pub fn lowered_by(flags: &Limits) -> Result<Limits, Failure> {
    let standing = standing()?;
    above("--limit-rate", flags.max_rate, MAX_RATE, standing.max_rate);
    above::<Usd>("--limit-per-day", flags.max_total_per_day, MAX_PER_DAY, standing.max_total_per_day);
    above("--limit-open", flags.max_open_orders, MAX_OPEN_ORDERS, standing.max_open_orders);
    Ok(standing.lowered_by(flags))
}

fn read<T>(name: &str, form: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Failure> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let parsed = value.to_str().map(str::trim).and_then(parse);
    let odd =
        || Failure::usage(format!("{name} must be {form}; nothing was sent; unset it to do without it"));
    parsed.map(Some).ok_or_else(odd)
}

fn above<T: PartialOrd + Display>(flag: &str, given: Option<T>, name: &str, standing: Option<T>) {
    if let (Some(given), Some(standing)) = (given, standing)
        && given > standing
    {
        output::warn(&format!(
            "{flag} {given} has no effect: {name} stands at {standing}, and flags only lower it"
        ));
    }
}
