//! [`Kind`]: the two ways to rent.

use core::fmt;

/// How a server is rented.
///
/// Closed: the service has these two (api-facts 3.4 `type`); gigaspot is another call with other rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Kind {
    /// At the listed price, until cancelled.
    #[default]
    OnDemand,
    /// By a bid, as long as nobody bids more.
    Spot,
}

impl Kind {
    /// The word of the wire: `on-demand` or `spot`.
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::OnDemand => "on-demand",
            Self::Spot => "spot",
        }
    }

    /// Reads the word of the wire; `-` and `_` are taken alike, upper and lower case too.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("spot") {
            Some(Self::Spot)
        } else if ["on-demand", "on_demand", "ondemand"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
            Some(Self::OnDemand)
        } else {
            None
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.wire_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_by_their_words() {
        assert_eq!(Kind::named("on-demand"), Some(Kind::OnDemand));
        assert_eq!(Kind::named("Spot"), Some(Kind::Spot));
        assert_eq!(Kind::named("spotty"), None);
    }
}
