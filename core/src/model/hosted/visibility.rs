//! [`Visibility`]: who sees a hosted server.

use crate::excerpt::Excerpt;
use crate::wire::field::{self, Raw};
use core::fmt;

/// Who can see a hosted server in the marketplace.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Visibility {
    /// Everybody (`public`): it can be rented.
    Public,
    /// Nobody else (`hidden`; one source says `private`).
    Hidden,
    /// A word that no source lists.
    Other(Excerpt),
}

impl fmt::Display for Visibility {
    /// `public`, `hidden`, or the word that came, made harmless for terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Public => "public",
            Self::Hidden => "hidden",
            Self::Other(word) => word.as_str(),
        })
    }
}

impl Visibility {
    pub(super) fn decode(raw: Raw<'_>) -> Option<Self> {
        let word = field::word(raw)?;
        let is = |name: &str| word.eq_ignore_ascii_case(name);
        Some(if is("public") {
            Self::Public
        } else if is("hidden") || is("private") {
            Self::Hidden
        } else {
            Self::Other(Excerpt::new(&word, 64))
        })
    }
}
