//! [`Excerpt`]: somebody else's text, cut to a bound and made harmless.
//!
//! Control, escape, bidi and zero-width characters come out as `\u{..}`, so an excerpt can go to a terminal or a log.

use core::fmt;

/// Foreign text, at most a given number of bytes, with nothing in it that moves a cursor or hides.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Excerpt(Box<str>);

impl Excerpt {
    /// Escapes `text` and cuts the result to at most `max` bytes; a cut is marked by `…`.
    #[must_use]
    pub fn new(text: &str, max: usize) -> Self {
        let mut out = String::new();
        for c in text.chars() {
            let before = out.len();
            if is_harmless(c) {
                out.push(c);
            } else {
                out.extend(c.escape_unicode());
            }
            if out.len() > max.saturating_sub('…'.len_utf8()) {
                out.truncate(before);
                out.push('…');
                break;
            }
        }
        Self(out.into())
    }

    /// Takes `secret` out, wherever it stands whole. One of less than eight bytes may be a common word and stays.
    pub(crate) fn hide(&mut self, secret: &str) {
        const HIDDEN: &str = "(hidden)";
        if secret.len() >= HIDDEN.len() && self.0.contains(secret) {
            self.0 = self.0.replace(secret, HIDDEN).into();
        }
    }

    /// The escaped text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character may be shown as it is: no control, no direction change, no invisible character.
#[must_use]
pub fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'))
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
