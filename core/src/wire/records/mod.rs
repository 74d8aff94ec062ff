//! [`Splitter`]: hands on the records of one top-level list while the answer is still coming in.
//!
//! ```text
//! Start ─{─► Key ─"─► InKey ─► Colon ─:─► Value ─other─► InSkeleton, InWord ─► AfterValue ─,─► Key
//!            └}─► End                      └─list [─► Element ─► InRecord, InRecordWord ─► AfterElement ─,─► Element
//!                       AfterValue ◄──]── Element, AfterElement                 AfterValue ─}─► End
//! ```
//!
//! Everything but the records is kept as a *skeleton* (`{"servers":[],"code":0}`), which goes through the ordinary
//! envelope decoder afterwards: `code` comes last (api-facts 1.1), so nothing found may be used before the end.
//!
//! It keeps: any cut of the same bytes gives the same result; only the top-level list is split, never one of the same
//! name inside a record; at most one record and the skeleton are held; depth, rows and sizes are capped while reading.
//! A record's brackets and quotes are checked, the rest is not: **what the sink does not decode is not validated**.

mod nest;
mod split;

pub use split::{ListState, Over, Record, Split};

use crate::error::{DecodeError, Found};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::wire::{bounds, value};
use nest::{Nest, Scanned};

/// The streaming splitter; see the module.
pub struct Splitter {
    name: &'static str,
    caps: Caps,
    state: State,
    nest: Nest,
    /// Where the key being read starts in the skeleton.
    key_start: usize,
    /// The key read last is the list's.
    named: bool,
    /// The beginning of a record that the last chunk cut, as far as it is kept.
    carry: Vec<u8>,
    /// The record being read is longer than allowed.
    over: bool,
    skeleton: Vec<u8>,
    list: ListState,
    records: usize,
    bytes: usize,
    error: Option<DecodeError>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Before the `{`; how many bytes of a byte order mark were seen, 3 when there can be none any more.
    Start(u8),
    Key {
        may_end: bool,
    },
    InKey,
    Colon,
    Value,
    InSkeleton,
    InWord,
    AfterValue,
    Element {
        may_end: bool,
    },
    InRecord,
    InRecordWord,
    AfterElement,
    End,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Splitter {
    /// A splitter for the top-level list `name`.
    #[must_use]
    pub fn new(name: &'static str, caps: &Caps) -> Self {
        Self {
            name,
            caps: *caps,
            state: State::Start(0),
            nest: Nest::default(),
            key_start: 0,
            named: false,
            carry: Vec::new(),
            over: false,
            skeleton: Vec::new(),
            list: ListState::Missing,
            records: 0,
            bytes: 0,
            error: None,
        }
    }

    /// Takes the next bytes, handing each record that ends in them to `sink`.
    ///
    /// After [`Flow::Stop`] nothing more is read; [`Splitter::finish`] tells why.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Record<'_>)) -> Flow {
        if self.error.is_none() {
            let allowed = self.caps.list_bytes.saturating_sub(self.bytes);
            self.bytes = self.bytes.saturating_add(bytes.len());
            // What fits is read even so: where the chunks are cut must change nothing.
            let fitting = bytes.get(..allowed).unwrap_or(bytes);
            self.error = self.walk(fitting, sink).err();
            if self.error.is_none() && bytes.len() > allowed {
                self.error = Some(DecodeError::new("", "an answer of the allowed size", Found::TooLarge));
            }
        }
        if self.error.is_some() { Flow::Stop } else { Flow::Continue }
    }

