//! Every fuzz target over its committed corpus, its seeds, and mutations of both, without a fuzzer.

#![allow(clippy::print_stdout, reason = "the last file named is the one that broke a rule")]

use clore_tests::fuzzed::{TARGETS, seeds};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// The committed inputs of a target, with their names.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder(target)).unwrap_or_else(|error| panic!("{target}: {error}"));
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), std::fs::read(path).unwrap())
    };
    entries.map(read).collect()
}

#[test]
fn every_target_keeps_its_rules_over_its_corpus_and_seeds() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        for (file, bytes) in corpus {
            println!("{file}");
            target(&bytes);
        }
        seeds(name).iter().for_each(|bytes| target(bytes));
        target(b"");
    }
}

#[test]
fn the_fuzz_crate_has_exactly_these_targets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, TARGETS.map(|(name, _)| name.to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// One byte changed, a part cut out or said twice: what a fuzzer does first.
    #[test]
    fn every_target_keeps_its_rules_over_changed_inputs(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
        byte in any::<u8>(), change in 0..3,
    ) {
        for (name, target) in TARGETS {
            let mut inputs = seeds(name);
            inputs.extend(corpus(name).into_iter().map(|(_, bytes)| bytes));
            let mut input = which.get(&inputs).clone();
            if !input.is_empty() {
                let (at, other) = (at.index(input.len()), other.index(input.len()));
                let (from, to) = (at.min(other), at.max(other));
                match change {
                    0 => input[at] = byte,
                    1 => drop(input.drain(from..to)),
                    _ => { let part = input[from..to].to_vec(); input.splice(at..at, part); }
                }
            }
            target(&input);
        }
    }
}
