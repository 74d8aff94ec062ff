//! Work with a rental over real sockets, against the sandbox's ledger.

use crate::Client;
use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::Error;
use clore_core::event::Cap;
use clore_core::model::Usd;
use clore_core::op::{
    AtEnd, CheapestEnd, EndCause, Fate, GuardHandle, GuardPolicy, RentCheapest, RentGuard, RentalEnd,
    WithRental, Within,
};
use clore_core::search::Filter;
use clore_core::spending::{Limits, OrderCaps};
use clore_sandbox::{Fault, Options, Server};
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// The sandbox's clock stands unless it is advanced, so what is billed is what a test says; machines boot at once.
fn sandbox(faults: &[&str]) -> (Server, Client) {
    let options = Options::new()
        .servers(60)
        .interval(Duration::ZERO)
        .create_window(Duration::ZERO)
        .boot(Duration::from_millis(1));
    let mut builder = Server::builder(options);
    for fault in faults {
        builder = builder.fault(Fault::parse(fault).unwrap());
    }
    let server = builder.start("127.0.0.1:0").unwrap();
    let client = crate::tests::client_at(&server.url(), server.key());
    (server, client)
}

fn cheapest() -> WithRental<RentCheapest> {
    let plan = RentCheapest::new(Filter::new(), |offer| CreateOrder::on_demand(offer, "img"));
    WithRental::new(plan).look_every(Duration::from_secs(1))
}

fn open(server: &Server) -> usize {
    server.ledger().iter().filter(|rental| rental.is_open()).count()
}

/// Looks until the guard says that the order is over or about to be.
fn until_over(guard: &RentGuard) -> Result<(), Error> {
    let begun = Instant::now();
    while !guard.is_over() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nobody ends it");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn ended<T, E>(end: RentalEnd<clore_core::op::RentedCheapest, T, E>) -> (Result<T, E>, EndCause, Fate) {
    match end {
        RentalEnd::Worked { work, end, .. } => (work, end.cause, end.fate),
        RentalEnd::NotRented(rented) => panic!("{rented:?}"),
    }
}

#[test]
fn the_order_is_cancelled_when_the_work_is_done_or_failed_and_kept_when_the_policy_says_so() {
    let (server, client) = sandbox(&[]);
    for (n, (policy, well, open_after)) in [
        (GuardPolicy::default(), true, 0),
        (GuardPolicy::default(), false, 0),
        (GuardPolicy::all(AtEnd::Keep).on_failure(AtEnd::Cancel), false, 0),
        (GuardPolicy::all(AtEnd::Keep), true, 1),
        (GuardPolicy::all(AtEnd::Keep), false, 2),
    ]
    .into_iter()
    .enumerate()
    {
        let end = client.with_rental(cheapest().policy(policy), |guard| {
            assert_eq!(server.ledger().last().unwrap().order_id, guard.order().number(), "the id is told");
            if well { Ok(()) } else { Err("work") }
        });
        let (work, cause, fate) = ended(end.unwrap());
        assert_eq!((work.is_ok(), cause == EndCause::Finished), (well, well));
        assert_eq!(fate == Fate::Cancelled, open_after == 0, "{fate:?}");
        assert_eq!((server.ledger().len(), open(&server)), (n + 1, open_after));
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there, as `WithRental` says")]
fn a_panic_of_the_work_cancels_the_order_and_goes_on() {
    let (server, client) = sandbox(&[]);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _ = client.with_rental(cheapest(), |_| -> Result<(), ()> { panic!("the work broke") });
    }));
    assert_eq!(*caught.unwrap_err().downcast::<&str>().unwrap(), "the work broke");
    assert_eq!((server.ledger().len(), open(&server)), (1, 0));
}

#[test]
fn an_interrupt_from_another_thread_cancels_while_the_work_goes_on() {
    let (server, client) = sandbox(&[]);
    let handle = GuardHandle::new();
    let rental = cheapest().policy(GuardPolicy::all(AtEnd::Keep).on_interrupt(AtEnd::Cancel));
    let end = client.with_rental(rental.handle(handle.clone()), |guard| {
        std::thread::scope(|scope| drop(scope.spawn(|| handle.interrupt())));
        until_over(guard)
    });
    let (_, cause, fate) = ended(end.unwrap());
    assert_eq!((cause, fate), (EndCause::Interrupted, Fate::Cancelled));
    assert_eq!((server.ledger().len(), open(&server)), (1, 0));
}

#[test]
fn a_machine_that_never_ran_is_cancelled_and_one_that_ran_is_kept() {
    for (boot, open_after) in [(Duration::from_secs(3_600), 0), (Duration::from_millis(1), 1)] {
        let options = Options::new().servers(60).interval(Duration::ZERO).boot(boot);
        let server = Server::start(options, "127.0.0.1:0").unwrap();
        let client = crate::tests::client_at(&server.url(), server.key());
        let rental = cheapest().policy(GuardPolicy::all(AtEnd::CancelIfNeverRan));
        let end = client.with_rental(rental, |_| {
            server.advance(Duration::from_secs(5));
            Err::<(), _>(())
        });
        let (_, cause, fate) = ended(end.unwrap());
        assert_eq!((cause, fate == Fate::Kept), (EndCause::Failed, open_after == 1), "{boot:?}");
        assert_eq!(open(&server), open_after);
    }
}

