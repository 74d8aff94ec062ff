//! [`Reason`]: why the service refused, read from the `error` text (api-facts 1.4), as a table.
//!
//! The service mixes `-` and `_`, so texts are compared after mapping `_` to `-`. An unknown text is kept and treated
//! as "never send this again". A number that should come with a reason but is missing or odd is `None`.

use crate::excerpt::Excerpt;
use core::fmt;
use core::time::Duration;
use rust_decimal::Decimal;

/// Why a request was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reason {
    /// Somebody has the server; after an unclear attempt that may be the caller.
    ServerAlreadyRented,
    /// The host is down.
    ServerOffline,
    /// The server's id is unknown or delisted.
    ServerDontExist,
    /// A host's call named a server that is not one of the account's own. The wire says it as `ServerDontExist`.
    NotYourServer,
    /// The wallet of the order's coin is empty.
    NotEnoughBalance,
    /// The server is the caller's own.
    CantRentFromYourself,
    /// The bid is below the server's floor.
    TooLowPrice {
        /// The floor: the order's coin per day, for the whole server. Sent by one source only.
        min_price: Option<Decimal>,
    },
    /// There already is a spot order of the caller on this server.
    AlreadyHaveSpotOrder,
    /// The server does not take this coin.
    CurrencyNotAllowed,
    /// The server can be rented by gigaspot only.
    MachineIsOnGigaspot,
    /// The order is somebody else's.
    YouDontOwnThisOrder,
    /// The order has ended; for a cancel that is success.
    OrderNotActive,
    /// The cancel's `issue` has more than 2048 characters.
    IssueDescriptionTooLong,
    /// No order has this id.
    OrderDontExist,
    /// The desired spot price is below the minimum.
    AmountTooLow,
    /// A spot price can be lowered once per 600 s.
    CanLowerEvery600Seconds {
        /// How long until it can be lowered again; sent in seconds.
        time_to_lowering: Option<Duration>,
    },
    /// The spot price was to be lowered too far at once.
    ExceededMaxStep {
        /// The largest step down: the order's coin per day (an amount, not a share: api-facts 8, 12).
        max_step: Option<Decimal>,
    },
    /// A host's settings were sent in part.
    NotAllParametersPresent,
    /// A host's maximum rental length was refused.
    InvalidMrl,
    /// A field of the request was refused.
    InvalidInput,
    /// A text that no source lists.
    Other(Excerpt),
    /// The service gave no reason.
    Unsaid,
}

/// One row of [`REASONS`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ReasonRow {
    /// The text on the wire, with `-` for every `_`.
    pub wire: &'static str,
    /// The reason, without its numbers.
    pub reason: Reason,
    /// The calls that are known to give it.
    pub calls: &'static [&'static str],
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What the caller can do about it.
    pub advice: &'static str,
}

const CREATE: &[&str] = &["create_order"];
const REPRICE: &[&str] = &["set_spot_price"];
const SETTINGS: &[&str] = &["set_server_settings"];

/// Every documented reason, by the text the service gives.
pub static REASONS: [ReasonRow; 19] = [
    row(
        "server-already-rented",
        Reason::ServerAlreadyRented,
        CREATE,
        "the server is rented already, perhaps by you",
        "look in my_orders if an earlier attempt was unclear; else take another server",
    ),
    row(
        "server-offline",
        Reason::ServerOffline,
        CREATE,
        "the server is offline",
        "take another server, or try again in some minutes",
    ),
    row(
        "server-dont-exist",
        Reason::ServerDontExist,
        CREATE,
        "there is no such server",
        "read the marketplace again and take another server",
    ),
    row(
        "not-enough-balance",
        Reason::NotEnoughBalance,
        CREATE,
        "the wallet of this coin does not hold enough",
        "top it up, or pay with another coin",
    ),
    row(
        "cant-rent-from-yourself",
        Reason::CantRentFromYourself,
        CREATE,
        "the server is your own",
        "take another server",
    ),
    row(
        "too-low-price",
        Reason::TooLowPrice { min_price: None },
        CREATE,
        "the bid is below the server's floor",
        "bid at least the floor, or take another server",
    ),
    row(
        "you-already-have-spot-order",
        Reason::AlreadyHaveSpotOrder,
        CREATE,
        "you already have a spot order on this server",
        "look it up in my_orders and change its price",
    ),
    row(
        "currency-not-allowed",
        Reason::CurrencyNotAllowed,
        CREATE,
        "the server does not take this coin",
        "pay with another coin, or take another server",
    ),
    row(
        "machine-is-on-gigaspot",
        Reason::MachineIsOnGigaspot,
        CREATE,
        "the server can be rented by gigaspot only",
        "take another server",
    ),
    row(
        "you-dont-own-this-order",
        Reason::YouDontOwnThisOrder,
        &["cancel_order", "set_spot_price"],
        "the order is not yours",
        "check the order's id and the key",
    ),
    row(
        "order-not-active",
        Reason::OrderNotActive,
        &["cancel_order"],
        "the order has ended already",
        "nothing to do: it no longer bills",
    ),
    row(
        "issue-description-too-long",
        Reason::IssueDescriptionTooLong,
        &["cancel_order"],
        "the issue text is too long",
        "shorten it to 2048 characters",
    ),
    row(
        "order-dont-exist",
        Reason::OrderDontExist,
        REPRICE,
        "there is no such order",
        "check the order's id",
    ),
    row("amount-too-low", Reason::AmountTooLow, REPRICE, "the price is below the minimum", "offer more"),
    row(
        "can-lower-every-600-seconds",
        Reason::CanLowerEvery600Seconds { time_to_lowering: None },
        REPRICE,
        "a spot price can be lowered once in 600 seconds",
        "wait, then lower it",
    ),
    row(
        "exceeded-max-step",
        Reason::ExceededMaxStep { max_step: None },
        REPRICE,
        "the price was to be lowered too far at once",
        "lower it by at most the largest step, and again later",
    ),
    row(
        "not-all-parameters-present",
        Reason::NotAllParametersPresent,
        SETTINGS,
        "parameters are missing",
        "read the server's settings, change them and send all",
    ),
    row(
        "invalid-mrl",
        Reason::InvalidMrl,
        SETTINGS,
        "the maximum rental length is not allowed",
        "choose another length",
    ),
    row("invalid-input", Reason::InvalidInput, SETTINGS, "a field was not accepted", "correct the request"),
];

