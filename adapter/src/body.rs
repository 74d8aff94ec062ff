//! One answer's body on its way to the inbox, unpacked as it comes. Here alone and in all adapters, so that core hears
//! how much came in packed: its caps count both.

use clore_core::effect::Delivery;
use clore_core::error::{Failure, FailureKind};
use clore_core::op::Inbox;
use flate2::write::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, StatusCode};
use std::io::{self, Write};

/// Where the bytes of a body go. Its errors are the inbox's stop, or a packing that does not hold.
pub struct Body<'a, 'b>(To<'a, 'b>);

enum To<'a, 'b> {
    Plain(Sink<'a, 'b>),
    /// And whether a byte came: an answer without a body may say that it is packed.
    Packed(Box<MultiGzDecoder<Sink<'a, 'b>>>, bool),
}

struct Sink<'a, 'b>(&'a mut Inbox<'b>);

/// Asks for a body that [`Body`] can unpack.
pub fn ask_packed(headers: &mut HeaderMap) {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
}

impl<'a, 'b> Body<'a, 'b> {
    /// Hands the head on, without the packing that was asked for. Any other is left in it for the inbox to refuse.
    ///
    /// # Errors
    /// The inbox's stop.
    pub fn begin(
        status: StatusCode,
        headers: &mut HeaderMap,
        inbox: &'a mut Inbox<'b>,
    ) -> Result<Self, Failure> {
        let is_gzip = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() == b"gzip");
        let is_packed = is_gzip && headers.get_all(CONTENT_ENCODING).iter().count() == 1;
        if is_packed {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
        }
        inbox.head(status, headers)?;
        let sink = Sink(inbox);
        Ok(Self(match is_packed {
            true => To::Packed(Box::new(MultiGzDecoder::new(sink)), false),
            false => To::Plain(sink),
        }))
    }

    /// Bytes as they came.
    ///
    /// # Errors
    /// The inbox's stop, or a packing that does not hold.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match &mut self.0 {
            To::Plain(sink) => sink.write_all(bytes),
            To::Packed(unpack, came) => {
                *came |= !bytes.is_empty();
                unpack.get_mut().0.packed(bytes.len())?;
                unpack.write_all(bytes)
            }
        }
        .map_err(|_| broken())
    }

    /// The body is over: a packing that is not must not pass for whole.
    ///
    /// # Errors
    /// As [`Body::push`].
    pub fn end(self) -> Result<(), Failure> {
        match self.0 {
            To::Plain(_) | To::Packed(_, false) => Ok(()),
            To::Packed(mut unpack, true) => unpack.try_finish().map_err(|_| broken()),
        }
    }
}

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

/// After a stop of the inbox's own this is not looked at.
fn broken() -> Failure {
    Failure::new(Delivery::Unknown, FailureKind::Protocol, "a body that cannot be unpacked")
}
