//! [`MemoryJournal`]: a journal that lives as long as its session.
//!
//! It keeps threads and tasks of one session from renting a server twice. It forgets everything with the process:
//! after a crash nothing is known, and one order may be told twice (flagged as inferred). Across a crash a file is
//! needed, the crate `clore-journal`.

use super::record::{IntentId, Record};
use super::scope::Scope;
use super::state::State;
use super::text::Line;
use super::{Admission, Claim, Journal, JournalError, Recorded, admit};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The journal of one session, in memory. One base URL and one key: it must not be shared between keys.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: State,
    claims: BTreeMap<IntentId, Weak<Held>>,
}

/// What a claim holds; the intent is owned while one of it exists.
#[derive(Debug)]
struct Held;

impl MemoryJournal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Inner {
    fn alive(&self, id: &IntentId) -> bool {
        self.claims.get(id).is_some_and(|held| held.strong_count() > 0)
    }

    /// A claim; a renewed intent's new claim holds it together with the earlier one.
    fn claim(&mut self, id: IntentId) -> Claim {
        let held = self.claims.get(&id).and_then(Weak::upgrade).unwrap_or_else(|| Arc::new(Held));
        self.claims.insert(id.clone(), Arc::downgrade(&held));
        Claim::new(id, Box::new(held))
    }
}

impl Journal for MemoryJournal {
    fn record(&self, record: Record) -> Result<Recorded, JournalError> {
        // Nothing in here panics half way, so a poisoned lock guards a whole state.
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let scope = Scope::new("", "");
        let alive = |id: &IntentId| inner.alive(id);
        if let Record::Look = record {
            return Ok(Recorded::Seen(inner.state.view(&scope, &alive)));
        }
        let admission = admit(&inner.state, &scope, &record, &alive, &alive);
        if let Admission::Nothing = admission {
            return Ok(Recorded::Written);
        }
        if let Some(refusal) = admission.refusal() {
            return refusal;
        }
        let claims = record.claims().cloned();
        if let Record::Resolved { intent, .. } = &record {
            inner.claims.remove(intent);
        }
        inner.state.apply(Line { scope, record });
        Ok(match claims {
            Some(id) => Recorded::Claimed(inner.claim(id)),
            None => Recorded::Written,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::{Intent, Resolution};
    use crate::journal::state::Ownership;
    use crate::model::{OrderId, ServerId};

    fn id(name: &str) -> IntentId {
        IntentId::parse(name).unwrap()
    }

    fn intent(name: &str, server: u64) -> Record {
        let mut intent = Intent::new(id(name), "create_order");
        intent.server = Some(ServerId::new(server));
        Record::Intent(Box::new(intent))
    }

    fn renewed(name: &str, server: u64) -> Record {
        match intent(name, server) {
            Record::Intent(intent) => Record::Renew(intent),
            other => other,
        }
    }

    fn claimed(journal: &MemoryJournal, record: Record) -> Claim {
        match journal.record(record) {
            Ok(Recorded::Claimed(claim)) => claim,
            other => panic!("not claimed: {other:?}"),
        }
    }

    fn ownership(journal: &MemoryJournal, name: &str) -> Option<Ownership> {
        match journal.record(Record::Look) {
            Ok(Recorded::Seen(view)) => view.intent(&id(name)).map(|open| open.ownership),
            other => panic!("not seen: {other:?}"),
        }
    }

    #[test]
    fn a_dropped_claim_leaves_the_intent_open_and_ownerless() {
        let journal = MemoryJournal::new();
        let claim = claimed(&journal, intent("a", 1));
        assert_eq!(ownership(&journal, "a"), Some(Ownership::Live));
        assert!(matches!(journal.record(Record::Adopt(id("a"))), Ok(Recorded::Owned)));
        drop(claim);
        assert_eq!(ownership(&journal, "a"), Some(Ownership::Ownerless));
        assert!(matches!(journal.record(intent("b", 2)), Ok(Recorded::Blocked(b)) if b.ownerless.len() == 1));
        let _adopted = claimed(&journal, Record::Adopt(id("a")));
        let resolution = Resolution::Placed { order: OrderId::new(7), inferred: true };
        let resolved = Record::Resolved { intent: id("a"), resolution, wall: None };
        assert!(matches!(journal.record(resolved), Ok(Recorded::Written)));
        assert_eq!(ownership(&journal, "a"), None);
    }

    #[test]
    fn a_renewed_intent_is_owned_until_its_last_claim_is_dropped() {
        let journal = MemoryJournal::new();
        let first = claimed(&journal, intent("a", 1));
        let second = claimed(&journal, renewed("a", 1));
        drop(claimed(&journal, renewed("a", 1)));
        drop(first);
        assert_eq!(ownership(&journal, "a"), Some(Ownership::Live));
        drop(second);
        assert_eq!(ownership(&journal, "a"), Some(Ownership::Ownerless));
    }

    #[test]
    fn of_threads_that_rent_one_server_at_once_one_is_claimed() {
        let journal = MemoryJournal::new();
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    scope.spawn({
                        let journal = &journal;
                        move || journal.record(intent(&format!("t{n}"), 5))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|o| matches!(o, Recorded::Claimed(_))).count(), 1);
        assert_eq!(
            outcomes.iter().filter(|o| matches!(o, Recorded::Blocked(b) if b.live.len() == 1)).count(),
            7
        );
    }
}
