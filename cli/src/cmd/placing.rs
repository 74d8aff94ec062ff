//! Placing an order, for `rent` and `deploy`: the way in, the one create, the wait, and what is told of each end.
//!
//! ```text
//!  way in chosen, password kept ─► Rent ─► placed ─► wait ─► SSH line                       exit 0
//!                                   │         └───────── not ready ─► order named           exit 8
//!                                   ├─ not seen, ambiguous, unknown ─► intent stays open    exit 3
//!                                   └─ error ─► as the table of exits says; password removed if nothing was placed
//! ```

use super::caps;
use super::ending::ended;
use super::waiting::{Wait, Waited};
use crate::adapter::Adapter;
use crate::args::Access as AccessArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{self, CostRow, Document, SshRow, number};
use crate::{password, ssh_key};
use clore_blocking::Client;
use clore_core::endpoint::Endpoint;
use clore_core::endpoint::create_order::{Access, CreateOrder};
use clore_core::error::{Error, ErrorKind};
use clore_core::journal::IntentId;
use clore_core::model::{CostEstimate, Order, OrderId, Rates, RenterFees, ServerId, UsdPerHour};
use clore_core::op::rent::{Placed, Rent, RentOutcome, RentWarning};
use clore_core::op::{EndCause, PassedOver, Within};
use clore_core::secret::Secret;
use clore_core::spending::{Limits, OrderCaps};
use serde::Serialize;
use std::path::PathBuf;

/// What is to be placed.
pub struct Placing<'a, A = Client> {
    /// The order, but for its way in.
    pub order: CreateOrder,
    /// The price shown to the user, without fees.
    pub price: Option<UsdPerHour>,
    /// What it will come to, fees included; shown to the user as well.
    pub cost: Option<CostEstimate>,
    /// Open intents to pass over.
    pub despite: &'a [IntentId],
    /// Whether the user knows of the unit's doubt.
    pub accept_unit_doubt: bool,
    /// Whether the listed price must still hold, when the listing is fresh.
    pub require_price: bool,
    /// When the order is to be ended; written into the journal.
    pub caps: OrderCaps,
    /// What coins are worth, for the limits.
    pub rates: Rates,
    /// The fees that the service told.
    pub fees: Option<RenterFees>,
    /// The wait for the machine; no wait at all without.
    pub wait: Option<&'a dyn Wait<A>>,
    /// What renting the best of a search found beside; nothing for one server.
    pub beside: Beside,
}

/// What renting the best of a search found beside the order.
#[derive(Clone, Default)]
pub struct Beside {
    /// Servers that were gone.
    pub passed_over: Vec<PassedOver>,
    /// The order's own price, read after it was placed.
    pub own_price: Option<UsdPerHour>,
}

#[derive(Serialize)]
struct PassedOverRow {
    server_id: u64,
    reason: String,
}

/// The way in: given by the user, the user's own key, or a password to be made.
pub fn access<A: Adapter>(
    context: &Context<A>,
    args: &AccessArgs,
    given: Option<&Secret>,
) -> Result<Access, Failure> {
    if let Some(password) = given {
        return Ok(Access::Password(password.clone()));
    }
    if let Some(path) = &args.ssh_password_file {
        return password::from_file(path).map(Access::Password);
    }
    if let Some(key) = &args.ssh_key {
        return ssh_key::given(key).map(Access::key);
    }
    if let Some((path, key)) = ssh_key::own() {
        output::note(&format!("your key {} opens the machine", path.display()));
        return Ok(Access::key(key));
    }
    Ok(Access::generated(context.client.entropy()))
}

/// Checks what can be checked without sending anything.
pub fn check(order: &CreateOrder) -> Result<(), Failure> {
    order.request().map_err(Error::from)?;
    for warning in order.warnings() {
        output::warn(&warning.to_string());
    }
    Ok(())
}

/// Places the order, waits for it, and says what came of it.
pub fn place<A: Adapter>(context: &Context<A>, placing: &Placing<'_, A>) -> Result<Exit, Failure> {
    let intent = new_intent(context);
    keep_password(context, &intent, placing.order.ssh_access())?;
    let server = placing.order.target().server();
    let mut rent = Rent::new(placing.order.clone()).intent(intent.clone());
    if placing.accept_unit_doubt {
        rent = rent.accept_unit_doubt();
    }
    if !placing.require_price {
        rent = rent.without_required_price();
    }
    caps::tell(&placing.caps);
    rent = rent.caps(placing.caps);
    rent = placing.despite.iter().fold(rent, |rent, id| rent.despite(id.clone()));
    let plan = Within::new(Limits::new(), rent).rates(placing.rates.clone()).fees(placing.fees.clone());
    match context.client.run(plan) {
        Ok(RentOutcome::Placed(placed)) => {
            context.watch.settled(&intent);
            placed_well(context, placing, &placed)
        }
        Ok(outcome) => Err(unsettled(&outcome, server)),
        Err(error) => Err(not_placed(context, &intent, server, error)),
    }
}

