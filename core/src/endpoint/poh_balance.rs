//! `poh_balance`: the account's proof of holding (api-facts 3.15).

use super::{Endpoint, InvalidRequest, Path, Streamed};
use crate::effect::Effect;
use crate::limits::Caps;
use crate::model::poh::{PohBalance as Balance, PohItem, PohTotals};
use crate::wire::number;
use crate::wire::rows::Listing;

/// Reads what the account proves to hold.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct PohBalance;

impl Endpoint for PohBalance {
    type Output = Balance;
    type Reader = Streamed<PohItem, Balance>;
    const NAME: &'static str = "poh_balance";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/poh_balance").into_read()
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        let caps = Caps { list_bytes: caps.answer_bytes, ..*caps };
        Streamed::new("items", &caps, PohItem::decode, |listing, fields| {
            let Listing { rows: items, skipped, .. } = listing;
            let totals = fields.some("balance").map(PohTotals::read).unwrap_or_default();
            let PohTotals { total, free, reward, offers } = totals;
            let count = fields.some("count").and_then(number::integer);
            Ok(Balance { items, skipped, count, total, free, reward, offers })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Answer;
    use crate::endpoint::tests::answer;

    #[test]
    fn a_proof_is_read_and_its_addresses_do_not_print() {
        let body = br#"{"items":[{"user":7,"address":"canary-a","signature":"canary-s","message":"canary-m",
            "created":1790000000,"unique":true,"remove":false,"status":"ok","balance":12.5,"last_check":1790000060},{},5],
            "balance":{"total":12.5,"free_amount":2,"reward_amount":null,"offers":{"one":1,"two":"x"}},"count":2,"code":0}"#;
        let balance = answer(&PohBalance, body).into_value().unwrap();
        assert_eq!((balance.items.len(), balance.skipped.count, balance.count), (2, 1, Some(2)));
        assert_eq!(balance.items[0].address.as_ref().unwrap().expose(), "canary-a");
        assert_eq!(balance.items[0].balance.as_ref().unwrap().to_string(), "12.5 CLORE-Blockchain");
        assert_eq!(
            (balance.total.is_some(), balance.free.is_some(), balance.reward.clone()),
            (true, true, None)
        );
        assert_eq!(balance.offers.len(), 1);
        assert!(!format!("{balance:?}").contains("canary"));
    }

    #[test]
    fn a_list_that_is_not_there_is_no_empty_one_and_totals_may_be_missing() {
        for body in [r#"{"code":0}"#, r#"{"items":null,"code":0}"#, r#"{"balance":{"total":1},"code":0}"#] {
            assert!(matches!(answer(&PohBalance, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
        for body in [r#"{"items":[],"code":0}"#, r#"{"items":[],"balance":[1],"count":"x","code":0}"#] {
            let balance = answer(&PohBalance, body.as_bytes()).into_value().unwrap();
            assert_eq!((balance.total, balance.count), (None, None), "{body}");
        }
    }
}
