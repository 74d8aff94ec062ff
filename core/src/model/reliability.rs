//! [`Reliability`] of a server, and [`Percent`], how a caller says a minimum.

use crate::wire::number;
use core::fmt;
use core::str::FromStr;
use rust_decimal::Decimal;

/// How reliable a server is, from 0 to 1. The wire says a ratio (api-facts 4.4: 3,500 of 3,500 recorded servers).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reliability(Decimal);

impl Reliability {
    /// From the wire's number: 0 to 1 is a ratio, above 1 to 100 a percentage, anything else unknown.
    #[must_use]
    pub fn from_wire(value: Decimal) -> Option<Self> {
        if value < Decimal::ZERO || value > Decimal::ONE_HUNDRED {
            None
        } else if value <= Decimal::ONE {
            Some(Self(value))
        } else {
            value.checked_div(Decimal::ONE_HUNDRED).map(Self)
        }
    }

    /// From 0 to 1.
    #[must_use]
    pub fn ratio(self) -> Decimal {
        self.0
    }

    /// From 0 to 100.
    #[must_use]
    pub fn percent(self) -> Decimal {
        self.0.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(Decimal::ONE_HUNDRED).normalize()
    }

    /// Whether it is at least `minimum`.
    #[must_use]
    pub fn is_at_least(self, minimum: Percent) -> bool {
        self.percent() >= minimum.0
    }
}

impl fmt::Display for Reliability {
    /// `99.48%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}%", self.percent().round_dp(2).normalize()))
    }
}

/// A percentage a caller asks for: 0, or above 1 up to 100.
///
/// A value above 0 and up to 1 is refused when parsed: whoever types `0.85` means 85.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Percent(Decimal);

/// Why a text is no [`Percent`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NotAPercent {
    /// Not a finite number.
    NotANumber,
    /// Below 0 or above 100.
    OutOfRange,
    /// In (0, 1]: probably a ratio was meant.
    Ambiguous {
        /// What the value would be as a percentage.
        suggestion: Percent,
    },
}

impl Percent {
    /// Reads what a user typed: `85`, `99.5`; a `%` behind it is allowed.
    ///
    /// # Errors
    /// [`NotAPercent`]; values in (0, 1] are ambiguous and come with a suggestion.
    pub fn parse(text: &str) -> Result<Self, NotAPercent> {
        let text = text.trim();
        let value =
            number::plain_decimal(text.strip_suffix('%').unwrap_or(text)).ok_or(NotAPercent::NotANumber)?;
        if value < Decimal::ZERO || value > Decimal::ONE_HUNDRED {
            return Err(NotAPercent::OutOfRange);
        }
        if value > Decimal::ZERO && value <= Decimal::ONE {
            let suggestion = value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(Decimal::ONE_HUNDRED);
            return Err(NotAPercent::Ambiguous { suggestion: Self(suggestion.normalize()) });
        }
        Ok(Self(value))
    }

    /// From 0 to 100.
    #[must_use]
    pub fn amount(self) -> Decimal {
        self.0
    }
}

impl FromStr for Percent {
    type Err = NotAPercent;

    fn from_str(text: &str) -> Result<Self, NotAPercent> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Percent {
    type Error = NotAPercent;

    fn try_from(text: &str) -> Result<Self, NotAPercent> {
        Self::parse(text)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}%", self.0))
    }
}

impl fmt::Display for NotAPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("not a percentage: give a number from 0 to 100"),
            Self::OutOfRange => f.write_str("not a percentage: it must lie between 0 and 100"),
            Self::Ambiguous { suggestion } => {
                write!(f, "ambiguous: this is read in percent; for {suggestion} write {}", suggestion.0)
            }
        }
    }
}

impl std::error::Error for NotAPercent {}

#[cfg(test)]
mod tests {
    use super::*;

    /// api-facts 4.4, row reliability.
    #[test]
    fn reliability_accepts_ratio_and_percent() {
        let read = |text: &str| {
            Reliability::from_wire(Decimal::from_str_exact(text).unwrap())
                .map(|r| r.ratio().normalize().to_string())
        };
        for (wire, ratio) in [("0", "0"), ("1", "1"), ("0.9948", "0.9948"), ("98.5", "0.985"), ("100", "1")] {
            assert_eq!(read(wire).as_deref(), Some(ratio), "{wire}");
        }
        assert_eq!((read("-0.1"), read("100.1")), (None, None));
    }

    /// api-facts 4.4, row min_reliability, as settled in design 6.
    #[test]
    fn a_minimum_below_one_percent_is_refused_with_a_suggestion() {
        assert!(Reliability::from_wire("0.85".parse().unwrap()).unwrap().is_at_least("85".parse().unwrap()));
        assert!(
            !Reliability::from_wire("0.8499".parse().unwrap()).unwrap().is_at_least("85%".parse().unwrap())
        );
        assert_eq!(Percent::parse("0").unwrap().amount(), Decimal::ZERO);
        for text in ["0.85", "1", "0.0001"] {
            assert!(matches!(Percent::parse(text), Err(NotAPercent::Ambiguous { .. })), "{text}");
        }
        assert!(Percent::parse("0.85").unwrap_err().to_string().contains("write 85"));
        assert_eq!(Percent::parse("NaN"), Err(NotAPercent::NotANumber));
        assert_eq!(Percent::parse("101"), Err(NotAPercent::OutOfRange));
    }
}
