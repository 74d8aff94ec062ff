//! `clore rent`: the best free server that a search finds, and the next one when it is gone.
//!
//! ```text
//!  market ─► the best, shown ─► asked ─► RentCheapest ─► placed ─► as `deploy`
//!                                         ├─ placed above the cap, given back       exit 1
//!                                         ├─ placed above the cap, may be billing   exit 3
//!                                         ├─ all that was tried was gone            exit 1
//!                                         └─ unclear, error ─► as `deploy`
//! ```

use super::caps as order_caps;
use super::cost;
use super::ending;
use super::market::{self, rates_for_limits};
use super::placing::{self, Beside, Placing};
use super::waiting::{GuardedWait, Wait};
use crate::args::{Common, RentArgs};
use crate::confirm;
use crate::context::{Context, Needs};
use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use crate::password::Keeper;
use clore_blocking::Client;
use clore_core::endpoint::create_order::{Access, CreateOrder};
use clore_core::journal::IntentId;
use clore_core::model::{CostEstimate, Kind, RenterFees};
use clore_core::op::rent::Rent;
use clore_core::op::{
    CheapestEnd, FindServers, Offer, Offers, PriceCheck, RentCheapest, Rental, RentedCheapest, Within,
};
use clore_core::search::Found;
use clore_core::secret::Secret;
use clore_core::spending::Limits;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Searches, shows the price, asks, rents, waits.
pub fn run(common: &Common, args: &RentArgs) -> Result<Exit, Failure> {
    if !common.yes && !confirm::can_ask() {
        return confirm::ask("", false).map(|()| Exit::Done);
    }
    let context = <Context>::open_within(
        common,
        args.market.known_rates(),
        Needs::KeyAndJournal,
        &args.limits.limits(),
    )?;
    let access = placing::access(&context, &args.access, None)?;
    let search = FindServers::new(args.market.filter()).sorted_by(args.market.sort.key());
    let offers = context.client.run(search)?;
    let best = best(&offers)?;
    let draft = order(&best, &args.image).access(access.clone());
    placing::check(&draft)?;
    let fees = cost::fees(&context.client);
    show(&best.found, &cost::of_found(&best.found, &context.rates, fees.as_ref()));
    if best.unit_doubt.is_some() && !args.accept_unit_warning {
        let message = "the market's prices look as if their unit had changed, so nothing was sent; compare a price \
                       with the web page; --accept-unit-warning rents all the same";
        return Err(Failure::new(Exit::Failed, "unit_doubt", message));
    }
    confirm::ask("rent it?", common.yes)?;
    let renting = Renting { context: &context, args, access, fees, best };
    renting.run(offers)
}

/// The first that may be rented: free by its own word, at a price that is known in dollars; a bid needs the coin's
/// price as well.
fn best(offers: &Offers) -> Result<Offer, Failure> {
    let searched = &offers.searched;
    if let Some(doubt) = searched.unit_doubt {
        output::warn(&format!("{doubt}; compare a price with the web page before you rent"));
    }
    let fits = |offer: &Offer| {
        let found = &offer.found;
        let is_priced = found.price.is_some() && (found.kind == Kind::OnDemand || found.rate.is_some());
        found.is_free() && is_priced && !searched.my_servers.contains(&found.server.id)
    };
    offers.iter().find(fits).ok_or_else(|| {
        market::tell_what_is_missing(searched.unknown_price, searched.skipped.count);
        let message = "no free server with a known price fits; nothing was sent";
        Failure::new(Exit::Nothing, "nothing_matched", message)
    })
}

fn order(offer: &Offer, image: &str) -> CreateOrder {
    let found = &offer.found;
    match (found.kind, &found.rate) {
        (Kind::Spot, Some(floor)) => CreateOrder::spot(offer, image, floor.clone()),
        // A bid without a floor is refused by core, which checks that the order is for the offer.
        (Kind::OnDemand, _) | (Kind::Spot, None) => {
            CreateOrder::on_demand(offer, image).coin(found.coin.clone())
        }
    }
}

/// What was agreed to, on its way.
struct Renting<'a> {
    context: &'a Context,
    args: &'a RentArgs,
    access: Access,
    fees: Option<RenterFees>,
    best: Offer,
}

