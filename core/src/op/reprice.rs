//! [`Reprice`]: changes a spot order's bid, sent once and settled by one reading when its outcome is unknown.
//!
//! ```text
//!  Noting: Record(Repriced) ── above a limit, or failed where limits are set ─► Over(Err), nothing sent
//!   ▼
//!  Sending ── accepted ─► Over(Ok)     Reading ── the order has the new price ─► Over(Ok)
//!    ├─ refused ─► Over(Err)             └─ anything else ─► Over(Err, as it was: OutcomeUnknown, or the refusal)
//!    └─ unknown, or refused after "too fast" ─► Reading
//! ```
//!
//! The reading has a time of its own after that of the sending.

use super::fetch::Fetch;
use super::price_notes::PriceNotes;
use super::{Head, Operation, Pace, Plan, Settings, Step};
use crate::endpoint::my_orders::MyOrders;
use crate::endpoint::set_spot_price::SetSpotPrice;
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::time::Moment;

/// Changes a spot order's bid.
///
/// # Money
/// The bid is coin per day for the whole server. A price above the session's limit on rates is refused before anything
/// is sent, and the journal learns of a new one before it is sent. "No" is a typed error with its numbers, whatever the code says.
#[derive(Clone, Debug)]
#[must_use = "nothing is changed before a client runs it"]
pub struct Reprice(SetSpotPrice);

impl Reprice {
    /// Makes the change that `request` names.
    pub fn new(request: SetSpotPrice) -> Self {
        Self(request)
    }
}

impl Plan for Reprice {
    type Operation = Repricing;

    fn begin(self, settings: &Settings, now: Moment) -> Repricing {
        let fetch = Fetch::new(settings, self.0.clone(), now);
        let notes = PriceNotes::new(settings, &self.0);
        let state = State::Noting(Box::new(notes), Box::new(fetch));
        Repricing { settings: settings.clone(), request: self.0, state }
    }
}

const UNKNOWN: &str = "whether the new bid took effect";

/// The machine of [`Reprice`].
#[derive(Debug)]
pub struct Repricing {
    settings: Settings,
    request: SetSpotPrice,
    state: State,
}

#[derive(Debug)]
enum State {
    Noting(Box<PriceNotes>, Box<Fetch<SetSpotPrice>>),
    Sending(Box<Fetch<SetSpotPrice>>),
    Reading(Box<Fetch<MyOrders>>, Box<Error>),
    Over,
}

impl Repricing {
    fn send(&mut self) {
        self.state = match core::mem::replace(&mut self.state, State::Over) {
            State::Noting(_, fetch) => State::Sending(fetch),
            other => other,
        };
    }
}

impl Operation for Repricing {
    type Output = ();

    fn name(&self) -> &'static str {
        "set_spot_price"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<(), Error>> {
        loop {
            if let State::Noting(notes, _) = &self.state {
                match notes.next() {
                    Ok(Some(record)) => return Step::Record(record),
                    Ok(None) => self.send(),
                    Err(error) => {
                        self.state = State::Over;
                        return Step::Done(Err(error));
                    }
                }
            }
            let end = match &mut self.state {
                State::Sending(fetch) => match fetch.poll(now).ended() {
                    Ok(Ok(_)) => Ok(()),
                    // After a "too fast" that did it all the same, a second "no" would hide it (S35).
                    Ok(Err(error)) if *error.kind() == ErrorKind::OutcomeUnknown || fetch.maybe_done() => {
                        let error = match error.kind() {
                            ErrorKind::OutcomeUnknown => {
                                error.with_detail(Excerpt::new(UNKNOWN, DETAIL_TEXT))
                            }
                            _ => error,
                        };
                        let fetch = Fetch::new(&self.settings, MyOrders::default(), now);
                        self.state = State::Reading(Box::new(fetch), Box::new(error));
                        continue;
                    }
                    Ok(Err(error)) => Err(error.with_orders([self.request.order()])),
                    Err(step) => return step,
                },
                State::Reading(fetch, unknown) => match fetch.poll(now).ended() {
                    Ok(read) => {
                        let list = read.ok().map(|fetched| fetched.value);
                        let price =
                            list.as_ref().and_then(|list| list.order(self.request.order())?.price.as_ref());
                        let same = price.is_some_and(|price| {
                            price.amount() == self.request.price().amount()
                                && price.coin() == self.request.price().coin()
                        });
                        if same {
                            Ok(())
                        } else {
                            Err((**unknown).clone().with_orders([self.request.order()]))
                        }
                    }
                    Err(step) => return step,
                },
                State::Noting(..) => continue,
                State::Over => return Step::Wait(Moment::NEVER),
            };
            self.state = State::Over;
            return Step::Done(end);
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_head(head),
            State::Reading(fetch, _) => fetch.handle_head(head),
            State::Noting(..) | State::Over => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_data(decoded),
            State::Reading(fetch, _) => fetch.handle_data(decoded),
            State::Noting(..) | State::Over => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_end(now),
            State::Reading(fetch, _) => fetch.handle_end(now),
            State::Noting(..) | State::Over => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_failure(now, failure),
            State::Reading(fetch, _) => fetch.handle_failure(now, failure),
            State::Noting(..) | State::Over => {}
        }
    }

    fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
        if let State::Noting(notes, _) = &mut self.state {
            notes.handle_recorded(done);
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        match &mut self.state {
            State::Sending(fetch) => fetch.next_event(),
            State::Reading(fetch, _) => fetch.next_event(),
            State::Noting(..) | State::Over => None,
        }
    }
}
