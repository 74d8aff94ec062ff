//! [`Nest`]: finds where one JSON value with brackets or quotes ends, over any number of chunks.
//!
//! It looks at quotes, backslashes and brackets only; every other byte is passed over. This is the place
//! for a faster scanner: whatever replaces the loop must give the same [`Scanned`] for the same bytes.

use crate::error::Found;

/// What a byte means to the structure of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Quote,
    Backslash,
    Open,
    Close,
}

const fn class(byte: u8) -> Class {
    match byte {
        b'"' => Class::Quote,
        b'\\' => Class::Backslash,
        b'{' | b'[' => Class::Open,
        b'}' | b']' => Class::Close,
        _ => Class::Other,
    }
}

/// How far a scan came.
pub(super) enum Scanned {
    /// Through all bytes; the value goes on.
    More,
    /// The value ends after this many bytes.
    Done(usize),
    /// It cannot become a value: a bracket closes another kind, or they nest too deep.
    Broken(Found),
}

/// The open brackets of one value. Empty and outside a string: the value has ended, or not begun.
#[derive(Default)]
pub(super) struct Nest {
    open: Vec<u8>,
    in_string: bool,
    escaped: bool,
    /// Bytes of the text that is open, as far as earlier scans went through it.
    text: usize,
    /// The longest text of the value.
    longest: usize,
}

impl Nest {
    /// Goes on with `bytes`, allowing `deepest` open brackets. A value begins with a quote or an opening bracket.
    pub(super) fn scan(&mut self, bytes: &[u8], deepest: usize) -> Scanned {
        // Where the text that is open goes on.
        let mut began = 0_usize;
        for (at, byte) in bytes.iter().enumerate() {
            if self.escaped {
                self.escaped = false;
                continue;
            }
            match (class(*byte), self.in_string) {
                (Class::Other, _) | (Class::Open | Class::Close, true) => continue,
                (Class::Quote, false) => {
                    self.in_string = true;
                    (began, self.text) = (at.saturating_add(1), 0);
                }
                (Class::Quote, true) => {
                    self.in_string = false;
                    self.longest = self.longest.max(self.text.saturating_add(at.saturating_sub(began)));
                }
                (Class::Backslash, true) => {
                    self.escaped = true;
                    continue;
                }
                (Class::Backslash, false) => return Scanned::Broken(Found::NotJson),
                (Class::Open, false) => {
                    if self.open.len() >= deepest {
                        return Scanned::Broken(Found::TooDeep);
                    }
                    self.open.push(*byte);
                    continue;
                }
                (Class::Close, false) => {
                    let fitting = if *byte == b'}' { b'{' } else { b'[' };
                    if self.open.pop() != Some(fitting) {
                        return Scanned::Broken(Found::NotJson);
                    }
                }
            }
            if !self.in_string && self.open.is_empty() {
                return Scanned::Done(at.saturating_add(1));
            }
        }
        if self.in_string {
            self.text = self.text.saturating_add(bytes.len().saturating_sub(began));
        }
        Scanned::More
    }

    /// How long the longest text or name was, without its quotes, since this was last asked.
    pub(super) fn take_longest(&mut self) -> usize {
        core::mem::take(&mut self.longest)
    }
}
