//! [`State`]: the replay of a journal's lines, of all scopes; [`View`]: what of it concerns one base URL.
//!
//! Invariants: an intent is open from its line until a line resolves it, and no later line opens it again; an order
//! belongs to the intent that got it first. Who owns an open intent is no line's matter: locks say it, so that the
//! death of a process releases it.

use super::order::JournaledOrder;
use super::record::{Intent, IntentId, Record, Resolution};
use super::scope::Scope;
use super::text::Line;
use crate::excerpt::Excerpt;
use crate::model::{OrderId, ServerId, UsdPerHour};
use crate::spending::{Check, Unnamed};
use crate::time::UnixTime;
use std::collections::{BTreeMap, BTreeSet};

/// An intent without a resolution: its call is *maybe sent*.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenIntent {
    /// The intent as it was recorded last.
    pub intent: Intent,
    /// Whether it was noted that its call was given to the network. `false` proves nothing.
    pub sent: bool,
    /// Whether the service answered its call with success, without telling the order. `false` proves nothing.
    pub answered: bool,
    /// Who may settle it.
    pub ownership: Ownership,
}

/// Who may settle an open intent.
///
/// Closed: what may be done about an intent is a table over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ownership {
    /// The machine that holds its claim, in this process or another.
    Live,
    /// Whoever adopts it.
    Ownerless,
    /// Only a client with the other API key it was made with.
    OtherKey,
}

/// The journal as one base URL and key see it: the intents of all keys of that base URL.
#[derive(Clone, Debug, Default)]
pub struct View {
    open: BTreeMap<IntentId, OpenIntent>,
    /// Names of the open ones by server, each list in order.
    open_for: BTreeMap<Option<ServerId>, Vec<IntentId>>,
    resolved: BTreeMap<IntentId, Resolution>,
    orders: BTreeMap<OrderId, JournaledOrder>,
    ended: BTreeSet<OrderId>,
    /// Of this key only.
    pub(super) unnamed: Vec<Unnamed>,
    newest: Option<UnixTime>,
}

impl View {
    /// All open intents of the base URL, by name; those of other keys are marked [`Ownership::OtherKey`].
    pub fn open(&self) -> impl Iterator<Item = &OpenIntent> {
        self.open.values()
    }

    /// The intent that has this order, whatever its key.
    #[must_use]
    pub fn attributed_to(&self, order: OrderId) -> Option<&IntentId> {
        self.orders.get(&order).map(|known| &known.intent)
    }

    /// An open intent other than `me` that may rent `server`, whatever its key, owned or not. An intent without a
    /// server may rent any.
    #[must_use]
    pub fn other_open_for(&self, server: ServerId, me: &IntentId) -> Option<&OpenIntent> {
        let first = |server| self.open_for.get(&server)?.iter().find(|id| *id != me);
        let first = first(Some(server)).into_iter().chain(first(None)).min()?;
        self.open.get(first)
    }

    /// What became of an intent; `None` when it is open or not known.
    #[must_use]
    pub fn resolution(&self, intent: &IntentId) -> Option<Resolution> {
        self.resolved.get(intent).copied()
    }

    /// The open intent of this name.
    #[must_use]
    pub fn intent(&self, id: &IntentId) -> Option<&OpenIntent> {
        self.open.get(id)
    }

    /// The orders that intents have, ended ones too, by number; those of other keys are marked.
    pub fn orders(&self) -> impl Iterator<Item = &JournaledOrder> {
        self.orders.values()
    }

    /// What is known of this order, when an intent has it.
    #[must_use]
    pub fn order(&self, order: OrderId) -> Option<&JournaledOrder> {
        self.orders.get(&order)
    }

    /// The latest wall time of any line of the journal, whatever its base URL: a wall clock before it is wrong.
    #[must_use]
    pub fn newest_wall(&self) -> Option<UnixTime> {
        self.newest
    }

    /// Whether it was recorded that this order is over.
    #[must_use]
    pub fn has_ended(&self, order: OrderId) -> bool {
        self.ended.contains(&order)
    }
}

