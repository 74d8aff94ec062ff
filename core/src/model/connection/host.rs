//! [`Host`]: an address or name that cannot be anything else.

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

/// An IP address, or a DNS name by RFC 1123: labels of letters, digits and inner dashes, at most 253 bytes.
///
/// So it has no leading dash, no blank, no `%`, no control or shell character, and passes as one argument.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Host(Box<str>);

/// A text that is neither an IP address nor a DNS name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NotAHost;

impl Host {
    /// Checks `text`.
    ///
    /// # Errors
    /// [`NotAHost`].
    pub fn parse(text: &str) -> Result<Self, NotAHost> {
        let bracketed = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        if let Some(Ok(IpAddr::V6(address))) = bracketed.map(IpAddr::from_str) {
            return Ok(Self(address.to_string().into()));
        }
        if let Ok(address) = IpAddr::from_str(text) {
            return Ok(Self(address.to_string().into()));
        }
        let label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        // A last label of digits only would be a malformed address: `1.2.3`, or `0x7f.1` in some resolvers.
        let last_is_a_word = text
            .rsplit('.')
            .next()
            .is_some_and(|last| !last.bytes().all(|b| b.is_ascii_digit()))
            && !text.rsplit('.').next().is_some_and(|last| last.starts_with("0x") || last.starts_with("0X"));
        if text.len() <= 253 && last_is_a_word && text.split('.').all(label) {
            Ok(Self(text.into()))
        } else {
            Err(NotAHost)
        }
    }

    /// The address or name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is an IPv6 address, which stands in brackets in a URL.
    #[must_use]
    pub fn is_ipv6(&self) -> bool {
        self.0.contains(':')
    }
}

/// A port from 1 to 65535, strictly: digits only.
pub(crate) fn port(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|port| *port > 0)
}

impl FromStr for Host {
    type Err = NotAHost;

    fn from_str(text: &str) -> Result<Self, NotAHost> {
        Self::parse(text)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for NotAHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a host: neither an IP address nor a DNS name")
    }
}

impl std::error::Error for NotAHost {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_dns_names_are_hosts() {
        for text in [
            "n1.example.net",
            "192.0.2.10",
            "2001:db8::1",
            "[2001:db8::1]",
            "a",
            "xn--bcher-kva.example",
            "3com.example",
        ] {
            assert!(Host::parse(text).is_ok(), "{text}");
        }
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-oProxyCommand=id",
            "x;cmd",
            "a b",
            "a\tb",
            "a\n",
            "a%b",
            "fe80::1%eth0",
            "a_b",
            "a$b",
            "a`b`",
            "a/b",
            "a:22",
            "root@a",
            "a-",
            "-a",
            "1.2.3",
            "256.1.1.1",
            "0x7f",
            "1.0x7f",
            "b\u{fc}cher",
            "a\u{200b}",
            "'a'",
            "a,b",
            "[a]",
            "a\u{0}",
            &long,
            &"a.".repeat(200),
        ] {
            assert_eq!(Host::parse(text), Err(NotAHost), "{text:?}");
        }
    }

    #[test]
    fn ports_are_digits_between_1_and_65535() {
        assert_eq!(port("22"), Some(22));
        for text in ["", "0", "65536", "+22", "-1", " 22", "22 ", "abc", "2 2", "22/tcp", "\u{661}"] {
            assert_eq!(port(text), None, "{text:?}");
        }
    }
}
