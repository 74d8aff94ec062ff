//! [`Watch`]: hears every event of the client, shows what matters, and knows what may be billing.
//!
//! Invariant: `order N placed` is on stderr, flushed, before the event's handler returns, and so before the journal
//! marks the intent as resolved (rent.md, "the id").

use crate::exit::{Exit, Failure};
use crate::output::{self, Document};
use crate::progress::Progress;
use crate::rounds::Rounds;
use clore_core::error::ErrorKind;
use clore_core::event::{Event, Waiting};
use clore_core::journal::IntentId;
use clore_core::model::OrderId;
use clore_core::op::GuardHandle;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of the running command.
#[derive(Debug)]
pub struct Watch {
    /// The moving line.
    pub progress: Progress,
    told_by: fn(&str),
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    placed: BTreeSet<OrderId>,
    open: BTreeSet<IntentId>,
    cancelling: BTreeSet<OrderId>,
    /// Orders that passed a cap and are being ended.
    ending: BTreeSet<OrderId>,
    repricing: Option<OrderId>,
    waited_for: Option<OrderId>,
    /// Lists of which it was told that they drift.
    drifting: BTreeSet<&'static str>,
    in_doubt: Option<String>,
    scratch: Option<PathBuf>,
    waiting_for: Option<&'static str>,
    guard: Option<GuardHandle>,
    rounds: Option<Arc<Rounds>>,
}

impl Watch {
    /// Nothing known yet. What happens is told on stderr.
    pub fn new() -> Self {
        Self { progress: Progress::new(), told_by: output::note, known: Mutex::default() }
    }

    /// What happens is told by `tell`.
    pub fn told_by(mut self, tell: fn(&str)) -> Self {
        self.told_by = tell;
        self
    }

