//! The transitions of [`Renting`]: what each input does to it.

use super::candidate::{self, Dates};
use super::machine::{Renting, State};
use super::outcome::{Evidence, RentWarning};
use super::plan::Rent;
use super::price;
use super::reconcile::{Case, Reconcile};
use super::settle::{Settle, Settled, Settlement};
use crate::effect::{Delivery, Effect, Lane};
use crate::endpoint::Endpoint;
use crate::endpoint::create_order::{CreateOrder, CreateVerdict, Unclear};
use crate::endpoint::my_orders::{Reading, Sightings};
use crate::error::{Code, Error, ErrorKind, Failure, FailureKind, Refusal};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::journal::{Blocked, Intent, JournalError, Recorded, Resolution};
use crate::model::OrderId;
use crate::op::fetch::{self, Fetch, Fetched};
use crate::op::judge::Seen;
use crate::op::standing_orders::MarkEnds;
use crate::op::{Exchange, Pace, Settings};
use crate::retry::Backoff;
use crate::time::Moment;
use core::time::Duration;
use std::collections::VecDeque;

/// A snapshot or recheck may be this old when the create gets its turn.
const FRESH: Duration = Duration::from_secs(15);
/// How often a create that waits for another run on the same server looks again.
const BUSY: Duration = Duration::from_secs(2);

impl Renting {
    pub(super) fn new(mut plan: Rent, settings: &Settings, now: Moment) -> Self {
        // Fresh when it was given: a create that had to wait keeps its guard.
        price::guard(&mut plan, settings, now);
        let id = plan.intent.clone().unwrap_or_else(|| settings.intent_id());
        let mut intent = Intent::new(id.clone(), CreateOrder::NAME);
        price::describe(&plan, settings, &mut intent);
        intent.wall = settings.wall;
        intent.despite.clone_from(&plan.despite);
        let evidence = Evidence::new(id, intent.server);
        let mut machine = Self {
            settings: settings.clone(),
            deadline: now.after(settings.config().deadline),
            jitter: settings.jitter(),
            intent,
            dates: Dates::default(),
            read: now,
            settling_since: now,
            recorded: false,
            left: false,
            sent_noted: false,
            tries: 0,
            claim: None,
            evidence,
            success_without_id: false,
            refused_later: None,
            found: None,
            found_by: None,
            closed: now,
            ran_out: false,
            warnings: Vec::new(),
            events: VecDeque::new(),
            state: State::Over(None),
            plan,
        };
        machine.state = match machine.refuse_at_once() {
            Some(error) => State::Over(Some(Box::new(Err(error)))),
            None => machine.snapshot(now),
        };
        machine
    }

    /// What needs no request to be refused.
    pub(super) fn refuse_at_once(&self) -> Option<Error> {
        if self.plan.order.target().listing().is_some_and(|listed| listed.unit_doubt())
            && !self.plan.accept_unit_doubt
        {
            return Some(Error::new(ErrorKind::UnitDoubt));
        }
        self.plan.order.request().err().map(Error::from)
    }

    pub(super) fn snapshot(&self, now: Moment) -> State {
        let fetch = Fetch::new(&self.settings, Sightings::new(), now).deadline(self.deadline);
        State::Snapshot(Box::new(fetch))
    }

    pub(super) fn recheck(&self, now: Moment) -> State {
        let fetch =
            Fetch::new(&self.settings, Sightings::new(), now).deadline(self.deadline).lane(Lane::Rescue);
        State::Recheck(Box::new(fetch))
    }

    /// Ends without an outcome: by NeverSent once an intent is recorded, by reading once a send may have left.
    pub(super) fn fail(&mut self, now: Moment, error: Error) -> State {
        if self.left {
            return self.reconcile(now, true);
        }
        if !self.recorded {
            return State::Over(Some(Box::new(Err(error))));
        }
        State::Resolving(Resolution::NeverSent, Box::new(Err(error)))
    }

    pub(super) fn reconcile(&mut self, now: Moment, after_too_fast: bool) -> State {
        self.closed = now;
        let case = Case::new(self.intent.clone(), self.dates, after_too_fast, self.evidence.clone());
        let next = State::Reconciling(Box::new(Reconcile::new(&self.settings, Some(now), vec![case])));
        self.noting(next)
    }

    /// Notes once, for people, that the create was given to the network; and that it was answered with success, for
    /// who may cancel the order later.
    pub(super) fn noting(&mut self, next: State) -> State {
        let noted = core::mem::replace(&mut self.sent_noted, true);
        if noted && !self.success_without_id { next } else { State::Noting(Box::new(next)) }
    }

