//! The machine of [`RentCheapest`]; the graph is in the parent module.

use super::RentCheapest;
use super::outcome::{CheapestEnd, PassedOver, Rental, RentedCheapest};
use super::price::{PriceCheck, at_rate};
use crate::error::{Error, ErrorKind, Failure};
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::flow::Flow;
use crate::journal::{IntentId, JournalError, Recorded};
use crate::limits::DETAIL_TEXT;
use crate::model::{Order, ServerId};
use crate::op::find_order::FindingOrder;
use crate::op::rent::{
    AutoCancel, AutoCancelled, AutoCancelling, FRESH_LISTING, Placed, Rent, RentOutcome, Renting, WhyBilling,
};
use crate::op::search::Finding;
use crate::op::{FindServers, Head, Offer, Offers, Operation, Pace, Plan, Settings, Step};
use crate::time::Moment;
use core::time::Duration;
use std::collections::{BTreeSet, VecDeque};

/// Servers tried, in all.
pub(super) const TRIES: u32 = 3;
/// Listings read, the caller's own included: no end of reading where every create has to wait too long.
const LISTINGS: u32 = 4;
/// Looks at the placed order's price, in sixtieths of the grace time after it: so long a list may lag behind the create.
const LOOKS: [u32; 7] = [0, 3, 8, 16, 28, 44, 60];
/// The least pause between them.
const PAUSE: Duration = Duration::from_secs(3);
/// Where nothing caps the price it is only shown, and nobody waits so long for it.
const LOOKS_WITHOUT_CAP: usize = 3;
/// How long one look may take.
const LOOK: Duration = Duration::from_secs(30);

/// Renting the best of a listing; see the module's graph.
#[derive(Debug)]
pub struct RentingCheapest {
    plan: RentCheapest,
    settings: Settings,
    base: IntentId,
    /// Offers not tried yet, and when their listing was read.
    offers: VecDeque<Offer>,
    read_at: Moment,
    listings: u32,
    tries: u32,
    tried: BTreeSet<ServerId>,
    passed_over: Vec<PassedOver>,
    /// When the order was known.
    placed_at: Moment,
    events: VecDeque<Event>,
    state: State,
}

#[derive(Debug)]
enum State {
    List,
    Listing(Box<Finding<Offers>>),
    Choosing,
    Renting(Box<Renting>, Box<Offer>),
    /// The order, looks so far, and when the next one is due.
    Looking(Box<Rental>, usize, Moment),
    Reading(Box<Rental>, usize, Box<FindingOrder>),
    GivingBack(Box<Rental>, Box<AutoCancelling>),
    Over(Option<Box<Result<CheapestEnd, Error>>>),
}

impl RentingCheapest {
    pub(super) fn new(mut plan: RentCheapest, settings: &Settings, now: Moment) -> Self {
        let offers = plan.offers.take();
        // A server above it is refused by the journal, with the arithmetic; an order above it is noticed here.
        plan.limit = settings.limits().max_rate;
        let base = plan.intent.clone().unwrap_or_else(|| settings.intent_id());
        let mut machine = Self {
            plan,
            settings: settings.clone(),
            base,
            offers: VecDeque::new(),
            read_at: now,
            listings: 0,
            tries: 0,
            tried: BTreeSet::new(),
            passed_over: Vec::new(),
            placed_at: now,
            events: VecDeque::new(),
            state: State::List,
        };
        if let Some(offers) = offers {
            machine.state = machine.listed(offers);
        }
        machine
    }

    fn listed(&mut self, offers: Offers) -> State {
        self.listings = self.listings.saturating_add(1);
        self.read_at = offers.read_at;
        let own = &offers.searched.my_servers;
        let may_be_had = |offer: &Offer| {
            let found = &offer.found;
            found.is_free() && !own.contains(&found.server.id) && !self.tried.contains(&found.server.id)
        };
        // What is dearer than the cap, or of unknown price, is never asked for.
        let is_allowed =
            |offer: &Offer| offer.found.price.is_some_and(|price| self.plan.allows(offer, price));
        self.offers = offers.iter().filter(|offer| may_be_had(offer) && is_allowed(offer)).collect();
        State::Choosing
    }

