//! One answer's body on its way to the inbox, unpacked as it comes: the caps count what is unpacked.

use clore_core::effect::Delivery;
use clore_core::error::{Failure, FailureKind};
use clore_core::op::Inbox;
use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use std::io::{self, Write};

/// Where bytes go; its errors are the inbox's stop, or a packing that does not hold.
pub(crate) enum Body<'a, 'b> {
    Plain(Sink<'a, 'b>),
    Packed(Box<MultiGzDecoder<Sink<'a, 'b>>>),
}

pub(crate) struct Sink<'a, 'b>(&'a mut Inbox<'b>);

impl Write for Sink<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !bytes.is_empty() {
            self.0.data(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes the packing that we asked for out of the head; whether it was there. Any other is left for the inbox to refuse.
pub(crate) fn unpacked_head(headers: &mut HeaderMap) -> bool {
    let is_gzip = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() == b"gzip");
    let is_one = headers.get_all(CONTENT_ENCODING).iter().count() == 1;
    if is_gzip && is_one {
        headers.remove(CONTENT_ENCODING);
        headers.remove(CONTENT_LENGTH);
    }
    is_gzip && is_one
}

impl<'a, 'b> Body<'a, 'b> {
    pub(crate) fn new(packed: bool, inbox: &'a mut Inbox<'b>) -> Self {
        let sink = Sink(inbox);
        if packed { Self::Packed(Box::new(MultiGzDecoder::new(sink))) } else { Self::Plain(sink) }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Plain(sink) => sink.write_all(bytes),
            Self::Packed(unpack) => unpack.write_all(bytes),
        }
        .map_err(|_| broken())
    }

    /// The body is over: a packing that is not must not pass for whole.
    pub(crate) fn end(self) -> Result<(), Failure> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Packed(mut unpack) => unpack.try_finish().map_err(|_| broken()),
        }
    }
}

/// After a stop of the inbox's own this is not looked at.
fn broken() -> Failure {
    Failure::new(Delivery::Unknown, FailureKind::Protocol, "a body that cannot be unpacked")
}
