//! A tag that tells API keys apart without telling them: HMAC-SHA256 under the file's random salt, cut to 128 bits.

use clore_core::secret::Secret;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Bytes of the tag that are kept.
const KEPT: usize = 16;

/// The tag of `key` in the journal with this salt, in hex.
pub(crate) fn tag(salt: &str, key: &Secret) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(salt.as_bytes()) else {
        return String::new();
    };
    mac.update(key.expose().as_bytes());
    hex(mac.finalize().into_bytes().into_iter().take(KEPT))
}

/// A fresh salt, in hex.
pub(crate) fn salt() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex(bytes.into_iter()))
}

fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_tells_keys_and_salts_apart_and_hides_the_key() {
        let key = |text: &str| Secret::new(text);
        let one = tag("salt", &key("canary"));
        assert_eq!(one, tag("salt", &key("canary")));
        assert_ne!(one, tag("salt", &key("canarz")));
        assert_ne!(one, tag("tals", &key("canary")));
        assert!(one.len() == 32 && one.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    /// RFC 4231, test case 2.
    #[test]
    fn it_is_hmac_sha256() {
        assert_eq!(
            tag("Jefe", &Secret::new("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c7"
        );
    }

    #[test]
    fn salts_differ() {
        assert_ne!(salt().unwrap(), salt().unwrap());
    }
}
