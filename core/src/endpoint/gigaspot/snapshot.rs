//! The gigaspot snapshot: a file on a CDN, a map from server id to server (api-facts 3.12). It has no envelope.
//!
//! It keeps: what is no map is an error; one odd row costs that row and is told; an envelope in place of the map (a
//! refusal) is read as one and never as an empty market.

use crate::effect::Effect;
use crate::endpoint::reader::Body;
use crate::endpoint::{Answer, Endpoint, InvalidRequest, Reader};
use crate::error::{DecodeError, Found};
use crate::flow::Flow;
use crate::foreign_address::ForeignAddress;
use crate::limits::Caps;
use crate::model::{GigaspotServer, ServerId};
use crate::wire::envelope::judge;
use crate::wire::rows::SkippedRows;
use crate::wire::{bounds, value};
use core::fmt;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;

/// Reads the snapshot that lies at a checked address, without the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GigaspotSnapshot {
    address: ForeignAddress,
}

/// The servers of a snapshot.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct SnapshotRows {
    /// Those that could be read, in the snapshot's order.
    pub servers: Vec<GigaspotServer>,
    /// Those that could not.
    pub skipped: SkippedRows,
}

impl GigaspotSnapshot {
    /// Reads what lies at `address`.
    #[must_use]
    pub fn new(address: ForeignAddress) -> Self {
        Self { address }
    }

    /// Where it lies.
    #[must_use]
    pub fn at(&self) -> &ForeignAddress {
        &self.address
    }
}

impl Endpoint for GigaspotSnapshot {
    type Output = SnapshotRows;
    type Reader = SnapshotReader;
    const NAME: &'static str = "gigaspot_snapshot";

    fn effect(&self) -> Effect {
        Effect::Read
    }

    fn is_drifting(&self, output: &SnapshotRows) -> bool {
        output.skipped.is_drift(output.servers.len())
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn address(&self) -> Option<&ForeignAddress> {
        Some(&self.address)
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        let mut request = http::Request::new(Vec::new());
        *request.uri_mut() = self.address.uri().clone();
        Ok(request)
    }

    fn reader(&self, caps: &Caps) -> SnapshotReader {
        SnapshotReader { body: Body::new(caps.list_bytes), caps: *caps }
    }
}

/// Keeps the file, at most [`Caps::list_bytes`], and reads it at the end.
#[derive(Clone, Debug)]
pub struct SnapshotReader {
    body: Body,
    caps: Caps,
}

impl Reader for SnapshotReader {
    type Output = SnapshotRows;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.body.push(decoded)
    }

    fn finish(self) -> Answer<SnapshotRows> {
        let caps = self.caps;
        match self.body.into_bytes() {
            Ok(body) => read(&body, &caps),
            Err(error) => Answer::Malformed(error),
        }
    }
}

fn odd(found: Found) -> DecodeError {
    DecodeError::new("", "a map of servers", found)
}

fn read(body: &[u8], caps: &Caps) -> Answer<SnapshotRows> {
    match rows(body, caps) {
        Ok(Some(rows)) => Answer::Value(rows),
        Ok(None) => Answer::read(judge(body, caps), |_| Err(odd(Found::Object))),
        Err(error) => Answer::Malformed(error),
    }
}

/// The rows, or `None` for an object with a `code`, which is an envelope.
fn rows(body: &[u8], caps: &Caps) -> Result<Option<SnapshotRows>, DecodeError> {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let text = core::str::from_utf8(text).map_err(|_| odd(Found::NotJson))?;
    let whole = Caps { string_bytes: usize::MAX, ..*caps };
    bounds::check(text.as_bytes(), &whole)?;
    match value::found(text) {
        Found::Object => {}
        other => return Err(odd(other)),
    }
    let mut gather = Gather { caps, rows: SnapshotRows::default(), seen: HashSet::new(), end: None };
    let mut input = serde_json::Deserializer::from_str(text);
    let read = input.deserialize_map(&mut gather).is_ok();
    match gather.end {
        Some(End::Envelope) => return Ok(None),
        Some(End::Odd(found)) => return Err(odd(found)),
        None if !read => return Err(odd(Found::NotJson)),
        None => {}
    }
    let rows = gather.rows;
    input.end().map_err(|_| DecodeError::new("", "the end of the document", Found::TrailingBytes))?;
    Ok(Some(rows))
}

/// Takes the entries of the map one by one.
struct Gather<'c> {
    caps: &'c Caps,
    rows: SnapshotRows,
    seen: HashSet<String>,
    end: Option<End>,
}

/// Why reading ended before the end of the map.
enum End {
    Envelope,
    Odd(Found),
}

impl Gather<'_> {
    fn take(&mut self, index: usize, key: &str, raw: &RawValue) -> Option<End> {
        let id = key.parse::<ServerId>().ok();
        // `5` and `05` are one server.
        let name = id.map_or_else(|| key.to_owned(), |id| id.to_string());
        if key == "code" {
            return Some(End::Envelope);
        }
        if index >= self.caps.rows {
            return Some(End::Odd(Found::TooLarge));
        }
        if !self.seen.insert(name) {
            return Some(End::Odd(Found::DuplicateKey));
        }
        let size = raw.get().len();
        let row = match id {
            // The key is the service's text: it is not repeated.
            None => Err(DecodeError::new("", "a server's id", Found::Text)),
            Some(_) if size > self.caps.record_bytes => {
                Err(DecodeError::new("", "a row of the allowed size", Found::TooLarge))
            }
            Some(id) => bounds::check(raw.get().as_bytes(), self.caps)
                .and_then(|()| GigaspotServer::decode(id, raw.get().as_bytes())),
        };
        match row {
            Ok(server) => self.rows.servers.push(server),
            Err(reason) => self.rows.skipped.note(index, || id.map(ServerId::number), reason),
        }
        None
    }
}

impl<'de> Visitor<'de> for &mut Gather<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of servers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        while let Some(Key(key)) = map.next_key()? {
            let raw: &RawValue = map.next_value()?;
            self.end = self.take(index, &key, raw);
            if self.end.is_some() {
                return Err(serde::de::Error::custom("no more is read"));
            }
            index = index.saturating_add(1);
        }
        Ok(())
    }
}

/// A key without a copy where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
