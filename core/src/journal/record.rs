//! What is written: intents, and what became of them.

use crate::excerpt::Excerpt;
use crate::model::{Coin, Kind, OrderId, Rate, ServerId, UsdPerHour};
use crate::spending::{Check, OrderCaps};
use crate::time::UnixTime;
use core::fmt;
use std::collections::BTreeSet;

/// The name of one intent: 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with `-` or `.`.
///
/// A caller may give its own, so that a program can name its attempt before a crash and find it after.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntentId(Box<str>);

impl IntentId {
    /// A fresh name from 16 random bytes.
    #[must_use]
    pub fn generate(entropy: [u8; 16]) -> Self {
        let hex = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        Self(entropy.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect::<String>().into())
    }

    /// The name `text`, or `None` when it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        (fits && !text.starts_with(['-', '.'])).then(|| Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::str::FromStr for IntentId {
    type Err = NotAnIntentId;
    fn from_str(text: &str) -> Result<Self, NotAnIntentId> {
        Self::parse(text).ok_or(NotAnIntentId)
    }
}

/// A text that is no intent's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAnIntentId;

impl fmt::Display for NotAnIntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an intent's name is 1 to 64 letters, digits, dots, underscores or dashes")
    }
}

impl std::error::Error for NotAnIntentId {}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// That a money call is about to be made, and what is needed to find out later what became of it.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Intent {
    /// Its name.
    pub id: IntentId,
    /// The call, such as `create_order`.
    pub call: Excerpt,
    /// The server to be rented, when the call names one.
    pub server: Option<ServerId>,
    /// On demand or spot, when the call says.
    pub kind: Option<Kind>,
    /// The coin to pay in.
    pub coin: Option<Coin>,
    /// The container's image; it only ranks candidates.
    pub image: Option<Excerpt>,
    /// The expected rate, coin per day, without the fee.
    pub rate: Option<Rate>,
    /// What it is expected to cost, US dollars per hour **with the fee**, over all its orders, as known when recorded.
    /// `None`: unknown, never nothing.
    pub price: Option<UsdPerHour>,
    /// How many orders it may become: one, but for a call that rents several servers at once.
    pub orders: u32,
    /// When its order is to be ended, for whoever watches it.
    pub caps: OrderCaps,
    /// What it must stay within. It travels with the record to be checked, and is never written.
    pub check: Check,
    /// Ids on this server (or on an unreadable one) in the snapshot; `None`: no snapshot was taken, or it could not be
    /// complete, so reading yields at most "ambiguous".
    pub base_ids: Option<BTreeSet<OrderId>>,
    /// The `Date` of the snapshot's answer.
    pub snapshot_date: Option<UnixTime>,
    /// Wall time of recording, for people and the daily limit only.
    pub wall: Option<UnixTime>,
    /// The digest of a plan this intent carries out.
    pub plan: Option<Excerpt>,
    /// Ownerless open intents the caller named to be passed over.
    pub despite: BTreeSet<IntentId>,
}

impl Intent {
    /// An intent to make `call`.
    #[must_use]
    pub fn new(id: IntentId, call: &str) -> Self {
        Self {
            id,
            call: Excerpt::new(call, 64),
            server: None,
            kind: None,
            coin: None,
            image: None,
            rate: None,
            price: None,
            orders: 1,
            caps: OrderCaps::new(),
            check: Check::default(),
            base_ids: None,
            snapshot_date: None,
            wall: None,
            plan: None,
            despite: BTreeSet::new(),
        }
    }
}

/// One entry of the journal, or a look at it.
///
/// Closed: replay and admission are tables over it.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// A money call is about to be made, by a machine that has no claim yet. A name that is in use is refused.
    Intent(Box<Intent>),
    /// The holder of an intent's claim replaces it by a newer form of the same name, after a renewed snapshot and
    /// before every further send. It is a record of its own so that two machines which were given one name can never
    /// both go on with it.
    Renew(Box<Intent>),
    /// An ownerless open intent is taken over, to be settled.
    Adopt(IntentId),
    /// The call was given to the network, for information: without [`Record::Resolved`] it is *maybe sent* anyway.
    Sent(IntentId),
    /// The service answered the call with success and told no order. An order that reading then finds may be cancelled
    /// without asking, where it is seen alone (`rent.md`, "automatic cancel"); after a lost answer it may not.
    Answered(IntentId),
    /// What became of the intent.
    Resolved {
        /// Which.
        intent: IntentId,
        /// What.
        resolution: Resolution,
        /// Wall time, when known.
        wall: Option<UnixTime>,
    },
    /// An order is over.
    Ended {
        /// Which.
        order: OrderId,
        /// Wall time, when known.
        wall: Option<UnixTime>,
    },
    /// An order's price is about to be changed; recorded before that is sent. Of several prices the highest counts,
    /// since a change may have been refused.
    Repriced {
        /// Which.
        order: OrderId,
        /// The new price, US dollars per hour with the fee; `None`: unknown.
        price: Option<UsdPerHour>,
        /// Wall time, when known.
        wall: Option<UnixTime>,
    },
    /// Writes nothing: shows the journal as it stands.
    Look,
}

