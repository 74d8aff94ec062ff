//! What the fuzzers feed: one function a target, which panics when a rule is broken.
//!
//! The targets of `fuzz/` only hand their bytes over, and the test `corpus` runs every function over its committed
//! corpus, over the recordings and over [`generated documents`](seeds), on stable and without a fuzzer.

mod answers;
mod headers;
mod numbers;
mod pacing;
mod records;
mod renting;
mod seeds;
mod settings;
mod text;
mod trace;
pub(crate) mod walk;

pub use answers::{envelope, gigaspot, hosted, market, orders, records as splitter, spot, wallets};
pub use headers::{dates, heads};
pub use numbers::numbers;
pub use pacing::pacer;
pub use records::journal;
pub use renting::rent;
pub use seeds::seeds;
pub use settings::config;
pub use text::{query, ssh, terminal};
pub use trace::call;

/// One target: its name, which is that of its corpus, and what it is fed to.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 19] = [
    ("call", call),
    ("config", config),
    ("dates", dates),
    ("envelope", envelope),
    ("gigaspot", gigaspot),
    ("heads", heads),
    ("hosted", hosted),
    ("journal", journal),
    ("market", market),
    ("numbers", numbers),
    ("orders", orders),
    ("pacer", pacer),
    ("query", query),
    ("rent", rent),
    ("splitter", splitter),
    ("spot", spot),
    ("ssh", ssh),
    ("terminal", terminal),
    ("wallets", wallets),
];
