//! [`Document`]: a JSON object whose parts keep their order and their digits.

use serde::Serialize;
use serde_json::value::RawValue;

/// A JSON object, part by part.
#[derive(Clone, Debug, Default)]
pub struct Document(Vec<(&'static str, Box<RawValue>)>);

impl Document {
    /// An object without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.0.extend(serde_json::value::to_raw_value(value).ok().map(|value| (name, value)));
        self
    }

    /// With the parts of `other` after its own.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The object as text. Names are our own and need no escaping.
    pub fn text(&self) -> String {
        let parts: Vec<String> =
            self.0.iter().map(|(name, value)| format!("\"{name}\":{}", value.get())).collect();
        format!("{{{}}}", parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_order_are_kept() {
        let digits = crate::output::number(Some("0.100000000000000000001".parse().unwrap()));
        let text = Document::new().with("z", &digits).with("a", &"\u{1b}[2J").with("n", &None::<u8>).text();
        assert_eq!(text, r#"{"z":0.100000000000000000001,"a":"\u001b[2J","n":null}"#);
    }
}
