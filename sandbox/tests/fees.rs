//! What a renter pays on top of the price: told as it is charged, or not told at all (api-facts 3.15, 3.16).

mod account;

use account::{Account, on_demand};
use clore_sandbox::{Coin, Options};
use serde_json::{Value, json};

#[test]
fn fees_are_told_in_percent_per_coin_and_the_creation_fee_in_the_coin() {
    let mut account = Account::new(Options::new());
    let answer = account.get("renter_fees");
    for (kind, fee) in [("on_demand", 5.0), ("spot", 1.25)] {
        for coin in Coin::ALL {
            assert_eq!(answer["renter_fees"][kind]["base"][coin.name()].as_f64(), Some(fee), "{kind}");
            let told = answer["creation_fees"][kind][coin.name()].as_f64().expect("a fee");
            assert!((told * coin.usd() - 0.10).abs() < 0.001, "{kind} {coin:?}: {told}");
        }
        assert_eq!(answer["renter_fees"][kind]["extra"], json!({}));
    }
    assert!(answer["poh_config"]["max_reduction_percent"].is_number());
    assert_eq!((&answer["poh_balance"], &answer["code"]), (&json!(0), &json!(0)));
}

/// Rents for a day in a coin; what was paid over the price, as a fraction of it.
fn paid_over(account: &mut Account, coin: Coin) -> f64 {
    let mut body = on_demand(account.free());
    body["currency"] = json!(coin.name());
    assert_eq!(account.post("create_order", body).1["code"], 0);
    account.wait(86_400 / 2);
    let rental = account.clore.ledger().pop().expect("a rental");
    (rental.spent - rental.creation_fee) / rental.rent - 1.0
}

#[test]
fn what_is_told_is_what_is_charged_and_extra_comes_on_top_of_base() {
    let mut account = Account::new(Options::new().fees(0.08, 0.02).extra_fees(Coin::Usd, 0.015, 0.01));
    let told = account.get("renter_fees")["renter_fees"].clone();
    assert_eq!(told["on_demand"]["extra"], json!({"USD-Blockchain": 1.5}));
    assert_eq!(told["spot"]["extra"], json!({"USD-Blockchain": 1}));
    for coin in [Coin::Usd, Coin::Clore] {
        let percent = |part: &str| told["on_demand"][part][coin.name()].as_f64().unwrap_or_default();
        let charged = paid_over(&mut account, coin) * 100.0;
        assert!((charged - percent("base") - percent("extra")).abs() < 1e-6, "{coin:?}: {charged}");
    }
}

#[test]
fn fees_that_are_not_told_are_charged_all_the_same() {
    let mut account = Account::new(Options::new().tell_fees(false));
    let answer = account.get("renter_fees");
    assert_eq!(answer["code"], 0);
    assert!(answer.get("renter_fees").is_none() && answer.get("creation_fees").is_none(), "{answer}");
    assert!(account.get("get_gigaspot").get("creation_fees").is_none());
    assert!((paid_over(&mut account, Coin::Usd) - 0.05).abs() < 1e-9);
}

#[test]
fn what_the_account_proves_to_hold_is_told_with_its_addresses() {
    let mut account = Account::new(Options::new());
    let nothing = account.get("poh_balance");
    assert_eq!(
        (&nothing["items"], &nothing["count"], &nothing["balance"]["total"]),
        (&json!([]), &json!(0), &json!(0))
    );
    let mut account = Account::new(Options::new().proof_of_holding(2500.5));
    let answer = account.get("poh_balance");
    assert_eq!((&answer["count"], &answer["balance"]["free_amount"]), (&json!(1), &json!(2500.5)));
    let item = answer["items"][0].as_object().expect("an item");
    let keys: Vec<&str> = item.keys().map(String::as_str).collect();
    for key in [
        "user",
        "address",
        "signature",
        "message",
        "created",
        "unique",
        "remove",
        "status",
        "balance",
        "last_check",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
    assert_eq!(answer["balance"]["offers"].as_object().map(|offers| offers.len()), Some(5));
    assert_eq!(account.get("renter_fees")["poh_balance"], 2500.5);
    let odd =
        |key: f64| Account::new(Options::new().proof_of_holding(key)).get("poh_balance")["count"].clone();
    assert_eq!((odd(f64::NAN), odd(-1.0)), (Value::from(0), Value::from(0)));
}
