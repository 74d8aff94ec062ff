//! What users do, and what becomes of their processes: they start calls, let go of them, crash and come back.

use super::bug::Bug;
use super::disk::Process;
use super::plot::{Act, Class};
use super::spacing::Spacing;
use super::task::{End, Start, With};
use super::world::{Happening, Task, World, session};
use clore_core::effect::Lane;
use clore_core::endpoint::create_order::{CreateOrder, Listed, Target};
use clore_core::error::{Error, ErrorKind};
use clore_core::journal::{Ownership, View};
use clore_core::model::{Coin, OrderId, Rate, ServerId};
use clore_core::op::rent::{CloseIntent, Rent, RentOutcome, Settlement};
use clore_core::op::{CheapestEnd, PriceCheck, RentCheapest, RentedCheapest, Settings, WaitForOrder};
use clore_core::search::Filter;
use core::time::Duration;
use std::task::Waker;

/// The most that [`Act::Cheapest`] may rent for, in dollars per hour: what server 23 costs.
const CAP: &str = "0.96";

/// Whose task it is, and of which attempt.
pub(super) struct Of {
    pub(super) client: usize,
    pub(super) attempt: Option<usize>,
}

impl World {
    pub(super) fn of(&self, task: usize) -> Of {
        let Task { process, attempt, .. } = &self.tasks[task];
        Of { client: process.client, attempt: *attempt }
    }

    /// The next act of the script is due.
    pub(super) fn act(&mut self, process: Process) {
        let client = process.client;
        if self.clients[client].process != process || !self.clients[client].alive {
            return;
        }
        if self.now < self.clients[client].clock.sleeps_until {
            let awake = self.clients[client].clock.sleeps_until;
            return self.at(awake, Happening::Act(process));
        }
        let Some((_, _, act)) = self.clients[client].script.pop_front() else { return };
        let beside = self.clients[client].script.front().is_some_and(|(_, beside, _)| *beside);
        let started = match self.start_of(client, act) {
            Some(start) => {
                self.start(client, start, !beside);
                true
            }
            None => false,
        };
        if beside || !started {
            self.act_later(client);
        }
    }

    pub(super) fn act_later(&mut self, client: usize) {
        if let Some((pause, ..)) = self.clients[client].script.front() {
            let (at, process) = (self.now + *pause, self.clients[client].process);
            self.at(at, Happening::Act(process));
        }
    }

    pub(super) fn view(&self, client: usize) -> View {
        self.disks[self.clients[client].disk].view()
    }

    fn start_of(&mut self, client: usize, act: Act) -> Option<Start> {
        match act {
            Act::Rent { server, go_on, despite } => {
                let attempt = self.oracle.asks(client, server);
                let mut plan = self.rent(attempt);
                if go_on {
                    plan = plan.go_on_after_placed();
                }
                if despite {
                    let view = self.view(client);
                    let ownerless = view.open().filter(|open| open.ownership == Ownership::Ownerless);
                    plan = ownerless.fold(plan, |plan, open| plan.despite(open.intent.id.clone()));
                }
                self.clients[client].last_rent = Some(attempt);
                Some(Start::Rent { attempt, plan: Box::new(plan) })
            }
            Act::Cheapest { guarded } => {
                let attempt = self.oracle.asks_for_any(client);
                let plan = Box::new(self.cheapest(attempt, guarded));
                Some(Start::Cheapest { attempt, plan })
            }
            Act::Again => {
                let attempt = self.clients[client].last_rent?;
                Some(Start::Rent { attempt, plan: Box::new(self.rent(attempt)) })
            }
            Act::CancelOne => {
                let order = self.clients[client].orders.pop()?;
                self.oracle.to_cancel.insert(order);
                Some(Start::Cancel(OrderId::new(order)))
            }
            Act::WaitForOne => {
                let order = OrderId::new(*self.clients[client].orders.last()?);
                Some(Start::Wait(WaitForOrder::new(order).timeout(Duration::from_secs(60))))
            }
            Act::Read => Some(Start::Read),
            Act::Resume => Some(Start::Resume),
            Act::Close => self.never_placed(client).map(|name| Start::Close(CloseIntent::new(name))),
        }
    }