impl Renting<'_> {
    fn run(&self, offers: Offers) -> Result<Exit, Failure> {
        let (context, args) = (self.context, self.args);
        let base = placing::new_intent(context);
        let names: Vec<IntentId> = RentCheapest::intents(&base).collect();
        placing::keep_password(context, &base, &self.access)?;
        let attempts = Arc::new(Attempts::new(context, &names, &self.access));
        let caps = args.caps.caps();
        order_caps::tell(&caps);
        let mut plan = RentCheapest::new(args.market.filter(), self.maker(Arc::clone(&attempts)))
            .sorted_by(args.market.sort.key())
            .offers(offers)
            .caps(caps)
            .intent(base.clone());
        // What was shown is the most that any server may cost, with --yes too, unless a maximum was given.
        if let (None, Some(shown)) = (args.market.max_price, self.best.found.price) {
            plan = plan.max_price(shown);
        }
        if args.cancel_inferred {
            plan = plan.cancel_inferred();
        }
        let rates = rates_for_limits(context, &self.best.found.server, &self.best.found.coin);
        let plan = Within::new(Limits::new(), plan).rates(rates).fees(self.fees.clone());
        match context.client.run(plan) {
            Ok(rented) => self.rented(&names, &rented),
            Err(error) => {
                let open = error.intents().to_vec();
                let server = self.best.found.server.id;
                let failure = placing::not_placed(context, &base, server, error);
                self.forget_passwords(&names, &open);
                Err(attempts.not_kept().unwrap_or(failure))
            }
        }
    }

    /// Makes the order of any offer, when its password is kept under the attempt's name.
    fn maker(&self, attempts: Arc<Attempts>) -> impl Fn(&Offer) -> Rent + Send + Sync + 'static {
        let (image, access) = (self.args.image.clone(), self.access.clone());
        let (despite, accept) = (self.args.despite.clone(), self.args.accept_unit_warning);
        move |offer| {
            // An order without an image cannot be sent: nothing is rented whose password is not kept.
            let image = if attempts.keep_next() { image.as_str() } else { "" };
            let mut rent = Rent::new(order(offer, image).access(access.clone()));
            if accept {
                rent = rent.accept_unit_doubt();
            }
            // A bid is held against other bids, not against the price of renting on demand.
            if offer.found.kind == Kind::Spot {
                rent = rent.without_required_price();
            }
            despite.iter().fold(rent, |rent, id| rent.despite(id.clone()))
        }
    }

    fn rented(&self, names: &[IntentId], rented: &RentedCheapest) -> Result<Exit, Failure> {
        let context = self.context;
        match &rented.end {
            CheapestEnd::Rented(rental) => {
                context.watch.all_settled();
                let guarded = GuardedWait {
                    waiting: &self.args.waiting,
                    policy: self.args.afterwards.policy(),
                    cancel_inferred: self.args.cancel_inferred,
                };
                let placing = self.placing(rental, rented, &guarded);
                let end = placing::placed_well(context, &placing, &rental.placed);
                self.forget_passwords(names, std::slice::from_ref(&rental.placed.intent));
                end
            }
            CheapestEnd::GivenBack(rental) => {
                context.watch.all_settled();
                self.forget_passwords(names, &[]);
                let order = rental.placed.order;
                let message = format!(
                    "{}; it is cancelled, and a reading confirms it; what it cost until then is billed",
                    above(rental)
                );
                let mut failure = Failure::new(Exit::Failed, "above_cap", message);
                failure.details =
                    self.document(rented, Some(rental)).with("cancelled_order_id", &order.number());
                Err(failure)
            }
            CheapestEnd::AboveCap(rental, why) => {
                context.watch.all_settled();
                let order = rental.placed.order;
                context.keep_passwords_up();
                self.forget_passwords(names, std::slice::from_ref(&rental.placed.intent));
                context.tell_password(order);
                let mut failure = ending::still_billing(order, why);
                failure.message = format!("{}; {}", above(rental), failure.message);
                failure.details = self.document(rented, Some(rental));
                Err(failure)
            }
            CheapestEnd::Nothing => {
                context.watch.all_settled();
                self.forget_passwords(names, &[]);
                Err(self.nothing(rented))
            }
            CheapestEnd::Unclear(offer, outcome) => {
                self.forget_passwords(names, std::slice::from_ref(outcome.intent()));
                let mut failure = placing::unsettled(outcome, offer.found.server.id);
                failure.details =
                    failure.details.with("passed_over", &placing::passed_over(&rented.passed_over));
                Err(failure)
            }
        }
    }

    fn placing<'a>(
        &'a self,
        rental: &Rental,
        rented: &RentedCheapest,
        wait: &'a dyn Wait<Client>,
    ) -> Placing<'a> {
        let found = &rental.offer.found;
        let own_price = match &rental.price {
            PriceCheck::Within(price) | PriceCheck::Above { price, .. } => Some(*price),
            PriceCheck::Unknown => {
                output::warn("the order does not tell its price in dollars");
                None
            }
            PriceCheck::NotRead(_) => {
                output::warn("the order's own price could not be read yet; look with `clore order`");
                None
            }
        };
        let args = self.args;
        Placing {
            order: order(&rental.offer, &args.image).access(self.access.clone()),
            price: found.price,
            cost: Some(cost::of_found(found, &self.context.rates, self.fees.as_ref())),
            despite: &args.despite,
            accept_unit_doubt: args.accept_unit_warning,
            require_price: found.kind == Kind::OnDemand,
            caps: args.caps.caps(),
            rates: rates_for_limits(self.context, &found.server, &found.coin),
            fees: self.fees.clone(),
            wait: (!args.no_wait).then_some(wait),
            beside: Beside { passed_over: rented.passed_over.clone(), own_price },
        }
    }

    /// Nothing more fits within what was agreed to, or three were gone.
    fn nothing(&self, rented: &RentedCheapest) -> Failure {
        let gone: Vec<String> = rented.passed_over.iter().map(|one| one.server.to_string()).collect();
        let mut failure = match gone.as_slice() {
            [] => {
                let message = "no free server fits any more at the price agreed to; nothing was sent";
                Failure::new(Exit::Nothing, "nothing_matched", message)
            }
            gone => {
                let message = format!(
                    "nothing was rented: gone are {}, and no other is tried at the price agreed to (--max-price \
                     allows more); run it again",
                    gone.join(", ")
                );
                Failure::new(Exit::Failed, "refused", message)
            }
        };
        failure.details = self.document(rented, None);
        failure
    }

    fn document(&self, rented: &RentedCheapest, rental: Option<&Rental>) -> Document {
        let prices = rental.and_then(|rental| match rental.price {
            PriceCheck::Above { price, cap } => Some((price, cap)),
            _ => None,
        });
        let order = rented.billing().map(|order| order.number());
        Document::new()
            .with("outcome", &if rental.is_some() { "placed" } else { "nothing" })
            .with("order_id", &order)
            .with("server_id", &rental.map(|rental| rental.placed.server.number()))
            .with("order_price_usd_per_hour", &output::number(prices.map(|(price, _)| price.amount())))
            .with("allowed_usd_per_hour", &output::number(prices.map(|(_, cap)| cap.amount())))
            .with("passed_over", &placing::passed_over(&rented.passed_over))
    }

    /// Passwords under names that certainly placed nothing go.
    fn forget_passwords(&self, names: &[IntentId], keep: &[IntentId]) {
        if let Some(keeper) = &self.context.passwords {
            names.iter().filter(|name| !keep.contains(name)).for_each(|name| keeper.forget_intent(name));
        }
    }
}