/// What all lines so far come to, of all base URLs and keys.
#[derive(Clone, Debug, Default)]
pub struct State {
    open: BTreeMap<IntentId, Pending>,
    resolved: BTreeMap<IntentId, (Scope, Resolution)>,
    placed: BTreeMap<(Box<str>, OrderId), Owned>,
    ended: BTreeMap<(Box<str>, OrderId), End>,
    /// The highest price an order may have been given since it was placed; `None`: one of them is not known.
    repriced: BTreeMap<(Box<str>, OrderId), Option<UsdPerHour>>,
    /// Intents that were done without an answer that names their orders.
    unnamed: Vec<(Scope, Unnamed)>,
    newest: Option<UnixTime>,
}

/// The record of an order's end.
#[derive(Clone, Copy, Debug)]
struct End {
    /// The wall time it says.
    said: Option<UnixTime>,
    /// The same, but never before the newest line then.
    counted: Option<UnixTime>,
}

/// An order and the scope of its intent.
#[derive(Clone, Debug)]
struct Owned {
    scope: Scope,
    order: JournaledOrder,
}

#[derive(Clone, Debug)]
struct Pending {
    scope: Scope,
    intent: Intent,
    sent: bool,
    answered: bool,
}

impl State {
    /// A journal without lines.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next line in. Lines that [`super::admit`] would not have let in are taken for the safe side: what
    /// is resolved stays so, an order stays with its first intent, and an order of an unknown intent counts.
    pub fn apply(&mut self, line: Line) {
        let Line { scope, record } = line;
        self.newest = self.newest.max(record.wall());
        match record {
            Record::Intent(intent) | Record::Renew(intent) => self.begin(scope, *intent),
            Record::Sent(id) => self.sent(&scope, &id, false),
            Record::Answered(id) => self.sent(&scope, &id, true),
            Record::Resolved { intent, resolution, wall } => self.resolve(scope, intent, resolution, wall),
            Record::Ended { order, wall } => {
                let end = End { said: wall, counted: self.newest };
                self.ended.entry((scope.base_url().into(), order)).or_insert(end);
            }
            Record::Repriced { order, price, .. } => {
                let highest = self.repriced.entry((scope.base_url().into(), order)).or_insert(price);
                *highest = highest.zip(price).map(|(one, other)| one.max(other));
            }
            Record::Adopt(_) | Record::Look => {}
        }
    }

    fn sent(&mut self, scope: &Scope, id: &IntentId, answered: bool) {
        if let Some(pending) = self.open.get_mut(id).filter(|pending| pending.scope == *scope) {
            (pending.sent, pending.answered) = (true, answered);
        }
    }

    fn begin(&mut self, scope: Scope, mut intent: Intent) {
        intent.check = Check::default();
        let id = intent.id.clone();
        if self.resolved.contains_key(&id) {
            return;
        }
        match self.open.get_mut(&id) {
            // Once given to the network, maybe sent for ever: a renewed snapshot does not take that back.
            Some(pending) if pending.scope == scope => {
                // Its order may have come of an earlier send: it costs from the first record on.
                intent.wall = pending.intent.wall.or(intent.wall);
                pending.intent = intent;
                // Before a further send: only the last one's answer says anything.
                pending.answered = false;
            }
            // A name is one intent's over all scopes; the first keeps it.
            Some(_) => {}
            None => {
                self.open.insert(id, Pending { scope, intent, sent: false, answered: false });
            }
        }
    }

    fn resolve(&mut self, scope: Scope, id: IntentId, resolution: Resolution, wall: Option<UnixTime>) {
        if self.open.get(&id).is_some_and(|pending| pending.scope != scope) || self.resolved.contains_key(&id)
        {
            return;
        }
        let pending = self.open.remove(&id);
        let answered = pending.as_ref().is_some_and(|pending| pending.answered);
        let intent = pending.map_or_else(|| Intent::new(id.clone(), ""), |pending| pending.intent);
        if let Some(order) = resolution.order() {
            let mut known = JournaledOrder::of(order, &intent, wall);
            let inferred = matches!(resolution, Resolution::Placed { inferred: true, .. });
            known.answered = answered || matches!(resolution, Resolution::Placed { inferred: false, .. });
            known.found = inferred.then(|| Box::new(intent.clone()));
            let placed = || Owned { scope: scope.clone(), order: known };
            self.placed.entry((scope.base_url().into(), order)).or_insert_with(placed);
        }
        if resolution == Resolution::Done {
            let name = Excerpt::new(intent.id.as_str(), 64);
            let (price, orders, wall) = (intent.price, intent.orders, intent.wall.or(wall));
            self.unnamed.push((scope.clone(), Unnamed { name, price, orders, wall }));
        }
        self.resolved.insert(id, (scope, resolution));
    }