/// A name for an attempt.
pub fn new_intent<A: Adapter>(context: &Context<A>) -> IntentId {
    let mut name = [0; 16];
    name.iter_mut().zip(context.client.entropy()).for_each(|(to, from)| *to = from);
    IntentId::generate(name)
}

/// Keeps a generated password under the attempt's name, before anything is sent.
pub fn keep_password<A: Adapter>(
    context: &Context<A>,
    intent: &IntentId,
    access: &Access,
) -> Result<(), Failure> {
    let Access::Generated(password) = access else { return Ok(()) };
    let keeper = context.passwords.as_ref().ok_or_else(|| {
        Failure::new(Exit::Failed, "password_file", "there is no folder for the password; give --ssh-key")
    })?;
    let path = keeper.keep(intent, password)?;
    output::note(&format!("a password was made for this order; it is kept in {}", path.display()));
    Ok(())
}

/// Why nothing was placed, and what stays open.
pub fn not_placed<A: Adapter>(
    context: &Context<A>,
    intent: &IntentId,
    server: ServerId,
    error: Error,
) -> Failure {
    let open = error.intents().contains(intent) || *error.kind() == ErrorKind::OutcomeUnknown;
    let details = unclear(intent, server, &error);
    if !open {
        context.watch.settled(intent);
        if let Some(keeper) = &context.passwords {
            keeper.forget_intent(intent);
        }
    }
    // What stood in the way may have been settled on the way, with a password of its own.
    context.keep_passwords_up();
    error.order_ids().iter().for_each(|order| context.tell_password(*order));
    let mut failure = Failure::from(error);
    if let Some(details) = details {
        failure.details = details;
    }
    failure
}

/// The document of an error that ends with exit 3. An earlier attempt's order is no order on `server`.
fn unclear(intent: &IntentId, server: ServerId, error: &Error) -> Option<Document> {
    let (outcome, order, server) = match error.kind() {
        ErrorKind::EarlierPlaced => ("placed", error.order_ids().first(), None),
        ErrorKind::OutcomeUnknown | ErrorKind::OpenIntents => ("unknown", None, Some(server.number())),
        _ => return None,
    };
    let document = Document::new()
        .with("outcome", &outcome)
        .with("order_id", &order.map(|order| order.number()))
        .with("server_id", &server);
    if *error.kind() == ErrorKind::OutcomeUnknown {
        return Some(document.with("intent", &intent.as_str()));
    }
    let intents: Vec<String> = error.intents().iter().map(ToString::to_string).collect();
    Some(document.with("intents", &intents))
}

/// Nothing certain is known; the intent stays open.
pub fn unsettled(outcome: &RentOutcome, server: ServerId) -> Failure {
    let intent = outcome.intent();
    let orders: Vec<_> = outcome.candidates().iter().map(|row| row.id).collect();
    let named = orders.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let unread = "your orders could not be read often enough";
    let what = match outcome {
        RentOutcome::Placed(_) => return Failure::new(Exit::Failed, "placed", "the order is placed"),
        RentOutcome::NotSeen(_) => "no order was seen, but one may still appear".to_owned(),
        RentOutcome::Unknown(_) if orders.is_empty() => unread.to_owned(),
        RentOutcome::Unknown(_) => format!("{unread}; these orders may be it: {named}"),
        RentOutcome::Ambiguous(..) => format!("these orders may be it: {named}"),
    };
    let mut message = format!("it is not certain whether server {server} was rented: {what}; ");
    if let RentOutcome::NotSeen(evidence) | RentOutcome::Unknown(evidence) = outcome
        && evidence.database_error
    {
        message += "the service reported a database error: the price may have changed; ";
    }
    message += &format!(
        "do not simply try again: look with `clore orders`, settle intent {intent} with `clore resume`, or say \
         `clore resume --close {intent}` when you know that nothing was placed"
    );
    let candidates: Vec<u64> = orders.iter().map(|order| order.number()).collect();
    let mut failure = Failure::new(Exit::Unknown, outcome.word(), message).with_orders(orders);
    failure.details = Document::new()
        .with("outcome", &outcome.word())
        .with("order_id", &None::<u64>)
        .with("server_id", &server.number())
        .with("intent", &intent.as_str());
    if !candidates.is_empty() {
        failure.details = failure.details.with("candidates", &candidates);
    }
    failure
}

