//! [`Sightings`]: one complete reading of all orders, as renting needs it (`rent.md`, "complete reading").
//!
//! It keeps: a reading that may lack the order looked for is never called complete for that order's server, and never
//! a failure of the whole call either: what was seen is evidence.

use crate::effect::Effect;
use crate::endpoint::{Answer, Endpoint, Reader};
use crate::error::{DecodeError, Found, InvalidRequest};
use crate::flow::Flow;
use crate::limits::{Caps, SKIPPED_KEPT};
use crate::model::order::{OddSighting, Sighting};
use crate::model::{OrderId, ServerId};
use crate::wire::envelope::judge;
use crate::wire::records::Splitter;
use std::collections::BTreeSet;

/// Bytes of such a reading, whatever the caps of other lists.
const READING_BYTES: usize = 64 << 20;
/// Rows of such a reading.
const READING_ROWS: usize = 200_000;

/// Reads `my_orders?return_completed=true` as evidence.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Sightings {}

/// What one reading saw.
#[derive(Clone, Default, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The rows with a readable id, of all servers.
    pub rows: Vec<Sighting>,
    odd: Vec<OddSighting>,
    odd_count: usize,
}

impl Reading {
    /// Whether more than half of the rows have no readable id: the service's answers have probably changed.
    #[must_use]
    pub fn is_drifting(&self) -> bool {
        self.odd_count > self.rows.len()
    }

    /// Whether the reading saw every row that may be an order on `server` (`None`: on any).
    ///
    /// # Errors
    /// The first row without a readable id whose server is this one or cannot be told.
    pub fn check_for(&self, server: Option<ServerId>) -> Result<(), DecodeError> {
        let matters = |odd: &&OddSighting| server.is_none() || odd.server.is_none() || odd.server == server;
        if let Some(odd) = self.odd.iter().find(matters) {
            return Err(odd.error.clone());
        }
        if self.odd_count > self.odd.len() {
            return Err(DecodeError::new("orders", "readable ids", Found::TooLarge));
        }
        Ok(())
    }

    /// The servers, where they can be told, of rows without a readable id that do not say they are over. Rows beyond
    /// those that are kept count too.
    pub(crate) fn unreadable_active(&self) -> impl Iterator<Item = Option<ServerId>> {
        let beyond = core::iter::repeat_n(None, self.odd_count.saturating_sub(self.odd.len()));
        self.odd.iter().filter(|odd| !odd.is_over).map(|odd| odd.server).chain(beyond)
    }

    /// The ids of rows that are on `server` or on one that cannot be told (`None`: all).
    #[must_use]
    pub fn ids_on(&self, server: Option<ServerId>) -> BTreeSet<OrderId> {
        let may_be = |row: &&Sighting| server.is_none() || row.server.is_none() || row.server == server;
        self.rows.iter().filter(may_be).map(|row| row.id).collect()
    }
}

impl Sightings {
    /// One reading.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Endpoint for Sightings {
    type Output = Reading;
    type Reader = SightingsReader;
    const NAME: &'static str = "my_orders";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        output.is_drifting()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        super::request(true)
    }

    fn reader(&self, caps: &Caps) -> SightingsReader {
        let caps = Caps { list_bytes: READING_BYTES, rows: caps.rows.min(READING_ROWS), ..*caps };
        SightingsReader { splitter: Splitter::new("orders", &caps), caps, reading: Reading::default() }
    }
}

/// Splits the list and keeps of each row what is evidence.
pub struct SightingsReader {
    caps: Caps,
    splitter: Splitter,
    reading: Reading,
}

impl Reader for SightingsReader {
    type Output = Reading;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        let reading = &mut self.reading;
        // Of a row with a text over its cap the id still counts. A row over its own is cut, so it has none: one that may
        // be ours then spoils the reading.
        self.splitter.push(decoded, &mut |record| match Sighting::decode(record.bytes) {
            Ok(row) => reading.rows.push(row),
            Err(odd) => {
                reading.odd_count = reading.odd_count.saturating_add(1);
                if reading.odd.len() < SKIPPED_KEPT {
                    let path = format!("orders[{}]", record.index);
                    let error = DecodeError::new(&path, odd.error.expected(), odd.error.found());
                    reading.odd.push(OddSighting { server: odd.server, is_over: odd.is_over, error });
                }
            }
        })
    }

    fn finish(self) -> Answer<Reading> {
        let split = match self.splitter.finish() {
            Ok(split) => split,
            Err(error) => return Answer::Malformed(error),
        };
        let reading = self.reading;
        Answer::read(judge(&split.skeleton, &self.caps), |_| {
            split.list.require("orders")?;
            Ok(reading)
        })
    }
}
