//! Several tasks in one virtual time: who was woken is polled, and when nobody was, time passes.

use super::Scripted;
use crate::time::Moment;
use core::pin::Pin;
use core::task::{Context, Waker};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

pub(crate) type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls the tasks that were woken; when none is, lets the time pass to the next timer. Returns when all are done.
pub(crate) fn together(world: &Scripted, tasks: Vec<Task<'_>>) {
    let flag = || Arc::new(Flag(AtomicBool::new(true)));
    let mut tasks: Vec<_> = tasks.into_iter().map(|task| (task, flag())).collect();
    for _ in 0..1_000_000 {
        tasks.retain_mut(|(task, flag)| {
            let woken = flag.0.swap(false, Ordering::SeqCst);
            let waker = Waker::from(Arc::clone(flag));
            !(woken && task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready())
        });
        if tasks.is_empty() {
            return;
        }
        if tasks.iter().any(|(_, flag)| flag.0.load(Ordering::SeqCst)) {
            continue;
        }
        let due = world.world(|world| {
            let next = world.timers.iter().map(|(at, _)| *at).min().filter(|at| *at < Moment::NEVER);
            world.now = world.now.max(next.expect("everybody waits for nothing"));
            let now = world.now;
            let (due, later) = core::mem::take(&mut world.timers).into_iter().partition(|(at, _)| *at <= now);
            world.timers = later;
            let due: Vec<(Moment, Waker)> = due;
            due
        });
        due.into_iter().for_each(|(_, waker)| waker.wake());
    }
    panic!("spinning");
}
