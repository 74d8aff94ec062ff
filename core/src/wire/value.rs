//! What kind of value a JSON text is, for errors that name kinds and never values.

use crate::error::Found;

/// What kind of value a JSON text is, by its first byte.
#[must_use]
pub(crate) fn found(raw: &str) -> Found {
    match raw.trim_start_matches([' ', '\t', '\n', '\r']).bytes().next() {
        None => Found::Empty,
        Some(b'{') => Found::Object,
        Some(b'[') => Found::List,
        Some(b'"') => Found::Text,
        Some(b't' | b'f') => Found::Boolean,
        Some(b'n') => Found::Null,
        Some(b'-' | b'0'..=b'9') => Found::Number,
        Some(_) => Found::NotJson,
    }
}