    pub(super) fn rent(&self, attempt: usize) -> Rent {
        let attempt = &self.oracle.attempts[attempt];
        let (server, limits) = (ServerId::new(attempt.server), self.plot.limits);
        // A limit in dollars needs a price in dollars: that of the listing.
        let listed = Listed::new(Rate::parse(&attempt.server.to_string(), Coin::Usd));
        let order = match limits.is_empty() || self.calm {
            true => CreateOrder::on_demand(server, "an/image"),
            false => CreateOrder::on_demand(Target::new(server).listed(listed), "an/image").coin(Coin::Usd),
        };
        let rent = Rent::new(order.ssh_key("ssh-ed25519 AAAA me")).intent(attempt.name.clone());
        if self.calm { rent } else { rent.limits(limits) }
    }

    fn cheapest(&self, attempt: usize, guarded: bool) -> RentCheapest {
        let limits = self.plot.limits;
        let filter = Filter::new().paying(Coin::Usd).max_price(CAP.parse().unwrap());
        let plan = RentCheapest::new(filter, move |offer| {
            let order = CreateOrder::on_demand(offer, "an/image").coin(Coin::Usd);
            let rent = Rent::new(order.ssh_key("ssh-ed25519 AAAA me")).limits(limits);
            if guarded { rent } else { rent.without_required_price() }
        });
        plan.intent(self.oracle.attempts[attempt].name.clone())
    }

    /// An open intent of which the user knows that nothing was placed, nor will be.
    pub(super) fn never_placed(&self, client: usize) -> Option<clore_core::journal::IntentId> {
        let view = self.view(client);
        let mut ownerless = view.open().filter(|open| open.ownership == Ownership::Ownerless);
        let none = ownerless.find(|open| {
            let attempt = self.oracle.attempt(&open.intent.id).map(|number| &self.oracle.attempts[number]);
            attempt.is_some_and(|attempt| attempt.rentals.is_empty() && attempt.in_flight == 0)
        });
        none.map(|open| open.intent.id.clone())
    }

    /// Starts a call; the script goes on after it if it is `awaited`.
    pub(super) fn start(&mut self, client: usize, what: Start, awaited: bool) -> usize {
        let task = self.tasks.len();
        let now = self.moment(client);
        let wall = self.clients[client].clock.wall(self.now);
        let session = &self.clients[client].session;
        let settings = Settings::new(session, wall, self.random.entropy());
        let bug =
            self.bug.filter(|_| matches!(what, Start::Rent { .. } | Start::Cheapest { .. } | Start::Resume));
        let running = what.clone().begin(&With { session, settings, now, bug });
        let attempt = match &what {
            Start::Rent { attempt, .. } | Start::Cheapest { attempt, .. } => Some(*attempt),
            _ => None,
        };
        if let Some(attempt) = attempt {
            self.oracle.attempts[attempt].runs += 1;
        }
        let who = self.who(client);
        self.trace.say(self.now, who, format_args!("STARTS {what:?}"));
        let dropped_after = self.random.chance(self.plot.dropped).then(|| self.random.below(30));
        self.tasks.push(Task {
            process: self.clients[client].process,
            running: Some(running),
            what,
            waker: self.waker(),
            turn: 0,
            flight: None,
            attempt,
            began: now,
            read: None,
            rechecks: false,
            dropped_after,
            awaited,
        });
        self.poll_soon(task);
        task
    }

    /// The user lets go of a call.
    pub(super) fn let_go(&mut self, task: usize) {
        let client = self.tasks[task].process.client;
        let who = self.who(client);
        self.trace.say(self.now, who, format_args!("LETS GO of {:?}", self.tasks[task].what));
        self.counts.dropped += 1;
        let running = self.tasks[task].running.take();
        let now = self.moment(client);
        if let Some(flight) = self.tasks[task].flight.take() {
            let measured = self.measure(client);
            self.clients[client].spacing.ends(measured, flight, false, None);
        }
        drop(running);
        if self.bug == Some(Bug::DroppedTurn) {
            // As if the dropped call had not given its place back.
            let gate = self.clients[client].session.gate();
            if let Ok(place) = gate.enqueue(Lane::Normal, now) {
                let _ = gate.poll(&place, now, Waker::noop());
            }
        }
        if self.tasks[task].awaited {
            self.act_later(client);
        }
    }

    /// The process dies: its calls, its session and its locks are gone; what it sent is on its way.
    pub(super) fn crash(&mut self, client: usize) {
        let (who, process) = (self.who(client), self.clients[client].process);
        self.trace.say(self.now, who, format_args!("CRASHES"));
        self.counts.crashes += 1;
        self.oracle.crashed.insert(client);
        for task in self.tasks.iter_mut().filter(|task| task.process == process) {
            (task.running, task.flight) = (None, None);
        }
        self.clients[client].alive = false;
        let disk = self.clients[client].disk;
        if self.plot.class == Class::Memory {
            self.disks[disk].forget();
        } else {
            self.disks[disk].crashed(process);
        }
        let pause = self.random.ms(0, 20_000);
        self.at(self.now + pause, Happening::Restart(client));
    }

