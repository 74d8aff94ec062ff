//! What a person should do next, per kind of error. A table, so that no kind can be without.

use super::{ConfigError, ErrorKind, FailureKind};
use crate::journal::JournalError;
use crate::spending::Breach;

/// What to do next.
pub(super) fn advice(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Config(
            ConfigError::NoKey | ConfigError::EmptyKey | ConfigError::KeyCharacters | ConfigError::KeyLength,
        ) => "set CLORE_API_KEY to a key from clore.ai/profile",
        ErrorKind::Config(_) => "correct the configuration",
        ErrorKind::Invalid(_) => "correct the request",
        ErrorKind::Network(FailureKind::Certificate) => {
            "check the base URL, the machine's clock and any proxy between you and the service"
        }
        ErrorKind::Network(_) => "check the network and the base URL, then try again",
        ErrorKind::Redirected { .. } => "check the base URL and any proxy between you and the service",
        ErrorKind::Address(_) => {
            "check the base URL and any proxy between you and the service; if both are right, please report it"
        }
        ErrorKind::Blocked => {
            "set another User-Agent or try from another address; the key is not the problem"
        }
        ErrorKind::Http { .. } => "try again later",
        ErrorKind::Decode(_) => {
            "try again; if it stays, the service's answers have changed: please report it"
        }
        ErrorKind::Key => "set CLORE_API_KEY to a key from clore.ai/profile",
        ErrorKind::TooFast => "wait a minute, and see whether another program uses the same key",
        ErrorKind::Refused(refusal) => refusal.advice(),
        ErrorKind::OutcomeUnknown => {
            "do not simply try again: look with `clore orders`, settle with `clore resume`"
        }
        ErrorKind::OpenIntents => {
            "settle it with `clore resume`, or pass it over with `--despite INTENT` if you know nothing was placed"
        }
        ErrorKind::EarlierPlaced => "use that order, or cancel it, and run again if you want another",
        ErrorKind::Busy => "wait for the other run to end",
        ErrorKind::Journal(error) => of_journal(error),
        ErrorKind::Limit(breach) => over_limit(breach),
        ErrorKind::Deadline => "try again, or allow more time",
        ErrorKind::UnreadHistory(_) => {
            "look with `clore orders --completed`; a program can pass it by `accept_unread_history`, less surely"
        }
        ErrorKind::UnitDoubt => {
            "compare a price with the web page; `--accept-unit-warning` rents all the same"
        }
        ErrorKind::NoRate => "give one (`--rate CLORE=0.3`), or name the price in the coin per day",
        ErrorKind::NoSuchOrder => "check the id with `clore orders --completed`",
        ErrorKind::UnreadOrder(_) => "it may be billing: look at it on clore.ai, cancel it by its id",
        ErrorKind::OrderEnded(_) => "rent again",
        ErrorKind::WaitTimeout => "keep waiting, or cancel it with `clore cancel ID`",
        ErrorKind::CancelUnconfirmed => "look with `clore orders`, and cancel again",
        ErrorKind::IncompleteSettings(_) => "give the missing settings as well",
        ErrorKind::SettingsUnknown => {
            "look with `clore server-config NAME`; sending the same settings again is harmless"
        }
        ErrorKind::Own(_) => "see the operation that failed",
    }
}

fn of_journal(error: &JournalError) -> &'static str {
    match error {
        JournalError::Medium { .. } => "make the journal's folder readable and writable, then try again",
        JournalError::LockTimeout => "wait for that process to end, then try again",
        JournalError::Damaged { .. } => "`clore orders --completed` shows what that line may have told",
        JournalError::Newer { .. } => {
            "use that newer version, or another journal if no order of this one bills"
        }
        JournalError::NameTaken(_) => "if it is this very attempt, settle it with `clore resume`",
    }
}

fn over_limit(breach: &Breach) -> &'static str {
    match breach {
        Breach::Rate { .. } => "take a cheaper one, or raise the limit",
        Breach::OpenOrders { .. } => {
            "settle open intents with `clore resume`, end an order with `clore cancel ID`, or raise the limit"
        }
        Breach::Uncounted => "give the session a journal, or lift the limit",
        Breach::PerDay { .. } => {
            "look with `clore spend`, end an order with `clore cancel ID`, or raise the limit"
        }
        Breach::Unpriced { .. } => {
            "rent from a listing, give the coin's worth (`--rate CLORE=0.3`; beside a limit of the environment \
             `CLORE_RATES=CLORE=0.3`), or lift that limit"
        }
    }
}
