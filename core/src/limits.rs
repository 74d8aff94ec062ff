//! Caps on what an answer may cost: bytes, depth, rows, text. Every one can be set through
//! [`ConfigBuilder::caps`](crate::config::ConfigBuilder::caps); how many calls may wait, by
//! [`ConfigBuilder::queue`](crate::config::ConfigBuilder::queue).

/// Upper bounds on one answer. What passes them is a typed error, never a crash. A cap that is met exactly passes.
///
/// Beside each default stands the largest that was ever seen: in the recorded marketplace of 3,500 servers, or in the
/// other recorded and documented answers (`cargo test -p clore-tests --test caps recorded -- --nocapture` prints them).
///
/// ```
/// use clore_core::{config::Config, limits::Caps};
/// let mut caps = Caps::default();
/// caps.list_bytes = 8 << 20;
/// let settings = Config::builder().caps(caps);
/// # assert!(settings.build().is_ok());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Caps {
    /// Bytes of a head: of each line its name, its value and four more; 64 KiB. No real head was recorded.
    ///
    /// An adapter's HTTP library holds the head before it is counted here, and has bounds of its own: `clore-blocking`
    /// and `clore-async-std` stop reading at [`Caps::head_room`], `clore-tokio` there over HTTP/2 and at 408 KiB, which
    /// cannot be set, over HTTP/1.
    pub head_bytes: usize,
    /// Lines of a head: 100. `clore-blocking` reads at most 128, whatever is set.
    pub head_lines: usize,
    /// Bytes of a body as they come over the wire, packed or not: 64 MiB. The recorded marketplace packs to 290 KB.
    ///
    /// No honest body is longer packed than unpacked, so it is as large as the largest cap of unpacked bytes. It ends
    /// what unpacks to nothing without an end.
    pub wire_bytes: usize,
    /// Unpacked bytes of a list (`marketplace`, `my_orders`): 64 MiB. The recorded marketplace has 2,147,179.
    ///
    /// What is kept of a list may take as much: of each record its value (664 bytes of a server, 592 of an order), the text
    /// it was read from, and what it owns beside that.
    pub list_bytes: usize,
    /// Unpacked bytes of any other answer, and of a list without its records: 4 MiB. The largest seen has 3,340.
    pub answer_bytes: usize,
    /// Bytes of one record of a list: 1 MiB. The longest recorded server has 680. A longer one costs itself alone.
    pub record_bytes: usize,
    /// Bytes of one text or name between its quotes, as written: 1 MiB. The longest recorded has 68.
    ///
    /// A record with a longer one is odd: it is skipped and named, like any other. An answer that is no list cannot be
    /// read then.
    pub string_bytes: usize,
    /// Records of a list: 200,000. The recorded marketplace has 3,500.
    pub rows: usize,
    /// Nested brackets: 128. The deepest recorded has 6.
    pub depth: usize,
    /// Bytes of the service's own words in an error: 512. The longest documented has 23.
    pub error_text: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            head_bytes: 64 << 10,
            head_lines: 100,
            wire_bytes: 64 << 20,
            list_bytes: 64 << 20,
            answer_bytes: 4 << 20,
            record_bytes: 1 << 20,
            string_bytes: 1 << 20,
            rows: 200_000,
            depth: 128,
            error_text: 512,
        }
    }
}

/// What HTTP/2 counts for each line beside its text (RFC 9113, 6.5.2), which is more than HTTP/1 has.
const LINE: usize = 32;
/// Room for what stands before the first line.
const STATUS_LINE: usize = 1 << 10;

impl Caps {
    /// What an adapter sets its HTTP library's buffer for heads to: enough for every head that the caps let through, so
    /// that it is core that refuses the first one that is over them.
    #[must_use]
    pub fn head_room(&self) -> usize {
        self.head_bytes.saturating_add(self.head_lines.saturating_mul(LINE)).saturating_add(STATUS_LINE)
    }
}

/// Skipped records kept by name; beyond it they are only counted (design 6, "odd records").
pub const SKIPPED_KEPT: usize = 1_000;
/// Bytes of our own wording of a foreign failure.
pub const DETAIL_TEXT: usize = 200;
/// The longest `Retry-After` believed, in seconds.
pub const RETRY_AFTER_SECONDS: u64 = 120;
/// Ids of one `cancel_orders` request (api-facts 3.6).
pub const CANCEL_BATCH: usize = 64;
/// Characters of a cancel's `issue` (api-facts 3.5).
pub const ISSUE_CHARS: usize = 2048;
