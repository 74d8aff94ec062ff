use super::*;
use crate::recordings;
use crate::wire::envelope::{Judged, judge};
use proptest::prelude::*;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

type Outcome = (Vec<Vec<u8>>, Result<Split, DecodeError>);

/// Splits `document` cut into chunks of the given sizes, over and over.
fn split_in(document: &[u8], sizes: &[usize], caps: &Caps) -> Outcome {
    let mut splitter = Splitter::new("servers", caps);
    let mut records = Vec::new();
    let mut sizes = sizes.iter().copied().cycle();
    let mut rest = document;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(sizes.next().unwrap_or(rest.len()).clamp(1, rest.len()));
        let flow = splitter.push(chunk, &mut |record| {
            assert_eq!(record.index, records.len());
            records.push(record.bytes.to_vec());
        });
        if flow == Flow::Stop {
            // A transport that goes on all the same changes nothing.
            let _ = splitter.push(b"{}]", &mut |_| panic!("a record after the stop"));
            break;
        }
        rest = after;
    }
    (records, splitter.finish())
}

fn split(document: &str) -> Outcome {
    split_in(document.as_bytes(), &[], &Caps::default())
}

fn found(document: &str) -> Found {
    split(document).1.unwrap_err().found()
}

fn texts(document: &str) -> Vec<String> {
    let (records, split) = split(document);
    assert!(split.is_ok(), "{document}: {split:?}");
    records.iter().map(|r| String::from_utf8_lossy(r).into_owned()).collect()
}

