//! `wallets`: what the account holds (api-facts 3.1).

use super::{Answer, Endpoint, InvalidRequest, Path, Reader, Streamed};
use crate::effect::Effect;
use crate::error::DecodeError;
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{Amount, Coin, Wallet};
use crate::wire::rows::{Listing, SkippedRows};

/// Reads all wallets.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Wallets;

/// All wallets that could be read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WalletList {
    /// The wallets, in the service's order.
    pub wallets: Vec<Wallet>,
    /// Records that could not be read.
    pub skipped: SkippedRows,
}

/// What is known of the balance in one coin. Never 0 in place of "not known".
///
/// Closed: a balance is there, said to be unknown, or not told of at all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Balance {
    /// This much.
    Known(Amount),
    /// There is a wallet, but the service says `null`, or a record could not be read that may be this wallet.
    Unknown,
    /// There is no such wallet.
    NoWallet,
}

impl WalletList {
    /// Whether more than half of the records could not be used: the service's answers have probably changed, and what
    /// was read of them may be wrong as well.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.wallets.len())
    }

    /// The strict view: the wallets, if every record was read.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self) -> Result<&[Wallet], DecodeError> {
        self.skipped.refuse("wallets").map(|()| self.wallets.as_slice())
    }

    /// The balance in `coin`.
    #[must_use]
    pub fn balance(&self, coin: &Coin) -> Balance {
        match self.wallets.iter().find(|wallet| wallet.coin == *coin) {
            Some(wallet) => wallet.balance.clone().map_or(Balance::Unknown, Balance::Known),
            None if self.skipped.count > 0 => Balance::Unknown,
            None => Balance::NoWallet,
        }
    }
}

/// Reads all wallets and yields the balance in one coin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalanceOf(Coin);

impl BalanceOf {
    /// Asks for the balance in `coin`.
    #[must_use]
    pub fn new(coin: Coin) -> Self {
        Self(coin)
    }
}

/// Reads the wallets' answer for the balance in one coin.
pub struct BalanceReader {
    wallets: Streamed<Wallet, WalletList>,
    coin: Coin,
}

impl Reader for BalanceReader {
    type Output = Balance;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.wallets.push(decoded)
    }

    fn finish(self) -> Answer<Balance> {
        let balance = |list: WalletList| list.balance(&self.coin);
        match self.wallets.finish() {
            Answer::Value(list) => Answer::Value(balance(list)),
            Answer::SuccessWithError { refusal, value } => {
                Answer::SuccessWithError { refusal, value: value.map(balance) }
            }
            Answer::Refused(refusal) => Answer::Refused(refusal),
            Answer::Malformed(error) => Answer::Malformed(error),
        }
    }
}

impl Endpoint for BalanceOf {
    type Output = Balance;
    type Reader = BalanceReader;
    const NAME: &'static str = Wallets::NAME;

    fn effect(&self) -> Effect {
        Wallets.effect()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Wallets.request()
    }

    fn reader(&self, caps: &Caps) -> BalanceReader {
        BalanceReader { wallets: Wallets.reader(caps), coin: self.0.clone() }
    }
}

