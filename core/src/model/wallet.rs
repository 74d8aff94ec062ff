//! [`Wallet`]: what the account holds of one coin (api-facts 3.1).

use super::coin::Coin;
use super::money::Amount;
use crate::error::DecodeError;
use crate::secret::Secret;
use crate::wire::field::{self, Raw};
use rust_decimal::Decimal;
use serde::Deserialize;

/// One coin's wallet. Absent and `null` balances are unknown, never 0 (reliability S20).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wallet {
    /// The coin.
    pub coin: Coin,
    /// What is in it; `None` when the service does not say.
    pub balance: Option<Amount>,
    /// The address for deposits, which is private.
    pub deposit: Option<Secret>,
    /// What a withdrawal costs.
    pub withdrawal_fee: Option<Amount>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    name: Raw<'a>,
    #[serde(borrow)]
    currency: Raw<'a>,
    #[serde(borrow)]
    balance: Raw<'a>,
    #[serde(borrow)]
    deposit: Raw<'a>,
    #[serde(borrow)]
    deposit_address: Raw<'a>,
    #[serde(borrow)]
    withdrawal_fee: Raw<'a>,
}

impl Wallet {
    /// Reads one row of `wallets`, a JSON object.
    ///
    /// # Errors
    /// Bytes that are not a JSON object, a known field that comes twice, or no name.
    pub fn decode(raw: &[u8]) -> Result<Self, DecodeError> {
        let row: Row<'_> = field::record(raw)?;
        let coin = field::word(row.name)
            .or_else(|| field::word(row.currency))
            .map(|name| Coin::named(&name))
            .ok_or_else(|| {
                let found = field::found(field::first_of(&[row.name, row.currency]));
                DecodeError::new("name", "the name of a coin", found)
            })?;
        let amount = |raw| field::decimal(raw).map(|amount| Amount::new(amount, coin.clone()));
        Ok(Self {
            balance: amount(row.balance),
            deposit: field::word(row.deposit).or_else(|| field::word(row.deposit_address)).map(Secret::new),
            withdrawal_fee: amount(row.withdrawal_fee).filter(|fee| fee.amount() >= Decimal::ZERO),
            coin,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recordings::{recording, rows};

    fn read(json: &str) -> Wallet {
        Wallet::decode(json.as_bytes()).unwrap()
    }

    #[test]
    fn a_null_or_missing_balance_is_unknown_not_zero() {
        for json in [
            r#"{"name":"bitcoin","balance":null}"#,
            r#"{"name":"BTC"}"#,
            r#"{"currency":"btc","balance":"NaN"}"#,
        ] {
            let wallet = read(json);
            assert_eq!((wallet.coin, wallet.balance), (Coin::Bitcoin, None), "{json}");
        }
        assert_eq!(
            read(r#"{"name":"CLORE-Blockchain","balance":0}"#).balance.unwrap().amount(),
            Decimal::ZERO
        );
    }

    #[test]
    fn a_deposit_address_does_not_print() {
        for key in ["deposit", "deposit_address"] {
            let wallet = read(&format!(r#"{{"name":"bitcoin","{key}":"canary"}}"#));
            assert_eq!(wallet.deposit.as_ref().unwrap().expose(), "canary");
            assert!(!format!("{wallet:?}").contains("canary"));
        }
    }

    #[test]
    fn a_wallet_without_a_name_is_an_error() {
        for json in ["{}", r#"{"name":null}"#, r#"{"name":""}"#, r#"{"name":5}"#, "[]", "null"] {
            assert!(Wallet::decode(json.as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn the_documented_wallets_are_read() {
        let Some(document) = recording("documented/wallets-api-page.json") else {
            return;
        };
        let wallet = Wallet::decode(&rows(&document, "wallets")[0]).unwrap();
        assert_eq!(wallet.coin, Coin::Bitcoin);
        assert_eq!(wallet.balance.unwrap().to_string(), "0.00153176 bitcoin");
        assert_eq!(wallet.withdrawal_fee.unwrap().to_string(), "0.0001 bitcoin");
    }
}
