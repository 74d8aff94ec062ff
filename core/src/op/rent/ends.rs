//! How [`Renting`] ends once a send may have left: with an order, with an intent that stays open, or refused after all.

use super::machine::{Renting, State};
use super::outcome::{FoundBy, Placed, RentOutcome, RentWarning};
use super::reconcile::{Case, Verdict};
use crate::effect::Delivery;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::journal::Resolution;
use crate::model::OrderId;
use crate::time::Moment;

impl Renting {
    pub(super) fn place(&mut self, order: OrderId, inferred: bool) -> State {
        let server = self.plan.order.target().server();
        self.events.push_back(Event::OrderPlaced { order, server, inferred });
        let placed = Placed {
            order,
            server,
            intent: self.intent.id.clone(),
            inferred,
            unanswered: inferred && !self.success_without_id,
            warnings: self.warnings.clone(),
            snapshot_date: self.intent.snapshot_date,
            found_by: self.found_by.take().filter(|_| inferred),
        };
        State::Resolving(Resolution::Placed { order, inferred }, Box::new(Ok(RentOutcome::Placed(placed))))
    }

    pub(super) fn reconciled(&mut self, result: Result<Vec<(Case, Verdict)>, Error>) -> State {
        let verdict = result.ok().and_then(|mut cases| cases.pop()).map(|(case, verdict)| {
            self.evidence = case.evidence.clone();
            self.found_by = Some(Box::new(FoundBy { case, closed: self.closed }));
            verdict
        });
        let evidence = self.evidence.clone();
        let outcome = match verdict {
            Some(Verdict::Placed(row)) => {
                let order = row.id;
                self.found = Some(row);
                return self.place(order, true);
            }
            Some(Verdict::RefusedTooFast) => {
                let too_fast = || Error::new(ErrorKind::TooFast).with_delivery(Delivery::Answered);
                let error = self.refused_later.take().unwrap_or_else(too_fast);
                return State::Resolving(Resolution::Refused, Box::new(Err(error)));
            }
            Some(Verdict::Ambiguous(rows)) => RentOutcome::Ambiguous(evidence, rows),
            Some(Verdict::NotSeen) => RentOutcome::NotSeen(evidence),
            Some(Verdict::Unknown) | None => RentOutcome::Unknown(evidence),
        };
        self.open_end(outcome)
    }

    /// Ends with the intent open.
    fn open_end(&mut self, outcome: RentOutcome) -> State {
        let (intent, server) = (self.intent.id.clone(), self.intent.server);
        self.events.push_back(Event::OutcomeUnclear { intent, server });
        self.claim = None;
        State::Over(Some(Box::new(Ok(outcome))))
    }

    /// The journal gave the order to another intent meanwhile: an order is at most one intent's.
    pub(super) fn of_another(&mut self, now: Moment, inferred: bool) -> State {
        if inferred {
            let rows = self.found.take().into_iter().collect();
            return self.open_end(RentOutcome::Ambiguous(self.evidence.clone(), rows));
        }
        self.reconcile(now, false)
    }

    pub(super) fn resolved(&mut self, mut end: Box<Result<RentOutcome, Error>>, done: bool) -> State {
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
        self.claim = None;
        State::Over(Some(end))
    }
}
