//! A transport by script, in virtual time: no socket, no clock, no thread; the same for both loops.
//!
//! The script is a function of what is asked, so one script runs under both loops and the traces can be compared.

mod reply;
mod together;

pub(crate) use reply::{Asked, Reply, fail, never, ok, refused_connection, reset, status};
pub(crate) use together::together;

use super::{BlockingTransport, Transport, run, run_blocking};
use crate::call::Call;
use crate::config::{Config, ConfigBuilder};
use crate::effect::Delivery;
use crate::error::{Error, Failure, FailureKind};
use crate::event::Event;
use crate::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use crate::op::{Ask, Exchange, Inbox, Operation, Permitted, Plan, Settings};
use crate::secret::Secret;
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use core::future::poll_fn;
use core::task::{Poll, Waker};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reply::What;
use std::sync::{Arc, Mutex};

/// The key of every scripted session; no trace, error or event may hold it.
pub(crate) const KEY: &str = "CANARYKEY";

type Script = Arc<dyn Fn(&Asked) -> Reply + Send + Sync>;
type Lines = Arc<dyn Fn(&Record) -> Option<JournalError> + Send + Sync>;
type Limiter = Arc<dyn Fn(usize) -> Permitted + Send + Sync>;

/// The transport. Clones are other users of the same network, clock and journal.
#[derive(Clone)]
pub(crate) struct Scripted {
    script: Script,
    lines: Lines,
    limiter: Limiter,
    /// The wall's time at the origin.
    epoch: Option<UnixTime>,
    pub(crate) journal: Arc<MemoryJournal>,
    world: Arc<Mutex<World>>,
}

#[derive(Default)]
struct World {
    now: Moment,
    timers: Vec<(Moment, Waker)>,
    sent: Vec<Asked>,
    trace: Vec<String>,
    events: Vec<Event>,
    slept: Vec<(u64, u64)>,
    permits: usize,
}

pub(crate) fn millis(moment: Moment) -> u64 {
    u64::try_from(moment.since_origin().as_millis()).unwrap()
}

impl Scripted {
    pub(crate) fn new(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            script: Arc::new(script),
            lines: Arc::new(|_| None),
            limiter: Arc::new(|_| Permitted::Granted),
            epoch: None,
            journal: Arc::new(MemoryJournal::new()),
            world: Arc::default(),
        }
    }

    /// The journal fails where `lines` says so.
    pub(crate) fn failing(
        mut self,
        lines: impl Fn(&Record) -> Option<JournalError> + Send + Sync + 'static,
    ) -> Self {
        self.lines = Arc::new(lines);
        self
    }

    /// With a wall clock that shows `epoch` at the origin.
    pub(crate) fn walled(mut self, epoch: UnixTime) -> Self {
        self.epoch = Some(epoch);
        self
    }

    fn shown(&self) -> Option<UnixTime> {
        Some(self.epoch?.plus(i64::try_from(self.ms() / 1000).unwrap()))
    }

    pub(crate) fn limited(mut self, limiter: impl Fn(usize) -> Permitted + Send + Sync + 'static) -> Self {
        self.limiter = Arc::new(limiter);
        self
    }

    /// The same script, in a world where nothing has happened yet.
    fn afresh(&self) -> Self {
        Self { journal: Arc::new(MemoryJournal::new()), world: Arc::default(), ..self.clone() }
    }

    fn world<T>(&self, with: impl FnOnce(&mut World) -> T) -> T {
        with(&mut self.world.lock().unwrap())
    }

    pub(crate) fn ms(&self) -> u64 {
        self.world(|world| millis(world.now))
    }

    pub(crate) fn sent(&self) -> Vec<Asked> {
        self.world(|world| world.sent.clone())
    }

    /// When each request started.
    pub(crate) fn starts(&self) -> Vec<u64> {
        self.sent().iter().map(|asked| asked.at).collect()
    }

    pub(crate) fn trace(&self) -> Vec<String> {
        self.world(|world| world.trace.clone())
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.world(|world| world.events.clone())
    }

    /// From when to when the blocking loop slept.
    pub(crate) fn slept(&self) -> Vec<(u64, u64)> {
        self.world(|world| world.slept.clone())
    }

    fn note(&self, line: impl core::fmt::Display) {
        self.world(|world| {
            let line = format!("{} {line}", millis(world.now));
            assert!(!line.contains(KEY), "{line}");
            world.trace.push(line);
        });
    }

    fn take(&self, exchange: &Exchange) -> Reply {
        let request = &exchange.request;
        let asked = self.world(|world| {
            let asked = Asked {
                n: world.sent.len(),
                at: millis(world.now),
                method: request.method().to_string(),
                uri: request.uri().to_string(),
                headers: request.headers().clone(),
                body: String::from_utf8(request.body().clone()).unwrap(),
            };
            world.sent.push(asked.clone());
            asked
        });
        self.note(format!("{} {} {:?} {}", asked.method, asked.uri, asked.headers, asked.body));
        (self.script)(&asked)
    }

    fn push(&self, what: What, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        match what {
            What::Answer { status, headers, body, cut } => {
                let pair = |(name, value): (&'static str, String)| {
                    (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap())
                };
                let headers: HeaderMap = headers.into_iter().map(pair).collect();
                self.note(format!("head {status} {headers:?}"));
                inbox.head(StatusCode::from_u16(status).unwrap(), &headers)?;
                for chunk in body.chunks(7) {
                    self.note(format!("data {}", chunk.len()));
                    inbox.data(chunk)?;
                }
                if cut {
                    let kind = FailureKind::Io(std::io::ErrorKind::UnexpectedEof);
                    return Err(Failure::new(Delivery::Unknown, kind, ""));
                }
                self.note("end");
                Ok(())
            }
            What::Fail(delivery, kind) => {
                self.note(format!("{delivery:?} {kind:?}"));
                Err(Failure::new(delivery, kind, "scripted"))
            }
            What::Never => unreachable!("it never comes to that"),
        }
    }

    fn put(&self, record: Record) -> Result<Recorded, JournalError> {
        let done = match (self.lines)(&record) {
            Some(error) => Err(error),
            None => self.journal.record(record.clone()),
        };
        let word = match &done {
            Ok(Recorded::Claimed(_)) => "claimed".to_owned(),
            other => format!("{other:?}"),
        };
        self.note(format!("{record:?} -> {word}"));
        done
    }

    fn hear(&self, event: &Event) {
        self.note(format!("{event:?}"));
        self.world(|world| world.events.push(event.clone()));
    }

    fn permitted(&self) -> Permitted {
        self.note("permit");
        let n = self.world(|world| {
            world.permits += 1;
            world.permits - 1
        });
        (self.limiter)(n)
    }

    async fn at(&self, moment: Moment) {
        poll_fn(|context| {
            self.world(|world| {
                if world.now >= moment {
                    return Poll::Ready(());
                }
                world.timers.push((moment, context.waker().clone()));
                Poll::Pending
            })
        })
        .await;
    }
}

