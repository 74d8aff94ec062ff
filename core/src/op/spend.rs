//! [`Spend`]: one money call other than renting: a user's own endpoint, or `create_order` without reconciling.
//!
//! ```text
//!  Reading (only for limits that count orders) ─► Ending: Record(Ended) of orders that it shows as over
//!   ▼
//!  Record(Intent) ── Blocked, Limited, failed ─► Err, nothing sent
//!   ▼ Claimed
//!  Send ── never sent ─► Backoff and again, else Resolving(NeverSent) ─► Err
//!   ├─ code 2 3 4 6 ─► Resolving(Refused) ─► Err
//!   ├─ success ─► Resolving(Placed, or what the endpoint says it proves: Done, Refused) ─► Ok
//!   ├─ success, not known of all that was asked (Proof::InPart) ─► Record(Sent) ─► Ok, the intent stays open
//!   └─ all else, code 5 and a rental without an id included ─► Record(Sent) ─► Err OutcomeUnknown, the intent stays open
//! ```
//!
//! Without a snapshot nothing proves that a second send would be the first one to take effect, so there is none.

use super::fetch::{Fetch, Fetched, failed};
use super::judge::{Judgement, Seen, judge};
use super::standing_orders::{self, MarkEnds};
use super::{Exchange, Head, Operation, Pace, Settings, Step};
use crate::effect::{Delivery, Effect};
use crate::endpoint::my_orders::{Reading, Sightings};
use crate::endpoint::{Answer, Endpoint, Proof, Reader};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::flow::Flow;
use crate::journal::{Claim, Intent, JournalError, Record, Recorded, Resolution};
use crate::model::{Kind, OrderId, Rate, UsdPerDay, UsdPerHour};
use crate::retry::{Backoff, Jitter, Policy, Verdict};
use crate::spending::Check;
use crate::time::Moment;
use std::collections::VecDeque;

pub(super) struct Spend<E: Endpoint> {
    endpoint: E,
    settings: Settings,
    intent: Intent,
    deadline: Moment,
    jitter: Jitter,
    tries: u32,
    last: Option<Error>,
    claim: Option<Claim>,
    events: VecDeque<Event>,
    state: State<E>,
}

enum State<E: Endpoint> {
    Reading(Box<Fetch<Sightings>>),
    Ending(MarkEnds),
    Record,
    Send,
    Backoff(Moment),
    Sending { reader: Option<E::Reader>, seen: Option<Seen> },
    Noting(Result<E::Output, Error>),
    Resolving(Resolution, Result<E::Output, Error>),
    Over(Option<Result<E::Output, Error>>),
}

impl<E: Endpoint> core::fmt::Debug for State<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Reading(_) => "Reading",
            Self::Ending(_) => "Ending",
            Self::Record => "Record",
            Self::Send => "Send",
            Self::Backoff(_) => "Backoff",
            Self::Sending { .. } => "Sending",
            Self::Noting(_) => "Noting",
            Self::Resolving(..) => "Resolving",
            Self::Over(_) => "Over",
        })
    }
}

impl<E: Endpoint> core::fmt::Debug for Spend<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Spend")
            .field("call", &E::NAME)
            .field("intent", &self.intent.id)
            .field("state", &self.state)
            .finish()
    }
}

impl<E: Endpoint> Spend<E> {
    pub(super) fn new(settings: &Settings, endpoint: E, now: Moment) -> Self {
        let mut intent = Intent::new(settings.intent_id(), E::NAME);
        intent.wall = settings.wall;
        intent.server = endpoint.server();
        // A limit takes no price for one that the service is not held to.
        let sure = !settings.limits().need_price() || endpoint.is_price_sure();
        price(&if sure { endpoint.prices() } else { vec![None] }, settings, &mut intent);
        let counts = settings.limits().count_orders();
        Self {
            settings: settings.clone(),
            intent,
            deadline: now.after(settings.config().deadline),
            jitter: settings.jitter(),
            tries: 0,
            last: None,
            claim: None,
            events: VecDeque::new(),
            state: match endpoint.request() {
                Ok(_) if counts => State::Reading(Box::new(Fetch::new(settings, Sightings::new(), now))),
                Ok(_) => State::Record,
                Err(invalid) => State::Over(Some(Err(invalid.into()))),
            },
            endpoint,
        }
    }

    fn send(&mut self) -> Result<Exchange, Error> {
        let config = self.settings.config();
        let request = self.endpoint.request()?;
        let lane = self.endpoint.lane();
        let mut exchange = Exchange::new(request, Effect::Spend, lane, config.timeout, self.deadline);
        exchange.with_key = self.endpoint.needs_key();
        self.tries = self.tries.saturating_add(1);
        self.state = State::Sending { reader: Some(self.endpoint.reader(&config.caps)), seen: None };
        Ok(exchange)
    }

