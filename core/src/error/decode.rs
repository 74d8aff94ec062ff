//! [`DecodeError`]: where an answer was not what it should be. It names places and kinds, never a value.

use crate::excerpt::Excerpt;
use core::fmt;

/// An answer, or a record of one, that could not be read.
///
/// serde's own texts quote the offending value, which may be a password; so they are never passed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    path: Excerpt,
    expected: &'static str,
    found: Found,
}

/// What kind of thing stood where something else was expected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Found {
    /// Nothing.
    Missing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
    /// Bytes that are not JSON, or not UTF-8.
    NotJson,
    /// Nothing at all: an empty body.
    Empty,
    /// More brackets inside each other than allowed.
    TooDeep,
    /// More bytes or rows than allowed.
    TooLarge,
    /// The same key twice.
    DuplicateKey,
    /// Something after the end of the document.
    TrailingBytes,
    /// Two fields that contradict each other.
    Contradiction,
    /// Something that was left out because it could not be read; what it was is not kept.
    Unread,
}

impl DecodeError {
    /// An error at `path` (such as `orders[3].id`), where `expected` should have been.
    #[must_use]
    pub fn new(path: &str, expected: &'static str, found: Found) -> Self {
        Self { path: Excerpt::new(path, 120), expected, found }
    }

    /// The place, such as `orders[3].id`; empty for the document itself.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// What should have been there.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// What was there.
    #[must_use]
    pub fn found(&self) -> Found {
        self.found
    }
}

impl Found {
    /// In words: "a list", "nothing".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "nothing",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number that does not fit",
            Self::Text => "a text that does not fit",
            Self::List => "a list",
            Self::Object => "an object",
            Self::NotJson => "something that is not JSON",
            Self::Empty => "an empty body",
            Self::TooDeep => "too many nested brackets",
            Self::TooLarge => "more than the allowed size",
            Self::DuplicateKey => "the same key twice",
            Self::TrailingBytes => "more after the end",
            Self::Contradiction => "two values that contradict each other",
            Self::Unread => "something that cannot be read",
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path().is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "expected {}, found {}", self.expected, self.found.words())
    }
}

impl std::error::Error for DecodeError {}
