//! [`Kept`]: the decoded records of a list, which together may take as much memory as the list itself.
//!
//! A record of nine bytes becomes a value of several hundred: the cap on what comes in does not bound what is kept.

use crate::error::{DecodeError, Found};
use crate::limits::Caps;

/// Decoded records, up to [`Caps::list_bytes`]: of each counts its value and what it owns.
#[derive(Clone, Debug)]
pub(crate) struct Kept<T> {
    rows: Vec<T>,
    room: usize,
    spent: usize,
    over: bool,
}

impl<T> Kept<T> {
    pub(crate) fn new(caps: &Caps) -> Self {
        Self { rows: Vec::new(), room: caps.list_bytes, spent: 0, over: false }
    }

    /// Keeps a value that owns so many bytes; of its texts, all of its record may count. One too many, and nothing is
    /// kept any more.
    pub(crate) fn push(&mut self, row: T, owns: usize) {
        let cost = size_of::<T>().saturating_add(owns);
        self.over |= cost > self.room;
        if self.over {
            self.rows = Vec::new();
            return;
        }
        if self.rows.len() == self.rows.capacity() {
            self.grow();
        }
        self.room = self.room.saturating_sub(cost);
        self.spent = self.spent.saturating_add(cost);
        self.rows.push(row);
    }

    /// Twice the room, up to an eighth of what may come yet, if it costs what came so far; then all of that at once. So an
    /// allocator that copies a block to let it grow holds little more than the cap, too. Rows that come richer than
    /// those before leave room unused.
    fn grow(&mut self) {
        let (most, each) = (self.room.checked_div(size_of::<T>()), self.spent.checked_div(self.rows.len()));
        let yet = each.and_then(|each| self.room.checked_div(each)).or(most).unwrap_or(1).max(1);
        let twice = self.rows.len().max(4);
        self.rows.reserve_exact(if twice <= yet.checked_div(8).unwrap_or(0) { twice } else { yet });
    }

    /// Whether there were too many: nothing that follows can matter.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// The values; `list` names the list in the error.
    ///
    /// # Errors
    /// When there were too many.
    pub(crate) fn into_rows(self, list: &str) -> Result<Vec<T>, DecodeError> {
        if self.over {
            return Err(DecodeError::new(list, "a list of the allowed size", Found::TooLarge));
        }
        Ok(self.rows)
    }
}

/// What a map of so many entries takes at most: its nodes have room for eleven, and are at least half full but for one.
pub(crate) fn map_bytes<K, V>(entries: usize) -> usize {
    const ROOM: usize = 11;
    let node = size_of::<(K, V)>().saturating_mul(ROOM).saturating_add(ROOM.saturating_mul(2));
    entries.div_ceil(ROOM.div_ceil(2).saturating_sub(1)).saturating_mul(node)
}

/// What a list has room for.
pub(crate) fn list_bytes<T>(list: &Vec<T>) -> usize {
    list.capacity().saturating_mul(size_of::<T>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_meet_the_cap_pass_and_one_more_does_not() {
        // Of each: 8 bytes and the 2 they were read from.
        for (rows, fits) in [(100, true), (101, false)] {
            let mut kept = Kept::new(&Caps { list_bytes: 1_000, ..Caps::default() });
            for row in 0..rows {
                kept.push(row, 2);
                assert!(kept.rows.capacity() <= 1_000 / size_of::<u64>(), "{}", kept.rows.capacity());
            }
            assert_eq!(kept.is_over(), !fits);
            match kept.into_rows("servers") {
                Ok(rows) => assert!(fits && rows == (0..100_u64).collect::<Vec<_>>()),
                Err(error) => assert!(!fits && error.path() == "servers" && error.found() == Found::TooLarge),
            }
        }
    }
}
