//! What a splitter hands on: records, and what is left of the document.

use crate::error::{DecodeError, Found};
use crate::wire::bounds;
use core::fmt;

/// What stood under the list's name.
///
/// Closed: only `Present` may be read as "these are all of them".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListState {
    /// No such key at the top level.
    Missing,
    /// `null`.
    Null,
    /// A list, perhaps an empty one.
    Present,
    /// Something else.
    WrongType(Found),
}

/// One element of the list, as the bytes it came in; not necessarily an object, not necessarily JSON inside.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its bytes, without white space around; cut when it is longer than allowed.
    pub bytes: &'a [u8],
    /// Set when it, or a text in it, is longer than allowed: it is then odd, whatever can be read of it.
    pub over: Option<Over>,
}

/// Which cap a record is over.
///
/// Closed: [`Record::within`] tells each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// Its own size: [`Caps::record_bytes`](crate::limits::Caps::record_bytes). Its bytes are cut there.
    Record,
    /// The size of a text: [`Caps::string_bytes`](crate::limits::Caps::string_bytes). Its bytes are whole.
    Text,
}

impl Record<'_> {
    /// Demands that no cap was passed.
    ///
    /// # Errors
    /// Names the cap.
    pub fn within(&self) -> Result<(), DecodeError> {
        match self.over {
            None => Ok(()),
            Some(Over::Record) => Err(DecodeError::new("", "a record of the allowed size", Found::TooLarge)),
            Some(Over::Text) => Err(bounds::text_too_long()),
        }
    }
}

/// A whole document, split.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Split {
    /// What stood under the list's name.
    pub list: ListState,
    /// How many records were handed on.
    pub records: usize,
    /// The document without its records, for [`judge`](crate::wire::envelope::judge).
    pub skeleton: Vec<u8>,
}

// Of bytes the number only: they may hold addresses and tokens.

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("index", &self.index).field("bytes", &self.bytes.len()).finish()
    }
}

impl fmt::Debug for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let split = (self.list, self.records, self.skeleton.len());
        f.debug_tuple("Split").field(&split).finish()
    }
}
