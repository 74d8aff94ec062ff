//! Writing JSON text directly, keys in the order of the calls: rows are written thousands of times a second.

use std::fmt::Write;

/// A JSON object under construction.
#[derive(Debug)]
pub(crate) struct Object {
    text: String,
}

impl Object {
    pub(crate) fn new() -> Object {
        Object { text: String::from("{") }
    }

    pub(crate) fn with_capacity(bytes: usize) -> Object {
        let mut text = String::with_capacity(bytes);
        text.push('{');
        Object { text }
    }

    fn key(&mut self, key: &str) -> &mut String {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
        &mut self.text
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) -> &mut Object {
        self.key(key).push_str(json);
        self
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Object {
        push_text(self.key(key), value);
        self
    }

    pub(crate) fn number(&mut self, key: &str, value: f64) -> &mut Object {
        push_number(self.key(key), value);
        self
    }

    pub(crate) fn integer(&mut self, key: &str, value: u64) -> &mut Object {
        let _ = write!(self.key(key), "{value}");
        self
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) -> &mut Object {
        self.key(key).push_str(if value { "true" } else { "false" });
        self
    }

    pub(crate) fn object(&mut self, key: &str, value: Object) -> &mut Object {
        let json = value.finish();
        self.raw(key, &json)
    }

    /// An array of values that are JSON already.
    pub(crate) fn array<I>(&mut self, key: &str, items: I) -> &mut Object
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        push_list(self.key(key), items);
        self
    }

    /// Keys and values that are JSON already, without braces.
    pub(crate) fn pairs(&mut self, pairs: &str) -> &mut Object {
        if !pairs.is_empty() {
            if self.text.len() > 1 {
                self.text.push(',');
            }
            self.text.push_str(pairs);
        }
        self
    }

    pub(crate) fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// A list of values that are JSON already.
pub(crate) fn list<I>(items: I) -> String
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let mut text = String::new();
    push_list(&mut text, items);
    text
}

fn push_list<I>(text: &mut String, items: I)
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    text.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(item.as_ref());
    }
    text.push(']');
}

/// `value` as a JSON string.
pub(crate) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    push_text(&mut text, value);
    text
}

fn push_text(text: &mut String, value: &str) {
    text.push('"');
    if !value.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        text.push_str(value);
        text.push('"');
        return;
    }
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(text, "\\u{:04x}", control as u32);
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

/// api-facts 1.1: the service prints numbers as JavaScript does (integers without a point, `1e-7` below 1e-6).
pub(crate) fn push_number(text: &mut String, value: f64) {
    if !value.is_finite() {
        text.push_str("null");
    } else if value == 0.0 || (1e-6..1e21).contains(&value.abs()) {
        let _ = write!(text, "{value}");
    } else {
        let _ = write!(text, "{value:e}");
    }
}

/// Rounds to eight decimals, the finest unit the service keeps.
pub(crate) fn eight_decimals(value: f64) -> f64 {
    (value * 1e8).round() / 1e8
}

#[cfg(test)]
mod tests {
    use super::{Object, push_number, quoted};

    #[test]
    fn numbers_are_printed_as_javascript_prints_them() {
        for (value, text) in [
            (60.0, "60"),
            (60.5, "60.5"),
            (1e-7, "1e-7"),
            (0.00001, "0.00001"),
            (f64::NAN, "null"),
            (0.0, "0"),
        ] {
            let mut out = String::new();
            push_number(&mut out, value);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(quoted("a\"b\\c\n\u{1}é"), "\"a\\\"b\\\\c\\u000a\\u0001é\"");
        let mut object = Object::new();
        object.text("a", "x").flag("b", true).integer("c", 3).array("d", ["1", "2"]);
        assert_eq!(object.finish(), r#"{"a":"x","b":true,"c":3,"d":[1,2]}"#);
    }
}
