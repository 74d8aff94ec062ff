//! Dates as orders carry them: a number of seconds or milliseconds, digits as text, or RFC 3339 (api-facts 4.1).

use crate::time::UnixTime;
use crate::wire::field::{self, Raw};
use rust_decimal::Decimal;

/// Above this a number counts milliseconds: as seconds it would lie in the year 33658.
const MILLISECONDS_FROM: i128 = 1_000_000_000_000;

/// The date of a field, whole seconds. Zero and less are "not set".
pub(crate) fn date(raw: Raw<'_>) -> Option<UnixTime> {
    if let Some(number) = field::decimal(raw) {
        return from_number(number);
    }
    rfc3339(field::text(raw)?.trim())
}

fn from_number(number: Decimal) -> Option<UnixTime> {
    let whole = number.trunc().normalize();
    let value = (whole.scale() == 0).then(|| whole.mantissa())?;
    let seconds = if value > MILLISECONDS_FROM { value.checked_div(1000)? } else { value };
    i64::try_from(seconds).ok().filter(|s| *s > 0).map(UnixTime::from_seconds)
}

/// `2026-09-21T14:13:20Z`, with a fraction or an offset; a blank may stand for the `T`. Without an offset it is UTC.
fn rfc3339(text: &str) -> Option<UnixTime> {
    let (day, rest) = text.split_at_checked(10)?;
    let mut parts = day.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = rest.split_at_checked(8)?;
    let mut parts = time.split(':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (offset.len() < fraction.len()).then_some(offset)?
        }
        None => rest,
    };
    let days = days_since_1970(year, month, day)?;
    let local = days
        .checked_mul(86_400)?
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?;
    Some(local.checked_sub(offset_seconds(rest)?)?).filter(|s| *s > 0).map(UnixTime::from_seconds)
}

fn offset_seconds(text: &str) -> Option<i64> {
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_mul(sign)
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let right = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

/// The Gregorian calendar, by counting from 1 March of year 0.
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year.checked_rem(4)? == 0 && (year.checked_rem(100)? != 0 || year.checked_rem(400)? == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > longest {
        return None;
    }
    let (year, month) =
        if month > 2 { (year, month.checked_sub(3)?) } else { (year.checked_sub(1)?, month.checked_add(9)?) };
    let in_year = month.checked_mul(153)?.checked_add(2)?.checked_div(5)?.checked_add(day)?;
    year.checked_mul(365)?
        .checked_add(year.div_euclid(4))?
        .checked_sub(year.div_euclid(100))?
        .checked_add(year.div_euclid(400))?
        .checked_add(in_year)?
        .checked_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    fn read(json: &str) -> Option<i64> {
        let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
        date(Some(&raw)).map(UnixTime::seconds)
    }

    /// api-facts 4.1, row start.
    #[test]
    fn a_start_is_read_in_every_shape() {
        for json in [
            "1790000000",
            "\"1790000000\"",
            "1790000000000",
            "\"1790000000123\"",
            "1790000000.9",
            "1.79e9",
            "\"2026-09-21T14:13:20Z\"",
            "\"2026-09-21t14:13:20.123456z\"",
            "\"2026-09-21 14:13:20\"",
            "\"2026-09-21T16:13:20+02:00\"",
            "\"2026-09-21T08:43:20-0530\"",
        ] {
            assert_eq!(read(json), Some(1_790_000_000), "{json}");
        }
        assert_eq!(read("\"2024-02-29T00:00:00Z\""), Some(1_709_164_800));
        assert_eq!(read("\"1970-01-01T00:00:01Z\""), Some(1));
        for json in [
            "0",
            "-5",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"soon\"",
            "\"2026-13-01T00:00:00Z\"",
            "\"2023-02-29T00:00:00Z\"",
            "\"2026-09-21\"",
            "\"2026-09-21T14:13:20.Z\"",
            "\"2026-09-21T24:13:20Z\"",
            "\"2026-09-21T14:13:20+\"",
            "\"2026-09-2\u{e9}T14:13:20Z\"",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in ".{0,40}") {
            let _ = rfc3339(&text);
        }

        #[test]
        fn text_and_number_agree(seconds in 1_i64..4_000_000_000) {
            let then = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds.unsigned_abs());
            // An independent calendar: the HTTP date of the same moment has the same day and time.
            let http = httpdate::fmt_http_date(then);
            let months = ["Jan","Feb","Mar","Apr","May","Jun","Jul","Aug","Sep","Oct","Nov","Dec"];
            let month = months.iter().position(|m| *m == &http[8..11]).unwrap() + 1;
            let text = format!("{}-{month:02}-{}T{}Z", &http[12..16], &http[5..7], &http[17..25]);
            prop_assert_eq!(rfc3339(&text).map(UnixTime::seconds), Some(seconds));
        }
    }
}