    pub(super) fn restart(&mut self, client: usize) {
        let strict = self.plot.strict && self.bug != Some(Bug::NotStrict);
        let spacing = Spacing::new(self.plot.strict);
        let one = &mut self.clients[client];
        one.process.number += 1;
        (one.session, one.spacing) = (session(strict), spacing);
        (one.alive, one.steps) = (true, 0);
        let (resumes, process) = (one.plot.resumes, one.process);
        if resumes {
            self.start(client, Start::Resume, true);
        } else {
            self.at(self.now, Happening::Act(process));
        }
    }

    /// Tells the oracle what the user was told.
    pub(super) fn note_end(&mut self, task: usize, end: &End) {
        let Of { client, attempt } = self.of(task);
        match (end, attempt) {
            (End::Rented(Ok(Some(outcome))), _) => {
                self.counts.note_outcome(outcome);
                if let RentOutcome::Placed(placed) = outcome {
                    self.oracle.told(&placed.intent, placed.order.number(), placed.inferred);
                }
            }
            (End::Rented(Ok(None)), Some(attempt)) => {
                self.oracle.attempts[attempt].failed = Some("refused".to_owned());
            }
            (End::Rented(Err(error)), Some(attempt)) => {
                self.counts.errors += 1;
                self.counts.limited += u64::from(matches!(error.kind(), ErrorKind::Limit(_)));
                self.oracle.attempts[attempt].failed = Some(error.to_string());
            }
            (End::Cheapest(result), Some(attempt)) => self.note_cheapest(attempt, result),
            (End::Resumed(Ok(Some(settled))), _) => {
                for one in settled {
                    self.counts.note_settled(one);
                    if let Settlement::Placed { order, inferred } = &one.settlement {
                        self.oracle.told(&one.intent, order.number(), *inferred);
                    }
                }
            }
            (End::Cancelled(Ok(Some(cancelled))), _) => {
                self.counts.cancelled += 1;
                let order = cancelled.order.number();
                // A list that lags more than the grace time lacks an order that bills.
                let over = self.clore.rental(order).is_some_and(|rental| !rental.is_open())
                    || self.plot.class == Class::Slow;
                self.oracle.must(over, || format!("order {order} was said to be over, and bills"));
            }
            (End::Cancelled(_), _) => {
                if let Start::Cancel(order) = self.tasks[task].what {
                    self.clients[client].orders.push(order.number());
                }
            }
            _ => {}
        }
    }

    fn note_cheapest(&mut self, attempt: usize, result: &Result<Option<RentedCheapest>, Error>) {
        let first = self.oracle.attempts[attempt].first;
        let rented = match result {
            Err(error) => {
                self.counts.errors += 1;
                return self.oracle.fails(first, &error.to_string());
            }
            Ok(None) => return self.oracle.fails(first, "refused"),
            Ok(Some(rented)) => rented,
        };
        self.counts.cheapest += 1;
        if let Some(rental) = rented.rental() {
            let placed = &rental.placed;
            self.oracle.told(&placed.intent, placed.order.number(), placed.inferred);
        }
        match &rented.end {
            CheapestEnd::Nothing => self.oracle.fails(first, "nothing was rented"),
            CheapestEnd::Unclear(_, outcome) => self.counts.note_outcome(outcome),
            CheapestEnd::Rented(rental) => {
                let order = rental.placed.order.number();
                let price = self.clore.rental(order).map_or(0.0, |rental| rental.price_per_day);
                let fine = !matches!(rental.price, PriceCheck::Within(_)) || price <= 23.0;
                self.oracle
                    .must(fine, || format!("order {order} costs {price} and was said to be within the cap"));
            }
            CheapestEnd::GivenBack(rental) => {
                self.counts.given_back += 1;
                let order = rental.placed.order.number();
                let over = self.clore.rental(order).is_some_and(|rental| !rental.is_open())
                    || self.plot.class == Class::Slow;
                self.oracle.must(over, || format!("order {order} was said to be given back, and bills"));
            }
            CheapestEnd::AboveCap(..) => {}
        }
    }
}
