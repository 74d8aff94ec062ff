//! A scripted world for tests of operations: virtual time, one thread, no sockets. Waits are jumped over.
//!
//! [`Run`] drives a [`Call`] as the loops do, so turns, spacing and the gate are real; only answers and the journal's
//! results come from the test.

use super::{Operation, Plan, Settings, Step};
use crate::call::Call;
use crate::config::{Config, ConfigBuilder};
use crate::effect::{Delivery, Lane};
use crate::error::{Error, Failure, FailureKind};
use crate::event::Event;
use crate::journal::{Journal, JournalError, Record, Recorded};
use crate::secret::Secret;
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use core::task::Waker;
use core::time::Duration;
use http::{HeaderMap, StatusCode};

/// The service's `Date` at the driver's origin: 2025-01-01.
pub(crate) const EPOCH: UnixTime = UnixTime::from_seconds(1_735_689_600);

pub(crate) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub(crate) fn at(n: u64) -> Moment {
    Moment::from_origin(seconds(n))
}

/// A configuration with a key, and what `with` changes of it.
pub(crate) fn session_with(with: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Session {
    Session::new(with(Config::builder().key(Secret::new("a-key"))).build().unwrap())
}

pub(crate) fn session() -> Session {
    session_with(|builder| builder)
}

/// Settings whose randomness is all `seed`.
pub(crate) fn settings(session: &Session, seed: u8) -> Settings {
    Settings::new(session, Some(EPOCH), [seed; 32])
}

/// What the network does with one request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A whole answer; `date` goes into its head.
    Whole { status: u16, date: Option<UnixTime>, headers: Vec<(&'static str, &'static str)>, body: String },
    /// A head and half of the body, then the connection breaks.
    Cut { status: u16, date: Option<UnixTime>, body: String },
    /// One failure.
    Fails(Delivery, FailureKind),
    /// Nothing before the deadline, which passes.
    Hangs,
}

impl Reply {
    /// A whole answer of status 200 without a `Date`.
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self::status(200, body)
    }

    pub(crate) fn status(status: u16, body: impl Into<String>) -> Self {
        Self::Whole { status, date: None, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn dated(mut self, to: UnixTime) -> Self {
        match &mut self {
            Self::Whole { date, .. } | Self::Cut { date, .. } => *date = Some(to),
            Self::Fails(..) | Self::Hangs => {}
        }
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Self::Whole { headers, .. } = &mut self {
            headers.push((name, value));
        }
        self
    }

    /// The head, the bytes of the body, and the failure after them.
    pub(crate) fn parts(&self) -> (Option<(StatusCode, HeaderMap)>, &[u8], Option<Failure>) {
        let head = |status: u16, date: &Option<UnixTime>, more: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            if let Some(date) = date {
                let date = std::time::UNIX_EPOCH + seconds(date.seconds().try_into().unwrap());
                headers.insert("date", httpdate::fmt_http_date(date).parse().unwrap());
            }
            more.iter().for_each(|(name, value)| drop(headers.insert(*name, value.parse().unwrap())));
            Some((StatusCode::from_u16(status).unwrap(), headers))
        };
        match self {
            Self::Whole { status, date, headers, body } => {
                (head(*status, date, headers), body.as_bytes(), None)
            }
            Self::Cut { status, date, body } => {
                let broken = FailureKind::Io(std::io::ErrorKind::ConnectionReset);
                let half = body.as_bytes().get(..body.len() / 2).unwrap();
                (head(*status, date, &[]), half, Some(Failure::new(Delivery::Unknown, broken, "")))
            }
            Self::Fails(delivery, kind) => (None, &[], Some(Failure::new(*delivery, *kind, ""))),
            Self::Hangs => (None, &[], Some(Failure::new(Delivery::Unknown, FailureKind::Timeout, ""))),
        }
    }
}

/// A request that was given to the network.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) at: Moment,
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) lane: Lane,
    pub(crate) deadline: Moment,
}

impl Asked {
    pub(crate) fn is_create(&self) -> bool {
        self.path.starts_with("/v1/create_order")
    }
}

/// What a run does next.
#[derive(Debug)]
pub(crate) enum Next<T> {
    Asked(Asked),
    Waits(Moment),
    Records(Record),
    Done(Result<T, Error>),
}

