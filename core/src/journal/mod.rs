//! The journal: what was intended before a byte was sent, so that no crash can hide a rental.
//!
//! Core has the records, their text form, the replay and the rules of "check and append" as pure functions; where the
//! lines lie is the implementor's: [`MemoryJournal`] here, a locked file in the crate `clore-journal`.
//!
//! Invariant: recording an [`Intent`] is one atomic step: replay, check, append and claim, or refuse.

mod admit;
#[cfg(test)]
mod limit_tests;
mod memory;
mod order;
mod record;
mod scope;
mod spent;
mod state;
mod text;

pub use admit::{Admission, admit};
pub use memory::MemoryJournal;
pub use order::JournaledOrder;
pub use record::{Intent, IntentId, Record, Resolution};
pub use scope::Scope;
pub use state::{OpenIntent, Ownership, State, View};
pub use text::{FORMAT_VERSION, Header, Line, TextError};

use crate::spending::Breach;
use core::fmt;

/// Where the records of one base URL and one API key go.
///
/// An implementation is bound to that scope when it is opened; operations never see either.
pub trait Journal: Send + Sync + fmt::Debug {
    /// Puts `record` into the journal, or refuses it. It returns when the record is safe.
    ///
    /// - [`Record::Intent`]: one hold of the lock: replay, [`admit`], append, claim; [`Recorded::Claimed`],
    ///   [`Recorded::Blocked`] or [`Recorded::Limited`]; [`JournalError::NameTaken`] when the name was used before. An ownerless open intent
    ///   of the same name and scope is among [`Blocked::ownerless`]: the same attempt, after a crash.
    /// - [`Record::Renew`]: the same by the holder of the claim, who may drop the earlier claim for the new one.
    /// - [`Record::Adopt`]: takes an ownerless open intent over; [`Recorded::Claimed`], or [`Recorded::Owned`] when
    ///   its owner lives or it is of another key, or [`Recorded::Gone`] when it is not open any more.
    /// - [`Record::Sent`] and [`Record::Answered`] of an open intent give [`Recorded::Written`].
    /// - [`Record::Resolved`]: [`Recorded::Written`], [`Recorded::Gone`] when it is resolved already, and with an
    ///   order [`Recorded::Attributed`] when another intent has that order. Whoever does not hold the claim of a live
    ///   intent hears [`Recorded::Owned`].
    /// - [`Record::Ended`] gives [`Recorded::Written`], again and again for the same order; [`Record::Repriced`] too.
    /// - [`Record::Look`] writes nothing and gives [`Recorded::Seen`].
    ///
    /// It may wait for the lock and the disk: an async driver calls it where blocking is allowed.
    ///
    /// # Errors
    /// [`JournalError`]. Nothing may be sent after a failed intent. A failed [`Record::Resolved`] never hides an
    /// outcome: it is told with a warning, and the intent stays open until it is settled by reading.
    fn record(&self, record: Record) -> Result<Recorded, JournalError>;
}

/// What came of a record.
///
/// Closed: the rent machine is a table over it.
#[derive(Debug)]
pub enum Recorded {
    /// It is safe.
    Written,
    /// It is safe, and the intent belongs to the holder of this claim until it is dropped.
    Claimed(Claim),
    /// Open intents stand in the way; nothing was written.
    Blocked(Blocked),
    /// It would pass a limit; nothing was written.
    Limited(Box<Breach>),
    /// The intent's owner lives; nothing was written.
    Owned,
    /// The intent is not open (any more); nothing was written.
    Gone,
    /// Another intent has this order already; nothing was written.
    Attributed(IntentId),
    /// The journal as it stands.
    Seen(View),
}

/// Open intents that keep a create from being recorded.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Blocked {
    /// Intents for the same server whose owner lives: wait for them.
    pub live: Vec<OpenIntent>,
    /// Intents of this base URL and key that nobody owns: settle them first.
    pub ownerless: Vec<OpenIntent>,
}

/// Ownership of one intent. Dropping it releases the intent, as does the death of the process.
pub struct Claim {
    intent: IntentId,
    _held: Box<dyn Send + Sync>,
}

impl Claim {
    /// A claim of `intent` that lasts as long as `held` is not dropped.
    #[must_use]
    pub fn new(intent: IntentId, held: Box<dyn Send + Sync>) -> Self {
        Self { intent, _held: held }
    }

    /// The intent it is a claim of.
    #[must_use]
    pub fn intent(&self) -> &IntentId {
        &self.intent
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Claim").field(&self.intent).finish()
    }
}

/// A journal that could not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum JournalError {
    /// The medium failed: read-only, full, gone. The text is our own.
    Medium {
        /// What kind of failure.
        kind: std::io::ErrorKind,
        /// What was being done.
        doing: &'static str,
    },
    /// Another process held the lock for too long.
    LockTimeout,
    /// A line inside (not a torn last one) is damaged; `line` counts from 1.
    Damaged {
        /// The line.
        line: u64,
    },
    /// Written by a newer version of this library.
    Newer {
        /// Its format's number.
        version: u64,
    },
    /// An intent of this name is in the journal already, for something else.
    NameTaken(IntentId),
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Medium { kind, doing } => write!(f, "the journal failed while {doing}: {kind}"),
            Self::LockTimeout => f.write_str("another process holds the journal's lock"),
            Self::Damaged { line } => {
                write!(
                    f,
                    "line {line} of the journal is damaged; repair or move the file aside after `clore orders`"
                )
            }
            Self::Newer { version } => {
                write!(f, "the journal is of format {version}, which a newer version of this program wrote")
            }
            Self::NameTaken(id) => {
                write!(f, "the journal has an intent {id} already; give this attempt another name")
            }
        }
    }
}

impl std::error::Error for JournalError {}
