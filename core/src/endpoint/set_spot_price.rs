//! `set_spot_price`: changes the bid of a spot order (api-facts 3.8).
//!
//! The service may say no under code 0 as well as under code 6; here both are [`Answer::Refused`], with the numbers
//! (`max_step`, `time_to_lowering`) in the reason.

use super::price::price_number;
use super::reader::{Answer, Reader, Whole};
use super::{Endpoint, InvalidRequest, Path};
use crate::effect::Effect;
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{OrderId, Rate};
use serde::Serialize;
use serde_json::value::RawValue;

/// Bids `price` for a spot order from now on.
///
/// # Money
/// Changes what the order costs. The price is the order's coin per day for the whole server; the service takes only
/// the number, so the caller answers for the coin being the order's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetSpotPrice {
    order: OrderId,
    price: Rate,
}

impl SetSpotPrice {
    /// Bids `price` for `order`.
    #[must_use]
    pub fn new(order: OrderId, price: Rate) -> Self {
        Self { order, price }
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> OrderId {
        self.order
    }

    /// The new bid.
    #[must_use]
    pub fn price(&self) -> &Rate {
        &self.price
    }
}

#[derive(Serialize)]
struct Body {
    order_id: u64,
    desired_price: Box<RawValue>,
}

impl Endpoint for SetSpotPrice {
    type Output = ();
    type Reader = SetSpotPriceReader;
    const NAME: &'static str = "set_spot_price";

    fn effect(&self) -> Effect {
        Effect::Reprice
    }

    fn reprices(&self) -> Vec<(OrderId, Rate)> {
        vec![(self.order, self.price.clone())]
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let desired_price = price_number("desired_price", &self.price)?;
        Path::new("/v1/set_spot_price").into_change(&Body { order_id: self.order.number(), desired_price })
    }

    fn reader(&self, caps: &Caps) -> SetSpotPriceReader {
        SetSpotPriceReader(Whole::new(caps, |_| Ok(())))
    }
}

/// Reads the answer; an `error` is a refusal whatever the code.
#[derive(Clone, Debug)]
pub struct SetSpotPriceReader(Whole<()>);

impl Reader for SetSpotPriceReader {
    type Output = ();

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.0.push(decoded)
    }

    fn finish(self) -> Answer<()> {
        match self.0.finish() {
            Answer::SuccessWithError { refusal, .. } => Answer::Refused(refusal),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::tests::answer;
    use crate::error::Reason;
    use crate::model::Coin;
    use core::time::Duration;
    use rust_decimal::Decimal;

    #[test]
    fn a_no_is_a_typed_refusal_whatever_the_code() {
        let call = SetSpotPrice::new(OrderId::new(7), Rate::parse("2900", Coin::Clore).unwrap());
        assert_eq!(answer(&call, b"{\"code\":0}"), Answer::Value(()));
        for code in [0, 6] {
            for (error, reason) in [
                (
                    r#""exceeded_max_step","max_step":12.5"#,
                    Reason::ExceededMaxStep { max_step: Some(Decimal::new(125, 1)) },
                ),
                (
                    r#""can_lower_every_600_seconds","time_to_lowering":431"#,
                    Reason::CanLowerEvery600Seconds { time_to_lowering: Some(Duration::from_secs(431)) },
                ),
                (r#""amount_too_low""#, Reason::AmountTooLow),
            ] {
                let body = format!("{{\"code\":{code},\"error\":{error}}}");
                let Answer::Refused(refusal) = answer(&call, body.as_bytes()) else { panic!("{body}") };
                assert_eq!(refusal.reason, reason);
            }
        }
    }
}
