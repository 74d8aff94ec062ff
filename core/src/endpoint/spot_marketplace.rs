//! `spot_marketplace`: the bids on one server, and exchange rates (api-facts 3.7).

use super::{Endpoint, InvalidRequest, Path, Whole};
use crate::effect::Effect;
use crate::limits::Caps;
use crate::model::ServerId;
use crate::model::spot::SpotMarket;

/// Reads the bids on a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpotMarketplace {
    server: ServerId,
}

impl SpotMarketplace {
    /// Reads the bids on `server`.
    #[must_use]
    pub fn new(server: ServerId) -> Self {
        Self { server }
    }
}

impl Endpoint for SpotMarketplace {
    type Output = SpotMarket;
    type Reader = Whole<SpotMarket>;
    const NAME: &'static str = "spot_marketplace";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/spot_marketplace").query("market", &self.server.to_string()).into_read()
    }

    fn reader(&self, caps: &Caps) -> Whole<SpotMarket> {
        Whole::new(caps, |fields| SpotMarket::decode(fields.document().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Answer;
    use crate::endpoint::tests::answer;
    use crate::recordings;

    #[test]
    fn a_market_is_read_and_a_missing_one_is_no_empty_one() {
        let call = SpotMarketplace::new(ServerId::new(40_001));
        for body in ["{\"code\":0}", "{\"market\":null,\"code\":0}", "{\"market\":{\"offers\":[]}}"] {
            assert!(matches!(answer(&call, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
        let gone = answer(&call, b"{\"exists\":false,\"code\":0}").into_value().unwrap();
        assert_eq!((gone.exists, gone.offers.len()), (Some(false), 0));
        let Some(body) = recordings::recording("third-party-fixtures/spot_marketplace-two-bids.json") else {
            return;
        };
        let market = answer(&call, &body).into_value().unwrap();
        let bids: Vec<_> = market.offers.iter().map(|o| o.bid.as_ref().unwrap().to_string()).collect();
        assert_eq!(bids, ["1500 CLORE-Blockchain/day", "9.0 USD-Blockchain/day"]);
    }
}
