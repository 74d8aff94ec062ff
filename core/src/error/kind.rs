//! [`ErrorKind`]: what went wrong, by who is at fault and in which phase.

use super::{AddressRefused, DecodeError, FailureKind, InvalidRequest, Refusal};
use crate::excerpt::Excerpt;
use crate::journal::JournalError;
use crate::model::OrderStatus;
use crate::model::hosted::RequiredSetting;
use crate::spending::Breach;
use core::fmt;

/// What went wrong.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's configuration cannot be used; nothing was sent.
    Config(ConfigError),
    /// The caller's request cannot be sent; nothing was sent.
    Invalid(InvalidRequest),
    /// No whole answer came.
    Network(FailureKind),
    /// The answer points elsewhere; no redirect is ever followed.
    Redirected {
        /// The HTTP status.
        status: u16,
        /// The host it points to.
        host: Option<Excerpt>,
    },
    /// The service names an address that this client does not go to.
    Address(AddressRefused),
    /// HTTP 403 without JSON: the CDN in front of the service refused this client, not this key.
    Blocked,
    /// An HTTP status without a readable answer.
    Http {
        /// The HTTP status.
        status: u16,
    },
    /// The answer could not be read.
    Decode(DecodeError),
    /// The key is missing or was refused (code 3, HTTP 401).
    Key,
    /// Code 5, to the end of all attempts.
    TooFast,
    /// The service said no.
    Refused(Box<Refusal>),
    /// What became of a money call is not known.
    OutcomeUnknown,
    /// Open intents of earlier runs stand in the way; nothing was sent.
    OpenIntents,
    /// An intent of an earlier run turned out to be placed; nothing new was sent.
    EarlierPlaced,
    /// Another run is renting this server right now; nothing was sent.
    Busy,
    /// The journal failed; nothing was sent.
    Journal(JournalError),
    /// A limit on spending refuses it; nothing was sent.
    Limit(Box<Breach>),
    /// The time for the whole operation ran out.
    Deadline,
    /// The list of orders can never be read whole, so a rental could not be recognised; nothing was sent.
    UnreadHistory(DecodeError),
    /// The listing's prices look as if their unit had changed; nothing was sent.
    UnitDoubt,
    /// An exchange rate is needed and not known.
    NoRate,
    /// There is no such order in either complete list.
    NoSuchOrder,
    /// An order's record is there but cannot be read.
    UnreadOrder(DecodeError),
    /// The order ended while it was waited for.
    OrderEnded(OrderStatus),
    /// The order did not get there in time; it is billing.
    WaitTimeout,
    /// Cancels were sent, but no complete list confirms them.
    CancelUnconfirmed,
    /// A host's settings were to be changed in part, and the rest is not all known; nothing was sent.
    IncompleteSettings(Vec<RequiredSetting>),
    /// Whether a host's new settings took effect is not known.
    SettingsUnknown,
    /// A user's own operation failed.
    Own(Excerpt),
}

/// What is wrong with a configuration. It never repeats the value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// There is no key.
    NoKey,
    /// The key is empty.
    EmptyKey,
    /// The key has white space, a line break or another character that no header can carry.
    KeyCharacters,
    /// The key is longer than 4096 characters.
    KeyLength,
    /// The base URL cannot be read.
    BaseUrl,
    /// The base URL has a user name or password in it.
    BaseUrlCredentials,
    /// The base URL is plain http and its host is not this machine.
    PlainHttp,
    /// The User-Agent is empty or has a character that no header can carry.
    UserAgent,
    /// A duration is zero or longer than a day where it must not be.
    Duration(&'static str),
    /// The transport could not be set up.
    Transport(&'static str),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("there is no API key"),
            Self::EmptyKey => f.write_str("the API key is empty"),
            Self::KeyCharacters => {
                f.write_str("the API key has white space or characters that no header can carry")
            }
            Self::KeyLength => f.write_str("the API key is longer than 4096 characters"),
            Self::BaseUrl => f.write_str("the base URL cannot be read"),
            Self::BaseUrlCredentials => f.write_str("the base URL has a user name or password in it"),
            Self::PlainHttp => f.write_str("the base URL is plain http and its host is not this machine"),
            Self::UserAgent => {
                f.write_str("the User-Agent is empty or has characters that no header can carry")
            }
            Self::Duration(name) => write!(f, "{name} must be more than zero and at most a day"),
            Self::Transport(what) => write!(f, "the connection could not be set up: {what}"),
        }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::Network(kind) => f.write_str(kind.words()),
            Self::Redirected { status, host } => {
                write!(f, "the service answered with a redirect (HTTP {status}")?;
                if let Some(host) = host {
                    write!(f, " to {host}")?;
                }
                f.write_str("), which is not followed")
            }
            Self::Address(refused) => refused.fmt(f),
            Self::Blocked => f.write_str("the CDN in front of the service refused this client (HTTP 403)"),
            Self::Http { status } => {
                write!(f, "the service answered HTTP {status} without a readable answer")
            }
            Self::Decode(error) => write!(f, "the answer could not be read: {error}"),
            Self::Key => f.write_str("the service refused the API key"),
            Self::TooFast => f.write_str("the service kept saying too many requests"),
            Self::Refused(refusal) => refusal.write_fact(f),
            Self::OutcomeUnknown => {
                f.write_str("it is not known whether an order was placed; it may be billing")
            }
            Self::OpenIntents => f.write_str("an earlier attempt is not settled, so nothing was sent"),
            Self::EarlierPlaced => {
                f.write_str("an earlier attempt turned out to be placed, so nothing new was sent")
            }
            Self::Busy => f.write_str("another run is renting this server right now, so nothing was sent"),
            Self::Journal(error) => write!(f, "nothing was sent, because {error}"),
            Self::Limit(breach) => write!(f, "nothing was sent, because of {breach}"),
            Self::Deadline => f.write_str("the time for the whole call ran out"),
            Self::UnreadHistory(error) => {
                write!(
                    f,
                    "your orders cannot be read whole, so a rental could not be recognised ({error}); nothing was sent"
                )
            }
            Self::UnitDoubt => {
                f.write_str("the market's prices look as if their unit had changed; nothing was sent")
            }
            Self::NoRate => f.write_str("no exchange rate is known for this coin"),
            Self::NoSuchOrder => f.write_str("there is no such order, active or completed"),
            Self::UnreadOrder(error) => {
                write!(f, "the order is there, but its record cannot be read: {error}")
            }
            Self::OrderEnded(status) => write!(f, "the order is over: {status}"),
            Self::WaitTimeout => f.write_str("the order did not get there in time; it is billing"),
            Self::CancelUnconfirmed => {
                f.write_str("the cancel is not confirmed; the order may still be billing")
            }
            Self::IncompleteSettings(missing) => {
                f.write_str("incomplete settings: the server's configuration does not tell ")?;
                for (n, setting) in missing.iter().enumerate() {
                    write!(f, "{}{setting} (`{}`)", if n > 0 { ", " } else { "" }, setting.wire_name())?;
                }
                f.write_str("; nothing was sent")
            }
            Self::SettingsUnknown => f.write_str("it is not known whether the new settings took effect"),
            Self::Own(text) => text.fmt(f),
        }
    }
}