    /// `order`: one that the answer names all the same.
    fn unknown(&mut self, delivery: Delivery, order: Option<OrderId>) -> State<E> {
        let error = Error::new(ErrorKind::OutcomeUnknown).with_delivery(delivery).with_orders(order);
        State::Noting(Err(error.with_intents([self.intent.id.clone()])))
    }

    /// The service says that it is done; what that proves is the endpoint's to say. A call that rents a server and is
    /// told no order is not done: code 0 without an id proves no more than a lost answer (`rent.md`, "which answers
    /// refuse a create").
    fn done(&mut self, value: E::Output) -> State<E> {
        let order = match self.endpoint.proof(&value) {
            Proof::Placed(order) => order,
            Proof::Done => {
                self.events.push_back(Event::SpendDone { call: E::NAME, intent: self.intent.id.clone() });
                return State::Resolving(Resolution::Done, Ok(value));
            }
            Proof::Refused => return State::Resolving(Resolution::Refused, Ok(value)),
            Proof::InPart => return State::Noting(Ok(value)),
            Proof::Nothing => return self.unknown(Delivery::Answered, None),
        };
        if let Some(server) = self.intent.server {
            self.events.push_back(Event::OrderPlaced { order, server, inferred: false });
        }
        State::Resolving(Resolution::Placed { order, inferred: false }, Ok(value))
    }

    /// The reading shows which orders run that the journal does not know. Without one nothing that counts orders can be
    /// checked, unless the caller accepts that by name.
    fn read(&mut self, result: Result<Fetched<Reading>, Error>) -> State<E> {
        let reading = match result {
            Ok(fetched) => fetched.value,
            Err(error) if !self.settings.config().accept_unread_history => {
                return State::Over(Some(Err(error)));
            }
            Err(_) => return State::Record,
        };
        let rates = self.settings.rates();
        self.intent.check.active = Some(standing_orders::active(&reading, rates));
        let ends = MarkEnds::new(&reading, &self.settings, &self.intent.check.limits);
        ends.map_or(State::Record, State::Ending)
    }

    fn recorded(&mut self, done: Result<Recorded, JournalError>) -> State<E> {
        let error = match done {
            Ok(Recorded::Claimed(claim)) => {
                self.claim = Some(claim);
                self.events.push_back(Event::IntentRecorded { intent: self.intent.id.clone() });
                return State::Send;
            }
            // A session without a journal: nobody else has checked it.
            Ok(Recorded::Written) => match self.intent.check_alone() {
                Ok(()) => return State::Send,
                Err(breach) => Error::new(ErrorKind::Limit(breach)),
            },
            Ok(Recorded::Blocked(blocked)) => {
                let kind =
                    if blocked.ownerless.is_empty() { ErrorKind::Busy } else { ErrorKind::OpenIntents };
                let open = blocked.live.into_iter().chain(blocked.ownerless);
                Error::new(kind).with_intents(open.map(|open| open.intent.id))
            }
            Ok(Recorded::Limited(breach)) => Error::new(ErrorKind::Limit(breach)),
            Ok(_) => Error::new(ErrorKind::Busy),
            Err(error) => Error::new(ErrorKind::Journal(error)),
        };
        State::Over(Some(Err(error)))
    }
}

impl<E: Endpoint> Operation for Spend<E> {
    type Output = E::Output;