impl Endpoint for Wallets {
    type Output = WalletList;
    type Reader = Streamed<Wallet, WalletList>;
    const NAME: &'static str = "wallets";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        Path::new("/v1/wallets").into_read()
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        let caps = Caps { list_bytes: caps.answer_bytes, ..*caps };
        Streamed::new("wallets", &caps, Wallet::decode, |listing, _| {
            let Listing { rows: wallets, skipped, .. } = listing;
            Ok(WalletList { wallets, skipped })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::tests::answer;
    use crate::recordings;

    fn balances(body: &str) -> [Balance; 2] {
        let list = answer(&Wallets, body.as_bytes()).into_value().unwrap();
        [list.balance(&Coin::Clore), list.balance(&Coin::named("BTC"))]
    }

    /// Reliability S20: in the seed a wallet that is not there holds 0.0, a balance of null is a crash and NaN is a
    /// balance.
    #[test]
    fn missing_wallet_is_none_not_zero() {
        let clore = |text: &str| Balance::Known(Amount::new(text.parse().unwrap(), Coin::Clore));
        for (body, expected) in [
            (
                r#"{"wallets":[{"name":"CLORE-Blockchain","balance":1234.5},{"name":"bitcoin","balance":null}],"code":0}"#,
                [clore("1234.5"), Balance::Unknown],
            ),
            (r#"{"wallets":[{"name":"clore","balance":0}],"code":0}"#, [clore("0"), Balance::NoWallet]),
            (r#"{"wallets":[],"code":0}"#, [Balance::NoWallet, Balance::NoWallet]),
            (r#"{"wallets":[7],"code":0}"#, [Balance::Unknown, Balance::Unknown]),
            (
                r#"{"wallets":[{"name":"BTC","balance":"NaN"},{"name":"CLORE-Blockchain"}],"code":0}"#,
                [Balance::Unknown, Balance::Unknown],
            ),
        ] {
            assert_eq!(balances(body), expected, "{body}");
            let asked = answer(&BalanceOf::new(Coin::Clore), body.as_bytes()).into_value();
            assert_eq!(asked.as_ref(), expected.first(), "{body}");
        }
    }

    /// Reliability S20: in the seed "Blockchain" gave the wallet in dollars, and "BTC" did not find "bitcoin".
    #[test]
    fn currency_is_exact_type() {
        let body = r#"{"wallets":[{"name":"USD-Blockchain","balance":3},{"name":"CLORE-Blockchain","balance":2},
            {"name":"bitcoin","balance":1}],"code":0}"#;
        let list = answer(&Wallets, body.as_bytes()).into_value().unwrap();
        for (name, amount) in [
            ("bitcoin", Some(1)),
            ("BTC", Some(1)),
            ("CLORE", Some(2)),
            ("clore-blockchain", Some(2)),
            ("USD", Some(3)),
            ("Blockchain", None),
            ("B", None),
            ("", None),
        ] {
            let coin = Coin::named(name);
            let expected = amount.map(|units: u64| Balance::Known(Amount::new(units.into(), coin.clone())));
            assert_eq!(list.balance(&coin), expected.unwrap_or(Balance::NoWallet), "{name}");
        }
    }

    /// Reliability O8: `{"detail":"maintenance"}` is not "you have no money".
    #[test]
    fn a_list_that_is_not_there_is_no_empty_purse() {
        for body in [
            r#"{"detail":"maintenance"}"#,
            r#"{"code":0}"#,
            r#"{"wallets":null,"code":0}"#,
            r#"{"wallets":[]}"#,
        ] {
            assert!(matches!(answer(&Wallets, body.as_bytes()), Answer::Malformed(_)), "{body}");
        }
        let Answer::Refused(refusal) = answer(&Wallets, b"{\"code\":3}") else { panic!() };
        assert_eq!(refusal.code, crate::error::Code::Key);
    }

    #[test]
    fn the_documented_wallets_are_read() {
        let Some(body) = recordings::recording("documented/wallets-api-page.json") else {
            return;
        };
        let list = answer(&Wallets, &body).into_value().unwrap();
        assert_eq!((list.wallets.len(), list.skipped.count), (1, 0));
        assert!(matches!(list.balance(&Coin::Bitcoin), Balance::Known(_)));
    }

    #[test]
    fn one_balance_is_read_out_of_the_same_answers_as_the_list() {
        let one = BalanceOf::new(Coin::Clore);
        let body = r#"{"wallets":[{"name":"CLORE-Blockchain","balance":2}],"error":"odd","code":0}"#;
        let Answer::SuccessWithError { value: Some(balance), .. } = answer(&one, body.as_bytes()) else {
            panic!("an error beside a success is told")
        };
        assert!(matches!(balance, Balance::Known(_)));
        assert!(matches!(answer(&one, br#"{"code":3}"#), Answer::Refused(_)));
        assert!(matches!(answer(&one, b"<html>"), Answer::Malformed(_)));
    }
}
