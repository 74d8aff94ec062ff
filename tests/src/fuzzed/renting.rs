//! The rent machine as a trace, with the sandbox's ledger as the judge: one client that is crashed, cut off and lied to
//! as the bytes say, and that settles what is left open when the faults are over.

use super::walk::{KEY, WALL};
use arbitrary::Unstructured;
use clore_core::call::Call;
use clore_core::config::Config;
use clore_core::effect::Delivery;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::{Error, Failure, FailureKind};
use clore_core::journal::{Journal, MemoryJournal, Record, Recorded};
use clore_core::model::ServerId;
use clore_core::op::rent::{Rent, RentOutcome, Resume};
use clore_core::op::{Exchange, Inbox, Operation, Permitted, Plan, Settings, Step};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::Moment;
use clore_sandbox::{Clore, CreateAnswer, Options};
use core::task::Waker;
use core::time::Duration;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the bytes let happen to one exchange.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Well,
    NeverSent,
    LostBefore,
    LostAfter,
    Cut(usize),
    BadGateway,
    TooFast,
    CrashBefore,
    CrashAfter,
}

struct World<'a> {
    clore: Clore,
    journal: Arc<MemoryJournal>,
    now: Moment,
    bytes: Unstructured<'a>,
}

impl World<'_> {
    fn fate(&mut self) -> (Fate, Duration) {
        let fate = match self.bytes.int_in_range(0..=15).unwrap_or(0) {
            1 => Fate::NeverSent,
            2 => Fate::LostBefore,
            3 | 4 => Fate::LostAfter,
            5 => Fate::Cut(self.bytes.int_in_range(0..=60).unwrap_or(0)),
            6 => Fate::BadGateway,
            7 => Fate::TooFast,
            8 => Fate::CrashBefore,
            9 => Fate::CrashAfter,
            _ => Fate::Well,
        };
        (fate, Duration::from_millis(self.bytes.int_in_range(20..=9_000).unwrap_or(50)))
    }

    /// A client that begins now, on the same journal.
    fn client(&self) -> Session {
        let config = Config::builder().base_url("http://127.0.0.1:1").key(Secret::new(KEY)).build();
        let journal: Arc<dyn Journal> = Arc::clone(&self.journal) as Arc<dyn Journal>;
        Session::with_journal(config.expect("these settings are good"), journal)
    }

    /// Runs `plan` to its end; `None`: the client crashed.
    fn run<P: Plan>(&mut self, plan: P) -> Option<Result<<P::Operation as Operation>::Output, Error>> {
        let session = self.client();
        let settings = Settings::new(&session, Some(WALL), [3; 32]);
        let mut call = Call::new(&session, plan.begin(&settings, self.now));
        loop {
            match call.poll(self.now, Waker::noop()) {
                Step::Send(exchange) => {
                    let mut inbox = call.inbox();
                    let end = self.exchange(&exchange, &mut inbox)?;
                    inbox.close(self.now, Some(end));
                }
                Step::Wait(until) => self.now = until.max(self.now),
                Step::Record(record) => {
                    let crash = self.bytes.int_in_range(0..=23).is_ok_and(|n| n == 1);
                    let done = self.journal.record(record.at(Some(WALL)));
                    if crash {
                        return None;
                    }
                    call.handle_recorded(self.now, done);
                }
                Step::Permit(_) => call.handle_permitted(self.now, Permitted::Granted),
                Step::Done(result) => return Some(result),
            }
            while call.next_event().is_some() {}
        }
    }

    fn exchange(&mut self, exchange: &Exchange, inbox: &mut Inbox<'_>) -> Option<Result<(), Failure>> {
        let failed = |delivery, kind| Some(Err(Failure::new(delivery, kind, "")));
        let io = FailureKind::Io(std::io::ErrorKind::ConnectionReset);
        let (fate, takes) = self.fate();
        let arrives = self.now.since_origin();
        self.now = self.now.after(takes).min(exchange.deadline);
        let mut answer = match fate {
            Fate::NeverSent => return failed(Delivery::NotSent, FailureKind::Connect),
            Fate::LostBefore => return failed(Delivery::Unknown, io),
            Fate::CrashBefore => return None,
            Fate::TooFast => http::Response::new(br#"{"code":5}"#.to_vec()),
            _ => self.clore.handle(arrives, exchange.request.clone()),
        };
        match fate {
            Fate::CrashAfter => return None,
            Fate::LostAfter => return failed(Delivery::Unknown, io),
            Fate::BadGateway => {
                *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
                *answer.body_mut() = b"<html>".to_vec();
            }
            _ => {}
        }
        let told = inbox.head(answer.status(), answer.headers());
        let body = answer.body();
        Some(match (told, fate) {
            (Err(stop), _) => Err(stop.into()),
            (Ok(()), Fate::Cut(at)) if at < body.len() => {
                let told = inbox.data(&body[..at]);
                told.map_err(Into::into).and(Err(Failure::new(Delivery::Unknown, io, "")))
            }
            (Ok(()), _) => inbox.data(body).map_err(Into::into),
        })
    }
}

/// Up to four rentals of two servers, and the end.
pub fn rent(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let answers = [CreateAnswer::CodeOnly, CreateAnswer::OrderId, CreateAnswer::Everything];
    let answer = *bytes.choose(&answers).unwrap_or(&CreateAnswer::CodeOnly);
    let lag = Duration::from_secs(bytes.int_in_range(0..=30).unwrap_or(0));
    let options = Options::new().servers(40).key(KEY).create_answer(answer).orders_lag(lag);
    let clore = Clore::new(options.interval(Duration::ZERO).create_window(Duration::ZERO));
    let servers: Vec<u64> = clore.free().take(2).collect();
    let (journal, now) = (Arc::new(MemoryJournal::new()), Moment::from_origin(Duration::from_secs(5)));
    let mut world = World { clore, journal, now, bytes };
    let mut placed = BTreeSet::new();
    let mut asked = 0;
    for index in 0..4 {
        asked += 1;
        let server = ServerId::new(servers[index % servers.len()]);
        let order = CreateOrder::on_demand(server, "img").ssh_key("ssh-ed25519 AAAA me");
        if let Some(Ok(RentOutcome::Placed(rental))) = world.run(Rent::new(order)) {
            assert!(placed.insert(rental.order.number()), "order {} was told twice", rental.order);
        }
        assert!(world.clore.ledger().len() <= asked, "more rentals than were asked for");
    }
    world.bytes = Unstructured::new(&[]);
    world.now = world.now.after(Duration::from_secs(600));
    let _ = world.run(Resume::new().settle_fully()).expect("nothing crashes any more");
    let Ok(Recorded::Seen(view)) = world.journal.record(Record::Look) else { panic!("the journal is there") };
    let open: BTreeSet<_> = view.open().filter_map(|open| open.intent.server).collect();
    for rental in world.clore.ledger() {
        let known = placed.contains(&rental.order_id)
            || view.orders().any(|order| order.order.number() == rental.order_id)
            || open.contains(&ServerId::new(rental.server_id));
        assert!(known, "order {} is known to nobody", rental.order_id);
    }
}
