//! [`Reader`]: how an answer is read while it comes in, and [`Answer`], what it turned out to be.
//!
//! A reader judges the body alone; the HTTP status is the operation's business. Whatever is pushed, in whatever
//! chunks, ends in one [`Answer`], in bounded memory. Nothing counts before [`Reader::finish`]: `code` comes last.

use crate::error::{DecodeError, Found, Refusal};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::wire::bounds;
use crate::wire::envelope::{Fields, Judged, judge};
use crate::wire::records::Splitter;
use crate::wire::rows::{Listing, Rows};

/// Takes the unpacked bytes of one answer.
pub trait Reader: Send {
    /// What a good answer becomes.
    type Output;

    /// Takes the next bytes. [`Flow::Stop`]: nothing that follows can matter.
    fn push(&mut self, decoded: &[u8]) -> Flow;

    /// The answer is whole.
    fn finish(self) -> Answer<Self::Output>;
}

/// What an answer is, judged from its body alone.
///
/// Closed: what follows from an answer is decided by an exhaustive match over it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use]
pub enum Answer<T> {
    /// Code 0, no `error`, and everything needed was there.
    Value(T),
    /// The service said no; for `set_spot_price` whatever the code.
    Refused(Refusal),
    /// Code 0 together with an `error`: not to be taken for success (api-facts 1.2).
    SuccessWithError {
        /// What the `error` says.
        refusal: Refusal,
        /// What could be read beside it.
        value: Option<T>,
    },
    /// No envelope, no `code`, or not what the call answers; for a spend an unknown outcome.
    Malformed(DecodeError),
}

impl<T> Answer<T> {
    /// The value, if this is one.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The same answer with its value made into another.
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Value(value) => Answer::Value(make(value)),
            Self::Refused(refusal) => Answer::Refused(refusal),
            Self::SuccessWithError { refusal, value } => {
                Answer::SuccessWithError { refusal, value: value.map(make) }
            }
            Self::Malformed(error) => Answer::Malformed(error),
        }
    }

    /// Reads the fields of a judged answer by `decode`.
    pub(crate) fn read(
        judged: Judged<'_>,
        decode: impl FnOnce(&Fields<'_>) -> Result<T, DecodeError>,
    ) -> Self {
        match judged {
            Judged::Success(fields) => match decode(&fields) {
                Ok(value) => Self::Value(value),
                Err(error) => Self::Malformed(error),
            },
            Judged::SuccessWithError(refusal, fields) => {
                Self::SuccessWithError { refusal, value: decode(&fields).ok() }
            }
            Judged::Refused(refusal) => Self::Refused(refusal),
            Judged::NoCode(error) | Judged::Malformed(error) => Self::Malformed(error),
        }
    }
}

/// Keeps the whole body, at most [`Caps::answer_bytes`], and decodes its fields at the end.
#[derive(Clone, Debug)]
pub struct Whole<T> {
    body: Body,
    caps: Caps,
    decode: fn(&Fields<'_>) -> Result<T, DecodeError>,
}

impl<T> Whole<T> {
    /// A reader that turns the fields of a success into a value.
    #[must_use]
    pub fn new(caps: &Caps, decode: fn(&Fields<'_>) -> Result<T, DecodeError>) -> Self {
        Self { body: Body::new(caps.answer_bytes), caps: *caps, decode }
    }
}

impl<T> Reader for Whole<T> {
    type Output = T;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.body.push(decoded)
    }

    fn finish(self) -> Answer<T> {
        match self.body.into_bytes() {
            Ok(body) => Answer::read(judge(&body, &self.caps), self.decode),
            Err(error) => Answer::Malformed(error),
        }
    }
}

/// Splits a list while it comes in, decodes record by record, and keeps only what was decoded.
///
/// A list that is missing, `null` or no list is [`Answer::Malformed`]: never an empty list.
pub struct Streamed<T, O> {
    name: &'static str,
    caps: Caps,
    splitter: Splitter,
    rows: Rows<T>,
    assemble: fn(Listing<T>, &Fields<'_>) -> Result<O, DecodeError>,
}

impl<T, O> Streamed<T, O> {
    /// A reader of the top-level list `name`; `assemble` gets the records and the other fields.
    #[must_use]
    pub fn new(
        name: &'static str,
        caps: &Caps,
        decode: fn(&[u8]) -> Result<T, DecodeError>,
        assemble: fn(Listing<T>, &Fields<'_>) -> Result<O, DecodeError>,
    ) -> Self {
        Self {
            name,
            caps: *caps,
            splitter: Splitter::new(name, caps),
            rows: Rows::new(decode, caps),
            assemble,
        }
    }
}

impl<T, O> Streamed<T, O> {
    /// Says what a record owns beside its texts.
    pub(crate) fn owning(mut self, owned: fn(&T) -> usize) -> Self {
        self.rows = self.rows.owning(owned);
        self
    }
}

impl<T: Send, O> Reader for Streamed<T, O> {
    type Output = O;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        let rows = &mut self.rows;
        let flow = self.splitter.push(decoded, &mut |record| rows.take(record));
        if self.rows.is_over() { Flow::Stop } else { flow }
    }

    fn finish(self) -> Answer<O> {
        // What is over is told first: the splitter was stopped in the middle then.
        let read = self.rows.into_listing(self.name).and_then(|rows| Ok((rows, self.splitter.finish()?)));
        let (listing, split) = match read {
            Ok(read) => read,
            Err(error) => return Answer::Malformed(error),
        };
        Answer::read(judge(&split.skeleton, &self.caps), |fields| {
            split.list.require(self.name)?;
            (self.assemble)(listing, fields)
        })
    }
}

/// A body with a cap.
#[derive(Clone)]
pub(crate) struct Body {
    bytes: Vec<u8>,
    max: usize,
    over: bool,
}

impl Body {
    pub(crate) fn new(max: usize) -> Self {
        Self { bytes: Vec::new(), max, over: false }
    }

    pub(crate) fn push(&mut self, decoded: &[u8]) -> Flow {
        self.over |= decoded.len() > self.max.saturating_sub(self.bytes.len());
        if self.over {
            return Flow::Stop;
        }
        bounds::append(&mut self.bytes, decoded, self.max);
        Flow::Continue
    }

    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, DecodeError> {
        if self.over {
            return Err(DecodeError::new("", "an answer of the allowed size", Found::TooLarge));
        }
        Ok(self.bytes)
    }
}

impl core::fmt::Debug for Body {
    /// The size only: an answer may hold addresses and tokens.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}
