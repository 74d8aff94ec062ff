//! [`admit`]: the check of "check and append", as a pure function.
//!
//! Invariant: of intents that touch one server under one key at most one is owned; a name is one intent's for ever;
//! an order is at most one intent's, over all keys of the base URL; no intent is let in that would pass a limit it
//! came with.
//!
//! A journal calls it and does what it says in one hold of its lock. `alive` must be true for every intent whose
//! claim is held by anybody, the caller included; `own` only for claims made through the caller's own journal.

use super::record::{Intent, IntentId, Record};
use super::scope::Scope;
use super::state::{Ownership, State, touches};
use super::{Blocked, JournalError, Recorded};
use crate::spending::Breach;

/// What a journal does with a record.
///
/// Closed: journals are tables over it.
#[derive(Clone, Debug)]
pub enum Admission {
    /// Append it, and claim the intent [`Record::claims`] names.
    Append,
    /// Write nothing: it is a look, or known already.
    Nothing,
    /// Open intents stand in the way.
    Blocked(Blocked),
    /// It would pass a limit.
    Limited(Box<Breach>),
    /// The intent is another's: its owner lives, or it was made with another key.
    Owned,
    /// The intent is not open (any more).
    Gone,
    /// That other intent has the order.
    Attributed(IntentId),
    /// The name is or was another intent's.
    NameTaken(IntentId),
}

impl Admission {
    /// The refusal, or `None` for [`Admission::Append`] and [`Admission::Nothing`].
    #[must_use]
    pub fn refusal(self) -> Option<Result<Recorded, JournalError>> {
        match self {
            Self::Append | Self::Nothing => None,
            Self::Blocked(blocked) => Some(Ok(Recorded::Blocked(blocked))),
            Self::Limited(breach) => Some(Ok(Recorded::Limited(breach))),
            Self::Owned => Some(Ok(Recorded::Owned)),
            Self::Gone => Some(Ok(Recorded::Gone)),
            Self::Attributed(to) => Some(Ok(Recorded::Attributed(to))),
            Self::NameTaken(name) => Some(Err(JournalError::NameTaken(name))),
        }
    }
}

/// Whether `record` may be appended for `scope`, and if not, why.
#[must_use]
pub fn admit(
    state: &State,
    scope: &Scope,
    record: &Record,
    alive: &dyn Fn(&IntentId) -> bool,
    own: &dyn Fn(&IntentId) -> bool,
) -> Admission {
    match record {
        Record::Intent(intent) => {
            let id = &intent.id;
            let ownerless_here = state.open_scope(id).map(|of| of == scope && !alive(id));
            match ownerless_here {
                // The same attempt after a crash: the earlier one is settled first, as any ownerless one.
                Some(true) if !intent.despite.contains(id) => unblocked(state, scope, intent, alive),
                Some(_) => Admission::NameTaken(id.clone()),
                None if state.is_resolved(id) => Admission::NameTaken(id.clone()),
                None => unblocked(state, scope, intent, alive),
            }
        }
        Record::Renew(intent) => match state.open_scope(&intent.id) {
            None => Admission::Gone,
            Some(of) if of != scope || !own(&intent.id) => Admission::Owned,
            Some(_) => unblocked(state, scope, intent, alive),
        },
        Record::Adopt(id) => match state.open_scope(id) {
            Some(of) if of.base_url() != scope.base_url() => Admission::Gone,
            None => Admission::Gone,
            Some(of) if of != scope || alive(id) => Admission::Owned,
            Some(_) => Admission::Append,
        },
        Record::Sent(id) | Record::Answered(id) => held(state, scope, id, alive, own),
        Record::Resolved { intent, resolution, .. } => match held(state, scope, intent, alive, own) {
            Admission::Append => match resolution.order().and_then(|order| state.attributed_to(scope, order))
            {
                Some(other) => Admission::Attributed(other.clone()),
                None => Admission::Append,
            },
            refused => refused,
        },
        Record::Ended { order, .. } if state.has_ended(scope, *order) => Admission::Nothing,
        Record::Ended { .. } | Record::Repriced { .. } => Admission::Append,
        Record::Look => Admission::Nothing,
    }
}

/// Nobody else's live intent touches the server, and no ownerless one is passed over unnamed.
fn unblocked(state: &State, scope: &Scope, intent: &Intent, alive: &dyn Fn(&IntentId) -> bool) -> Admission {
    let mut blocked = Blocked::default();
    for other in state.open_in(scope) {
        if alive(&other.id) {
            if other.id != intent.id && touches(other, intent.server) {
                blocked.live.extend(state.open_intent(&other.id, Ownership::Live));
            }
        } else if !intent.despite.contains(&other.id) {
            blocked.ownerless.extend(state.open_intent(&other.id, Ownership::Ownerless));
        }
    }
    if blocked.live.is_empty() && blocked.ownerless.is_empty() {
        within_limits(state, scope, intent)
    } else {
        Admission::Blocked(blocked)
    }
}

/// The limits are of one account on this machine: all intents of the scope count, but not the intent itself.
fn within_limits(state: &State, scope: &Scope, intent: &Intent) -> Admission {
    if intent.check.limits.is_empty() {
        return Admission::Append;
    }
    let standing = state.view(scope, &|_| true).standing(Some(&intent.id));
    match standing.check(&intent.check, intent.price, intent.orders, intent.wall) {
        Ok(()) => Admission::Append,
        Err(breach) => Admission::Limited(breach),
    }
}

/// The intent is open, of this scope, and not held by somebody else.
fn held(
    state: &State,
    scope: &Scope,
    id: &IntentId,
    alive: &dyn Fn(&IntentId) -> bool,
    own: &dyn Fn(&IntentId) -> bool,
) -> Admission {
    match state.open_scope(id) {
        Some(of) if of.base_url() != scope.base_url() => Admission::Gone,
        None => Admission::Gone,
        Some(of) if of != scope || (alive(id) && !own(id)) => Admission::Owned,
        Some(_) => Admission::Append,
    }
}

#[cfg(test)]
#[path = "admit_tests.rs"]
mod tests;
