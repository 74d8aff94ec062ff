//! Numbers: exact or unknown.

use clore_core::model::{Coin, Rate, UsdPerHour};
use clore_core::wire::number::{decimal, integer, plain_decimal, signed};
use rust_decimal::prelude::ToPrimitive;

/// A JSON value and what a user typed, as numbers.
pub fn numbers(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    for value in [decimal(text), plain_decimal(text)].into_iter().flatten() {
        // Binary floating point is another's arithmetic: good to fifteen digits.
        let bare = text.trim_matches(['"', ' ', '\t', '\n', '\r']);
        let Ok(near) = bare.parse::<f64>() else { continue };
        let exact = value.to_f64().expect("a decimal is finite");
        assert!((exact - near).abs() <= near.abs() * 1e-14, "{bare}: {exact} is not {near}");
        assert_eq!(plain_decimal(&value.to_string()), Some(value), "its own text is read as it is");
    }
    if let Some(whole) = integer(text) {
        assert_eq!(decimal(text).and_then(|value| value.to_u64()), Some(whole));
    }
    if let Some(whole) = signed(text) {
        assert_eq!(decimal(text).and_then(|value| value.to_i64()), Some(whole));
    }
    if let Ok(rate) = Rate::parse(text, Coin::Clore) {
        assert!(!rate.amount().is_sign_negative() && Rate::parse(&rate.digits(), Coin::Clore) == Ok(rate));
    }
    if let Ok(price) = UsdPerHour::parse(text) {
        assert!(!price.amount().is_sign_negative());
    }
}
