//! The machine behind [`Rent`]; its graph is drawn in the parent module.

use super::candidate::{self, Dates};
use super::create::{Meaning, meaning};
use super::outcome::{Evidence, Placed, RentOutcome, RentWarning};
use super::plan::Rent;
use super::reconcile::{Case, Reconcile, Verdict};
use super::settle::{Settle, Settled, Settlement};
use crate::effect::{Delivery, Lane};
use crate::endpoint::{CreateReader, Endpoint, Reader, Reading, Sightings};
use crate::error::{Error, ErrorKind, Failure, FailureKind};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{Blocked, Claim, Intent, JournalError, Record, Recorded, Resolution};
use crate::op::fetch::{Fetch, Fetched};
use crate::op::judge::Seen;
use crate::op::{Exchange, Head, Operation, Pace, Settings, Step};
use crate::retry::{Backoff, Jitter};
use crate::time::Moment;
use core::time::Duration;
use std::collections::VecDeque;

/// A snapshot or recheck may be this old when the create gets its turn.
const FRESH: Duration = Duration::from_secs(15);
/// How often a create that waits for another run on the same server looks again.
const BUSY: Duration = Duration::from_secs(2);

/// Renting one server; see the module's graph.
#[derive(Debug)]
pub struct Renting {
    plan: Rent,
    settings: Settings,
    deadline: Moment,
    jitter: Jitter,
    intent: Intent,
    dates: Dates,
    /// When the last snapshot or recheck was read to its end.
    read: Moment,
    /// Whether the intent stands in the journal.
    recorded: bool,
    /// Whether a send of this intent may have left.
    left: bool,
    sent_noted: bool,
    tries: u32,
    claim: Option<Claim>,
    evidence: Evidence,
    success_without_id: bool,
    warnings: Vec<RentWarning>,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    Snapshot(Box<Fetch<Sightings>>),
    Record,
    Busy(Moment),
    Settling(Box<Settle>),
    Create,
    Sending { reader: Option<Box<CreateReader>>, seen: Option<Seen> },
    Backoff(Moment),
    Recheck(Box<Fetch<Sightings>>),
    Noting(Box<State>),
    Reconciling(Box<Reconcile>),
    Resolving(Resolution, Box<Result<RentOutcome, Error>>),
    Over(Option<Box<Result<RentOutcome, Error>>>),
}

