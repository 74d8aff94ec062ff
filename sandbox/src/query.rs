//! The query of a request path.

use std::borrow::Cow;

/// `a=1&b=2`, decoded on demand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query<'a> {
    text: &'a str,
}

impl<'a> Query<'a> {
    pub(crate) fn new(text: &'a str) -> Query<'a> {
        Query { text }
    }

    /// The first value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<Cow<'a, str>> {
        self.text.split('&').find_map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name) == key).then(|| decoded(value))
        })
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn values_are_found_and_decoded() {
        let query = Query::new("a=1&market=4%30&b+c=%zz%4&a=2");
        assert_eq!(query.get("a").as_deref(), Some("1"));
        assert_eq!(query.get("market").as_deref(), Some("40"));
        assert_eq!(query.get("b c").as_deref(), Some("%zz%4"));
        assert_eq!(query.get("none"), None);
        assert_eq!(Query::new("").get("a"), None);
    }
}