    fn end(end: CheapestEnd) -> State {
        State::Over(Some(Box::new(Ok(end))))
    }

    fn fail(error: Error) -> State {
        State::Over(Some(Box::new(Err(error))))
    }

    fn choose(&mut self, now: Moment) -> State {
        if self.tries >= TRIES || self.offers.is_empty() {
            return Self::end(CheapestEnd::Nothing);
        }
        let fresh_until = self.read_at.after(FRESH_LISTING);
        if now > fresh_until {
            return self.list_again();
        }
        let Some(offer) = self.offers.pop_front() else { return Self::end(CheapestEnd::Nothing) };
        let mut rent = (self.plan.make)(&offer);
        if !self.plan.caps.is_empty() {
            rent = rent.caps(self.plan.caps);
        }
        if let Err(error) = self.check(&rent, &offer) {
            return Self::fail(error);
        }
        self.tries = self.tries.saturating_add(1);
        self.tried.insert(offer.found.server.id);
        let rent = rent.intent(self.attempt_name()).listed_until(fresh_until);
        State::Renting(Box::new(rent.begin(&self.settings, now)), Box::new(offer))
    }

    fn list_again(&self) -> State {
        if self.listings < LISTINGS {
            return State::List;
        }
        let detail = "each listing was older than 30 s before a server could be rented from it";
        Self::fail(Error::new(ErrorKind::Deadline).with_detail(Excerpt::new(detail, DETAIL_TEXT)))
    }

    /// The order must be for this offer, and a bid within the cap.
    fn check(&self, rent: &Rent, offer: &Offer) -> Result<(), Error> {
        let (order, found) = (rent.order(), &offer.found);
        let same = order.target().server() == found.server.id
            && order.kind() == found.kind
            && *order.paid_in() == found.coin;
        let own = |words: &str| Error::new(ErrorKind::Own(Excerpt::new(words, DETAIL_TEXT)));
        if !same {
            return Err(own("the order made of an offer rents something else; nothing was sent"));
        }
        let allowed = |bid| at_rate(offer, bid).is_some_and(|price| self.plan.allows(offer, price));
        if order.bid().is_some_and(|bid| !allowed(bid)) {
            return Err(own("the bid is above the price allowed, or not known in dollars; nothing was sent"));
        }
        Ok(())
    }

    /// The name of the attempt at hand.
    fn attempt_name(&self) -> IntentId {
        let nth = usize::try_from(self.tries.saturating_sub(1)).unwrap_or_default();
        RentCheapest::intents(&self.base).nth(nth).unwrap_or_else(|| self.base.clone())
    }

    fn rented(
        &mut self,
        now: Moment,
        renting: &Renting,
        offer: Box<Offer>,
        result: Result<RentOutcome, Error>,
    ) -> State {
        match result {
            Ok(RentOutcome::Placed(placed)) => {
                let rental = Box::new(Rental { placed, offer, price: PriceCheck::NotRead(None) });
                self.placed_at = now;
                State::Looking(rental, 0, now)
            }
            Ok(unclear) => Self::end(CheapestEnd::Unclear(offer, unclear)),
            Err(error) if renting.ran_out && self.is_marked(&error) && self.tries < TRIES => {
                // Nothing was sent: this server may be taken from the next listing, under the next name.
                self.tried.remove(&offer.found.server.id);
                self.list_again()
            }
            Err(error) => match error.refusal().map(|refusal| refusal.reason.clone()) {
                Some(reason) if self.is_gone(renting, &error) => {
                    let server = offer.found.server.id;
                    self.events.push_back(Event::ServerPassedOver { server, reason: reason.clone() });
                    self.passed_over.push(PassedOver { server, reason });
                    State::Choosing
                }
                _ => Self::fail(error),
            },
        }
    }