    pub(super) fn snapshot_read(&mut self, now: Moment, result: Result<Fetched<Reading>, Error>) -> State {
        let server = self.intent.server;
        // What an earlier snapshot showed is not what stands now.
        self.intent.check.active = None;
        let mut ends = None;
        let read = match result {
            Ok(Fetched { value, date }) => value.check_for(server).map(|()| {
                self.take_active(&value);
                ends = MarkEnds::new(&value, &self.settings, &self.intent.check.limits);
                (value.ids_on(server), date)
            }),
            // Over a cap, or not a list at all: it may never be readable.
            Err(error) => match error.kind() {
                ErrorKind::Decode(why) => Err(why.clone()),
                _ => return self.fail(now, error),
            },
        };
        let (base_ids, date) = match read {
            Ok((ids, date)) => (Some(ids), date),
            Err(_) if self.settings.config().accept_unread_history => (None, None),
            Err(why) => {
                let error = Error::new(ErrorKind::UnreadHistory(why)).with_delivery(Delivery::Answered);
                return self.fail(now, error);
            }
        };
        self.intent.base_ids = base_ids;
        self.intent.snapshot_date = date;
        self.dates.snapshot = date;
        ends.map_or(State::Record, |ends| State::Ending(Box::new(ends)))
    }

    pub(super) fn rechecked(&mut self, now: Moment, result: Result<Fetched<Reading>, Error>) -> State {
        let Ok(Fetched { value: reading, .. }) = result else { return self.reconcile(now, true) };
        if reading.check_for(self.intent.server).is_err() {
            return self.reconcile(now, true);
        }
        self.take_active(&reading);
        let seen = reading.rows.into_iter().map(|row| (row.id, row)).collect();
        // Attributions are judged by the reconciliation, which reads the journal; here any new row stops the resend.
        let any = candidate::new_rows(&self.intent, &seen).next().is_some();
        if any || self.intent.base_ids.is_none() || self.no_tries_left() {
            return self.reconcile(now, true);
        }
        State::Record
    }

    pub(super) fn no_tries_left(&self) -> bool {
        self.tries >= self.settings.config().max_retries
    }

    pub(super) fn blocked(&mut self, now: Moment, blocked: Blocked) -> State {
        let kind = if blocked.live.is_empty() { ErrorKind::OpenIntents } else { ErrorKind::Busy };
        if self.left || now >= self.deadline {
            let intents = blocked.live.into_iter().chain(blocked.ownerless).map(|open| open.intent.id);
            return self.fail(now, Error::new(kind).with_intents(intents));
        }
        if blocked.live.is_empty() {
            self.settling_since = now;
            State::Settling(Box::new(Settle::new(&self.settings, blocked.ownerless)))
        } else {
            let whom = blocked.live.into_iter().map(|open| open.intent.id).collect();
            State::Busy(now.after(BUSY).min(self.deadline), whom)
        }
    }

    /// After settling what others left, one may go on only if nothing is open and nothing was placed.
    pub(super) fn settled(&mut self, now: Moment, settled: Vec<Settled>) -> State {
        let placed = settled.iter().filter_map(|one| one.settlement.order());
        let placed: Vec<_> = placed.collect();
        if !placed.is_empty() && !self.plan.go_on_after_placed {
            let error = Error::new(ErrorKind::EarlierPlaced).with_orders(placed);
            return self.fail(now, error.with_delivery(Delivery::Answered));
        }
        let open =
            settled.iter().filter(|one| one.settlement.is_open() && one.settlement != Settlement::Owned);
        let open: Vec<_> = open.collect();
        if !open.is_empty() {
            let rows = open.iter().flat_map(|one| one.settlement.candidates()).map(|row| row.id);
            let error = Error::new(ErrorKind::OpenIntents).with_orders(rows);
            return self.fail(now, error.with_intents(open.iter().map(|one| one.intent.clone())));
        }
        // Settling has 90 s of its own.
        self.deadline = self.deadline.after(now.since(self.settling_since));
        self.snapshot(now)
    }

    pub(super) fn create(&mut self, now: Moment) -> Result<Exchange, Error> {
        let order = &self.plan.order;
        let config = self.settings.config();
        let request = order.request()?;
        let mut exchange = Exchange::new(request, Effect::Spend, Lane::Create, config.timeout, self.deadline);
        let mut start_by = self.read.after(FRESH);
        if let Some(until) = self.plan.listed_until.filter(|_| !self.left) {
            if now > until {
                self.ran_out = true;
                return Err(Error::new(ErrorKind::Deadline));
            }
            start_by = start_by.min(until);
        }
        exchange.start_by = Some(start_by);
        self.state = State::Sending { reader: Some(Box::new(order.reader(&config.caps))), seen: None };
        Ok(exchange)
    }

