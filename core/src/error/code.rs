//! [`Code`]: the number in every answer's envelope, as a table of what it means and what to do (api-facts 1.3).
//!
//! The table is the only place that knows the numbers. Only the integer 0 is [`Code::Success`].

use core::fmt;

/// The `code` of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Code {
    /// 0: done. For `create_order` the order's id may still be missing.
    Success,
    /// 1: the service's database failed. After a spend the outcome is unknown: the order may exist.
    Database,
    /// 2: a field of the request was refused.
    InvalidInput,
    /// 3: the API key is missing or wrong.
    Key,
    /// 4: no such call; one source also has an unknown order here.
    Endpoint,
    /// 5: more than one request per second, or more than one create in five.
    TooFast,
    /// 6: refused for the reason the answer's `error` names.
    Refused,
    /// An integer that no source documents.
    Unknown(i64),
}

/// One row of [`CODES`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CodeRow {
    /// The code.
    pub code: Code,
    /// Its number on the wire.
    pub number: i64,
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What the caller can do about it.
    pub advice: &'static str,
}

/// Every documented code, in the order of its number.
pub const CODES: [CodeRow; 7] = [
    CodeRow { code: Code::Success, number: 0, meaning: "success", advice: "nothing to do" },
    CodeRow {
        code: Code::Database,
        number: 1,
        meaning: "the service's database failed",
        advice: "read again later; a create may have happened all the same, so look in my_orders before another",
    },
    CodeRow {
        code: Code::InvalidInput,
        number: 2,
        meaning: "invalid input",
        advice: "correct the request; sending it again unchanged cannot help",
    },
    CodeRow {
        code: Code::Key,
        number: 3,
        meaning: "the API key is missing or refused",
        advice: "check the key (CLORE_API_KEY)",
    },
    CodeRow {
        code: Code::Endpoint,
        number: 4,
        meaning: "no such call, or no such order",
        advice: "check the base URL, and whether the order still exists",
    },
    CodeRow {
        code: Code::TooFast,
        number: 5,
        meaning: "more requests than the service allows",
        advice: "wait; use one session for one key, and do not run two programs on it",
    },
    CodeRow { code: Code::Refused, number: 6, meaning: "refused", advice: "see the reason the service gave" },
];

impl Code {
    /// The code of a number; an undocumented one is kept as [`Code::Unknown`].
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        CODES.iter().find(|row| row.number == number).map_or(Self::Unknown(number), |row| row.code)
    }

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Success => 0,
            Self::Database => 1,
            Self::InvalidInput => 2,
            Self::Key => 3,
            Self::Endpoint => 4,
            Self::TooFast => 5,
            Self::Refused => 6,
            Self::Unknown(number) => number,
        }
    }

    /// The row of [`CODES`]; none for an undocumented code.
    #[must_use]
    pub fn row(self) -> Option<&'static CodeRow> {
        const ROWS: &[CodeRow] = &CODES;
        ROWS.iter().find(|row| row.code == self)
    }

    /// What the code means, in a few words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().map_or("a code that is not documented", |row| row.meaning)
    }

    /// What the caller can do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        self.row().map_or("nothing is known of this code; after a create look in my_orders", |row| row.advice)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_code_is_its_own_row() {
        for (n, row) in (0_i64..).zip(CODES) {
            assert_eq!(row.number, n);
            assert_eq!(row.code.number(), n);
            assert_eq!(Code::from_number(n), row.code);
            assert_eq!(row.code.row(), Some(&row));
            assert!(!row.meaning.is_empty() && !row.advice.is_empty());
        }
    }

    #[test]
    fn an_undocumented_code_keeps_its_number_and_is_never_success() {
        for n in [-1, 7, 99, i64::MIN, i64::MAX] {
            assert_eq!(Code::from_number(n), Code::Unknown(n));
            assert_eq!(Code::from_number(n).number(), n);
            assert!(Code::from_number(n).row().is_none());
        }
    }
}
