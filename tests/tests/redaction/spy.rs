//! [`Spy`]: a transport that shows everything it gets.

use clore_core::call::Call;
use clore_core::drive::{BlockingTransport, run_blocking};
use clore_core::effect::Delivery;
use clore_core::error::{Failure, FailureKind};
use clore_core::event::Event;
use clore_core::journal::{Journal, JournalError, MemoryJournal, Record, Recorded};
use clore_core::op::{Exchange, Inbox, Plan, Settings};
use clore_core::session::Session;
use clore_core::time::{Moment, UnixTime};
use clore_sandbox::{Clore, Fault, Options, Reply};
use clore_tests::canary::{KEY, seen};
use core::fmt::Debug;
use core::time::Duration;
use std::cell::{Cell, RefCell};

/// A service without limits that lies as `faults` say.
pub fn options(faults: &[&str]) -> Options {
    let options = Options::new().servers(40).key(KEY).interval(Duration::ZERO).create_window(Duration::ZERO);
    faults.iter().fold(options, |options, fault| options.fault(Fault::parse(fault).unwrap()))
}

/// A transport without sockets and with a time of its own, that shows everything it gets.
pub struct Spy {
    pub clore: RefCell<Clore>,
    now: Cell<Duration>,
    journal: MemoryJournal,
    pub shown: RefCell<Vec<String>>,
}

impl Spy {
    pub fn new(faults: &[&str]) -> Self {
        Self {
            clore: RefCell::new(Clore::new(options(faults))),
            now: Cell::new(Duration::from_secs(1)),
            journal: MemoryJournal::new(),
            shown: RefCell::default(),
        }
    }

    pub fn show<T: Debug>(&self, what: T) {
        seen::note_type::<T>();
        self.shown.borrow_mut().push(format!("{what:?} {what:#?}"));
    }
}

impl BlockingTransport for Spy {
    fn now(&self) -> Moment {
        Moment::from_origin(self.now.get())
    }

    fn exchange(&self, exchange: Exchange, inbox: &mut Inbox<'_>) -> Result<(), Failure> {
        self.show(&exchange);
        self.show(exchange.request.headers());
        self.show(exchange.request.uri());
        let reply = self.clore.borrow_mut().exchange(self.now.get(), exchange.request).reply;
        let (answer, whole) = match reply {
            Reply::Answer(answer) => (answer, usize::MAX),
            Reply::Cut(answer, whole) => (answer, whole),
            _ => {
                let failure =
                    Failure::new(Delivery::Unknown, FailureKind::Io(std::io::ErrorKind::Other), "lost");
                self.show(&failure);
                return Err(failure);
            }
        };
        inbox.head(answer.status(), answer.headers())?;
        inbox.data(answer.body().get(..whole).unwrap_or(answer.body()))?;
        self.show(&*inbox);
        Ok(())
    }

    fn sleep_until(&self, moment: Moment) {
        self.now.set(self.now.get() + moment.since(self.now()).max(Duration::from_millis(1)));
    }

    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        self.show(&record);
        let recorded = self.journal.record(record);
        self.show(&recorded);
        recorded
    }

    fn wall(&self) -> Option<UnixTime> {
        Some(UnixTime::from_seconds(1_790_000_000))
    }

    fn entropy(&self) -> [u8; 32] {
        [7; 32]
    }

    fn observe(&self, event: &Event) {
        self.show(event);
    }
}

pub fn run<P: Plan + Debug>(spy: &Spy, session: &Session, plan: P)
where
    P::Operation: Debug,
    <P::Operation as clore_core::op::Operation>::Output: Debug,
{
    spy.show(&plan);
    let settings = Settings::new(session, spy.wall(), spy.entropy());
    spy.show(&settings);
    let operation = plan.begin(&settings, spy.now());
    spy.show(&operation);
    let call = Call::new(session, operation);
    spy.show(&call);
    match run_blocking(spy, call) {
        Ok(value) => spy.show(value),
        Err(error) => {
            spy.show(&error);
            spy.shown.borrow_mut().push(error.to_string());
        }
    }
}
