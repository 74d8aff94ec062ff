//! What ends a guard because the order is over: only what certainly ends its bill.

use super::world::{Answered, Shown, World, has, word};
use crate::event::Event;
use crate::model::order::StatusContext;
use crate::model::{Order, Usd};
use crate::op::guard::machine::is_over;
use crate::op::rent::AutoCancel;
use crate::op::scripted::{at, seconds, session, settings};
use crate::op::{AtEnd, EndCause, Fate, Guard, GuardHandle, GuardPolicy, Operation, Plan};
use crate::spending::OrderCaps;

#[test]
fn a_word_that_is_only_likely_does_not_end_the_bill_of_a_guarded_order() {
    let order = |rest: &str| Order::decode(format!(r#"{{"id":9,"si":5{rest}}}"#).as_bytes()).unwrap();
    for (rest, over) in [
        (r#","expired":true"#, true),
        (r#","expired":true,"status":"running""#, true),
        (r#","status":"cancelled""#, true),
        (r#","status":"terminated""#, true),
        (r#","status":"failed""#, false),
        (r#","status":"outbid""#, false),
        (r#","status":"completed""#, false),
        (r#","status":"running""#, false),
        (r#","status":"hibernating""#, false),
        ("", false),
    ] {
        assert_eq!(is_over(&order(rest)), over, "{rest}");
        // A complete active list lacks it.
        let left = order(rest).judged(&StatusContext::new().left_active_list(true));
        let said = ["failed", "outbid", "completed"].iter().any(|word| rest.contains(word));
        assert_eq!(is_over(&left), over || !said, "{rest}: by its word, or by the list");
    }
}

#[test]
fn one_look_that_fails_is_not_told_as_a_cap_that_is_not_measured() {
    let mut world = World::new(Answered::WithId, Shown::Dark);
    let caps = OrderCaps::new().spend(Usd::new(1.into()).unwrap());
    let words =
        vec![word(12, |_, world| world.shown = Shown::Running), word(500, |handle, _| handle.finish(true))];
    let policy = GuardPolicy::all(AtEnd::Keep);
    let (_, run) = world.guard(|guard| guard.policy(policy).caps(caps), words);
    assert!(!has(&run, |event| matches!(event, Event::CapNotMeasured { .. })));
}

/// The service is not hammered with cancels that it does not confirm.
#[test]
fn after_a_cancel_that_is_not_confirmed_there_is_a_pause() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    world.cancel_works = false;
    let caps = OrderCaps::new().runtime(seconds(600));
    let words = vec![word(1_200, |_, world| world.cancel_works = true)];
    let _ = world.guard(|guard| guard.policy(GuardPolicy::all(AtEnd::Keep)).caps(caps), words);
    // Each is sent, sent once more after 20 s, and looked for until 60 s; then 30 s pass.
    let third = world.cancels[2].since(world.cancels[0]);
    assert!(third >= seconds(89) && third < seconds(100), "{:?}", world.cancels);
}

#[test]
fn a_guard_and_an_automatic_cancel_say_their_names() {
    let placed = World::new(Answered::WithId, Shown::Running).placed();
    let settings = settings(&session(), 3);
    let cancel = AutoCancel::new(placed.clone()).begin(&settings, at(10));
    assert_eq!(cancel.name(), "auto_cancel");
    assert_eq!(Guard::new(placed, GuardHandle::new()).begin(&settings, at(10)).name(), "guard");
}

/// What was seen running once is not cancelled as "never ran" because a list lacks it later.
#[test]
fn an_order_that_ran_is_kept_although_the_lists_lack_it_now() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    let words = vec![
        word(20, |_, world| world.shown = Shown::Absent),
        word(30, |handle, _| handle.interrupt()),
        word(400, |handle, _| handle.finish(true)),
    ];
    let policy = GuardPolicy::all(AtEnd::CancelIfNeverRan);
    let (end, _) = world.guard(|guard| guard.policy(policy), words);
    assert_eq!((end.fate, world.cancels.len()), (Fate::Kept, 0));
}

/// The active list may lag behind the other one: an order that was just placed is not given up for that.
#[test]
fn a_new_order_that_only_the_list_of_completed_ones_has_is_not_over() {
    let mut world = World::new(Answered::WithId, Shown::CompletedOnly);
    let words =
        vec![word(65, |_, world| world.shown = Shown::Running), word(200, |handle, _| handle.finish(true))];
    let (end, _) = world.guard(|guard| guard, words);
    assert_eq!((end.fate, end.cause, world.cancels.len()), (Fate::Cancelled, EndCause::Finished, 1));
    // Whatever its dates say.
    let mut world = World::new(Answered::WithId, Shown::CompletedOnly);
    world.created = -90_000;
    let words = vec![word(65, |handle, _| handle.finish(true))];
    let (end, _) = world.guard(|guard| guard, words);
    assert_eq!((end.fate, end.cause, world.cancels.len()), (Fate::Cancelled, EndCause::Finished, 1));
    // Once every list must know it, it is over.
    let mut world = World::new(Answered::WithId, Shown::CompletedOnly);
    let words = vec![word(200, |handle, _| handle.finish(true))];
    let (end, _) = world.guard(|guard| guard, words);
    assert_eq!((end.fate, end.cause, world.cancels.len()), (Fate::Over, EndCause::OrderOver, 0));
}

/// In one answer, or in every row: the order was placed by this program, so its age is bounded.
#[test]
fn an_odd_date_does_not_end_the_rental() {
    for (from, to, created) in [(40, 41, 2), (15, 100, 2), (1_000, 1_001, -90_000)] {
        let mut world = World::new(Answered::WithId, Shown::Running);
        world.created = created;
        let ahead = if to - from > 1 { 0 } else { 36_000 };
        let words = vec![
            word(from, move |_, world| world.ahead = ahead),
            word(to, |_, world| world.ahead = 0),
            word(2_000, |handle, _| handle.finish(true)),
        ];
        let policy = GuardPolicy::all(AtEnd::Keep);
        let caps = OrderCaps::new().runtime(seconds(3_600));
        let (end, run) = world.guard(|guard| guard.policy(policy).caps(caps), words);
        assert_eq!((end.fate, world.cancels.len()), (Fate::Kept, 0), "{from} {created}");
        assert!(!has(&run, |event| matches!(event, Event::CapPassed { .. })));
    }
}

/// Its row in the list with completed ones says that it runs: it may have, whatever the active list lacks.
#[test]
fn a_new_order_that_the_active_list_lacks_is_not_cancelled_as_one_that_never_ran() {
    let mut world = World::new(Answered::WithId, Shown::CompletedOnly);
    let words = vec![word(30, |handle, _| handle.finish(true))];
    let (end, _) = world.guard(|guard| guard.policy(GuardPolicy::all(AtEnd::CancelIfNeverRan)), words);
    assert_eq!((end.fate, world.cancels.len()), (Fate::KeptUnread, 0));
}

/// Reliability O4: a cancel is idempotent, and a reading tells what became of it.
#[test]
fn a_cancel_whose_answers_are_lost_is_confirmed_by_the_lists() {
    for (works, fate) in [(true, true), (false, false)] {
        let mut world = World::new(Answered::WithId, Shown::Running);
        (world.cancel_breaks, world.cancel_works) = (true, works);
        let words = vec![word(100, |handle, _| handle.finish(true))];
        let (end, _) = world.guard(|guard| guard, words);
        assert_eq!(end.fate == Fate::Cancelled, fate, "{:?}", end.fate);
        assert_eq!(end.may_bill(), !fate);
    }
}

/// The looks of the guard are dark; the one at the end of the work is not.
#[test]
fn what_the_reading_at_the_end_shows_decides_whether_an_order_that_never_ran_is_cancelled() {
    for (shown, fate) in
        [(Shown::Running, Fate::Kept), (Shown::Expired, Fate::Over), (Shown::Creating, Fate::Cancelled)]
    {
        let is_cancelled = fate == Fate::Cancelled;
        let mut world = World::new(Answered::WithId, Shown::Dark);
        let words = vec![word(95, move |handle, world| {
            world.shown = shown;
            handle.finish(true);
        })];
        let (end, _) = world.guard(|guard| guard.policy(GuardPolicy::all(AtEnd::CancelIfNeverRan)), words);
        assert_eq!((end.cause, end.fate), (EndCause::Finished, fate), "{shown:?}");
        assert_eq!(world.cancels.is_empty(), !is_cancelled);
    }
}
