//! The pause everybody shares after a code 5. It only ever moves later.

use core::time::Duration;

use super::Pacing;
use crate::limits::RETRY_AFTER_SECONDS;
use crate::time::Moment;

#[derive(Debug)]
pub(super) struct Penalty {
    first: Duration,
    longest: Duration,
    /// The pause the last code 5 that told something new was given.
    current: Duration,
    /// The pause the next one gets.
    next: Duration,
    raised: Option<Moment>,
    until: Moment,
}

impl Penalty {
    pub(super) fn new(pacing: &Pacing) -> Self {
        Self {
            first: pacing.first_penalty,
            longest: pacing.longest_penalty.max(pacing.first_penalty),
            current: pacing.first_penalty,
            next: pacing.first_penalty,
            raised: None,
            until: Moment::ORIGIN,
        }
    }

    /// Nothing starts before this.
    pub(super) fn until(&self) -> Moment {
        self.until
    }

    pub(super) fn hold(&mut self, until: Moment) {
        self.until = self.until.max(until);
    }

    /// A request that started at `started` was refused as too fast at `now`.
    pub(super) fn raise(&mut self, started: Moment, now: Moment, retry_after: Option<Duration>) {
        if self.is_news(started) {
            self.current = self.next;
            self.next = self.next.saturating_mul(2).min(self.longest);
            self.raised = Some(now);
        }
        let asked = retry_after.unwrap_or_default().min(Duration::from_secs(RETRY_AFTER_SECONDS));
        self.hold(now.after(self.current.max(asked)));
    }

    /// A request that started at `started` got any other answer: the next pause is shorter, this one is not.
    pub(super) fn ease(&mut self, started: Moment) {
        if self.is_news(started) {
            self.next = self.next.checked_div(2).unwrap_or_default().max(self.first);
        }
    }

    /// What was already under way when the pause began says nothing about whether the pause helped.
    fn is_news(&self, started: Moment) -> bool {
        self.raised.is_none_or(|raised| started >= raised)
    }
}
