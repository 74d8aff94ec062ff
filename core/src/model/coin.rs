//! [`Coin`]: what is paid with. Names are compared whole, never by fragments: the seed's search for `BTC` inside
//! `bitcoin` found nothing, its search for `Blockchain` the wrong wallet (reliability S20).

use crate::excerpt::Excerpt;
use core::fmt;

/// A currency of the service, with the aliases of api-facts 3.1 and 4.1.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Coin {
    /// `CLORE-Blockchain`, alias `CLORE`.
    Clore,
    /// `bitcoin`, alias `BTC`.
    Bitcoin,
    /// `USD-Blockchain`, aliases `USD`, `USDT`, `USDC`.
    Usd,
    /// Any other name, kept as it came.
    Other(CoinName),
}

/// The name of a coin this version does not know. Made only by [`Coin::named`], so that a known coin has one spelling.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CoinName(Box<str>);

/// Every alias, compared without regard to case.
const ALIASES: [(&str, Coin); 8] = [
    ("CLORE-Blockchain", Coin::Clore),
    ("CLORE", Coin::Clore),
    ("bitcoin", Coin::Bitcoin),
    ("BTC", Coin::Bitcoin),
    ("USD-Blockchain", Coin::Usd),
    ("USD", Coin::Usd),
    ("USDT", Coin::Usd),
    ("USDC", Coin::Usd),
];

impl Coin {
    /// The coin of this name or alias, in any case; blanks around it do not count.
    #[must_use]
    pub fn named(text: &str) -> Self {
        let text = text.trim();
        ALIASES
            .iter()
            .find(|(alias, _)| text.eq_ignore_ascii_case(alias))
            .map_or_else(|| Self::Other(CoinName(text.into())), |(_, coin)| coin.clone())
    }

    /// The name that goes over the wire: `CLORE-Blockchain`, `bitcoin`, `USD-Blockchain`, or the other's own.
    #[must_use]
    pub fn wire_name(&self) -> &str {
        match self {
            Self::Clore => "CLORE-Blockchain",
            Self::Bitcoin => "bitcoin",
            Self::Usd => "USD-Blockchain",
            Self::Other(name) => name.as_str(),
        }
    }
}

impl CoinName {
    /// The name as it came; [`Coin`]'s `Display` shows it escaped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CoinName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Excerpt::new(&self.0, 64), f)
    }
}

impl fmt::Display for Coin {
    /// The wire name, made harmless for terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(Excerpt::new(self.wire_name(), 64).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reliability S20: in the seed "Blockchain" gave the wallet in dollars, and "BTC" did not find the one named
    /// "bitcoin".
    #[test]
    fn currency_is_exact_type() {
        for (text, coin) in [
            ("CLORE-Blockchain", Coin::Clore),
            ("clore", Coin::Clore),
            ("bitcoin", Coin::Bitcoin),
            ("BTC", Coin::Bitcoin),
            ("btc", Coin::Bitcoin),
            ("USD-Blockchain", Coin::Usd),
            ("usd", Coin::Usd),
            ("USDT", Coin::Usd),
            (" usdc ", Coin::Usd),
        ] {
            assert_eq!(Coin::named(text), coin, "{text}");
        }
        for text in ["Blockchain", "bit", "BTCX", ""] {
            assert!(matches!(Coin::named(text), Coin::Other(_)), "{text}");
        }
    }

    #[test]
    fn other_coins_keep_their_name_and_show_harmlessly() {
        let coin = Coin::named("DOGE\u{1b}[2J");
        assert_eq!(coin.wire_name(), "DOGE\u{1b}[2J");
        assert!(!coin.to_string().contains('\u{1b}') && !format!("{coin:?}").contains('\u{1b}'));
    }
}
