//! [`AddressRefused`]: an address the service named that this client does not go to.

use crate::excerpt::Excerpt;
use core::fmt;

/// An address the service named and this client does not go to. Nothing was sent there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddressRefused {
    host: Excerpt,
    rule: AddressRule,
}

/// The rule that an address breaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum AddressRule {
    /// It is no whole URL of printable ASCII, or longer than 2048 bytes.
    NoUrl,
    /// It has a user name or password in it.
    Credentials,
    /// It is not https.
    NotHttps,
    /// Its host is an IP address, this machine, or a name without a domain.
    NoPublicName,
}

impl AddressRefused {
    /// The error that an address at `host` breaks `rule`.
    #[must_use]
    pub fn new(host: Excerpt, rule: AddressRule) -> Self {
        Self { host, rule }
    }

    /// Its host, at most 100 bytes; empty when it has none.
    #[must_use]
    pub fn host(&self) -> &Excerpt {
        &self.host
    }

    /// The rule it breaks.
    #[must_use]
    pub fn rule(&self) -> AddressRule {
        self.rule
    }

    /// Takes `key` out of the host.
    pub(super) fn hide(&mut self, key: &str) {
        self.host.hide(key);
    }
}

impl fmt::Display for AddressRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the service names an address ")?;
        if !self.host.as_str().is_empty() {
            write!(f, "at {} ", self.host)?;
        }
        f.write_str(match self.rule {
            AddressRule::NoUrl => "that is no URL",
            AddressRule::Credentials => "with a user name or password in it",
            AddressRule::NotHttps => "that is not https",
            AddressRule::NoPublicName => "whose host is no public name",
        })?;
        f.write_str("; nothing was sent there")
    }
}

impl std::error::Error for AddressRefused {}
