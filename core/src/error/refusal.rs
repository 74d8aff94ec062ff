//! [`Refusal`]: a well-formed answer that says no.

use super::{Code, Reason};
use crate::excerpt::Excerpt;
use core::fmt;
use rust_decimal::Decimal;

/// The service's "no": its code, its reason, and at most 512 bytes of its own text.
///
/// The code may be [`Code::Success`]: `{"code":0,"error":"text"}` was seen, and is no success (api-facts 1.2).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The envelope's code.
    pub code: Code,
    /// The reason read from `error`, whatever the code.
    pub reason: Reason,
    /// The text of `error` (or `message`), escaped; an `error` that is no text is shown as its JSON. Empty if none.
    pub text: Excerpt,
    /// The first eight other numbers of the answer, by name: an unknown reason may have told something by them.
    pub numbers: Vec<(Excerpt, Decimal)>,
}

impl Refusal {
    /// A refusal with these parts.
    #[must_use]
    pub fn new(code: Code, reason: Reason, text: Excerpt) -> Self {
        Self { code, reason, text, numbers: Vec::new() }
    }

    /// Adds the numbers that came beside it.
    #[must_use]
    pub fn with_numbers(mut self, numbers: impl IntoIterator<Item = (Excerpt, Decimal)>) -> Self {
        self.numbers.extend(numbers);
        self
    }

    /// What the caller can do: the reason's advice if it has one, else the code's.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.reason.advice().unwrap_or_else(|| match self.code {
            // "See the reason" helps nobody when the table does not know it.
            Code::Refused | Code::Success => "do not send this again unchanged",
            code => code.advice(),
        })
    }

    /// What happened, without the advice, which an error says at its own end.
    pub(super) fn write_fact(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, &self.reason) {
            (Code::Refused | Code::Success, reason) => write!(f, "refused ({}): {reason}", self.code),
            (code, Reason::Unsaid) => write!(f, "{} ({code})", code.meaning()),
            (code, reason) => write!(f, "{} ({code}): {reason}", code.meaning()),
        }
    }
}

impl fmt::Display for Refusal {
    /// One line: what happened, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_fact(f)?;
        write!(f, "; {}", self.advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn an_error_gives_the_advice_of_its_refusal_once() {
        let refusal = Refusal::new(Code::Refused, Reason::NotEnoughBalance, Excerpt::default());
        let error = Error::new(ErrorKind::Refused(Box::new(refusal.clone())));
        assert_eq!(error.to_string(), refusal.to_string());
    }

    #[test]
    fn a_refusal_is_one_line_with_its_advice() {
        let rented =
            Refusal::new(Code::Refused, Reason::NotEnoughBalance, Excerpt::new("not_enough_balance", 512));
        assert_eq!(
            rented.to_string(),
            "refused (code 6): the wallet of this coin does not hold enough; top it up, or pay with another coin"
        );
        let fast = Refusal::new(Code::TooFast, Reason::Unsaid, Excerpt::default());
        assert_eq!(
            fast.to_string(),
            "more requests than the service allows (code 5); wait; use one session for one key, and do not run two programs on it"
        );
        let odd = Excerpt::new("odd\nthing", 512);
        let odd = Refusal::new(Code::Refused, Reason::Other(odd.clone()), odd);
        assert_eq!(odd.to_string(), "refused (code 6): odd\\u{a}thing; do not send this again unchanged");
    }
}
