//! Scripted faults: which request is treated badly, and how. Parsed from `PATH[#N]=KIND[:ARG]`.

mod apply;
mod plan;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use apply::{Exchange, Reply};
pub use plan::FaultPlan;

/// What is done to a request.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Handled, then the connection is closed without an answer.
    Lose,
    /// The connection is closed before anything is handled.
    LoseBefore,
    /// Handled on arrival; the answer comes this much later, by the wall's clock.
    Delay(Duration),
    /// Nothing is handled, nothing is answered, the connection stays open.
    Hang,
    /// Handled; the answer breaks off after this many bytes, counted from the first byte of its status line.
    Cut(usize),
    /// Handled; the answer is status 200 with HTML, or with true bytes that are not even HTTP.
    Garbage {
        /// Not even HTTP.
        raw: bool,
    },
    /// Not handled; this HTTP status with an HTML body.
    Status(u16),
    /// Not handled; code 5 with its HTTP status.
    Code5,
    /// Not handled; a 307 to this address.
    Redirect(String),
    /// Handled; a list gets rows that make no sense.
    Odd(OddRows),
    /// On `create_order` the order appears in `my_orders` this much later; on `my_orders` the list is this much
    /// behind, in what it shows as well as in what it shows no longer.
    Lag(Duration),
}

/// Which odd rows a list gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OddRows {
    /// All of the others together.
    All,
    /// A row without an id.
    NoId,
    /// A row whose fields have the wrong types, with a readable id.
    Types,
    /// A `null` where a row should be.
    Null,
}

impl OddRows {
    pub(crate) fn rows(self) -> &'static [&'static str] {
        const ROWS: [&str; 3] = [
            r#"{"mrl":72,"price":{"on_demand":{"CLORE-Blockchain":1}},"rented":false,"image":"odd"}"#,
            concat!(
                r#"{"id":7,"si":[1],"renting_server":{},"price":"free","rented":"no","specs":7,"#,
                r#""reliability":{},"allowed_coins":"all","ct":[],"tcp_ports":5,"pub_cluster":8,"spend":"much"}"#
            ),
            "null",
        ];
        match self {
            OddRows::All => const { &ROWS },
            OddRows::NoId => const { std::slice::from_ref(&ROWS[0]) },
            OddRows::Types => const { std::slice::from_ref(&ROWS[1]) },
            OddRows::Null => const { std::slice::from_ref(&ROWS[2]) },
        }
    }
}

/// Where a `redirect` without an address leads: a host that cannot exist.
const REDIRECT_TO: &str = "https://elsewhere.invalid/v1/";

impl FaultKind {
    /// Every kind as it is written, and what it does: for a command's help.
    pub const HELP: &[(&str, &str)] = &[
        ("lose", "handle the request, then close the connection without an answer"),
        ("lose-before", "close the connection before anything is handled"),
        ("delay:SECONDS", "handle it at once, answer SECONDS later (wall clock)"),
        ("hang", "handle nothing, never answer, keep the connection open"),
        ("cut:N", "handle it, break the answer off after N bytes (head included)"),
        ("garbage[:raw]", "handle it, answer 200 with HTML; raw: bytes that are not HTTP"),
        ("status:CODE", "handle nothing, answer this HTTP status with HTML"),
        ("code5", "handle nothing, answer code 5 (too many requests)"),
        ("redirect[:URL]", "handle nothing, answer 307 to URL"),
        (
            "odd[:all|no-id|types|null]",
            "put odd rows in front of the list, in an answer that has one (the gigaspot has none)",
        ),
        (
            "lag:SECONDS",
            "on create_order: the order is listed SECONDS later; on my_orders: the list is behind",
        ),
    ];

    fn parse(text: &str) -> Result<FaultKind, FaultError> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let bad = |expected: &'static str| FaultError::BadArgument { kind: text.to_owned(), expected };
        let seconds = || {
            argument
                .and_then(|argument| argument.parse::<f64>().ok())
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .filter(|time| *time <= Duration::from_secs(1_000_000))
                .ok_or_else(|| bad("a number of seconds, such as 2.5"))
        };
        let plain = |kind: FaultKind| match argument {
            None => Ok(kind),
            Some(_) => Err(bad("nothing after its name")),
        };
        match name {
            "lose" => plain(FaultKind::Lose),
            "lose-before" => plain(FaultKind::LoseBefore),
            "hang" => plain(FaultKind::Hang),
            "code5" => plain(FaultKind::Code5),
            "delay" => seconds().map(FaultKind::Delay),
            "lag" => seconds().map(FaultKind::Lag),
            "cut" => argument
                .and_then(|bytes| bytes.parse().ok())
                .map(FaultKind::Cut)
                .ok_or_else(|| bad("a number of bytes")),
            "garbage" => match argument {
                None => Ok(FaultKind::Garbage { raw: false }),
                Some("raw") => Ok(FaultKind::Garbage { raw: true }),
                Some(_) => Err(bad("`raw` or nothing")),
            },
            "status" => argument
                .and_then(|status| status.parse().ok())
                .filter(|status| (200..=599).contains(status))
                .map(FaultKind::Status)
                .ok_or_else(|| bad("an HTTP status from 200 to 599")),
            "redirect" => match argument {
                None => Ok(FaultKind::Redirect(REDIRECT_TO.to_owned())),
                Some(url) if http::HeaderValue::from_str(url).is_ok() => {
                    Ok(FaultKind::Redirect(url.to_owned()))
                }
                Some(_) => Err(bad("an address of printable ASCII")),
            },
            "odd" => match argument {
                None | Some("all") => Ok(FaultKind::Odd(OddRows::All)),
                Some("no-id") => Ok(FaultKind::Odd(OddRows::NoId)),
                Some("types") => Ok(FaultKind::Odd(OddRows::Types)),
                Some("null") => Ok(FaultKind::Odd(OddRows::Null)),
                Some(_) => Err(bad("all, no-id, types or null")),
            },
            _ => Err(FaultError::UnknownKind(name.to_owned())),
        }
    }
}

