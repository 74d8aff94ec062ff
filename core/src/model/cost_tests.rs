use super::*;
use crate::model::UsdPerCoin;
use proptest::prelude::*;

const HOUR: u64 = 3600;

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * HOUR)
}

fn clore(price: &str) -> CostEstimate {
    CostEstimate::new(Kind::OnDemand, Coin::Clore).rate(Rate::parse(price, Coin::Clore).unwrap())
}

fn fees(json: &str) -> RenterFees {
    RenterFees::decode(json.as_bytes()).unwrap()
}

fn worth(usd: &str) -> Rates {
    Rates::new().with(Coin::Clore, usd.parse::<UsdPerCoin>().unwrap())
}

#[test]
fn five_percent_and_ten_cents_are_assumed_and_said_to_be() {
    let cost = clore("2400").rates(&worth("0.001"));
    assert_eq!((cost.fee().to_string().as_str(), cost.is_fee_told(), cost.is_told()), ("5 %", false, false));
    assert_eq!(cost.price().unwrap().to_string(), "$0.10/h");
    assert_eq!(cost.price_with_fee().unwrap().to_string(), "$0.105/h");
    assert_eq!(cost.rate_with_fee().unwrap().to_string(), "2520 CLORE-Blockchain/day");
    assert_eq!(cost.creation_fee().unwrap().to_string(), "100 CLORE-Blockchain");
    assert_eq!(cost.total(hours(24)).unwrap().to_string(), "2620 CLORE-Blockchain");
    assert_eq!(cost.total_usd(hours(24)).unwrap().to_string(), "$2.62");
}

#[test]
fn told_fees_are_taken_for_this_kind_and_coin_only() {
    let told = fees(
        r#"{"renter_fees":{"on_demand":{"base":{"CLORE":2}},"spot":{"base":{"CLORE":1}}},
        "creation_fees":{"on_demand":{"CLORE":50}}}"#,
    );
    let cost = clore("2400").fees(&told);
    assert!(cost.is_told());
    assert_eq!(cost.total(hours(24)).unwrap().to_string(), "2498 CLORE-Blockchain");
    let spot = CostEstimate::new(Kind::Spot, Coin::Clore).fees(&told);
    assert_eq!(
        (spot.fee().to_string().as_str(), spot.is_fee_told(), spot.is_creation_fee_told()),
        ("1 %", true, false)
    );
    let other = CostEstimate::new(Kind::OnDemand, Coin::Bitcoin).fees(&told);
    assert_eq!((other.fee(), other.is_told()), (FeePercent::ASSUMED, false));
}

#[test]
fn the_creation_fee_counts_after_ten_minutes() {
    let cost = clore("86400").rates(&worth("1"));
    let amount = |seconds| cost.total(Duration::from_secs(seconds)).unwrap().amount().to_string();
    assert_eq!((amount(600).as_str(), amount(601).as_str()), ("630", "631.15"));
    assert_eq!(cost.total(Duration::from_millis(600_500)).unwrap().amount().to_string(), "631.15");
}

#[test]
fn what_is_not_known_stays_unknown() {
    let coin_only = clore("24");
    assert_eq!((coin_only.price(), coin_only.price_with_fee(), coin_only.creation_fee()), (None, None, None));
    assert_eq!(coin_only.creation_fee_usd().unwrap().to_string(), "$0.10");
    assert_eq!(coin_only.total(hours(1)), None, "the assumed dollars cannot be said in the coin");
    assert_eq!(coin_only.rental(hours(1)).unwrap().to_string(), "1.05 CLORE-Blockchain");
    let usd_only =
        CostEstimate::new(Kind::OnDemand, Coin::Clore).usd_per_hour(UsdPerHour::parse("1").unwrap());
    assert_eq!((usd_only.rate_with_fee(), usd_only.rental(hours(1))), (None, None));
    assert_eq!(usd_only.total_usd(hours(10)).unwrap().to_string(), "$10.60");
    let other = CostEstimate::new(Kind::OnDemand, Coin::Clore).rate(Rate::parse("1", Coin::Bitcoin).unwrap());
    assert_eq!(other.rate_with_fee(), None, "a price in another coin is no price of this rental");
}

