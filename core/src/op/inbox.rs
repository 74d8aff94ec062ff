//! [`Inbox`]: where a transport pushes one answer. It owns the checks, so that every transport has them.
//!
//! Invariant: whatever the transport does, the operation hears at most one head, then data, then exactly one end or
//! failure; "never sent" is believed only while no head was seen.

use super::exchange::Head;
use crate::effect::Delivery;
use crate::error::{Failure, FailureKind};
use crate::flow::Flow;
use crate::time::Moment;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, StatusCode};

/// Who hears what an [`Inbox`] let through.
pub(crate) trait Receive {
    fn head(&mut self, head: Head<'_>) -> Flow;
    fn data(&mut self, decoded: &[u8]) -> Flow;
    fn close(&mut self, now: Moment, received: Received);
}

/// How an exchange ended, after the inbox's checks.
#[derive(Debug)]
pub(crate) enum Received {
    /// Whole, or ended by the reader's own stop.
    End,
    /// Not whole.
    Failed(Failure),
}

/// Lent to a transport for one exchange: push a head, then data, then return.
pub struct Inbox<'a> {
    to: &'a mut (dyn Receive + Send + 'a),
    mark: Option<Delivery>,
    state: State,
    declared: Option<u64>,
    seen: u64,
}

#[derive(Debug)]
enum State {
    NoHead,
    Body,
    Stopped,
    Broken(&'static str),
}

/// The reader wants no more. Return it with `?`: it turns into a [`Failure`] that the inbox recognises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stop(());

const STOPPED: &str = "stopped by the reader";

impl From<Stop> for Failure {
    fn from(_: Stop) -> Self {
        Self::new(Delivery::Unknown, FailureKind::Protocol, STOPPED)
    }
}

impl From<Stop> for std::io::Error {
    fn from(_: Stop) -> Self {
        Self::other(STOPPED)
    }
}

impl<'a> Inbox<'a> {
    pub(crate) fn new(to: &'a mut (dyn Receive + Send + 'a)) -> Self {
        Self { to, mark: None, state: State::NoHead, declared: None, seen: 0 }
    }

    /// Says how far the request got, before any failure: `NotSent` first, `Unknown` before the first byte. Optional;
    /// it lets a deadline that passes while connecting count as "never sent".
    pub fn mark(&mut self, delivery: Delivery) {
        self.mark = Some(delivery);
    }

    /// The head of the answer, once, before any data.
    ///
    /// Whoever unpacks the body removes `content-encoding` and `content-length` from the headers first.
    ///
    /// # Errors
    /// [`Stop`] when no more is wanted; return it.
    pub fn head(&mut self, status: StatusCode, headers: &HeaderMap) -> Result<(), Stop> {
        match self.state {
            State::NoHead => {}
            State::Body => return self.refuse("a second head"),
            State::Stopped | State::Broken(_) => return Err(Stop(())),
        }
        let encoded = headers.get_all(CONTENT_ENCODING).iter().any(|value| value.as_bytes() != b"identity");
        self.state = State::Body;
        if encoded {
            return self.refuse("a body that was not unpacked");
        }
        match declared_length(headers) {
            Ok(length) => self.declared = length,
            Err(()) => return self.refuse("lengths that contradict each other"),
        }
        let flow = self.to.head(Head::new(status, headers));
        self.after(flow)
    }

    /// The next unpacked bytes of the body.
    ///
    /// # Errors
    /// [`Stop`] when no more is wanted; return it.
    pub fn data(&mut self, decoded: &[u8]) -> Result<(), Stop> {
        match self.state {
            State::NoHead => return self.refuse("data before a head"),
            State::Body => {}
            State::Stopped | State::Broken(_) => return Err(Stop(())),
        }
        self.seen = self.seen.saturating_add(u64::try_from(decoded.len()).unwrap_or(u64::MAX));
        let flow = self.to.data(decoded);
        self.after(flow)
    }

    /// Ends the exchange: with the transport's result, or `None` when it was dropped at its deadline.
    ///
    /// The loops call it; an own loop calls it exactly once per exchange.
    pub fn close(self, now: Moment, result: Option<Result<(), Failure>>) {
        let protocol = |text| Received::Failed(Failure::new(Delivery::Unknown, FailureKind::Protocol, text));
        let received = match (self.state, result) {
            (State::Stopped, _) => Received::End,
            (State::Broken(text), _) => protocol(text),
            (State::NoHead, None) => {
                let delivery = self.mark.unwrap_or(Delivery::Unknown);
                Received::Failed(Failure::new(
                    delivery,
                    FailureKind::Timeout,
                    "no answer before the deadline",
                ))
            }
            (State::Body, None) => Received::Failed(Failure::new(
                Delivery::Unknown,
                FailureKind::Timeout,
                "the answer was not whole before the deadline",
            )),
            (State::NoHead, Some(Ok(()))) => protocol("the transport reported an answer without a head"),
            (State::Body, Some(Ok(()))) => match self.declared {
                Some(length) if self.seen < length => protocol("the body is shorter than declared"),
                _ => Received::End,
            },
            (State::NoHead, Some(Err(failure))) => Received::Failed(match failure.delivery {
                // "Answered" without a head is nothing a transport can know.
                Delivery::Answered => Failure { delivery: Delivery::Unknown, ..failure },
                Delivery::NotSent | Delivery::Unknown => failure,
            }),
            (State::Body, Some(Err(failure))) => {
                Received::Failed(Failure { delivery: Delivery::Unknown, ..failure })
            }
        };
        self.to.close(now, received);
    }

