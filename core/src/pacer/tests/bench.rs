//! Virtual tasks over a [`Gate`]: each looks again when woken or when its moment has come, and never otherwise.

use core::task::Waker;
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Wake;

use super::super::{Feedback, Gate, Grant, Pacing, Ticket, Turn};
use crate::effect::Lane;
use crate::time::Moment;

/// A waker that notes that it was called, and counts for all.
struct Bell {
    rung: AtomicBool,
    all: Arc<AtomicUsize>,
    /// It panics when it is called, once it has said so.
    broken: bool,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.all.fetch_add(1, Ordering::SeqCst);
        assert!(!self.broken, "a waker of somebody else's making");
    }
}

struct Task {
    lane: Lane,
    ticket: Option<Ticket>,
    bell: Arc<Bell>,
    look_at: Option<Moment>,
}

/// What a request does once it may go: how long it takes, and how it ends.
pub(super) type Fate = (Duration, Feedback);

pub(super) struct Bench {
    pub(super) gate: Gate,
    pub(super) now: Moment,
    pub(super) granted: Vec<(usize, Lane, Moment)>,
    tasks: Vec<Task>,
    under_way: Vec<(Moment, Grant, Feedback)>,
    rings: Arc<AtomicUsize>,
}

impl Bench {
    pub(super) fn new(pacing: Pacing) -> Self {
        Self {
            gate: Gate::new(pacing),
            now: Moment::ORIGIN,
            granted: Vec::new(),
            tasks: Vec::new(),
            under_way: Vec::new(),
            rings: Arc::default(),
        }
    }

    /// A task that will look for the first time in the next round.
    pub(super) fn add(&mut self, lane: Lane) -> usize {
        self.add_with(lane, false)
    }

    /// A task whose waker panics once it has done its work.
    pub(super) fn add_broken(&mut self, lane: Lane) -> usize {
        self.add_with(lane, true)
    }

    fn add_with(&mut self, lane: Lane, broken: bool) -> usize {
        let ticket = self.gate.enqueue(lane, self.now).unwrap();
        let bell = Bell { rung: AtomicBool::new(true), all: Arc::clone(&self.rings), broken };
        self.tasks.push(Task { lane, ticket: Some(ticket), bell: Arc::new(bell), look_at: None });
        self.tasks.len() - 1
    }

    /// The task goes away, wherever it is.
    pub(super) fn drop_task(&mut self, task: usize) {
        if let Some(ticket) = self.tasks[task].ticket.take() {
            self.gate.cancel(ticket);
        }
    }

    pub(super) fn is_waiting(&self, task: usize) -> bool {
        self.tasks[task].ticket.is_some()
    }

    pub(super) fn rings(&self) -> usize {
        self.rings.load(Ordering::SeqCst)
    }

    /// Lets every task look that has a reason to, until none has one at this moment.
    pub(super) fn look(&mut self, fate: &mut impl FnMut(usize) -> Fate) {
        loop {
            let mut any = false;
            for index in 0..self.tasks.len() {
                any |= self.look_once(index, fate);
            }
            if !any {
                return;
            }
        }
    }

    fn look_once(&mut self, index: usize, fate: &mut impl FnMut(usize) -> Fate) -> bool {
        let task = &mut self.tasks[index];
        let woken = task.bell.rung.swap(false, Ordering::SeqCst);
        let Some(ticket) = &task.ticket else { return false };
        if !woken && task.look_at.is_none_or(|moment| moment > self.now) {
            return false;
        }
        task.look_at = None;
        match self.gate.poll(ticket, self.now, &Waker::from(Arc::clone(&task.bell))) {
            Turn::Behind => {}
            Turn::Until(moment, _) => {
                assert!(moment > self.now, "told to look again at once");
                task.look_at = Some(moment);
            }
            Turn::Go(grant) => {
                task.ticket = None;
                let (takes, feedback) = fate(index);
                if feedback != Feedback::Unsent {
                    self.granted.push((index, task.lane, self.now));
                }
                self.under_way.push((self.now.after(takes), grant, feedback));
                self.end_requests();
            }
        }
        true
    }

    fn end_requests(&mut self) {
        let (ended, going) =
            std::mem::take(&mut self.under_way).into_iter().partition(|(end, _, _)| *end <= self.now);
        self.under_way = going;
        let ended: Vec<_> = ended;
        for (_, grant, feedback) in ended {
            self.gate.settle(grant, self.now, feedback);
        }
    }

    /// On to the next moment at which something happens; false when nothing will.
    pub(super) fn advance(&mut self) -> bool {
        let looks = self.tasks.iter().filter(|task| task.ticket.is_some()).filter_map(|task| task.look_at);
        let ends = self.under_way.iter().map(|(end, _, _)| *end);
        let Some(next) = looks.chain(ends).min() else {
            return false;
        };
        self.now = self.now.max(next);
        self.end_requests();
        true
    }

    /// Runs until nothing happens any more.
    pub(super) fn run(&mut self, mut fate: impl FnMut(usize) -> Fate) {
        self.look(&mut fate);
        while self.advance() {
            self.look(&mut fate);
        }
    }
}
