//! A little gzip that unpacks to four gigabytes.

use clore_core::error::{Error, ErrorKind, FailureKind, Found};
use clore_tests::client;
use clore_tests::hostile::{Answer, Hostile};
use flate2::{Compress, Compression, FlushCompress};

/// Unpacked, in blocks of this size.
const BLOCK: usize = 1 << 20;
const BLOCKS: usize = 4096;

/// An answer that begins with `start` and goes on with four gigabytes of blanks.
pub fn answer(start: &str) -> Answer {
    filled(start, b' ')
}

fn filled(start: &str, with: u8) -> Answer {
    let mut packer = Compress::new(Compression::fast(), false);
    let mut pack = |bytes: &[u8]| {
        let mut packed = Vec::with_capacity(64 << 10);
        packer.compress_vec(bytes, &mut packed, FlushCompress::Full).unwrap();
        packed
    };
    // A full flush forgets what came before, so each block packs to the same bytes.
    let (head, first, block) = (pack(start.as_bytes()), pack(&vec![with; BLOCK]), pack(&vec![with; BLOCK]));
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    packed.extend(head);
    packed.extend(first);
    (1..BLOCKS).for_each(|_| packed.extend_from_slice(&block));
    assert!(packed.len() < 32 << 20, "{}", packed.len());
    Answer::new(200, &[("content-type", "application/json"), ("content-encoding", "gzip")], packed)
}

/// The most memory this process ever had, in MiB; unknown outside Linux.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()? >> 10)
}

/// A bound was reached: of the size of the answer, or of one record of it.
pub fn is_bounded(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Network(FailureKind::TooLarge) => true,
        ErrorKind::Decode(error) => error.found() == Found::TooLarge,
        _ => false,
    }
}

/// Reliability S19, T9: 204 kB from the network grew the seed by 425 MB.
#[test]
fn decoded_cap_holds_on_bomb() {
    for (start, with) in [
        (r#"{"code":0,"servers":["#, b' '),
        (r#"{"code":0,"servers":[{"id":1,"x":""#, b'a'),
        (r#"{"code":0,"orders":["#, b' '),
        (r#"{"code":0,"orders":[{"id":1,"x":["#, b'1'),
        (r#"{"code":0,"x":""#, b'a'),
    ] {
        let bomb = filled(start, with);
        let service = Hostile::start(move |_, _| bomb.clone());
        let client = client(service.url(), "key");
        let before = most_memory();
        let failures = [client.marketplace(false).err(), client.orders(true).err(), client.wallets().err()];
        for error in failures {
            let error = error.unwrap_or_else(|| panic!("{start}: read to its end"));
            assert!(is_bounded(&error), "{start}: {error:?}");
        }
        if let (Some(before), Some(after)) = (before, most_memory()) {
            // Each copy of the packed answer that the service writes is up to 32 MiB; the unpacked caps are 64.
            assert!(after - before < 400, "{start}: {before} MiB became {after}");
        }
    }
}
