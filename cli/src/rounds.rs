//! [`Rounds`]: tells the rounds of `clore guard`: to people what changed, as JSON one document a line.

use crate::output::{self, Document, number, span};
use clore_core::event::{GuardRound, Standing, WatchedOrder};
use clore_core::model::OrderId;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Hears every round.
#[derive(Debug)]
pub struct Rounds {
    /// A document for each round; otherwise what changed since the last one, in words.
    json: bool,
    told: Mutex<BTreeMap<OrderId, &'static str>>,
}

#[derive(Serialize)]
struct Row {
    order_id: u64,
    server_id: Option<u64>,
    state: &'static str,
    passed: Option<&'static str>,
    ran_seconds: Option<u64>,
    cost_usd: Option<Box<RawValue>>,
    max_runtime_seconds: Option<u64>,
    max_spend_usd: Option<Box<RawValue>>,
    error: Option<String>,
}

impl Rounds {
    /// Tells rounds as they come, as JSON or in words.
    pub fn new(json: bool) -> Self {
        Self { json, told: Mutex::default() }
    }

    /// A round is over.
    pub fn hear(&self, round: &GuardRound) {
        if self.json {
            // The last one is the document of the end.
            if round.next.is_some() {
                output::line_of_json(&document(round).text());
            }
            return;
        }
        if let Some(error) = &round.failure {
            output::warn(&format!("your orders could not be read: {error}; caps hold by time meanwhile"));
        }
        if round.unread > 0 {
            output::warn(&format!("{} records cannot be read and may be billing", round.unread));
        }
        if let Some(error) = &round.journal {
            output::warn(&format!(
                "the journal could not be read: {error}; its caps are as they were before"
            ));
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for one in &round.orders {
            if told.insert(one.order, word(&one.standing)) != Some(word(&one.standing)) {
                output::line(&words(one));
            }
        }
        told.retain(|order, _| {
            let there = round.orders.iter().any(|one| one.order == *order);
            if !there {
                output::line(&format!("order {order} is not open any more"));
            }
            there
        });
        told.retain(|_, state| *state != "ended");
    }
}

/// `{"orders": [..], "complete": true, ..}`.
pub fn document(round: &GuardRound) -> Document {
    let rows: Vec<Row> = round.orders.iter().map(row).collect();
    let intents: Vec<String> = round.open_intents.iter().map(ToString::to_string).collect();
    Document::new()
        .with("orders", &rows)
        .with("complete", &round.is_complete())
        .with("unread", &round.unread)
        .with("failure", &round.failure.as_ref().map(ToString::to_string))
        .with("journal_failure", &round.journal.as_ref().map(ToString::to_string))
        .with("open_intents", &intents)
}

fn row(one: &WatchedOrder) -> Row {
    let passed = match &one.standing {
        Standing::Ended(cap)
        | Standing::StillBilling(cap, _)
        | Standing::NotCertain(Some(cap))
        | Standing::Missing(Some(cap)) => Some(cap.words()),
        Standing::Within
        | Standing::NoCap
        | Standing::NotMeasured
        | Standing::NotOurs
        | Standing::Missing(None)
        | Standing::NotCertain(None) => None,
    };
    let error = match &one.standing {
        Standing::StillBilling(_, error) => Some(error.to_string()),
        _ => None,
    };
    Row {
        order_id: one.order.number(),
        server_id: one.server.map(|server| server.number()),
        state: word(&one.standing),
        passed,
        ran_seconds: one.ran.map(|ran| ran.as_secs()),
        cost_usd: number(one.cost.map(|cost| cost.amount())),
        max_runtime_seconds: one.caps.runtime.map(|longest| longest.as_secs()),
        max_spend_usd: number(one.caps.spend.map(|most| most.amount())),
        error,
    }
}

/// The word of the documents.
fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::Within => "within_caps",
        Standing::NoCap => "no_cap",
        Standing::NotMeasured => "not_measured",
        Standing::NotOurs => "not_ours",
        Standing::Missing(_) => "missing",
        Standing::NotCertain(_) => "not_certain",
        Standing::Ended(_) => "ended",
        Standing::StillBilling(..) => "still_billing",
    }
}

fn words(one: &WatchedOrder) -> String {
    let id = one.order;
    let ran = one.ran.map_or_else(|| "?".to_owned(), span);
    let cost = one.cost.map_or_else(|| "cost not known".to_owned(), |cost| cost.to_string());
    let so_far = format!("{ran}, {cost} so far");
    let longest = one.caps.runtime.map(|longest| format!("at most {}", span(longest)));
    let most = one.caps.spend.map(|most| format!("at most {most}"));
    let caps = longest.into_iter().chain(most).collect::<Vec<_>>().join(", ");
    let told = "it was found in your orders, not told by the service";
    match &one.standing {
        Standing::Within => format!("order {id}: {so_far}; {caps}"),
        Standing::NoCap => format!("order {id}: {so_far}; it has no cap: nothing here ends it"),
        Standing::NotMeasured => {
            format!(
                "order {id}: {so_far}; {caps}, but what it costs or how old it is is not known: that cap cannot end it"
            )
        }
        Standing::NotOurs => {
            format!(
                "order {id}: {so_far}; it is not of this journal: nothing here ends it (--order {id}=2h would)"
            )
        }
        Standing::Missing(_) => {
            format!(
                "order {id}: {so_far}; the list of orders lacks it now; it is looked for until it is gone for good"
            )
        }
        Standing::NotCertain(None) => format!(
            "order {id}: {so_far}; {caps}, but {told}: nothing here ends it (--cancel-inferred or --order {id}=.. would)"
        ),
        Standing::NotCertain(Some(cap)) => format!(
            "order {id}: {so_far}; it has passed its {}, and bills on: {told}; end it with `clore cancel {id}`",
            cap.words()
        ),
        Standing::Ended(cap) => format!("order {id} passed its {} and is cancelled: {so_far}", cap.words()),
        Standing::StillBilling(cap, error) => {
            format!("order {id} passed its {} and may still be billing: {error}", cap.words())
        }
    }
}
