//! Real threads that park at a gate, on a clock of real milliseconds.
#![allow(clippy::disallowed_methods)]

use core::task::Waker;
use core::time::Duration;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Instant;

use super::super::{Feedback, Gate, Pacing, Turn};
use crate::config::Config;
use crate::effect::Lane;
use crate::session::Session;
use crate::time::Moment;

struct Unpark {
    thread: Thread,
    rung: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

/// Waits for a turn as a blocking loop does; none when it gives up after `patience`.
fn wait_for_turn(gate: &Gate, lane: Lane, origin: Instant, patience: Option<Duration>) -> Option<Moment> {
    let now = || Moment::from_origin(origin.elapsed());
    let bell = Arc::new(Unpark { thread: thread::current(), rung: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&bell));
    let gives_up = patience.map_or(Moment::NEVER, |patience| now().after(patience));
    let ticket = gate.enqueue(lane, now()).unwrap();
    loop {
        bell.rung.store(false, Ordering::SeqCst);
        let sleep_until = match gate.poll(&ticket, now(), &waker) {
            Turn::Go(grant) => {
                let at = grant.at();
                gate.settle(grant, now(), Feedback::Answered);
                return Some(at);
            }
            Turn::Until(moment, _) => moment.min(gives_up),
            Turn::Behind => gives_up,
        };
        while !bell.rung.load(Ordering::SeqCst) && now() < sleep_until {
            thread::park_timeout(sleep_until.since(now()).min(Duration::from_secs(20)));
        }
        if now() >= gives_up {
            gate.cancel(ticket);
            return None;
        }
    }
}

/// Reliability S5: the seed read and wrote the time of its last request without a lock, and ten threads sent at once.
#[test]
fn thousand_threads_respect_interval() {
    let interval = Duration::from_micros(40);
    let session = Session::new(Config::builder().rate_limit(interval).build().unwrap());
    let (origin, all_here) = (Instant::now(), Barrier::new(1_000));
    let granted = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..1_000 {
            let (session, granted, all_here) = (session.clone(), &granted, &all_here);
            let small = thread::Builder::new().stack_size(64 << 10);
            let run = move || {
                all_here.wait();
                let at = wait_for_turn(session.gate(), Lane::Normal, origin, None).unwrap();
                granted.lock().unwrap().push(at);
            };
            small.spawn_scoped(scope, run).unwrap();
        }
    });
    let mut granted = granted.into_inner().unwrap();
    granted.sort();
    assert_eq!((granted.len(), session.gate().waiting().total()), (1_000, 0));
    for pair in granted.windows(2) {
        assert!(pair[1].since(pair[0]) >= interval);
    }
}

#[test]
fn threads_share_the_gate_and_those_who_leave_hold_up_nobody() {
    let interval = Duration::from_millis(1);
    let pacing = Pacing::default().interval(interval).create_gap(Duration::from_millis(5));
    let gate = Gate::new(pacing);
    let origin = Instant::now();
    let granted = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for index in 0_u64..64 {
            let (gate, granted) = (&gate, &granted);
            scope.spawn(move || {
                let lane = Lane::ALL[usize::try_from(index % 3).unwrap()];
                let patience = (index % 4 == 3).then(|| Duration::from_micros(index * 300));
                if let Some(at) = wait_for_turn(gate, lane, origin, patience) {
                    granted.lock().unwrap().push(at);
                } else {
                    assert!(patience.is_some());
                }
            });
        }
    });
    let mut granted = granted.into_inner().unwrap();
    assert!(granted.len() >= 48, "{} granted", granted.len());
    assert_eq!(gate.waiting().total(), 0);
    granted.sort();
    for pair in granted.windows(2) {
        assert!(pair[1].since(pair[0]) >= interval);
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn a_thread_that_dies_at_its_turn_stops_nobody() {
    /// Ends the grant when its thread unwinds, as a call does.
    struct Owner<'a>(&'a Gate, Option<super::super::Grant>);
    impl Drop for Owner<'_> {
        fn drop(&mut self) {
            if let Some(grant) = self.1.take() {
                self.0.settle(grant, Moment::ORIGIN, Feedback::Lost);
            }
        }
    }
    let gate = Gate::new(Pacing::default());
    let died = thread::scope(|scope| {
        scope
            .spawn(|| {
                let ticket = gate.enqueue(Lane::Create, Moment::ORIGIN).unwrap();
                let Turn::Go(grant) = gate.poll(&ticket, Moment::ORIGIN, Waker::noop()) else {
                    return;
                };
                let _owner = Owner(&gate, Some(grant));
                panic!("this thread dies in its turn");
            })
            .join()
    });
    assert!(died.is_err());
    let ticket = gate.enqueue(Lane::Create, Moment::ORIGIN).unwrap();
    let later = Moment::from_origin(Duration::from_millis(5_500));
    assert!(matches!(gate.poll(&ticket, later, Waker::noop()), Turn::Go(_)));
}
