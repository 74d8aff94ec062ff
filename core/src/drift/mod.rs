//! [`Drift`]: how the records of a list differ from what this version knows: new fields, fields that are gone, fields of
//! another kind. Names and kinds only, never a value, so that its text can be posted publicly.
//!
//! ```
//! use clore_core::drift::{Drift, Known};
//! let body = br#"{"orders":[{"id":7,"si":"elsewhere","colour":"red"}],"code":0}"#;
//! let drift = Drift::of(Known::MyOrders, body);
//! assert_eq!(
//!     drift.to_string(),
//!     "my_orders: 1 record\n  new: colour (a text, 1 of 1)\n  retyped: si (a text, 1 of 1)\n"
//! );
//! ```

mod shapes;

use crate::error::Found;
use crate::flow::Flow;
use crate::limits::Caps;
use crate::wire::records::Splitter;
use crate::wire::{field, number, value};
use core::fmt;
use serde_json::value::RawValue;
use shapes::Field;
use std::collections::{BTreeMap, BTreeSet};

/// The lists whose shape is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Known {
    /// The servers of `marketplace`.
    Marketplace,
    /// The orders of `my_orders`.
    MyOrders,
    /// The wallets of `wallets`.
    Wallets,
    /// The servers of `my_servers`.
    MyServers,
}

/// What differs. Counts are of records.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Drift {
    /// The list.
    pub list: Known,
    /// Records that were read. Without any, nothing can be said.
    pub records: usize,
    /// Records that are no readable objects.
    pub unread: usize,
    /// Whether the list was there and read to its end.
    pub is_whole: bool,
    /// Fields that are not known, with their kinds.
    pub new: BTreeMap<(String, &'static str), usize>,
    /// Fields that every record used to have and some lack.
    pub missing: BTreeMap<&'static str, usize>,
    /// Known fields of another kind than was known.
    pub retyped: BTreeMap<(&'static str, &'static str), usize>,
}

/// New fields that are told by name; a service may send any number of them.
const MOST_NEW: usize = 100;

impl Known {
    /// The call's name.
    #[must_use]
    pub fn call(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::MyOrders => "my_orders",
            Self::Wallets => "wallets",
            Self::MyServers => "my_servers",
        }
    }

    fn list(self) -> &'static str {
        match self {
            Self::Marketplace | Self::MyServers => "servers",
            Self::MyOrders => "orders",
            Self::Wallets => "wallets",
        }
    }

    fn fields(self) -> &'static [Field] {
        match self {
            Self::Marketplace => shapes::MARKETPLACE,
            Self::MyOrders => shapes::MY_ORDERS,
            Self::Wallets => shapes::WALLETS,
            Self::MyServers => shapes::MY_SERVERS,
        }
    }
}

impl Drift {
    /// Compares the whole body of an answer.
    #[must_use]
    pub fn of(list: Known, body: &[u8]) -> Self {
        let mut drift = Self {
            list,
            records: 0,
            unread: 0,
            is_whole: false,
            new: BTreeMap::new(),
            missing: BTreeMap::new(),
            retyped: BTreeMap::new(),
        };
        let mut splitter = Splitter::new(list.list(), &Caps::default());
        let flow = splitter.push(body, &mut |record| drift.record(record.bytes));
        let split = splitter.finish();
        drift.is_whole = flow == Flow::Continue && split.is_ok_and(|split| split.list.require("").is_ok());
        drift
    }

    /// Whether nothing differs, as far as there were records to tell.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.is_whole
            && self.unread == 0
            && self.new.is_empty()
            && self.missing.is_empty()
            && self.retyped.is_empty()
    }

    fn record(&mut self, raw: &[u8]) {
        let text = core::str::from_utf8(raw).unwrap_or_default();
        let Some(record) = fields(text) else {
            self.unread = self.unread.saturating_add(1);
            return;
        };
        self.records = self.records.saturating_add(1);
        let (mut seen, mut new) = (Vec::new(), BTreeSet::new());
        for (name, raw) in &record {
            self.field("", name, raw.get(), &mut seen, &mut new);
            let has_inner = self.list.fields().iter().any(|field| is_below(field.path, name));
            let inner = has_inner.then(|| fields(raw.get())).flatten();
            for (inner, raw) in inner.iter().flatten() {
                self.field(&format!("{name}."), inner, raw.get(), &mut seen, &mut new);
            }
        }
        for key in new {
            let room = self.new.len() < MOST_NEW;
            if room || self.new.contains_key(&key) {
                add(self.new.entry(key).or_default());
            }
        }
        for field in self.list.fields().iter().filter(|field| field.always && !seen.contains(&field.path)) {
            add(self.missing.entry(field.path).or_default());
        }
    }

    fn field(
        &mut self,
        within: &str,
        name: &str,
        raw: &str,
        seen: &mut Vec<&'static str>,
        new: &mut BTreeSet<(String, &'static str)>,
    ) {
        let found = value::found(raw);
        if found == Found::Null {
            // Missing and null are alike everywhere.
            return;
        }
        let path = format!("{within}{name}");
        let Some(known) = self.list.fields().iter().find(|field| field.path == path) else {
            new.insert((format!("{within}{}", told(name)), kind(found)));
            return;
        };
        seen.push(known.path);
        let digits = found == Found::Text && known.kinds.contains('n') && number::decimal(raw).is_some();
        if !digits && !known.kinds.contains(letter(found)) {
            add(self.retyped.entry((known.path, kind(found))).or_default());
        }
    }
}

/// The fields of an object; `None` for anything else.
fn fields(text: &str) -> Option<Vec<(String, &RawValue)>> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    (value::found(text) == Found::Object).then(|| field::entries(Some(raw))).flatten()
}

fn add(count: &mut usize) {
    *count = count.saturating_add(1);
}

fn is_below(path: &str, name: &str) -> bool {
    path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

/// A name as it may be told. One that is no plain word could be anything, an address or a token too.
fn told(name: &str) -> &str {
    let is_plain = (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && name.bytes().filter(u8::is_ascii_digit).count() <= 4;
    if is_plain { name } else { "(not a plain word)" }
}

fn letter(found: Found) -> char {
    match found {
        Found::Boolean => 'b',
        Found::Number => 'n',
        Found::Text => 't',
        Found::List => 'l',
        Found::Object => 'o',
        _ => '?',
    }
}

fn kind(found: Found) -> &'static str {
    match found {
        Found::Boolean => "a boolean",
        Found::Number => "a number",
        Found::Text => "a text",
        Found::List => "a list",
        Found::Object => "an object",
        _ => "no JSON value",
    }
}

impl fmt::Display for Drift {
    /// A line for the list, and one for each difference.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = self.records;
        let s = if records == 1 { "" } else { "s" };
        write!(f, "{}: {records} record{s}", self.list.call())?;
        if self.is_none() {
            return writeln!(f, ", {}", if records == 0 { "nothing to compare" } else { "no difference" });
        }
        if self.unread > 0 {
            write!(f, ", {} more that cannot be read", self.unread)?;
        }
        writeln!(f, "{}", if self.is_whole { "" } else { ", and the list was not there or not whole" })?;
        for ((path, kind), count) in &self.new {
            writeln!(f, "  new: {path} ({kind}, {count} of {records})")?;
        }
        for (path, count) in &self.missing {
            writeln!(f, "  missing: {path} (in {count} of {records})")?;
        }
        for ((path, kind), count) in &self.retyped {
            writeln!(f, "  retyped: {path} ({kind}, {count} of {records})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
