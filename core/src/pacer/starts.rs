//! The requests that were let go, as far as spacing needs them.
//!
//! A grant that came back unused leaves no trace; one that ended leaves the newest of its kind.

use std::collections::BTreeMap;

use crate::time::Moment;

/// One request that was let go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    number: u64,
    pub(super) at: Moment,
    pub(super) end: End,
}

/// How far a request has got.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// It is under way.
    Open,
    /// Its answer came at this moment, so it arrived before.
    Answered(Moment),
    /// It was given up: it may still arrive.
    Lost,
}

/// Requests by the order in which they were let go; their moments never decrease.
#[derive(Default, Debug)]
pub(super) struct Starts {
    open: BTreeMap<u64, Moment>,
    newest_closed: Option<Start>,
    last_close: Option<Moment>,
}

impl Starts {
    pub(super) fn begin(&mut self, number: u64, at: Moment) {
        self.open.insert(number, at);
    }

    pub(super) fn close(&mut self, number: u64, now: Moment, answered: bool) {
        self.last_close = self.last_close.max(Some(now));
        let Some(at) = self.open.remove(&number) else {
            return;
        };
        if self.newest_closed.is_none_or(|newest| newest.number < number) {
            let end = if answered { End::Answered(now) } else { End::Lost };
            self.newest_closed = Some(Start { number, at, end });
        }
    }

    pub(super) fn refund(&mut self, number: u64) {
        self.open.remove(&number);
    }

    /// Takes for closed whatever `ended` gives an end that has passed by `now`.
    pub(super) fn expire(&mut self, now: Moment, ended: impl Fn(Moment) -> Moment) {
        while let Some((&number, &at)) = self.open.first_key_value() {
            let end = ended(at);
            if end > now {
                return;
            }
            self.close(number, end, false);
        }
    }

    /// The newest that was not returned.
    pub(super) fn last(&self) -> Option<Start> {
        let open = self.open.last_key_value().map(|(&number, &at)| Start { number, at, end: End::Open });
        match (open, self.newest_closed) {
            (Some(open), Some(closed)) if closed.number > open.number => Some(closed),
            (Some(open), _) => Some(open),
            (None, closed) => closed,
        }
    }

    /// The start of the newest that has not ended.
    pub(super) fn last_open(&self) -> Option<Moment> {
        self.open.last_key_value().map(|(_, &at)| at)
    }

    /// The latest end of any.
    pub(super) fn last_close(&self) -> Option<Moment> {
        self.last_close
    }
}
