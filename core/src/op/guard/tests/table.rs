//! The guard's table, generated from what happens × policy × what is known of the order × how it was placed, against
//! an expectation written down by itself.

use super::world::{Answered, Shown, World, hours, word};
use crate::event::Cap;
use crate::op::rent::WhyBilling;
use crate::op::{AtEnd, EndCause, Fate, GuardPolicy};
use crate::spending::OrderCaps;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Happens {
    Done,
    Failed,
    /// Interrupted, and the work ends much later.
    Interrupted,
    /// Interrupted after the work had ended in the meantime of a look.
    InterruptedAtTheEnd,
    RuntimeCap,
    SpendCap,
    Over,
}

use Happens::{Done, Failed, Interrupted, InterruptedAtTheEnd, Over, RuntimeCap, SpendCap};

/// What must become of the order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Cancelled,
    Kept,
    KeptUnread,
    /// Over without a cancel.
    EndedItself,
    /// To be ended, and not allowed to.
    Unanswered,
    /// To be ended, and the readings that would allow it cannot be had.
    NotRead,
}

fn expected(happens: Happens, at_end: AtEnd, shown: Shown, answered: Answered) -> Expected {
    if shown == Shown::Expired || happens == Over {
        return Expected::EndedItself;
    }
    let ends = match (happens, at_end, shown) {
        (RuntimeCap | SpendCap, ..) | (_, AtEnd::Cancel, _) => true,
        (_, AtEnd::Keep, _) => return Expected::Kept,
        (_, AtEnd::CancelIfNeverRan, Shown::Creating) => true,
        (_, AtEnd::CancelIfNeverRan, Shown::Running) => return Expected::Kept,
        (_, AtEnd::CancelIfNeverRan, _) => return Expected::KeptUnread,
    };
    assert!(ends);
    match (answered, shown) {
        (Answered::Lost, _) => Expected::Unanswered,
        // Nothing can be judged in the dark. A row that was seen once needs only to have been alone.
        (Answered::WithoutId, Shown::Dark) => Expected::NotRead,
        _ => Expected::Cancelled,
    }
}

#[test]
fn every_cell_of_the_guards_table_ends_as_it_must() {
    let mut cells = 0;
    for happens in [Done, Failed, Interrupted, InterruptedAtTheEnd, RuntimeCap, SpendCap, Over] {
        for at_end in [AtEnd::Keep, AtEnd::Cancel, AtEnd::CancelIfNeverRan] {
            for shown in [Shown::Creating, Shown::Running, Shown::Expired, Shown::Dark, Shown::Absent] {
                for answered in [Answered::WithId, Answered::WithoutId, Answered::Lost] {
                    cell(happens, at_end, shown, answered);
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 7 * 3 * 5 * 3);
}

fn cell(happens: Happens, at_end: AtEnd, shown: Shown, answered: Answered) {
    let name = format!("{happens:?} {at_end:?} {shown:?} {answered:?}");
    let mut world = World::new(answered, shown);
    // Only the policy of what happens says so; the others would do the opposite.
    let opposite = if at_end == AtEnd::Keep { AtEnd::Cancel } else { AtEnd::Keep };
    let policy = GuardPolicy::all(opposite);
    let policy = match happens {
        Done => policy.on_end(at_end),
        Failed => policy.on_failure(at_end),
        Interrupted | InterruptedAtTheEnd => policy.on_interrupt(at_end),
        RuntimeCap | SpendCap | Over => GuardPolicy::all(at_end),
    };
    let caps = match happens {
        RuntimeCap => OrderCaps::new().runtime(hours(1)),
        SpendCap => OrderCaps::new().spend(crate::model::Usd::new(1.into()).unwrap()),
        _ => OrderCaps::new(),
    };
    let words = match happens {
        Done => vec![word(700, |handle, _| handle.finish(true))],
        Failed => vec![word(700, |handle, _| handle.finish(false))],
        Interrupted => {
            vec![word(700, |handle, _| handle.interrupt()), word(9_000, |handle, _| handle.finish(true))]
        }
        InterruptedAtTheEnd => vec![word(700, |handle, _| {
            handle.finish(true);
            handle.interrupt();
        })],
        RuntimeCap | SpendCap => vec![word(9_000, |handle, _| handle.finish(true))],
        Over => vec![word(700, |_, world| world.shown = Shown::Expired)],
    };
    let cost = crate::model::CostEstimate::new(crate::model::Kind::OnDemand, crate::model::Coin::Usd)
        .usd_per_hour("1".parse().unwrap());
    let (end, _) = world.guard(|guard| guard.policy(policy).caps(caps).cost(cost), words);
    let found = match &end.fate {
        Fate::Kept => Expected::Kept,
        Fate::KeptUnread => Expected::KeptUnread,
        Fate::Over => Expected::EndedItself,
        Fate::Cancelled => Expected::Cancelled,
        Fate::StillBilling(WhyBilling::Unanswered) => Expected::Unanswered,
        Fate::StillBilling(WhyBilling::NotRead) => Expected::NotRead,
        Fate::StillBilling(WhyBilling::NotSure(_) | WhyBilling::Unconfirmed(_)) => panic!("{name}: {end:?}"),
    };
    assert_eq!(found, expected(happens, at_end, shown, answered), "{name}: {end:?}");
    assert_eq!(world.cancels.is_empty(), found != Expected::Cancelled, "{name}");
    let cause = match happens {
        _ if shown == Shown::Expired || happens == Over => EndCause::OrderOver,
        Done => EndCause::Finished,
        Failed => EndCause::Failed,
        Interrupted | InterruptedAtTheEnd => EndCause::Interrupted,
        RuntimeCap => EndCause::Passed(Cap::Runtime),
        SpendCap => EndCause::Passed(Cap::Spend),
        Over => EndCause::OrderOver,
    };
    assert_eq!(end.cause, cause, "{name}");
}
