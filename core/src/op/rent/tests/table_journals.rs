//! Journals that somebody else wrote to before, for the table.

use super::world::{SERVER, id};
use crate::journal::{
    Blocked, Claim, Intent, Journal, JournalError, MemoryJournal, Record, Recorded, Resolution,
};
use crate::model::{OrderId, ServerId};
use crate::spending::{Check, Limits};

pub(super) fn live(journal: &MemoryJournal) -> Claim {
    let mut other = Intent::new(id("other"), "create_order");
    other.server = Some(ServerId::new(SERVER));
    match journal.record(Record::Intent(Box::new(other))) {
        Ok(Recorded::Claimed(claim)) => claim,
        other => panic!("{other:?}"),
    }
}

/// What a journal that has a live, or an ownerless, intent for the same server says.
pub(super) fn blocked(is_live: bool) -> Result<Recorded, JournalError> {
    let journal = MemoryJournal::new();
    let claim = live(&journal);
    if !is_live {
        drop(claim);
    }
    let mut intent = Intent::new(id("mine"), "create_order");
    intent.server = Some(ServerId::new(SERVER));
    match journal.record(Record::Intent(Box::new(intent))) {
        Ok(Recorded::Blocked(Blocked { live, ownerless, .. })) => {
            assert_eq!((live.len(), ownerless.len()), if is_live { (1, 0) } else { (0, 1) });
            Ok(Recorded::Blocked(Blocked { live, ownerless }))
        }
        other => panic!("{other:?}"),
    }
}

/// An order 3 on another server that the journal takes for open.
pub(super) fn earlier(journal: &MemoryJournal) {
    let mut intent = Intent::new(id("earlier"), "create_order");
    intent.server = Some(ServerId::new(6));
    let claim = journal.record(Record::Intent(Box::new(intent)));
    let resolution = Resolution::Placed { order: OrderId::new(3), inferred: false };
    let resolved = Record::Resolved { intent: id("earlier"), resolution, wall: None };
    assert!(matches!(journal.record(resolved), Ok(Recorded::Written)));
    drop(claim);
}

/// What a journal says to an intent that would pass a limit.
pub(super) fn limited() -> Result<Recorded, JournalError> {
    let mut intent = Intent::new(id("mine"), "create_order");
    intent.check = Check::new(Limits::new().max_open_orders(0));
    let said = MemoryJournal::new().record(Record::Intent(Box::new(intent)));
    assert!(matches!(said, Ok(Recorded::Limited(_))), "{said:?}");
    said
}
