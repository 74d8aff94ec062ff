//! [`Exit`]: how the program ends, and [`Failure`]: why, with the orders that may be billing.
//!
//! Which error ends with which code is a table; every code means the same in every command (design 6).

use crate::output::{Document, LimitRow};
use clore_core::error::{Code, ConfigError, Error, ErrorKind};
use clore_core::excerpt::Excerpt;
use clore_core::model::OrderId;
use serde::Serialize;

/// The exit codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed; nothing changed.
    Failed = 1,
    /// The arguments cannot be used.
    Usage = 2,
    /// It is not known what became of it.
    Unknown = 3,
    /// Nothing matched.
    Nothing = 4,
    /// The key is missing or refused.
    Key = 5,
    /// Rate limited to the end.
    TooFast = 6,
    /// The service could not be reached.
    Network = 7,
    /// Placed and billing, but not ready, or only a part of what was asked for is placed.
    NotReady = 8,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// The kind, as `--json` says it.
    pub kind: &'static str,
    /// What happened and what to do, in one line.
    pub message: String,
    /// Orders that may be billing.
    pub orders: Vec<OrderId>,
    /// Other parts of the JSON document, such as an outcome.
    pub details: Document,
}

#[derive(Serialize)]
struct ErrorPart<'a> {
    kind: &'a str,
    message: &'a str,
    order_ids: Vec<u64>,
}

impl Failure {
    /// The document of `--json`: its own details, and `error` with kind, message and order ids.
    pub fn document(&self) -> String {
        let order_ids = self.orders.iter().map(|order| order.number()).collect();
        let error = ErrorPart { kind: self.kind, message: &self.message, order_ids };
        self.details.clone().with("error", &error).text()
    }

    /// A failure in the command's own words.
    pub fn new(exit: Exit, kind: &'static str, message: impl Into<String>) -> Self {
        Self { exit, kind, message: message.into(), orders: Vec::new(), details: Document::new() }
    }

    /// The arguments cannot be used.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// Names orders that may be billing.
    pub fn with_orders(mut self, orders: impl IntoIterator<Item = OrderId>) -> Self {
        self.orders.extend(orders);
        self
    }

    /// The same failure, ending with another code.
    pub fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (exit, kind) = ending(error.kind());
        let mut failure =
            Self::new(exit, kind, error.to_string()).with_orders(error.order_ids().iter().copied());
        if !error.intents().is_empty() {
            let intents = error.intents().iter().map(ToString::to_string).collect::<Vec<_>>();
            failure.details = failure.details.with("intents", &intents);
        }
        if let ErrorKind::Limit(breach) = error.kind() {
            failure.details = failure.details.with("limit", &LimitRow::new(breach));
        }
        failure
    }
}

impl From<clore_core::journal::JournalError> for Failure {
    fn from(error: clore_core::journal::JournalError) -> Self {
        Error::new(ErrorKind::Journal(error)).into()
    }
}

/// Foreign text on one harmless line.
pub fn harmless(text: &str) -> String {
    Excerpt::new(text, 2_000).as_str().to_owned()
}

