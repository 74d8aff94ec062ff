//! [`Reconcile`]: finds out by reading what became of sends whose outcome is unknown.
//!
//! ```text
//!  Waiting ──time of the next reading──► Reading (Rescue lane) ──incomplete──► Waiting
//!     ▲                                     │ complete: rows are added to every case
//!     │                                     ▼
//!     └── some case is open ◄── judge ◄── Looking at the journal (after the reading, before each judgement)
//!                                 └── every case is settled, or the time is over ─► Done
//! ```
//!
//! Several cases share one reading. Invariant: an incomplete reading never counts, and nothing is judged from a view
//! of the journal that is older than the reading.

use super::candidate::{self, Dates, Finding};
use super::outcome::Evidence;
use crate::effect::Lane;
use crate::endpoint::my_orders::{Reading, Sightings};
use crate::error::{Error, Failure};
use crate::flow::Flow;
use crate::journal::{Intent, JournalError, Record, Recorded, View};
use crate::model::order::Sighting;
use crate::model::{OrderId, ServerId};
use crate::op::fetch::Fetch;
use crate::op::{Head, Operation, Pace, Settings, Step};
use crate::time::Moment;
use core::time::Duration;
use std::collections::BTreeMap;

/// Readings after the close, in sixtieths of the grace time (so in seconds with the default of 60 s).
const SCHEDULE: [u32; 6] = [2, 5, 10, 20, 40, 60];
/// After the schedule, until the time is over.
const THEN_EVERY: u32 = 5;
/// Complete readings needed before "not seen" may be said.
const LEAST_COMPLETE: u32 = 3;
/// How much longer than the grace time reconciling may take.
const OVERTIME: Duration = Duration::from_secs(30);

/// One send whose outcome is unknown.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Case {
    pub(super) intent: Intent,
    pub(super) dates: Dates,
    /// A send of this intent may have left before a "too fast": at most "ambiguous", and none means refused.
    pub(super) after_too_fast: bool,
    pub(super) evidence: Evidence,
    seen: BTreeMap<OrderId, Sighting>,
    /// Whether the reading that is being judged was complete for this server.
    current: bool,
    verdict: Option<Verdict>,
}

/// What reading says of one case.
///
/// Closed: the rent machine's end is a table over it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Verdict {
    /// It is this row.
    Placed(Sighting),
    /// It may be one of these.
    Ambiguous(Vec<Sighting>),
    /// Complete readings to the end of grace show nothing.
    NotSeen,
    /// Not enough complete readings.
    Unknown,
    /// Complete readings to the end of grace show nothing, and the service had said "too fast".
    RefusedTooFast,
}

impl Case {
    pub(super) fn new(intent: Intent, dates: Dates, after_too_fast: bool, evidence: Evidence) -> Self {
        Self { intent, dates, after_too_fast, evidence, seen: BTreeMap::new(), current: false, verdict: None }
    }

    /// Keeps the rows that may be this intent's: a history is long, and there may be many cases.
    fn see(&mut self, rows: &Rows<'_>) {
        let intent = &self.intent;
        // What is told of a row now holds in place of what was told of it before.
        self.seen.retain(|id, _| rows.by_id.get(id).is_none_or(|row| candidate::is_new(intent, row)));
        let mut see = |row: &Sighting| {
            if candidate::is_new(intent, row) {
                self.seen.insert(row.id, row.clone());
            }
        };
        match intent.server {
            None => rows.by_id.values().for_each(|row| see(row)),
            server => [server, None]
                .iter()
                .filter_map(|server| rows.by_server.get(server))
                .flatten()
                .for_each(|row| see(row)),
        }
    }

    /// Judges with what was seen; `over` is the end of grace.
    fn judge(&mut self, view: &View, over: bool, only_at_the_end: bool) {
        if self.verdict.is_some() || !self.current || (only_at_the_end && !over) {
            return;
        }
        self.verdict = match candidate::judge(&self.intent, self.dates, &self.seen, view) {
            Finding::Ours(row) if self.after_too_fast => over.then(|| Verdict::Ambiguous(vec![row])),
            Finding::OursButEnded(row) if self.after_too_fast => over.then(|| Verdict::Ambiguous(vec![row])),
            Finding::Ours(row) => Some(Verdict::Placed(row)),
            Finding::OursButEnded(row) => over.then_some(Verdict::Placed(row)),
            Finding::Unclear(rows) => over.then_some(Verdict::Ambiguous(rows)),
            Finding::None if over && self.evidence.complete >= LEAST_COMPLETE => {
                Some(if self.after_too_fast { Verdict::RefusedTooFast } else { Verdict::NotSeen })
            }
            Finding::None => None,
        };
    }

    /// The time is over before the end of grace could be judged.
    fn give_up(&mut self) {
        if self.verdict.is_none() {
            self.evidence.rows = candidate::new_rows(&self.intent, &self.seen).cloned().collect();
            self.verdict = Some(Verdict::Unknown);
        }
    }
}

/// The rows of one reading, to be looked up by every case. Of two with one number the later counts.
struct Rows<'r> {
    by_id: BTreeMap<OrderId, &'r Sighting>,
    by_server: BTreeMap<Option<ServerId>, Vec<&'r Sighting>>,
}