#[test]
fn records_go_to_the_sink_and_the_rest_to_the_skeleton() {
    let document = r#" { "servers" : [ {"id":1} , {"id":[2,{"servers":[9]}]},"x]" , 5 ,null,[] ] , "my_servers": [3, 4], "code":0 } "#;
    assert_eq!(
        texts(document),
        [r#"{"id":1}"#, r#"{"id":[2,{"servers":[9]}]}"#, r#""x]""#, "5", "null", "[]"]
    );
    let split = split(document).1.unwrap();
    assert_eq!(split.skeleton, br#"{"servers":[],"my_servers":[3, 4],"code":0}"#);
    assert_eq!((split.list, split.records), (ListState::Present, 6));
    assert!(matches!(judge(&split.skeleton, &Caps::default()), Judged::Success(_)));
}

#[test]
fn a_list_inside_something_else_is_not_the_list() {
    let document = r#"{"a":{"servers":[{"id":1}]},"b":[{"servers":[1]}],"code":0}"#;
    assert_eq!(texts(document).len(), 0);
    assert_eq!(split(document).1.unwrap().list, ListState::Missing);
}

#[test]
fn missing_null_and_odd_lists_are_not_empty_ones() {
    for (document, list) in [
        (r#"{"code":0}"#, ListState::Missing),
        ("{}", ListState::Missing),
        (r#"{"Servers":[1]}"#, ListState::Missing),
        (r#"{"servers":null}"#, ListState::Null),
        (r#"{"servers":[]}"#, ListState::Present),
        (r#"{"servers":{"1":{}}}"#, ListState::WrongType(Found::Object)),
        (r#"{"servers":"no"}"#, ListState::WrongType(Found::Text)),
        (r#"{"servers":false}"#, ListState::WrongType(Found::Boolean)),
        (r#"{"servers":-7}"#, ListState::WrongType(Found::Number)),
    ] {
        assert_eq!(texts(document).len(), 0);
        assert_eq!(split(document).1.unwrap().list, list, "{document}");
    }
}

#[test]
fn escaped_keys_count_as_what_they_say() {
    assert_eq!(texts(r#"{"\u0073ervers":[1,2]}"#), ["1", "2"]);
    assert_eq!(texts(r#"{"servers\\":[1,2]}"#).len(), 0);
    assert_eq!(texts(r#"{"ser\"vers":[1,2]}"#).len(), 0);
    assert_eq!(found(r#"{"servers":[1],"serv\u0065rs":[2]}"#), Found::DuplicateKey);
    assert_eq!(found(r#"{"servers":null,"servers":[2]}"#), Found::DuplicateKey);
}

#[test]
fn a_broken_document_never_comes_out_complete() {
    for (document, expected) in [
        ("", Found::Empty),
        (" \r\n", Found::Empty),
        ("\u{feff}", Found::Empty),
        ("null", Found::Null),
        ("[]", Found::List),
        ("\"x\"", Found::Text),
        ("<html>", Found::NotJson),
        ("7", Found::Number),
        ("error code: 1010", Found::NotJson),
        (" \u{feff}{}", Found::NotJson),
        ("{", Found::Missing),
        (r#"{"servers":["#, Found::Missing),
        (r#"{"servers":[{"id":1}"#, Found::Missing),
        (r#"{"servers":[{"id":1}]"#, Found::Missing),
        (r#"{"servers":[{"id":"1"#, Found::Missing),
        (r#"{"servers":[1],"code":0"#, Found::Missing),
        (r#"{"servers":[12"#, Found::Missing),
        (r#"{"servers":[1 2]}"#, Found::NotJson),
        (r#"{"servers":[{}{}]}"#, Found::NotJson),
        (r#"{"servers":[,1]}"#, Found::NotJson),
        (r#"{"servers":[1,]}"#, Found::NotJson),
        (r#"{"servers":[1,,2]}"#, Found::NotJson),
        (r#"{"servers":[1}"#, Found::NotJson),
        (r#"{"servers":[{"a":[}]}]}"#, Found::NotJson),
        (r#"{"servers":[{"a":1]]}"#, Found::NotJson),
        (r#"{"servers":[tru{}]}"#, Found::NotJson),
        (r#"{"servers":[1"a"]}"#, Found::NotJson),
        (r#"{"servers":[:]}"#, Found::NotJson),
        (r#"{"servers":[{\}]}"#, Found::NotJson),
        (r#"{"servers" [1]}"#, Found::NotJson),
        (r#"{"servers"::[1]}"#, Found::NotJson),
        (r#"{"a":1,}"#, Found::NotJson),
        (r#"{,}"#, Found::NotJson),
        (r#"{"a"}"#, Found::NotJson),
        (r#"{"a":}"#, Found::NotJson),
        (r#"{"a":1 "b":2}"#, Found::NotJson),
        (r#"{a:1}"#, Found::NotJson),
        (r#"{"a":1]"#, Found::NotJson),
        ("{}x", Found::TrailingBytes),
        ("{}{}", Found::TrailingBytes),
        (r#"{"servers":[1]}}"#, Found::TrailingBytes),
        ("{}\0", Found::TrailingBytes),
    ] {
        assert_eq!(found(document), expected, "{document}");
        let whole = split(document);
        for size in 1..5 {
            assert_eq!(split_in(document.as_bytes(), &[size], &Caps::default()), whole, "{document}");
        }
    }
    // What the skeleton holds is judged by the envelope's decoder.
    for document in
        [r#"{"a":nope}"#, r#"{"servers":nul}"#, r#"{"a":01,"code":0}"#, "{\"a\":\"\u{1}\",\"code\":0}"]
    {
        let split = split(document).1.unwrap();
        assert!(matches!(judge(&split.skeleton, &Caps::default()), Judged::Malformed(_)), "{document}");
    }
}

#[test]
fn every_cap_ends_in_a_typed_error_at_the_same_record() {
    let caps =
        Caps { list_bytes: 120, answer_bytes: 40, record_bytes: 20, rows: 3, depth: 5, ..Caps::default() };
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    for (document, records, expected) in [
        (r#"{"servers":[1,2,3],"code":0}"#.to_owned(), 3, None),
        (r#"{"servers":[1,2,3,4]}"#.to_owned(), 3, Some(Found::TooLarge)),
        (r#"{"servers":["123456789012345678"]}"#.to_owned(), 1, None),
        (r#"{"servers":[0,"1234567890123456789"]}"#.to_owned(), 2, None),
        (r#"{"servers":[0,123456789012345678901]}"#.to_owned(), 2, None),
        (format!("{{\"a\":\"{}\"}}", "x".repeat(40)), 0, Some(Found::TooLarge)),
        (format!("{{\"a\":{}}}", "1".repeat(40)), 0, Some(Found::TooLarge)),
        (format!("{{\"servers\":[1{}2]}}", " ".repeat(120)), 1, Some(Found::TooLarge)),
        (format!("{{\"a\":{}}}", nested(4)), 0, None),
        (format!("{{\"a\":{}}}", nested(5)), 0, Some(Found::TooDeep)),
        (format!("{{\"servers\":[{}]}}", nested(3)), 1, None),
        (format!("{{\"servers\":[{}]}}", nested(4)), 0, Some(Found::TooDeep)),
    ] {
        for size in [1, 3, 7, 1_000] {
            let (seen, split) = split_in(document.as_bytes(), &[size], &caps);
            assert_eq!(split.err().map(|e| e.found()), expected, "{document} by {size}");
            assert_eq!(seen.len(), records, "{document} by {size}");
        }
    }
    let deep = "[".repeat(100_000);
    assert_eq!(found(&format!("{{\"servers\":[{deep}")), Found::TooDeep);
    assert_eq!(found(&format!("{{\"a\":{deep}")), Found::TooDeep);
    let error = split(r#"{"servers":[{},{"a":]}]}"#).1.unwrap_err();
    assert_eq!(error.path(), "servers[1]");
}

/// Reliability S23 for sizes: a record over its cap costs itself, whatever the chunks.
#[test]
fn a_record_or_text_that_meets_its_cap_passes_and_one_byte_more_costs_that_record() {
    let caps = Caps { record_bytes: 20, string_bytes: 9, ..Caps::default() };
    let document = r#"{"a long name":"a long text","servers":[1,{"i":"123456789"},{"i":"1234567890"},{"a long name":1},
        ["123456789","1234"],["123456789","12345"],11111111111111111111,222222222222222222222,{"i":"12345678\""},
        ["\\\\\\\\\\\\\"123"],3],"code":0}"#;
    let (cut, text) = (Some(Over::Record), Some(Over::Text));
    let expected = [None, None, text, text, None, cut, None, cut, text, cut, None];
    for size in [1, 2, 3, 7, 1_000] {
        let mut splitter = Splitter::new("servers", &caps);
        let mut seen = Vec::new();
        for chunk in document.as_bytes().chunks(size) {
            let _ = splitter.push(chunk, &mut |record| seen.push((record.over, record.bytes.len())));
        }
        assert!(splitter.finish().is_ok());
        assert_eq!(seen.iter().map(|(over, _)| *over).collect::<Vec<_>>(), expected, "by {size}");
        assert!(seen.iter().all(|(over, bytes)| *bytes <= 20 && (*over != cut || *bytes == 20)), "{seen:?}");
    }
}

#[test]
fn a_byte_order_mark_at_the_start_is_passed_over_in_any_cut() {
    let document = "\u{feff}{\"servers\":[1],\"code\":0}";
    for size in 1..6 {
        let (records, split) = split_in(document.as_bytes(), &[size], &Caps::default());
        assert_eq!((records.len(), split.is_ok()), (1, true));
    }
}

/// serde's view of the same document: the raw elements, when all of it is valid.
fn by_serde(document: &[u8]) -> Option<Vec<Vec<u8>>> {
    let whole: BTreeMap<String, &RawValue> = serde_json::from_slice(document).ok()?;
    let list: Vec<&RawValue> = serde_json::from_str(whole.get("servers")?.get()).ok()?;
    Some(list.iter().map(|row| row.get().as_bytes().to_vec()).collect())
}

#[test]
fn the_recordings_split_alike_in_any_cut_and_as_serde_does() {
    for name in [
        "marketplace-2024-4-servers.json",
        "marketplace-2024-edge-cases.json",
        "marketplace-2024-3500-servers.json.gz",
        "third-party-fixtures/marketplace-server-with-usd-block.json",
        "documented/marketplace-cli-sdk-page.json",
    ] {
        let Some(document) = recordings::recording(name) else {
            return;
        };
        let whole = split_in(&document, &[], &Caps::default());
        assert_eq!(Some(&whole.0), by_serde(&document).as_ref(), "{name}");
        for sizes in [&[1][..], &[2, 3, 5, 7, 11], &[680], &[16_384], &[65_536, 1]] {
            assert_eq!(split_in(&document, sizes, &Caps::default()), whole, "{name} by {sizes:?}");
        }
    }
}

fn value() -> impl Strategy<Value = String> {
    let text = prop::string::string_regex(r#"([a-z \[\]{},:]|\\"|\\\\|\\u0041|é){0,8}"#).unwrap();
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("1e-7".to_owned()),
        Just("-0.5".to_owned()),
        any::<i32>().prop_map(|n| n.to_string()),
        text.prop_map(|t| format!("\"{t}\"")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![Just("servers"), Just("id"), Just("a")];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(" , "))),
            prop::collection::btree_map(key, inner, 0..3).prop_map(|m| {
                let fields: Vec<_> = m.iter().map(|(k, v)| format!("\"{k}\" :{v}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

fn document() -> impl Strategy<Value = String> {
    (prop::collection::vec(value(), 0..6), value(), value(), any::<bool>()).prop_map(|(rows, a, b, first)| {
        let list = format!("\"servers\": [{}]", rows.join(",\n "));
        let list = if first { format!("{list},\"a\":{a}") } else { format!("\"a\":{a},{list}") };
        format!("{{{list},\"b\":{b},\"code\":0}}")
    })
}

proptest! {
    #[test]
    fn any_cut_of_a_valid_document_gives_what_serde_gives(document in document(),
            sizes in prop::collection::vec(1_usize..40, 1..20)) {
        let (records, split) = split_in(document.as_bytes(), &sizes, &Caps::default());
        prop_assert_eq!(Some(records), by_serde(document.as_bytes()));
        let split = split.unwrap();
        prop_assert!(matches!(judge(&split.skeleton, &Caps::default()), Judged::Success(_)));
        prop_assert_eq!((Vec::new(), Ok(Split { records: 0, ..split.clone() })),
            split_in(&split.skeleton, &sizes, &Caps::default()));
    }

    #[test]
    fn a_damaged_document_splits_alike_in_any_cut_and_is_never_called_whole(document in document(),
            at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0_u8..3,
            sizes in prop::collection::vec(1_usize..40, 1..20)) {
        let mut bytes = document.into_bytes();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => drop(bytes.remove(at)),
            _ => bytes.truncate(at),
        }
        let (records, split) = split_in(&bytes, &[], &Caps::default());
        prop_assert_eq!(&split_in(&bytes, &sizes, &Caps::default()), &(records.clone(), split.clone()));
        let all_valid = records.iter().all(|r| serde_json::from_slice::<&RawValue>(r).is_ok());
        if let Ok(split) = split {
            // Whole, and each part valid: then so is the document. A key twice is refused by the decoder.
            if all_valid && !matches!(judge(&split.skeleton, &Caps::default()), Judged::Malformed(_)) {
                prop_assert!(serde_json::from_slice::<&RawValue>(&bytes).is_ok());
            }
        } else if let Some(rows) = by_serde(&bytes) {
            // Refused though valid: only for the list's key twice, of which serde's map keeps one.
            prop_assert!(split.unwrap_err().found() == Found::DuplicateKey, "{} rows", rows.len());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), size in 1_usize..20) {
        let _ = split_in(&bytes, &[size], &Caps::default());
    }
}
