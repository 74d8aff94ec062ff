//! The end of a run: the faults stop, everything on its way arrives, and what can be settled must be.
//!
//! One client of each journal resumes; then every intent that made a rental is settled by it, unless more than one row
//! may be it, or it is of another time. What is open then the user settles: an order that is known is attributed, what
//! never was is closed. After that every client rents once more and reads beside it, with the session it still has: no
//! turn was lost, no place is held by nobody.

use super::disk::Disk;
use super::plot::{BEGIN, Class, LAST};
use super::task::{End, Start};
use super::world::World;
use clore_core::journal::{IntentId, View};
use clore_core::model::OrderId;
use clore_core::op::rent::{AttributeIntent, CloseIntent, RentOutcome};
use clore_sandbox::EndReason;
use std::collections::BTreeSet;

impl World {
    /// Runs the end after everything else.
    pub(super) fn come_to_rest(&mut self) {
        self.calm = true;
        self.now += self.plot.settles_after();
        let disks: BTreeSet<usize> = self.clients.iter().map(|client| client.disk).collect();
        for disk in disks {
            let Some(client) = self.clients.iter().position(|client| client.disk == disk) else { continue };
            self.settle(client);
        }
        for client in 0..self.clients.len() {
            self.rent_at_last(client);
        }
        // What the text of a file comes to is as good as the state; it costs more, so few runs are judged by it.
        let cancelled =
            self.clore.ledger().into_iter().filter(|rental| rental.end == Some(EndReason::Cancelled));
        // Not those of the history.
        let cancelled: Vec<u64> =
            cancelled.filter(|one| one.created >= BEGIN).map(|one| one.order_id).collect();
        cancelled.into_iter().for_each(|order| self.oracle.was_cancelled(order));
        let of_text = self.random.chance(125);
        let view = |disk: &Disk| if of_text { disk.replay() } else { disk.view() };
        let views: Vec<View> = self.disks.iter().map(view).collect();
        let disks: Vec<usize> = self.clients.iter().map(|client| client.disk).collect();
        self.oracle.verdict(&|client| &views[disks[client]]);
        self.counts.settled += self.settled();
    }

    fn settle(&mut self, client: usize) {
        if self.does(client, Start::Resume).is_none() {
            return;
        }
        let view = self.view(client);
        let open: Vec<IntentId> = view.open().map(|open| open.intent.id.clone()).collect();
        for name in &open {
            if let Some(order) = self.settled_by_reading(&view, name) {
                return self
                    .oracle
                    .violated(format!("{name} made order {order}, and resume did not settle it"));
            }
        }
        let view = self.view(client);
        let clients = self.clients.iter().map(|client| client.disk).collect::<Vec<_>>();
        let disk = clients[client];
        if clients.iter().all(|of| *of == disk) {
            self.oracle.verdict(&|_| &view);
        }
        self.settle_by_hand(client, open);
    }

    /// The order that `name` must have been settled by, if the readings were clear.
    fn settled_by_reading(&self, view: &View, name: &IntentId) -> Option<u64> {
        let attempt = &self.oracle.attempts[self.oracle.attempt(name)?];
        let order = *attempt.rentals.first()?;
        let intent = &view.intent(name)?.intent;
        let base = intent.base_ids.clone().unwrap_or_default();
        let ledger = self.clore.ledger();
        let rows = ledger.iter().filter(|rental| rental.server_id == attempt.server);
        let free = rows.filter(|rental| {
            let id = OrderId::new(rental.order_id);
            !base.contains(&id) && view.attributed_to(id).is_none()
        });
        let alone = free.count() == 1;
        let contested = view.open().filter(|open| open.intent.server == intent.server).count() > 1;
        let clear = alone
            && !contested
            && intent.base_ids.is_some()
            && !self.plot.sleeps()
            && !self.oracle.is_forgotten(attempt);
        clear.then_some(order)
    }

    fn settle_by_hand(&mut self, client: usize, open: Vec<IntentId>) {
        if self.plot.class != Class::Shared {
            return;
        }
        let made = |world: &Self, name: &IntentId| {
            let attempt = world.oracle.attempt(name).map(|number| &world.oracle.attempts[number]);
            attempt.and_then(|attempt| attempt.rentals.first().copied())
        };
        let (known, none): (Vec<IntentId>, Vec<IntentId>) =
            open.into_iter().partition(|name| made(self, name).is_some());
        let attribute = |world: &Self, name: &IntentId| {
            let order = OrderId::new(made(world, name).unwrap());
            Start::Attribute(AttributeIntent::new(name.clone(), order))
        };
        let starts = known.iter().map(|name| attribute(self, name)).collect::<Vec<_>>();
        let closes = none.into_iter().map(|name| Start::Close(CloseIntent::new(name)));
        for start in starts.into_iter().chain(closes) {
            if self.does(client, start).is_none() {
                return;
            }
        }
        let left = self.view(client).open().count();
        self.oracle.must(left == 0, || format!("{left} intents cannot be settled"));
    }

    fn rent_at_last(&mut self, client: usize) {
        if self.plot.class != Class::Shared || self.oracle.violation.is_some() {
            return;
        }
        let attempt = self.oracle.asks(client, LAST[client]);
        let plan = Box::new(self.rent(attempt));
        let tasks = [
            self.start(client, Start::Rent { attempt, plan }, false),
            self.start(client, Start::Wallets, false),
        ];
        self.ended.clear();
        self.run();
        for task in tasks {
            let end = self.ended.iter().find(|(of, _)| *of == task).map(|(_, end)| end);
            let well = end.is_some_and(|end| match end {
                End::Rented(Ok(Some(outcome))) => matches!(outcome, RentOutcome::Placed(_)),
                end => end.error().is_none(),
            });
            if !well {
                return self.oracle.violated(self.not_well(task));
            }
        }
    }

    fn not_well(&self, task: usize) -> String {
        let end = self.ended.iter().find(|(of, _)| *of == task).map(|(_, end)| end);
        format!("with nothing wrong any more {:?} ended in {end:?}", self.tasks[task].what)
    }

    /// Runs one call to its end; None: it did not end well, which is a violation.
    fn does(&mut self, client: usize, start: Start) -> Option<()> {
        if self.oracle.violation.is_some() {
            return None;
        }
        let task = self.start(client, start, false);
        self.ended.clear();
        self.run();
        let end = self.ended.iter().find(|(of, _)| *of == task).map(|(_, end)| end);
        let well = end.is_some_and(|end| end.error().is_none());
        if !well {
            self.oracle.violated(self.not_well(task));
        }
        (well && self.oracle.violation.is_none()).then_some(())
    }

    /// Attempts whose outcome is known to the user, and was checked against the ledger.
    fn settled(&self) -> u64 {
        let views: Vec<View> = self.disks.iter().map(Disk::view).collect();
        let settled = self.oracle.attempts.iter().filter(|attempt| {
            let view = &views[self.clients[attempt.client].disk];
            attempt.runs > 0 && view.intent(&attempt.name).is_none()
        });
        settled.count() as u64
    }
}
