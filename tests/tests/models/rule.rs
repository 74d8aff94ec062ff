//! The rules that hold for every model: what was written is read, what was not is unknown, and a harm to one field or
//! record costs only that field or record.

use crate::json::{Hand, Json};
use core::fmt::Debug;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// Fields that belong together, what they tell, and the names of all that fields like these can tell.
#[derive(Clone, Debug)]
pub struct Group {
    pub names: Vec<&'static str>,
    pub fields: Vec<(&'static str, Json)>,
    pub told: Vec<(&'static str, String)>,
}

/// What a model tells, by name. What is unknown is not in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told(BTreeMap<&'static str, String>);

impl Told {
    pub fn new<const N: usize>(values: [(&'static str, Option<String>); N]) -> Self {
        let known = values.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Self(known.filter(|(_, value)| !value.is_empty()).collect())
    }

    pub fn and<const N: usize>(mut self, values: [(&'static str, Option<String>); N]) -> Self {
        self.0.extend(Self::new(values).0);
        self
    }
}

/// What is done to a field.
#[derive(Clone, Debug)]
pub enum Harm {
    Deleted,
    Retyped(Json),
    Twice,
}

/// One record: its groups, fields that nobody knows, and how it happens to be written.
#[derive(Clone, Debug)]
pub struct Row {
    groups: Vec<Group>,
    unknown: Vec<(String, Json)>,
    hand: u64,
}

/// A record of these groups.
pub fn row(groups: Vec<BoxedStrategy<Group>>) -> impl Strategy<Value = Row> {
    let unknown = proptest::collection::vec(("x_[a-z]{1,6}", odd()), 0..3);
    (groups, unknown, any::<u64>()).prop_map(|(groups, unknown, hand)| Row { groups, unknown, hand })
}

/// A value of another kind than the one that stood there.
pub fn odd() -> impl Strategy<Value = Json> {
    select(vec![
        Json::word("null"),
        Json::word("true"),
        Json::word("-1"),
        Json::word("0.5"),
        Json::word("1e999"),
        Json::word("7".repeat(5_000)),
        Json::text(""),
        Json::text("NaN"),
        Json::text("-oProxyCommand=id"),
        Json::text("\u{202e}\u{1b}[2J"),
        Json::List(Vec::new()),
        Json::List(vec![Json::List(vec![Json::word("1")])]),
        Json::Map(Vec::new()),
        Json::map([("x", Json::word("1"))]),
    ])
}

/// Harms, each to the field at a place modulo the number of fields.
pub fn harms() -> impl Strategy<Value = Vec<(usize, Harm)>> {
    let retyped = || odd().prop_map(Harm::Retyped);
    let harm = prop_oneof![4 => Just(Harm::Deleted), 6 => retyped(), 1 => Just(Harm::Twice)];
    proptest::collection::vec((0..64_usize, harm), 1..4)
}

/// A field on its way into the document.
struct Field {
    group: usize,
    name: &'static str,
    value: Option<Json>,
    touched: bool,
    twice: bool,
}

impl Row {
    fn fields(&self, harms: &[(usize, Harm)]) -> Vec<Field> {
        let of = |(group, of): (usize, &Group)| {
            let field = move |(name, value): (&'static str, Json)| Field {
                group,
                name,
                value: Some(value),
                touched: false,
                twice: false,
            };
            of.fields.clone().into_iter().map(field).collect::<Vec<_>>()
        };
        let mut fields: Vec<Field> = self.groups.iter().enumerate().flat_map(of).collect();
        let count = fields.len().max(1);
        for (place, harm) in harms {
            let Some(field) = fields.get_mut(place % count) else { continue };
            field.touched = true;
            match harm {
                Harm::Deleted => field.value = None,
                Harm::Retyped(json) => field.value = Some(json.clone()),
                Harm::Twice => field.twice = true,
            }
        }
        fields
    }

    /// The record as a document: its fields in any order.
    fn document(&self, fields: &[Field]) -> String {
        let mut all = self.unknown.clone();
        for field in fields {
            let copies = if field.twice { 2 } else { 1 };
            let value = field.value.iter().map(|value| (field.name.to_owned(), value.clone()));
            all.extend(value.cycle().take(copies));
        }
        let mut hand = Hand::new(self.hand);
        hand.shuffle(&mut all);
        let mut text = String::new();
        Json::Map(all).write(&mut hand, &mut text);
        text
    }

    /// The record without a harm.
    pub fn whole(&self) -> (String, Told) {
        let told = self.groups.iter().flat_map(|group| group.told.iter().cloned()).collect();
        (self.document(&self.fields(&[])), Told(told))
    }
}

/// How a model is read.
#[derive(Clone, Copy)]
pub struct Model<E> {
    pub decode: fn(&[u8]) -> Result<Told, E>,
    /// Whether the first group names the record, which is nothing without it.
    pub is_named: bool,
}

impl<E: Debug> Model<E> {
    /// What was written in any known shape is read, and nothing else is.
    pub fn reads_what_was_written(&self, row: &Row) {
        let (document, told) = row.whole();
        let read = (self.decode)(document.as_bytes()).unwrap_or_else(|error| panic!("{error:?}: {document}"));
        assert_eq!(read, told, "{document}");
    }

    /// A harm costs the fields that it touches: the others are read as before, a field with nothing in it tells
    /// nothing, and a field that comes twice costs the record.
    pub fn a_harm_costs_what_it_touches(&self, row: &Row, harms: &[(usize, Harm)]) {
        let fields = row.fields(harms);
        let document = row.document(&fields);
        let read = (self.decode)(document.as_bytes());
        if fields.iter().any(|field| field.twice && field.value.is_some()) {
            assert!(read.is_err(), "a field twice: {document}");
            return;
        }
        let touched = |group: usize| fields.iter().any(|field| field.group == group && field.touched);
        let is_empty = |group: usize| {
            let mut of = fields.iter().filter(|field| field.group == group);
            of.all(|field| field.value.as_ref().is_none_or(Json::is_empty))
        };
        if self.is_named && is_empty(0) {
            assert!(read.is_err(), "nothing names it: {document}");
            return;
        }
        let read = match read {
            Ok(read) => read,
            Err(_) if self.is_named && touched(0) => return,
            Err(error) => panic!("{error:?}: {document}"),
        };
        let mut expected = BTreeMap::new();
        let mut open = Vec::new();
        for (place, group) in row.groups.iter().enumerate() {
            match (touched(place), is_empty(place)) {
                (false, _) => expected.extend(group.told.iter().cloned()),
                (true, true) => {}
                (true, false) => open.extend(group.names.iter().copied()),
            }
        }
        let mut sure = read.0;
        sure.retain(|name, _| !open.contains(name));
        assert_eq!(sure, expected, "{document}");
    }
}

/// What a list made of its records: those read, in order, and the places of those that were not.
pub struct ListRead {
    pub read: Vec<Told>,
    pub skipped: Vec<usize>,
}

/// A list of records, some of them harmed or replaced by something that is none.
pub fn rows_of_a_list(row: impl Strategy<Value = Row>) -> impl Strategy<Value = Vec<String>> {
    let whole = |(row, harms, odd): (Row, Vec<(usize, Harm)>, Option<Json>)| match odd {
        Some(odd) => odd.written(row.hand),
        None => row.document(&row.fields(&harms)),
    };
    let harms = prop_oneof![2 => Just(Vec::new()), 1 => harms()];
    let row = (row, harms, proptest::option::weighted(0.1, odd()));
    proptest::collection::vec(row.prop_map(whole), 0..8)
}

/// A record is read in a list exactly as it is alone, whatever stands around it; those that cannot be are named by
/// their places.
pub fn keeps_apart<E: Debug>(model: Model<E>, list: fn(&[u8]) -> ListRead, name: &str, rows: &[String]) {
    let body = format!("{{\"{name}\":[{}],\"code\":0}}", rows.join(","));
    let alone: Vec<_> = rows.iter().map(|row| (model.decode)(row.as_bytes()).ok()).collect();
    let together = list(body.as_bytes());
    let odd = alone.iter().enumerate().filter(|(_, read)| read.is_none()).map(|(place, _)| place);
    assert_eq!(together.skipped, odd.collect::<Vec<_>>(), "{body}");
    assert_eq!(together.read, alone.into_iter().flatten().collect::<Vec<_>>(), "{body}");
}
