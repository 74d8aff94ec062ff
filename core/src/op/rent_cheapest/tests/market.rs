//! A small market in virtual time: listings, answers to creates, and orders that appear after the last of them.

use crate::effect::Delivery;
use crate::endpoint::create_order::CreateOrder;
use crate::error::{Error, FailureKind};
use crate::event::Event;
use crate::journal::{IntentId, Journal, MemoryJournal, Record, Recorded, View};
use crate::op::scripted::{Asked, EPOCH, Reply, Run, at, session, settings};
use crate::op::{CheapestEnd, RentCheapest, RentedCheapest, RentingCheapest};
use crate::search::Filter;
use crate::session::Session;
use core::time::Duration;
use std::collections::VecDeque;

pub(super) const LOST: Reply = Reply::Fails(Delivery::Unknown, FailureKind::Timeout);

pub(super) fn gone(reason: &str) -> Reply {
    Reply::ok(format!(r#"{{"code":6,"error":"{reason}"}}"#))
}

pub(super) fn placed(order: u64) -> Reply {
    Reply::ok(format!(r#"{{"code":0,"order_id":{order}}}"#))
}

pub(super) fn accepted() -> Reply {
    Reply::ok(r#"{"code":0}"#)
}

/// Servers 1, 2, 3, ... at 0.10, 0.20, 0.30, ... dollars an hour, which is 24, 48, 72, ... CLORE a day.
#[derive(Default)]
pub(super) struct Market {
    pub(super) servers: u64,
    pub(super) creates: VecDeque<Reply>,
    /// Rows of `my_orders`, listed from a moment on.
    pub(super) rows: Vec<(u64, String)>,
    pub(super) cancelled: bool,
    pub(super) cancel_shows: bool,
    /// How long a reading of the history takes.
    pub(super) took: Duration,
    /// Servers that the creates were for, and the price each required.
    pub(super) asked_for: Vec<(u64, String)>,
    pub(super) listings: usize,
    pub(super) cancels: usize,
}

impl Market {
    pub(super) fn of(servers: u64, creates: impl IntoIterator<Item = Reply>) -> Self {
        let creates = creates.into_iter().collect();
        Self { servers, creates, cancel_shows: true, took: Duration::from_millis(100), ..Self::default() }
    }

    /// Order `id` on `server` at `price` CLORE a day.
    pub(super) fn row(mut self, from: u64, id: u64, server: u64, price: &str) -> Self {
        let ct = EPOCH.plus(from.try_into().unwrap()).seconds();
        let row = format!(
            r#"{{"id":{id},"si":{server},"ct":{ct},"currency":"CLORE-Blockchain","type":"on-demand","price":{price}}}"#
        );
        self.rows.push((from, row));
        self
    }

    pub(super) fn listing(&self) -> String {
        let row = |id: u64| {
            format!(
                r#"{{"id":{id},"rented":false,"price":{{"on_demand":{{"CLORE-Blockchain":{}}},"usd":{{"on_demand_clore":{}.{}}}}}}}"#,
                24 * id,
                24 * id / 10,
                24 * id % 10,
            )
        };
        let rows: Vec<String> = (1..=self.servers).rev().map(row).collect();
        format!(r#"{{"servers":[{}],"my_servers":[],"code":0}}"#, rows.join(","))
    }

    pub(super) fn answer(&mut self, asked: &Asked) -> (Duration, Reply) {
        let date = EPOCH.plus(asked.at.since_origin().as_secs().try_into().unwrap());
        let quick = Duration::from_millis(100);
        if asked.path.starts_with("/v1/marketplace") {
            self.listings += 1;
            return (quick, Reply::ok(self.listing()).dated(date));
        }
        if asked.is_create() {
            let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
            let price = body.get("required_price").map(ToString::to_string).unwrap_or_default();
            self.asked_for.push((body["renting_server"].as_u64().unwrap(), price));
            return (quick, self.creates.pop_front().expect("one create too many").dated(date));
        }
        if asked.path.starts_with("/v1/cancel_order") {
            self.cancels += 1;
            self.cancelled = self.cancel_shows;
            return (quick, Reply::ok(r#"{"code":0}"#).dated(date));
        }
        assert!(asked.path.starts_with("/v1/my_orders"), "{}", asked.path);
        let whole = asked.path.contains("return_completed");
        // There is no order before the last create.
        let is_made = self.creates.is_empty() && !self.asked_for.is_empty();
        let shown = |row: &&(u64, String)| at(row.0) <= asked.at && is_made && (whole || !self.cancelled);
        let rows: Vec<_> = self.rows.iter().filter(shown).map(|row| row.1.clone()).collect();
        let took = if whole { self.took } else { quick };
        (took, Reply::ok(format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(","))).dated(date))
    }
}

pub(super) fn cheap() -> RentCheapest {
    RentCheapest::new(Filter::new(), |offer| CreateOrder::on_demand(offer, "img"))
        .intent(IntentId::parse("mine").unwrap())
}

pub(super) struct Ran {
    pub(super) run: Run<RentingCheapest>,
    pub(super) result: Result<RentedCheapest, Error>,
    pub(super) journal: MemoryJournal,
}

pub(super) fn ran(market: &mut Market, plan: RentCheapest) -> Ran {
    ran_in(&session(), market, plan)
}

pub(super) fn ran_in(session: &Session, market: &mut Market, plan: RentCheapest) -> Ran {
    let journal = MemoryJournal::new();
    let mut run = Run::new(&settings(session, 3), plan, at(1));
    let result = run.finish(&journal, &mut |asked| market.answer(asked));
    Ran { run, result, journal }
}

impl Ran {
    pub(super) fn end(&self) -> &CheapestEnd {
        &self.result.as_ref().unwrap().end
    }

    pub(super) fn gone(&self) -> Vec<u64> {
        self.result.as_ref().unwrap().passed_over.iter().map(|one| one.server.number()).collect()
    }

    pub(super) fn view(&self) -> View {
        let Ok(Recorded::Seen(view)) = self.journal.record(Record::Look) else { panic!() };
        view
    }

    pub(super) fn told_gone(&self) -> usize {
        self.run.events.iter().filter(|event| matches!(event, Event::ServerPassedOver { .. })).count()
    }
}

pub(super) fn servers(market: &Market) -> Vec<u64> {
    market.asked_for.iter().map(|(server, _)| *server).collect()
}
