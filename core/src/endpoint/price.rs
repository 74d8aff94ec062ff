//! How a price goes out: as the digits it was listed with.

use crate::error::{InvalidRequest, Why};
use crate::model::Rate;
use serde_json::value::RawValue;

/// A price as a JSON number of exactly its listed digits: no exponent, no binary float on the way.
pub(super) fn price_number(field: &'static str, price: &Rate) -> Result<Box<RawValue>, InvalidRequest> {
    if price.amount() <= rust_decimal::Decimal::ZERO {
        return Err(InvalidRequest::new(field, Why::NotPositive));
    }
    RawValue::from_string(price.digits()).map_err(|_| InvalidRequest::new(field, Why::Unwritable))
}