    /// Refused at the first send, for this server's sake, and marked so in the journal.
    fn is_gone(&self, renting: &Renting, error: &Error) -> bool {
        let gone = error.refusal().is_some_and(|refusal| refusal.reason.is_server_gone());
        gone && renting.was_refused_at_once() && self.is_marked(error)
    }

    /// An intent that could not be marked would stand in the way of the next one.
    fn is_marked(&self, error: &Error) -> bool {
        error.intents().is_empty()
    }

    fn looked(
        &mut self,
        now: Moment,
        mut rental: Box<Rental>,
        looks: usize,
        result: Result<Option<Order>, Error>,
    ) -> State {
        let looks = looks.saturating_add(1);
        let order = match (result, self.next_look(&rental, looks, now)) {
            (Ok(Some(order)), _) => order,
            (_, Some(due)) => return State::Looking(rental, looks, due.max(now.after(PAUSE))),
            (missing, None) => {
                rental.price = PriceCheck::NotRead(missing.err());
                return Self::end(CheapestEnd::Rented(*rental));
            }
        };
        rental.price = self.plan.check(&order, &rental.offer, self.settings.rates());
        let PriceCheck::Above { price, cap } = rental.price else {
            return Self::end(CheapestEnd::Rented(*rental));
        };
        self.events.push_back(Event::PriceAboveCap { order: order.id, price, cap });
        let cancel = AutoCancel::new(rental.placed.clone()).cancel_inferred(self.plan.cancel_inferred);
        State::GivingBack(rental, Box::new(cancel.begin(&self.settings, now)))
    }

    /// When an order that no list shows yet is looked for again after so many looks.
    fn next_look(&self, rental: &Rental, looks: usize, now: Moment) -> Option<Moment> {
        let most = match self.plan.limit_for(&rental.offer) {
            Some(_) => LOOKS.len(),
            None => LOOKS_WITHOUT_CAP,
        };
        let sixtieths = LOOKS.get(looks).filter(|_| looks < most)?;
        // Whoever waits for this, such as a guard, does not wait for longer, however slow the looks were.
        if now >= self.placed_at.after(self.settings.config().grace) {
            return None;
        }
        let after = self.settings.config().grace.saturating_mul(*sixtieths).checked_div(60);
        Some(self.placed_at.after(after.unwrap_or_default()))
    }

    fn given_back(rental: Rental, result: Result<AutoCancelled, Error>) -> State {
        Self::end(match result {
            Ok(AutoCancelled::Confirmed) => CheapestEnd::GivenBack(rental),
            Ok(AutoCancelled::StillBilling(why)) => CheapestEnd::AboveCap(rental, why),
            Err(error) => CheapestEnd::AboveCap(rental, WhyBilling::Unconfirmed(error)),
        })
    }

    fn look(&self, placed: &Placed, now: Moment) -> Box<FindingOrder> {
        let deadline = now.after(LOOK);
        Box::new(FindingOrder::within(&self.settings, placed.order, now, 1, deadline, Vec::new()))
    }
}

impl Operation for RentingCheapest {
    type Output = RentedCheapest;