/// The service's clock leaps two hours; the guard reads it and ends the order, while the work goes on.
#[test]
fn caps_end_the_order_by_the_services_clock_while_the_work_goes_on() {
    let hours = Duration::from_secs(7_200);
    let hour = OrderCaps::new().runtime(Duration::from_secs(3_600));
    let loose = OrderCaps::new().runtime(Duration::from_secs(86_400));
    // Those of the rental, and those of its plan: the lower hold.
    for (caps, of_plan, cap) in [
        (hour, OrderCaps::new(), Cap::Runtime),
        (OrderCaps::new(), hour, Cap::Runtime),
        (loose, hour, Cap::Runtime),
        (hour, loose, Cap::Runtime),
        (OrderCaps::new().spend(Usd::ASSUMED_CREATION_FEE), OrderCaps::new(), Cap::Spend),
    ] {
        let (server, client) = sandbox(&[]);
        let plan = RentCheapest::new(Filter::new(), |offer| CreateOrder::on_demand(offer, "img"));
        let plan = Within::new(Limits::new(), plan.caps(of_plan));
        let rental = WithRental::new(plan).look_every(Duration::from_secs(1));
        let end = client.with_rental(rental.policy(GuardPolicy::all(AtEnd::Keep)).caps(caps), |guard| {
            server.advance(hours);
            until_over(guard)
        });
        let (_, cause, fate) = ended(end.unwrap());
        assert_eq!((cause, fate), (EndCause::Passed(cap), Fate::Cancelled), "{cap:?}");
        assert_eq!((server.ledger().len(), open(&server)), (1, 0));
    }
}

#[test]
fn a_cancel_that_no_list_confirms_is_told_with_the_order() {
    let (server, client) = {
        let options =
            Options::new().servers(60).interval(Duration::ZERO).end_lag(Duration::from_secs(1_000_000));
        let server = Server::start(options, "127.0.0.1:0").unwrap();
        let client = crate::tests::client_at(&server.url(), server.key());
        (server, client)
    };
    let end = client.with_rental(cheapest(), |_| Ok::<_, ()>(()));
    let RentalEnd::Worked { end, .. } = end.unwrap() else { panic!() };
    assert!(end.is_unconfirmed() && end.may_bill());
    assert_eq!(end.order.number(), server.ledger().last().unwrap().order_id);
}

#[test]
fn an_order_found_after_a_lost_answer_is_left_unless_that_was_allowed() {
    for (allowed, open_after) in [(false, 1), (true, 0)] {
        let (server, client) = sandbox(&["create_order=lose"]);
        let end = client.with_rental(cheapest().cancel_inferred(allowed), |guard| {
            assert!(guard.placed().inferred);
            Ok::<_, ()>(())
        });
        let RentalEnd::Worked { end, .. } = end.unwrap() else { panic!() };
        assert_eq!((end.is_unconfirmed(), open(&server)), (!allowed, open_after));
    }
}

#[test]
fn the_work_does_not_begin_when_nothing_is_rented() {
    let (server, client) = sandbox(&[]);
    let nothing = Filter::new().gpu("no such GPU");
    let plan = RentCheapest::new(nothing, |offer| CreateOrder::on_demand(offer, "img"));
    let end = client.with_rental(WithRental::new(plan), |_| -> Result<(), ()> { panic!("no work") }).unwrap();
    let RentalEnd::NotRented(rented) = end else { panic!() };
    assert_eq!((rented.end, server.ledger().len()), (CheapestEnd::Nothing, 0));
}

/// An observer that panics on the second thread: the caps hold and the cancel is sent all the same.
#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there, as `WithRental` says")]
fn an_order_is_ended_by_its_cap_although_the_observer_panics() {
    let (server, _) = sandbox(&[]);
    let settings = crate::tests::settings_at(&server.url(), server.key());
    let main = std::thread::current().id();
    let hears = move |_: &clore_core::event::Event| {
        assert_eq!(std::thread::current().id(), main, "an observer for one thread");
    };
    let client = Client::builder().settings(settings).observer(hears).build().unwrap();
    let hour = OrderCaps::new().runtime(Duration::from_secs(3_600));
    let end = client.with_rental(cheapest().policy(GuardPolicy::all(AtEnd::Keep)).caps(hour), |guard| {
        server.advance(Duration::from_secs(7_200));
        until_over(guard)
    });
    let (_, cause, fate) = ended(end.unwrap());
    assert_eq!((cause, fate), (EndCause::Passed(Cap::Runtime), Fate::Cancelled));
    assert_eq!((server.ledger().len(), open(&server)), (1, 0));
}

#[test]
fn who_interrupts_before_it_begins_rents_nothing() {
    let (server, client) = sandbox(&[]);
    let handle = GuardHandle::new();
    handle.interrupt();
    let end = client.with_rental(cheapest().handle(handle), |_| -> Result<(), ()> { panic!("no work") });
    assert!(end.unwrap_err().to_string().contains("nothing was sent"));
    assert!(server.ledger().is_empty());
}
