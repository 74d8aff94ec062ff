//! [`InvalidRequest`]: a request that cannot be sent. It names the field and the rule, never the value.

use core::fmt;

/// Why a request was not built. Nothing was sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InvalidRequest {
    field: &'static str,
    why: Why,
}

/// The rule a field breaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Why {
    /// Longer than the service takes; nothing is ever cut.
    TooLong {
        /// Its length, in the unit of `max`.
        length: usize,
        /// The longest allowed.
        max: usize,
        /// `characters` or `bytes` or `ids`.
        unit: &'static str,
    },
    /// Empty where something is needed.
    Empty,
    /// A price that is zero, negative or too fine to be written.
    NotPositive,
    /// The same thing twice.
    Duplicate,
    /// Two fields of which only one can be.
    Beside {
        /// The other one's name on the wire.
        other: &'static str,
    },
    /// A price in another coin than the order is paid in.
    OtherCoin,
    /// A price that is not in CLORE, where the service takes it in CLORE per day whatever coin pays.
    NotClore,
    /// A character that cannot be sent.
    BadCharacter,
    /// A number that cannot be: port 0.
    OutOfRange,
    /// A length of time that is not whole hours, or less than one.
    NotWholeHours,
    /// A private key where a public one belongs.
    PrivateKey,
    /// It could not be written as a request at all.
    Unwritable,
}

impl InvalidRequest {
    /// The error that `field` (its name on the wire) breaks the rule `why`.
    #[must_use]
    pub const fn new(field: &'static str, why: Why) -> Self {
        Self { field, why }
    }

    /// The field's name on the wire.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The rule it breaks.
    #[must_use]
    pub const fn why(&self) -> Why {
        self.why
    }

    /// Checks that `text` has at most `max` characters.
    ///
    /// # Errors
    /// [`Why::TooLong`], which tells the lengths only.
    pub fn check_characters(field: &'static str, text: &str, max: usize) -> Result<(), Self> {
        let length = text.chars().count();
        if length > max {
            let unit = "characters";
            return Err(Self::new(field, Why::TooLong { length, max, unit }));
        }
        Ok(())
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing was sent: `{}` ", self.field)?;
        match self.why {
            Why::TooLong { length, max, unit } => write!(f, "has {length} {unit}, {max} are allowed"),
            Why::Empty => f.write_str("is empty"),
            Why::NotPositive => f.write_str("is not a price above zero"),
            Why::Duplicate => f.write_str("is given twice"),
            Why::Beside { other } => write!(f, "is given beside `{other}`; give one of them"),
            Why::OtherCoin => f.write_str("is in another coin than the order is paid in"),
            Why::NotClore => f.write_str("is not in CLORE per day"),
            Why::OutOfRange => f.write_str("holds a number that cannot be"),
            Why::NotWholeHours => f.write_str("is not a whole number of hours, at least one"),
            Why::PrivateKey => f.write_str("is a private key; give the public one (`.pub`)"),
            Why::BadCharacter => f.write_str("holds a character that cannot be sent"),
            Why::Unwritable => f.write_str("cannot be written as a request"),
        }
    }
}

impl std::error::Error for InvalidRequest {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_is_told_by_length_never_by_value() {
        let error = InvalidRequest::check_characters("ssh_password", "ééé-secret", 4).unwrap_err();
        assert_eq!(error.to_string(), "nothing was sent: `ssh_password` has 10 characters, 4 are allowed");
        assert!(!format!("{error:?}").contains("secret"));
        assert!(InvalidRequest::check_characters("issue", "éééé", 4).is_ok());
    }
}
