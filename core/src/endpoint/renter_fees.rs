//! `renter_fees`: what the service takes on top of a price (api-facts 3.16).

use super::{Endpoint, InvalidRequest, Path, Whole};
use crate::effect::Effect;
use crate::limits::Caps;
use crate::model;

/// Reads the fees.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RenterFees;

impl Endpoint for RenterFees {
    type Output = model::RenterFees;
    type Reader = Whole<model::RenterFees>;
    const NAME: &'static str = "renter_fees";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/renter_fees").into_read()
    }

    fn reader(&self, caps: &Caps) -> Whole<model::RenterFees> {
        Whole::new(caps, |fields| model::RenterFees::decode(fields.document().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Answer;
    use crate::endpoint::tests::answer;
    use crate::error::Code;
    use crate::model::{Coin, Kind};

    #[test]
    fn fees_are_read_and_an_answer_without_any_is_malformed() {
        let body = br#"{"renter_fees":{"on_demand":{"base":{"CLORE-Blockchain":5}}},"code":0}"#;
        let fees = answer(&RenterFees, body).into_value().unwrap();
        assert_eq!(fees.fee(Kind::OnDemand, &Coin::Clore).unwrap().to_string(), "5 %");
        assert_eq!(fees.fee(Kind::Spot, &Coin::Clore), None);
        for body in [r#"{"code":0}"#, r#"{"renter_fees":[],"code":0}"#, r#"{"renter_fees":{}}"#] {
            assert!(matches!(answer(&RenterFees, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
    }

    #[test]
    fn a_service_that_does_not_know_the_call_is_a_refusal() {
        let Answer::Refused(refusal) = answer(&RenterFees, b"{\"code\":4}") else { panic!() };
        assert_eq!(refusal.code, Code::Endpoint);
    }
}
