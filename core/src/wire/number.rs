//! Numbers as the service writes them: exact or unknown, never rounded, never through binary floating point.
//!
//! Input is the text of one JSON value (`serde_json::value::RawValue`): `5`, `5.0`, `"5"`, `1e-7` (api-facts 1.1:
//! the same field comes as integer, as decimal or as text, and small values would come with an exponent).
//! Plain decimal parsers round long text and turn tiny values into 0, so the exponent is expanded here. What does
//! not fit exactly is `None`: that field is unknown.

use rust_decimal::Decimal;

/// Texts longer than this are no numbers of this service; it bounds the work on hostile ones.
const LONGEST: usize = 128;
/// Digits a [`Decimal`] can hold behind the point.
const MAX_SCALE: i32 = 28;

/// The exact value, or `None` for anything that is not a number or does not fit 96 bits and 28 decimal places.
///
/// The digits listed are kept: `1.50` prints as `1.50` again, `1e-7` as `0.0000001`.
///
/// ```
/// use clore_core::wire::number::decimal;
/// assert_eq!(decimal("1e-7").unwrap().to_string(), "0.0000001");
/// assert_eq!(decimal("\"1.25\"").unwrap().to_string(), "1.25");
/// assert_eq!(decimal("1e999"), None);
/// ```
#[must_use]
pub fn decimal(raw: &str) -> Option<Decimal> {
    plain_decimal(&unquoted(raw)?)
}

/// As [`decimal`], for text that is not JSON: what a user typed.
#[must_use]
pub fn plain_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim_matches([' ', '\t']);
    if text.len() > LONGEST {
        return None;
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, small_exponent(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut mantissa: i128 = 0;
    let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    // Zeros at the end that would not fit carry no information: they are held back until a digit follows.
    let mut held_back: i32 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = i128::from(digit.checked_sub(b'0')?);
        if digit == 0 {
            held_back = held_back.checked_add(1)?;
            continue;
        }
        mantissa = shifted(mantissa, held_back)?.checked_mul(10)?.checked_add(digit)?;
        held_back = 0;
    }
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    scale = scale.checked_sub(held_back)?;
    if scale < 0 {
        mantissa = shifted(mantissa, scale.checked_neg()?)?;
        scale = 0;
    }
    // Listed zeros behind the point (`1.50`, `60.0`) stay as listed where they fit.
    let listed = i32::try_from(fraction.len()).ok()?.min(MAX_SCALE);
    if exponent == 0
        && listed > scale
        && let Some(longer) = shifted(mantissa, listed.checked_sub(scale)?).filter(|m| *m >> 96 == 0)
    {
        mantissa = longer;
        scale = listed;
    }
    if scale > MAX_SCALE {
        return None;
    }
    let signed = if negative { mantissa.checked_neg()? } else { mantissa };
    Decimal::try_from_i128_with_scale(signed, u32::try_from(scale).ok()?).ok()
}

/// A whole number of at least zero: `5`, `5.0`, `5e0` and `"5"` alike.
#[must_use]
pub fn integer(raw: &str) -> Option<u64> {
    // Most are plain digits, and so few that they fit: ids of long lists are read by this line alone.
    if (1..20).contains(&raw.len()) && raw.bytes().all(|byte| byte.is_ascii_digit()) {
        return raw.parse().ok();
    }
    u64::try_from(whole(raw)?).ok()
}

/// A whole number that may be negative.
#[must_use]
pub fn signed(raw: &str) -> Option<i64> {
    i64::try_from(whole(raw)?).ok()
}

/// `true` and `false`, also as text, and the numbers 1 and 0.
#[must_use]
pub fn boolean(raw: &str) -> Option<bool> {
    match unquoted(raw)?.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A decimal from 0 to 1.
#[must_use]
pub fn ratio(raw: &str) -> Option<Decimal> {
    decimal(raw).filter(|value| *value >= Decimal::ZERO && *value <= Decimal::ONE)
}

fn whole(raw: &str) -> Option<i128> {
    let value = decimal(raw)?.normalize();
    (value.scale() == 0).then(|| value.mantissa())
}

/// The number's text without the quotes; escapes are resolved, which costs an allocation only where there are any.
fn unquoted(raw: &str) -> Option<std::borrow::Cow<'_, str>> {
    let raw = raw.trim_matches([' ', '\t', '\n', '\r']);
    let Some(inner) = raw.strip_prefix('"') else {
        return Some(raw.into());
    };
    let inner = inner.strip_suffix('"')?;
    // `\u0031` takes six bytes for one digit.
    if inner.len() > LONGEST.saturating_mul(6) {
        return None;
    }
    if inner.contains('\\') {
        return serde_json::from_str::<String>(raw).ok().map(Into::into);
    }
    Some(inner.into())
}

/// `1e9999999999` is no price; an exponent of more than four digits ends here.
fn small_exponent(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i32 = digits.parse().ok()?;
    if text.starts_with('-') { value.checked_neg() } else { Some(value) }
}

fn shifted(mantissa: i128, places: i32) -> Option<i128> {
    if mantissa == 0 {
        return Some(0);
    }
    mantissa.checked_mul(10_i128.checked_pow(u32::try_from(places).ok()?)?)
}

#[cfg(test)]
mod tests;