    /// Tells something while the moving line stands aside.
    pub fn tell(&self, text: &str) {
        self.progress.aside(|| (self.told_by)(text));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on the moving line says what is waited for, not what is sent; until `None`.
    pub fn waiting_for(&self, what: Option<&'static str>) {
        self.known().waiting_for = what;
        match what {
            Some(what) => self.progress.say(what),
            None => self.progress.clear(),
        }
    }

    fn say(&self, text: &'static str) {
        let what = self.known().waiting_for.unwrap_or(text);
        self.progress.say(what);
    }

    /// Orders that are about to be cancelled.
    pub fn cancelling(&self, orders: impl IntoIterator<Item = OrderId>) {
        self.known().cancelling.extend(orders);
    }

    /// An order whose bid is about to be changed.
    pub fn repricing(&self, order: OrderId) {
        self.known().repricing = Some(order);
    }

    /// What became of the new bid is known.
    pub fn repriced(&self, order: OrderId) {
        self.known().repricing.take_if(|known| *known == order);
    }

    /// What to say, should the program be interrupted, of a change that is under way or not yet told; until `None`.
    pub fn in_doubt(&self, what: Option<String>) {
        self.known().in_doubt = what;
    }

    /// An order that was there before and is waited for.
    pub fn waits_for(&self, order: OrderId) {
        self.known().waited_for = Some(order);
    }

    /// A guard that does what the user wants done with the order on an interrupt, until `None`.
    pub fn guarded_by(&self, guard: Option<GuardHandle>) {
        self.known().guard = guard;
    }

    /// Hands a first interrupt to the guard, if there is one. Whether it was handed over.
    pub fn interrupt_guard(&self) -> bool {
        let guard = self.known().guard.clone().filter(|guard| !guard.is_interrupted() && !guard.is_over());
        let Some(guard) = guard else { return false };
        self.tell("interrupted; ending the order as --on-interrupt says; Ctrl-C again leaves at once, and it may bill on");
        guard.interrupt();
        true
    }

    /// Who hears the rounds of `clore guard`.
    pub fn rounds(&self, hear: Arc<Rounds>) {
        self.known().rounds = Some(hear);
    }

    /// A folder to be removed when the program is interrupted.
    pub fn scratch(&self, folder: Option<PathBuf>) {
        self.known().scratch = folder;
    }

    /// What the intent became is known and told.
    pub fn settled(&self, intent: &IntentId) {
        self.known().open.remove(intent);
    }

    /// What every intent of this run became is known and told.
    pub fn all_settled(&self) {
        self.known().open.clear();
    }

    /// The intents that are open.
    pub fn open_intents(&self) -> Vec<IntentId> {
        self.known().open.iter().cloned().collect()
    }

    /// Hears an event.
    pub fn hear(&self, event: &Event) {
        match event {
            Event::IntentRecorded { intent } => {
                self.known().open.insert(intent.clone());
            }
            Event::OrderPlaced { order, server, inferred } => {
                let mut known = self.known();
                known.placed.insert(*order);
                known.open.clear();
                drop(known);
                let how = if *inferred { " (found in your orders)" } else { "" };
                self.tell(&format!("order {order} placed on server {server}{how}; it bills from now on"));
            }
            Event::ServerPassedOver { server, reason } => {
                // The service refused it and the journal says so: nothing of it is open.
                self.known().open.clear();
                self.tell(&format!("server {server} is gone ({reason}); nothing was rented there"));
            }
            Event::PriceAboveCap { order, price, cap } => {
                self.tell(&format!(
                    "warning: order {order} costs {price}, more than the {cap} that was allowed"
                ));
            }
            Event::CapPassed { order, cap } => {
                self.known().ending.insert(*order);
                self.tell(&format!("order {order} has passed its {}; cancelling it", cap.words()));
            }
            Event::CapNotMeasured { order } => {
                let advice = "give a rate (--rate CLORE=0.3)";
                self.tell(&format!(
                    "warning: what order {order} costs is not known, so its spend cap cannot end it; {advice}"
                ));
            }
            // Once for each list: a wait and a guard look often.
            Event::Drifting { call } if self.known().drifting.insert(*call) => self.tell(&format!(
                "warning: more than half of the records of {call} cannot be used: the service's answers have probably \
                 changed, and the rest may be read wrongly; `clore doctor` tells what changed"
            )),
            Event::OrderStillBilling { order } => {
                self.tell(&format!("warning: order {order} was to be ended and may still be billing"));
            }
            Event::GuardRound(round) => {
                let mut known = self.known();
                known.ending = round.still_billing().collect();
                let hear = known.rounds.clone();
                drop(known);
                if let Some(hear) = hear {
                    self.progress.aside(|| hear.hear(round));
                }
            }
            Event::SpendDone { .. } => {
                self.tell("the service took it, at least in part; what it placed may bill from now on");
            }
            Event::OutcomeUnclear { intent, .. } => {
                self.tell(&format!("warning: intent {intent} is not settled; its order may be billing"));
            }
            Event::JournalWarning { intent } => {
                let text = "the journal could not be written; it stays open until `clore resume`";
                self.tell(&format!("warning: intent {intent}: {text}"));
            }
            Event::OrderCancelled { order } => {
                let mut known = self.known();
                known.placed.remove(order);
                known.ending.remove(order);
                let asked_for = known.cancelling.remove(order);
                drop(known);
                // Who asked for it says so in the result.
                if !asked_for {
                    self.tell(&format!("order {order} is over"));
                }
            }
            Event::StatusChanged { order, status } => {
                self.tell(&format!("order {order}: {status}"));
            }
            Event::RetryScheduled { attempt, why, .. } => {
                let why = match why {
                    ErrorKind::TooFast => "the service said too many requests".to_owned(),
                    why => why.to_string(),
                };
                self.tell(&format!("attempt {attempt} failed: {why}; trying again"));
            }
            Event::AttemptBegan { path, .. } => self.say(doing(path)),
            Event::WaitBegan { why: Waiting::Operation, .. } => {}
            Event::WaitBegan { why, .. } => self.say(why.words()),
            Event::CallEnded { .. } => self.progress.clear(),
            _ => {}
        }
    }

    /// What to tell when the program is interrupted.
    pub fn interrupted(&self) -> Failure {
        let known = self.known();
        if let Some(folder) = &known.scratch {
            let _ = std::fs::remove_dir_all(folder);
        }
        let list =
            |orders: &BTreeSet<OrderId>| orders.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let mut parts = Vec::new();
        if !known.placed.is_empty() {
            let orders = list(&known.placed);
            parts.push(format!("placed and billing: order {orders} (end it with `clore cancel {orders}`)"));
        }
        for intent in &known.open {
            parts.push(format!("intent {intent} stays open: its order may be billing (see `clore resume`)"));
        }
        let unconfirmed: BTreeSet<_> = known.cancelling.union(&known.ending).copied().collect();
        if !unconfirmed.is_empty() {
            let orders = list(&unconfirmed);
            parts.push(format!("not confirmed as over: order {orders} (look with `clore orders`)"));
        }
        if let Some(order) = known.repricing {
            parts.push(format!("whether the new bid took effect is not known: order {order} (look with `clore order {order}`)"));
        }
        if let Some(order) = known.waited_for {
            parts.push(format!("order {order} stays as it is and may be billing"));
        }
        parts.extend(known.in_doubt.clone());
        if parts.is_empty() {
            parts.push("this run has placed nothing".to_owned());
        }
        let message = format!("interrupted; {}", parts.join("; "));
        let mut failure = Failure::new(Exit::Interrupted, "interrupted", message);
        let others = unconfirmed.iter().chain(&known.repricing).chain(&known.waited_for);
        failure.orders =
            known.placed.iter().chain(others).copied().collect::<BTreeSet<_>>().into_iter().collect();
        let intents: Vec<String> = known.open.iter().map(ToString::to_string).collect();
        if !intents.is_empty() {
            failure.details = Document::new().with("intents", &intents);
        }
        failure
    }
}

/// What a request does, in words.
fn doing(path: &str) -> &'static str {
    let call = path.trim_start_matches("/v1/").split('?').next().unwrap_or_default();
    match call {
        "marketplace" => "reading the market",
        "my_orders" => "reading your orders",
        "create_order" => "placing the order",
        "cancel_order" | "cancel_orders" => "cancelling",
        "spot_marketplace" => "reading the bids",
        "wallets" => "reading the wallets",
        "renter_fees" => "reading the fees",
        "set_spot_price" | "edit_gigaspot_orders" => "changing the bid",
        "my_servers" => "reading your servers",
        "server_config" => "reading the server's settings",
        "set_server_settings" => "changing the server's settings",
        "get_gigaspot" => "reading the gigaspot",
        "create_gigaspot_orders" => "placing the bids",
        _ => "asking the service",
    }
}

/// Prints what went wrong, in the way the command was asked for.
pub fn report(failure: &Failure, json: bool) {
    output::note(&format!("clore: {}", failure.message));
    if json {
        output::document(&failure.document());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clore_core::model::ServerId;

    #[test]
    fn an_interrupt_names_what_may_be_billing() {
        let watch = Watch::new();
        assert!(watch.interrupted().message.contains("placed nothing"));
        let intent: IntentId = "abc".parse().unwrap();
        watch.hear(&Event::IntentRecorded { intent: intent.clone() });
        let failure = watch.interrupted();
        assert!(failure.message.contains("intent abc stays open"), "{}", failure.message);
        let (order, server) = (OrderId::new(1_000_001), ServerId::new(5));
        watch.hear(&Event::OrderPlaced { order, server, inferred: false });
        let failure = watch.interrupted();
        assert_eq!((failure.exit, failure.orders), (Exit::Interrupted, vec![order]));
        assert!(failure.message.contains("clore cancel 1000001"));
        watch.hear(&Event::OrderCancelled { order });
        assert!(watch.interrupted().message.contains("placed nothing"));
    }
}
