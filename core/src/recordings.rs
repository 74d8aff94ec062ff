//! Test-only: the recorded and documented answers.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "tests read files and say so when they cannot"
)]

use std::io::Read;
use std::path::PathBuf;

/// The bytes of one recorded file (unpacked when its name ends in `.gz`), or `None`, said loudly, where this
/// checkout has no recordings. Where the variable is set or `../shared` is there, they must be readable.
pub(crate) fn recording(name: &str) -> Option<Vec<u8>> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let folder = match std::env::var_os("CLORE_RECORDINGS") {
        Some(folder) => PathBuf::from(folder),
        None if std::path::Path::new(shared).exists() => PathBuf::from(shared).join("recordings"),
        None => {
            println!("SKIPPED: no recordings here; set CLORE_RECORDINGS to test against {name}");
            return None;
        }
    };
    let path = folder.join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if !name.ends_with(".gz") {
        return Some(bytes);
    }
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice())
        .read_to_end(&mut unpacked)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(unpacked)
}

/// The raw elements of the list at `key` of a document, in order.
pub(crate) fn rows(document: &[u8], key: &str) -> Vec<Vec<u8>> {
    let whole: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
        serde_json::from_slice(document).unwrap();
    let list: Vec<Box<serde_json::value::RawValue>> =
        serde_json::from_str(whole.get(key).unwrap().get()).unwrap();
    list.iter().map(|row| row.get().as_bytes().to_vec()).collect()
}

/// The big recording's 3,500 raw servers of 2024-05-21.
pub(crate) fn big_market() -> Option<Vec<Vec<u8>>> {
    recording("marketplace-2024-3500-servers.json.gz").map(|bytes| rows(&bytes, "servers"))
}
