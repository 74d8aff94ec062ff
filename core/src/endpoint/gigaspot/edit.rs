//! `edit_gigaspot_orders`: changes the price and the clocks of several bids (api-facts 3.14).
//!
//! The service answers code 0 with three lists. An order counts as updated only when the list of successes names it
//! and no list of failures does.

use super::clocks::{Clocks, clocks};
use super::create::clore_number;
use super::named::{Named, not_asked};
use crate::effect::Effect;
use crate::endpoint::{Answer, Endpoint, InvalidRequest, Path, Reader, Whole};
use crate::error::{DecodeError, Why};
use crate::flow::Flow;
use crate::limits::Caps;
use crate::model::{GpuOverclock, OrderId, Rate};
use crate::wire::envelope::Fields;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// What is to become of one bid.
///
/// # Money
/// The price is CLORE per day for the whole server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GigaspotEdit {
    order: OrderId,
    price: Rate,
    was: Option<Rate>,
    overclock: Vec<GpuOverclock>,
}

impl GigaspotEdit {
    /// Bids `price`, CLORE per day, for `order` from now on, with its GPUs set as `overclock` says, one entry per GPU.
    #[must_use]
    pub fn new(order: OrderId, price: Rate, overclock: impl IntoIterator<Item = GpuOverclock>) -> Self {
        Self { order, price, was: None, overclock: overclock.into_iter().collect() }
    }

    /// The bid so far, CLORE per day, as the snapshot showed it. It is not sent. When an answer is lost, only a bid that
    /// stood at another price before can be seen to have changed; without this the edit stays unclear.
    #[must_use]
    pub fn was(mut self, price: Rate) -> Self {
        self.was = Some(price);
        self
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> OrderId {
        self.order
    }

    /// The new bid, CLORE per day for the whole server.
    #[must_use]
    pub fn price(&self) -> &Rate {
        &self.price
    }

    /// Whether it asks for this price.
    pub(crate) fn asks_for(&self, price: &Rate) -> bool {
        (price.amount(), price.coin()) == (self.price.amount(), self.price.coin())
    }

    /// Whether the bid is known to have stood at another price before.
    pub(crate) fn changes_price(&self) -> bool {
        self.was.as_ref().is_some_and(|was| !self.asks_for(was))
    }

    fn row(&self) -> Result<Row, InvalidRequest> {
        let (price, oc) = (clore_number(&self.price)?, clocks(&self.overclock)?);
        Ok(Row { order_id: self.order.number(), price, oc })
    }
}

#[derive(Serialize)]
struct Row {
    order_id: u64,
    price: Box<RawValue>,
    oc: Vec<Clocks>,
}

/// Changes several bids with one request. [`EditGigaspot`](crate::op::EditGigaspot) also settles a lost answer.
///
/// # Money
/// Changes what the orders cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditGigaspotOrders {
    edits: Vec<GigaspotEdit>,
}

impl EditGigaspotOrders {
    /// Makes `edits`: at least one, each of an order of its own.
    #[must_use]
    pub fn new(edits: impl IntoIterator<Item = GigaspotEdit>) -> Self {
        Self { edits: edits.into_iter().collect() }
    }

    /// The edits.
    #[must_use]
    pub fn edits(&self) -> &[GigaspotEdit] {
        &self.edits
    }
}

/// What became of each edit.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
#[must_use]
pub struct GigaspotEdited {
    /// Every order asked for, in the order of the edits.
    pub edits: Vec<EditReport>,
    /// Orders that the answer names and nobody asked for.
    pub not_asked: Vec<OrderId>,
}

/// What became of one edit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct EditReport {
    /// The order.
    pub order: OrderId,
    /// What is known of it.
    pub outcome: EditOutcome,
}

/// What is known of one edit.
///
/// Closed: each edit is one of these.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EditOutcome {
    /// The service says so, or the snapshot shows the new price where another one stood
    /// ([`GigaspotEdit::was`]). Clocks are not in the snapshot.
    Updated,
    /// The new bid is below the least that is allowed; the old one stands.
    TooLow,
    /// It was not made for any other reason; the old bid stands.
    Failed,
    /// No list names it, or two contradict each other: the new bid may stand.
    Unclear,
}

