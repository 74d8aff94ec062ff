//! Fields of a record, read tolerantly: a bad optional field costs the field, never the record.
//!
//! A record is a struct derived with serde whose fields are all [`Raw`]: missing and `null` are alike, unknown fields
//! are ignored, and a known key that comes twice is an error. The functions here turn one raw field into a value or
//! `None`. serde's error texts quote values, so none of them leaves this module. Nothing here recurses: serde_json
//! skips what it is not asked for without recursion, and every level that is entered is entered by name.

use crate::error::{DecodeError, Found};
use crate::wire::{number, value};
use core::fmt;
use rust_decimal::Decimal;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One field that may be missing, as the bytes it came in. Mark it `#[serde(borrow)]`.
pub(crate) type Raw<'a> = Option<&'a RawValue>;

/// Reads one record, a JSON object.
///
/// # Errors
/// Not UTF-8, not JSON, not an object, or a known key twice. The error's path is empty: the caller knows the place.
pub(crate) fn record<'a, T: Deserialize<'a>>(raw: &'a [u8]) -> Result<T, DecodeError> {
    let error = |found| DecodeError::new("", "an object", found);
    let text = core::str::from_utf8(raw).map_err(|_| error(Found::NotJson))?;
    // A derived struct would also accept a list of its fields, by place.
    match value::found(text) {
        Found::Object => {}
        other => return Err(error(other)),
    }
    serde_json::from_str(text).map_err(|failure| {
        error(match failure.classify() {
            serde_json::error::Category::Data => Found::DuplicateKey,
            _ => Found::NotJson,
        })
    })
}

/// Reads a field that is itself an object; `None` for any other shape.
pub(crate) fn object<'a, T: Deserialize<'a>>(raw: Raw<'a>) -> Option<T> {
    // A derived struct would also accept a list of its fields.
    raw.filter(|raw| value::found(raw.get()) == Found::Object)
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
}

/// A text; numbers and the rest are `None`.
pub(crate) fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let raw = raw?.get();
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str::<String>(raw).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// A text that is not empty, without blanks around it.
pub(crate) fn word(raw: Raw<'_>) -> Option<String> {
    text(raw).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The text of a text, or the digits of a number: for fields like `cuda_version` and `pcie_rev`.
pub(crate) fn text_or_number(raw: Raw<'_>) -> Option<String> {
    word(raw).or_else(|| match value::found(raw?.get()) {
        Found::Number => Some(raw?.get().to_owned()),
        _ => None,
    })
}

/// A whole number of at least zero.
pub(crate) fn integer(raw: Raw<'_>) -> Option<u64> {
    number::integer(raw?.get())
}

/// An exact decimal.
pub(crate) fn decimal(raw: Raw<'_>) -> Option<Decimal> {
    number::decimal(raw?.get())
}

/// A boolean.
pub(crate) fn boolean(raw: Raw<'_>) -> Option<bool> {
    number::boolean(raw?.get())
}

/// The elements of a list; `null` elements stay.
pub(crate) fn list<'a>(raw: Raw<'a>) -> Option<Vec<&'a RawValue>> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
}

/// The texts of a list; elements of other kinds are left out.
pub(crate) fn list_of_text(raw: Raw<'_>) -> Option<Vec<String>> {
    Some(list(raw)?.into_iter().filter_map(|element| word(Some(element))).collect())
}

/// The keys and raw values of a map in order. A key that comes twice makes the map unreadable.
pub(crate) fn entries(raw: Raw<'_>) -> Option<Vec<(String, &RawValue)>> {
    raw.and_then(|raw| serde_json::from_str::<Entries<'_>>(raw.get()).ok()).map(|entries| entries.0)
}

/// The first of several spellings of one field that is there.
pub(crate) fn first_of<'a>(spellings: &[Raw<'a>]) -> Raw<'a> {
    spellings.iter().find_map(|spelling| *spelling)
}

/// What kind of value stands in a field; `Missing` for none.
pub(crate) fn found(raw: Raw<'_>) -> Found {
    raw.map_or(Found::Missing, |raw| value::found(raw.get()))
}

/// The id of a record that could not be read, as well as it can be told: the first readable `id` or `order_id`,
/// even of a record that is damaged behind it. For reports only.
#[must_use]
pub(crate) fn row_id(raw: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(raw);
    let mut seen = None;
    let mut reader = serde_json::Deserializer::from_str(&text);
    // What matters is what was seen before the record turned bad.
    let _ = FirstId(&mut seen).deserialize(&mut reader);
    seen
}

struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, &'de RawValue)> = Vec::new();
                let mut keys = std::collections::HashSet::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if !keys.insert(key.clone()) {
                        return Err(serde::de::Error::custom("the same key twice"));
                    }
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

struct FirstId<'s>(&'s mut Option<u64>);

impl<'de> DeserializeSeed<'de> for FirstId<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FirstId<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.0.is_none() && (key == "id" || key == "order_id") {
                *self.0 = number::integer(map.next_value::<&RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Two<'a> {
        #[serde(borrow)]
        id: Raw<'a>,
        #[serde(borrow)]
        name: Raw<'a>,
    }

    #[test]
    fn missing_and_null_are_alike_and_unknown_fields_are_ignored() {
        let two: Two<'_> = record(br#"{"id":"7","name":null,"x":[{"y":1}]}"#).unwrap();
        assert_eq!((integer(two.id), text(two.name)), (Some(7), None));
        let two: Two<'_> = record(br#"{"name":"a\u0041"}"#).unwrap();
        assert_eq!((integer(two.id), text(two.name).as_deref()), (None, Some("aA")));
    }

    #[test]
    fn errors_name_the_kind_and_never_the_value() {
        for (raw, kind) in [
            (&b"{\"id\":1,\"id\":\"hunter2\"}"[..], Found::DuplicateKey),
            (b"[\"hunter2\"]", Found::List),
            (b"[1,\"hunter2\"]", Found::List),
            (b"\"hunter2\"", Found::Text),
            (b"null", Found::Null),
            (b"", Found::Empty),
            (b"{\"id\":hunter2}", Found::NotJson),
            (b"{\"id\":1} hunter2", Found::NotJson),
            (b"{\"id\":\"\xff\"}", Found::NotJson),
            (b"<html>hunter2", Found::NotJson),
        ] {
            let error = record::<Two<'_>>(raw).err().unwrap();
            assert_eq!(error.found(), kind, "{}", String::from_utf8_lossy(raw));
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn an_id_is_told_even_of_a_damaged_record() {
        assert_eq!(row_id(br#"{"a":{"id":3},"id":"9","b":"#), Some(9));
        assert_eq!(row_id(br#"{"order_id":9,"order_id":9}"#), Some(9));
        assert_eq!(row_id(br#"{"id":-1}"#), None);
        assert_eq!(row_id(b"[9]"), None);
        assert_eq!(row_id(b"\xff"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_record_or_an_error(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (record::<Two<'_>>(&raw).is_ok(), row_id(&raw));
        }
    }
}
