//! [`Oracle`]: what must hold, asked of the sandbox's ledger and of nothing the client says of itself.
//!
//! At the end of a run ([`Oracle::verdict`]), for each rental of the ledger and each attempt of a user:
//!
//! 1. An attempt made at most one rental.
//! 2. Every rental is known: the journal gives it to the attempt that made it, or that attempt's intent is open.
//! 3. What was told as placed is a rental, made by the attempt it was told of, and told of no other.
//! 4. An attempt that is resolved as refused, never sent or closed, or that ended in an error, made no rental.
//!
//! On the way: an intent stands in the journal before its create starts; a create starts at most 15 s after a reading,
//! and after a code 5 only after another one; an order is told before its intent is resolved by it; who holds an
//! intent's claim is never told that it is gone; a cancel that is said to be confirmed is one; and what
//! [`Spacing`](super::spacing::Spacing) says of starts and arrivals.
//!
//! Where a [`Class`] leaves the table of what must hold, its weaker claim stands beside the rule.

use super::plot::Class;
use clore_core::journal::{Intent, IntentId, Resolution, View};
use clore_core::model::{OrderId, ServerId};
use clore_core::op::RentCheapest;
use clore_core::spending::Limits;
use clore_sandbox::Rental;
use core::time::Duration;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use std::collections::{BTreeMap, BTreeSet};

/// Which rules count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rules {
    /// All of them.
    All,
    /// Only 1 to 4, of the ledger: to see what a planted bug comes to when nobody watches it on the way.
    Ledger,
}

/// A rent that a user asked for; run again under the same name it is the same one.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) name: IntentId,
    pub(super) client: usize,
    pub(super) server: u64,
    /// The first attempt of the same request: at most one of them may place an order.
    pub(super) first: usize,
    /// The request chose its server by itself.
    pub(super) server_chosen: bool,
    /// What it made, by the ledger.
    pub(super) rentals: Vec<u64>,
    /// Creates of it that are still on their way.
    pub(super) in_flight: u32,
    /// Its creates that were done although they were answered by code 5.
    pub(super) done_by_code_5: usize,
    /// A create of it was answered by code 5.
    pub(super) too_fast: bool,
    /// How often it was run: under the same name it is the same attempt.
    pub(super) runs: u32,
    /// It ended in this error, which says that nothing was placed.
    pub(super) failed: Option<String>,
}

/// One order told to a user as placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Told {
    pub(super) order: u64,
    pub(super) attempt: usize,
    pub(super) inferred: bool,
}

#[derive(Debug)]
pub(super) struct Oracle {
    pub(super) class: Class,
    rules: Rules,
    pub(super) attempts: Vec<Attempt>,
    by_name: BTreeMap<IntentId, usize>,
    /// Who made each rental; None: the user by hand, or before the run.
    pub(super) made_by: BTreeMap<u64, Option<usize>>,
    told: Vec<Told>,
    /// Orders that were told by an event, to anybody.
    heard: BTreeSet<u64>,
    /// Orders that a user said to cancel.
    pub(super) to_cancel: BTreeSet<u64>,
    /// Clients that died once.
    pub(super) crashed: BTreeSet<usize>,
    pub(super) violation: Option<String>,
}

impl Oracle {
    pub(super) fn new(class: Class, rules: Rules) -> Self {
        Self {
            class,
            rules,
            attempts: Vec::new(),
            by_name: BTreeMap::new(),
            made_by: BTreeMap::new(),
            told: Vec::new(),
            heard: BTreeSet::new(),
            to_cancel: BTreeSet::new(),
            crashed: BTreeSet::new(),
            violation: None,
        }
    }

    /// A rule of the way or of the end is broken.
    pub(super) fn violated(&mut self, what: String) {
        if self.rules == Rules::All {
            self.violation.get_or_insert(what);
        }
    }

