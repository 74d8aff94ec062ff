//! Caps on what an answer may cost: bytes, depth, rows, text. Every one can be set through `Config::caps`.

/// Upper bounds on one answer. What passes them is a typed error, never a crash.
///
/// The recorded marketplace of 3,500 servers is 2.1 MB, its longest row 680 bytes (api-facts 1.1, 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Caps {
    /// Unpacked bytes of a list (`marketplace`, `my_orders`): 64 MiB.
    pub list_bytes: usize,
    /// Unpacked bytes of any other answer: 4 MiB.
    pub answer_bytes: usize,
    /// Bytes of one record of a list: 1 MiB.
    pub record_bytes: usize,
    /// Records of a list: 200,000.
    pub rows: usize,
    /// Nested brackets: 128.
    pub depth: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { list_bytes: 64 << 20, answer_bytes: 4 << 20, record_bytes: 1 << 20, rows: 200_000, depth: 128 }
    }
}

/// Skipped records kept by name; beyond it they are only counted (design 6, "odd records").
pub const SKIPPED_KEPT: usize = 1_000;
/// Bytes of the service's text kept in an error.
pub const SERVER_TEXT: usize = 512;
/// Bytes of our own wording of a foreign failure.
pub const DETAIL_TEXT: usize = 200;
/// The longest `Retry-After` believed, in seconds.
pub const RETRY_AFTER_SECONDS: u64 = 120;
/// Ids of one `cancel_orders` request (api-facts 3.6).
pub const CANCEL_BATCH: usize = 64;
/// Characters of a cancel's `issue` (api-facts 3.5).
pub const ISSUE_CHARS: usize = 2048;
