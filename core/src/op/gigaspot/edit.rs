//! [`EditGigaspot`]: changes bids, sent once; what the answer leaves open is settled by reading the snapshot once.
//!
//! ```text
//!  Noting: Record(Repriced) each ── above a limit, or failed where limits are set ─► Over(Err), nothing sent
//!   ▼
//!  Sending ── every edit is known ─► Over(Ok)    Viewing ── that bid has a new price, not its old one ─► Updated
//!    ├─ refused ─► Over(Err)               ▲       ├─ else, of an answer ─► Over(Ok, still Unclear)
//!    └─ unknown, unclear of some, ─────────┘       └─ else, of no answer ─► Over(Err OutcomeUnknown, or the refusal)
//!       or a "no" after "too fast"
//! ```
//!
//! The snapshot lags, so only the new price in it is evidence, and only where the caller knows that another one stood
//! there before: an old price, an absent bid or a price that was kept proves nothing. The reading has a time of its own
//! after that of the sending.

use super::view::{ViewGigaspot, ViewingGigaspot};
use crate::endpoint::gigaspot::{EditGigaspotOrders, EditOutcome, GigaspotEdit, GigaspotEdited};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::model::Gigaspot;
use crate::op::fetch::Fetch;
use crate::op::price_notes::PriceNotes;
use crate::op::{Head, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;

/// Changes the price and the clocks of several bids.
///
/// # Money
/// Prices are CLORE per day for the whole server. The request is sent once, and never again when it may have worked.
/// A reading can only confirm prices that changed ([`GigaspotEdit::was`]); clocks are not in the snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
#[must_use = "nothing is changed before a client runs it"]
pub struct EditGigaspot(EditGigaspotOrders);

impl EditGigaspot {
    /// Makes `edits`: at least one, each of an order of its own.
    pub fn new(edits: impl IntoIterator<Item = GigaspotEdit>) -> Self {
        Self(EditGigaspotOrders::new(edits))
    }
}

impl Plan for EditGigaspot {
    type Operation = EditingGigaspot;

    fn begin(self, settings: &Settings, now: Moment) -> EditingGigaspot {
        let fetch = Fetch::new(settings, self.0.clone(), now);
        let notes = PriceNotes::new(settings, &self.0);
        EditingGigaspot {
            settings: settings.clone(),
            request: self.0,
            state: State::Noting(Box::new(notes), Box::new(fetch)),
        }
    }
}

const UNKNOWN: &str = "whether the new bids took effect";

/// The machine of [`EditGigaspot`].
#[derive(Debug)]
pub struct EditingGigaspot {
    settings: Settings,
    request: EditGigaspotOrders,
    state: State,
}

#[derive(Debug)]
enum State {
    Noting(Box<PriceNotes>, Box<Fetch<EditGigaspotOrders>>),
    Sending(Box<Fetch<EditGigaspotOrders>>),
    Viewing(Box<ViewingGigaspot>, Open),
    Over,
}

/// What a reading is to settle.
#[derive(Debug)]
struct Open {
    edited: GigaspotEdited,
    /// An earlier attempt may have worked, so the answer's "no" may be the answer to a repetition.
    doubts_no: bool,
    /// What went wrong, when no answer told of each edit.
    error: Option<Error>,
}

impl Open {
    /// Takes the snapshot in. Only a new price that stands there settles anything; one that may have stood there before
    /// takes the certainty from a "no" that came after "too fast".
    fn settle(mut self, edits: &[GigaspotEdit], view: Option<&Gigaspot>) -> Result<GigaspotEdited, Error> {
        let mut stands = false;
        for (report, edit) in self.edited.edits.iter_mut().zip(edits) {
            let bid = view.and_then(|view| view.bid(edit.order())).map(|(_, bid)| bid);
            let bid = bid.filter(|bid| bid.mine != Some(false));
            let price = bid.and_then(|bid| bid.price.as_ref()).filter(|price| edit.asks_for(price));
            let open = report.outcome == EditOutcome::Unclear || self.doubts_no;
            if open && price.is_some() {
                report.outcome = match report.outcome {
                    _ if edit.changes_price() => EditOutcome::Updated,
                    EditOutcome::Failed => EditOutcome::Unclear,
                    other => other,
                };
                stands = true;
            }
        }
        match self.error {
            Some(error) if !self.edited.is_complete() => {
                let error = if stands { unknown(error) } else { error };
                Err(error.with_orders(self.edited.unclear()))
            }
            _ => Ok(self.edited),
        }
    }
}

/// The outcome is not known, whatever the last answer said.
fn unknown(error: Error) -> Error {
    let unknown = Error::new(ErrorKind::OutcomeUnknown).with_delivery(error.delivery());
    unknown.with_detail(Excerpt::new(UNKNOWN, DETAIL_TEXT))
}

impl EditingGigaspot {
    /// What there is to settle after the sending, or its end.
    fn sent(
        &self,
        result: Result<GigaspotEdited, Error>,
        maybe_done: bool,
    ) -> Result<Open, Result<GigaspotEdited, Error>> {
        let orders = || self.request.edits().iter().map(GigaspotEdit::order);
        match result {
            Ok(edited) => {
                let doubts_no = maybe_done && edited.updated().count() < edited.edits.len();
                if edited.is_complete() && !doubts_no {
                    return Err(Ok(edited));
                }
                Ok(Open { edited, doubts_no, error: None })
            }
            Err(error) => {
                let unknown = *error.kind() == ErrorKind::OutcomeUnknown;
                // After a "too fast" that did it all the same, a second "no" would hide it (S35).
                if !unknown && !maybe_done {
                    return Err(Err(error.with_orders(orders())));
                }
                let error = if unknown { self::unknown(error) } else { error };
                let edited = GigaspotEdited::nothing_known(orders());
                Ok(Open { edited, doubts_no: false, error: Some(error) })
            }
        }
    }
}

impl Operation for EditingGigaspot {
    type Output = GigaspotEdited;

    fn name(&self) -> &'static str {
        "edit_gigaspot_orders"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<GigaspotEdited, Error>> {
        loop {
            match core::mem::replace(&mut self.state, State::Over) {
                State::Noting(notes, fetch) => match notes.next() {
                    Ok(Some(record)) => {
                        self.state = State::Noting(notes, fetch);
                        return Step::Record(record);
                    }
                    Ok(None) => self.state = State::Sending(fetch),
                    Err(error) => return Step::Done(Err(error)),
                },
                State::Sending(mut fetch) => match fetch.poll(now).ended() {
                    Ok(result) => {
                        let result = result.map(|fetched| fetched.value);
                        match self.sent(result, fetch.maybe_done()) {
                            Err(end) => return Step::Done(end),
                            Ok(open) => {
                                let view = ViewGigaspot::new().begin(&self.settings, now);
                                self.state = State::Viewing(Box::new(view), open);
                            }
                        }
                    }
                    Err(step) => {
                        self.state = State::Sending(fetch);
                        return step;
                    }
                },
                State::Viewing(mut view, open) => match view.poll(now).ended() {
                    Ok(read) => return Step::Done(open.settle(self.request.edits(), read.ok().as_ref())),
                    Err(step) => {
                        self.state = State::Viewing(view, open);
                        return step;
                    }
                },
                State::Over => return Step::Wait(Moment::NEVER),
            }
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_head(head),
            State::Viewing(view, _) => view.handle_head(head),
            State::Noting(..) | State::Over => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_data(decoded),
            State::Viewing(view, _) => view.handle_data(decoded),
            State::Noting(..) | State::Over => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_end(now),
            State::Viewing(view, _) => view.handle_end(now),
            State::Noting(..) | State::Over => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Sending(fetch) => fetch.handle_failure(now, failure),
            State::Viewing(view, _) => view.handle_failure(now, failure),
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
            State::Viewing(view, _) => view.next_event(),
            State::Noting(..) | State::Over => None,
        }
    }
}
