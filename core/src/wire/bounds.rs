//! How deep the brackets of a JSON text nest and how long its texts are, told before anything is parsed; and buffers
//! that never have more room than they may hold.

use crate::error::{DecodeError, Found};
use crate::limits::Caps;

/// Walks over all bytes once, without recursion; brackets inside strings do not count.
///
/// # Errors
/// Beyond [`Caps::depth`] or [`Caps::string_bytes`]. Whether the brackets match is the parser's business.
pub(crate) fn check(json: &[u8], caps: &Caps) -> Result<(), DecodeError> {
    let mut depth = 0_usize;
    let mut text: Option<Text> = None;
    for byte in json {
        if let Some(open) = &mut text {
            if open.is_over_after(*byte) {
                text = None;
            } else if open.bytes > caps.string_bytes {
                return Err(text_too_long());
            }
            continue;
        }
        match byte {
            b'"' => text = Some(Text::default()),
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth > caps.depth {
                    return Err(DecodeError::new("", "fewer brackets in each other", Found::TooDeep));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// A text longer than [`Caps::string_bytes`].
pub(crate) fn text_too_long() -> DecodeError {
    DecodeError::new("", "texts of the allowed size", Found::TooLarge)
}

/// An open text, after its first quote.
#[derive(Default)]
struct Text {
    bytes: usize,
    escaped: bool,
}

impl Text {
    /// Whether this byte is the closing quote; any other belongs to the text.
    fn is_over_after(&mut self, byte: u8) -> bool {
        if byte == b'"' && !self.escaped {
            return true;
        }
        self.escaped = byte == b'\\' && !self.escaped;
        self.bytes = self.bytes.saturating_add(1);
        false
    }
}

/// Appends `more`, which fits `most` together with what is there.
///
/// The room doubles up to an eighth of `most`, and is all of it then: a `Vec` left to itself would take twice that, and an
/// allocator that copies a block to let it grow three times.
pub(crate) fn append(bytes: &mut Vec<u8>, more: &[u8], most: usize) {
    let needed = bytes.len().saturating_add(more.len());
    if needed > bytes.capacity() {
        let eighth = most.checked_div(8).unwrap_or(0);
        let room =
            if needed > eighth { most } else { needed.max(bytes.capacity().saturating_mul(2)).min(eighth) };
        bytes.reserve_exact(room.saturating_sub(bytes.len()));
    }
    bytes.extend_from_slice(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_meets_the_cap_passes_and_one_byte_more_does_not() {
        let caps = Caps { string_bytes: 4, depth: 2, ..Caps::default() };
        let check = |json: &str| check(json.as_bytes(), &caps).map_err(|error| error.found());
        for good in [r#"["abcd",1234567]"#, r#"{"abcd":"\\\""}"#, r#"["","\"a]"]"#, "[[", "]]]]{{"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, found) in [
            (r#"["abcde"]"#, Found::TooLarge),
            (r#"{"abcde":1}"#, Found::TooLarge),
            (r#"["abcde"#, Found::TooLarge),
            (r#"["\\\\a"]"#, Found::TooLarge),
            ("[[[", Found::TooDeep),
        ] {
            assert_eq!(check(bad), Err(found), "{bad}");
        }
    }

    #[test]
    fn a_buffer_has_never_more_room_than_it_may_hold() {
        let mut bytes = Vec::new();
        for _ in 0..1_000 {
            append(&mut bytes, &[7; 5], 5_000);
            assert!(bytes.capacity() <= 5_000, "{}", bytes.capacity());
        }
        assert_eq!(bytes, [7; 5_000]);
    }
}
