//! Rounds over an account of several orders, in virtual time, against what was cancelled.

mod lagging;

use super::{GuardOrders, GuardingOrders};
use crate::effect::Delivery;
use crate::error::{Error, ErrorKind, FailureKind};
use crate::event::{Cap, Event, GuardRound, Standing};
use crate::journal::{Intent, IntentId, Journal, JournalError, MemoryJournal, Record, Resolution};
use crate::model::{OrderId, ServerId};
use crate::op::GuardHandle;
use crate::op::scripted::{Asked, EPOCH, Next, Reply, Run, at, seconds, session, settings};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

/// An account: orders made at 0 s of the service's clock, a dollar an hour each.
#[derive(Default)]
struct Account {
    journal: MemoryJournal,
    journal_fails: bool,
    listed: BTreeSet<u64>,
    cancelled: BTreeSet<u64>,
    /// When each was cancelled first.
    cancels: BTreeMap<u64, Moment>,
    cancel_fails: bool,
    /// Instead of an odd answer, the connection breaks; and at every cancel.
    breaks: bool,
    /// Lists begun in here fail, or lack everything but an unreadable row.
    dark: Vec<(u64, u64)>,
    partial: Vec<(u64, u64)>,
    /// Or are empty, or refuse the key, or are dated ten hours ahead.
    lacking: Vec<(u64, u64)>,
    refused: Vec<(u64, u64)>,
    ahead: Vec<(u64, u64)>,
    /// Rows do not say when they began.
    no_dates: bool,
    /// Order 77 is on server 1 as well.
    another_on_1: bool,
    /// Their cancel is accepted and has no effect.
    sticky: BTreeSet<u64>,
    reads: usize,
    key_refused: bool,
}

const BROKEN: Reply = Reply::Fails(Delivery::Unknown, FailureKind::Timeout);

fn runtime(longest: u64) -> OrderCaps {
    OrderCaps::new().runtime(seconds(longest))
}

fn id(order: u64) -> OrderId {
    OrderId::new(order)
}

impl Account {
    /// An order whose intent has these caps, resolved so.
    fn order(self, order: u64, caps: OrderCaps, resolution: Resolution) -> Self {
        let name = IntentId::parse(&format!("intent-{order}")).unwrap();
        let mut intent = Intent::new(name.clone(), "create_order");
        intent.caps = caps;
        drop(self.journal.record(Record::Intent(Box::new(intent))).unwrap());
        self.journal.record(Record::Resolved { intent: name, resolution, wall: None }).unwrap();
        self.listed(order)
    }

    fn told(self, order: u64, caps: OrderCaps) -> Self {
        self.order(order, caps, Resolution::Placed { order: id(order), inferred: false })
    }

    /// Found by reading, after a success without an id or a lost answer, on the server of the same number, which had
    /// no order before.
    fn found(self, order: u64, caps: OrderCaps, answered: bool) -> Self {
        let name = IntentId::parse(&format!("intent-{order}")).unwrap();
        let mut intent = Intent::new(name.clone(), "create_order");
        (intent.caps, intent.server) = (caps, Some(ServerId::new(order)));
        (intent.base_ids, intent.snapshot_date) = (Some(BTreeSet::new()), Some(EPOCH));
        let claim = self.journal.record(Record::Intent(Box::new(intent))).unwrap();
        if answered {
            self.journal.record(Record::Answered(name.clone())).unwrap();
        }
        drop(claim);
        let resolution = Resolution::Placed { order: id(order), inferred: true };
        self.journal.record(Record::Resolved { intent: name, resolution, wall: None }).unwrap();
        self.listed(order)
    }

    fn listed(mut self, order: u64) -> Self {
        self.listed.insert(order);
        self
    }

    fn no_dates(mut self) -> Self {
        self.no_dates = true;
        self
    }