impl Renting {
    pub(super) fn new(plan: Rent, settings: &Settings, now: Moment) -> Self {
        let id = plan.intent.clone().unwrap_or_else(|| settings.intent_id());
        let mut intent = Intent::new(id.clone(), CreateReader::CALL);
        plan.order.describe(&mut intent);
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
            recorded: false,
            left: false,
            sent_noted: false,
            tries: 0,
            claim: None,
            evidence,
            success_without_id: false,
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
    fn refuse_at_once(&self) -> Option<Error> {
        if self.plan.order.target().unit_doubt() && !self.plan.accept_unit_doubt {
            return Some(Error::new(ErrorKind::UnitDoubt));
        }
        self.plan.order.request().err().map(Error::from)
    }

    fn snapshot(&self, now: Moment) -> State {
        let fetch = Fetch::new(&self.settings, Sightings::new(), now).deadline(self.deadline);
        State::Snapshot(Box::new(fetch))
    }

    fn recheck(&self, now: Moment) -> State {
        let fetch = Fetch::new(&self.settings, Sightings::new(), now).deadline(self.deadline).lane(Lane::Rescue);
        State::Recheck(Box::new(fetch))
    }

    /// Ends without an outcome: by NeverSent once an intent is recorded, by reading once a send may have left.
    fn fail(&mut self, now: Moment, error: Error) -> State {
        if self.left {
            return self.reconcile(now, true);
        }
        if !self.recorded {
            return State::Over(Some(Box::new(Err(error))));
        }
        State::Resolving(Resolution::NeverSent, Box::new(Err(error)))
    }

    fn reconcile(&mut self, now: Moment, after_too_fast: bool) -> State {
        let case = Case::new(self.intent.clone(), self.dates, after_too_fast, self.evidence.clone());
        let next = State::Reconciling(Box::new(Reconcile::new(&self.settings, Some(now), vec![case])));
        self.noting(next)
    }

    /// Notes once, for people, that the create was given to the network.
    fn noting(&mut self, next: State) -> State {
        if core::mem::replace(&mut self.sent_noted, true) { next } else { State::Noting(Box::new(next)) }
    }

    fn snapshot_read(&mut self, now: Moment, result: Result<Fetched<Reading>, Error>) -> State {
        let Fetched { value: reading, date } = match result {
            Ok(fetched) => fetched,
            Err(error) => return self.fail(now, error),
        };
        self.intent.base_ids = if let Err(why) = reading.check_for(self.intent.server) {
            if !self.settings.config().accept_unread_history {
                return self.fail(now, Error::new(ErrorKind::UnreadHistory(why)).with_delivery(Delivery::Answered));
            }
            None
        } else {
            Some(reading.ids_on(self.intent.server))
        };
        self.dates.snapshot = date;
        self.intent.snapshot_date = date;
        self.read = now;
        State::Record
    }

    fn rechecked(&mut self, now: Moment, result: Result<Fetched<Reading>, Error>) -> State {
        let Ok(Fetched { value: reading, .. }) = result else { return self.reconcile(now, true) };
        if reading.check_for(self.intent.server).is_err() {
            return self.reconcile(now, true);
        }
        let seen = reading.rows.into_iter().map(|row| (row.id, row)).collect();
        // Attributions are judged by the reconciliation, which reads the journal; here any new row stops the resend.
        let any = candidate::candidates(&self.intent, &seen).next().is_some();
        if any || self.intent.base_ids.is_none() || self.no_tries_left() {
            return self.reconcile(now, true);
        }
        self.read = now;
        State::Record
    }

    fn no_tries_left(&self) -> bool {
        self.tries >= self.settings.config().max_retries
    }

    fn blocked(&mut self, now: Moment, blocked: Blocked) -> State {
        if self.recorded || now >= self.deadline {
            let intents = blocked.live.into_iter().chain(blocked.ownerless).map(|open| open.intent.id);
            let kind = if self.recorded { ErrorKind::OpenIntents } else { ErrorKind::Busy };
            return self.fail(now, Error::new(kind).with_intents(intents));
        }
        if blocked.live.is_empty() {
            State::Settling(Box::new(Settle::new(&self.settings, blocked.ownerless)))
        } else {
            State::Busy(now.after(BUSY).min(self.deadline))
        }
    }

    /// After settling what others left, one may go on only if nothing is open and nothing was placed.
    fn settled(&mut self, now: Moment, settled: Vec<Settled>) -> State {
        let placed = settled.iter().filter_map(|one| one.settlement.order());
        let placed: Vec<_> = placed.collect();
        if !placed.is_empty() && !self.plan.go_on_after_placed {
            let error = Error::new(ErrorKind::EarlierPlaced).with_orders(placed);
            return self.fail(now, error.with_delivery(Delivery::Answered));
        }
        let open = settled.iter().filter(|one| one.settlement.is_open() && one.settlement != Settlement::Owned);
        let open: Vec<_> = open.collect();
        if !open.is_empty() {
            let rows = open.iter().flat_map(|one| one.settlement.candidates()).map(|row| row.id);
            let error = Error::new(ErrorKind::OpenIntents).with_orders(rows);
            return self.fail(now, error.with_intents(open.iter().map(|one| one.intent.clone())));
        }
        // Settling has 90 s of its own.
        self.deadline = self.deadline.max(now.after(self.settings.config().deadline));
        self.snapshot(now)
    }

    fn create(&mut self, now: Moment) -> Result<Exchange, Error> {
        let mut order = self.plan.order.clone();
        if self.plan.required_price {
            order = order.require_listed_price(now);
        }
        let config = self.settings.config();
        let mut exchange = Exchange::new(order.request()?, Lane::Create, config.timeout, self.deadline);
        exchange.start_by = Some(self.read.after(FRESH));
        let reader = Some(Box::new(order.reader(&config.caps)));
        self.state = State::Sending { reader, seen: None };
        Ok(exchange)
    }

    /// A create was answered, or may have left.
    fn answered(&mut self, now: Moment, meaning: Meaning) -> (State, Pace) {
        let first = !core::mem::replace(&mut self.left, true);
        self.tries = self.tries.saturating_add(1);
        match meaning {
            Meaning::Placed { order, beside } if !self.is_in_base(order) => {
                self.warnings.extend(beside.map(RentWarning::ErrorBesideId));
                (self.place(order, false), Pace::Fine)
            }
            Meaning::Placed { .. } => (self.reconcile(now, false), Pace::Fine),
            Meaning::Refused(error) if first => {
                (State::Resolving(Resolution::Refused, Box::new(Err(error))), Pace::Refused)
            }
            Meaning::Refused(_) => (self.reconcile(now, true), Pace::Refused),
            Meaning::TooFast { retry_after } => {
                let wait = Backoff::default().wait(self.tries, retry_after, &mut self.jitter);
                let next = State::Backoff(now.after(wait));
                (self.noting(next), Pace::TooFast { retry_after })
            }
            Meaning::Unclear { success_without_id, database_error } => {
                self.success_without_id = success_without_id;
                self.evidence.database_error = database_error;
                (self.reconcile(now, false), Pace::Fine)
            }
        }
    }

    fn is_in_base(&self, order: crate::model::OrderId) -> bool {
        self.intent.base_ids.as_ref().is_some_and(|base| base.contains(&order))
    }

    fn place(&mut self, order: crate::model::OrderId, inferred: bool) -> State {
        let server = self.plan.order.target().server();
        self.events.push_back(Event::OrderPlaced { order, server, inferred });
        let placed = Placed {
            order,
            server,
            intent: self.intent.id.clone(),
            inferred,
            unanswered: inferred && !self.success_without_id,
            warnings: self.warnings.clone(),
        };
        State::Resolving(Resolution::Placed { order, inferred }, Box::new(Ok(RentOutcome::Placed(placed))))
    }

    fn reconciled(&mut self, result: Result<Vec<(Case, Verdict)>, Error>) -> State {
        let verdict = result.ok().and_then(|mut cases| cases.pop()).map(|(case, verdict)| {
            self.evidence = case.evidence;
            verdict
        });
        let evidence = self.evidence.clone();
        let outcome = match verdict {
            Some(Verdict::Placed(row)) => return self.place(row.id, true),
            Some(Verdict::RefusedTooFast) => {
                let error = Error::new(ErrorKind::TooFast).with_delivery(Delivery::Answered);
                return State::Resolving(Resolution::Refused, Box::new(Err(error)));
            }
            Some(Verdict::Ambiguous(rows)) => RentOutcome::Ambiguous(evidence, rows),
            Some(Verdict::NotSeen) => RentOutcome::NotSeen(evidence),
            Some(Verdict::Unknown) | None => RentOutcome::Unknown(evidence),
        };
        let (intent, server) = (self.intent.id.clone(), self.intent.server);
        self.events.push_back(Event::OutcomeUnclear { intent, server });
        self.claim = None;
        State::Over(Some(Box::new(Ok(outcome))))
    }

    fn resolved(&mut self, resolution: Resolution, mut end: Box<Result<RentOutcome, Error>>, done: bool) -> State {
        if !done {
            self.events.push_back(Event::JournalWarning { intent: self.intent.id.clone() });
            match end.as_mut() {
                Ok(RentOutcome::Placed(placed)) => placed.warnings.push(RentWarning::NotMarked),
                Ok(_) => {}
                Err(error) => {
                    let intents = [self.intent.id.clone()];
                    *error = error.clone().with_intents(intents);
                }
            }
        }
        let _ = resolution;
        self.claim = None;
        State::Over(Some(end))
    }
}

impl Operation for Renting {
    type Output = RentOutcome;

