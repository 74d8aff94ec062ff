//! The machine of [`GuardOrders`]; the graph is in the parent module.

use super::GuardOrders;
use super::ending::{Ended, Ending};
use super::watched::{Rights, Watched};
use crate::effect::Delivery;
use crate::endpoint::my_orders::{MyOrders, OrderList};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::{Cap, Event, GuardRound, Standing};
use crate::flow::Flow;
use crate::journal::{IntentId, JournalError, Ownership, Record, Recorded, Resolution, View};
use crate::model::{OrderId, ServerId};
use crate::op::fetch::{Fetch, Fetched};
use crate::op::guard::{Meter, SECOND_READING, Work, is_over};
use crate::op::rent::AutoCancel;
use crate::op::{Head, Operation, Pace, Settings, Step};
use crate::spending::OrderCaps;
use crate::time::Moment;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

/// The least time that reading the list is given.
const SHORT: Duration = Duration::from_secs(5);
/// So many answers in a row, over the grace time at least, have to refuse the key before the guard gives up.
const LEAST_REFUSED: u32 = 3;

/// Watching all orders; see the module's graph.
#[derive(Debug)]
pub struct GuardingOrders {
    plan: GuardOrders,
    settings: Settings,
    view: View,
    journal: Option<JournalError>,
    watched: BTreeMap<OrderId, Watched>,
    /// Answers in a row that refused the key, and since when.
    refused: Option<(Moment, u32)>,
    /// This round's list was read a second time, because an age was in doubt.
    read_twice: bool,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    Knowing,
    Reading(Box<Fetch<MyOrders>>),
    /// Until the cap of an order that is not among them passes.
    Cancelling(Box<Ending>, Box<GuardRound>, Moment),
    Pausing(Moment),
    Over(Option<Box<Result<GuardRound, Error>>>),
}

impl GuardingOrders {
    pub(super) fn new(plan: GuardOrders, settings: &Settings, _: Moment) -> Self {
        Self {
            plan,
            settings: settings.clone(),
            view: View::default(),
            journal: None,
            watched: BTreeMap::new(),
            refused: None,
            read_twice: false,
            events: VecDeque::new(),
            state: State::Knowing,
        }
    }

    fn rights(&self, order: OrderId) -> Rights {
        if self.plan.named.contains_key(&order) {
            return Rights::MayEnd;
        }
        let Some(known) = self.view.order(order).filter(|known| !known.other_key) else {
            return Rights::NotOurs;
        };
        match self.view.resolution(&known.intent) {
            Some(Resolution::Placed { inferred: true, .. })
                if known.answered || self.plan.cancel_inferred =>
            {
                Rights::WhenAlone
            }
            Some(Resolution::Placed { inferred: true, .. }) => Rights::NotCertain,
            _ => Rights::MayEnd,
        }
    }

    /// The caps that hold for an order: those of its name alone, else the lower ones of its intent and of all.
    fn caps(&self, order: OrderId) -> OrderCaps {
        if let Some(named) = self.plan.named.get(&order) {
            return *named;
        }
        match self.view.order(order).filter(|known| !known.other_key) {
            Some(known) => known.caps.lower(self.plan.all),
            None => OrderCaps::new(),
        }
    }

    fn watch(&mut self, order: OrderId, server: Option<ServerId>, now: Moment) {
        let (caps, rights) = (self.caps(order), self.rights(order));
        let rates = self.settings.rates();
        let new = || Watched::new(Meter::new(caps, rates, now, None), rights, now);
        let watched = self.watched.entry(order).or_insert_with(new);
        (watched.meter.caps, watched.rights) = (caps, rights);
        // The price agreed to, with its fee: the row may say less, or nothing in dollars.
        let known = self.view.order(order).filter(|known| !known.other_key);
        watched.meter.snapshot_date = known.and_then(|known| known.snapshot_date);
        watched.meter.floor = known.and_then(|known| known.agreed).or(watched.meter.floor);
        watched.server = server.or(watched.server);
    }

    /// Takes a list in: rows that are over, and what complete lists lack for good, are watched no more. A list may lag:
    /// what one of them lacks keeps its meter.
    fn take(&mut self, now: Moment, list: &Fetched<OrderList>) {
        for row in &list.value.orders {
            if is_over(row) {
                self.watched.remove(&row.id);
                continue;
            }
            self.watch(row.id, row.server, now);
            if let Some(watched) = self.watched.get_mut(&row.id) {
                watched.meter.read(row, list.date, now);
                watched.missing = None;
            }
        }
        if list.value.is_complete() {
            let grace = self.settings.config().grace;
            self.watched
                .retain(|order, watched| list.value.order(*order).is_some() || watched.lacked(now, grace));
        } else {
            self.watch_unlisted(now);
        }
    }