/// The table: how each kind of error ends, and its name.
fn ending(kind: &ErrorKind) -> (Exit, &'static str) {
    use ConfigError as Config;
    match kind {
        ErrorKind::Config(Config::NoKey | Config::EmptyKey | Config::KeyCharacters | Config::KeyLength) => {
            (Exit::Key, "no_key")
        }
        ErrorKind::Config(Config::Transport(_)) => (Exit::Failed, "transport"),
        ErrorKind::Config(_) => (Exit::Usage, "config"),
        ErrorKind::Invalid(_) => (Exit::Usage, "invalid_request"),
        ErrorKind::Network(_) => (Exit::Network, "network"),
        ErrorKind::Redirected { .. } => (Exit::Network, "redirected"),
        ErrorKind::Address(_) => (Exit::Network, "address_refused"),
        ErrorKind::Blocked => (Exit::Network, "blocked"),
        ErrorKind::Http { .. } => (Exit::Network, "http_status"),
        ErrorKind::Deadline => (Exit::Network, "deadline"),
        ErrorKind::Decode(_) => (Exit::Failed, "unreadable_answer"),
        ErrorKind::Key => (Exit::Key, "key_refused"),
        ErrorKind::TooFast => (Exit::TooFast, "too_fast"),
        ErrorKind::Refused(refusal) if refusal.code == Code::Key => (Exit::Key, "key_refused"),
        ErrorKind::Refused(refusal) if refusal.code == Code::TooFast => (Exit::TooFast, "too_fast"),
        ErrorKind::Refused(_) => (Exit::Failed, "refused"),
        ErrorKind::OutcomeUnknown => (Exit::Unknown, "outcome_unknown"),
        ErrorKind::OpenIntents => (Exit::Unknown, "open_intents"),
        ErrorKind::EarlierPlaced => (Exit::Unknown, "earlier_placed"),
        ErrorKind::CancelUnconfirmed => (Exit::Unknown, "cancel_unconfirmed"),
        ErrorKind::Busy => (Exit::Failed, "busy"),
        ErrorKind::Journal(_) => (Exit::Failed, "journal"),
        ErrorKind::Limit(_) => (Exit::Failed, "limit"),
        ErrorKind::UnreadHistory(_) => (Exit::Failed, "unread_history"),
        ErrorKind::UnitDoubt => (Exit::Failed, "unit_doubt"),
        ErrorKind::NoRate => (Exit::Usage, "no_rate"),
        ErrorKind::NoSuchOrder => (Exit::Nothing, "no_such_order"),
        ErrorKind::UnreadOrder(_) => (Exit::Failed, "unreadable_order"),
        ErrorKind::OrderEnded(_) => (Exit::Failed, "order_ended"),
        ErrorKind::WaitTimeout => (Exit::NotReady, "wait_timeout"),
        ErrorKind::IncompleteSettings(_) => (Exit::Usage, "incomplete_settings"),
        ErrorKind::SettingsUnknown => (Exit::Unknown, "settings_unknown"),
        ErrorKind::Own(_) => (Exit::Failed, "refused_here"),
        _ => (Exit::Failed, "failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clore_core::error::{AddressRefused, AddressRule, DecodeError, FailureKind, Found};
    use clore_core::error::{InvalidRequest, Reason, Refusal, Why};
    use clore_core::journal::JournalError;
    use clore_core::model::OrderStatus;

    fn a_breach() -> clore_core::spending::Breach {
        let price = "1".parse().unwrap();
        clore_core::spending::Breach::Rate { max: price, price }
    }

    #[test]
    fn every_error_ends_with_the_code_that_the_design_names() {
        let decode = || DecodeError::new("orders", "a list", Found::Null);
        let refusal =
            |code| ErrorKind::Refused(Box::new(Refusal::new(code, Reason::Unsaid, Excerpt::default())));
        let table = [
            (ErrorKind::Config(ConfigError::NoKey), 5),
            (ErrorKind::Config(ConfigError::EmptyKey), 5),
            (ErrorKind::Config(ConfigError::KeyCharacters), 5),
            (ErrorKind::Config(ConfigError::BaseUrl), 2),
            (ErrorKind::Config(ConfigError::BaseUrlCredentials), 2),
            (ErrorKind::Config(ConfigError::PlainHttp), 2),
            (ErrorKind::Config(ConfigError::Duration("grace")), 2),
            (ErrorKind::Invalid(InvalidRequest::new("image", Why::Empty)), 2),
            (ErrorKind::Network(FailureKind::Connect), 7),
            (ErrorKind::Redirected { status: 307, host: None }, 7),
            (ErrorKind::Address(AddressRefused::new(Excerpt::default(), AddressRule::NotHttps)), 7),
            (ErrorKind::Blocked, 7),
            (ErrorKind::Http { status: 502 }, 7),
            (ErrorKind::Deadline, 7),
            (ErrorKind::Decode(decode()), 1),
            (ErrorKind::Key, 5),
            (refusal(Code::Key), 5),
            (ErrorKind::TooFast, 6),
            (refusal(Code::TooFast), 6),
            (refusal(Code::Refused), 1),
            (ErrorKind::OutcomeUnknown, 3),
            (ErrorKind::OpenIntents, 3),
            (ErrorKind::EarlierPlaced, 3),
            (ErrorKind::CancelUnconfirmed, 3),
            (ErrorKind::Busy, 1),
            (ErrorKind::Journal(JournalError::LockTimeout), 1),
            (ErrorKind::Limit(Box::new(a_breach())), 1),
            (ErrorKind::UnreadHistory(decode()), 1),
            (ErrorKind::UnitDoubt, 1),
            (ErrorKind::NoRate, 2),
            (ErrorKind::NoSuchOrder, 4),
            (ErrorKind::UnreadOrder(decode()), 1),
            (ErrorKind::OrderEnded(OrderStatus::Expired), 1),
            (ErrorKind::WaitTimeout, 8),
            (ErrorKind::IncompleteSettings(Vec::new()), 2),
            (ErrorKind::SettingsUnknown, 3),
            (ErrorKind::Own(Excerpt::default()), 1),
        ];
        for (kind, code) in table {
            assert_eq!(Failure::from(Error::new(kind.clone())).exit.code(), code, "{kind:?}");
        }
    }

    #[test]
    fn a_failure_names_orders_and_intents() {
        let error = Error::new(ErrorKind::OpenIntents)
            .with_orders([OrderId::new(7)])
            .with_intents("abc".parse::<clore_core::journal::IntentId>());
        let failure = Failure::from(error);
        assert_eq!(failure.orders, [OrderId::new(7)]);
        assert_eq!(failure.details.text(), r#"{"intents":["abc"]}"#);
    }
}
