//! [`Sightings`]: one complete reading of all orders, as `Rent` needs it (`rent.md`, "complete reading").
//!
//! It keeps: a reading that may lack the order looked for is never called complete, and never a failure of the whole
//! call either: what was seen is evidence.

use crate::effect::{Effect, Lane};
use crate::endpoint::{Answer, Endpoint, Reader};
use crate::error::{DecodeError, InvalidRequest, Refusal};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::ServerId;
use crate::model::order::{OddSighting, Sighting};
use crate::wire::envelope::{Judged, judge};
use crate::wire::records::Splitter;

/// Bytes of such a reading, whatever the caps of other lists.
const READING_BYTES: usize = 64 << 20;
/// Rows of such a reading.
const READING_ROWS: usize = 200_000;

/// Reads `my_orders?return_completed=true` as evidence about one server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sightings {
    server: ServerId,
    lane: Lane,
}

/// What one reading saw.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The rows with a readable id, of all servers. Also of an incomplete reading.
    pub rows: Vec<Sighting>,
    /// Whether the reading saw every row that matters, and if not, why.
    pub complete: Result<(), WhyIncomplete>,
}

/// Why a reading does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WhyIncomplete {
    /// A row without a readable id, on this server or on one that cannot be told.
    OddRow(DecodeError),
    /// Not well-formed, cut, over a cap, or without the list.
    Malformed(DecodeError),
    /// The service said no, or sent an `error` beside code 0.
    Refused(Refusal),
}

impl Sightings {
    /// A reading for an order on `server`, in the normal lane.
    #[must_use]
    pub fn new(server: ServerId) -> Self {
        Self {
            server,
            lane: Lane::Normal,
        }
    }

    /// In the lane of the calls that settle what may be billing.
    #[must_use]
    pub fn rescue(mut self) -> Self {
        self.lane = Lane::Rescue;
        self
    }
}

impl Endpoint for Sightings {
    type Output = Reading;
    type Reader = SightingsReader;
    const NAME: &'static str = "my_orders";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn lane(&self) -> Lane {
        self.lane
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        super::request(true)
    }

    fn reader(&self, caps: &Caps) -> SightingsReader {
        let caps = Caps {
            list_bytes: READING_BYTES,
            rows: READING_ROWS,
            ..*caps
        };
        SightingsReader {
            server: self.server,
            depth: caps.depth,
            splitter: Splitter::new("orders", &caps),
            rows: Vec::new(),
            odd: None,
        }
    }
}

/// Splits the list and keeps of each row what is evidence.
pub struct SightingsReader {
    server: ServerId,
    depth: usize,
    splitter: Splitter,
    rows: Vec<Sighting>,
    odd: Option<DecodeError>,
}

impl Reader for SightingsReader {
    type Output = Reading;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        let Self {
            server,
            splitter,
            rows,
            odd,
            ..
        } = self;
        splitter.push(decoded, &mut |record| match Sighting::decode(record.bytes) {
            Ok(row) => rows.push(row),
            // An odd row on another server cannot be the order looked for.
            Err(OddSighting {
                server: Some(other), ..
            }) if other != *server => {}
            Err(OddSighting { error, .. }) => {
                odd.get_or_insert_with(|| {
                    DecodeError::new(
                        &format!("orders[{}]", record.index),
                        error.expected(),
                        error.found(),
                    )
                });
            }
        })
    }

    /// Refusals stay refusals (the operation judges them); everything else is a [`Reading`].
    fn finish(self) -> Answer<Reading> {
        let incomplete = |why| Err(why);
        let complete = match self.splitter.finish() {
            Err(error) => incomplete(WhyIncomplete::Malformed(error)),
            Ok(split) => match judge(&split.skeleton, self.depth) {
                Judged::Refused(refusal) => return Answer::Refused(refusal),
                Judged::SuccessWithError(refusal, _) => incomplete(WhyIncomplete::Refused(refusal)),
                Judged::NoCode(error) | Judged::Malformed(error) => {
                    incomplete(WhyIncomplete::Malformed(error))
                }
                Judged::Success(_) => match (split.list.require("orders"), self.odd) {
                    (Err(error), _) => incomplete(WhyIncomplete::Malformed(error)),
                    (Ok(()), Some(odd)) => incomplete(WhyIncomplete::OddRow(odd)),
                    (Ok(()), None) => Ok(()),
                },
            },
        };
        Answer::Value(Reading {
            rows: self.rows,
            complete,
        })
    }
}

impl core::fmt::Display for WhyIncomplete {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::OddRow(error) => write!(f, "an order that cannot be read ({error})"),
            Self::Malformed(error) => write!(f, "the list of orders could not be read ({error})"),
            Self::Refused(refusal) => write!(f, "the list of orders was not given ({refusal})"),
        }
    }
}
