//! A pacer whose clock is told in milliseconds, for tests of one rule.

use core::time::Duration;

use super::super::{Feedback, Grant, Pacer, Pacing, Ticket, Turn, WaitReason};
use crate::effect::Lane;
use crate::time::Moment;

pub(super) fn at(millis: u64) -> Moment {
    Moment::from_origin(Duration::from_millis(millis))
}

/// A pacer whose clock is set by each line.
pub(super) struct Story(pub(super) Pacer);

impl Story {
    pub(super) fn new() -> Self {
        Self(Pacer::new(Pacing::default()))
    }

    /// Where spacing always counts from answers.
    pub(super) fn strict() -> Self {
        Self(Pacer::new(Pacing::default().always_strict(true)))
    }

    pub(super) fn queue(&mut self, lane: Lane) -> Ticket {
        self.0.enqueue(lane, Moment::ORIGIN).unwrap()
    }

    pub(super) fn go(&mut self, ticket: &Ticket, millis: u64) -> Grant {
        match self.0.poll(ticket, at(millis)) {
            Turn::Go(grant) => grant,
            other => panic!("no grant at {millis} ms but {other:?}"),
        }
    }

    pub(super) fn start(&mut self, lane: Lane, millis: u64) -> Grant {
        let ticket = self.queue(lane);
        self.go(&ticket, millis)
    }

    pub(super) fn told(&mut self, ticket: &Ticket, millis: u64) -> (u64, WaitReason) {
        match self.0.poll(ticket, at(millis)) {
            Turn::Until(moment, why) => (u64::try_from(moment.since_origin().as_millis()).unwrap(), why),
            other => panic!("not told to wait at {millis} ms but {other:?}"),
        }
    }

    pub(super) fn settle(&mut self, grant: Grant, millis: u64, feedback: Feedback) {
        self.0.settle(grant, at(millis), feedback);
    }
}
