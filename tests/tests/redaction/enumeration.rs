//! Every public type is among what was searched, or is of a kind that can hold no secret.

use crate::{errors, host_and_gigaspot, machines, types};
use clore_tests::canary::seen;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::{Attribute, Item, Visibility};

/// The crates whose types a user gets.
const CRATES: [&str; 6] = ["core", "journal", "adapter", "blocking", "async-tokio", "async-std"];

/// Types that were not met by name, and why no secret is in them.
const UNMET: [(&str, &str); 10] = [
    ("ActiveOrder", "ids and a price"),
    ("Attempt", "what a retry rests on: numbers and words of the program"),
    ("CoinName", "a coin's name, shown as a bounded excerpt"),
    ("GpuModel", "a GPU's name of a listing"),
    ("Header", "a journal's salt; the files of a journal are searched"),
    ("Judgement", "a price"),
    ("PassedOver", "a server's id and a reason, which is met"),
    (
        "Path",
        "a path and query of the program; no call puts a secret there, and keys and bodies are elsewhere",
    ),
    ("RentWarning", "an excerpt of the service's text, which is met"),
    ("Scope", "a base URL without user and password, and a salted tag; records that hold it are met"),
];

/// Public types by name.
#[derive(Default)]
struct Found {
    /// By which words `Debug` shows them.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Those that can be shown at all.
    printable: BTreeSet<String>,
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_test = name.contains("test") || name.starts_with("scripted") || name == "manual";
        match (path.is_dir(), is_test) {
            (_, true) => {}
            (true, _) => sources(&path, found),
            (false, _) if name.ends_with(".rs") => found.push(path),
            _ => {}
        }
    }
}

fn has(attributes: &[Attribute], name: &str, word: &str) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident(name)
            && attribute.meta.require_list().is_ok_and(|list| {
                list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|w| w == word)
            })
    })
}

impl Found {
    fn collect(&mut self, items: Vec<Item>) {
        for item in items {
            match item {
                Item::Mod(module) if !has(&module.attrs, "cfg", "test") => {
                    self.collect(module.content.map(|(_, items)| items).unwrap_or_default());
                }
                Item::Struct(item) => {
                    self.add(&item.vis, &item.attrs, &item.generics, item.ident.to_string(), BTreeSet::new());
                }
                Item::Enum(item) => {
                    let variants = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
                    self.add(&item.vis, &item.attrs, &item.generics, item.ident.to_string(), variants);
                }
                Item::Impl(item) => {
                    let of =
                        item.trait_.and_then(|(_, path, _)| Some(path.segments.last()?.ident.to_string()));
                    if let (Some("Debug" | "Display"), syn::Type::Path(path)) = (of.as_deref(), *item.self_ty)
                    {
                        self.printable.extend(path.path.segments.last().map(|name| name.ident.to_string()));
                    }
                }
                _ => {}
            }
        }
    }

    fn add(
        &mut self,
        visible: &Visibility,
        attributes: &[Attribute],
        generics: &syn::Generics,
        name: String,
        mut words: BTreeSet<String>,
    ) {
        // What is `Copy` holds numbers, and text only of the program itself, unless it borrows.
        let is_plain = has(attributes, "derive", "Copy") && generics.lifetimes().next().is_none();
        if !matches!(visible, Visibility::Public(_)) || is_plain {
            return;
        }
        if has(attributes, "derive", "Debug") {
            self.printable.insert(name.clone());
        }
        words.insert(name.clone());
        self.types.entry(name).or_default().extend(words);
    }
}

fn public_types() -> Found {
    let mut found = Found::default();
    for name in CRATES {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src"), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            found.collect(parsed.items);
        }
    }
    found
}

#[test]
fn every_public_type_was_searched_or_can_hold_no_text() {
    types::no_machine_event_record_or_outcome_shows_a_secret();
    types::no_setting_session_client_or_way_in_shows_a_secret();
    types::what_the_service_keeps_secret_is_not_shown_either();
    types::no_file_of_a_journal_holds_a_secret();
    errors::an_answer_that_plays_a_secret_back_is_not_quoted();
    errors::a_request_that_cannot_be_sent_is_refused_without_its_values();
    host_and_gigaspot::no_machine_of_the_new_calls_shows_a_secret();
    host_and_gigaspot::what_the_service_keeps_secret_in_the_new_answers_is_not_shown();
    machines::no_machine_that_chooses_watches_or_ends_orders_shows_a_secret();
    machines::no_reader_shows_what_it_holds();
    machines::nothing_small_shows_a_secret();
    machines::no_rental_that_is_worked_with_shows_a_secret();
    let (Found { types, printable }, words) = (public_types(), seen::words());
    assert!(printable.len() > 200, "{}", printable.len());
    let unmet: Vec<_> = types
        .iter()
        .filter(|(name, shown)| printable.contains(*name) && shown.is_disjoint(&words))
        .map(|(name, _)| name.as_str())
        .filter(|name| !UNMET.iter().any(|(known, _)| known == name))
        .collect();
    assert!(unmet.is_empty(), "never shown with a canary in reach: {unmet:#?}");
    for (name, why) in UNMET {
        assert!(
            types.get(name).is_some_and(|shown| shown.is_disjoint(&words)),
            "{name} ({why}) is met: strike it"
        );
    }
}
