//! Values of arguments, read by the types of core, so that a number without its unit goes no further than here.

use clore_core::endpoint::create_order::PortKind;
use clore_core::journal::IntentId;
use clore_core::model::{Coin, OrderId, Rate, Rates, Usd, UsdPerCoin, UsdPerDay};
use clore_core::secret::Secret;
use core::time::Duration;

/// What one coin is worth.
#[derive(Clone, Debug)]
pub struct CoinRate(Coin, UsdPerCoin);

/// `5`, `0.25`: seconds, from 0 to a day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "give a number of seconds, such as 1.1")?;
    match Duration::try_from_secs_f64(number) {
        Ok(time) if time <= Duration::from_secs(86_400) => Ok(time),
        _ => Err("give a number of seconds from 0 to 86400".to_owned()),
    }
}

/// `90m`, `2h`, `1d`: a number of at least one with its unit, at most a year.
pub fn span(text: &str) -> Result<Duration, String> {
    const FORM: &str = "give a time with its unit, such as 90m, 2h or 1d";
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(FORM)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(FORM.to_owned()),
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse::<u64>().ok().filter(|number| digits && *number > 0).ok_or(FORM)?;
    let seconds = number.checked_mul(seconds).filter(|seconds| *seconds <= 366 * 86_400);
    seconds.map(Duration::from_secs).ok_or_else(|| "at most 366d".to_owned())
}

/// `20`, `0.50`: so many dollars; 0 is a value, less is not.
pub fn usd(text: &str) -> Result<Usd, String> {
    const FORM: &str = "give US dollars from 0 to 10^15, such as 20 or 0.50";
    let amount = clore_core::wire::number::plain_decimal(text).ok_or(FORM)?;
    let most = rust_decimal::Decimal::from(1_000_000_000_000_000_u64);
    Usd::new(amount).filter(|usd| usd.amount() <= most).ok_or_else(|| FORM.to_owned())
}

/// `CLORE=0.3`.
pub fn coin_rate(text: &str) -> Result<CoinRate, String> {
    let (coin, worth) = text.split_once('=').ok_or("write COIN=USD, such as CLORE=0.3")?;
    if coin.trim().is_empty() {
        return Err("write COIN=USD, such as CLORE=0.3".to_owned());
    }
    let worth = worth.trim().parse().map_err(|error| format!("{error}"))?;
    Ok(CoinRate(Coin::named(coin), worth))
}

/// All rates given.
pub fn rates(given: &[CoinRate]) -> Rates {
    given.iter().fold(Rates::new(), |rates, CoinRate(coin, worth)| rates.with(coin.clone(), *worth))
}

/// One of the service's coins, by any of its names.
pub fn coin(text: &str) -> Result<Coin, String> {
    match Coin::named(text) {
        Coin::Other(_) => {
            Err("give CLORE-Blockchain, bitcoin or USD-Blockchain (CLORE, BTC, USD)".to_owned())
        }
        coin => Ok(coin),
    }
}

/// Any coin by its whole name, also one that this version does not know.
pub fn any_coin(text: &str) -> Result<Coin, String> {
    if text.trim().is_empty() { Err("give the name of a coin".to_owned()) } else { Ok(Coin::named(text)) }
}

/// `CLORE=25`: so much of the coin per day.
pub fn coin_price(text: &str) -> Result<Rate, String> {
    let (name, price) = text.split_once('=').ok_or("write COIN=PER_DAY, such as CLORE=25")?;
    Rate::parse(price.trim(), coin(name.trim())?).map_err(|error| error.to_string())
}

/// `CLORE=8.5`: so many dollars per day for who pays with the coin.
pub fn coin_usd_per_day(text: &str) -> Result<(Coin, UsdPerDay), String> {
    let (name, price) = text.split_once('=').ok_or("write COIN=USD_PER_DAY, such as CLORE=8.5")?;
    let usd = Rate::parse(price.trim(), Coin::Usd).and_then(|usd| UsdPerDay::new(usd.amount()));
    Ok((coin(name.trim())?, usd.map_err(|error| error.to_string())?))
}

/// `yes`, `no`.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

/// Whole hours, at least one.
pub fn hours(text: &str) -> Result<u64, String> {
    let hours = text.parse::<u64>().ok().filter(|hours| *hours > 0 && *hours <= 1_000_000);
    hours.ok_or_else(|| "give whole hours, from 1 to 1000000".to_owned())
}

/// `22:tcp`, `8888:http`.
pub fn port(text: &str) -> Result<(u16, PortKind), String> {
    const FORM: &str = "write PORT:tcp or PORT:http, such as 22:tcp";
    let (number, kind) = text.split_once(':').ok_or(FORM)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|port| digits && *port > 0);
    let number = number.ok_or("a port is a number from 1 to 65535")?;
    match kind {
        "tcp" => Ok((number, PortKind::Tcp)),
        "http" => Ok((number, PortKind::Http)),
        _ => Err(FORM.to_owned()),
    }
}

/// `NAME=VALUE`; the value may be empty.
pub fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// `INTENT=ORDER`.
pub fn attribution(text: &str) -> Result<(IntentId, OrderId), String> {
    let (intent, order) = text.rsplit_once('=').ok_or("write INTENT=ORDER")?;
    let intent = intent.parse().map_err(|error| format!("{error}"))?;
    Ok((intent, order.parse().map_err(|error| format!("{error}"))?))
}

/// A text that is not to be shown.
pub fn secret(text: &str) -> Result<Secret, String> {
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Secret::new(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reliability O20.
    #[test]
    fn malformed_flags_are_refused() {
        for text in ["22", "22:", ":tcp", "22:udp", "0:tcp", "65536:tcp", "+22:tcp", "x:tcp", "22:tcp:1", ""]
        {
            assert!(port(text).is_err(), "{text}");
        }
        assert_eq!(port("8888:http"), Ok((8888, PortKind::Http)));
        for text in ["FOO", "=x", ""] {
            assert!(variable(text).is_err(), "{text}");
        }
        assert_eq!(variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        for text in ["CLORE", "CLORE=", "=1", "CLORE=0", "CLORE=-1", "CLORE=NaN", "CLORE=inf"] {
            assert!(coin_rate(text).is_err(), "{text}");
        }
        for text in ["NaN", "-1", "inf", "1e300", "", "x"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        for text in
            ["", "h", "2", "0h", "-1h", "1.5h", "2 h", "2w", "367d", "99999999999999999999h", "\u{e9}"]
        {
            assert!(span(text).is_err(), "{text}");
        }
        assert_eq!(span("90m"), Ok(Duration::from_secs(5400)));
        for text in ["", "-1", "-0.01", "NaN", "inf", "x", "1e16", "20 USD"] {
            assert!(usd(text).is_err(), "{text}");
        }
        assert_eq!(usd("0").map(|usd| usd.to_string()), Ok("$0.00".to_owned()));
        for text in ["a", "a=", "a=x", "=1", "a b=1"] {
            assert!(attribution(text).is_err(), "{text}");
        }
    }
}