/// Keeps the password under the name of each further attempt, before its order is made.
struct Attempts {
    keeper: Option<Keeper>,
    password: Option<Secret>,
    names: Vec<IntentId>,
    made: AtomicUsize,
    not_kept: Mutex<Option<Failure>>,
}

impl Attempts {
    fn new(context: &Context, names: &[IntentId], access: &Access) -> Self {
        let password = match access {
            Access::Generated(password) => Some(password.clone()),
            _ => None,
        };
        let (keeper, names) = (context.passwords.clone(), names.to_vec());
        Self { keeper, password, names, made: AtomicUsize::new(0), not_kept: Mutex::default() }
    }

    /// The first was kept before anything was asked of the service.
    fn keep_next(&self) -> bool {
        let nth = self.made.fetch_add(1, Ordering::SeqCst);
        let (Some(keeper), Some(password), true) = (&self.keeper, &self.password, nth > 0) else {
            return true;
        };
        let Some(name) = self.names.get(nth) else { return true };
        match keeper.keep(name, password) {
            Ok(_) => true,
            Err(failure) => {
                *self.not_kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                false
            }
        }
    }

    fn not_kept(&self) -> Option<Failure> {
        self.not_kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn above(rental: &Rental) -> String {
    let order = rental.placed.order;
    match rental.price {
        PriceCheck::Above { price, cap } => {
            format!("order {order} was placed and costs {price}, more than the {cap} that was allowed")
        }
        _ => format!("order {order} was placed"),
    }
}

fn show(best: &Found, cost: &CostEstimate) {
    let server = &best.server;
    let reliable = server.reliability.map_or_else(|| "?".to_owned(), |reliability| reliability.to_string());
    let country = output::cell(server.specs.network.country.as_deref().unwrap_or("?"), 8);
    let what = output::cell(&server.gpus.to_string(), 100);
    output::note(&format!("server {}: {what}, reliability {reliable}, country {country}", server.id));
    let price = output::price_line(best.price, best.rate.as_ref());
    let fees = output::fee_words(cost);
    match best.kind {
        Kind::OnDemand => output::note(&format!("price: {price}; {fees}")),
        Kind::Spot => output::note(&format!("bid: {price}; {fees}; a higher bid takes it away")),
    }
}
