//! What each error says: a person who reads one line must know what happened, what may be billing and what to do.

use super::*;
use crate::journal::JournalError;
use crate::model::hosted::RequiredSetting;
use crate::model::{OrderStatus, Usd, UsdPerHour};
use crate::spending::{Breach, Counted, DaySum, OpenCount, Unpriced};
use std::collections::BTreeSet;

fn decode() -> DecodeError {
    DecodeError::new("orders[3].id", "an id", Found::Object)
}

fn hour(digits: &str) -> UsdPerHour {
    UsdPerHour::parse(digits).unwrap()
}

/// Each kind, a word of what it must say happened, and one of what it must advise.
fn kinds() -> Vec<(ErrorKind, &'static str, &'static str)> {
    let refusal = Refusal::new(Code::Refused, Reason::NotEnoughBalance, Excerpt::default());
    let address = AddressRefused::new(Excerpt::new("h.example", 99), AddressRule::NotHttps);
    let missing = vec![RequiredSetting::MaxRental, RequiredSetting::BitcoinSpot];
    let redirect = ErrorKind::Redirected { status: 302, host: Some(Excerpt::new("h.example", 99)) };
    vec![
        (ErrorKind::Config(ConfigError::NoKey), "no API key", "set CLORE_API_KEY"),
        (ErrorKind::Config(ConfigError::EmptyKey), "key is empty", "set CLORE_API_KEY"),
        (ErrorKind::Config(ConfigError::KeyCharacters), "white space", "set CLORE_API_KEY"),
        (ErrorKind::Config(ConfigError::KeyLength), "longer than 4096", "set CLORE_API_KEY"),
        (ErrorKind::Config(ConfigError::BaseUrl), "base URL cannot be read", "correct the configuration"),
        (ErrorKind::Config(ConfigError::BaseUrlCredentials), "password in it", "correct the configuration"),
        (ErrorKind::Config(ConfigError::PlainHttp), "plain http", "correct the configuration"),
        (ErrorKind::Config(ConfigError::UserAgent), "User-Agent is empty", "correct the configuration"),
        (ErrorKind::Config(ConfigError::Duration("grace")), "grace must be", "correct the configuration"),
        (ErrorKind::Config(ConfigError::Transport("roots")), "set up: roots", "correct the configuration"),
        (
            ErrorKind::Invalid(InvalidRequest::new("image", Why::Empty)),
            "`image` is empty",
            "correct the request",
        ),
        (ErrorKind::Network(FailureKind::Certificate), "certificate was not accepted", "the machine's clock"),
        (ErrorKind::Network(FailureKind::Connect), "no connection", "check the network"),
        (redirect, "HTTP 302 to h.example), which is not followed", "check the base URL"),
        (ErrorKind::Redirected { status: 301, host: None }, "(HTTP 301), which", "check the base URL"),
        (ErrorKind::Address(address), "at h.example that is not https; nothing was sent there", "report it"),
        (ErrorKind::Blocked, "CDN in front of the service", "the key is not the problem"),
        (ErrorKind::Http { status: 502 }, "HTTP 502", "try again later"),
        (ErrorKind::Decode(decode()), "could not be read: orders[3].id: expected an id", "report it"),
        (ErrorKind::Key, "refused the API key", "set CLORE_API_KEY"),
        (ErrorKind::TooFast, "too many requests", "another program uses the same key"),
        (ErrorKind::Refused(Box::new(refusal)), "does not hold enough", "top it up"),
        (ErrorKind::OutcomeUnknown, "not known whether an order was placed", "do not simply try again"),
        (ErrorKind::OpenIntents, "an earlier attempt is not settled", "`clore resume`"),
        (ErrorKind::EarlierPlaced, "turned out to be placed", "use that order, or cancel it"),
        (ErrorKind::Busy, "another run is renting this server", "wait for the other run"),
        (ErrorKind::Deadline, "time for the whole call", "allow more time"),
        (ErrorKind::UnreadHistory(decode()), "cannot be read whole", "`clore orders --completed`"),
        (ErrorKind::UnitDoubt, "unit had changed", "compare a price with the web page"),
        (ErrorKind::NoRate, "no exchange rate", "`--rate CLORE=0.3`"),
        (ErrorKind::NoSuchOrder, "no such order", "check the id"),
        (ErrorKind::UnreadOrder(decode()), "its record cannot be read", "cancel it by its id"),
        (ErrorKind::OrderEnded(OrderStatus::Outbid), "the order is over: outbid", "rent again"),
        (ErrorKind::WaitTimeout, "did not get there in time", "`clore cancel ID`"),
        (ErrorKind::CancelUnconfirmed, "cancel is not confirmed", "cancel again"),
        (ErrorKind::IncompleteSettings(missing), "(`mrl`), ", "give the missing settings"),
        (ErrorKind::SettingsUnknown, "whether the new settings took effect", "`clore server-config NAME`"),
        (ErrorKind::Own(Excerpt::new("my own", 99)), "my own", "see the operation"),
    ]
}

