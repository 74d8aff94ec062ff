//! The gate under every interleaving of two or three threads. Only with `--cfg loom`: see the README, "Longer checks".
//!
//! Time stands still and nothing has a gap, so whoever may not go can only be woken: a wake-up that is lost is a
//! deadlock, which loom reports. Where spacing is strict, a second request in flight is a spacing that was beaten.
#![cfg(loom)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clore_core::call::Call;
use clore_core::config::Config;
use clore_core::effect::Lane;
use clore_core::endpoint::wallets::Wallets;
use clore_core::op::{Plan, Settings, Single, Step};
use clore_core::pacer::{Feedback, Gate, Grant, Pacing, Ticket, Turn};
use clore_core::secret::Secret;
use clore_core::session::Session;
use clore_core::time::Moment;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use core::time::Duration;
use loom::future::block_on;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

const NOW: Moment = Moment::ORIGIN;

/// Everything may go at once.
fn free() -> Pacing {
    Pacing::default().interval(Duration::ZERO).create_gap(Duration::ZERO)
}

/// One at a time: the next when the answer of the one before is there, and never without it.
fn one_at_a_time() -> Pacing {
    free().strict(Duration::MAX, Duration::MAX).always_strict(true)
}

struct World {
    gate: Gate,
    in_flight: AtomicUsize,
    went: AtomicUsize,
}

impl World {
    fn new(pacing: Pacing) -> Arc<Self> {
        Arc::new(Self { gate: Gate::new(pacing), in_flight: AtomicUsize::new(0), went: AtomicUsize::new(0) })
    }

    fn queue(&self, lane: Lane) -> Ticket {
        self.gate.enqueue(lane, NOW).unwrap()
    }

    /// Sleeps until woken, as often as it takes.
    fn turn(&self, ticket: &Ticket) -> Grant {
        block_on(poll_fn(|context| match self.gate.poll(ticket, NOW, context.waker()) {
            Turn::Go(grant) => Poll::Ready(grant),
            Turn::Until(..) | Turn::Behind => Poll::Pending,
        }))
    }

    fn request(&self, ticket: &Ticket) {
        let grant = self.turn(ticket);
        assert_eq!(self.in_flight.fetch_add(1, SeqCst), 0, "two at once");
        self.went.fetch_add(1, SeqCst);
        self.in_flight.fetch_sub(1, SeqCst);
        self.gate.settle(grant, NOW, Feedback::Answered);
    }
}

/// All interleavings of two threads; of three those with at most three pre-emptions.
fn model(threads: usize, run: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = (threads > 2).then_some(3);
    builder.check(run);
}

#[test]
fn two_that_queue_at_once_both_go_one_at_a_time() {
    for lane in [Lane::Normal, Lane::Create] {
        model(2, move || {
            let world = World::new(one_at_a_time());
            let other = Arc::clone(&world);
            let thread = thread::spawn(move || other.request(&other.queue(lane)));
            world.request(&world.queue(lane));
            thread.join().unwrap();
            assert_eq!((world.went.load(SeqCst), world.gate.waiting().total()), (2, 0));
        });
    }
}

#[test]
fn three_in_a_lane_all_go_one_at_a_time() {
    model(3, || {
        let world = World::new(one_at_a_time());
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (other, ticket) = (Arc::clone(&world), world.queue(Lane::Normal));
                thread::spawn(move || other.request(&ticket))
            })
            .collect();
        world.request(&world.queue(Lane::Normal));
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(world.went.load(SeqCst), 3);
    });
}

/// The one in the middle goes away: never polled, or polled, and woken by then or not.
#[test]
fn who_goes_away_wakes_the_one_behind() {
    for polls in [false, true] {
        model(3, move || {
            let world = World::new(one_at_a_time());
            let (first, second, third) =
                (world.queue(Lane::Normal), world.queue(Lane::Normal), world.queue(Lane::Normal));
            let (a, b) = (Arc::clone(&world), Arc::clone(&world));
            let goes = thread::spawn(move || a.request(&first));
            let leaves = thread::spawn(move || {
                let turn = if polls { b.gate.poll(&second, NOW, Waker::noop()) } else { Turn::Behind };
                match turn {
                    Turn::Go(grant) => b.gate.cancel(b.gate.give_back(grant)),
                    Turn::Until(..) | Turn::Behind => b.gate.cancel(second),
                }
            });
            world.request(&third);
            goes.join().unwrap();
            leaves.join().unwrap();
            assert_eq!((world.went.load(SeqCst), world.gate.waiting().total()), (2, 0));
        });
    }
}

#[test]
fn a_turn_that_comes_back_is_somebody_else_s() {
    for unsent in [false, true] {
        model(2, move || {
            let world = World::new(one_at_a_time());
            let (first, second) = (world.queue(Lane::Normal), world.queue(Lane::Normal));
            let other = Arc::clone(&world);
            let thread = thread::spawn(move || {
                let grant = other.turn(&first);
                if unsent {
                    other.gate.settle(grant, NOW, Feedback::Unsent);
                } else {
                    let ticket = other.gate.give_back(grant);
                    other.request(&ticket);
                }
            });
            world.request(&second);
            thread.join().unwrap();
            assert_eq!(world.gate.waiting().total(), 0);
        });
    }
}

/// An owner that is dropped has no clock: what it abandons ends when the time is next seen, so somebody must look.
#[test]
fn an_abandoned_create_wakes_the_next() {
    model(2, || {
        let world = World::new(free());
        let (first, second) = (world.queue(Lane::Create), world.queue(Lane::Create));
        let other = Arc::clone(&world);
        let thread = thread::spawn(move || {
            let grant = other.turn(&first);
            other.gate.abandon(grant);
        });
        world.request(&second);
        thread.join().unwrap();
    });
}

/// A task that moved polls with another waker: the new one is woken.
#[test]
fn the_waker_of_the_last_poll_is_woken() {
    model(2, || {
        let world = World::new(one_at_a_time());
        let (first, second) = (world.queue(Lane::Normal), world.queue(Lane::Normal));
        let other = Arc::clone(&world);
        let thread = thread::spawn(move || other.request(&first));
        if let Turn::Go(grant) = world.gate.poll(&second, NOW, Waker::noop()) {
            world.gate.settle(grant, NOW, Feedback::Answered);
        } else {
            world.request(&second);
        }
        thread.join().unwrap();
    });
}

fn wallets(session: &Session) -> Call<Single<Wallets>> {
    Call::new(session, Wallets.begin(&Settings::new(session, None, [7; 32]), NOW))
}

fn flies(call: &mut Call<Single<Wallets>>) {
    block_on(poll_fn(|context| match call.poll(NOW, context.waker()) {
        Step::Send(_) => Poll::Ready(()),
        Step::Wait(_) => Poll::Pending,
        other => panic!("{other:?}"),
    }));
}

/// Whole calls: one is dropped before its first poll, in the queue or in flight; the other gets its turn.
#[test]
fn a_dropped_call_stops_nobody() {
    for point in 0..3 {
        model(2, move || {
            let config = Config::builder().key(Secret::new("key")).rate_limit(Duration::ZERO);
            let session = Session::new(config.build().unwrap());
            let other = session.clone();
            let thread = thread::spawn(move || {
                let mut call = wallets(&other);
                match point {
                    0 => {}
                    1 => drop(call.poll(NOW, Waker::noop())),
                    _ => flies(&mut call),
                }
            });
            let mut call = wallets(&session);
            flies(&mut call);
            drop(call);
            thread.join().unwrap();
            assert_eq!(session.gate().waiting().total(), 0);
        });
    }
}