/// Reasons whose text means something else in a host's calls.
pub static HOST_REASONS: [ReasonRow; 1] = [row(
    "server-dont-exist",
    Reason::NotYourServer,
    &["server_config", "set_server_settings"],
    "this is not one of your servers",
    "`clore servers` lists them",
)];

const fn row(
    wire: &'static str,
    reason: Reason,
    calls: &'static [&'static str],
    meaning: &'static str,
    advice: &'static str,
) -> ReasonRow {
    ReasonRow { wire, reason, calls, meaning, advice }
}

/// The numbers an answer may carry beside its `error`.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct ReasonNumbers {
    pub(crate) min_price: Option<Decimal>,
    pub(crate) max_step: Option<Decimal>,
    pub(crate) time_to_lowering: Option<Duration>,
}

impl Reason {
    /// Reads the `error` text; `-` and `_` are alike.
    pub(crate) fn read(text: &str, shown: &Excerpt, numbers: ReasonNumbers) -> Self {
        let wire = text.trim().replace('_', "-");
        let Some(row) = REASONS.iter().find(|row| row.wire == wire) else {
            return if wire.is_empty() { Self::Unsaid } else { Self::Other(shown.clone()) };
        };
        match &row.reason {
            Self::TooLowPrice { .. } => Self::TooLowPrice { min_price: numbers.min_price },
            Self::ExceededMaxStep { .. } => Self::ExceededMaxStep { max_step: numbers.max_step },
            Self::CanLowerEvery600Seconds { .. } => {
                Self::CanLowerEvery600Seconds { time_to_lowering: numbers.time_to_lowering }
            }
            plain => plain.clone(),
        }
    }

    /// What the same text means in a host's call.
    pub(crate) fn said_to_host(self) -> Self {
        let wire = self.row().map_or("", |row| row.wire);
        HOST_REASONS.iter().find(|row| row.wire == wire).map_or(self, |row| row.reason.clone())
    }

    /// The row of [`REASONS`] or [`HOST_REASONS`], whatever the numbers; none for [`Reason::Other`] and
    /// [`Reason::Unsaid`].
    #[must_use]
    pub fn row(&self) -> Option<&'static ReasonRow> {
        let kind = core::mem::discriminant(self);
        REASONS.iter().chain(&HOST_REASONS).find(|row| core::mem::discriminant(&row.reason) == kind)
    }

    /// Whether a refused create says that this server cannot be had, while another one may be: it is rented, offline,
    /// delisted, dearer than the bid, rented by gigaspot only, or the caller's own.
    #[must_use]
    pub fn is_server_gone(&self) -> bool {
        match self {
            Self::ServerAlreadyRented
            | Self::ServerOffline
            | Self::ServerDontExist
            | Self::CantRentFromYourself
            | Self::TooLowPrice { .. }
            | Self::MachineIsOnGigaspot => true,
            Self::NotYourServer
            | Self::NotEnoughBalance
            // There is an order of the caller's already: a person should look before there are two.
            | Self::AlreadyHaveSpotOrder
            | Self::CurrencyNotAllowed
            | Self::YouDontOwnThisOrder
            | Self::OrderNotActive
            | Self::IssueDescriptionTooLong
            | Self::OrderDontExist
            | Self::AmountTooLow
            | Self::CanLowerEvery600Seconds { .. }
            | Self::ExceededMaxStep { .. }
            | Self::NotAllParametersPresent
            | Self::InvalidMrl
            | Self::InvalidInput
            | Self::Other(_)
            | Self::Unsaid => false,
        }
    }

    /// What the caller can do about it; none when the table has no row.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        self.row().map(|row| row.advice)
    }
}

impl fmt::Display for Reason {
    /// The meaning and, when it came, the number; one line, harmless for terminals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(text) => return fmt::Display::fmt(text, f),
            Self::Unsaid => return f.write_str("no reason given"),
            _ => f.write_str(self.row().map_or("", |row| row.meaning))?,
        }
        match self {
            Self::TooLowPrice { min_price: Some(floor) } => write!(f, " (floor {floor} per day)"),
            Self::ExceededMaxStep { max_step: Some(step) } => write!(f, " (largest step {step} per day)"),
            Self::CanLowerEvery600Seconds { time_to_lowering: Some(wait) } => {
                write!(f, " (again in {} s)", wait.as_secs())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "reason_tests.rs"]
mod tests;
