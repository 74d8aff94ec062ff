//! [`RenterFees`]: what the service takes on top of a price, as far as it tells (api-facts 3.16).
//!
//! Invariant: a part that is missing or odd is unknown, never 0. What is then assumed for an estimate is the business
//! of [`CostEstimate`](super::CostEstimate), which says so.

use super::coin::Coin;
use super::cost::product;
use super::kind::Kind;
use super::money::Amount;
use super::server::by_coin;
use super::usd::{UsdPerDay, UsdPerHour};
use crate::error::DecodeError;
use crate::wire::field::{self, Raw};
use core::fmt;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A base fee between 0 and this many percent is one told as a fraction (0.05 for 5 %): below every fee that was ever
/// told, and estimates must not come out a hundredth of what is paid.
const LEAST_BASE: Decimal = Decimal::from_parts(25, 0, 0, false, 2);

const A_HUNDREDTH: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// A share of a price that is paid on top of it, from 0 to 100 percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FeePercent(Decimal);

impl FeePercent {
    /// What is assumed where the service does not tell: 5 % (api-facts 5, "Budget guard").
    pub const ASSUMED: Self = Self(Decimal::from_parts(5, 0, 0, false, 0));

    /// From a number of percent, as `renter_fees` has it: 5 is 5 %. `None` below 0 and above 100.
    #[must_use]
    pub fn new(percent: Decimal) -> Option<Self> {
        (percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED).then(|| Self(percent.normalize()))
    }

    /// From a fraction, as an order's row has it: 0.05 is 5 %. `None` below 0 and above 1.
    #[must_use]
    pub fn from_fraction(fraction: Decimal) -> Option<Self> {
        Self::new(fraction.checked_mul(Decimal::ONE_HUNDRED)?)
    }

    /// The percent, from 0 to 100.
    #[must_use]
    pub fn percent(self) -> Decimal {
        self.0
    }

    /// A price with this fee on it, never below the exact value. `None` where no price can hold it.
    #[must_use]
    pub fn on(self, price: UsdPerHour) -> Option<UsdPerHour> {
        let per_day = product(price.per_day().amount(), self.factor()?)?;
        UsdPerDay::new(per_day).ok().map(UsdPerDay::per_hour)
    }

    /// 1.05 for 5 %: what a price is multiplied with.
    pub(super) fn factor(self) -> Option<Decimal> {
        self.0.checked_add(Decimal::ONE_HUNDRED)?.checked_mul(A_HUNDREDTH)
    }
}

impl fmt::Display for FeePercent {
    /// `1.25 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} %", self.0))
    }
}

/// What renting costs on top of the price, by the service's own word. Percentages are of the price; creation fees are
/// absolute, in their coin.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct RenterFees {
    /// How far a proof of holding may lower the fees (`poh_config`). Estimates do not count on it: how a balance
    /// becomes a reduction is not documented.
    pub reduction: PohConfig,
    /// What the account holds as proof (`poh_balance`); by the name of the programme in CLORE.
    pub held: Option<Amount>,
    on_demand: KindFees,
    spot: KindFees,
}

/// The most that a proof of holding takes off the fees (`poh_config`).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct PohConfig {
    /// The largest reduction, in percent.
    pub max_reduction: Option<FeePercent>,
    /// The amount held at which it is reached; by the name of the programme in CLORE.
    pub max_amount: Option<Amount>,
}

/// The fees of one kind of renting.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct KindFees {
    base: BTreeMap<Coin, FeePercent>,
    /// What some coins cost more. A coin that is not in it costs nothing more; one whose figure is odd is `None`.
    extra: BTreeMap<Coin, Option<FeePercent>>,
    /// `extra` is no map, or contradicts itself: nothing follows from a coin's absence.
    extra_is_odd: bool,
    creation: BTreeMap<Coin, Amount>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    renter_fees: Raw<'a>,
    #[serde(borrow)]
    creation_fees: Raw<'a>,
    #[serde(borrow)]
    poh_config: Raw<'a>,
    #[serde(borrow)]
    poh_balance: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct ByKind<'a> {
    #[serde(borrow)]
    on_demand: Raw<'a>,
    #[serde(borrow)]
    spot: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct Percents<'a> {
    #[serde(borrow)]
    base: Raw<'a>,
    #[serde(borrow)]
    extra: Raw<'a>,
}