/// A journal that fails and a limit that refuses send nothing, whichever way they do it.
fn refused_here() -> Vec<(ErrorKind, &'static str, &'static str)> {
    let medium = JournalError::Medium { kind: std::io::ErrorKind::StorageFull, doing: "writing" };
    let taken = JournalError::NameTaken(IntentId::parse("mine").unwrap());
    let counted = Counted { orders: vec![OrderId::new(31)], intents: vec![Excerpt::new("left", 99)] };
    let open = OpenCount { journal: 2, reading: Some(3), unlisted: 1 };
    let usd = |digits: &str| Usd::new(digits.parse().unwrap()).unwrap();
    let day = DaySum { ended: usd("1"), open: usd("30"), open_orders: 2 };
    let rate = Breach::Rate { max: hour("0.5"), price: hour("0.75") };
    let per_day = Breach::PerDay {
        max: usd("40"),
        day,
        adds: usd("12"),
        total: usd("43"),
        counted: counted.clone(),
        clock: None,
    };
    let unpriced = |of| Breach::Unpriced { limit: "max_rate", of };
    let journal = |error, fact, advice| (ErrorKind::Journal(error), fact, advice);
    let limit = |breach, fact, advice| (ErrorKind::Limit(Box::new(breach)), fact, advice);
    vec![
        journal(medium, "failed while writing", "readable and writable"),
        journal(JournalError::LockTimeout, "another process holds", "wait for that process"),
        journal(
            JournalError::Damaged { line: 7 },
            "line 7 of the journal is damaged",
            "`clore orders --completed`",
        ),
        journal(JournalError::Newer { version: 9 }, "format 9", "newer version"),
        journal(taken, "an intent mine already", "`clore resume`"),
        limit(rate, "one costs $0.75/h", "take a cheaper one"),
        limit(per_day, "$12.00 for 24 h of this one = $43.00", "`clore spend`"),
        limit(
            Breach::OpenOrders { max: 4, open, adds: 1, counted },
            "3 by the list of orders, 1 that it does not show (open intents included) [orders 31; intents left]; 4 + 1",
            "`clore resume`",
        ),
        limit(Breach::Uncounted, "neither a journal nor a complete list", "give the session a journal"),
        limit(unpriced(Unpriced::ThisSpend), "max_rate: its price is not known in dollars", "from a listing"),
        limit(unpriced(Unpriced::Order(OrderId::new(31))), "price of order 31", "lift that limit"),
        limit(unpriced(Unpriced::Intent(Excerpt::new("left", 99))), "the intent left", "lift that limit"),
        limit(unpriced(Unpriced::UnreadableRow), "no readable id", "lift that limit"),
    ]
}

#[test]
fn each_error_says_in_one_line_what_happened_and_what_to_do() {
    let mut facts = BTreeSet::new();
    for (kind, fact, advice) in kinds().into_iter().chain(refused_here()) {
        let error = Error::new(kind.clone()).of_call("rent", 1, Duration::ZERO);
        let line = error.to_string();
        assert!(kind.to_string().contains(fact), "{fact:?} is not in {kind}");
        assert!(error.advice().contains(advice), "{advice:?} is not in {}", error.advice());
        assert!(line.starts_with("rent: ") && line.ends_with(error.advice()), "{line}");
        assert!(!line.contains('\n') && line.len() < 400, "{line}");
        assert!(facts.insert(kind.to_string()), "two are told alike: {line}");
    }
}

#[test]
fn a_limit_is_called_by_the_name_that_sets_it() {
    let of = |kind: ErrorKind| match kind {
        ErrorKind::Limit(breach) => Some(breach.limit()),
        _ => None,
    };
    let names: Vec<_> = refused_here().into_iter().filter_map(|(kind, ..)| of(kind)).collect();
    assert_eq!(names[..3], ["max_rate", "max_total_per_day", "max_open_orders"]);
    assert!(names[3].contains("max_open_orders") && names[3].contains("max_total_per_day"));
    assert!(names[4..].iter().all(|name| *name == "max_rate"), "whose price is not known: {names:?}");
}

