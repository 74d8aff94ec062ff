//! [`Gather`]: what both readers of the marketplace share: split, decode, watch the unit, keep what is wanted.

use crate::endpoint::reader::Answer;
use crate::error::{DecodeError, Found};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{Rates, Server, ServerId};
use crate::search::{Tripwire, UnitDoubt};
use crate::wire::envelope::{Fields, judge};
use crate::wire::number;
use crate::wire::records::{Record, Splitter};
use crate::wire::rows::SkippedRows;

/// What is wanted of a listing.
pub(super) trait Keep: Send {
    /// Whether a raw record may be one that is wanted.
    fn may_want(&self, raw: &[u8]) -> bool;
    /// Keeps the server, which owns so many bytes, if it is wanted.
    fn keep(&mut self, server: Server, rates: &Rates, owns: usize);
    /// Whether there is more than may be kept.
    fn is_over(&self) -> bool;
}

/// Reads a listing record by record.
pub(super) struct Gather<K> {
    caps: Caps,
    splitter: Splitter,
    kept: Kept<K>,
}

struct Kept<K> {
    keep: K,
    rates: Rates,
    tripwire: Tripwire,
    skipped: SkippedRows,
    passed_over: usize,
}

/// What was seen beside the servers kept.
pub(super) struct Seen {
    pub(super) skipped: SkippedRows,
    pub(super) passed_over: usize,
    pub(super) records: usize,
    pub(super) my_servers: Vec<ServerId>,
    pub(super) unit_doubt: Option<UnitDoubt>,
}

impl<K: Keep> Gather<K> {
    pub(super) fn new(keep: K, rates: &Rates, caps: &Caps) -> Self {
        Self {
            caps: *caps,
            splitter: Splitter::new("servers", caps),
            kept: Kept {
                keep,
                rates: rates.clone(),
                tripwire: Tripwire::new(),
                skipped: SkippedRows::default(),
                passed_over: 0,
            },
        }
    }

    pub(super) fn push(&mut self, decoded: &[u8]) -> Flow {
        let Self { splitter, kept, .. } = self;
        let flow = splitter.push(decoded, &mut |record| kept.take(record));
        if kept.keep.is_over() { Flow::Stop } else { flow }
    }

    pub(super) fn finish<O>(self, make: impl FnOnce(K, Seen) -> Result<O, DecodeError>) -> Answer<O> {
        // What is over is told first: the splitter was stopped in the middle then.
        let split = match self.kept.within().and_then(|()| self.splitter.finish()) {
            Ok(split) => split,
            Err(error) => return Answer::Malformed(error),
        };
        let kept = self.kept;
        Answer::read(judge(&split.skeleton, &self.caps), |fields| {
            split.list.require("servers")?;
            let seen = Seen {
                skipped: kept.skipped,
                passed_over: kept.passed_over,
                records: split.records,
                my_servers: own_servers(fields),
                unit_doubt: kept.tripwire.doubt(),
            };
            make(kept.keep, seen)
        })
    }
}

impl<K: Keep> Kept<K> {
    fn within(&self) -> Result<(), DecodeError> {
        let over = DecodeError::new("servers", "a list of the allowed size", Found::TooLarge);
        if self.keep.is_over() { Err(over) } else { Ok(()) }
    }

    fn take(&mut self, record: Record<'_>) {
        if !self.must_read(record.bytes) {
            self.passed_over = self.passed_over.saturating_add(1);
            return;
        }
        match record.within().and_then(|()| Server::decode(record.bytes)) {
            Err(reason) => self.skipped.add(record, reason),
            Ok(server) => {
                // Whether or not it is wanted: a search for other cards must notice a changed unit as well.
                self.tripwire.observe(&server, &self.rates);
                let owns = record.bytes.len().saturating_add(server.owned_bytes());
                self.keep.keep(server, &self.rates, owns);
            }
        }
    }

    /// An escape can spell any character, so no record with a backslash is passed over.
    fn must_read(&self, raw: &[u8]) -> bool {
        self.keep.may_want(raw)
            || memchr::memmem::find(raw, Tripwire::NEEDLE).is_some()
            || memchr::memchr(b'\\', raw).is_some()
    }
}

/// Informational, so what is odd is left out.
fn own_servers(fields: &Fields<'_>) -> Vec<ServerId> {
    let ids = fields.list("my_servers").unwrap_or_default();
    ids.into_iter().filter_map(number::integer).map(ServerId::new).collect()
}
