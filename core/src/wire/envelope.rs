//! The envelope around every answer: an object with a `code`, perhaps an `error`, and the call's own fields.
//!
//! [`judge`] takes any bytes and tells which of five things they are. The fields of an answer can be had only through
//! that verdict, so nobody reads a list out of an answer that said no. Only a `code` that is exactly 0, written as
//! `0`, `0.0` or `"0"`, is success; a missing one never is (api-facts 1.2, reliability 3.3).
//!
//! Bounded: nesting and texts by the caller's caps, top-level fields by [`FIELDS`]; the walk is linear and does not recurse.

use crate::error::{Code, DecodeError, Found, Reason, ReasonNumbers, Refusal};
use crate::excerpt::Excerpt;
use crate::limits::Caps;
use crate::wire::bounds;
use crate::wire::number;
use crate::wire::value::found;
use core::fmt;
use core::time::Duration;
use rust_decimal::Decimal;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;

/// Top-level fields an answer may have; real ones have fewer than ten.
pub const FIELDS: usize = 1_000;
/// Numbers kept of a refusal.
const NUMBERS_KEPT: usize = 8;
/// Bytes kept of a number's name.
const NAME_TEXT: usize = 40;
/// The longest `time_to_lowering` believed: a year, in seconds.
const LONGEST_WAIT: u64 = 31_536_000;

/// What an answer is, judged from its body alone.
///
/// Closed: what may be sent again is decided by an exhaustive match over it.
#[derive(Clone, Debug)]
#[must_use]
pub enum Judged<'a> {
    /// Code 0 and no `error`. The call's own fields may still be missing.
    Success(Fields<'a>),
    /// Code 0 together with an `error`: a refusal, unless the fields prove otherwise (a create with an id).
    SuccessWithError(Refusal, Fields<'a>),
    /// A well-formed code other than 0.
    Refused(Refusal),
    /// An object without a `code`: a decode error for a read, an unknown outcome for a spend.
    NoCode(DecodeError),
    /// Anything else, a `code` that is no integer included.
    Malformed(DecodeError),
}

/// The top-level fields of an answer, each as the bytes it came in.
#[derive(Clone)]
pub struct Fields<'a> {
    document: &'a str,
    fields: Vec<Field<'a>>,
}

#[derive(Clone)]
struct Field<'a>(Cow<'a, str>, &'a RawValue);

/// Judges an answer. Of `caps` count the depth, the length of a text, and how much of an `error` is kept.
pub fn judge<'a>(body: &'a [u8], caps: &Caps) -> Judged<'a> {
    let fields = match Fields::read(body, caps) {
        Ok(fields) => fields,
        Err(error) => return Judged::Malformed(error),
    };
    let Some(code) = fields.raw("code") else {
        return Judged::NoCode(DecodeError::new("code", "a code", Found::Missing));
    };
    let Some(code) = code_number(code).map(Code::from_number) else {
        return Judged::Malformed(DecodeError::new("code", "an integer", found(code)));
    };
    let refusal = fields.refusal(code, caps.error_text);
    match (code, refusal) {
        (Code::Success, None) => Judged::Success(fields),
        (Code::Success, Some(refusal)) => Judged::SuccessWithError(refusal, fields),
        (_, Some(refusal)) => Judged::Refused(refusal),
        (_, None) => {
            let silent = Refusal::new(code, Reason::Unsaid, Excerpt::default());
            Judged::Refused(silent.with_numbers(fields.other_numbers()))
        }
    }
}

impl<'a> Fields<'a> {
    /// Reads one JSON object, strictly: no second value after it, no key twice.
    ///
    /// # Errors
    /// Says what stood there instead; never quotes it.
    pub fn read(body: &'a [u8], caps: &Caps) -> Result<Self, DecodeError> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let odd = |_| DecodeError::new("", "an object", Found::NotJson);
        let text = core::str::from_utf8(body).map_err(odd)?;
        bounds::check(body, caps)?;
        Self::parse(text)
    }

    fn parse(text: &'a str) -> Result<Self, DecodeError> {
        let whole = |found| DecodeError::new("", "an object", found);
        let mut input = serde_json::Deserializer::from_str(text);
        let fields = input.deserialize_map(FieldsVisitor).map_err(|_| whole(kind_of(text)))?;
        input.end().map_err(|_| DecodeError::new("", "the end of the document", Found::TrailingBytes))?;
        if fields.len() > FIELDS {
            return Err(whole(Found::TooLarge));
        }
        let mut seen = HashSet::new();
        match fields.iter().find(|Field(key, _)| !seen.insert(key.as_ref())) {
            Some(Field(key, _)) => Err(DecodeError::new(key, "one value", Found::DuplicateKey)),
            None => Ok(Self { document: text, fields }),
        }
    }

