//! The shapes in which the service writes one value: each with the value, as a text, that must be read from it.

use crate::json::Json;
use crate::rule::Group;
use proptest::prelude::*;
use proptest::sample::select;

/// `m` with `scale` digits behind the point, without zeros at its end.
pub fn plain(m: u64, scale: usize) -> String {
    let digits = format!("{m:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// A whole number: `5`, `5.0`, `"5"`, `5e0`, `50e-1`.
pub fn integer(most: u64) -> impl Strategy<Value = (u64, Json)> {
    (1..=most, 0..7).prop_map(|(n, shape)| {
        let json = match shape {
            0..=2 => Json::word(n),
            3 => Json::word(format!("{n}.0")),
            4 => Json::text(n),
            5 => Json::word(format!("{n}e0")),
            _ => Json::text(format!("{n}0e-1")),
        };
        (n, json)
    })
}

/// A decimal above 0: in digits, as a text, with an exponent, with zeros behind.
pub fn decimal() -> impl Strategy<Value = (String, Json)> {
    (1_u64..1_000_000_000, 0_usize..8, 0..6).prop_map(|(m, scale, shape)| {
        let value = plain(m, scale);
        let json = match shape {
            0 | 1 => Json::word(&value),
            2 => Json::text(&value),
            3 => Json::word(format!("{m}e-{scale}")),
            4 => Json::text(format!("{m}E-{scale}")),
            _ if value.contains('.') => Json::word(format!("{value}00")),
            _ => Json::word(format!("{value}.00")),
        };
        (value, json)
    })
}

pub fn boolean() -> impl Strategy<Value = (bool, Json)> {
    (any::<bool>(), 0..4).prop_map(|(yes, shape)| {
        let json = match shape {
            0 | 1 => Json::word(yes),
            2 => Json::text(yes),
            _ => Json::word(u8::from(yes)),
        };
        (yes, json)
    })
}

/// A text without blanks around it, and not empty.
pub fn word() -> impl Strategy<Value = String> {
    "[A-Za-z][ -~é€😀]{0,12}[A-Za-z0-9]"
}

/// A coin's name on the wire, and a spelling of it.
pub fn coin() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(vec![
        ("CLORE-Blockchain", "CLORE-Blockchain"),
        ("CLORE-Blockchain", "clore"),
        ("bitcoin", "bitcoin"),
        ("bitcoin", "BTC"),
        ("USD-Blockchain", "USD-Blockchain"),
        ("DOGE", "DOGE"),
    ])
}

/// A date: seconds, milliseconds, digits as a text, RFC 3339.
pub fn date() -> impl Strategy<Value = (i64, Json)> {
    let dates = vec![
        (1_790_000_000_i64, "2026-09-21T14:13:20"),
        (1_735_689_600, "2025-01-01T00:00:00"),
        (1_767_225_599, "2025-12-31T23:59:59"),
    ];
    (select(dates), 0..7).prop_map(|((seconds, text), shape)| {
        let json = match shape {
            0 | 1 => Json::word(seconds),
            2 => Json::word(seconds * 1000 + 7),
            3 => Json::text(seconds),
            4 => Json::text(format!("{text}Z")),
            5 => Json::text(format!("{text}.25+00:00")),
            _ => Json::word(format!("{seconds}.5")),
        };
        (seconds, json)
    })
}

/// The GPUs of a machine: `specs` and `gpu_array`, in the shapes of api-facts 4.5, and what is told by them.
pub fn gpus() -> impl Strategy<Value = (Option<Json>, Option<Json>, Vec<(&'static str, String)>)> {
    let names = select(vec!["NVIDIA GeForce RTX 3090", "RTX A1000", "H100 80GB"]);
    (names, 1_usize..9, 0..5, proptest::option::of(decimal())).prop_map(|(name, count, shape, ram)| {
        let mut told = vec![("gpu", name.to_owned()), ("gpu count", count.to_string())];
        let mut specs = Vec::new();
        let mut array = None;
        let one = || Json::text(name);
        match shape {
            0 | 1 => specs.push(("gpu".to_owned(), Json::text(format!("{count}x {name}")))),
            2 => array = Some(Json::List(vec![one(); count])),
            3 => array = Some(Json::List(vec![Json::List(vec![one(); count])])),
            _ => array = Some(Json::List(vec![Json::map([("name", one())]); count])),
        }
        if let Some((gb, json)) = ram {
            told.push(("gpu ram", gb));
            specs.push(("gpuram".to_owned(), json));
        }
        ((!specs.is_empty()).then_some(Json::Map(specs)), array, told)
    })
}

/// A group of one field, which is there four times in five.
fn one(key: &'static str, values: impl Strategy<Value = (String, Json)> + 'static) -> BoxedStrategy<Group> {
    maybe(&[key], values.prop_map(move |(value, json)| (vec![(key, json)], vec![(key, value)])))
}

/// A group that is there four times in five; `names` are all that it may tell.
pub fn maybe(
    names: &[&'static str],
    there: impl Strategy<Value = (Vec<(&'static str, Json)>, Vec<(&'static str, String)>)> + 'static,
) -> BoxedStrategy<Group> {
    let names = names.to_vec();
    let absent = Group { names: names.clone(), fields: Vec::new(), told: Vec::new() };
    let there = there.prop_map(move |(fields, told)| Group { names: names.clone(), fields, told });
    prop_oneof![1 => Just(absent), 4 => there].boxed()
}

/// A group that is always there.
pub fn always(
    names: &[&'static str],
    there: impl Strategy<Value = (Vec<(&'static str, Json)>, Vec<(&'static str, String)>)> + 'static,
) -> BoxedStrategy<Group> {
    let names = names.to_vec();
    there.prop_map(move |(fields, told)| Group { names: names.clone(), fields, told }).boxed()
}

pub fn integers(keys: &[&'static str]) -> Vec<BoxedStrategy<Group>> {
    keys.iter().map(|key| one(key, integer(1 << 40).prop_map(|(n, json)| (n.to_string(), json)))).collect()
}

pub fn decimals(keys: &[&'static str]) -> Vec<BoxedStrategy<Group>> {
    keys.iter().map(|key| one(key, decimal())).collect()
}

pub fn booleans(keys: &[&'static str]) -> Vec<BoxedStrategy<Group>> {
    keys.iter().map(|key| one(key, boolean().prop_map(|(yes, json)| (yes.to_string(), json)))).collect()
}

pub fn words(keys: &[&'static str]) -> Vec<BoxedStrategy<Group>> {
    keys.iter().map(|key| one(key, word().prop_map(|text| (text.clone(), Json::text(text))))).collect()
}

/// One value under one of several spellings of its key.
pub fn spelled(
    name: &'static str,
    keys: &[&'static str],
    values: impl Strategy<Value = (String, Json)> + 'static,
) -> BoxedStrategy<Group> {
    let there = (select(keys.to_vec()), values);
    maybe(&[name], there.prop_map(move |(key, (value, json))| (vec![(key, json)], vec![(name, value)])))
}

/// A map from coin to amount, in any spelling of two coins: what it tells stands under `coins`.
pub fn by_coin(coins: [&'static str; 2]) -> impl Strategy<Value = (Json, Vec<(&'static str, String)>)> {
    let spelling = |names: &[&'static str]| select(names.to_vec());
    let amount = || proptest::option::of(decimal());
    let spellings = (spelling(&["CLORE-Blockchain", "clore"]), spelling(&["bitcoin", "BTC"]));
    (spellings, amount(), amount()).prop_map(move |((clore, bitcoin), first, second)| {
        let (mut fields, mut told) = (Vec::new(), Vec::new());
        for (spelling, name, amount) in [(clore, coins[0], first), (bitcoin, coins[1], second)] {
            if let Some((value, json)) = amount {
                fields.push((spelling.to_owned(), json));
                told.push((name, value));
            }
        }
        (Json::Map(fields), told)
    })
}
