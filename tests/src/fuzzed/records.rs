//! Lines of a journal: what was written is read as it was, and replaying never panics nor forgets.

use clore_core::journal::{Header, Line, Record, Scope, State};
use std::collections::BTreeSet;

/// Lines of text, as a file that somebody else wrote.
pub fn journal(bytes: &[u8]) {
    let Ok(text) = core::str::from_utf8(bytes) else { return };
    let mut state = State::new();
    let (mut begun, mut resolved) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let _ = Header::parse(line);
        let Ok(line) = Line::parse(line) else { continue };
        let written = line.to_text().expect("what was read can be written");
        assert_eq!(Line::parse(&written).as_ref(), Ok(&line), "{written}");
        match &line.record {
            Record::Intent(intent) | Record::Renew(intent) => {
                begun.insert((line.scope.clone(), intent.id.clone()));
            }
            Record::Resolved { intent, .. } => {
                resolved.insert(intent.clone());
            }
            _ => {}
        }
        state.apply(line);
    }
    // Whatever the lines say: an intent that no line resolves is open.
    for (scope, id) in begun {
        let view = state.view(&Scope::new(scope.base_url(), scope.key_tag()), &|_| false);
        if !resolved.contains(&id) {
            assert!(view.intent(&id).is_some(), "{id} was forgotten");
        }
        for known in view.orders() {
            assert_eq!(view.attributed_to(known.order), Some(&known.intent));
        }
    }
}