impl GigaspotEdited {
    /// The orders that were updated.
    pub fn updated(&self) -> impl Iterator<Item = OrderId> {
        self.with(EditOutcome::Updated)
    }

    /// The orders of which it is not known.
    pub fn unclear(&self) -> impl Iterator<Item = OrderId> {
        self.with(EditOutcome::Unclear)
    }

    /// The orders with this outcome.
    pub fn with(&self, outcome: EditOutcome) -> impl Iterator<Item = OrderId> {
        self.edits.iter().filter(move |edit| edit.outcome == outcome).map(|edit| edit.order)
    }

    /// Whether it is known of every edit what became of it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unclear().next().is_none()
    }

    /// What an answer that never came says of these orders.
    pub(crate) fn nothing_known(orders: impl IntoIterator<Item = OrderId>) -> Self {
        let unclear = |order| EditReport { order, outcome: EditOutcome::Unclear };
        Self { edits: orders.into_iter().map(unclear).collect(), not_asked: Vec::new() }
    }
}

/// The lists of an answer.
#[derive(Clone, Debug)]
struct Lists {
    updated: Named,
    failed: Named,
    too_low: Named,
}

impl Lists {
    fn read(fields: &Fields<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            updated: Named::read(fields, "success_to_update_ids"),
            failed: Named::read(fields, "failed_to_update_ids"),
            too_low: Named::read(fields, "too_low_bid_ids"),
        })
    }

    fn report(&self, orders: &[OrderId]) -> GigaspotEdited {
        let asked: BTreeSet<u64> = orders.iter().map(|order| order.number()).collect();
        let outcome = |id| match (self.updated.has(id), self.too_low.has(id), self.failed.has(id)) {
            (true, false, false) => EditOutcome::Updated,
            (false, true, _) => EditOutcome::TooLow,
            (false, false, true) => EditOutcome::Failed,
            (true, _, _) | (false, false, false) => EditOutcome::Unclear,
        };
        let report = |order: &OrderId| EditReport { order: *order, outcome: outcome(order.number()) };
        let strangers = not_asked(&[&self.updated, &self.failed, &self.too_low], &asked);
        GigaspotEdited {
            edits: orders.iter().map(report).collect(),
            not_asked: strangers.into_iter().map(OrderId::new).collect(),
        }
    }
}

impl Endpoint for EditGigaspotOrders {
    type Output = GigaspotEdited;
    type Reader = EditGigaspotOrdersReader;
    const NAME: &'static str = "edit_gigaspot_orders";

    fn effect(&self) -> Effect {
        Effect::Reprice
    }

    fn reprices(&self) -> Vec<(OrderId, Rate)> {
        self.edits.iter().map(|edit| (edit.order, edit.price.clone())).collect()
    }

    fn request(&self) -> Result<http::Request<Vec<u8>>, InvalidRequest> {
        if self.edits.is_empty() {
            return Err(InvalidRequest::new("edits", Why::Empty));
        }
        let orders: BTreeSet<OrderId> = self.edits.iter().map(GigaspotEdit::order).collect();
        if orders.len() < self.edits.len() {
            return Err(InvalidRequest::new("order_id", Why::Duplicate));
        }
        let rows: Vec<Row> = self.edits.iter().map(GigaspotEdit::row).collect::<Result<_, _>>()?;
        Path::new("/v1/edit_gigaspot_orders").into_change(&rows)
    }

    fn reader(&self, caps: &Caps) -> EditGigaspotOrdersReader {
        let orders = self.edits.iter().map(GigaspotEdit::order).collect();
        EditGigaspotOrdersReader { orders, lists: Whole::new(caps, Lists::read) }
    }
}

/// Reads the three lists and tells of each edit.
#[derive(Clone, Debug)]
pub struct EditGigaspotOrdersReader {
    orders: Vec<OrderId>,
    lists: Whole<Lists>,
}

impl Reader for EditGigaspotOrdersReader {
    type Output = GigaspotEdited;

    fn push(&mut self, decoded: &[u8]) -> Flow {
        self.lists.push(decoded)
    }

    fn finish(self) -> Answer<GigaspotEdited> {
        let orders = self.orders;
        self.lists.finish().map(|lists| lists.report(&orders))
    }
}