    /// A create was answered.
    pub(super) fn answered(&mut self, now: Moment, seen: &Seen, verdict: CreateVerdict) -> (State, Pace) {
        let first = !core::mem::replace(&mut self.left, true);
        self.tries = self.tries.saturating_add(1);
        match verdict {
            CreateVerdict::Placed { order, warning } if !self.is_in_base(order) => {
                let beside = warning.map(|refusal| Excerpt::new(&refusal.to_string(), 200));
                self.warnings.extend(beside.map(RentWarning::ErrorBesideId));
                (self.place(order, false), Pace::Fine)
            }
            // An id that was there before the create cannot be the new order's.
            CreateVerdict::Placed { .. } => (self.reconcile(now, false), Pace::Fine),
            CreateVerdict::Refused(refusal) if first => {
                let end = Err(refused(refusal));
                (State::Resolving(Resolution::Refused, Box::new(end)), Pace::Refused)
            }
            CreateVerdict::Refused(refusal) => {
                self.refused_later = Some(refused(refusal));
                (self.reconcile(now, true), Pace::Refused)
            }
            CreateVerdict::TooFast(_) => {
                let retry_after = seen.retry_after;
                let again = now.after(Backoff::default().wait(self.tries, retry_after, &mut self.jitter));
                // No sleep that cannot end in a reading.
                let next = if again >= self.deadline {
                    self.reconcile(now, true)
                } else {
                    self.noting(State::Backoff(again))
                };
                (next, Pace::TooFast { retry_after })
            }
            CreateVerdict::Accepted { .. } => {
                self.success_without_id = seen.status.is_success();
                (self.reconcile(now, false), Pace::Fine)
            }
            CreateVerdict::Unclear(unclear) => {
                let database = matches!(&unclear, Unclear::Said(refusal) if refusal.code == Code::Database);
                self.evidence.database_error |= database;
                let retry_after = seen.retry_after;
                let too_fast = seen.status == http::StatusCode::TOO_MANY_REQUESTS;
                let pace = if too_fast { Pace::TooFast { retry_after } } else { Pace::Fine };
                (self.reconcile(now, false), pace)
            }
        }
    }

    pub(super) fn is_in_base(&self, order: OrderId) -> bool {
        self.intent.base_ids.as_ref().is_some_and(|base| base.contains(&order))
    }

    pub(super) fn intent_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) -> State {
        match done {
            Ok(Recorded::Claimed(claim)) => {
                self.claim = Some(claim);
                self.recorded_now()
            }
            Ok(Recorded::Written) => self.recorded_nowhere(now),
            Ok(Recorded::Blocked(blocked)) => self.blocked(now, blocked),
            Ok(Recorded::Limited(breach)) => self.fail(now, Error::new(ErrorKind::Limit(breach))),
            Ok(_) => self.fail(now, Error::new(ErrorKind::Busy).with_intents([self.intent.id.clone()])),
            Err(error) => self.fail(now, Error::new(ErrorKind::Journal(error))),
        }
    }

    pub(super) fn recorded_now(&mut self) -> State {
        if !core::mem::replace(&mut self.recorded, true) {
            self.events.push_back(Event::IntentRecorded { intent: self.intent.id.clone() });
        }
        State::Create
    }

    /// The create brought no whole answer.
    pub(super) fn send_failed(&mut self, now: Moment, failure: &Failure) -> State {
        match (failure.delivery, failure.kind) {
            (Delivery::NotSent, FailureKind::TooLate) if self.left => self.recheck(now),
            (Delivery::NotSent, FailureKind::TooLate) => self.snapshot(now),
            (Delivery::NotSent, kind) => {
                self.tries = self.tries.saturating_add(1);
                let again = now.after(Backoff::default().wait(self.tries, None, &mut self.jitter));
                let over = again >= self.deadline && !self.left;
                if kind.is_permanent() || self.no_tries_left() || over {
                    let error = fetch::failed(failure).error;
                    return self.fail(now, error);
                }
                if self.left { self.recheck(now) } else { State::Backoff(again) }
            }
            (Delivery::Unknown | Delivery::Answered, _) => {
                self.left = true;
                self.tries = self.tries.saturating_add(1);
                self.reconcile(now, false)
            }
        }
    }
}

fn refused(refusal: Refusal) -> Error {
    let kind = match refusal.code {
        Code::Key => ErrorKind::Key,
        _ => ErrorKind::Refused(Box::new(refusal)),
    };
    Error::new(kind).with_delivery(Delivery::Answered)
}