impl Transport for Scripted {
    fn now(&self) -> Moment {
        self.world(|world| world.now)
    }

    async fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let reply = self.take(&exchange);
        let at = match reply.what {
            What::Never => Moment::NEVER,
            _ => Transport::now(self).after(reply.after),
        };
        self.at(at).await;
        self.push(reply.what, inbox)
    }

    async fn sleep_until(&self, moment: Moment) {
        self.at(moment).await;
    }

    async fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.put(record)
    }

    async fn permit(&self, _: Ask) -> Permitted {
        self.permitted()
    }

    fn wall(&self) -> Option<UnixTime> {
        self.shown()
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }

    fn observe(&self, event: &Event) {
        self.hear(event);
    }
}

impl BlockingTransport for Scripted {
    fn now(&self) -> Moment {
        self.world(|world| world.now)
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let reply = self.take(&exchange);
        let at = BlockingTransport::now(self).after(reply.after);
        if matches!(reply.what, What::Never) || at > exchange.deadline {
            self.world(|world| world.now = world.now.max(exchange.deadline));
            return Err(Failure::new(Delivery::Unknown, FailureKind::Timeout, ""));
        }
        self.world(|world| world.now = world.now.max(at));
        self.push(reply.what, inbox)
    }

    fn sleep_until(&self, moment: Moment) {
        assert_ne!(moment, Moment::NEVER, "asleep for ever");
        self.world(|world| {
            world.slept.push((millis(world.now), millis(moment)));
            world.now = world.now.max(moment);
        });
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.put(record)
    }

    fn permit(&self, _: Ask) -> Permitted {
        self.permitted()
    }

    fn wall(&self) -> Option<UnixTime> {
        self.shown()
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }

    fn observe(&self, event: &Event) {
        self.hear(event);
    }
}

pub(crate) fn config() -> ConfigBuilder {
    Config::builder().key(Secret::new(KEY)).base_url("https://x.example/pre")
}

pub(crate) fn session() -> Session {
    Session::new(config().build().unwrap())
}

fn call<P: Plan>(world: &Scripted, session: &Session, plan: P) -> Call<P::Operation> {
    let settings = Settings::new(session, world.shown(), [7; 32]);
    Call::new(session, plan.begin(&settings, Transport::now(world)))
}

/// Runs `plan` blocking, in the world as it is.
pub(crate) fn go<P: Plan>(
    world: &Scripted,
    session: &Session,
    plan: P,
) -> Result<<P::Operation as Operation>::Output, Error> {
    run_blocking(world, call(world, session, plan))
}

/// A future of `plan` in the world as it is, for [`together`].
pub(crate) async fn begin<P: Plan>(
    world: &Scripted,
    session: &Session,
    plan: P,
) -> Result<<P::Operation as Operation>::Output, Error> {
    run(world, call(world, session, plan)).await
}

/// Runs `plan` by both loops, each in a world and session of its own, and requires the same trace.
pub(crate) fn both<P: Plan + Clone>(
    world: &Scripted,
    config: &Config,
    plan: P,
) -> (Result<<P::Operation as Operation>::Output, Error>, Scripted) {
    let (one, other) = (world.afresh(), world.afresh());
    let session = Session::new(config.clone());
    let result = go(&one, &session, plan.clone());
    assert_eq!(session.gate().waiting().total(), 0);
    let session = Session::new(config.clone());
    let mut by_other = None;
    together(&other, vec![Box::pin(async { by_other = Some(begin(&other, &session, plan).await) })]);
    assert_eq!(one.trace(), other.trace());
    assert_eq!(result.as_ref().err(), by_other.unwrap().as_ref().err());
    (result, one)
}
