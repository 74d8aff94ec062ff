//! [`AutoCancel`]: cancels a placed order without asking a person, as far as `rent.md` ("automatic cancel") allows it.
//!
//! ```text
//!  the id came in the create's own answer ──────────────────────────────────────────► Cancelling
//!  success without an id, or the caller said `cancel_inferred` ─► Judging: readings to the end of grace
//!      ├─ exactly this one row, contradicting nothing ────────────────────────────────► Cancelling
//!      └─ anything else ─► Over(StillBilling)
//!  a lost or unclear answer, and nothing said ─► Over(StillBilling)
//!  Cancelling ── confirmed by reading ─► Over(Confirmed)   else ─► Over(StillBilling)
//! ```
//!
//! Grace counts from the close of the create, so an order that is hours old is judged by one reading. Invariant: an
//! order that was only found by reading is cancelled only when nothing else can be it: it may be somebody else's.

use super::candidate::Dates;
use super::outcome::{Evidence, FoundBy, Placed};
use super::reconcile::{Case, Reconcile, Verdict};
use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, JournaledOrder, Recorded};
use crate::model::OrderId;
use crate::op::{Cancel, Cancelling, Head, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;

/// Cancels a placed order without asking anybody.
///
/// # Money
/// An order that it does not cancel bills on; the output says which and why.
#[derive(Clone, Debug)]
#[must_use = "nothing is cancelled before a client runs it"]
pub struct AutoCancel {
    placed: Placed,
    cancel_inferred: bool,
}

/// What came of an automatic cancel.
///
/// Closed: an order that may be billing must not be passed over.
#[derive(Clone, PartialEq, Debug)]
#[must_use = "an order may be billing"]
pub enum AutoCancelled {
    /// A complete list confirms that the order is over.
    Confirmed,
    /// It was not cancelled, or nothing confirms it: it may be billing.
    StillBilling(WhyBilling),
}

/// Why an order may still be billing.
///
/// Closed: each is said to people.
#[derive(Clone, PartialEq, Debug)]
pub enum WhyBilling {
    /// The create's answer was lost or unclear, so the order may be somebody else's, and nobody allowed its cancel
    /// beforehand. Nothing was sent.
    Unanswered,
    /// The readings do not show this order alone; these rows may be it as well. Nothing was sent.
    NotSure(Vec<OrderId>),
    /// It could not be read whether the order stands alone; a later reading may tell. Nothing was sent.
    NotRead,
    /// The cancel was refused, could not be sent, or is not confirmed by any complete list.
    Unconfirmed(Error),
}

impl AutoCancel {
    /// Cancels the order that was placed, if that is certain enough.
    pub fn new(placed: Placed) -> Self {
        Self { placed, cancel_inferred: false }
    }

    /// The same by another process than the one that placed it, from what the journal keeps. `seen`: when the order was
    /// seen first, or any later moment; grace counts from it. `None` where nobody may: it is another key's, or over, or
    /// its call named no server.
    #[must_use]
    pub fn journaled(known: &JournaledOrder, seen: Moment) -> Option<Self> {
        let server = known.server.filter(|_| !known.other_key && !known.is_over)?;
        let found_by = known.found.as_ref().map(|intent| {
            // The answer's date is not kept: the window of the row's own date is by the snapshot.
            let dates = Dates { snapshot: intent.snapshot_date, answer: None };
            let evidence = Evidence::new(intent.id.clone(), intent.server);
            let case = Case::new((**intent).clone(), dates, false, evidence);
            Box::new(FoundBy { case, closed: seen })
        });
        Some(Self::new(Placed {
            order: known.order,
            server,
            intent: known.intent.clone(),
            inferred: known.is_inferred(),
            unanswered: known.is_inferred() && !known.answered,
            warnings: Vec::new(),
            snapshot_date: known.snapshot_date,
            found_by,
        }))
    }

    /// Also after a lost or unclear answer, when the readings show this order alone.
    pub fn cancel_inferred(mut self, yes: bool) -> Self {
        self.cancel_inferred = yes;
        self
    }
}

impl Plan for AutoCancel {
    type Operation = AutoCancelling;

    fn begin(self, settings: &Settings, now: Moment) -> AutoCancelling {
        let order = self.placed.order;
        let state = match (self.placed.inferred, self.placed.found_by) {
            (false, _) => State::Cancelling(Box::new(Cancel::new(order).begin(settings, now))),
            (true, Some(found_by)) if !self.placed.unanswered || self.cancel_inferred => {
                let FoundBy { case, closed } = *found_by;
                // Of an old order one reading is the end of grace already.
                let since = closed.max(now.before(settings.config().grace));
                State::Judging(Box::new(
                    Reconcile::new(settings, Some(since), vec![case]).only_at_the_end(true),
                ))
            }
            (true, _) => State::Over(Some(AutoCancelled::StillBilling(WhyBilling::Unanswered))),
        };
        AutoCancelling { order, settings: settings.clone(), state }
    }
}

/// The machine of [`AutoCancel`].
#[derive(Debug)]
pub struct AutoCancelling {
    order: OrderId,
    settings: Settings,
    state: State,
}

#[derive(Debug)]
enum State {
    Judging(Box<Reconcile>),
    Cancelling(Box<Cancelling>),
    Over(Option<AutoCancelled>),
}

impl AutoCancelling {
    fn judged(&self, now: Moment, result: Result<Vec<(Case, Verdict)>, Error>) -> State {
        let verdict = result.ok().and_then(|mut cases| cases.pop());
        let rows = match verdict {
            Some((_, Verdict::Placed(row))) if row.id == self.order => {
                return State::Cancelling(Box::new(Cancel::new(self.order).begin(&self.settings, now)));
            }
            Some((_, Verdict::Placed(row))) => vec![row.id],
            Some((_, Verdict::Ambiguous(rows))) => rows.iter().map(|row| row.id).collect(),
            None | Some((_, Verdict::Unknown)) => {
                return State::Over(Some(AutoCancelled::StillBilling(WhyBilling::NotRead)));
            }
            Some((case, _)) => case.evidence.rows.iter().map(|row| row.id).collect(),
        };
        let others = rows.into_iter().filter(|row| *row != self.order).collect();
        State::Over(Some(AutoCancelled::StillBilling(WhyBilling::NotSure(others))))
    }
}

impl Operation for AutoCancelling {
    type Output = AutoCancelled;

    fn name(&self) -> &'static str {
        "auto_cancel"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<AutoCancelled, Error>> {
        loop {
            match &mut self.state {
                State::Judging(reconcile) => match reconcile.poll(now).ended() {
                    Ok(result) => self.state = self.judged(now, result),
                    Err(step) => return step,
                },
                State::Cancelling(cancelling) => match cancelling.poll(now).ended() {
                    Ok(Ok(_)) => self.state = State::Over(Some(AutoCancelled::Confirmed)),
                    Ok(Err(error)) => {
                        let why = WhyBilling::Unconfirmed(error);
                        self.state = State::Over(Some(AutoCancelled::StillBilling(why)));
                    }
                    Err(step) => return step,
                },
                State::Over(end) => match end.take() {
                    Some(end) => return Step::Done(Ok(end)),
                    None => return Step::Wait(Moment::NEVER),
                },
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.handle_head(head),
            State::Cancelling(cancelling) => cancelling.handle_head(head),
            State::Over(_) => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.handle_data(decoded),
            State::Cancelling(cancelling) => cancelling.handle_data(decoded),
            State::Over(_) => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.handle_end(now),
            State::Cancelling(cancelling) => cancelling.handle_end(now),
            State::Over(_) => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.handle_failure(now, failure),
            State::Cancelling(cancelling) => cancelling.handle_failure(now, failure),
            State::Over(_) => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.handle_recorded(now, done),
            State::Cancelling(cancelling) => cancelling.handle_recorded(now, done),
            State::Over(_) => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Judging(reconcile) => reconcile.next_event(),
            State::Cancelling(cancelling) => cancelling.next_event(),
            State::Over(_) => None,
        }
    }
}
