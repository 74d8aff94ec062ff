//! The handle: what is said to a guard, and what it says.

use super::world::{Answered, Shown, World, word};
use crate::model::{OrderId, ServerId};
use crate::op::guard::RentPlan;
use crate::op::guard::word::Work;
use crate::op::rent::{Rent, RentOutcome};
use crate::op::scripted::{Next, Run, at, session, settings};
use crate::op::{AtEnd, EndCause, Fate, GuardHandle, GuardPolicy, PlacedAlready, RentCheapest, WithRental};
use crate::search::Filter;
use crate::spending::OrderCaps;
use core::task::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
struct Count(AtomicUsize);

impl std::task::Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A guard that sleeps for 30 s would else hear an interrupt so much later.
#[test]
fn every_word_wakes_who_listens_and_the_first_word_on_the_work_holds() {
    let handle = GuardHandle::new();
    handle.interrupt();
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    handle.listen(Waker::from(first.clone()));
    handle.listen(Waker::from(second.clone()));
    let woken = |count: &Arc<Count>| count.0.load(Ordering::SeqCst);
    handle.interrupt();
    assert_eq!((woken(&first), woken(&second)), (0, 1), "the last one counts");
    assert_eq!(handle.work(), Work::Going);
    handle.finish(false);
    assert_eq!((woken(&second), handle.work()), (2, Work::Failed));
    handle.finish(true);
    assert_eq!(handle.work(), Work::Failed);
}

#[test]
fn work_is_told_to_stop_once_the_order_is_to_end() {
    let mut world = World::new(Answered::WithId, Shown::Running);
    let handles = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let keep = handles.clone();
    let words = vec![
        word(50, move |handle, _| {
            assert!(!handle.is_over(), "nothing has ended yet");
            keep.borrow_mut().push(handle.clone());
        }),
        word(100, |handle, _| handle.interrupt()),
    ];
    let (end, _) = world.guard(|guard| guard.policy(GuardPolicy::all(AtEnd::Cancel)), words);
    assert_eq!((end.cause, end.fate), (EndCause::Interrupted, Fate::Cancelled));
    assert!(handles.borrow().iter().all(GuardHandle::is_over));
}

#[test]
fn what_the_work_is_given_speaks_for_its_guard() {
    let placed = World::new(Answered::WithId, Shown::Running).placed();
    let told = Rent::placed(&RentOutcome::Placed(placed.clone()));
    assert_eq!(told, Some((placed.clone(), None)), "an order that was placed is guarded");
    let handle = GuardHandle::new();
    let order = crate::endpoint::create_order::CreateOrder::on_demand(ServerId::new(5), "img");
    let (_, rental) = WithRental::new(Rent::new(order)).handle(handle.clone()).guard(placed, None);
    assert_eq!((rental.order(), rental.server()), (OrderId::new(9), ServerId::new(5)));
    assert!(!rental.is_over() && !handle.is_interrupted());
    rental.interrupt();
    assert!(handle.is_interrupted());
    rental.handle().set_over();
    assert!(rental.is_over() && rental.handle().is_over());
}

#[test]
fn a_second_run_by_the_same_handle_finds_its_work_going_and_hears_its_interrupts() {
    let placed = World::new(Answered::WithId, Shown::Running).placed();
    let handle = GuardHandle::new();
    let order = crate::endpoint::create_order::CreateOrder::on_demand(ServerId::new(5), "img");
    let rental = WithRental::new(Rent::new(order)).handle(handle.clone());
    let (_, first) = rental.guard(placed.clone(), None);
    let counts = (Arc::new(Count::default()), Arc::new(Count::default()));
    first.handle().listen(Waker::from(counts.0.clone()));
    first.handle().finish(true);
    first.handle().set_over();
    let (_, second) = rental.clone().guard(placed, None);
    assert_eq!((first.handle().work(), second.handle().work()), (Work::Done, Work::Going));
    assert!(first.is_over() && !second.is_over());
    second.handle().listen(Waker::from(counts.1.clone()));
    let before = counts.0.0.load(Ordering::SeqCst);
    handle.interrupt();
    let woken = (counts.0.0.load(Ordering::SeqCst) - before, counts.1.0.load(Ordering::SeqCst));
    assert_eq!(woken, (1, 1), "two at once are both woken");
    assert!(first.handle().is_interrupted() && second.handle().is_interrupted());
}

/// `clore run --order`: what was placed before is guarded like what is placed now.
#[test]
fn an_order_that_is_there_already_is_handed_over_and_nothing_is_sent() {
    let placed = World::new(Answered::WithId, Shown::Running).placed();
    let hour = OrderCaps::new().runtime(core::time::Duration::from_secs(3_600));
    let plan = PlacedAlready::new(placed.clone()).with_caps(hour);
    assert_eq!(plan.written_caps(), OrderCaps::new(), "its intent was written without them");
    let mut run = Run::new(&settings(&session(), 3), plan, at(1));
    let Next::Done(Ok(told)) = run.step() else { panic!("it asks for something") };
    assert_eq!((PlacedAlready::placed(&told), run.asked.len()), (Some((placed, None)), 0));
}

#[test]
fn a_rental_is_guarded_and_rented_by_the_lower_of_its_caps_and_its_plans() {
    let cap = |hours: u64| OrderCaps::new().runtime(core::time::Duration::from_secs(3_600 * hours));
    let order = crate::endpoint::create_order::CreateOrder::on_demand(ServerId::new(5), "img");
    for (own, plans) in [(2, 3), (3, 2)] {
        let rental = WithRental::new(Rent::new(order.clone()).caps(cap(plans))).caps(cap(own));
        assert_eq!(rental.plan().written_caps(), cap(2));
    }
    let cheapest = RentCheapest::new(Filter::new(), |offer| {
        crate::endpoint::create_order::CreateOrder::on_demand(offer, "img")
    });
    let rental = WithRental::new(cheapest.caps(cap(3))).caps(cap(2));
    assert_eq!(rental.plan().written_caps(), cap(2));
    assert!(!rental.is_interrupted());
    let handle = GuardHandle::new();
    let rental = rental.handle(handle.clone());
    handle.interrupt();
    assert!(rental.is_interrupted(), "nothing is rented any more");
}
