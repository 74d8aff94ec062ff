//! Random runs against a small model of the service, in virtual time, with crashes at any step.
//!
//! The ledger is the oracle (reliability 5): no more orders than rents asked for; every order is told as placed, or its
//! intent is open or resolved to it; no order is told to two intents.

use super::world::{date, id};
use crate::effect::Delivery;
use crate::endpoint::create_order::CreateOrder;
use crate::error::{ErrorKind, FailureKind};
use crate::journal::{IntentId, Journal, MemoryJournal, Record, Recorded, Resolution, View};
use crate::model::{OrderId, ServerId};
use crate::op::rent::{Rent, RentOutcome, Resume};
use crate::op::scripted::{Asked, Next, Reply, Run, at, seconds, session, settings};
use crate::time::Moment;
use core::time::Duration;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What the service does with one create.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answers,
    AnswersWithoutId,
    /// It is made, and the answer is lost after that many seconds.
    MadeAndLost(u64),
    /// It is made, and the answer is garbled.
    MadeAndGarbled,
    /// It is not made, and there is no answer.
    Lost,
    TooFast,
    Refuses,
    NeverLeft,
    /// It is not made, and the answer is a database error.
    DatabaseError,
}

#[derive(Clone, Debug)]
struct Attempt {
    server: u64,
    /// The client dies after so many steps.
    crash: Option<usize>,
    go_on: bool,
    /// It passes over every attempt before it.
    despite: bool,
}

#[derive(Clone, Debug)]
struct Plot {
    fates: Vec<Fate>,
    attempts: Vec<Attempt>,
    /// How late a row is listed, in seconds.
    lag: u64,
    /// How late a create that is answered late is committed.
    late: u64,
    /// Which readings fail, by their number modulo its length.
    dark: Vec<bool>,
    /// Whether rows say when they were created, and answers have a date.
    dated: bool,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        2 => Just(Fate::Answers),
        2 => Just(Fate::AnswersWithoutId),
        3 => (0_u64..40).prop_map(Fate::MadeAndLost),
        1 => Just(Fate::MadeAndGarbled),
        2 => Just(Fate::Lost),
        3 => Just(Fate::TooFast),
        1 => Just(Fate::Refuses),
        2 => Just(Fate::NeverLeft),
        1 => Just(Fate::DatabaseError),
    ]
}

fn plot() -> impl Strategy<Value = Plot> {
    let attempt = (5_u64..7, proptest::option::weighted(0.6, 0_usize..45), any::<bool>(), any::<bool>())
        .prop_map(|(server, crash, go_on, despite)| Attempt { server, crash, go_on, despite });
    let dark = proptest::collection::vec(proptest::bool::weighted(0.2), 1..8);
    (
        proptest::collection::vec(fate(), 1..6),
        proptest::collection::vec(attempt, 1..5),
        0_u64..45,
        0_u64..10,
        dark,
        any::<bool>(),
    )
        .prop_map(|(fates, attempts, lag, late, dark, dated)| Plot {
            fates,
            attempts,
            lag,
            late,
            dark,
            dated,
        })
}

#[derive(Clone, Copy, Debug)]
struct Order {
    id: u64,
    server: u64,
    made: Moment,
    /// Which attempt's create made it.
    by: usize,
}

struct Service {
    plot: Plot,
    orders: Vec<Order>,
    creates: usize,
    readings: usize,
}

impl Service {
    fn answer(&mut self, asked: &Asked, by: usize, server: u64) -> (Duration, Reply) {
        let (took, reply) = if asked.is_create() { self.create(asked, by, server) } else { self.list(asked) };
        (took, if self.plot.dated { reply.dated(date(asked.at)) } else { reply })
    }

