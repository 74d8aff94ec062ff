//! When a guard acts, and what it does when nothing can be read or confirmed.

use super::world::{Answered, Shown, World, has, hours, word};
use crate::event::{Cap, Event};
use crate::model::Usd;
use crate::op::rent::WhyBilling;
use crate::op::scripted::{at, seconds};
use crate::op::{AtEnd, EndCause, Fate, GuardPolicy};
use crate::spending::OrderCaps;

fn keep() -> GuardPolicy {
    GuardPolicy::all(AtEnd::Keep)
}

#[test]
fn the_runtime_cap_holds_to_the_second_although_nothing_can_be_read() {
    for shown in [Shown::Running, Shown::Absent] {
        let mut world = World::new(Answered::WithId, shown);
        let caps = OrderCaps::new().runtime(hours(2));
        let (end, run) = world.guard(|guard| guard.policy(keep()).caps(caps), vec![]);
        assert_eq!(end.cause, EndCause::Passed(Cap::Runtime));
        let ended = world.cancels.first().unwrap().since_origin();
        // Seen, it counts from its creation at 2 s; unseen, from when the guard began at 10 s.
        let due = if shown == Shown::Running { hours(2) + seconds(2) } else { hours(2) + seconds(10) };
        assert!(ended >= due && ended <= due + seconds(3), "{shown:?} {ended:?}");
        assert!(run.logged("CapPassed").unwrap() < run.logged("OrderCancelled").unwrap());
    }
}

/// Rent.md, "automatic cancel": judged by a reading at the end of grace, which is now for an old order.
#[test]
fn an_order_found_by_reading_is_cancelled_only_when_it_is_seen_alone() {
    for (answered, allowed, another, sure) in [
        (Answered::WithoutId, false, false, true),
        (Answered::WithoutId, false, true, false),
        (Answered::Lost, true, false, true),
        (Answered::Lost, true, true, false),
        (Answered::Lost, false, false, false),
    ] {
        let mut world = World::new(answered, Shown::Running);
        world.another = another;
        let words = vec![word(5_000, |handle, _| handle.finish(true))];
        let (end, run) = world.guard(|guard| guard.cancel_inferred(allowed), words);
        assert_eq!(end.may_bill(), !sure, "{answered:?} {allowed} {another}");
        assert_eq!(end.is_unconfirmed(), !sure);
        assert_eq!(has(&run, |event| matches!(event, Event::OrderStillBilling { .. })), !sure);
        assert_eq!(world.cancels.len(), usize::from(sure));
        if sure {
            assert!(world.cancels.first().unwrap().since(at(5_000)) < seconds(10), "no second grace");
        }
    }
}

#[test]
fn a_young_order_found_by_reading_is_judged_at_the_end_of_grace() {
    let mut world = World::new(Answered::WithoutId, Shown::Running);
    let (end, _) = world.guard(|guard| guard, vec![word(12, |handle, _| handle.finish(false))]);
    assert_eq!(end.fate, Fate::Cancelled);
    assert!(world.cancels.first().unwrap().since_origin() >= seconds(60));
}

#[test]
fn a_cancel_that_is_not_confirmed_is_told_and_sent_again_while_the_work_goes_on() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    world.cancel_works = false;
    let caps = OrderCaps::new().runtime(seconds(600));
    let words = vec![word(2_000, |_, world| world.cancel_works = true)];
    let (end, run) = world.guard(|guard| guard.policy(keep()).caps(caps), words);
    assert_eq!((end.fate, end.cause), (Fate::Cancelled, EndCause::Passed(Cap::Runtime)));
    assert!(world.cancels.len() > 4);
    assert!(has(&run, |event| matches!(event, Event::OrderStillBilling { .. })));
}

#[test]
fn a_cancel_that_is_not_confirmed_when_the_work_has_ended_is_an_end_to_look_at() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    world.cancel_works = false;
    let (end, run) = world.guard(|guard| guard, vec![word(700, |handle, _| handle.finish(true))]);
    assert!(end.is_unconfirmed() && end.may_bill());
    assert!(matches!(end.fate, Fate::StillBilling(WhyBilling::Unconfirmed(_))));
    assert!(has(&run, |event| matches!(event, Event::OrderStillBilling { .. })));
}

