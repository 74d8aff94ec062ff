//! The gate with 8 to 1,000 tasks under random schedules. Only with `--cfg shuttle`: see the README, "Longer checks".
//!
//! The clock is shared and moves on when somebody sleeps. P1 spacing, P7 order, P8 who goes away costs nothing, P12 at
//! most two wake-ups a grant, P13 wakers that panic.
#![cfg(shuttle)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clore_core::effect::Lane;
use clore_core::pacer::{Feedback, Gate, Pacing, Ticket, Turn};
use clore_core::time::Moment;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use core::time::Duration;
use shuttle::rand::{Rng, thread_rng};
use shuttle::sync::{Arc, Mutex};
use std::sync::Arc as StdArc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::Wake;

const INTERVAL: Duration = Duration::from_millis(1_100);

/// Where a task goes away, if it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Leaves {
    Never,
    BeforeItsFirstPoll,
    Queued,
    WokenButNotPolled,
    GrantedButUnsent,
}

struct World {
    gate: Gate,
    clock: Mutex<Moment>,
    granted: Mutex<Vec<(usize, Moment)>>,
    wakes: AtomicUsize,
}

impl World {
    fn now(&self) -> Moment {
        *self.clock.lock().unwrap()
    }

    /// Somebody sleeps until `moment`; it may be later by then.
    fn sleep(&self, moment: Moment) {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock.max(moment);
    }
}

/// Counts, wakes the task, and panics if it is broken.
struct Bell {
    task: Waker,
    rung: AtomicBool,
    broken: bool,
    world: Arc<World>,
}

impl Wake for Bell {
    fn wake(self: StdArc<Self>) {
        self.world.wakes.fetch_add(1, SeqCst);
        self.rung.store(true, SeqCst);
        self.task.wake_by_ref();
        if self.broken {
            std::panic::resume_unwind(Box::new("a waker of somebody else's making"));
        }
    }
}

async fn request(world: Arc<World>, index: usize, ticket: Ticket, leaves: Leaves, broken: bool) {
    if leaves == Leaves::BeforeItsFirstPoll {
        return world.gate.cancel(ticket);
    }
    let mut bell: Option<StdArc<Bell>> = None;
    let mut ticket = Some(ticket);
    poll_fn(|context| {
        let woken = bell.as_ref().is_some_and(|bell| bell.rung.load(SeqCst));
        if leaves == Leaves::WokenButNotPolled && woken {
            world.gate.cancel(ticket.take().unwrap());
            return Poll::Ready(());
        }
        let fresh = StdArc::new(Bell {
            task: context.waker().clone(),
            rung: AtomicBool::new(false),
            broken,
            world: Arc::clone(&world),
        });
        bell = Some(StdArc::clone(&fresh));
        match world.gate.poll(ticket.as_ref().unwrap(), world.now(), &Waker::from(fresh)) {
            Turn::Go(grant) => {
                if leaves == Leaves::GrantedButUnsent {
                    world.gate.settle(grant, world.now(), Feedback::Unsent);
                } else {
                    world.granted.lock().unwrap().push((index, grant.at()));
                    world.gate.settle(grant, world.now(), Feedback::Answered);
                }
                Poll::Ready(())
            }
            _ if leaves == Leaves::Queued => {
                world.gate.cancel(ticket.take().unwrap());
                Poll::Ready(())
            }
            Turn::Until(moment, _) => {
                world.sleep(moment);
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Turn::Behind => Poll::Pending,
        }
    })
    .await;
}

/// `tasks` in one lane, 30 % of which go away somewhere, some with broken wakers.
fn contend(tasks: usize) {
    let world = Arc::new(World {
        gate: Gate::new(Pacing::default().interval(INTERVAL)),
        clock: Mutex::new(Moment::ORIGIN),
        granted: Mutex::new(Vec::new()),
        wakes: AtomicUsize::new(0),
    });
    let leaves: Vec<_> = (0..tasks)
        .map(|_| match thread_rng().gen_range(0..100) {
            0..8 => Leaves::BeforeItsFirstPoll,
            8..16 => Leaves::Queued,
            16..24 => Leaves::WokenButNotPolled,
            24..30 => Leaves::GrantedButUnsent,
            _ => Leaves::Never,
        })
        .collect();
    let handles: Vec<_> = leaves
        .iter()
        .enumerate()
        .map(|(index, leaves)| {
            let ticket = world.gate.enqueue(Lane::Normal, Moment::ORIGIN).unwrap();
            let broken = thread_rng().gen_range(0..10) == 0;
            shuttle::future::spawn(request(Arc::clone(&world), index, ticket, *leaves, broken))
        })
        .collect();
    shuttle::future::block_on(async {
        for handle in handles {
            handle.await.unwrap();
        }
    });
    // Noted after the grant, by tasks that may be stopped in between.
    let mut granted = world.granted.lock().unwrap().clone();
    granted.sort_by_key(|(_, at)| *at);
    // Who meant to go away and was granted at its first poll went as well.
    let stayed = granted.iter().filter(|(index, _)| leaves[*index] == Leaves::Never).count();
    assert_eq!(
        stayed,
        leaves.iter().filter(|leaves| **leaves == Leaves::Never).count(),
        "P8: a turn was lost"
    );
    for pair in granted.windows(2) {
        assert!(pair[1].1.since(pair[0].1) >= INTERVAL, "P1");
    }
    // The next may sleep a whole interval, and the clock with it, before a turn comes back unused.
    let unsent = leaves.iter().filter(|leaves| **leaves == Leaves::GrantedButUnsent).count();
    let slots = u32::try_from(granted.len() + unsent).unwrap();
    let last = granted.last().map_or(Moment::ORIGIN, |(_, at)| *at);
    assert!(last.since_origin() <= INTERVAL * slots.saturating_sub(1), "P8: who went away left a hole");
    assert!(granted.is_sorted_by_key(|(index, _)| *index), "P7");
    let (wakes, gone) = (world.wakes.load(SeqCst), tasks - granted.len());
    assert!(wakes <= 2 * granted.len() + 2 * gone, "P12: {wakes} wakes");
    assert_eq!(world.gate.waiting().total(), 0);
}

#[test]
fn eight_tasks_by_random_schedules() {
    shuttle::check_random(|| contend(8), 20_000);
}

#[test]
fn eight_tasks_by_few_changes_of_priority() {
    shuttle::check_pct(|| contend(8), 20_000, 3);
}

#[test]
fn sixty_four_tasks_by_random_schedules() {
    shuttle::check_random(|| contend(64), 1_000);
}

#[test]
fn a_thousand_tasks_by_random_schedules() {
    let mut config = shuttle::Config::new();
    config.max_steps = shuttle::MaxSteps::FailAfter(50_000_000);
    shuttle::Runner::new(shuttle::scheduler::RandomScheduler::new(5), config).run(|| contend(1_000));
}
