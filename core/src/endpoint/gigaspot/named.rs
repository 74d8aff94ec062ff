//! Lists of ids in an answer that succeeded in part: which were named, and whether the list can be trusted to be whole.

use crate::wire::envelope::Fields;
use crate::wire::number;
use std::collections::BTreeSet;

/// The ids that one list of an answer names.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Named {
    pub(super) ids: BTreeSet<u64>,
    /// The list was there and every entry of it was an id.
    pub(super) whole: bool,
}

impl Named {
    /// The list `key`; ids come as numbers, and were seen as texts in a sister call (api-facts 3.6).
    pub(super) fn read(fields: &Fields<'_>, key: &'static str) -> Self {
        let Ok(list) = fields.list(key) else { return Self::default() };
        let ids: Vec<Option<u64>> = list.into_iter().map(number::integer).collect();
        Self { whole: ids.iter().all(Option::is_some), ids: ids.into_iter().flatten().collect() }
    }

    /// As [`Named::read`], for a list that older answers do not have.
    pub(super) fn read_if_there(fields: &Fields<'_>, key: &'static str) -> Self {
        match fields.some(key) {
            None => Self { ids: BTreeSet::new(), whole: true },
            Some(_) => Self::read(fields, key),
        }
    }

    pub(super) fn has(&self, id: u64) -> bool {
        self.ids.contains(&id)
    }
}

/// The ids that lists name and nobody asked about, by number.
pub(super) fn not_asked(lists: &[&Named], asked: &BTreeSet<u64>) -> Vec<u64> {
    let named: BTreeSet<u64> = lists.iter().flat_map(|list| list.ids.iter().copied()).collect();
    named.difference(asked).copied().collect()
}

/// Whether `status`, which says "ok" beside code 0, is missing or says so.
pub(super) fn status_is_ok(fields: &Fields<'_>) -> bool {
    fields.some("status").is_none_or(|status| status.eq_ignore_ascii_case("\"ok\""))
}