#[derive(Deserialize, Default)]
struct PohRow<'a> {
    #[serde(borrow)]
    max_reduction_percent: Raw<'a>,
    #[serde(borrow)]
    max_poh_amount: Raw<'a>,
}

impl RenterFees {
    /// Reads the whole answer of `renter_fees`, envelope included; whether `code` is a success is not judged here.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, or one without any of this call's parts, so that it is some other answer.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let answer: Answer<'_> = field::record(raw)?;
        let percents: Option<ByKind<'_>> = field::object(answer.renter_fees);
        let creations: Option<ByKind<'_>> = field::object(answer.creation_fees);
        let proof = field::first_of(&[answer.poh_config, answer.poh_balance]);
        if percents.is_none() && creations.is_none() && proof.is_none() {
            let found = field::found(field::first_of(&[answer.renter_fees, answer.creation_fees]));
            return Err(DecodeError::new("renter_fees", "fees by kind", found));
        }
        let (percents, creations) = (percents.unwrap_or_default(), creations.unwrap_or_default());
        let config: PohRow<'_> = field::object(answer.poh_config).unwrap_or_default();
        let held = |raw| field::decimal(raw).map(|amount| Amount::new(amount, Coin::Clore));
        Ok(Self {
            reduction: PohConfig {
                max_reduction: percent(config.max_reduction_percent),
                max_amount: held(config.max_poh_amount),
            },
            held: held(answer.poh_balance),
            on_demand: KindFees::read(percents.on_demand, creations.on_demand),
            spot: KindFees::read(percents.spot, creations.spot),
        })
    }

    fn of(&self, kind: Kind) -> &KindFees {
        match kind {
            Kind::OnDemand => &self.on_demand,
            Kind::Spot => &self.spot,
        }
    }

    /// What is paid on top of a price when renting this way with this coin: `base` and, for coins that have one,
    /// `extra`. `None`: not told.
    #[must_use]
    pub fn fee(&self, kind: Kind, coin: &Coin) -> Option<FeePercent> {
        let fees = self.of(kind);
        let base = fees.base.get(coin)?;
        match fees.extra.get(coin) {
            None if fees.extra_is_odd => None,
            None => Some(*base),
            Some(extra) => FeePercent::new(base.0.checked_add((*extra)?.0)?),
        }
    }

    /// What creating an order this way with this coin costs, once, after ten minutes. `None`: not told.
    #[must_use]
    pub fn creation_fee(&self, kind: Kind, coin: &Coin) -> Option<&Amount> {
        self.of(kind).creation.get(coin)
    }
}

fn percent(raw: Raw<'_>) -> Option<FeePercent> {
    field::decimal(raw).and_then(FeePercent::new)
}

