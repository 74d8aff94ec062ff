//! [`Json`]: documents, and a writer of them that shares nothing with the library's reader.

/// A JSON value.
#[derive(Clone, PartialEq, Debug)]
pub enum Json {
    /// A number, `true`, `null`: as it stands.
    Word(String),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl Json {
    pub fn word(word: impl ToString) -> Self {
        Self::Word(word.to_string())
    }

    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    pub fn map<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Map(fields.map(|(name, value)| (name.to_owned(), value)).to_vec())
    }

    /// Whether nothing stands in it, so that it tells nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Word(word) => word == "null",
            Self::Text(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(fields) => fields.is_empty(),
        }
    }

    /// Writes it, blank and escaped as `hand` happens to.
    pub fn write(&self, hand: &mut Hand, out: &mut String) {
        hand.blank(out);
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Text(text) => write_text(text, hand, out),
            Self::List(list) => {
                out.push('[');
                for (place, value) in list.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    value.write(hand, out);
                }
                out.push(']');
            }
            Self::Map(fields) => {
                out.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { "," });
                    hand.blank(out);
                    write_text(name, hand, out);
                    hand.blank(out);
                    out.push(':');
                    value.write(hand, out);
                }
                out.push('}');
            }
        }
        hand.blank(out);
    }

    pub fn written(&self, seed: u64) -> String {
        let mut out = String::new();
        self.write(&mut Hand::new(seed), &mut out);
        out
    }
}

fn write_text(text: &str, hand: &mut Hand, out: &mut String) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            _ if hand.once_in(12) => {
                let mut units = [0; 2];
                sign.encode_utf16(&mut units).iter().for_each(|unit| *out += &format!("\\u{unit:04x}"));
            }
            '"' | '\\' => out.extend(['\\', sign]),
            '/' if hand.once_in(2) => out.push_str("\\/"),
            _ if sign < ' ' => *out += &format!("\\u{:04X}", u32::from(sign)),
            _ => out.push(sign),
        }
    }
    out.push('"');
}

/// How a writer happens to write: a stream of choices from a seed.
pub struct Hand(u64);

impl Hand {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    fn blank(&mut self, out: &mut String) {
        if self.once_in(8) {
            out.push_str([" ", "\n", "\t", "\r\n "][self.below(4)]);
        }
    }
}

#[test]
fn what_is_written_is_what_another_reader_reads() {
    let json = Json::map([
        ("a\"\\/\u{1}é😀", Json::List(vec![Json::word("1.50"), Json::word("null"), Json::text("\n😀")])),
        ("b", Json::Map(Vec::new())),
    ]);
    for seed in 0..200 {
        let read: serde_json::Value = serde_json::from_str(&json.written(seed)).unwrap();
        assert_eq!(read, serde_json::json!({"a\"\\/\u{1}é😀": [1.5, null, "\n😀"], "b": {}}));
    }
}