    /// The JSON text of a field; `None` when it is missing. `null` is the text `null`.
    #[must_use]
    pub fn raw(&self, key: &str) -> Option<&'a str> {
        self.fields.iter().find(|Field(name, _)| name == key).map(|Field(_, raw)| raw.get())
    }

    /// The whole object, as it came.
    #[must_use]
    pub fn document(&self) -> &'a str {
        self.document
    }

    /// As [`Fields::raw`], with `null` taken for missing.
    #[must_use]
    pub fn some(&self, key: &str) -> Option<&'a str> {
        self.raw(key).filter(|raw| *raw != "null")
    }

    /// The fields of a field that is an object.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<Self> {
        // The bounds of the whole were checked already.
        Self::parse(self.some(key)?).ok()
    }

    /// The elements of a field that is a list, each as its JSON text.
    ///
    /// # Errors
    /// When the field is missing, `null` or no list: a list that is not there is never an empty one.
    pub fn list(&self, key: &'static str) -> Result<Vec<&'a str>, DecodeError> {
        let odd = |found| DecodeError::new(key, "a list", found);
        let raw = self.raw(key).ok_or_else(|| odd(Found::Missing))?;
        let list: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| odd(found(raw)))?;
        Ok(list.into_iter().map(RawValue::get).collect())
    }

    /// What the answer's `error` says; `None` when it is missing, null, false or empty and `code` is 0.
    fn refusal(&self, code: Code, most: usize) -> Option<Refusal> {
        let said = |key| self.some(key).filter(|raw| !matches!(*raw, "false" | "\"\""));
        // `message` is read as a last resort, and is no error by itself (api-facts 1.2).
        let raw = said("error").or_else(|| said("message").filter(|_| code != Code::Success))?;
        let (text, reason) = match serde_json::from_str::<String>(raw) {
            Ok(words) => {
                let text = Excerpt::new(&words, most);
                let reason = Reason::read(&words, &text, self.numbers());
                (text, reason)
            }
            // An object, a list, a number: shown as the JSON it is.
            Err(_) => {
                let text = Excerpt::new(raw, most);
                (text.clone(), Reason::Other(text))
            }
        };
        Some(Refusal::new(code, reason, text).with_numbers(self.other_numbers()))
    }

    /// Top-level numbers beside the code, as far as they are exact.
    fn other_numbers(&self) -> impl Iterator<Item = (Excerpt, Decimal)> {
        let numbers = self.fields.iter().filter_map(|Field(name, raw)| {
            let is_number = name != "code" && found(raw.get()) == Found::Number;
            let number = is_number.then(|| number::decimal(raw.get())).flatten()?;
            Some((Excerpt::new(name, NAME_TEXT), number))
        });
        numbers.take(NUMBERS_KEPT)
    }

    fn numbers(&self) -> ReasonNumbers {
        let positive = |key| self.some(key).and_then(number::decimal).filter(|n| !n.is_sign_negative());
        let wait = positive("time_to_lowering").and_then(|n| u64::try_from(n.ceil()).ok());
        ReasonNumbers {
            min_price: positive("min_price"),
            max_step: positive("max_step"),
            time_to_lowering: wait.filter(|s| *s <= LONGEST_WAIT).map(Duration::from_secs),
        }
    }
}

impl fmt::Debug for Fields<'_> {
    /// Names only: values may be addresses or tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.fields.iter().map(|Field(name, _)| Excerpt::new(name, 120));
        f.debug_list().entries(names).finish()
    }
}

/// Only whole numbers, as a number or as digits in a text; `true`, `null`, `0.5` and `1e400` are none.
fn code_number(raw: &str) -> Option<i64> {
    let number = number::signed(raw)?;
    // A minus before a zero is no success anybody meant.
    (number != 0 || !raw.contains('-')).then_some(number)
}

/// Why serde did not read an object: it was none, or it was broken.
fn kind_of(text: &str) -> Found {
    let whole_value = serde_json::from_str::<&RawValue>(text).is_ok();
    match found(text) {
        Found::Empty => Found::Empty,
        Found::Object => Found::NotJson,
        other if whole_value => other,
        _ => Found::NotJson,
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<Field<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            // One more than allowed is kept, as the sign that there were too many.
            if fields.len() <= FIELDS {
                fields.push(Field(key, value));
            }
        }
        Ok(fields)
    }
}

/// A key without a copy where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