    /// The end of the document.
    ///
    /// # Errors
    /// What was wrong with it: not JSON, cut, too deep, over a cap, the list's key twice, bytes after the end.
    /// Records handed on before are then worth nothing.
    pub fn finish(self) -> Result<Split, DecodeError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match self.state {
            State::End => Ok(Split { list: self.list, records: self.records, skeleton: self.skeleton }),
            State::Start(0 | 3) => Err(DecodeError::new("", "an object", Found::Empty)),
            _ => Err(self.odd("the rest of the answer", Found::Missing)),
        }
    }

    fn walk(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Record<'_>)) -> Result<(), DecodeError> {
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            let used = match self.state {
                State::InKey | State::InSkeleton => self.through_skeleton(rest)?,
                State::InWord => self.through_word(rest)?,
                State::InRecord => self.through_record(rest, sink)?,
                State::InRecordWord => self.through_record_word(rest, sink),
                _ => usize::from(self.step(byte)?),
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// One byte between values. `false`: it begins something, and is read again in the new state.
    fn step(&mut self, byte: u8) -> Result<bool, DecodeError> {
        let is_word = !matches!(byte, b'"' | b'{' | b'[');
        match (self.state, byte) {
            (State::Start(n), _) if BYTE_ORDER_MARK.get(usize::from(n)) == Some(&byte) => {
                self.state = State::Start(n.saturating_add(1));
            }
            (State::Start(1 | 2), _) => return Err(self.odd("an object", Found::NotJson)),
            (State::Start(_), b' ' | b'\t' | b'\n' | b'\r') => self.state = State::Start(3),
            (State::Start(_), b'{') => self.structure(byte, State::Key { may_end: true })?,
            (State::Start(_), _) => {
                let found = core::str::from_utf8(&[byte]).map_or(Found::NotJson, value::found);
                return Err(self.odd("an object", found));
            }
            (_, b' ' | b'\t' | b'\n' | b'\r') => {}
            (State::Key { .. }, b'"') => {
                self.key_start = self.skeleton.len();
                self.state = State::InKey;
                return Ok(false);
            }
            (State::Key { may_end: true } | State::AfterValue, b'}') => self.structure(byte, State::End)?,
            (State::Colon, b':') => self.structure(byte, State::Value)?,
            (State::AfterValue, b',') => self.structure(byte, State::Key { may_end: false })?,
            (State::Element { may_end: true } | State::AfterElement, b']') => {
                self.structure(byte, State::AfterValue)?;
            }
            (State::AfterElement, b',') => self.state = State::Element { may_end: false },
            (State::Value | State::Element { .. }, b',' | b']' | b'}' | b':') => {
                return Err(self.odd("a value", Found::NotJson));
            }
            (State::Value, b'[') if self.named => {
                self.list = ListState::Present;
                self.structure(byte, State::Element { may_end: true })?;
            }
            (State::Value, _) => {
                if self.named {
                    let found = core::str::from_utf8(&[byte]).map_or(Found::NotJson, value::found);
                    self.list =
                        if found == Found::Null { ListState::Null } else { ListState::WrongType(found) };
                }
                self.state = if is_word { State::InWord } else { State::InSkeleton };
                return Ok(false);
            }
            (State::Element { .. }, _) => {
                if self.records >= self.caps.rows {
                    return Err(DecodeError::new(self.name, "a list of the allowed length", Found::TooLarge));
                }
                // Texts of the skeleton are none of the record's.
                let _ = self.nest.take_longest();
                self.state = if is_word { State::InRecordWord } else { State::InRecord };
                return Ok(false);
            }
            (State::End, _) => return Err(self.odd("the end of the document", Found::TrailingBytes)),
            _ => return Err(self.odd("JSON", Found::NotJson)),
        }
        Ok(true)
    }

    /// A key, or a value that is not the list.
    fn through_skeleton(&mut self, rest: &[u8]) -> Result<usize, DecodeError> {
        let room = self.caps.answer_bytes.saturating_sub(self.skeleton.len());
        let window = rest.get(..room).unwrap_or(rest);
        let scanned = self.nest.scan(window, self.caps.depth.saturating_sub(1));
        let (used, ended) = match scanned {
            Scanned::Done(used) => (used, true),
            Scanned::More if window.len() < rest.len() => return Err(self.too_large()),
            Scanned::More => (window.len(), false),
            Scanned::Broken(found) => return Err(self.odd("JSON", found)),
        };
        bounds::append(&mut self.skeleton, window.get(..used).unwrap_or(window), self.caps.answer_bytes);
        if ended && self.state == State::InKey {
            self.named = self.is_the_list()?;
            self.state = State::Colon;
        } else if ended {
            self.state = State::AfterValue;
        }
        Ok(used)
    }

    /// A number, `true`, `null` or nonsense that is not the list: the envelope's decoder tells which.
    fn through_word(&mut self, rest: &[u8]) -> Result<usize, DecodeError> {
        let room = self.caps.answer_bytes.saturating_sub(self.skeleton.len());
        let (used, ended) = word(rest);
        if used > room {
            return Err(self.too_large());
        }
        bounds::append(&mut self.skeleton, rest.get(..used).unwrap_or(rest), self.caps.answer_bytes);
        if ended {
            self.state = State::AfterValue;
        }
        Ok(used)
    }

    fn through_record(
        &mut self,
        rest: &[u8],
        sink: &mut dyn FnMut(Record<'_>),
    ) -> Result<usize, DecodeError> {
        match self.nest.scan(rest, self.caps.depth.saturating_sub(2)) {
            Scanned::Done(used) => {
                self.hand_on(rest.get(..used).unwrap_or(rest), sink);
                Ok(used)
            }
            Scanned::More => {
                self.keep(rest);
                Ok(rest.len())
            }
            Scanned::Broken(found) => Err(self.odd("a record", found)),
        }
    }

    fn through_record_word(&mut self, rest: &[u8], sink: &mut dyn FnMut(Record<'_>)) -> usize {
        let (used, ended) = word(rest);
        let part = rest.get(..used).unwrap_or(rest);
        if ended {
            self.hand_on(part, sink);
        } else {
            self.keep(part);
        }
        used
    }

    fn hand_on(&mut self, last: &[u8], sink: &mut dyn FnMut(Record<'_>)) {
        let index = self.records;
        self.records = index.saturating_add(1);
        self.state = State::AfterElement;
        let long_text = self.nest.take_longest() > self.caps.string_bytes;
        let over = long_text.then_some(Over::Text);
        if self.carry.is_empty() && last.len() <= self.caps.record_bytes {
            // The common case: the whole record lies in one chunk and is not copied.
            return sink(Record { index, bytes: last, over });
        }
        self.keep(last);
        let over = if core::mem::take(&mut self.over) { Some(Over::Record) } else { over };
        sink(Record { index, bytes: &self.carry, over });
        self.carry.clear();
    }

    /// Keeps a part of the record being read, up to the cap. What is longer costs that record, not the list.
    fn keep(&mut self, part: &[u8]) {
        let most = self.caps.record_bytes;
        let room = most.saturating_sub(self.carry.len());
        self.over |= part.len() > room;
        bounds::append(&mut self.carry, part.get(..room).unwrap_or(part), most);
    }

    /// Whether the key just read is the list's, escapes resolved.
    fn is_the_list(&self) -> Result<bool, DecodeError> {
        let key = self.skeleton.get(self.key_start..).unwrap_or_default();
        let named = if key.contains(&b'\\') {
            serde_json::from_slice::<String>(key).is_ok_and(|key| key == self.name)
        } else {
            key.get(1..key.len().saturating_sub(1)) == Some(self.name.as_bytes())
        };
        if named && self.list != ListState::Missing {
            return Err(DecodeError::new(self.name, "one list", Found::DuplicateKey));
        }
        Ok(named)
    }

    fn structure(&mut self, byte: u8, next: State) -> Result<(), DecodeError> {
        if self.skeleton.len() >= self.caps.answer_bytes {
            return Err(self.too_large());
        }
        bounds::append(&mut self.skeleton, &[byte], self.caps.answer_bytes);
        self.state = next;
        Ok(())
    }

    fn too_large(&self) -> DecodeError {
        self.odd("a part of the allowed size", Found::TooLarge)
    }

    fn odd(&self, expected: &'static str, found: Found) -> DecodeError {
        let path = match self.state {
            State::Element { .. } | State::InRecord | State::InRecordWord | State::AfterElement => {
                format!("{}[{}]", self.name, self.records)
            }
            _ => String::new(),
        };
        DecodeError::new(&path, expected, found)
    }
}

/// How much of `rest` belongs to a word, and whether the word ends there. What follows it is the next state's
/// business: after a value only a comma or a closing bracket passes.
fn word(rest: &[u8]) -> (usize, bool) {
    let ends = |b: &u8| b",]}[{\":\t\n\r ".contains(b);
    let end = rest.iter().position(ends);
    (end.unwrap_or(rest.len()), end.is_some())
}

#[cfg(test)]
mod tests;
