//! What a rental will come to, in words and as JSON: the fee on the price, the creation fee, and what of it is assumed.

use super::json::number;
use super::money::{amount, coin_per_day};
use clore_core::model::{CostEstimate, Kind};
use core::time::Duration;
use serde::Serialize;
use serde_json::value::RawValue;

const DAY: Duration = Duration::from_secs(86_400);

/// `with the 5 % fee $0.371/h, plus a creation fee of 12.5 CLORE ($0.10) after 10 minutes`.
///
/// Where the service does not tell its fees, the figure is "at least" for renting on demand and "about" for a bid,
/// whose fee is lower by what is known (api-facts 5).
pub fn fee_words(cost: &CostEstimate) -> String {
    let hedge = match (cost.is_fee_told(), cost.kind()) {
        (true, _) => "",
        (false, Kind::OnDemand) => "at least ",
        (false, Kind::Spot) => "about ",
    };
    let price = cost.price_with_fee().map(|price| price.to_string());
    let price = price.or_else(|| cost.rate_with_fee().as_ref().map(coin_per_day));
    let fee = cost.fee();
    let rental = match price {
        Some(price) => format!("with the {fee} fee {hedge}{price}"),
        None => format!("plus a fee of {hedge}{fee}"),
    };
    format!("{rental}{}", creation_words(cost))
}

fn creation_words(cost: &CostEstimate) -> String {
    let usd = cost.creation_fee_usd().map(|usd| usd.to_string());
    match (cost.is_creation_fee_told(), cost.creation_fee(), usd) {
        (true, Some(fee), _) if fee.amount().is_zero() => " and no creation fee".to_owned(),
        (true, Some(fee), Some(usd)) => {
            format!(", plus a creation fee of {} ({usd}) after 10 minutes", amount(&fee))
        }
        (true, Some(fee), None) => format!(", plus a creation fee of {} after 10 minutes", amount(&fee)),
        (_, _, Some(usd)) => format!(", plus a creation fee of about {usd} after 10 minutes"),
        (_, _, None) => ", plus a creation fee after 10 minutes".to_owned(),
    }
}

/// The part `cost` of a document. Figures are `null` where they are not known, and never without their fees.
#[derive(Serialize)]
pub struct CostRow {
    /// The fee on top of the price, in percent of it.
    fee_percent: Option<Box<RawValue>>,
    /// Whether the service told the fee; else 5 is assumed.
    fee_told: bool,
    /// The price with the fee, US dollars per hour.
    usd_per_hour_with_fee: Option<Box<RawValue>>,
    /// The price with the fee, coin per day.
    coin_per_day_with_fee: Option<Box<RawValue>>,
    /// What creating the order costs once, after ten minutes, in the coin.
    creation_fee_coin: Option<Box<RawValue>>,
    /// The same in US dollars.
    creation_fee_usd: Option<Box<RawValue>>,
    /// Whether the service told the creation fee; else 0.10 USD is assumed.
    creation_fee_told: bool,
    /// The first 24 hours with every fee, in the coin.
    first_day_coin: Option<Box<RawValue>>,
    /// The same in US dollars.
    first_day_usd: Option<Box<RawValue>>,
}

impl CostRow {
    /// The figures of an estimate.
    pub fn new(cost: &CostEstimate) -> Self {
        Self {
            fee_percent: number(Some(cost.fee().percent())),
            fee_told: cost.is_fee_told(),
            usd_per_hour_with_fee: number(cost.price_with_fee().map(|price| price.amount())),
            coin_per_day_with_fee: number(cost.rate_with_fee().map(|rate| rate.amount())),
            creation_fee_coin: number(cost.creation_fee().map(|fee| fee.amount())),
            creation_fee_usd: number(cost.creation_fee_usd().map(|fee| fee.amount().normalize())),
            creation_fee_told: cost.is_creation_fee_told(),
            first_day_coin: number(cost.total(DAY).map(|total| total.amount())),
            first_day_usd: number(cost.total_usd(DAY).map(|total| total.amount())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clore_core::model::{Coin, Rate, RenterFees, UsdPerHour};

    fn cost(kind: Kind) -> CostEstimate {
        CostEstimate::new(kind, Coin::Clore)
            .rate(Rate::parse("2824", Coin::Clore).unwrap())
            .usd_per_hour(UsdPerHour::parse("0.353").unwrap())
    }

    #[test]
    fn what_is_assumed_is_said_and_what_is_told_is_not_hedged() {
        assert_eq!(
            fee_words(&cost(Kind::OnDemand)),
            "with the 5 % fee at least $0.371/h, plus a creation fee of about $0.10 after 10 minutes"
        );
        assert!(fee_words(&cost(Kind::Spot)).starts_with("with the 5 % fee about $0.371/h, plus"));
        let fees = RenterFees::decode(
            br#"{"renter_fees":{"on_demand":{"base":{"CLORE":2.5}}},"creation_fees":{"on_demand":{"CLORE":30},"spot":{"CLORE":0}}}"#,
        )
        .unwrap();
        assert_eq!(
            fee_words(&cost(Kind::OnDemand).fees(&fees)),
            "with the 2.5 % fee $0.362/h, plus a creation fee of 30 CLORE ($0.09) after 10 minutes"
        );
        assert!(fee_words(&cost(Kind::Spot).fees(&fees)).ends_with(" and no creation fee"));
    }

    #[test]
    fn a_price_that_is_not_known_has_a_fee_all_the_same() {
        let nothing = CostEstimate::new(Kind::OnDemand, Coin::Clore);
        assert!(fee_words(&nothing).starts_with("plus a fee of at least 5 %, plus a creation fee of about"));
        let coin_only = nothing.rate(Rate::parse("100", Coin::Clore).unwrap());
        assert!(fee_words(&coin_only).starts_with("with the 5 % fee at least 105 CLORE/day"));
    }
}