    /// What `scope` sees. `alive` says whether an intent's owner lives; it is asked only about intents of this scope.
    #[must_use]
    pub fn view(&self, scope: &Scope, alive: &dyn Fn(&IntentId) -> bool) -> View {
        let here = |of: &Scope| of.base_url() == scope.base_url();
        let open = self.open.iter().filter(|(_, pending)| here(&pending.scope));
        let resolved = self.resolved.iter().filter(|(_, (of, _))| here(of));
        let placed = self.placed.iter().filter(|((url, _), _)| **url == *scope.base_url());
        let ended = self.ended.keys().filter(|(url, _)| **url == *scope.base_url());
        let mut open_for: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, pending) in open.clone() {
            open_for.entry(pending.intent.server).or_default().push(id.clone());
        }
        View {
            open_for,
            open: open.map(|(id, pending)| (id.clone(), pending.seen_from(scope, alive))).collect(),
            resolved: resolved.map(|(id, (_, resolution))| (id.clone(), *resolution)).collect(),
            orders: placed.map(|(key, owned)| (key.1, self.as_it_stands(key, owned, scope))).collect(),
            ended: ended.map(|(_, order)| *order).collect(),
            unnamed: self.unnamed.iter().filter(|(of, _)| of == scope).map(|(_, one)| one.clone()).collect(),
            newest: self.newest,
        }
    }

    /// The order with what was recorded since it was placed.
    fn as_it_stands(&self, key: &(Box<str>, OrderId), owned: &Owned, scope: &Scope) -> JournaledOrder {
        let mut order = owned.order.clone();
        order.other_key = owned.scope != *scope;
        if let Some(since) = self.repriced.get(key) {
            order.price = order.price.zip(*since).map(|(first, since)| first.max(since));
        }
        if let Some(at) = self.ended.get(key) {
            (order.is_over, order.ended) = (true, at.counted);
            // A clock that says it ended before it was placed says nothing of when it was placed.
            order.placed = order.placed.filter(|placed| at.said.is_none_or(|said| said >= *placed));
        }
        order
    }

    /// The open intents of exactly this scope.
    pub(super) fn open_in(&self, scope: &Scope) -> impl Iterator<Item = &Intent> {
        self.open.values().filter(move |pending| pending.scope == *scope).map(|pending| &pending.intent)
    }

    pub(super) fn open_intent(&self, id: &IntentId, ownership: Ownership) -> Option<OpenIntent> {
        Some(self.open.get(id)?.seen(ownership))
    }

    /// Whose open intent this is.
    pub(super) fn open_scope(&self, id: &IntentId) -> Option<&Scope> {
        self.open.get(id).map(|pending| &pending.scope)
    }

    pub(super) fn is_resolved(&self, id: &IntentId) -> bool {
        self.resolved.contains_key(id)
    }

    pub(super) fn attributed_to(&self, scope: &Scope, order: OrderId) -> Option<&IntentId> {
        self.placed.get(&(scope.base_url().into(), order)).map(|owned| &owned.order.intent)
    }

    pub(super) fn has_ended(&self, scope: &Scope, order: OrderId) -> bool {
        self.ended.contains_key(&(scope.base_url().into(), order))
    }
}

impl Pending {
    fn seen_from(&self, scope: &Scope, alive: &dyn Fn(&IntentId) -> bool) -> OpenIntent {
        let ownership = if self.scope != *scope {
            Ownership::OtherKey
        } else if alive(&self.intent.id) {
            Ownership::Live
        } else {
            Ownership::Ownerless
        };
        self.seen(ownership)
    }

    fn seen(&self, ownership: Ownership) -> OpenIntent {
        OpenIntent { intent: self.intent.clone(), sent: self.sent, answered: self.answered, ownership }
    }
}

/// Whether `intent` may rent `server`; without a server on either side it may.
pub(super) fn touches(intent: &Intent, server: Option<ServerId>) -> bool {
    match (intent.server, server) {
        (Some(its), Some(server)) => its == server,
        _ => true,
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