#[test]
fn a_cap_that_passes_while_nothing_can_be_read_is_tried_until_a_reading_shows_the_order_alone() {
    let mut world = World::new(Answered::WithoutId, Shown::Dark);
    let caps = OrderCaps::new().runtime(seconds(600));
    let words = vec![word(1_500, |_, world| world.shown = Shown::Running)];
    let (end, _) = world.guard(|guard| guard.policy(keep()).caps(caps), words);
    assert_eq!((end.fate, end.cause), (Fate::Cancelled, EndCause::Passed(Cap::Runtime)));
    assert!(world.cancels.first().unwrap().since_origin() >= seconds(1_500));
}

#[test]
fn a_cancel_that_is_not_confirmed_is_sent_again_for_the_grace_time_after_the_work() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    world.cancel_works = false;
    let words =
        vec![word(700, |handle, _| handle.finish(true)), word(770, |_, world| world.cancel_works = true)];
    let (end, _) = world.guard(|guard| guard, words);
    assert_eq!(end.fate, Fate::Cancelled);
}

#[test]
fn a_machine_that_bills_while_it_starts_has_never_run() {
    let mut world = World::new(Answered::WithId, Shown::Creating);
    world.spend = "0.01";
    let words = vec![word(200, |handle, _| handle.finish(false))];
    let (end, _) = world.guard(|guard| guard.policy(GuardPolicy::all(AtEnd::CancelIfNeverRan)), words);
    assert_eq!((end.fate, world.cancels.len()), (Fate::Cancelled, 1));
}

#[test]
fn an_interrupt_that_keeps_the_order_does_not_end_its_caps() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    let caps = OrderCaps::new().runtime(hours(1));
    let words = vec![word(100, |handle, _| handle.interrupt())];
    let (end, _) = world.guard(|guard| guard.policy(keep()).caps(caps), words);
    assert_eq!((end.cause, end.fate), (EndCause::Passed(Cap::Runtime), Fate::Cancelled));
}

#[test]
fn an_order_that_is_not_listed_yet_has_never_run() {
    let policy = GuardPolicy::all(AtEnd::CancelIfNeverRan);
    for (when, kept) in [(30, false), (300, true)] {
        let mut world = World::new(Answered::WithId, Shown::Absent);
        let words =
            vec![word(when, |handle, _| handle.interrupt()), word(400, |handle, _| handle.finish(true))];
        let (end, _) = world.guard(|guard| guard.policy(policy), words);
        assert_eq!(end.fate == Fate::KeptUnread, kept, "{when}");
        assert_eq!(world.cancels.is_empty(), kept);
    }
}

#[test]
fn an_order_that_ran_once_has_run() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    let policy = GuardPolicy::all(AtEnd::CancelIfNeverRan);
    let words = vec![
        word(100, |_, world| world.shown = Shown::Creating),
        word(200, |handle, _| handle.finish(false)),
    ];
    let (end, _) = world.guard(|guard| guard.policy(policy), words);
    assert_eq!(end.fate, Fate::Kept);
}

#[test]
fn a_spend_cap_that_cannot_be_measured_is_told_once() {
    let mut world = World::new(Answered::WithId, Shown::Dark);
    let caps = OrderCaps::new().spend(Usd::new(1.into()).unwrap());
    let words = vec![word(5_000, |handle, _| handle.finish(true))];
    let (end, run) = world.guard(|guard| guard.policy(keep()).caps(caps), words);
    assert_eq!(end.fate, Fate::Kept);
    let told = run.events.iter().filter(|event| matches!(event, Event::CapNotMeasured { .. })).count();
    assert_eq!(told, 1);
}

#[test]
fn the_services_spend_counts_where_it_is_more_than_price_and_time() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    world.spend = "4.99";
    let caps = OrderCaps::new().spend(Usd::new(5.into()).unwrap());
    let words = vec![word(1_000, |_, world| world.spend = "5")];
    let (end, _) = world.guard(|guard| guard.policy(keep()).caps(caps), words);
    assert_eq!(end.cause, EndCause::Passed(Cap::Spend));
    let ended = world.cancels.first().unwrap().since_origin();
    assert!(ended > seconds(1_000) && ended < seconds(1_100), "not after five hours: {ended:?}");
}
