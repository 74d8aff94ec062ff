//! [`Raw`]: any endpoint's request, its answer as bytes. [`Beside`]: the typed answer and the bytes it was read from.

use super::reader::{Answer, Body, Reader};
use super::{Endpoint, InvalidRequest, Proof};
use crate::effect::{Effect, Lane};
use crate::flow::Flow;
use crate::foreign_address::ForeignAddress;
use crate::limits::Caps;
use crate::model::{OrderId, Rate, ServerId};

/// What a wrapper takes from the call inside: every method of [`Endpoint`] that does not speak of the answer. One piece
/// for both, because what one of them forgets is a call that limits and journal see wrongly.
macro_rules! all_but_the_answer_is_the_inner_calls {
    () => {
        fn effect(&self) -> Effect {
            self.0.effect()
        }

        fn lane(&self) -> Lane {
            self.0.lane()
        }

        fn needs_key(&self) -> bool {
            self.0.needs_key()
        }

        fn address(&self) -> Option<&ForeignAddress> {
            self.0.address()
        }

        fn server(&self) -> Option<ServerId> {
            self.0.server()
        }

        fn prices(&self) -> Vec<Option<Rate>> {
            self.0.prices()
        }

        fn is_price_sure(&self) -> bool {
            self.0.is_price_sure()
        }

        fn reprices(&self) -> Vec<(OrderId, Rate)> {
            self.0.reprices()
        }

        fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
            self.0.request()
        }
    };
}

/// Sends what `E` sends, in the same lane and under the same rules, and gives back the body as it came.
///
/// Nothing is decoded, not even the envelope: a refusal is bytes as well. Its cap is [`Caps::list_bytes`].
///
/// # Money
/// A money call ends well only when the answer proves what became of it ([`Endpoint::proof`]), a rental by naming the
/// order; every other answer, a refusal too, is an unknown outcome, and its intent stays open.
#[derive(Clone, Debug)]
pub struct Raw<E>(pub E);

impl<E: Endpoint> Raw<E> {
    /// What the bytes are to the endpoint itself.
    fn read(&self, output: &[u8]) -> Option<E::Output> {
        let mut reader = self.0.reader(&Caps::default());
        let _ = reader.push(output);
        reader.finish().into_value()
    }
}

impl<E: Endpoint> Endpoint for Raw<E> {
    type Output = Vec<u8>;
    type Reader = RawReader;
    const NAME: &'static str = E::NAME;

    all_but_the_answer_is_the_inner_calls!();

    fn placed(&self, output: &Vec<u8>) -> Option<OrderId> {
        self.read(output).and_then(|value| self.0.placed(&value))
    }

    fn proof(&self, output: &Vec<u8>) -> Proof {
        self.read(output).map_or(Proof::Nothing, |value| self.0.proof(&value))
    }

    fn reader(&self, caps: &Caps) -> RawReader {
        RawReader(Body::new(caps.list_bytes))
    }
}

/// Keeps the body.
#[derive(Clone, Debug)]
pub struct RawReader(Body);

impl Reader for RawReader {
    type Output = Vec<u8>;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.0.push(decoded)
    }

    fn finish(self) -> Answer<Vec<u8>> {
        self.0.into_bytes().map_or_else(Answer::Malformed, Answer::Value)
    }
}

/// Sends what `E` sends and gives both the typed answer and the body it was read from, for whoever wants a field that
/// the types do not have.
///
/// Bytes are kept up to [`Caps::list_bytes`]; a longer answer is an error, though `E` alone may have read it.
#[derive(Clone, Debug)]
pub struct Beside<E>(pub E);

/// A typed answer and its bytes. `Debug` shows their number only: they may hold addresses and tokens.
#[derive(Clone)]
#[non_exhaustive]
pub struct WithRaw<T> {
    /// The answer.
    pub value: T,
    /// The unpacked body as it came.
    pub raw: Vec<u8>,
}

impl<T: core::fmt::Debug> core::fmt::Debug for WithRaw<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("WithRaw").field("value", &self.value).field("raw", &self.raw.len()).finish()
    }
}

impl<E: Endpoint> Endpoint for Beside<E> {
    type Output = WithRaw<E::Output>;
    type Reader = BesideReader<E::Reader>;
    const NAME: &'static str = E::NAME;

    all_but_the_answer_is_the_inner_calls!();

    fn placed(&self, output: &Self::Output) -> Option<OrderId> {
        self.0.placed(&output.value)
    }

    fn proof(&self, output: &Self::Output) -> Proof {
        self.0.proof(&output.value)
    }

    fn is_drifting(&self, output: &Self::Output) -> bool {
        self.0.is_drifting(&output.value)
    }

    fn reader(&self, caps: &Caps) -> Self::Reader {
        BesideReader { typed: self.0.reader(caps), raw: Body::new(caps.list_bytes) }
    }
}

/// Reads and keeps.
#[derive(Clone, Debug)]
pub struct BesideReader<R> {
    typed: R,
    raw: Body,
}

impl<R: Reader> Reader for BesideReader<R> {
    type Output = WithRaw<R::Output>;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        match self.raw.push(decoded) {
            Flow::Continue => self.typed.push(decoded),
            Flow::Stop => Flow::Stop,
        }
    }

    fn finish(self) -> Answer<Self::Output> {
        match self.raw.into_bytes() {
            Ok(raw) => self.typed.finish().map(|value| WithRaw { value, raw }),
            Err(error) => Answer::Malformed(error),
        }
    }
}