    fn create(&mut self, asked: &Asked, by: usize, server: u64) -> (Duration, Reply) {
        let fate = *self.plot.fates.get(self.creates % self.plot.fates.len()).unwrap();
        self.creates += 1;
        let late = self.plot.late;
        let mut make = |after: u64| {
            let id = 100 + u64::try_from(self.orders.len()).unwrap();
            self.orders.push(Order { id, server, made: asked.at.after(seconds(after)), by });
            id
        };
        let lost = Reply::Fails(Delivery::Unknown, FailureKind::Io(std::io::ErrorKind::ConnectionReset));
        match fate {
            Fate::Answers => {
                let id = make(0);
                (seconds(1), Reply::ok(format!(r#"{{"code":0,"order_id":{id}}}"#)))
            }
            Fate::AnswersWithoutId => {
                make(0);
                (seconds(1), Reply::ok(r#"{"code":0}"#))
            }
            Fate::MadeAndLost(after) => {
                make(late);
                (seconds(after), lost)
            }
            Fate::MadeAndGarbled => {
                make(late);
                (seconds(1), Reply::status(502, "<html>"))
            }
            Fate::Lost => (seconds(1), lost),
            Fate::TooFast => (seconds(1), Reply::ok(r#"{"code":5}"#)),
            Fate::Refuses => (seconds(1), Reply::ok(r#"{"code":6,"error":"no"}"#)),
            Fate::NeverLeft => (seconds(0), Reply::Fails(Delivery::NotSent, FailureKind::Connect)),
            Fate::DatabaseError => (seconds(1), Reply::ok(r#"{"code":1}"#)),
        }
    }

    fn list(&mut self, asked: &Asked) -> (Duration, Reply) {
        let dark = *self.plot.dark.get(self.readings % self.plot.dark.len()).unwrap();
        self.readings += 1;
        if dark {
            return (seconds(1), Reply::status(502, "<html>"));
        }
        let lag = seconds(self.plot.lag);
        let seen = self.orders.iter().filter(|order| order.made.after(lag) <= asked.at);
        let row = |order: &Order| {
            let made = date(order.made).seconds();
            let created = if self.plot.dated { format!(r#","ct":{made}"#) } else { String::new() };
            format!(r#"{{"id":{},"si":{}{created}}}"#, order.id, order.server)
        };
        let rows: Vec<String> = seen.map(row).collect();
        (seconds(1), Reply::ok(format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","))))
    }
}

fn look(journal: &MemoryJournal) -> View {
    match journal.record(Record::Look) {
        Ok(Recorded::Seen(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn name(attempt: usize) -> IntentId {
    id(&format!("attempt-{attempt}"))
}

/// Runs the plot; what was told as placed, by which intent.
fn play(plot: &Plot) -> (Service, MemoryJournal, Vec<(u64, IntentId)>) {
    let journal = MemoryJournal::new();
    let mut service = Service { plot: plot.clone(), orders: Vec::new(), creates: 0, readings: 0 };
    let mut told: Vec<(u64, IntentId)> = Vec::new();
    let mut now = at(10);
    for (number, attempt) in plot.attempts.iter().enumerate() {
        let order = CreateOrder::on_demand(ServerId::new(attempt.server), "an/image");
        let mut plan = Rent::new(order).intent(name(number));
        if attempt.go_on {
            plan = plan.go_on_after_placed();
        }
        if attempt.despite {
            plan = (0..number).map(name).fold(plan, Rent::despite);
        }
        // A new process: its own session, the same journal.
        let session = session();
        let mut run = Run::new(&settings(&session, 7), plan, now);
        let mut steps = 0;
        let result = loop {
            if attempt.crash.is_some_and(|crash| steps >= crash) {
                break None;
            }
            steps += 1;
            match run.next() {
                Next::Asked(asked) => {
                    let (after, reply) = service.answer(&asked, number, attempt.server);
                    run.reply(after, &reply);
                }
                Next::Records(record) => run.recorded(journal.record(record)),
                Next::Waits(_) => {}
                Next::Done(result) => break Some(result),
            }
        };
        match result {
            Some(Ok(RentOutcome::Placed(placed))) => {
                assert_eq!(placed.intent, name(number));
                told.push((placed.order.number(), placed.intent));
            }
            Some(Ok(outcome)) => assert_eq!(outcome.intent(), &name(number)),
            Some(Err(error)) => {
                assert_ne!(error.kind(), &ErrorKind::Deadline, "a read failed, or a word was said");
            }
            None => {}
        }
        now = run.now.after(seconds(1));
    }
    // In the end the user resumes, twice: the second time nothing is left dark.
    for _ in 0..2 {
        let session = session();
        let mut run = Run::new(&settings(&session, 7), Resume::new(), now);
        let result = run.finish(&journal, &mut |asked| service.answer(asked, usize::MAX, 0));
        for one in result.unwrap() {
            told.extend(one.settlement.order().map(|order| (order.number(), one.intent.clone())));
        }
        now = run.now.after(seconds(1));
        service.plot.dark = vec![false];
    }
    (service, journal, told)
}

fn check(plot: &Plot) -> Result<(), TestCaseError> {
    let (service, journal, told) = play(plot);
    let view = look(&journal);
    // No more orders than rents, and no rent made two.
    let mut made: BTreeMap<usize, usize> = BTreeMap::new();
    for order in &service.orders {
        *made.entry(order.by).or_default() += 1;
    }
    prop_assert!(
        made.values().all(|orders| *orders == 1),
        "an attempt made two orders: {:?}",
        service.orders
    );
    // Every order is known: attributed to the intent that made it, or that intent is open.
    for order in &service.orders {
        let by = name(order.by);
        let open = view.intent(&by).is_some();
        let owner = view.attributed_to(OrderId::new(order.id));
        prop_assert!(
            open || owner == Some(&by),
            "{order:?} is unknown: {:?}, {owner:?}",
            view.resolution(&by)
        );
        prop_assert!(owner.is_none_or(|owner| *owner == by), "{order:?} was given to {owner:?}");
    }
    // What was told is true, and told of one intent only.
    let mut owners: BTreeMap<u64, &IntentId> = BTreeMap::new();
    for (order, intent) in &told {
        let real = service.orders.iter().find(|real| real.id == *order);
        prop_assert!(real.is_some_and(|real| name(real.by) == *intent), "{order} was told to {intent}");
        let first = owners.entry(*order).or_insert(intent);
        prop_assert_eq!(*first, intent);
    }
    // What is resolved without an order has none.
    for number in 0..plot.attempts.len() {
        if let Some(Resolution::Refused | Resolution::NeverSent) = view.resolution(&name(number)) {
            prop_assert!(
                !made.contains_key(&number),
                "attempt {number} is called {:?}",
                view.resolution(&name(number))
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_order_is_made_twice_unknown_or_told_to_two(plot in plot()) {
        check(&plot)?;
    }
}
