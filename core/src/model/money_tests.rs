use super::bid::{Bid, BidError};
use super::coin::Coin;
use super::money::{Amount, Rate, Rates};
use super::usd::{NotAPrice, UsdPerDay, UsdPerHour, UsdPerHourPerGpu};
use rust_decimal::Decimal;

fn dec(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

fn rate(text: &str, coin: Coin) -> Rate {
    Rate::parse(text, coin).unwrap()
}

#[test]
fn only_finite_positive_numbers_are_prices() {
    for (text, error) in [
        ("NaN", NotAPrice::NotANumber),
        ("inf", NotAPrice::NotANumber),
        ("-inf", NotAPrice::NotANumber),
        ("", NotAPrice::NotANumber),
        ("$0.8", NotAPrice::NotANumber),
        ("1e999", NotAPrice::NotANumber),
        ("0", NotAPrice::NotPositive),
        ("0.00", NotAPrice::NotPositive),
        ("-0", NotAPrice::NotPositive),
        ("-1", NotAPrice::NotPositive),
        ("1e16", NotAPrice::TooLarge),
        ("9e14", NotAPrice::TooLarge),
        ("0.12345678901", NotAPrice::TooFine),
    ] {
        assert_eq!(text.parse::<UsdPerHour>(), Err(error), "{text}");
    }
    assert_eq!(Rate::parse("NaN", Coin::Clore), Err(NotAPrice::NotANumber));
    assert_eq!(Rate::parse("0", Coin::Clore), Err(NotAPrice::NotPositive));
}

#[test]
fn the_bound_is_what_it_says() {
    assert!(Rate::parse("1000000000000000", Coin::Clore).is_ok());
    assert_eq!(Rate::parse("1000000000000001", Coin::Clore), Err(NotAPrice::TooLarge));
}

#[test]
fn a_cap_by_the_hour_is_compared_by_the_day_without_rounding() {
    let cap: UsdPerHour = "0.80".parse().unwrap();
    let day = |text: &str| UsdPerDay::new(dec(text)).unwrap().per_hour();
    assert!(day("19.2") <= cap);
    assert!(day("19.2000000000000000000001") > cap);
    // A third of a cent a day has no finite hourly figure; it is compared all the same.
    assert!(day("19.199999999999999999999999") < cap);
    assert_eq!(UsdPerHour::try_from("0.1").unwrap().per_day().amount(), dec("2.4"));
}

#[test]
fn per_gpu_prices_are_compared_by_multiplication() {
    let three = UsdPerDay::new(dec("10")).unwrap().per_hour().per_gpu(3).unwrap();
    let six = UsdPerDay::new(dec("20")).unwrap().per_hour().per_gpu(6).unwrap();
    assert_eq!(three, six);
    assert!(three < UsdPerHourPerGpu::parse("0.138888889").unwrap());
    assert!(three > UsdPerHourPerGpu::parse("0.138888888").unwrap());
    assert!(UsdPerHour::parse("1").unwrap().per_gpu(0).is_none());
}

#[test]
fn prices_are_shown_with_their_unit() {
    for (day, shown) in [
        ("8.47", "$0.353/h"),
        ("19.2", "$0.80/h"),
        ("24", "$1.00/h"),
        ("300", "$12.50/h"),
        ("0.00288", "$0.00012/h"),
        ("23.9999", "$1.00/h"),
    ] {
        assert_eq!(UsdPerDay::new(dec(day)).unwrap().per_hour().to_string(), shown, "{day}");
    }
    assert_eq!(rate("8.47", Coin::Usd).to_string(), "8.47 USD-Blockchain/day");
    assert_eq!(Amount::new(dec("-1.50"), Coin::Clore).to_string(), "-1.50 CLORE-Blockchain");
    assert_eq!(UsdPerHourPerGpu::parse("0.4").unwrap().to_string(), "$0.40/h per GPU");
}

#[test]
fn the_listed_digits_go_out_unchanged() {
    for (listed, digits) in
        [("0.00006", "0.00006"), ("3300", "3300"), ("1.50", "1.50"), ("1e-7", "0.0000001")]
    {
        assert_eq!(rate(listed, Coin::Bitcoin).digits(), digits);
    }
}

#[test]
fn dollars_need_a_known_rate() {
    let rates = Rates::new().with(Coin::Clore, "0.3".parse().unwrap());
    assert_eq!(rate("8", Coin::Usd).usd_per_day(&Rates::new()).unwrap().amount(), dec("8"));
    assert_eq!(rate("23", Coin::Clore).usd_per_day(&rates).unwrap().amount(), dec("6.9"));
    assert_eq!(rate("23", Coin::Clore).usd_per_hour(&Rates::new()), None);
    assert_eq!(rate("1", Coin::Bitcoin).usd_per_hour(&rates), None);
    let odd = Rates::new().with(Coin::Usd, "2".parse().unwrap());
    assert_eq!(odd.usd_for_one(&Coin::Usd).unwrap().amount(), Decimal::ONE);
    let both = rates.overridden_by(&Rates::new().with(Coin::Clore, "0.4".parse().unwrap()));
    assert_eq!(both.usd_for_one(&Coin::Clore).unwrap().amount(), dec("0.4"));
}

#[test]
fn a_bid_in_dollars_becomes_coin_per_day_or_an_error() {
    let rates = Rates::new().with(Coin::Clore, "0.3".parse().unwrap());
    let bid = Bid::usd_per_hour("0.25".parse().unwrap());
    assert_eq!(bid.resolve(&Coin::Clore, &rates).unwrap().digits(), "20");
    assert_eq!(bid.resolve(&Coin::Usd, &Rates::new()).unwrap().digits(), "6");
    assert_eq!(bid.resolve(&Coin::Bitcoin, &rates), Err(BidError::UnknownRate(Coin::Bitcoin)));
    let odd = Rates::new().with(Coin::Clore, "0.7".parse().unwrap());
    assert_eq!(bid.resolve(&Coin::Clore, &odd).unwrap().digits(), "8.57142857142");
    let coins = Bid::per_day(rate("3100", Coin::Clore));
    assert_eq!(coins.resolve(&Coin::Clore, &Rates::new()).unwrap().digits(), "3100");
    assert!(matches!(coins.resolve(&Coin::Usd, &rates), Err(BidError::OtherCoin { .. })));
}

#[test]
fn raising_rates_lowers_none_and_adds_none() {
    let worth = |text: &str| text.parse().unwrap();
    let told = Rates::new().with(Coin::Clore, worth("0.3")).with(Coin::Bitcoin, worth("60000"));
    let user = Rates::new().with(Coin::Clore, worth("0.1")).with(Coin::Bitcoin, worth("70000"));
    let user = user.with(Coin::named("other"), worth("5"));
    let raised = told.raised_by(&user);
    assert_eq!(raised.usd_for_one(&Coin::Clore), Some(worth("0.3")));
    assert_eq!(raised.usd_for_one(&Coin::Bitcoin), Some(worth("70000")));
    assert_eq!(raised.usd_for_one(&Coin::named("other")), None);
}