/// One call on its way, at its own virtual time.
pub(crate) struct Run<O: Operation> {
    pub(crate) call: Call<O>,
    pub(crate) now: Moment,
    /// Every request so far.
    pub(crate) asked: Vec<Asked>,
    /// Events and records in their order.
    pub(crate) log: Vec<String>,
    pub(crate) events: Vec<Event>,
}

impl<O: Operation> Run<O> {
    pub(crate) fn new<P: Plan<Operation = O>>(settings: &Settings, plan: P, now: Moment) -> Self {
        let call = Call::new(&settings.session, plan.begin(settings, now));
        Self { call, now, asked: Vec::new(), log: Vec::new(), events: Vec::new() }
    }

    /// The next step, without any wait being passed.
    pub(crate) fn step(&mut self) -> Next<O::Output> {
        let step = self.call.poll(self.now, Waker::noop());
        while let Some(event) = self.call.next_event() {
            self.log.push(format!("{event:?}"));
            self.events.push(event);
        }
        match step {
            Step::Send(exchange) => {
                let asked = Asked {
                    at: self.now,
                    path: exchange.request.uri().path_and_query().unwrap().to_string(),
                    body: String::from_utf8(exchange.request.body().clone()).unwrap(),
                    lane: exchange.lane,
                    deadline: exchange.deadline,
                };
                self.asked.push(asked.clone());
                Next::Asked(asked)
            }
            Step::Wait(until) => Next::Waits(until),
            Step::Record(record) => {
                // As the loops do it; where the settings have no wall clock there is none.
                let passed = i64::try_from(self.now.since_origin().as_secs()).unwrap();
                let wall = record.wall().map(|_| EPOCH.plus(passed));
                let record = record.at(wall);
                self.log.push(format!("{record:?}"));
                Next::Records(record)
            }
            Step::Permit(_) => panic!("no outer limiter was set"),
            Step::Done(result) => Next::Done(result),
        }
    }

    /// The next step that is not a wait; waits are jumped over.
    pub(crate) fn next(&mut self) -> Next<O::Output> {
        for _ in 0..10_000 {
            match self.step() {
                Next::Waits(until) => {
                    assert!(until < Moment::NEVER, "it would wait for ever");
                    // A wait that has passed already must end somewhere, or it is caught by the bound.
                    self.now = self.now.max(until);
                }
                next => return next,
            }
        }
        panic!("it waits again and again and time stands still");
    }

    /// Answers the request in flight `after` so long; never after its deadline.
    pub(crate) fn reply(&mut self, after: Duration, reply: &Reply) {
        let deadline = self.asked.last().unwrap().deadline;
        let arrives = self.now.after(after);
        let late = arrives > deadline || matches!(reply, Reply::Hangs);
        self.now = if late { deadline } else { arrives };
        let mut inbox = self.call.inbox();
        if late {
            return inbox.close(self.now, None);
        }
        let (head, body, failure) = reply.parts();
        let result = match head {
            Some((status, headers)) => inbox
                .head(status, &headers)
                .and_then(|()| body.chunks(7).try_for_each(|chunk| inbox.data(chunk)))
                .map_err(Failure::from),
            None => Ok(()),
        };
        let result = result.and_then(|()| failure.map_or(Ok(()), Err));
        inbox.close(self.now, Some(result));
    }

    pub(crate) fn recorded(&mut self, done: Result<Recorded, JournalError>) {
        self.call.handle_recorded(self.now, done);
    }

    /// Runs to the end against `journal` and a `server` that says how each request fares.
    pub(crate) fn finish(
        &mut self,
        journal: &dyn Journal,
        server: &mut dyn FnMut(&Asked) -> (Duration, Reply),
    ) -> Result<O::Output, Error> {
        for _ in 0..10_000 {
            match self.next() {
                Next::Asked(asked) => {
                    let (after, reply) = server(&asked);
                    self.reply(after, &reply);
                }
                Next::Records(record) => self.recorded(journal.record(record)),
                Next::Done(result) => return result,
                Next::Waits(_) => {}
            }
        }
        panic!("it never ends");
    }

    pub(crate) fn creates(&self) -> usize {
        self.asked.iter().filter(|asked| asked.is_create()).count()
    }

    /// Where in the log the first entry stands that begins with `text`.
    pub(crate) fn logged(&self, text: &str) -> Option<usize> {
        self.log.iter().position(|entry| entry.starts_with(text))
    }
}
