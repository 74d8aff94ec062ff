//! [`Single`]: one endpoint as an operation. Reads are asked until they answer; money calls pass the journal.

use super::fetch::Fetch;
use super::price_notes::PriceNotes;
use super::spend::Spend;
use super::{Head, Operation, Pace, Settings, Step};
use crate::effect::Effect;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::time::Moment;

/// One endpoint, sent by itself.
///
/// # Money
/// An endpoint that spends is sent once, with an intent in the journal first; when its outcome is unknown the error is
/// [`ErrorKind::OutcomeUnknown`](crate::error::ErrorKind::OutcomeUnknown) and the intent stays open. It takes no
/// snapshot, so it can never be settled better than "ambiguous" by reading: rent with [`Rent`](super::rent::Rent).
pub struct Single<E: Endpoint>(Kind<E>);

enum Kind<E: Endpoint> {
    Plain(Box<Fetch<E>>),
    /// A reprice whose prices are still to be noted.
    Noting(Box<PriceNotes>, Box<Fetch<E>>),
    Over,
    Money(Box<Spend<E>>),
}

impl<E: Endpoint> core::fmt::Debug for Single<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.0 {
            Kind::Plain(fetch) | Kind::Noting(_, fetch) => fetch.fmt(f),
            Kind::Over => f.write_str("Over"),
            Kind::Money(spend) => spend.fmt(f),
        }
    }
}

impl<E: Endpoint> Single<E> {
    pub(super) fn new(settings: &Settings, endpoint: E, now: Moment) -> Self {
        Self(match endpoint.effect() {
            Effect::Spend => Kind::Money(Box::new(Spend::new(settings, endpoint, now))),
            Effect::Reprice => {
                let notes = PriceNotes::new(settings, &endpoint);
                Kind::Noting(Box::new(notes), Box::new(Fetch::new(settings, endpoint, now)))
            }
            Effect::Read | Effect::Idempotent => Kind::Plain(Box::new(Fetch::new(settings, endpoint, now))),
        })
    }
}

impl<E: Endpoint> Single<E> {
    fn send(&mut self) {
        self.0 = match core::mem::replace(&mut self.0, Kind::Over) {
            Kind::Noting(_, fetch) => Kind::Plain(fetch),
            other => other,
        };
    }
}

impl<E: Endpoint> Operation for Single<E> {
    type Output = E::Output;

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<E::Output, Error>> {
        if let Kind::Noting(notes, _) = &self.0 {
            match notes.next() {
                Ok(Some(record)) => return Step::Record(record),
                Ok(None) => self.send(),
                Err(error) => {
                    self.0 = Kind::Over;
                    return Step::Done(Err(error));
                }
            }
        }
        match &mut self.0 {
            Kind::Plain(fetch) => match fetch.poll(now).ended() {
                Ok(result) => Step::Done(result.map(|fetched| fetched.value)),
                Err(step) => step,
            },
            Kind::Money(spend) => spend.poll(now),
            Kind::Noting(..) | Kind::Over => Step::Wait(Moment::NEVER),
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.0 {
            Kind::Plain(fetch) => fetch.handle_head(head),
            Kind::Money(spend) => spend.handle_head(head),
            Kind::Noting(..) | Kind::Over => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.0 {
            Kind::Plain(fetch) => fetch.handle_data(decoded),
            Kind::Money(spend) => spend.handle_data(decoded),
            Kind::Noting(..) | Kind::Over => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.0 {
            Kind::Plain(fetch) => fetch.handle_end(now),
            Kind::Money(spend) => spend.handle_end(now),
            Kind::Noting(..) | Kind::Over => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.0 {
            Kind::Plain(fetch) => fetch.handle_failure(now, failure),
            Kind::Money(spend) => spend.handle_failure(now, failure),
            Kind::Noting(..) | Kind::Over => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.0 {
            Kind::Plain(_) | Kind::Over => {}
            Kind::Noting(notes, _) => notes.handle_recorded(done),
            Kind::Money(spend) => spend.handle_recorded(now, done),
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.0 {
            Kind::Plain(fetch) => fetch.next_event(),
            Kind::Money(spend) => spend.next_event(),
            Kind::Noting(..) | Kind::Over => None,
        }
    }
}