    fn answer(&mut self, asked: &Asked) -> (Duration, Reply) {
        let date = EPOCH.plus(asked.at.since_origin().as_secs().try_into().unwrap());
        let quick = Duration::from_millis(100);
        let within =
            |spans: &[(u64, u64)]| spans.iter().any(|(from, to)| (at(*from)..at(*to)).contains(&asked.at));
        if asked.path.starts_with("/v1/cancel") {
            let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
            let ids = body.get("order_ids").and_then(|ids| ids.as_array()).cloned();
            let ids = ids.unwrap_or_else(|| vec![body["id"].clone()]);
            let ids: Vec<u64> = ids.iter().map(|id| id.as_u64().unwrap()).collect();
            for id in &ids {
                self.cancels.entry(*id).or_insert(asked.at);
                if !self.cancel_fails && !self.sticky.contains(id) {
                    self.cancelled.insert(*id);
                }
            }
            if self.breaks {
                return (quick, BROKEN);
            }
            let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let body = format!(
                r#"{{"code":0,"failed_to_cancel":[{}]}}"#,
                if self.cancel_fails { texts.join(",") } else { String::new() }
            );
            return (quick, Reply::ok(body).dated(date));
        }
        assert!(asked.path.starts_with("/v1/my_orders"), "{}", asked.path);
        self.reads += 1;
        if self.key_refused || within(&self.refused) {
            return (quick, Reply::ok(r#"{"code":3}"#));
        }
        if within(&self.dark) && self.breaks {
            return (quick, BROKEN);
        }
        if within(&self.dark) {
            return (quick, Reply::status(502, "<html>"));
        }
        let date = if within(&self.ahead) { date.plus(36_000) } else { date };
        let ct = if self.no_dates { "null".to_owned() } else { EPOCH.seconds().to_string() };
        let partial = within(&self.partial);
        let lacking = within(&self.lacking);
        let row = |id: &u64| {
            format!(
                r#"{{"id":{id},"si":{id},"ct":{ct},"currency":"USD-Blockchain","price":24,"fee":0,"creation_fee":0,"spend":0}}"#
            )
        };
        let listed = self.listed.iter().filter(|id| !self.cancelled.contains(*id) && !partial && !lacking);
        let another = (self.another_on_1 && !lacking).then(|| row(&77).replace(r#""si":77"#, r#""si":1"#));
        let rows: Vec<String> =
            listed.map(row).chain(another).chain(partial.then(|| r#"{"si":1}"#.to_owned())).collect();
        (quick, Reply::ok(format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","))).dated(date))
    }

    /// Watches from second 10 on; the handle says finish at `until`.
    fn watch(&mut self, plan: GuardOrders, until: u64) -> (Result<GuardRound, Error>, Run<GuardingOrders>) {
        let handle = GuardHandle::new();
        let mut run = Run::new(&settings(&session(), 3), plan.handle(handle.clone()), at(10));
        loop {
            match run.step() {
                Next::Waits(to) => {
                    let to = if run.now < at(until) { to.min(at(until)) } else { to };
                    run.now = run.now.max(to);
                    if run.now >= at(until) {
                        handle.finish(true);
                    }
                }
                Next::Asked(asked) => {
                    let (after, reply) = self.answer(&asked);
                    run.reply(after, &reply);
                }
                Next::Records(Record::Look) if self.journal_fails => {
                    run.recorded(Err(JournalError::LockTimeout))
                }
                Next::Records(record) => {
                    let done = self.journal.record(record);
                    run.recorded(done);
                }
                Next::Done(result) => return (result, run),
            }
        }
    }

    fn once(&mut self, plan: GuardOrders) -> GuardRound {
        self.watch(plan.once(), 100_000).0.unwrap()
    }

    fn ended(&self) -> Vec<u64> {
        self.cancels.keys().copied().collect()
    }
}

fn standing(round: &GuardRound, order: u64) -> &Standing {
    &round.orders.iter().find(|one| one.order == id(order)).unwrap().standing
}

#[test]
fn only_orders_that_passed_a_cap_are_ended_each_at_its_time() {
    let mut account =
        Account::default().told(1, runtime(600)).told(2, runtime(5_000)).told(3, OrderCaps::new());
    let (round, run) = account.watch(GuardOrders::new(), 3_000);
    assert_eq!(account.ended(), [1]);
    let ended = account.cancels[&1].since_origin();
    assert!(ended >= seconds(600) && ended <= seconds(603), "not a round late: {ended:?}");
    let round = round.unwrap();
    assert_eq!((standing(&round, 2), standing(&round, 3)), (&Standing::Within, &Standing::NoCap));
    assert!(round.orders.iter().all(|one| one.order != id(1)), "what is over is watched no more");
    let rounds = run.events.iter().filter(|event| matches!(event, Event::GuardRound(_))).count();
    assert!((40..=60).contains(&rounds), "one a minute: {rounds}");
    assert!(run.events.contains(&Event::OrderCancelled { order: id(1) }));
}

#[test]
fn a_round_that_ends_an_order_says_so() {
    let mut account = Account::default().told(1, runtime(5));
    let round = account.once(GuardOrders::new());
    assert_eq!(*standing(&round, 1), Standing::Ended(Cap::Runtime));
    assert_eq!((round.next, round.still_billing().count()), (None, 0));
}

#[test]
fn caps_for_all_are_for_orders_of_this_journal_and_the_lower_holds() {
    let mut account = Account::default().told(1, runtime(50_000)).told(2, OrderCaps::new()).listed(3);
    let round = account.once(GuardOrders::new().caps(runtime(5)));
    assert_eq!(account.ended(), [1, 2], "3 is somebody else's");
    assert_eq!(*standing(&round, 3), Standing::NotOurs);
    let mut account = Account::default().told(1, runtime(5));
    account.once(GuardOrders::new().caps(runtime(50_000)));
    assert_eq!(account.ended(), [1]);
}

#[test]
fn an_order_that_is_named_has_the_caps_it_was_named_with() {
    let mut account = Account::default().told(1, runtime(5)).found(2, OrderCaps::new(), false).listed(3);
    let plan =
        GuardOrders::new().order(id(1), runtime(50_000)).order(id(2), runtime(5)).order(id(3), runtime(5));
    let round = account.once(plan);
    assert_eq!(account.ended(), [2, 3]);
    assert_eq!(*standing(&round, 1), Standing::Within);
}

/// Rent.md, "automatic cancel".
#[test]
fn an_order_found_by_reading_is_ended_only_when_it_stands_alone_and_was_answered_or_that_was_allowed() {
    for (answered, allowed, another, ended) in [
        (false, false, false, false),
        (false, true, false, true),
        (true, false, false, true),
        (true, true, false, true),
        // Somebody else's may be the one, whatever was allowed.
        (true, false, true, false),
        (true, true, true, false),
        (false, true, true, false),
    ] {
        let mut account = Account::default().found(1, runtime(5), answered);
        account.another_on_1 = another;
        let plan = GuardOrders::new().cancel_inferred(allowed).once();
        let (round, _) = account.watch(plan, 100_000);
        let (round, name) = (round.unwrap(), format!("{answered} {allowed} {another}"));
        assert_eq!(account.ended(), if ended { vec![1] } else { vec![] }, "{name}");
        let expected =
            if ended { Standing::Ended(Cap::Runtime) } else { Standing::NotCertain(Some(Cap::Runtime)) };
        assert_eq!(*standing(&round, 1), expected, "{name}");
        assert_eq!(round.still_billing().count(), usize::from(!ended), "{name}");
    }
    // A person said which order it is.
    let mut account = Account::default().order(1, runtime(5), Resolution::AttributedTo(id(1)));
    account.once(GuardOrders::new());
    assert_eq!(account.ended(), [1]);
}

#[test]
fn caps_hold_while_no_list_can_be_read() {
    let mut account = Account::default().told(1, runtime(1_000)).told(2, runtime(9_000));
    account.dark = vec![(100, 8_000)];
    let (round, run) = account.watch(GuardOrders::new(), 4_000);
    assert_eq!(account.ended(), [1]);
    let ended = account.cancels[&1].since_origin();
    assert!(ended >= seconds(1_000) && ended < seconds(1_010), "{ended:?}");
    assert!(round.unwrap().failure.is_some());
    assert!(run.events.contains(&Event::OrderStillBilling { order: id(1) }), "no list confirms it");
    // From the beginning, too: the time then counts from when the guard began.
    let mut account = Account::default().told(1, runtime(1_000)).found(2, runtime(10), false);
    account.dark = vec![(0, 90_000)];
    account.watch(GuardOrders::new(), 4_000).0.unwrap();
    assert!(account.cancels[&1].since_origin() >= seconds(1_010));
    assert_eq!(account.ended(), [1]);
}

#[test]
fn a_partial_list_takes_no_order_for_over_and_a_whole_one_does() {
    let mut account = Account::default().told(1, runtime(1_000));
    account.partial = vec![(100, 90_000)];
    let (round, _) = account.watch(GuardOrders::new(), 3_000);
    assert_eq!(account.ended(), [1], "it may be the row that cannot be read");
    assert!(!round.unwrap().is_complete());
    // A whole list lacks it: nothing is to be ended.
    let mut account = Account::default().told(1, runtime(1_000));
    account.listed.clear();
    account.watch(GuardOrders::new(), 3_000).0.unwrap();
    assert!(account.ended().is_empty());
}

#[test]
fn a_cancel_that_is_not_confirmed_is_told_and_tried_again_next_round() {
    let mut account = Account::default().told(1, runtime(5));
    account.cancel_fails = true;
    let round = account.once(GuardOrders::new());
    let Standing::StillBilling(Cap::Runtime, error) = standing(&round, 1) else { panic!() };
    assert_eq!(*error.kind(), ErrorKind::CancelUnconfirmed);
    assert_eq!(round.still_billing().collect::<Vec<_>>(), [id(1)]);
    let (round, run) = account.watch(GuardOrders::new(), 1_000);
    assert_eq!(round.unwrap().still_billing().count(), 1);
    let cancels = run.asked.iter().filter(|asked| asked.path.starts_with("/v1/cancel")).count();
    assert!(cancels > 6, "{cancels}");
}

#[test]
fn a_journal_that_cannot_be_read_ends_nothing_but_what_is_named() {
    let mut account = Account::default().told(1, runtime(5)).told(2, runtime(5));
    account.journal_fails = true;
    let round = account.once(GuardOrders::new().order(id(2), runtime(5)));
    assert_eq!(account.ended(), [2]);
    assert_eq!((round.journal.is_some(), standing(&round, 1)), (true, &Standing::NotOurs));
}

#[test]
fn a_refused_key_ends_the_watch_and_other_faults_do_not() {
    let mut account = Account { key_refused: true, ..Account::default() };
    let (result, _) = account.watch(GuardOrders::new(), 3_000);
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::Key);
    assert_eq!(account.reads, 3, "three times in a row");
    account.reads = 0;
    let (result, _) = account.watch(GuardOrders::new().once(), 3_000);
    assert_eq!((result.unwrap_err().kind().clone(), account.reads), (ErrorKind::Key, 1));
}

#[test]
fn two_guards_at_once_do_no_harm() {
    let mut account = Account::default().told(1, runtime(600)).told(2, runtime(90_000));
    let first = account.watch(GuardOrders::new(), 2_000).0.unwrap();
    let second = account.watch(GuardOrders::new(), 2_000).0.unwrap();
    assert_eq!(
        (account.ended(), first.still_billing().count(), second.still_billing().count()),
        (vec![1], 0, 0)
    );
}

#[test]
fn open_intents_are_named_because_their_orders_are_not_watched() {
    let mut account = Account::default();
    let intent = Intent::new(IntentId::parse("open").unwrap(), "create_order");
    drop(account.journal.record(Record::Intent(Box::new(intent))).unwrap());
    let round = account.once(GuardOrders::new());
    assert_eq!(round.open_intents, [IntentId::parse("open").unwrap()]);
}
