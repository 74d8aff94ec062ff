//! [`Access`]: how the renter gets in, and [`generate_password`].

use crate::secret::Secret;

/// How to get into the machine by SSH: one way, never two. The seed dropped the password when both were given.
///
/// ```
/// use clore_core::endpoint::create_order::Access;
/// use clore_core::secret::Secret;
/// let (key, password) = ("ssh-ed25519 AAAA me".to_owned(), Secret::new("word"));
/// let _one_or_the_other = [Access::Key(key), Access::Password(password)];
/// ```
/// ```compile_fail
/// use clore_core::endpoint::create_order::Access;
/// use clore_core::secret::Secret;
/// let (key, password) = ("ssh-ed25519 AAAA me".to_owned(), Secret::new("word"));
/// let _both = Access::Key(key, password);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Access {
    /// Nothing is sent: for images that need no SSH. Such a machine may be closed to everybody.
    None,
    /// A public key.
    Key(String),
    /// A password the caller knows.
    Password(Secret),
    /// A password made for this order. Whoever puts it here hands it to the caller *before* anything is sent.
    Generated(Secret),
}

impl Access {
    /// By a public key; blanks and line ends around it are dropped.
    #[must_use]
    pub fn key(public_key: impl AsRef<str>) -> Self {
        Self::Key(public_key.as_ref().trim().to_owned())
    }

    /// By a password made of `entropy`, which must come from the system. [`Access::password`] tells it.
    #[must_use]
    pub fn generated(entropy: [u8; 32]) -> Self {
        Self::Generated(generate_password(entropy))
    }

    pub(super) fn is_key(&self) -> bool {
        matches!(self, Self::Key(_))
    }

    /// The password, if there is one.
    #[must_use]
    pub fn password(&self) -> Option<&Secret> {
        match self {
            Self::Password(password) | Self::Generated(password) => Some(password),
            Self::None | Self::Key(_) => None,
        }
    }
}

impl core::fmt::Debug for Access {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Key(_) => "Key(..)",
            Self::Password(_) => "Password(hidden)",
            Self::Generated(_) => "Generated(hidden)",
        })
    }
}

/// 32 signs that cannot be mistaken for each other: no 0 O o, 1 I l, and no vowel but e and u.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyzE";

/// A password of 25 signs, 125 bits, from 32 bytes of the system's entropy.
///
/// There are exactly 32 signs, so 5 bits choose one and none is likelier than another.
#[must_use]
pub fn generate_password(entropy: [u8; 32]) -> Secret {
    let sign = |byte: u8| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from);
    Secret::new(entropy.into_iter().take(25).filter_map(sign).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_fits_the_service_and_every_sign_is_as_likely() {
        assert_eq!(generate_password([0; 32]).expose(), "2".repeat(25));
        let mut counts = std::collections::BTreeMap::<char, usize>::new();
        for byte in 0..=255 {
            let password = generate_password([byte; 32]);
            assert!(password.expose().len() <= 32);
            *counts.entry(password.expose().chars().next().unwrap()).or_default() += 1;
        }
        assert_eq!(counts.len(), 32);
        assert!(counts.values().all(|count| *count == 8));
        assert!("0O1Il".chars().all(|c| !counts.contains_key(&c)));
        assert_ne!(generate_password([1; 32]).expose(), generate_password([2; 32]).expose());
    }
}