impl fmt::Display for FaultKind {
    /// As it is written in a plan.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Lose => f.write_str("lose"),
            FaultKind::LoseBefore => f.write_str("lose-before"),
            FaultKind::Delay(time) => write!(f, "delay:{}", time.as_secs_f64()),
            FaultKind::Hang => f.write_str("hang"),
            FaultKind::Cut(bytes) => write!(f, "cut:{bytes}"),
            FaultKind::Garbage { raw: false } => f.write_str("garbage"),
            FaultKind::Garbage { raw: true } => f.write_str("garbage:raw"),
            FaultKind::Status(status) => write!(f, "status:{status}"),
            FaultKind::Code5 => f.write_str("code5"),
            FaultKind::Redirect(url) => write!(f, "redirect:{url}"),
            FaultKind::Odd(OddRows::All) => f.write_str("odd"),
            FaultKind::Odd(OddRows::NoId) => f.write_str("odd:no-id"),
            FaultKind::Odd(OddRows::Types) => f.write_str("odd:types"),
            FaultKind::Odd(OddRows::Null) => f.write_str("odd:null"),
            FaultKind::Lag(time) => write!(f, "lag:{}", time.as_secs_f64()),
        }
    }
}

/// One line of a plan: the requests it is for, and what is done to them.
///
/// ```
/// use clore_sandbox::{Fault, FaultKind};
///
/// let fault = Fault::parse("create_order#1=lose")?;
/// assert_eq!(fault, Fault::new("/v1/create_order", Some(1), FaultKind::Lose));
/// assert!(Fault::parse("create_order=explode").unwrap_err().to_string().contains("lose-before"));
/// # Ok::<(), clore_sandbox::FaultError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    call: String,
    only: Option<u64>,
    kind: FaultKind,
}

impl Fault {
    /// A fault for every request to a call (`create_order`, `/v1/create_order`, or `*` for any), or for only the
    /// N-th of them, counted from 1.
    pub fn new(call: &str, only: Option<u64>, kind: FaultKind) -> Fault {
        let call = call.strip_prefix("/v1/").or_else(|| call.strip_prefix("v1/")).unwrap_or(call);
        Fault { call: call.to_owned(), only, kind }
    }

    /// Reads `PATH[#N]=KIND[:ARG]`.
    ///
    /// # Errors
    /// Says what is wrong and, for an unknown kind, which kinds there are.
    pub fn parse(text: &str) -> Result<Fault, FaultError> {
        let (target, kind) = text.split_once('=').ok_or(FaultError::NoKind)?;
        let (call, only) = match target.split_once('#') {
            None => (target, None),
            Some((call, number)) => {
                let number = number.parse::<u64>().ok().filter(|number| *number > 0);
                (call, Some(number.ok_or(FaultError::BadNumber)?))
            }
        };
        if call.trim_matches('/').is_empty() {
            return Err(FaultError::NoPath);
        }
        Ok(Fault::new(call, only, FaultKind::parse(kind)?))
    }

    /// The call it is for, without `/v1/`; `*` for any.
    pub fn call(&self) -> &str {
        &self.call
    }

    /// What is done.
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Fault, FaultError> {
        Fault::parse(text)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.call)?;
        if let Some(only) = self.only {
            write!(f, "#{only}")?;
        }
        write!(f, "={}", self.kind)
    }
}

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// There is no `=KIND`.
    NoKind,
    /// There is no path before `#` or `=`.
    NoPath,
    /// After `#` stands no number from 1 up.
    BadNumber,
    /// A kind that does not exist.
    UnknownKind(String),
    /// A kind with an argument that does not fit it.
    BadArgument {
        /// The kind as written.
        kind: String,
        /// What it needs.
        expected: &'static str,
    },
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultError::NoKind => f.write_str("a fault is written PATH[#N]=KIND[:ARG]; there is no `=`"),
            FaultError::NoPath => f.write_str(
                "a fault is written PATH[#N]=KIND[:ARG]; there is no path, such as create_order or *",
            ),
            FaultError::BadNumber => f.write_str("after `#` stands which request it is, counted from 1"),
            FaultError::UnknownKind(kind) => {
                let kinds: Vec<&str> = FaultKind::HELP.iter().map(|(kind, _)| *kind).collect();
                write!(f, "unknown fault `{}`; the kinds are {}", kind.escape_default(), kinds.join(", "))
            }
            FaultError::BadArgument { kind, expected } => {
                write!(f, "`{}` needs {expected}", kind.escape_default())
            }
        }
    }
}

impl std::error::Error for FaultError {}