    pub(super) fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.violated(what());
        }
    }

    pub(super) fn asks(&mut self, client: usize, server: u64) -> usize {
        let attempt = self.attempts.len();
        self.expects(IntentId::parse(&format!("rent-{attempt}")).unwrap(), client, server, attempt);
        attempt
    }

    /// A request that may try one server after another.
    pub(super) fn asks_for_any(&mut self, client: usize) -> usize {
        let first = self.asks(client, 0);
        let names: Vec<IntentId> = RentCheapest::intents(&self.attempts[first].name).skip(1).collect();
        names.into_iter().for_each(|name| self.expects(name, client, 0, first));
        first
    }

    /// An intent is about to be recorded.
    pub(super) fn begins(&mut self, intent: &Intent) -> Option<usize> {
        let number = self.attempt(&intent.id)?;
        let attempt = &mut self.attempts[number];
        attempt.server = intent.server.map_or(0, ServerId::number);
        attempt.runs = attempt.runs.max(1);
        Some(number)
    }

    /// A request ended, and said that nothing was placed by any attempt of it.
    pub(super) fn fails(&mut self, first: usize, why: &str) {
        for attempt in self.attempts.iter_mut().filter(|attempt| attempt.first == first) {
            attempt.failed = Some(why.to_owned());
        }
    }

    fn expects(&mut self, name: IntentId, client: usize, server: u64, first: usize) {
        self.by_name.insert(name.clone(), self.attempts.len());
        self.attempts.push(Attempt {
            name,
            first,
            client,
            server,
            server_chosen: server == 0,
            rentals: Vec::new(),
            in_flight: 0,
            done_by_code_5: 0,
            too_fast: false,
            runs: 0,
            failed: None,
        });
    }

    pub(super) fn attempt(&self, name: &IntentId) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The ledger grew.
    pub(super) fn made(&mut self, order: u64, by: Option<usize>) {
        self.made_by.insert(order, by);
        if let Some(by) = by {
            self.attempts[by].rentals.push(order);
        }
    }

    pub(super) fn heard(&mut self, order: u64) {
        self.heard.insert(order);
        let exists = self.made_by.contains_key(&order);
        self.must(exists, || format!("order {order} was told and does not exist"));
    }

    pub(super) fn told(&mut self, name: &IntentId, order: u64, inferred: bool) {
        let Some(attempt) = self.attempt(name) else {
            return self.violated(format!("order {order} was told of an intent {name} that nobody made"));
        };
        self.told.push(Told { order, attempt, inferred });
    }

    /// An intent is about to be resolved.
    pub(super) fn resolves(&mut self, name: &IntentId, resolution: Resolution) {
        if let Resolution::Placed { order, .. } = resolution {
            let heard = self.heard.contains(&order.number());
            self.must(heard, || format!("{name} is resolved by order {order}, which nobody was told of"));
        }
    }

    /// Whether a client made it, and it bills.
    pub(super) fn is_ours(&self, rental: &Rental) -> bool {
        rental.is_open() && self.made_by.get(&rental.order_id).is_some_and(Option::is_some)
    }

    /// What clients have open now, in dollars a day without the fee.
    pub(super) fn stays_within(&mut self, limits: &Limits, open: &[f64]) {
        let most = limits.max_open_orders.map_or(usize::MAX, |most| most as usize);
        self.must(open.len() <= most, || format!("{} orders are open, {most} are allowed", open.len()));
        let dollars = |figure: Decimal| figure.to_f64().unwrap();
        let day = limits.max_total_per_day.map_or(f64::MAX, |most| dollars(most.amount()));
        let sum = open.iter().sum::<f64>() * 1.05;
        self.must(sum <= day + 1e-6, || format!("a day of what is open costs {sum}, {day} are allowed"));
        let rate = limits.max_rate.map_or(f64::MAX, |most| dollars(most.amount()) * 24.0);
        let last = open.last().copied().unwrap_or_default();
        self.must(last <= rate + 1e-6, || format!("an order costs {last} a day, {rate} are allowed"));
    }

    /// An order was cancelled: by its user's word, or because it was dearer than the cap of the request that made it.
    pub(super) fn was_cancelled(&mut self, order: u64) {
        let by = self.made_by.get(&order).copied().flatten();
        let given_back = by.is_some_and(|by| self.attempts[by].server_chosen);
        let asked = self.to_cancel.contains(&order) || given_back;
        self.must(asked, || format!("order {order} was cancelled, and nobody asked for it"));
    }

    /// An inferred placement may be another's where clients do not share a journal.
    fn may_mix_up(&self) -> bool {
        matches!(self.class, Class::Apart | Class::Memory)
    }

    /// Rules 1 to 4. `journal` says what the journal of a client knows.
    pub(super) fn verdict<'v>(&mut self, journal: &dyn Fn(usize) -> &'v View) {
        let broken = self.attempts.iter().find_map(|attempt| {
            let view = journal(attempt.client);
            let none = || self.made_none(attempt, view.resolution(&attempt.name));
            self.made_one(attempt).or_else(|| self.is_known(attempt, view)).or_else(none)
        });
        if let Some(broken) = broken.or_else(|| self.told_falsely()) {
            self.violation.get_or_insert(broken);
        }
    }

    /// After a crash an in-memory journal knows nothing of what was before.
    pub(super) fn is_forgotten(&self, attempt: &Attempt) -> bool {
        self.class == Class::Memory && self.crashed.contains(&attempt.client)
    }

    /// Rule 1. Where code 5 executes: a second one, if the first has already ended. Where a crash is forgotten, whoever
    /// runs it again asks for another.
    fn made_one(&self, attempt: &Attempt) -> Option<String> {
        let same = |other: &&Attempt| other.first == attempt.first;
        let made: usize = self.attempts.iter().filter(same).map(|other| other.rentals.len()).sum();
        let by_code_5: usize = self.attempts.iter().filter(same).map(|other| other.done_by_code_5).sum();
        let asked =
            if self.class == Class::Memory { self.attempts[attempt.first].runs.max(1) as usize } else { 1 };
        let more = made > asked + by_code_5;
        more.then(|| format!("{} made {made} rentals: {:?}", attempt.name, attempt.rentals))
    }

    /// Rule 2.
    fn is_known(&self, attempt: &Attempt, view: &View) -> Option<String> {
        let name = &attempt.name;
        let (open, resolution) = (view.intent(name).is_some(), view.resolution(name));
        // It was given another's order.
        let mixed_up =
            self.may_mix_up() && matches!(resolution, Some(Resolution::Placed { inferred: true, .. }));
        let forgotten = self.is_forgotten(attempt);
        let doubled = self.class == Class::Code5Executes && attempt.rentals.len() > 1;
        // A rental that came later than the grace time, after a code 5.
        let late = self.class == Class::Slow && attempt.too_fast && resolution == Some(Resolution::Refused);
        attempt.rentals.iter().find_map(|order| {
            let owner = view.attributed_to(OrderId::new(*order));
            if owner.is_some_and(|owner| owner != name) && !self.may_mix_up() {
                return Some(format!("order {order} of {name} was given to {owner:?}"));
            }
            let known = owner == Some(name) || open || mixed_up || forgotten || doubled || late;
            (!known).then(|| format!("order {order} of {name} is unknown; it is resolved as {resolution:?}"))
        })
    }

    /// Rule 3.
    fn told_falsely(&self) -> Option<String> {
        let mut owners: BTreeMap<u64, usize> = BTreeMap::new();
        self.told.iter().filter(|told| !(told.inferred && self.may_mix_up())).find_map(|told| {
            let name = &self.attempts[told.attempt].name;
            if self.made_by.get(&told.order) != Some(&Some(told.attempt)) {
                return Some(format!("order {} was told of {name}, which did not make it", told.order));
            }
            let first = *owners.entry(told.order).or_insert(told.attempt);
            (first != told.attempt).then(|| format!("order {} was told of {first} and of {name}", told.order))
        })
    }

    /// Rule 4.
    fn made_none(&self, attempt: &Attempt, resolution: Option<Resolution>) -> Option<String> {
        let says_none = match resolution {
            Some(Resolution::Refused | Resolution::NeverSent | Resolution::Closed | Resolution::Done) => true,
            Some(Resolution::Placed { .. } | Resolution::AttributedTo(_)) | None => {
                // Run twice, an error only says that this run placed nothing.
                attempt.failed.is_some() && attempt.runs == 1
            }
        };
        let late = self.class == Class::Slow && attempt.too_fast;
        (says_none && !attempt.rentals.is_empty() && !self.is_forgotten(attempt) && !late).then(|| {
            let Attempt { name, rentals, failed, .. } = attempt;
            format!("{name} is resolved as {resolution:?}, was told {failed:?}, and made {rentals:?}")
        })
    }
}

/// How old a snapshot may be when the create starts.
pub(super) const FRESH: Duration = Duration::from_secs(15);