    fn name(&self) -> &'static str {
        "rent"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<RentOutcome, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
                State::Snapshot(mut fetch) => match fetch.poll(now) {
                    Step::Done(result) => self.snapshot_read(now, result),
                    step => {
                        self.state = State::Snapshot(fetch);
                        return passed_on(step);
                    }
                },
                State::Recheck(mut fetch) => match fetch.poll(now) {
                    Step::Done(result) => self.rechecked(now, result),
                    step => {
                        self.state = State::Recheck(fetch);
                        return passed_on(step);
                    }
                },
                State::Settling(mut settle) => match settle.poll(now) {
                    Step::Done(Ok(settled)) => self.settled(now, settled),
                    Step::Done(Err(error)) => self.fail(now, error),
                    step => {
                        self.state = State::Settling(settle);
                        return passed_on(step);
                    }
                },
                State::Reconciling(mut reconcile) => match reconcile.poll(now) {
                    Step::Done(result) => self.reconciled(result),
                    step => {
                        self.state = State::Reconciling(reconcile);
                        return passed_on(step);
                    }
                },
                State::Record => {
                    self.state = State::Record;
                    return Step::Record(Record::Intent(Box::new(self.intent.clone())));
                }
                State::Noting(next) => {
                    self.state = State::Noting(next);
                    return Step::Record(Record::Sent(self.intent.id.clone()));
                }
                State::Resolving(resolution, end) => {
                    self.state = State::Resolving(resolution, end);
                    let (intent, wall) = (self.intent.id.clone(), self.settings.wall);
                    return Step::Record(Record::Resolved { intent, resolution, wall });
                }
                State::Busy(until) if now < until => {
                    self.state = State::Busy(until);
                    return Step::Wait(until);
                }
                // The other run may have rented it: what was read before is worth nothing.
                State::Busy(_) if now >= self.deadline => self.fail(now, Error::new(ErrorKind::Busy)),
                State::Busy(_) => self.snapshot(now),
                State::Backoff(until) if now < until => {
                    self.state = State::Backoff(until);
                    return Step::Wait(until);
                }
                State::Backoff(_) if self.left => self.recheck(now),
                State::Backoff(_) => self.snapshot(now),
                State::Create => match self.create(now) {
                    Ok(exchange) => return Step::Send(exchange),
                    Err(error) => self.fail(now, error),
                },
                sending @ State::Sending { .. } => {
                    self.state = sending;
                    return Step::Wait(self.deadline);
                }
                State::Over(end) => match end {
                    Some(end) => return Step::Done(*end),
                    None => return Step::Wait(Moment::NEVER),
                },
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_head(head),
            State::Settling(settle) => settle.handle_head(head),
            State::Reconciling(reconcile) => reconcile.handle_head(head),
            State::Sending { seen, .. } => {
                *seen = Some(Seen::of(head));
                Flow::Continue
            }
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_data(decoded),
            State::Settling(settle) => settle.handle_data(decoded),
            State::Reconciling(reconcile) => reconcile.handle_data(decoded),
            State::Sending { reader: Some(reader), .. } => reader.push(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_end(now),
            State::Settling(settle) => settle.handle_end(now),
            State::Reconciling(reconcile) => reconcile.handle_end(now),
            State::Sending { reader, seen } => {
                let (Some(reader), Some(seen)) = (reader.take(), seen.take()) else { return Pace::Fine };
                self.dates.answer = seen.date;
                let (state, pace) = self.answered(now, meaning(&seen, reader.finish()));
                self.state = state;
                pace
            }
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.handle_failure(now, failure),
            State::Settling(settle) => settle.handle_failure(now, failure),
            State::Reconciling(reconcile) => reconcile.handle_failure(now, failure),
            State::Sending { seen, .. } => {
                self.dates.answer = seen.take().and_then(|seen| seen.date);
                self.state = self.send_failed(now, &failure);
            }
            _ => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
            State::Settling(mut settle) => {
                settle.handle_recorded(now, done);
                State::Settling(settle)
            }
            State::Reconciling(mut reconcile) => {
                reconcile.handle_recorded(now, done);
                State::Reconciling(reconcile)
            }
            State::Record => self.intent_recorded(now, done),
            State::Noting(next) => {
                if done.is_err() {
                    self.events.push_back(Event::JournalWarning { intent: self.intent.id.clone() });
                }
                *next
            }
            State::Resolving(resolution, end) => {
                // Another intent has that order: then it is not certain whose it is.
                if let (Ok(Recorded::Attributed(_)), Resolution::Placed { inferred: true, .. }) = (&done, resolution) {
                    self.claim = None;
                    State::Over(Some(Box::new(Ok(RentOutcome::Ambiguous(self.evidence.clone(), Vec::new())))))
                } else {
                    self.resolved(resolution, end, matches!(done, Ok(Recorded::Written)))
                }
            }
            other => other,
        };
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Snapshot(fetch) | State::Recheck(fetch) => fetch.next_event(),
            State::Settling(settle) => settle.next_event(),
            State::Reconciling(reconcile) => reconcile.next_event(),
            _ => None,
        })
    }
}

