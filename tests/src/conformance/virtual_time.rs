//! [`Virtual`]: the reference. No socket, no clock, no thread: the service is asked in memory, and sleeping makes it
//! later.

use super::service::Service;
use super::wire::{self, Incoming};
use super::{Adapter, Setup};
use clore_core::drive::{BlockingTransport, run_plan_blocking};
use clore_core::effect::Delivery;
use clore_core::error::{Error, Failure, FailureKind};
use clore_core::event::{Event, Observer};
use clore_core::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use clore_core::op::{Exchange, Inbox, Operation, Plan};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use clore_sandbox::Reply;
use std::io::ErrorKind::UnexpectedEof;
use std::sync::Mutex;
use std::time::Duration;

/// The adapter in virtual time, to a service in memory.
#[derive(Clone, Debug)]
pub struct Virtual(pub Service);

/// Its transport, and the session that it is used with.
#[derive(Debug)]
pub struct VirtualClient {
    service: Service,
    now: Mutex<Moment>,
    journal: MemoryJournal,
    observer: Observer,
    session: Session,
}

impl Adapter for Virtual {
    type Client = VirtualClient;

    fn name(&self) -> &'static str {
        "virtual time"
    }

    fn client(&self, setup: &Setup) -> Result<VirtualClient, Error> {
        Ok(VirtualClient {
            service: self.0.clone(),
            now: Mutex::new(Moment::ORIGIN),
            journal: MemoryJournal::new(),
            observer: setup.observer.clone(),
            session: setup.session()?,
        })
    }

    fn run<P: Plan>(
        &self,
        client: &VirtualClient,
        plan: P,
    ) -> Result<<P::Operation as Operation>::Output, Error> {
        run_plan_blocking(client, &client.session, plan)
    }
}

impl VirtualClient {
    fn later(&self, moment: Moment) {
        let mut now = self.now.lock().expect("nothing panics with it");
        *now = (*now).max(moment);
    }
}

fn lost(kind: FailureKind) -> Failure {
    Failure::new(Delivery::Unknown, kind, "")
}

fn push(answer: &http::Response<Vec<u8>>, whole: usize, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
    let (bytes, head) = wire::bytes_of(answer, false);
    if whole < head {
        return Err(lost(FailureKind::Io(UnexpectedEof)));
    }
    inbox.head(answer.status(), answer.headers())?;
    inbox.data(bytes.get(head..whole.min(bytes.len())).unwrap_or_default())?;
    if whole < bytes.len() { Err(lost(FailureKind::Io(UnexpectedEof))) } else { Ok(()) }
}

impl BlockingTransport for VirtualClient {
    fn now(&self) -> Moment {
        *self.now.lock().expect("nothing panics with it")
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        let (head, body) = exchange.request.into_parts();
        let to = head.uri.to_string();
        if !to.starts_with(self.service.url()) {
            // Nobody else listens in this world.
            return Err(Failure::new(Delivery::NotSent, FailureKind::Connect, ""));
        }
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let incoming = Incoming {
            method: head.method.to_string(),
            target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: headers.collect(),
            body,
        };
        self.later(self.now().after(Duration::from_millis(1)));
        match self.service.reply(&incoming) {
            Reply::Answer(answer) => push(&answer, usize::MAX, inbox),
            Reply::Cut(answer, whole) => push(&answer, whole, inbox),
            Reply::Never => {
                self.later(exchange.deadline);
                Err(lost(FailureKind::Timeout))
            }
            _ => Err(lost(FailureKind::Protocol)),
        }
    }

    fn sleep_until(&self, moment: Moment) {
        assert_ne!(moment, Moment::NEVER, "asleep for ever");
        self.later(moment);
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.journal.record(record)
    }

    fn wall(&self) -> Option<UnixTime> {
        Some(UnixTime::from_seconds(1_790_000_000))
    }

    fn entropy(&self) -> [u8; 32] {
        // Each call names an intent of its own.
        let mut bytes = [0; 32];
        let nanos = self.now().since_origin().as_nanos().to_le_bytes();
        bytes.iter_mut().zip(nanos).for_each(|(to, from)| *to = from);
        bytes
    }

    fn observe(&self, event: &Event) {
        self.observer.tell(event);
    }
}