impl KindFees {
    fn read(percents: Raw<'_>, creation: Raw<'_>) -> Self {
        let percents: Percents<'_> = field::object(percents).unwrap_or_default();
        let map = |raw| field::entries(raw).unwrap_or_default();
        let amounts = by_coin(map(creation), |value| {
            field::decimal(Some(value)).filter(|amount| *amount >= Decimal::ZERO)
        });
        let extra = by_coin(map(percents.extra), |value| Some(percent(Some(value))));
        let coins: BTreeSet<Coin> =
            map(percents.extra).into_iter().map(|(name, _)| Coin::named(&name)).collect();
        let no_map = percents.extra.is_some() && field::entries(percents.extra).is_none();
        Self {
            base: by_coin(map(percents.base), |value| {
                percent(Some(value)).filter(|base| base.0.is_zero() || base.0 >= LEAST_BASE)
            }),
            // A coin that is named twice with two figures is in the one set and not in the other.
            extra_is_odd: no_map || coins.len() != extra.len(),
            extra,
            creation: amounts
                .into_iter()
                .map(|(coin, amount)| (coin.clone(), Amount::new(amount, coin)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> RenterFees {
        RenterFees::decode(json.as_bytes()).unwrap()
    }

    fn told(fees: &RenterFees, kind: Kind, coin: &Coin) -> Option<String> {
        fees.fee(kind, coin).map(|fee| fee.to_string())
    }

    #[test]
    fn fees_are_base_and_extra_by_coin_and_kind() {
        let fees = read(
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE-Blockchain":5,"bitcoin":5,"USD":"5.0"},"extra":{"bitcoin":2.5}},
            "spot":{"base":{"CLORE":1.25}}},"creation_fees":{"on_demand":{"CLORE-Blockchain":12.5,"USD-Blockchain":0.1}},
            "poh_config":{"max_reduction_percent":50,"max_poh_amount":100000},"poh_balance":7,"code":0}"#,
        );
        assert_eq!(told(&fees, Kind::OnDemand, &Coin::Clore).unwrap(), "5 %");
        assert_eq!(told(&fees, Kind::OnDemand, &Coin::Bitcoin).unwrap(), "7.5 %");
        assert_eq!(told(&fees, Kind::OnDemand, &Coin::Usd).unwrap(), "5 %");
        assert_eq!(told(&fees, Kind::Spot, &Coin::Clore).unwrap(), "1.25 %");
        assert_eq!(
            fees.creation_fee(Kind::OnDemand, &Coin::Clore).unwrap().to_string(),
            "12.5 CLORE-Blockchain"
        );
        assert_eq!(fees.reduction.max_reduction.unwrap().to_string(), "50 %");
        assert_eq!(fees.held.unwrap().to_string(), "7 CLORE-Blockchain");
    }

    #[test]
    fn what_is_missing_or_odd_is_unknown_and_never_zero() {
        for json in [
            r#"{"renter_fees":{}}"#,
            r#"{"renter_fees":{"on_demand":null,"spot":{"base":{"CLORE":1}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"bitcoin":5}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":null}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":-1}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":101}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":0.05}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":"0.0125"}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":"x"}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":5,"CLORE-Blockchain":6}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":5},"extra":{"CLORE":null}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":5},"extra":7}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":5},"extra":{"CLORE":1,"clore":2}}}}"#,
            r#"{"renter_fees":{"on_demand":{"base":{"CLORE":60},"extra":{"CLORE":60}}}}"#,
            r#"{"renter_fees":{"on_demand":5},"creation_fees":{"on_demand":{"CLORE":-1}}}"#,
            r#"{"renter_fees":null,"creation_fees":{"on_demand":{"CLORE":null}},"poh_config":7,"poh_balance":null}"#,
        ] {
            let fees = read(json);
            assert_eq!(fees.fee(Kind::OnDemand, &Coin::Clore), None, "{json}");
            assert_eq!(fees.creation_fee(Kind::OnDemand, &Coin::Clore), None, "{json}");
            assert_eq!((fees.held, fees.reduction), (None, PohConfig::default()), "{json}");
        }
        let untold = read(r#"{"poh_config":{"max_reduction_percent":50},"poh_balance":7,"code":0}"#);
        assert_eq!(untold.fee(Kind::OnDemand, &Coin::Clore), None);
        let free =
            read(r#"{"renter_fees":{"spot":{"base":{"CLORE":0}}},"creation_fees":{"spot":{"CLORE":0}}}"#);
        assert_eq!(told(&free, Kind::Spot, &Coin::Clore).unwrap(), "0 %");
        assert_eq!(free.creation_fee(Kind::Spot, &Coin::Clore).unwrap().amount(), Decimal::ZERO);
        let none = read(r#"{"renter_fees":{"spot":{"base":{"CLORE":2},"extra":null}}}"#);
        assert_eq!(told(&none, Kind::Spot, &Coin::Clore).unwrap(), "2 %");
    }

    #[test]
    fn an_answer_without_any_fees_is_an_error() {
        for json in ["{}", r#"{"renter_fees":null}"#, r#"{"renter_fees":[],"creation_fees":5}"#, "[]", "7"] {
            assert!(RenterFees::decode(json.as_bytes()).is_err(), "{json}");
        }
    }
}
