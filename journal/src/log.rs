//! [`Log`]: a medium's bytes as lines, replayed as far as they have come, and appended to.
//!
//! It must be used under the append lock. Invariants: a line is whole or passed over; bytes before the end of the last
//! whole line are never written again; what an append added is read back by the next [`Log::catch_up`], so that the
//! state is always what the medium says.

use crate::medium::{Medium, failed};
use clore_core::journal::{Header, JournalError, Line, State, TextError};

/// What was read so far.
#[derive(Debug, Default)]
pub(crate) struct Log {
    state: State,
    header: Option<Header>,
    /// Whole lines read.
    lines: u64,
    /// Where the last of them ends.
    end: u64,
    /// The first and the last of them, to know the file again by.
    marks: [Option<Mark>; 2],
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Mark {
    offset: u64,
    length: u64,
    checksum: u32,
}

/// One piece of the medium.
enum Piece {
    Whole(String),
    /// Cut short, or with bytes that never reached the disk (they read as zero). Only the last piece may be.
    Torn,
    /// All bytes are there, and they are not what was written: it may have been flushed, so it is never cut.
    Damaged,
}

impl Log {
    /// Everything the whole lines come to.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The first line, if there is one.
    pub(crate) fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// Replays what was added since the last time, or everything when the file is not the one it was.
    pub(crate) fn catch_up(&mut self, medium: &mut dyn Medium) -> Result<(), JournalError> {
        if !self.is_continued_by(medium)? {
            *self = Self::default();
        }
        let bytes = medium.read(self.end, u64::MAX).map_err(failed("reading the journal"))?;
        let mut pieces = bytes.split_inclusive(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            match unframed(piece) {
                Piece::Whole(text) => self.take(&text)?,
                Piece::Torn if pieces.peek().is_none() => break,
                Piece::Torn | Piece::Damaged => {
                    return Err(JournalError::Damaged { line: self.next_line() });
                }
            }
            self.pass(piece);
        }
        Ok(())
    }

    /// Writes one line at the end of the last whole one and returns when it is safe. A torn last line is cut.
    pub(crate) fn append(&self, medium: &mut dyn Medium, text: &str) -> Result<(), JournalError> {
        if medium.length().map_err(failed("reading the journal's length"))? > self.end {
            medium.truncate(self.end).map_err(failed("cutting a torn last line"))?;
        }
        let written = medium.write(self.end, framed(text).as_bytes()).map_err(failed("writing a line"));
        let safe = written.and_then(|()| medium.sync().map_err(failed("flushing a line")));
        if safe.is_err() {
            // As well as it can be done; what stays is torn, or a whole line that nobody acts on.
            let _ = medium.truncate(self.end).and_then(|()| medium.sync());
        }
        safe
    }

    fn take(&mut self, text: &str) -> Result<(), JournalError> {
        let line = self.next_line();
        let refused = |error| match error {
            TextError::Newer { version } => JournalError::Newer { version },
            _ => JournalError::Damaged { line },
        };
        if self.header.is_none() {
            self.header = Some(Header::parse(text).map_err(refused)?);
        } else {
            self.state.apply(Line::parse(text).map_err(refused)?);
        }
        Ok(())
    }

    fn pass(&mut self, piece: &[u8]) {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let mark = Mark { offset: self.end, length, checksum: crc32fast::hash(piece) };
        let [first, last] = &mut self.marks;
        first.get_or_insert(mark);
        *last = Some(mark);
        self.end = self.end.saturating_add(length);
        self.lines = self.next_line();
    }

    fn next_line(&self) -> u64 {
        self.lines.saturating_add(1)
    }

    /// Whether the medium still begins with what was read: it is long enough, and the first and the last line are
    /// where they were.
    fn is_continued_by(&self, medium: &mut dyn Medium) -> Result<bool, JournalError> {
        if medium.length().map_err(failed("reading the journal's length"))? < self.end {
            return Ok(false);
        }
        for mark in self.marks.iter().flatten() {
            let bytes = medium.read(mark.offset, mark.length).map_err(failed("reading the journal"))?;
            if crc32fast::hash(&bytes) != mark.checksum {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// `text` as a line: checksum, blank, text, end.
pub(crate) fn framed(text: &str) -> String {
    format!("{:08x} {text}\n", crc32fast::hash(text.as_bytes()))
}

fn unframed(piece: &[u8]) -> Piece {
    let Some(line) = piece.strip_suffix(b"\n") else {
        return Piece::Torn;
    };
    let whole = || {
        let (checksum, text) = std::str::from_utf8(line).ok()?.split_once(' ')?;
        (checksum == format!("{:08x}", crc32fast::hash(text.as_bytes()))).then(|| text.to_owned())
    };
    match whole() {
        Some(text) => Piece::Whole(text),
        None if line.contains(&0) => Piece::Torn,
        None => Piece::Damaged,
    }
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
