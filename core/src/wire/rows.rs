//! [`Rows`]: decodes records one by one, so that one odd record costs that record, and says which were lost.
//!
//! It keeps: `rows + skipped == records`; the first [`SKIPPED_KEPT`] skipped ones by name, all of them by count.

use crate::error::{DecodeError, Found};
use crate::limits::{Caps, SKIPPED_KEPT};
use crate::wire::field;
use crate::wire::kept::Kept;
use crate::wire::records::{ListState, Over, Record};

/// A record that could not be used.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Skipped {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its id, where even that could be read. An order skipped may still be billing.
    pub id: Option<u64>,
    /// What was wrong.
    pub reason: DecodeError,
}

/// The records of one list that could not be used: the first 1,000 by name, all by count.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct SkippedRows {
    /// The first of them.
    pub named: Vec<Skipped>,
    /// How many there were in all.
    pub count: usize,
}

/// The decoded records of one list, and what was lost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listing<T> {
    /// The records that could be read, in the service's order.
    pub rows: Vec<T>,
    /// Those that could not.
    pub skipped: SkippedRows,
}

/// Collects the records of one list.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    decode: fn(&[u8]) -> Result<T, DecodeError>,
    rows: Kept<T>,
    owned: fn(&T) -> usize,
    skipped: SkippedRows,
}

impl<T> Listing<T> {
    /// Whether every record was read. A list that is not complete must not be read as "there is no other".
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.count == 0
    }

    /// Whether more than half of the records could not be used.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.skipped.is_drift(self.rows.len())
    }

    /// The records, if every one was read; `list` names the list in the error.
    ///
    /// # Errors
    /// The first record that could not be used, by its place.
    pub fn strict(&self, list: &str) -> Result<&[T], DecodeError> {
        self.skipped.refuse(list).map(|()| self.rows.as_slice())
    }
}

impl SkippedRows {
    /// Whether these are more than half of all records, `used` being how many of them could be used. The service's
    /// answers have changed then, and what was read of them may be wrong as well.
    #[must_use]
    pub fn is_drift(&self, used: usize) -> bool {
        self.count > used
    }

    /// What a strict reader demands: that there are none. `list` names the list in the error.
    ///
    /// # Errors
    /// The first of them, by its place, such as `orders[3].id`.
    pub fn refuse(&self, list: &str) -> Result<(), DecodeError> {
        match self.named.first() {
            None => Ok(()),
            Some(Skipped { index, reason, .. }) => {
                let inner = if reason.path().is_empty() { "" } else { "." };
                let path = format!("{list}[{index}]{inner}{}", reason.path());
                Err(DecodeError::new(&path, reason.expected(), reason.found()))
            }
        }
    }

    /// Counts a record that cannot be used, and names it while there is room.
    pub fn add(&mut self, record: Record<'_>, reason: DecodeError) {
        // Of bytes that were cut the last field is none: half a number is another order's id.
        let whole = match record.over {
            Some(Over::Record) => record.bytes.iter().rposition(|byte| *byte == b',').unwrap_or(0),
            Some(Over::Text) | None => record.bytes.len(),
        };
        self.note(record.index, || field::row_id(record.bytes.get(..whole)?), reason);
    }

    /// As [`SkippedRows::add`], for a record whose id stands elsewhere.
    pub(crate) fn note(&mut self, index: usize, id: impl FnOnce() -> Option<u64>, reason: DecodeError) {
        self.count = self.count.saturating_add(1);
        if self.named.len() < SKIPPED_KEPT {
            self.named.push(Skipped { index, id: id(), reason });
        }
    }
}

impl<T> Rows<T> {
    /// A collector that reads each record by `decode`, and keeps as much as [`Caps::list_bytes`].
    #[must_use]
    pub fn new(decode: fn(&[u8]) -> Result<T, DecodeError>, caps: &Caps) -> Self {
        Self { decode, rows: Kept::new(caps), owned: |_| 0, skipped: SkippedRows::default() }
    }

    /// What a row owns beside its texts; nothing unless told.
    pub(crate) fn owning(mut self, owned: fn(&T) -> usize) -> Self {
        self.owned = owned;
        self
    }