    /// Without a whole list the journal's open orders with caps, and those named, are watched by time alone.
    fn watch_unlisted(&mut self, now: Moment) {
        let known = self.view.orders().filter(|known| !known.is_over && !known.other_key);
        let known: Vec<_> = known.map(|known| (known.order, known.server)).collect();
        let named: Vec<_> = self.plan.named.keys().map(|order| (*order, None)).collect();
        for (order, server) in known.into_iter().chain(named) {
            if !self.caps(order).is_empty() {
                self.watch(order, server, now);
                // No whole list says now that it is gone, so its caps hold.
                if let Some(watched) = self.watched.get_mut(&order) {
                    watched.missing = None;
                }
            }
        }
    }

    fn judge(&mut self, now: Moment, result: Result<Fetched<OrderList>, Error>) -> State {
        let (unread, failure) = match result {
            Ok(list) => {
                self.refused = None;
                self.take(now, &list);
                (list.value.unparsed.count, None)
            }
            Err(error) if self.is_final(now, error.kind()) => return State::Over(Some(Box::new(Err(error)))),
            Err(error) => {
                self.watch_unlisted(now);
                (0, Some(error))
            }
        };
        let in_doubt = self.watched.values().any(|watched| watched.meter.is_in_doubt());
        if in_doubt && failure.is_none() && !core::mem::replace(&mut self.read_twice, true) {
            return State::Pausing(now.after(SECOND_READING));
        }
        self.tell_what_is_not_measured(now, failure.is_none());
        let orders =
            self.watched.iter().map(|(order, watched)| watched.row(*order, now, self.plan.once)).collect();
        let open = self.view.open().filter(|open| open.ownership != Ownership::OtherKey);
        let open_intents: Vec<IntentId> = open.map(|open| open.intent.id.clone()).collect();
        let journal = self.journal.take();
        let round = Box::new(GuardRound { orders, unread, failure, journal, open_intents, next: None });
        let passed: Vec<(OrderId, Cap, Rights)> = self
            .watched
            .iter()
            .filter(|(_, watched)| watched.rights.may_end() && watched.missing.is_none())
            .filter_map(|(order, watched)| Some((*order, watched.meter.passed(now)?, watched.rights)))
            .collect();
        if passed.is_empty() {
            return self.end_round(now, round, false);
        }
        // Another cap must not wait for a cancel that nothing confirms.
        let next_cap = self.first_cap(now).filter(|_| !self.is_last());
        self.events
            .extend(passed.iter().map(|(order, cap, _)| Event::CapPassed { order: *order, cap: *cap }));
        let (many, by_reading): (Vec<_>, Vec<_>) =
            passed.into_iter().partition(|(_, _, rights)| *rights == Rights::MayEnd);
        let by_reading = by_reading.into_iter().map(|(order, ..)| {
            let known = self.view.order(order).zip(self.watched.get(&order));
            let cancel = known.and_then(|(known, watched)| AutoCancel::journaled(known, watched.since));
            (order, cancel.map(|cancel| cancel.cancel_inferred(self.plan.cancel_inferred)))
        });
        let many = many.into_iter().map(|(order, ..)| order).collect();
        let ending = Ending::new(&self.settings, many, by_reading);
        State::Cancelling(Box::new(ending), round, next_cap.unwrap_or(Moment::NEVER))
    }

    fn cancelled(
        &mut self,
        now: Moment,
        mut round: Box<GuardRound>,
        ended: &BTreeMap<OrderId, Ended>,
        at_once: bool,
    ) -> State {
        for row in &mut round.orders {
            let Some(watched) = self.watched.get(&row.order).filter(|watched| watched.rights.may_end())
            else {
                continue;
            };
            let Some(cap) = watched.meter.passed(now).filter(|_| watched.missing.is_none()) else { continue };
            row.standing = match ended.get(&row.order) {
                Some(Ended::Confirmed) => {
                    self.watched.remove(&row.order);
                    Standing::Ended(cap)
                }
                Some(Ended::NotSure) => Standing::NotCertain(Some(cap)),
                Some(Ended::Failed(error)) => Standing::StillBilling(cap, error.clone()),
                Some(Ended::Unconfirmed) | None => {
                    let error = Error::new(ErrorKind::CancelUnconfirmed).with_orders([row.order]);
                    Standing::StillBilling(cap, error.with_delivery(Delivery::Unknown))
                }
            };
            if !matches!(row.standing, Standing::Ended(_)) {
                self.events.push_back(Event::OrderStillBilling { order: row.order });
            }
        }
        self.end_round(now, round, at_once)
    }

    /// Faults that another round cannot mend. One refusal of a key that was good may be a fault of the service: open
    /// orders are not left for that.
    fn is_final(&mut self, now: Moment, kind: &ErrorKind) -> bool {
        match kind {
            ErrorKind::Key => {
                let (since, times) =
                    self.refused.map_or((now, 1), |(since, times)| (since, times.saturating_add(1)));
                self.refused = Some((since, times));
                let for_good = times >= LEAST_REFUSED && now.since(since) >= self.settings.config().grace;
                self.plan.once || for_good
            }
            kind => matches!(kind, ErrorKind::Config(_) | ErrorKind::Invalid(_)),
        }
    }

    fn is_last(&self) -> bool {
        self.plan.once || self.plan.handle.work() != Work::Going
    }