    fn name(&self) -> &'static str {
        "rent_cheapest"
    }

    fn poll(&mut self, now: Moment) -> Step<Result<RentedCheapest, Error>> {
        loop {
            self.state = match core::mem::replace(&mut self.state, State::Over(None)) {
                State::List => {
                    let search = FindServers::new(self.plan.filter.clone()).sorted_by(self.plan.sorted_by);
                    State::Listing(Box::new(Plan::begin(search, &self.settings, now)))
                }
                State::Listing(mut finding) => match finding.poll(now).ended() {
                    Ok(Ok(offers)) => self.listed(offers),
                    Ok(Err(error)) => Self::fail(error),
                    Err(step) => {
                        self.state = State::Listing(finding);
                        return step;
                    }
                },
                State::Choosing => self.choose(now),
                State::Renting(mut renting, offer) => match renting.poll(now).ended() {
                    Ok(result) => {
                        while let Some(event) = renting.next_event() {
                            self.events.push_back(event);
                        }
                        self.rented(now, &renting, offer, result)
                    }
                    Err(step) => {
                        self.state = State::Renting(renting, offer);
                        return step;
                    }
                },
                State::Looking(rental, looks, due) if now < due => {
                    self.state = State::Looking(rental, looks, due);
                    return Step::Wait(due);
                }
                State::Looking(rental, looks, _) => {
                    let look = self.look(&rental.placed, now);
                    State::Reading(rental, looks, look)
                }
                State::Reading(rental, looks, mut look) => match look.poll(now).ended() {
                    Ok(result) => self.looked(now, rental, looks, result),
                    Err(step) => {
                        self.state = State::Reading(rental, looks, look);
                        return step;
                    }
                },
                State::GivingBack(rental, mut cancel) => match cancel.poll(now).ended() {
                    Ok(result) => {
                        while let Some(event) = cancel.next_event() {
                            self.events.push_back(event);
                        }
                        Self::given_back(*rental, result)
                    }
                    Err(step) => {
                        self.state = State::GivingBack(rental, cancel);
                        return step;
                    }
                },
                State::Over(None) => return Step::Wait(Moment::NEVER),
                State::Over(Some(end)) => {
                    let passed_over = core::mem::take(&mut self.passed_over);
                    return Step::Done(end.map(|end| RentedCheapest { passed_over, end }));
                }
            };
        }
    }

    fn handle_head(&mut self, head: Head<'_>) -> Flow {
        match &mut self.state {
            State::Listing(finding) => finding.handle_head(head),
            State::Renting(renting, _) => renting.handle_head(head),
            State::Reading(_, _, look) => look.handle_head(head),
            State::GivingBack(_, cancel) => cancel.handle_head(head),
            _ => Flow::Stop,
        }
    }

    fn handle_data(&mut self, decoded: &[u8]) -> Flow {
        match &mut self.state {
            State::Listing(finding) => finding.handle_data(decoded),
            State::Renting(renting, _) => renting.handle_data(decoded),
            State::Reading(_, _, look) => look.handle_data(decoded),
            State::GivingBack(_, cancel) => cancel.handle_data(decoded),
            _ => Flow::Stop,
        }
    }

    fn handle_end(&mut self, now: Moment) -> Pace {
        match &mut self.state {
            State::Listing(finding) => finding.handle_end(now),
            State::Renting(renting, _) => renting.handle_end(now),
            State::Reading(_, _, look) => look.handle_end(now),
            State::GivingBack(_, cancel) => cancel.handle_end(now),
            _ => Pace::Fine,
        }
    }

    fn handle_failure(&mut self, now: Moment, failure: Failure) {
        match &mut self.state {
            State::Listing(finding) => finding.handle_failure(now, failure),
            State::Renting(renting, _) => renting.handle_failure(now, failure),
            State::Reading(_, _, look) => look.handle_failure(now, failure),
            State::GivingBack(_, cancel) => cancel.handle_failure(now, failure),
            _ => {}
        }
    }

    fn handle_recorded(&mut self, now: Moment, done: Result<Recorded, JournalError>) {
        match &mut self.state {
            State::Renting(renting, _) => renting.handle_recorded(now, done),
            State::GivingBack(_, cancel) => cancel.handle_recorded(now, done),
            _ => {}
        }
    }

    fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front().or_else(|| match &mut self.state {
            State::Listing(finding) => finding.next_event(),
            State::Renting(renting, _) => renting.next_event(),
            State::Reading(_, _, look) => look.next_event(),
            State::GivingBack(_, cancel) => cancel.next_event(),
            _ => None,
        })
    }
}
