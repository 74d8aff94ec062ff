//! The limits that stand: of the environment, lowered by the flags of a command.
//!
//! A variable that cannot be read is an error and never no limit.

use crate::args::values;
use crate::exit::Failure;
use crate::output;
use clore_core::model::{Usd, UsdPerHour};
use clore_core::spending::Limits;
use core::fmt::Display;

/// US dollars per hour for one server, without the fee.
const MAX_RATE: &str = "CLORE_MAX_RATE";
/// US dollars for a day, fees included.
const MAX_PER_DAY: &str = "CLORE_MAX_PER_DAY";
/// Orders at once.
const MAX_OPEN_ORDERS: &str = "CLORE_MAX_OPEN_ORDERS";

/// The limits of the environment.
pub fn standing() -> Result<Limits, Failure> {
    let mut limits = Limits::new();
    limits.max_rate =
        read(MAX_RATE, "US dollars per hour, such as 0.80", |text| text.parse::<UsdPerHour>().ok())?;
    limits.max_total_per_day = read(MAX_PER_DAY, "US dollars, such as 20", |text| values::usd(text).ok())?;
    limits.max_open_orders = read(MAX_OPEN_ORDERS, "a whole number, such as 2", |text| text.parse().ok())?;
    Ok(limits)
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
    let odd = || Failure::usage(format!("{name} must be {form}; unset it for no limit; nothing was sent"));
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
