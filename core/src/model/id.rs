//! [`OrderId`] and [`ServerId`]: numbers of two things that must not be mixed up.

use core::fmt;
use core::str::FromStr;

/// A text that is no id: ids are digits, at most 2^64 − 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: an id is a whole number of digits only")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(u64);

        impl $name {
            /// The id with this number.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number, as it goes over the wire.
            #[must_use]
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Digits only: no sign, no white space.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(NotAnId);
                }
                text.parse().map(Self).map_err(|_| NotAnId)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }
    };
}

id! {
    /// The number of an order, a rental (api-facts 4.1: `id`, by the seed `order_id`).
    OrderId
}

id! {
    /// The number of a rentable server (api-facts 3.2 `id`; in an order `si`).
    ServerId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_an_id() {
        assert_eq!("900001".parse(), Ok(OrderId::new(900_001)));
        assert_eq!(ServerId::new(7).to_string(), "7");
        for text in ["", "-1", "+1", " 1", "1.0", "18446744073709551616", "x"] {
            assert_eq!(text.parse::<OrderId>(), Err(NotAnId), "{text}");
        }
    }
}