    fn name(&self) -> &'static str {
        E::NAME
    }

    fn poll(&mut self, now: Moment) -> Step<Result<E::Output, Error>> {
        if let State::Reading(fetch) = &mut self.state {
            match fetch.poll(now).ended() {
                Ok(result) => self.state = self.read(result),
                Err(step) => return step,
            }
        }
        if let State::Ending(ends) = &self.state {
            match ends.next() {
                Some(record) => return Step::Record(record),
                None => self.state = State::Record,
            }
        }
        match &mut self.state {
            State::Reading(_) | State::Ending(_) => Step::Wait(now),
            State::Record => Step::Record(Record::Intent(Box::new(self.intent.clone()))),
            State::Backoff(until) if now < *until => Step::Wait(*until),
            State::Send | State::Backoff(_) => match self.send() {
                Ok(exchange) => Step::Send(exchange),
                Err(error) => {
                    self.state = State::Resolving(Resolution::NeverSent, Err(error));
                    self.poll(now)
                }
            },
            State::Sending { .. } if now < self.deadline => Step::Wait(self.deadline),
            // A driver that never says how the exchange ended: the deadline ends it.
            State::Sending { .. } => {
                self.state = self.unknown(Delivery::Unknown, None);
                self.poll(now)
            }
            State::Noting(_) => Step::Record(Record::Sent(self.intent.id.clone())),
            State::Resolving(resolution, _) => Step::Record(Record::Resolved {
                intent: self.intent.id.clone(),
                resolution: *resolution,
                wall: self.settings.wall,
            }),
            State::Over(result) => match result.take() {
                Some(result) => {
                    self.claim = None;
                    Step::Done(result)
                }
                None => Step::Wait(Moment::NEVER),
            },
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_head(head),
            State::Sending { seen, .. } => {
                *seen = Some(Seen::of(head));
                Flow::Continue
            }
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Reading(fetch) => fetch.handle_data(decoded),
            State::Sending { reader: Some(reader), .. } => reader.push(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        if let State::Reading(fetch) = &mut self.state {
            return fetch.handle_end(now);
        }
        let State::Sending { reader, seen } = &mut self.state else { return Pace::Fine };
        let (Some(reader), Some(seen)) = (reader.take(), seen.take()) else {
            self.state = self.unknown(Delivery::Unknown, None);
            return Pace::Fine;
        };
        let answer = reader.finish();
        let named = match &answer {
            Answer::Value(value) | Answer::SuccessWithError { value: Some(value), .. } => {
                self.endpoint.placed(value)
            }
            _ => None,
        };
        let (state, pace) = match judge(&seen, answer) {
            Judgement::Value(value) => (self.done(value), Pace::Fine),
            // Only an envelope refuses; a status without one proves nothing.
            Judgement::Bad(bad) if bad.refused_by_code => {
                (State::Resolving(Resolution::Refused, Err(bad.error)), Pace::Refused)
            }
            Judgement::Bad(bad) => {
                let retry_after = bad.retry_after;
                let too_fast = bad.verdict == Verdict::TooFast;
                let pace = if too_fast { Pace::TooFast { retry_after } } else { Pace::Fine };
                (self.unknown(Delivery::Answered, named), pace)
            }
        };
        self.state = state;
        pace
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        if let State::Reading(fetch) = &mut self.state {
            return fetch.handle_failure(now, failure);
        }
        if !matches!(self.state, State::Sending { .. }) {
            return;
        }
        if failure.delivery != Delivery::NotSent {
            self.state = self.unknown(failure.delivery, None);
            return;
        }
        let again = now.after(Backoff::default().wait(self.tries, None, &mut self.jitter));
        let fits = again.after(Policy::default().min_attempt) <= self.deadline;
        let last = self.tries >= self.settings.config().max_retries || !fits;
        let mut error = failed(&failure).error;
        if *error.kind() == ErrorKind::Deadline {
            // No turn came for one more attempt: what stopped the one before is the cause to tell (S12).
            error = self.last.take().unwrap_or(error);
        }
        self.state = if last || failure.kind.is_permanent() {
            State::Resolving(Resolution::NeverSent, Err(error))
        } else {
            self.events.push_back(Event::RetryScheduled {
                at: again,
                attempt: self.tries,
                why: error.kind().clone(),
            });
            self.last = Some(error);
            State::Backoff(again)
        };
    }

    fn handle_recorded(&mut self, _: Moment, done: Result<Recorded, JournalError>) {
        self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
            State::Ending(mut ends) => {
                ends.handle_recorded(done);
                State::Ending(ends)
            }
            State::Record => self.recorded(done),
            State::Noting(end) => {
                let (intent, server) = (self.intent.id.clone(), self.intent.server);
                self.events.push_back(Event::OutcomeUnclear { intent, server });
                State::Over(Some(end))
            }
            State::Resolving(_, end) => {
                if !matches!(done, Ok(Recorded::Written)) {
                    self.events.push_back(Event::JournalWarning { intent: self.intent.id.clone() });
                }
                State::Over(Some(end))
            }
            other => other,
        };
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Reading(fetch) => fetch.next_event(),
            _ => None,
        })
    }
}

/// What the call asks for, as the journal is told it: the highest price of one server for the limit on rates, and the
/// sum with the assumed fee for the rest. One price that is not known leaves the figure unknown.
fn price(prices: &[Option<Rate>], settings: &Settings, intent: &mut Intent) {
    let bare = prices.iter().map(|rate| rate.as_ref()?.usd_per_hour(settings.rates()));
    let highest = bare.collect::<Option<Vec<_>>>().and_then(|prices| prices.into_iter().max());
    intent.check = Check::new(*settings.limits()).rate(highest);
    intent.orders = u32::try_from(prices.len()).unwrap_or(u32::MAX).max(1);
    intent.price = sum_with_fee(prices, settings);
    if let [Some(rate)] = prices {
        intent.rate = Some(rate.clone());
    }
}

fn sum_with_fee(prices: &[Option<Rate>], settings: &Settings) -> Option<UsdPerHour> {
    if prices.is_empty() {
        return None;
    }
    let mut sum = rust_decimal::Decimal::ZERO;
    for rate in prices {
        let rate = rate.as_ref()?;
        // Which kind it is, the endpoint does not say: the higher fee counts.
        let of = |kind| settings.estimate(kind, rate.coin().clone()).rate(rate.clone()).price_with_fee();
        let price = of(Kind::Spot)?.max(of(Kind::OnDemand)?);
        sum = sum.checked_add(price.per_day().amount())?;
    }
    UsdPerDay::new(sum).ok().map(UsdPerDay::per_hour)
}

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;
