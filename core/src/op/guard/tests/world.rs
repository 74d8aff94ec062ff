//! One order in virtual time: rented in one of three ways, listed as the test says, and a guard over it.

use crate::effect::Delivery;
use crate::endpoint::create_order::CreateOrder;
use crate::event::Event;
use crate::journal::{IntentId, Journal, MemoryJournal};
use crate::model::ServerId;
use crate::op::rent::{Placed, Rent, RentOutcome};
use crate::op::scripted::{Asked, EPOCH, Next, Reply, Run, at, seconds, session, settings};
use crate::op::{Guard, GuardEnd, GuardHandle, Guarding};
use crate::session::Session;
use crate::time::Moment;
use core::time::Duration;

/// How the create was answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answered {
    WithId,
    WithoutId,
    Lost,
}

/// What `my_orders` shows of the order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    Creating,
    Running,
    /// Over by its own word.
    Expired,
    /// The lists cannot be read.
    Dark,
    /// The lists lack it.
    Absent,
    /// It runs by its row in the list with completed ones, and the active one lacks it.
    CompletedOnly,
}

/// Something said or changed at a second.
type Word = (u64, Box<dyn FnMut(&GuardHandle, &mut World)>);

pub(super) struct World {
    pub(super) shown: Shown,
    pub(super) spend: &'static str,
    /// Whether a cancel takes effect.
    pub(super) cancel_works: bool,
    /// The connection breaks at every cancel.
    pub(super) cancel_breaks: bool,
    /// How far ahead the service's date is.
    pub(super) ahead: i64,
    /// When the row says that it was placed, by the service's clock from the beginning.
    pub(super) created: i64,
    /// Another row on the server.
    pub(super) another: bool,
    pub(super) cancels: Vec<Moment>,
    cancelled: bool,
    is_placed: bool,
    answered: Answered,
    session: Session,
    journal: MemoryJournal,
}

impl World {
    pub(super) fn new(answered: Answered, shown: Shown) -> Self {
        Self {
            shown,
            spend: "0",
            cancel_works: true,
            cancel_breaks: false,
            ahead: 0,
            created: 2,
            another: false,
            cancels: Vec::new(),
            cancelled: false,
            is_placed: false,
            answered,
            session: session(),
            journal: MemoryJournal::new(),
        }
    }

    fn answer(&mut self, asked: &Asked) -> (Duration, Reply) {
        let date = EPOCH.plus(asked.at.since_origin().as_secs().try_into().unwrap());
        let date = date.plus(self.ahead);
        let quick = Duration::from_millis(100);
        if asked.is_create() {
            self.is_placed = true;
            let reply = match self.answered {
                Answered::WithId => Reply::ok(r#"{"code":0,"order_id":9}"#),
                Answered::WithoutId => Reply::ok(r#"{"code":0}"#),
                Answered::Lost => Reply::Fails(Delivery::Unknown, crate::error::FailureKind::Timeout),
            };
            return (quick, reply.dated(date));
        }
        if asked.path.starts_with("/v1/cancel") {
            self.cancels.push(asked.at);
            self.cancelled |= self.cancel_works;
            if self.cancel_breaks {
                return (quick, Reply::Fails(Delivery::Unknown, crate::error::FailureKind::Timeout));
            }
            return (quick, Reply::ok(r#"{"code":0}"#).dated(date));
        }
        if self.shown == Shown::Dark && !self.cancelled && self.is_placed {
            return (quick, Reply::status(502, "<html>"));
        }
        let whole = asked.path.contains("return_completed");
        let more = match self.shown {
            Shown::Running | Shown::CompletedOnly => {
                r#","pub_cluster":["h.example"],"tcp_ports":["22:40000"],"online":true"#
            }
            Shown::Expired => r#","expired":true"#,
            _ => "",
        };
        let ct = EPOCH.plus(self.created).seconds();
        let row = |id: u64| {
            let spend = self.spend;
            format!(
                r#"{{"id":{id},"si":5,"ct":{ct},"currency":"USD-Blockchain","type":"on-demand","price":24,"fee":0,"creation_fee":0,"spend":{spend}{more}}}"#
            )
        };
        let lacked = self.shown == Shown::Absent || (self.shown == Shown::CompletedOnly && !whole);
        let listed = self.is_placed && !lacked;
        let mine = (listed && (whole || !self.cancelled)).then(|| row(9));
        let other = (self.another && listed).then(|| row(8));
        let rows: Vec<_> = mine.into_iter().chain(other).collect();
        (quick, Reply::ok(format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","))).dated(date))
    }

    /// Rents, by readings that show the order.
    pub(super) fn placed(&mut self) -> Placed {
        let (shown, another) = (self.shown, core::mem::take(&mut self.another));
        self.shown = Shown::Creating;
        let order = CreateOrder::on_demand(ServerId::new(5), "img").coin(crate::model::Coin::Usd);
        let plan = Rent::new(order).intent(IntentId::parse("mine").unwrap());
        let session = self.session.clone();
        let mut run = Run::new(&settings(&session, 3), plan, at(1));
        let journal = core::mem::take(&mut self.journal);
        let result = run.finish(&journal, &mut |asked| self.answer(asked));
        (self.journal, self.shown, self.another) = (journal, shown, another);
        match result.unwrap() {
            RentOutcome::Placed(placed) => placed,
            other => panic!("{other:?}"),
        }
    }

    /// Guards what was placed from 10 s on; `words` are said at their seconds.
    pub(super) fn guard(
        &mut self,
        with: impl FnOnce(Guard) -> Guard,
        mut words: Vec<Word>,
    ) -> (GuardEnd, Run<Guarding>) {
        let placed = self.placed();
        let handle = GuardHandle::new();
        let plan = with(Guard::new(placed, handle.clone()));
        let session = self.session.clone();
        let mut run = Run::new(&settings(&session, 3), plan, at(10));
        words.reverse();
        for _ in 0..100_000 {
            match run.step() {
                Next::Waits(until) => {
                    let due = words.last().map_or(Moment::NEVER, |(when, _)| at(*when));
                    assert!(until.min(due) < Moment::NEVER, "it waits for ever");
                    run.now = run.now.max(until.min(due));
                    if due <= run.now {
                        let (_, mut say) = words.pop().unwrap();
                        say(&handle, self);
                    }
                }
                Next::Asked(asked) => {
                    let (after, reply) = self.answer(&asked);
                    run.reply(after, &reply);
                }
                Next::Records(record) => {
                    let done = self.journal.record(record);
                    run.recorded(done);
                }
                Next::Done(end) => return (end.unwrap(), run),
            }
        }
        panic!("it never ends");
    }
}

/// A word said at a moment.
pub(super) fn word(second: u64, say: impl FnMut(&GuardHandle, &mut World) + 'static) -> Word {
    (second, Box::new(say))
}

pub(super) fn has(run: &Run<Guarding>, wanted: fn(&Event) -> bool) -> bool {
    run.events.iter().any(wanted)
}

pub(super) fn hours(n: u64) -> Duration {
    seconds(3_600 * n)
}