#[test]
fn what_was_certainly_not_sent_is_told_so() {
    let silent = [ErrorKind::OpenIntents, ErrorKind::EarlierPlaced, ErrorKind::Busy, ErrorKind::UnitDoubt];
    let silent = silent.into_iter().chain([ErrorKind::UnreadHistory(decode())]);
    for kind in silent.chain(refused_here().into_iter().map(|(kind, ..)| kind)) {
        let fact = kind.to_string();
        assert!(fact.contains("nothing was sent") || fact.contains("nothing new was sent"), "{fact}");
    }
}

#[test]
fn an_error_after_which_something_may_bill_names_it() {
    for kind in [ErrorKind::OutcomeUnknown, ErrorKind::WaitTimeout, ErrorKind::CancelUnconfirmed] {
        let error = Error::new(kind).with_orders([OrderId::new(77)]);
        let line = error.with_intents([IntentId::parse("mine").unwrap()]).to_string();
        assert!(line.contains("billing"), "{line}");
        assert!(line.contains("order 77") && line.contains("open intent mine"), "{line}");
    }
}

#[test]
fn several_requests_are_told_with_the_time_they_took() {
    let error = Error::new(ErrorKind::Deadline).of_call("rent", 3, Duration::from_millis(2_500));
    assert!(error.to_string().contains(" after 3 requests in 2.5 s"), "{error}");
    assert_eq!((error.elapsed(), error.attempts()), (Duration::from_millis(2_500), 3));
}

#[test]
fn no_two_failures_on_the_way_are_told_alike() {
    let words = |kind: FailureKind| kind.words();
    let all = [
        (words(FailureKind::Name), "looked up"),
        (words(FailureKind::Connect), "no connection"),
        (words(FailureKind::Certificate), "certificate"),
        (words(FailureKind::Handshake), "set up"),
        (words(FailureKind::Timeout), "ran out"),
        (words(FailureKind::Io(std::io::ErrorKind::ConnectionReset)), "connection broke"),
        (words(FailureKind::Protocol), "not HTTP"),
        (words(FailureKind::TooLarge), "larger than allowed"),
        (words(FailureKind::Request), "could not be sent"),
        (words(FailureKind::TooLate), "too late"),
        (words(FailureKind::NoTurn), "no turn"),
        (words(FailureKind::QueueFull), "too many requests are waiting"),
        (words(FailureKind::Misuse), "driver"),
    ];
    assert!(all.iter().all(|(told, word)| told.contains(word)), "{all:?}");
    assert_eq!(all.iter().map(|(told, _)| told).collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn a_request_that_cannot_be_sent_names_its_field_and_the_rule() {
    for (why, rule) in [
        (Why::Empty, "is empty"),
        (Why::NotPositive, "above zero"),
        (Why::Duplicate, "given twice"),
        (Why::Beside { other: "coin" }, "beside `coin`"),
        (Why::OtherCoin, "another coin"),
        (Why::NotClore, "in CLORE per day"),
        (Why::OutOfRange, "a number that cannot be"),
        (Why::NotWholeHours, "whole number of hours"),
        (Why::PrivateKey, "give the public one"),
        (Why::BadCharacter, "a character that cannot be sent"),
        (Why::Unwritable, "cannot be written"),
    ] {
        let told = InvalidRequest::new("field", why).to_string();
        assert!(told.starts_with("nothing was sent: `field` ") && told.contains(rule), "{told}");
    }
}

#[test]
fn what_was_found_in_place_of_a_value_is_told_by_its_kind() {
    let all = [
        (Found::Missing, "nothing"),
        (Found::Null, "null"),
        (Found::Boolean, "a boolean"),
        (Found::Number, "a number"),
        (Found::Text, "a text"),
        (Found::List, "a list"),
        (Found::Object, "an object"),
        (Found::NotJson, "not JSON"),
        (Found::Empty, "an empty body"),
        (Found::TooDeep, "nested brackets"),
        (Found::TooLarge, "more than the allowed size"),
        (Found::DuplicateKey, "the same key twice"),
        (Found::TrailingBytes, "more after the end"),
        (Found::Contradiction, "contradict"),
        (Found::Unread, "cannot be read"),
    ];
    for (found, word) in all {
        let told = DecodeError::new("a.b", "an id", found).to_string();
        assert!(told.starts_with("a.b: expected an id, found ") && told.contains(word), "{told}");
    }
}