impl Record {
    /// The intent that belongs to the recorder once this is written: of an intent, its renewal and its adoption.
    #[must_use]
    pub fn claims(&self) -> Option<&IntentId> {
        match self {
            Self::Intent(intent) | Self::Renew(intent) => Some(&intent.id),
            Self::Adopt(id) => Some(id),
            Self::Sent(_)
            | Self::Answered(_)
            | Self::Resolved { .. }
            | Self::Ended { .. }
            | Self::Repriced { .. }
            | Self::Look => None,
        }
    }

    /// The same, made at `wall`: an operation only knows when it began, and limits count what ran until now. Without a
    /// wall time it is left as it is.
    #[must_use]
    pub fn at(mut self, now: Option<UnixTime>) -> Self {
        match &mut self {
            Self::Intent(intent) | Self::Renew(intent) => intent.wall = now.or(intent.wall),
            Self::Resolved { wall, .. } | Self::Ended { wall, .. } | Self::Repriced { wall, .. } => {
                *wall = now.or(*wall);
            }
            Self::Adopt(_) | Self::Sent(_) | Self::Answered(_) | Self::Look => {}
        }
        self
    }

    /// The wall time it was made at, when it says one.
    #[must_use]
    pub fn wall(&self) -> Option<UnixTime> {
        match self {
            Self::Intent(intent) | Self::Renew(intent) => intent.wall,
            Self::Resolved { wall, .. } | Self::Ended { wall, .. } | Self::Repriced { wall, .. } => *wall,
            Self::Adopt(_) | Self::Sent(_) | Self::Answered(_) | Self::Look => None,
        }
    }
}

/// How an intent ended.
///
/// Closed: an intent without one of these stays open and blocks creates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resolution {
    /// It is this order.
    Placed {
        /// Which.
        order: OrderId,
        /// Found by reading, not told by the create's own answer.
        inferred: bool,
    },
    /// The service did it and its answer names no order (a user's own endpoint).
    Done,
    /// The service refused it.
    Refused,
    /// Every attempt certainly never left.
    NeverSent,
    /// The user says: nothing was placed.
    Closed,
    /// The user says: it is this order.
    AttributedTo(OrderId),
}

impl Resolution {
    /// The order this intent has, if any.
    #[must_use]
    pub fn order(self) -> Option<OrderId> {
        match self {
            Self::Placed { order, .. } | Self::AttributedTo(order) => Some(order),
            Self::Done | Self::Refused | Self::NeverSent | Self::Closed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intents_name_shows_as_it_is_and_what_is_none_says_how_one_looks() {
        assert_eq!(format!("{:?}", IntentId::parse("a-1").unwrap()), "a-1");
        assert!(NotAnIntentId.to_string().contains("1 to 64 letters"));
        let id = IntentId::parse("a-1").unwrap();
        let taken = crate::journal::JournalError::NameTaken(id.clone());
        assert!(taken.to_string().contains("a-1") && taken.to_string().contains("another name"), "{taken}");
        let damaged = crate::journal::JournalError::Damaged { line: 7 };
        assert!(damaged.to_string().starts_with("line 7 of the journal is damaged"), "{damaged}");
        assert_eq!(format!("{:?}", crate::journal::Claim::new(id, Box::new(()))), "Claim(a-1)");
    }

    #[test]
    fn an_intent_id_is_a_harmless_file_name() {
        for good in ["a", "nightly-7", "A.b_c", &"x".repeat(64)] {
            assert!(IntentId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "-x", ".", "..", "a/b", "a b", "ä", "a\n", &"x".repeat(65)] {
            assert!(IntentId::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(IntentId::generate([0xa5; 16]).as_str(), "a5".repeat(16));
    }
}
