//! What texts of users and models say: why one was not taken, and what a value is called.

use super::*;
use crate::model::server::CudaVersion;
use core::str::FromStr;

fn refused<T: FromStr<Err: core::fmt::Display>>(text: &str) -> String {
    match text.parse::<T>() {
        Ok(_) => panic!("{text:?} was taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_text_that_is_not_taken_is_told_by_the_rule_and_never_repeated() {
    for (told, rule) in [
        (refused::<Host>("-oProxyCommand=SECRET"), "neither an IP address nor a DNS name"),
        (refused::<SshTarget>(""), "no host is named"),
        (refused::<SshTarget>("ssh -p 22 root@SEC_RET!"), "neither an address nor a DNS name"),
        (refused::<SshTarget>("ssh -p 22 $SECRET@h.example"), "not a plain login name"),
        (refused::<SshTarget>("ssh -p 0 root@h.example"), "from 1 to 65535"),
        (refused::<SshTarget>("ssh root@h.example"), "no port is named"),
        (refused::<SshTarget>("ssh -p 22 root@h.example SECRET"), "does not belong there"),
        (refused::<OrderId>("SECRET"), "digits only"),
        (refused::<CudaVersion>("SECRET"), "write it as 12.4"),
        (refused::<UsdPerHour>("SECRET"), "finite decimal number"),
        (refused::<UsdPerHour>("0"), "above zero"),
        (refused::<UsdPerHour>("99999999999999999999999999"), "too large"),
        (refused::<UsdPerHour>("0.12345678901"), "ten decimal places"),
    ] {
        assert!(told.contains(rule), "{told:?} does not say {rule:?}");
        assert!(!told.contains("SECRET"), "{told}");
    }
    for (text, rule) in [("SECRET", "a number from 0 to 100"), ("101", "between 0 and 100")] {
        let told = Percent::try_from(text).unwrap_err().to_string();
        assert!(told.contains(rule) && !told.contains("SECRET"), "{told}");
    }
}

#[test]
fn a_bid_that_cannot_be_said_in_the_paying_coin_says_why() {
    for (error, word) in [
        (BidError::UnknownRate(Coin::Clore), "CLORE"),
        (BidError::OtherCoin { bid: Coin::Bitcoin, paying: Coin::Clore }, "but the order pays with"),
        (BidError::OutOfRange, "too small or too large"),
    ] {
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn an_address_of_version_six_stands_in_brackets_before_its_port() {
    let target: SshTarget = "ssh -p 10022 root@2001:db8::1".parse().unwrap();
    assert_eq!(target.to_string(), "root@[2001:db8::1]:10022");
    let target: SshTarget = "ssh -p 10022 root@n1.example.net".parse().unwrap();
    assert_eq!(target.to_string(), "root@n1.example.net:10022");
}

#[test]
fn ended_orders_are_called_by_what_ended_them() {
    let words: Vec<String> = [
        OrderStatus::Cancelled,
        OrderStatus::Expired,
        OrderStatus::Outbid,
        OrderStatus::Failed,
        OrderStatus::Ended,
    ]
    .iter()
    .map(ToString::to_string)
    .collect();
    assert_eq!(words, ["cancelled", "expired", "outbid", "failed", "ended"]);
}

#[test]
fn amounts_never_fall_below_zero() {
    let usd = |digits: &str| Usd::new(digits.parse().unwrap()).unwrap();
    assert_eq!(usd("3").saturating_sub(usd("1")), usd("2"));
    assert_eq!(usd("1").saturating_sub(usd("3")), usd("0"));
}
