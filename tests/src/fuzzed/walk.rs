//! [`Walk`]: one call from its first poll to its end, in virtual time, over replies that somebody else chooses.

use clore_core::call::Call;
use clore_core::config::{Config, ConfigBuilder};
use clore_core::effect::Delivery;
use clore_core::error::{Error, Failure, FailureKind};
use clore_core::event::Event;
use clore_core::op::{Operation, Permitted, Plan, Settings, Step};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use core::task::Waker;
use core::time::Duration;
use http::{HeaderMap, StatusCode};

/// No error, event or text may show it.
pub(crate) const KEY: &str = "canary-key-of-the-fuzzers";
pub(crate) const WALL: UnixTime = UnixTime::from_seconds(1_790_000_000);

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) after: Duration,
    pub(crate) answer: Option<(StatusCode, HeaderMap, Vec<u8>)>,
    /// How the exchange ends, other than well.
    pub(crate) failure: Option<(Delivery, FailureKind)>,
}

impl Reply {
    pub(crate) fn whole(status: StatusCode, body: &[u8]) -> Self {
        let answer = Some((status, HeaderMap::new(), body.to_vec()));
        Self { after: Duration::from_millis(50), answer, failure: None }
    }

    pub(crate) fn ok(body: &[u8]) -> Self {
        Self::whole(StatusCode::OK, body)
    }

    pub(crate) fn fails(delivery: Delivery, kind: FailureKind) -> Self {
        Self { after: Duration::from_millis(50), answer: None, failure: Some((delivery, kind)) }
    }

    pub(crate) fn with(mut self, headers: HeaderMap) -> Self {
        if let Some((_, known, _)) = &mut self.answer {
            *known = headers;
        }
        self
    }
}

/// A session, its time, and what was seen of it.
pub(crate) struct Walk {
    pub(crate) session: Session,
    pub(crate) now: Moment,
    /// When each request was let go, and whether any of it may have left.
    pub(crate) sent: Vec<(Moment, bool)>,
    pub(crate) events: Vec<Event>,
}

pub(crate) fn settings() -> ConfigBuilder {
    Config::builder().base_url("http://127.0.0.1:1").key(Secret::new(KEY))
}

impl Walk {
    pub(crate) fn new() -> Self {
        Self::of(Session::new(settings().build().expect("these settings are good")))
    }

    pub(crate) fn of(session: Session) -> Self {
        Self { session, now: Moment::ORIGIN, sent: Vec::new(), events: Vec::new() }
    }

    /// Runs `plan` to its end.
    ///
    /// # Panics
    /// When it does not end, or when there are no more replies.
    pub(crate) fn finish<P: Plan>(
        &mut self,
        plan: P,
        replies: &mut dyn Iterator<Item = Reply>,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        let operation = plan.begin(&Settings::new(&self.session, Some(WALL), [7; 32]), self.now);
        let mut call = Call::new(&self.session, operation);
        let result = loop {
            match call.poll(self.now, Waker::noop()) {
                Step::Send(exchange) => {
                    let reply = replies.next().expect("it asks for more than there is");
                    let left = reply.failure.is_none_or(|(delivery, _)| delivery != Delivery::NotSent);
                    self.sent.push((self.now, left));
                    let mut inbox = call.inbox();
                    let end = self.now.after(reply.after);
                    if end > exchange.deadline {
                        self.now = exchange.deadline;
                        inbox.close(self.now, None);
                        continue;
                    }
                    self.now = end;
                    let mut told = Ok(());
                    if let Some((status, headers, body)) = &reply.answer {
                        told = inbox.head(*status, headers).and_then(|()| inbox.data(body));
                    }
                    let failed = reply.failure.map(|(delivery, kind)| Failure::new(delivery, kind, ""));
                    inbox.close(self.now, Some(told.map_err(Into::into).and(failed.map_or(Ok(()), Err))));
                }
                Step::Wait(until) => {
                    assert!(until > self.now && until < Moment::NEVER, "it waits for nothing: {until:?}");
                    self.now = until;
                }
                Step::Record(record) => {
                    let done = self.session.journal().record(record.at(Some(WALL)));
                    call.handle_recorded(self.now, done);
                }
                Step::Permit(_) => call.handle_permitted(self.now, Permitted::Granted),
                Step::Done(result) => break result,
            }
        };
        while let Some(event) = call.next_event() {
            self.events.push(event);
        }
        if let Err(error) = &result {
            assert!(!format!("{error} {error:?}").contains(KEY), "the key is shown");
        }
        assert!(!format!("{:?}", self.events).contains(KEY), "the key is shown");
        result
    }
}