impl<'r> Rows<'r> {
    fn of(reading: &'r Reading) -> Self {
        let by_id: BTreeMap<OrderId, &Sighting> = reading.rows.iter().map(|row| (row.id, row)).collect();
        let mut by_server: BTreeMap<_, Vec<_>> = BTreeMap::new();
        by_id.values().for_each(|row| by_server.entry(row.server).or_default().push(*row));
        Self { by_id, by_server }
    }
}

/// Reads until every case is settled or its time is over.
#[derive(Debug)]
pub(super) struct Reconcile {
    pub(super) cases: Vec<Case>,
    settings: Settings,
    only_at_the_end: bool,
    /// When the send was closed; for an adopted intent, the first poll.
    since: Option<Moment>,
    next: u32,
    /// When the last complete reading was begun.
    begun: Option<Moment>,
    state: State,
}

#[derive(Debug)]
enum State {
    Waiting,
    Reading(Box<Fetch<Sightings>>),
    Look { end_of_grace: bool },
    Over,
}

impl Reconcile {
    pub(super) fn new(settings: &Settings, since: Option<Moment>, cases: Vec<Case>) -> Self {
        Self {
            cases,
            settings: settings.clone(),
            only_at_the_end: false,
            since,
            next: 0,
            begun: None,
            state: State::Waiting,
        }
    }

    /// Judges at the end of grace only.
    pub(super) fn only_at_the_end(mut self, yes: bool) -> Self {
        self.only_at_the_end = yes;
        self
    }

    fn sixtieths(&self, count: u32) -> Duration {
        self.settings.config().grace.saturating_mul(count).checked_div(60).unwrap_or_default()
    }

    fn start_of(&self, since: Moment, reading: u32) -> Moment {
        let index = usize::try_from(reading).unwrap_or(usize::MAX);
        let count = SCHEDULE.get(index).copied().unwrap_or_else(|| {
            let beyond = u32::try_from(index.saturating_sub(SCHEDULE.len())).unwrap_or(u32::MAX);
            60_u32.saturating_add(THEN_EVERY.saturating_mul(beyond.saturating_add(1)))
        });
        since.after(self.sixtieths(count))
    }

    fn is_settled(&self) -> bool {
        self.cases.iter().all(|case| case.verdict.is_some())
    }

    fn finish(&mut self) -> Step<Result<Vec<(Case, Verdict)>, Error>> {
        self.state = State::Over;
        self.cases.iter_mut().for_each(Case::give_up);
        let settled = core::mem::take(&mut self.cases).into_iter();
        Step::Done(Ok(settled
            .filter_map(|mut case| case.verdict.take().map(|verdict| (case, verdict)))
            .collect()))
    }

    fn absorb(&mut self, now: Moment, result: Result<crate::op::fetch::Fetched<Reading>, Error>) {
        self.state = State::Waiting;
        let Ok(fetched) = result else {
            self.cases.iter_mut().for_each(|case| case.evidence.missed());
            return;
        };
        let reading = fetched.value;
        let rows = Rows::of(&reading);
        let mut any = false;
        for case in &mut self.cases {
            case.current = reading.check_for(case.intent.server).is_ok();
            if case.current {
                any = true;
                case.evidence.read();
                case.see(&rows);
            } else {
                case.evidence.missed();
            }
        }
        if any {
            let grace = self.settings.config().grace;
            let since = self.since.unwrap_or(now);
            let end_of_grace = self.begun.is_some_and(|begun| begun >= since.after(grace));
            self.state = State::Look { end_of_grace };
        }
    }
}

impl Operation for Reconcile {
    type Output = Vec<(Case, Verdict)>;

    fn name(&self) -> &'static str {
        "reconcile"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<Self::Output, Error>> {
        let since = *self.since.get_or_insert(now);
        let end = since.after(self.settings.config().grace).after(OVERTIME);
        loop {
            let over = now >= end || self.is_settled();
            match &mut self.state {
                State::Waiting if over => return self.finish(),
                State::Waiting => {
                    let start = self.start_of(since, self.next);
                    if now < start {
                        return Step::Wait(start.min(end));
                    }
                    // A late poll makes one reading, not one for each start it missed.
                    while self.start_of(since, self.next) <= now {
                        self.next = self.next.saturating_add(1);
                    }
                    self.begun = Some(now);
                    let fetch = Fetch::new(&self.settings, Sightings::new(), now)
                        .lane(Lane::Rescue)
                        .attempts(1)
                        .deadline(end);
                    self.state = State::Reading(Box::new(fetch));
                }
                State::Reading(fetch) => match fetch.poll(now).ended() {
                    Ok(result) => self.absorb(now, result),
                    Err(step) => return step,
                },
                State::Look { .. } => return Step::Record(Record::Look),
                State::Over => return Step::Wait(Moment::NEVER),
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let State::Reading(fetch) = &mut self.state {
            fetch.handle_failure(now, failure);
        }
    }

    fn next_event(&mut self) -> Option<crate::event::Event> {
        match &mut self.state {
            State::Reading(fetch) => fetch.next_event(),
            _ => None,
        }
    }

    fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
        let State::Look { end_of_grace } = self.state else { return };
        self.state = State::Waiting;
        let view = match done {
            Ok(Recorded::Seen(view)) => view,
            // A session without a journal has nothing to attribute.
            Ok(Recorded::Written) => View::default(),
            // Without a view nothing may be judged; the next reading asks again.
            _ => return,
        };
        let only_at_the_end = self.only_at_the_end;
        self.cases.iter_mut().for_each(|case| case.judge(&view, end_of_grace, only_at_the_end));
    }
}
