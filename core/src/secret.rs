//! [`Secret`]: a text that does not print.
//!
//! It has no `Display`, no `Deref`, no `PartialEq` and no `Serialize`; `Debug` is a fixed word without the length.
//! The memory is overwritten on drop. Copies made by TLS, the allocator, the kernel and swap are out of reach.

use core::fmt;
use zeroize::Zeroizing;

/// An API key, a password, a token: shown only where the name [`Secret::expose`] says so.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes `text` over; the caller's own copies remain the caller's.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Whoever calls this answers for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}