/// The order is placed: waits for it, and says what came of it.
pub fn placed_well<A: Adapter>(
    context: &Context<A>,
    placing: &Placing<'_, A>,
    placed: &Placed,
) -> Result<Exit, Failure> {
    let order = placed.order;
    let warnings: Vec<String> = placed.warnings.iter().map(words).collect();
    warnings.iter().for_each(|warning| output::warn(warning));
    if placed.unanswered && !placing.caps.is_empty() {
        output::warn(&format!(
            "order {order} was found in your orders, and the service's answer was lost: `clore guard` alone does not end it; \
             `clore guard --order {order}={}` does (or --cancel-inferred)",
            caps::guard_words(&placing.caps)
        ));
    }
    let generated = matches!(placing.order.ssh_access(), Access::Generated(_));
    let keeper = context.passwords.as_ref().filter(|_| generated);
    let password_file = keeper.and_then(|keeper| keeper.placed(&placed.intent, order));
    let document =
        |ready: Option<&Order>| document_of(placing, placed, &warnings, password_file.as_ref(), ready);
    let Some(wait) = placing.wait else {
        tell(context, password_file.as_ref());
        output::note(&format!("see it with `clore orders`, end it with `clore cancel {order}`"));
        match context.json {
            true => output::document(&document(None).text()),
            false => output::line(&order.to_string()),
        }
        return Ok(Exit::Done);
    };
    let Waited { ready, interrupted, end } = wait.wait(context, placed);
    tell(context, password_file.as_ref());
    let end = end.filter(|end| end.cause != EndCause::Finished || end.is_unconfirmed());
    match (ready, end) {
        (Ok(ready), None) => {
            output::note(&format!("end it with `clore cancel {order}`"));
            if context.json {
                output::document(&document(Some(&ready)).text());
            } else if let Some(target) = ready.ssh() {
                output::line(target.raw());
            }
            Ok(Exit::Done)
        }
        (ready, end) => {
            let is_over = end.as_ref().is_some_and(|end| !end.may_bill())
                || matches!(&ready, Err(error) if matches!(error.kind(), ErrorKind::OrderEnded(_)));
            let last =
                ready.as_ref().map_or_else(|error| error.last_order().cloned(), |ready| Some(ready.clone()));
            let mut failure = not_ready(order, ready.err(), interrupted);
            if let Some(end) = end {
                failure = ended(context, failure, &end, interrupted);
            }
            failure.details = document(last.as_ref()).with("order_ended", &is_over);
            Err(failure)
        }
    }
}

/// The order is kept, and bills.
fn not_ready(order: OrderId, error: Option<Error>, interrupted: bool) -> Failure {
    let advice = format!("end it with `clore cancel {order}`");
    if interrupted {
        let message = format!("interrupted; placed and billing: order {order} ({advice})");
        return Failure::new(Exit::Interrupted, "interrupted", message).with_orders([order]);
    }
    let is_over = error.as_ref().is_some_and(|error| matches!(error.kind(), ErrorKind::OrderEnded(_)));
    let mut failure = Failure::from(error.unwrap_or_else(|| ErrorKind::WaitTimeout.into()));
    if !is_over {
        let message = &failure.message;
        failure.message = format!("order {order} is placed and billing, but not ready: {message}; {advice}");
        failure = failure.ending(Exit::NotReady);
    }
    if !failure.orders.contains(&order) {
        failure.orders.push(order);
    }
    failure
}

fn tell<A: Adapter>(context: &Context<A>, password_file: Option<&PathBuf>) {
    if let Some(path) = password_file {
        context.watch.tell(&format!("the password is in {}", path.display()));
    }
}

fn words(warning: &RentWarning) -> String {
    match warning {
        RentWarning::NotMarked => {
            "the journal could not mark the order as placed; `clore resume` will".to_owned()
        }
        RentWarning::ErrorBesideId(text) => format!("the service placed it and said: {text}"),
        other => format!("{other:?}"),
    }
}

fn document_of<A>(
    placing: &Placing<'_, A>,
    placed: &Placed,
    warnings: &[String],
    password_file: Option<&PathBuf>,
    ready: Option<&Order>,
) -> Document {
    let ssh = ready.and_then(Order::ssh);
    Document::new()
        .with("outcome", &"placed")
        .with("order_id", &placed.order.number())
        .with("server_id", &placed.server.number())
        .with("intent", &placed.intent.as_str())
        .with("inferred", &placed.inferred)
        .with("price_usd_per_hour", &number(placing.price.map(|price| price.amount())))
        .with("coin", &placing.order.paid_in().to_string())
        .with("cost", &placing.cost.as_ref().map(CostRow::new))
        .with("status", &ready.map(|order| order.status.to_string()))
        .with("ssh", &ssh.as_ref().map(SshRow::new))
        .with("password_file", &password_file.map(|path| path.display().to_string()))
        .with("max_runtime_seconds", &placing.caps.runtime.map(|longest| longest.as_secs()))
        .with("max_spend_usd", &number(placing.caps.spend.map(|most| most.amount())))
        .with("warnings", &warnings)
        .with("order_price_usd_per_hour", &number(placing.beside.own_price.map(|price| price.amount())))
        .with("passed_over", &passed_over(&placing.beside.passed_over))
}

/// Servers that were gone, as documents name them.
pub fn passed_over(servers: &[PassedOver]) -> impl Serialize {
    let row =
        |one: &PassedOver| PassedOverRow { server_id: one.server.number(), reason: one.reason.to_string() };
    servers.iter().map(row).collect::<Vec<_>>()
}