    fn end_round(&mut self, now: Moment, mut round: Box<GuardRound>, at_once: bool) -> State {
        self.read_twice = false;
        let is_last = self.is_last();
        let missing = |watched: &Watched| watched.missing.is_some() && watched.meter.passed(now).is_some();
        let at = match self.watched.values().any(missing) {
            // It passed a cap, and one list lacks it: the next one may show it again.
            true => now.after(SHORT.min(self.plan.every)),
            false => now.after(self.plan.every),
        };
        let next = if at_once { now } else { at.min(self.first_cap(now).unwrap_or(at)) };
        round.next = (!is_last).then_some(next);
        self.events.push_back(Event::GuardRound(round.clone()));
        if is_last { State::Over(Some(Box::new(Ok(*round)))) } else { State::Pausing(next) }
    }

    /// A list that was not read says nothing of costs, so only one that was is a reason.
    fn tell_what_is_not_measured(&mut self, now: Moment, was_read: bool) {
        for (order, watched) in &mut self.watched {
            let blind = was_read && watched.rights.may_end() && watched.meter.is_blind(now);
            if blind && !core::mem::replace(&mut watched.blind_told, true) {
                self.events.push_back(Event::CapNotMeasured { order: *order });
            }
        }
    }

    /// When the first cap that is not passed yet will be.
    fn first_cap(&self, now: Moment) -> Option<Moment> {
        let may_end = self.watched.values().filter(|watched| watched.rights.may_end());
        may_end.map(|watched| watched.meter.passes_at(now)).filter(|passes| *passes > now).min()
    }

    fn knows(&mut self, now: Moment, done: Result<Recorded, JournalError>) -> State {
        match done {
            Ok(Recorded::Seen(view)) => self.view = view,
            // A session without a journal.
            Ok(_) => {}
            Err(error) => self.journal = Some(error),
        }
        // A list that does not come must not hold up a cap.
        let has_passed = |watched: &Watched| watched.rights.may_end() && watched.meter.passed(now).is_some();
        let until = match self.watched.values().any(has_passed) {
            true => now,
            false => self.first_cap(now).unwrap_or(Moment::NEVER),
        };
        let until = until.max(now.after(SHORT));
        let deadline = now.after(self.settings.config().deadline).min(until);
        let fetch = Fetch::new(&self.settings, MyOrders::default(), now).deadline(deadline);
        State::Reading(Box::new(fetch))
    }
}

impl Operation for GuardingOrders {
    type Output = GuardRound;

    fn name(&self) -> &'static str {
        "guard_orders"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<GuardRound, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Knowing) {
                State::Knowing => return Step::Record(Record::Look),
                State::Reading(mut fetch) => match fetch.poll(now).ended() {
                    Ok(result) => self.judge(now, result),
                    Err(step) => {
                        self.state = State::Reading(fetch);
                        return step;
                    }
                },
                State::Cancelling(mut cancel, round, next_cap) => match cancel.poll(now).ended() {
                    Ok(ended) => {
                        while let Some(event) = cancel.next_event() {
                            self.events.push_back(event);
                        }
                        self.cancelled(now, round, &ended.unwrap_or_default(), false)
                    }
                    Err(Step::Wait(_)) if now >= next_cap => {
                        self.cancelled(now, round, cancel.so_far(), true)
                    }
                    Err(step) => {
                        self.state = State::Cancelling(cancel, round, next_cap);
                        return match step {
                            Step::Wait(until) => Step::Wait(until.min(next_cap)),
                            step => step,
                        };
                    }
                },
                State::Pausing(until) if now < until && self.plan.handle.work() == Work::Going => {
                    self.state = State::Pausing(until);
                    return Step::Wait(until);
                }
                State::Pausing(_) => State::Knowing,
                State::Over(end) => {
                    self.state = State::Over(None);
                    return end.map_or(Step::Wait(Moment::NEVER), |end| Step::Done(*end));
                }
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_head(head),
            State::Cancelling(cancel, ..) => cancel.handle_head(head),
            State::Knowing | State::Pausing(_) | State::Over(_) => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_data(decoded),
            State::Cancelling(cancel, ..) => cancel.handle_data(decoded),
            State::Knowing | State::Pausing(_) | State::Over(_) => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_end(now),
            State::Cancelling(cancel, ..) => cancel.handle_end(now),
            State::Knowing | State::Pausing(_) | State::Over(_) => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_failure(now, failure),
            State::Cancelling(cancel, ..) => cancel.handle_failure(now, failure),
            State::Knowing | State::Pausing(_) | State::Over(_) => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Knowing => self.state = self.knows(now, done),
            State::Cancelling(cancel, ..) => cancel.handle_recorded(now, done),
            State::Reading(_) | State::Pausing(_) | State::Over(_) => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Reading(fetch) => fetch.next_event(),
            State::Cancelling(cancel, ..) => cancel.next_event(),
            State::Knowing | State::Pausing(_) | State::Over(_) => None,
        })
    }
}