    fn after(&mut self, flow: Flow) -> Result<(), Stop> {
        match flow {
            Flow::Continue => Ok(()),
            Flow::Stop => {
                self.state = State::Stopped;
                Err(Stop(()))
            }
        }
    }

    fn refuse(&mut self, why: &'static str) -> Result<(), Stop> {
        self.state = State::Broken(why);
        Err(Stop(()))
    }
}

impl core::fmt::Debug for Inbox<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inbox").field("state", &self.state).field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// The length the headers declare, `Err` when they declare two.
fn declared_length(headers: &HeaderMap) -> Result<Option<u64>, ()> {
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        let text = value.to_str().map_err(|_| ())?;
        let number: u64 = text.trim().parse().map_err(|_| ())?;
        if length.is_some_and(|known| known != number) {
            return Err(());
        }
        length = Some(number);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Log {
        said: Vec<String>,
        stop_at_data: bool,
    }

    impl Receive for Log {
        fn head(&mut self, head: Head<'_>) -> Flow {
            self.said.push(format!("head {}", head.status.as_u16()));
            Flow::Continue
        }
        fn data(&mut self, decoded: &[u8]) -> Flow {
            self.said.push(format!("data {}", decoded.len()));
            if self.stop_at_data { Flow::Stop } else { Flow::Continue }
        }
        fn close(&mut self, _: Moment, received: Received) {
            self.said.push(match received {
                Received::End => "end".into(),
                Received::Failed(f) => format!("{:?} {:?} {}", f.delivery, f.kind, f.detail),
            });
        }
    }

    fn told(script: impl FnOnce(&mut Inbox<'_>) -> Option<Result<(), Failure>>) -> String {
        told_by(Log::default(), script)
    }

    fn told_by(mut log: Log, script: impl FnOnce(&mut Inbox<'_>) -> Option<Result<(), Failure>>) -> String {
        let mut inbox = Inbox::new(&mut log);
        let result = script(&mut inbox);
        inbox.close(Moment::ORIGIN, result);
        log.said.join(", ")
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (http::HeaderName::from_static(name), http::HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    const OK: StatusCode = StatusCode::OK;

    #[test]
    fn a_whole_answer_is_head_data_end() {
        let said = told(|inbox| {
            inbox.head(OK, &headers(&[("content-length", "4")])).unwrap();
            inbox.data(b"ab").unwrap();
            inbox.data(b"cd").unwrap();
            Some(Ok(()))
        });
        assert_eq!(said, "head 200, data 2, data 2, end");
    }

    #[test]
    fn a_body_shorter_than_declared_is_a_failure() {
        let said = told(|inbox| {
            inbox.head(OK, &headers(&[("content-length", "5")])).unwrap();
            inbox.data(b"abcd").unwrap();
            Some(Ok(()))
        });
        assert!(said.ends_with("Unknown Protocol the body is shorter than declared"), "{said}");
    }

    #[test]
    fn misuse_becomes_one_failure_and_nothing_else() {
        type Script = fn(&mut Inbox<'_>);
        let cases: [(&str, Script); 5] = [
            ("without a head", |_| {}),
            ("data before a head", |inbox| assert!(inbox.data(b"x").is_err())),
            ("a second head", |inbox| {
                inbox.head(OK, &HeaderMap::new()).unwrap();
                assert!(inbox.head(OK, &HeaderMap::new()).is_err());
            }),
            ("not unpacked", |inbox| {
                assert!(inbox.head(OK, &headers(&[("content-encoding", "gzip")])).is_err());
            }),
            ("contradict", |inbox| {
                let two = headers(&[("content-length", "1"), ("content-length", "2")]);
                assert!(inbox.head(OK, &two).is_err());
            }),
        ];
        for (text, script) in cases {
            let said = told(|inbox| {
                script(inbox);
                Some(Ok(()))
            });
            let last = said.rsplit(", ").next().unwrap();
            assert!(last.starts_with("Unknown Protocol") && last.contains(text), "{text}: {said}");
        }
    }

    #[test]
    fn never_sent_is_not_believed_after_a_head() {
        let failure = Failure::new(Delivery::NotSent, FailureKind::Connect, "");
        let said = told(|inbox| {
            inbox.head(OK, &HeaderMap::new()).unwrap();
            Some(Err(failure.clone()))
        });
        assert!(said.contains("Unknown Connect"), "{said}");
        assert!(told(|_| Some(Err(failure.clone()))).contains("NotSent Connect"));
    }

    #[test]
    fn a_deadline_counts_as_never_sent_only_when_marked() {
        assert!(told(|_| None).contains("Unknown Timeout"));
        let marked = told(|inbox| {
            inbox.mark(Delivery::NotSent);
            None
        });
        assert!(marked.contains("NotSent Timeout"), "{marked}");
        let begun = told(|inbox| {
            inbox.mark(Delivery::NotSent);
            inbox.mark(Delivery::Unknown);
            None
        });
        assert!(begun.contains("Unknown Timeout"), "{begun}");
    }

    #[test]
    fn a_stop_ends_the_exchange_once_whatever_the_transport_does() {
        let log = Log { stop_at_data: true, ..Log::default() };
        let said = told_by(log, |inbox| {
            inbox.head(OK, &HeaderMap::new()).unwrap();
            for _ in 0..9 {
                assert!(inbox.data(b"x").is_err());
            }
            Some(Err(Stop(()).into()))
        });
        assert_eq!(said, "head 200, data 1, end");
    }
}