impl Renting {
    fn intent_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) -> State {
        match done {
            Ok(Recorded::Claimed(claim)) => {
                self.claim = Some(claim);
                self.recorded_now()
            }
            // A session without a journal.
            Ok(Recorded::Written) => self.recorded_now(),
            Ok(Recorded::Blocked(blocked)) => self.blocked(now, blocked),
            Ok(_) => self.fail(now, Error::new(ErrorKind::Busy).with_intents([self.intent.id.clone()])),
            Err(error) => self.fail(now, Error::new(ErrorKind::Journal(error))),
        }
    }

    fn recorded_now(&mut self) -> State {
        if !core::mem::replace(&mut self.recorded, true) {
            self.events.push_back(Event::IntentRecorded { intent: self.intent.id.clone() });
        }
        State::Create
    }

    /// The create brought no whole answer.
    fn send_failed(&mut self, now: Moment, failure: &Failure) -> State {
        match (failure.delivery, failure.kind) {
            (Delivery::NotSent, FailureKind::TooLate) if self.left => self.recheck(now),
            (Delivery::NotSent, FailureKind::TooLate) => self.snapshot(now),
            (Delivery::NotSent, kind) => {
                self.tries = self.tries.saturating_add(1);
                let wait = Backoff::default().wait(self.tries, None, &mut self.jitter);
                let again = now.after(wait);
                if kind.is_permanent() || self.no_tries_left() || again >= self.deadline {
                    let error = crate::op::fetch::failed(failure).error;
                    return self.fail(now, error);
                }
                State::Backoff(again)
            }
            (Delivery::Unknown | Delivery::Answered, _) => {
                self.left = true;
                self.tries = self.tries.saturating_add(1);
                self.reconcile(now, false)
            }
        }
    }
}

/// Everything but an end goes on to the driver as it is.
fn passed_on<T>(step: Step<T>) -> Step<Result<RentOutcome, Error>> {
    match step {
        Step::Send(exchange) => Step::Send(exchange),
        Step::Wait(until) => Step::Wait(until),
        Step::Record(record) => Step::Record(record),
        Step::Permit(ask) => Step::Permit(ask),
        Step::Done(_) => Step::Wait(Moment::NEVER),
    }
}