    /// Takes one record.
    pub fn take(&mut self, record: Record<'_>) {
        match record.within().and_then(|()| (self.decode)(record.bytes)) {
            Ok(row) => {
                let owns = record.bytes.len().saturating_add((self.owned)(&row));
                self.rows.push(row, owns);
            }
            Err(reason) => self.skipped.add(record, reason),
        }
    }

    /// Whether there was more than may be kept: nothing that follows can matter.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.rows.is_over()
    }

    /// What was collected of the list `name`.
    ///
    /// # Errors
    /// When it was more than may be kept.
    pub fn into_listing(self, name: &str) -> Result<Listing<T>, DecodeError> {
        Ok(Listing { rows: self.rows.into_rows(name)?, skipped: self.skipped })
    }
}

impl ListState {
    /// Demands a list.
    ///
    /// # Errors
    /// When it was missing, `null` or something else: such an answer is incomplete, never an empty list.
    pub fn require(self, name: &'static str) -> Result<(), DecodeError> {
        let found = match self {
            Self::Present => return Ok(()),
            Self::Missing => Found::Missing,
            Self::Null => Found::Null,
            Self::WrongType(found) => found,
        };
        Err(DecodeError::new(name, "a list", found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(bytes: &[u8]) -> Result<usize, DecodeError> {
        match bytes.len() {
            n if n.is_multiple_of(2) => Ok(n),
            _ => Err(DecodeError::new("", "an even record", Found::Text)),
        }
    }

    #[test]
    fn skipped_records_are_named_up_to_the_cap_and_counted_beyond_it() {
        let mut rows = Rows::new(even, &Caps::default());
        for index in 0..3_000 {
            let bytes: &[u8] = if index % 2 == 0 { b"{\"id\":77 }" } else { b"{\"id\":77}" };
            rows.take(Record { index, bytes, over: None });
        }
        let listing = rows.into_listing("orders").unwrap();
        assert_eq!((listing.rows.len(), listing.skipped.count), (1_500, 1_500));
        assert_eq!(listing.skipped.named.len(), SKIPPED_KEPT);
        let last = listing.skipped.named.last().unwrap();
        assert_eq!((last.index, last.id), (1_999, Some(77)));
        assert!(!listing.is_complete());
    }

    #[test]
    fn a_list_that_was_not_there_is_an_error() {
        assert!(ListState::Present.require("orders").is_ok());
        for (state, found) in [
            (ListState::Missing, Found::Missing),
            (ListState::Null, Found::Null),
            (ListState::WrongType(Found::Object), Found::Object),
        ] {
            let error = state.require("orders").unwrap_err();
            assert_eq!((error.path(), error.found()), ("orders", found));
        }
    }

    #[test]
    fn a_strict_view_refuses_one_odd_record_and_more_than_half_of_them_are_a_drift() {
        let listing = |odd: usize, good: usize| {
            let mut rows = Rows::new(even, &Caps::default());
            for index in 0..odd + good {
                let bytes: &[u8] = if index < odd { b"{\"id\":12}" } else { b"{\"id\":1}" };
                rows.take(Record { index, bytes, over: None });
            }
            rows.into_listing("orders").unwrap()
        };
        let clean = listing(0, 2);
        assert_eq!(
            (clean.strict("orders").unwrap().len(), clean.is_drifting(), clean.is_complete()),
            (2, false, true)
        );
        let half = listing(2, 2);
        assert!(half.strict("orders").unwrap_err().to_string().starts_with("orders[0]"));
        assert!(!half.is_drifting() && !half.is_complete());
        assert!(listing(3, 2).is_drifting());
    }

    #[test]
    fn a_record_that_is_cut_within_its_id_has_none() {
        let mut rows = Rows::new(even, &Caps::default());
        let over = Some(Over::Record);
        // Its id was 12345.
        rows.take(Record { index: 0, bytes: br#"{"x":"...","id":123"#, over });
        rows.take(Record { index: 1, bytes: br#"{"id":123,"x":"..."#, over });
        let listing = rows.into_listing("orders").unwrap();
        let ids: Vec<_> = listing.skipped.named.iter().map(|row| row.id).collect();
        assert_eq!(ids, [None, Some(123)]);
    }
}
