//! What the fuzzers begin with: recordings, found at run time, and documents made here.

use clore_sandbox::{Clore, Options};
use core::time::Duration;
use http::Request;
use std::path::{Path, PathBuf};

const KEY: &str = "a-key-for-seeds";

/// The bytes a target begins with, beside its committed corpus.
#[must_use]
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "market" | "splitter" | "envelope" => both("marketplace", "GET", "/v1/marketplace", ""),
        "orders" => both("my_orders", "GET", "/v1/my_orders?return_completed=true", ""),
        "wallets" => both("wallets", "GET", "/v1/wallets", ""),
        "hosted" => both("my_servers", "GET", "/v1/my_servers", ""),
        "spot" => both("spot", "GET", "/v1/spot_marketplace?market=7", ""),
        "gigaspot" => both("gigaspot", "GET", "/v1/get_gigaspot", ""),
        // Traces: every byte is an event.
        "call" | "rent" | "pacer" => (0_u8..40).map(|seed| noise(seed, 160)).collect(),
        _ => Vec::new(),
    }
}

/// Bytes that look like nothing, the same ones each time.
fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761).wrapping_add(97);
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        u8::try_from(state >> 24).unwrap_or(0)
    };
    core::iter::repeat_with(next).take(length).collect()
}

/// What was recorded under a name like `word`, and what the sandbox answers.
fn both(word: &str, method: &str, uri: &str, body: &str) -> Vec<Vec<u8>> {
    let mut seeds = recorded(word);
    let mut clore = Clore::new(Options::new().servers(12).key(KEY));
    let server = clore.free().next().unwrap_or_default();
    let create = format!(
        r#"{{"renting_server":{server},"type":"on-demand","currency":"CLORE-Blockchain","image":"cloreai/jupyter:ubuntu24.04-v2","ports":{{"22":"tcp"}},"ssh_key":"ssh-ed25519 AAAA me"}}"#
    );
    for (at, method, uri, body) in
        [(10, "POST", "/v1/create_order", create.as_str()), (60, method, uri, body)]
    {
        let request = Request::builder().method(method).uri(uri).header("auth", KEY);
        if let Ok(request) = request.body(body.as_bytes().to_vec()) {
            let answer = clore.handle(Duration::from_secs(at), request);
            if at == 60 {
                seeds.push(answer.into_body());
            }
        }
    }
    seeds
}

/// Recordings of at most 64 KiB; the longer ones cost a fuzzer more than they teach it.
fn recorded(word: &str) -> Vec<Vec<u8>> {
    let near = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/recordings");
    let folder = std::env::var_os("CLORE_RECORDINGS").map_or(near, PathBuf::from);
    let mut folders = vec![folder];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json")
                && path.file_name().is_some_and(|name| name.to_string_lossy().contains(word))
            {
                found.extend(std::fs::read(path).ok().filter(|bytes| bytes.len() <= 64 << 10));
            }
        }
    }
    found
}
