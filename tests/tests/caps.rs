//! The defaults of the caps, beside what was ever recorded or documented of the service's answers.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a report")]

use clore_core::limits::Caps;
use clore_core::wire::records::Splitter;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What one document takes of each cap.
#[derive(Default, Debug)]
struct Largest {
    unpacked: usize,
    packed: usize,
    record: usize,
    text: usize,
    rows: usize,
    depth: usize,
}

fn measured(body: &[u8]) -> Largest {
    let mut largest = Largest { unpacked: body.len(), ..Largest::default() };
    let mut packed = Vec::new();
    GzEncoder::new(body, Compression::default()).read_to_end(&mut packed).unwrap();
    largest.packed = packed.len();
    for name in ["servers", "orders", "wallets"] {
        let mut splitter = Splitter::new(name, &Caps::default());
        let _ = splitter.push(body, &mut |record| {
            largest.record = largest.record.max(record.bytes.len());
            largest.rows = largest.rows.max(record.index + 1);
        });
    }
    let (mut depth, mut text, mut escaped) = (0, None, false);
    for byte in body {
        match (text, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(n), b'"') => (largest.text, text) = (largest.text.max(n), None),
            (Some(_), b'\\') => escaped = true,
            (None, b'"') => text = Some(0),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth -= 1,
            _ => {}
        }
        if let (Some(n), false) = (&mut text, matches!(byte, b'"')) {
            *n += 1;
        }
        largest.depth = largest.depth.max(depth);
    }
    largest
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else if entry.path().to_string_lossy().contains(".json") {
            found.push(entry.path());
        }
    }
}

#[test]
fn what_was_recorded_is_far_below_every_default() {
    let named = std::env::var_os("CLORE_RECORDINGS").map(PathBuf::from);
    let folder = named
        .clone()
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings"));
    if named.is_none() && !folder.exists() {
        eprintln!("skipped: there are no recordings here");
        return;
    }
    let mut found = Vec::new();
    files(&folder, &mut found);
    assert!(found.len() > 10, "{found:?}");
    let mut most = Largest::default();
    for file in found {
        let mut body = std::fs::read(&file).unwrap();
        if file.extension().is_some_and(|end| end == "gz") {
            let packed = core::mem::take(&mut body);
            GzDecoder::new(&packed[..]).read_to_end(&mut body).unwrap();
        }
        let one = measured(&body);
        println!("{one:?} {}", file.file_name().unwrap_or_default().to_string_lossy());
        most.unpacked = most.unpacked.max(one.unpacked);
        most.packed = most.packed.max(one.packed);
        most.record = most.record.max(one.record);
        most.text = most.text.max(one.text);
        most.rows = most.rows.max(one.rows);
        most.depth = most.depth.max(one.depth);
    }
    println!("{most:?}: the largest of each");
    let caps = Caps::default();
    // What stands in the docs of the caps.
    assert_eq!((most.unpacked, most.record, most.rows), (2_147_179, 680, 3_500));
    assert_eq!((most.text, most.depth), (68, 6));
    for (cap, seen) in [
        (caps.wire_bytes, most.packed),
        (caps.list_bytes, most.unpacked),
        (caps.record_bytes, most.record),
        (caps.string_bytes, most.text),
        (caps.rows, most.rows),
        (caps.depth, most.depth),
    ] {
        assert!(cap >= 20 * seen, "{cap} is less than twenty times {seen}");
    }
}
