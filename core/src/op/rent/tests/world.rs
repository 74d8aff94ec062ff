//! A small service for these tests: rows that become visible at a moment, and answers to creates.

use crate::endpoint::create_order::CreateOrder;
use crate::error::Error;
use crate::journal::{Intent, IntentId, Journal, JournalError, MemoryJournal, Record, Recorded, View};
use crate::model::ServerId;
use crate::op::rent::{Rent, RentOutcome, Renting};
use crate::op::scripted::{Asked, EPOCH, Reply, Run, at, session, settings};
use crate::session::Session;
use crate::time::{Moment, UnixTime};
use core::time::Duration;
use std::collections::VecDeque;

pub(super) const SERVER: u64 = 5;

/// The service's date at `now`.
pub(super) fn date(now: Moment) -> UnixTime {
    EPOCH.plus(now.since_origin().as_secs().try_into().unwrap())
}

pub(super) fn id(name: &str) -> IntentId {
    IntentId::parse(name).unwrap()
}

pub(super) fn order() -> CreateOrder {
    CreateOrder::on_demand(ServerId::new(SERVER), "an/image")
}

pub(super) fn rent() -> Rent {
    Rent::new(order()).intent(id("mine"))
}

/// An intent for [`SERVER`] as a crash leaves it, with order 1 in its base ids.
pub(super) fn left_behind(journal: &dyn Journal, name: &str, server: u64) {
    let mut intent = Intent::new(id(name), "create_order");
    intent.server = Some(ServerId::new(server));
    intent.base_ids = Some([crate::model::OrderId::new(1)].into());
    intent.snapshot_date = Some(EPOCH);
    assert!(matches!(journal.record(Record::Intent(Box::new(intent))), Ok(Recorded::Claimed(_))));
}

pub(super) fn view(journal: &dyn Journal) -> View {
    match journal.record(Record::Look) {
        Ok(Recorded::Seen(view)) => view,
        other => panic!("not seen: {other:?}"),
    }
}

/// `none`, `open`, `live` or the resolution of an intent.
pub(super) fn state_of(journal: &dyn Journal, name: &str) -> String {
    let view = view(journal);
    let open = view.intent(&id(name)).map(|open| format!("{:?}", open.ownership));
    open.or_else(|| view.resolution(&id(name)).map(|done| format!("{done:?}"))).unwrap_or("none".into())
}

/// Every way a journal can fail.
pub(super) fn errors() -> [JournalError; 5] {
    let (kind, doing) = (std::io::ErrorKind::StorageFull, "flushing");
    [
        JournalError::Medium { kind, doing },
        JournalError::LockTimeout,
        JournalError::Damaged { line: 3 },
        JournalError::Newer { version: 9 },
        JournalError::NameTaken(id("mine")),
    ]
}

/// One order row, seen from `from` on.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) from: Moment,
    pub(super) json: String,
}

/// A row as the service lists it: these fields and more, `more` beginning with a comma.
pub(super) fn row(from: u64, id: u64, server: u64, created: u64, more: &str) -> Row {
    let created = date(at(created)).seconds();
    let json = format!(
        r#"{{"id":{id},"si":{server},"ct":{created},"currency":"CLORE-Blockchain","type":"on-demand"{more}}}"#
    );
    Row { from: at(from), json }
}

#[derive(Default)]
pub(super) struct World {
    pub(super) creates: VecDeque<Reply>,
    pub(super) rows: Vec<Row>,
    /// Readings begun in here fail.
    pub(super) dark: Vec<(u64, u64)>,
    /// Readings begun in here hold a row without an id on this server.
    pub(super) odd: Vec<(u64, u64)>,
    pub(super) readings: Vec<Moment>,
    pub(super) took: Duration,
}

impl World {
    pub(super) fn new() -> Self {
        // Order 1 on the same server and 2 on another are there from the start.
        let rows = vec![row(0, 1, SERVER, 0, ""), row(0, 2, 6, 0, "")];
        Self { rows, took: Duration::from_millis(100), ..Self::default() }
    }

    pub(super) fn create(mut self, reply: Reply) -> Self {
        self.creates.push_back(reply);
        self
    }

    pub(super) fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    pub(super) fn dark(mut self, from: u64, to: u64) -> Self {
        self.dark.push((from, to));
        self
    }

    pub(super) fn odd(mut self, from: u64, to: u64) -> Self {
        self.odd.push((from, to));
        self
    }

    pub(super) fn answer(&mut self, asked: &Asked) -> (Duration, Reply) {
        if asked.is_create() {
            let reply = self.creates.pop_front().unwrap_or_else(|| panic!("one create too many"));
            return (self.took, reply.dated(date(asked.at)));
        }
        assert_eq!(asked.path, "/v1/my_orders?return_completed=true");
        self.readings.push(asked.at);
        let within =
            |spans: &[(u64, u64)]| spans.iter().any(|(from, to)| (at(*from)..at(*to)).contains(&asked.at));
        if within(&self.dark) {
            return (self.took, Reply::status(502, "<html>bad gateway</html>"));
        }
        let seen = self.rows.iter().filter(|row| row.from <= asked.at).map(|row| row.json.clone());
        let odd = within(&self.odd).then(|| format!(r#"{{"si":{SERVER}}}"#));
        let rows: Vec<String> = seen.chain(odd).collect();
        let body = format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","));
        (self.took, Reply::ok(body).dated(date(asked.at)))
    }

    pub(super) fn run_in(
        &mut self,
        session: &Session,
        journal: &dyn Journal,
        plan: Rent,
    ) -> (Run<Renting>, Result<RentOutcome, Error>) {
        let mut run = Run::new(&settings(session, 3), plan, at(1));
        let result = run.finish(journal, &mut |asked| self.answer(asked));
        (run, result)
    }

    pub(super) fn run(&mut self, journal: &dyn Journal) -> (Run<Renting>, Result<RentOutcome, Error>) {
        self.run_in(&session(), journal, rent())
    }

    /// Runs [`rent`] with a journal of its own and says how it ended: creates, outcome, the intent's state.
    pub(super) fn ends(mut self) -> (usize, &'static str, String) {
        let journal = MemoryJournal::new();
        let (run, result) = self.run(&journal);
        (run.creates(), word(&result), state_of(&journal, "mine"))
    }
}

pub(super) fn word(result: &Result<RentOutcome, Error>) -> &'static str {
    match result {
        Ok(outcome) => outcome.word(),
        Err(_) => "error",
    }
}

/// The moments of the readings after the create of `run`, in seconds after its close.
pub(super) fn after_close(world: &World, closed: Moment) -> Vec<u64> {
    let later = world.readings.iter().filter(|at| **at >= closed);
    later.map(|at| (at.since(closed).as_secs_f64()).round() as u64).collect()
}

pub(super) fn closed_after(run: &Run<Renting>, took: Duration) -> Moment {
    run.asked.iter().rfind(|asked| asked.is_create()).unwrap().at.after(took)
}