#[test]
fn dollars_and_coins_of_a_listing_say_what_the_coin_is_worth() {
    let cost = clore("2400").usd_per_hour(UsdPerHour::parse("0.1").unwrap());
    assert_eq!(cost.creation_fee().unwrap().to_string(), "100 CLORE-Blockchain");
    let dearer = cost.clone().repriced(Rate::parse("4800", Coin::Clore).unwrap());
    assert_eq!(dearer.price().unwrap().to_string(), "$0.20/h");
    let told = cost.fees(&fees(r#"{"creation_fees":{"on_demand":{"CLORE":30}}}"#));
    assert_eq!(told.creation_fee_usd().unwrap().to_string(), "$0.03");
    let dollars = CostEstimate::new(Kind::Spot, Coin::Usd).rate(Rate::parse("4", Coin::Usd).unwrap());
    assert_eq!(dollars.price_with_fee().unwrap().per_day().to_string(), "$4.20/day");
}

#[test]
fn an_orders_own_fees_are_told() {
    let order = Order::decode(
        br#"{"id":7,"si":5,"currency":"USD-Blockchain","price":4,"fee":0.0125,"creation_fee":0.1,"spot":true}"#,
    )
    .unwrap();
    let cost = CostEstimate::of_order(&order).unwrap();
    assert!(cost.is_told());
    assert_eq!(cost.total(hours(24)).unwrap().to_string(), "4.15 USD-Blockchain");
    let bare = Order::decode(br#"{"id":7,"currency":"bitcoin","price":"0.0001"}"#).unwrap();
    let cost = CostEstimate::of_order(&bare).unwrap();
    assert_eq!((cost.is_told(), cost.rate_with_fee().unwrap().digits()), (false, "0.000105".to_owned()));
    let told = fees(r#"{"renter_fees":{"on_demand":{"base":{"BTC":3}},"spot":{"base":{"USD":9}}}}"#);
    assert_eq!(cost.or_fees(&told).fee().to_string(), "3 %");
    assert_eq!(CostEstimate::of_order(&order).unwrap().or_fees(&told).fee().to_string(), "1.25 %");
    assert_eq!(CostEstimate::of_order(&Order::decode(br#"{"id":7}"#).unwrap()), None);
}

#[test]
fn hopeless_numbers_are_unknown_and_no_panic() {
    let huge = clore("1000000000000000");
    assert_eq!(huge.rate_with_fee(), None);
    assert_eq!(huge.total(hours(1)), None);
    let fine = clore("0.0000000000000000000000000001").rates(&worth("0.0000000000000000000000000001"));
    assert!(fine.total(Duration::MAX).is_none());
    assert!(fine.rental(hours(1)).unwrap().amount() > Decimal::ZERO, "rounded up");
}

proptest! {
    /// In whole units of 10^-12: the figure is the exact one, or the next unit above it.
    #[test]
    fn a_figure_is_exact_but_for_the_last_place(
        mantissa in 1_i128..1_000_000_000_000, places in 0_u32..9, percent in 0_i128..10_000, seconds in 1_i128..31_536_000,
    ) {
        let rate = Rate::new(Decimal::from_i128_with_scale(mantissa, places), Coin::Clore).unwrap();
        let mut cost = CostEstimate::new(Kind::OnDemand, Coin::Clore).rate(rate);
        cost.fee = FeePercent::new(Decimal::from_i128_with_scale(percent, 2));
        let told = cost.rental(Duration::from_secs(u64::try_from(seconds).unwrap())).unwrap().amount();
        // rate x (100 + percent) / 100 x seconds / 86400, all in integers.
        let above = mantissa * (10_000 + percent) * seconds * 10_i128.pow(12 - places);
        let below = 10_000 * 86_400;
        let units = (told * Decimal::from(10_u64.pow(12))).normalize();
        prop_assert_eq!(units.scale(), 0);
        prop_assert_eq!(units.mantissa(), (above + below - 1) / below);
    }

    #[test]
    fn a_longer_rental_never_costs_less(price in 1_u64..10_000_000, one in 0_u64..5_000_000, other in 0_u64..5_000_000) {
        let cost = clore(&format!("{price}e-5")).rates(&worth("0.0123"));
        let (short, long) = (Duration::from_secs(one.min(other)), Duration::from_secs(one.max(other)));
        prop_assert!(cost.total(short).unwrap().amount() <= cost.total(long).unwrap().amount());
        prop_assert!(cost.total_usd(short).unwrap() <= cost.total_usd(long).unwrap());
    }

    #[test]
    fn a_product_is_never_below_the_exact_one(one in 1_u128..(1 << 90), places in 0_u32..28, other in 1_u64..1_000_000_000) {
        let number = Decimal::from_i128_with_scale(i128::try_from(one).unwrap(), places);
        if let Some(product) = product(number, Decimal::from(other)) {
            let back = product.checked_div(Decimal::from(other)).unwrap();
            prop_assert!(back >= number.round_dp_with_strategy(back.scale().min(number.scale()), RoundingStrategy::ToZero));
        }
    }
}
