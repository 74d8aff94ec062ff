//! [`Pacer`]: the queue itself, without a lock and without a clock.

use core::time::Duration;

use super::Pacing;
use super::lanes::{AFTER_CANCELS, Lanes};
use super::penalty::Penalty;
use super::starts::{End, Starts};
use super::turn::{Feedback, Grant, NoPlace, QueueFull, Ticket, Turn, WaitReason, Waiting};
use crate::effect::Lane;
use crate::time::Moment;

/// How long a lane that is ready leaves the turn to another that is due first but does not come for it.
const PATIENCE: Duration = Duration::from_millis(100);

/// The rank of a cancel's place; that of others is `AFTER_CANCELS`.
const CANCEL: u64 = 0;

/// The queue. Time is an argument, clamped to the highest moment seen; each call is O(log n) in those who wait.
///
/// Tickets and grants belong to the pacer that gave them out.
#[derive(Debug)]
pub struct Pacer {
    pacing: Pacing,
    now: Moment,
    counter: u64,
    lanes: Lanes,
    starts: Starts,
    creates: Starts,
    penalty: Penalty,
    strict_until: Moment,
    /// The head that was given precedence at the moment said, and has not come for its turn yet.
    awaited: Option<(u64, Moment)>,
    abandoned: Vec<Grant>,
    called: Vec<u64>,
}

impl Pacer {
    /// An empty queue; the first request may start at once.
    #[must_use]
    pub fn new(pacing: Pacing) -> Self {
        Self {
            penalty: Penalty::new(&pacing),
            pacing,
            now: Moment::ORIGIN,
            counter: 0,
            lanes: Lanes::default(),
            starts: Starts::default(),
            creates: Starts::default(),
            strict_until: Moment::ORIGIN,
            awaited: None,
            abandoned: Vec::new(),
            called: Vec::new(),
        }
    }

    /// Takes a place at the end of `lane`. It counts for the other lanes once it has been polled.
    ///
    /// # Errors
    /// [`QueueFull`] when [`Pacing::queue`] wait in that lane already.
    pub fn enqueue(&mut self, lane: Lane, now: Moment) -> Result<Ticket, QueueFull> {
        self.join(lane, AFTER_CANCELS, now)
    }

    /// Takes a place in [`Lane::Rescue`] behind other cancels and before everything else that waits there.
    ///
    /// # Errors
    /// [`QueueFull`] when [`Pacing::queue`] wait in that lane already.
    pub fn enqueue_cancel(&mut self, now: Moment) -> Result<Ticket, QueueFull> {
        self.join(Lane::Rescue, CANCEL, now)
    }

    /// As [`Pacer::enqueue`], or with `cancel` as [`Pacer::enqueue_cancel`], for whom a turn after `latest` is of no
    /// use.
    ///
    /// # Errors
    /// [`NoPlace`]: nothing was taken.
    pub fn enqueue_by(
        &mut self,
        lane: Lane,
        cancel: bool,
        now: Moment,
        latest: Moment,
    ) -> Result<Ticket, NoPlace> {
        let earliest = self.earliest(lane, cancel, now);
        if earliest > latest {
            return Err(NoPlace::TooLate { earliest });
        }
        let (lane, rank) = newcomer(lane, cancel);
        self.join(lane, rank, now).map_err(NoPlace::Full)
    }

    /// What the owner of `ticket` is to do. A spent ticket is [`Turn::Behind`] for ever.
    pub fn poll(&mut self, ticket: &Ticket, now: Moment) -> Turn {
        let now = self.see(now);
        if self.lanes.head(ticket.lane) != Some(ticket.place) {
            return Turn::Behind;
        }
        let due = self.due(ticket.lane);
        self.lanes.tell(ticket.lane, Some(due.at));
        if !due.has_come(now) {
            return Turn::Until(due.at, due.why);
        }
        match self.leave_turn_until(ticket.lane, now) {
            Some(until) => Turn::Until(until, WaitReason::Turn),
            None => Turn::Go(self.grant(ticket, now)),
        }
    }

    /// Gives the place up. A spent ticket does nothing.
    pub fn cancel(&mut self, ticket: Ticket) {
        let was_head = self.lanes.head(ticket.lane) == Some(ticket.place);
        let new_head = self.lanes.leave(ticket.lane, ticket.place);
        self.called.extend(new_head);
        if was_head {
            // An answer may have called this one alone.
            self.call_whose_turn_it_is();
        }
    }

    /// Says how the request of `grant` ended.
    pub fn settle(&mut self, grant: Grant, now: Moment, feedback: Feedback) {
        let now = self.see(now);
        match feedback {
            Feedback::Unsent => return self.refund(&grant),
            Feedback::Answered => self.penalty.ease(grant.at),
            Feedback::TooFast { retry_after } => {
                self.penalty.raise(grant.at, now, retry_after);
                self.awaited = None;
                self.strict_until = self.strict_until.max(now.after(self.pacing.strict_for));
            }
            Feedback::Lost | Feedback::Elsewhere => {}
        }
        self.close(&grant, now, feedback != Feedback::Lost);
        self.call_sooner(grant.lane);
    }

    /// As [`Feedback::Lost`], for an owner that is dropped and has no clock: the request ends at the next moment the
    /// pacer sees. (One that never sent anything goes by `give_back` and `cancel`, which need no clock either.)
    pub fn abandon(&mut self, grant: Grant) {
        if grant.lane == Lane::Create && self.lanes.told(Lane::Create).is_some() {
            self.called.extend(self.lanes.head(Lane::Create));
        }
        self.abandoned.push(grant);
    }

    /// Takes an unused grant back: the start does not count, and the place in the lane is as it was.
    pub fn give_back(&mut self, grant: Grant) -> Ticket {
        self.lanes.join(grant.lane, grant.place);
        self.refund(&grant);
        Ticket { lane: grant.lane, place: grant.place }
    }

    /// Lets nothing start for `pause` from `now`; it combines with any other pause by the later end.
    pub fn hold(&mut self, now: Moment, pause: Duration) {
        let now = self.see(now);
        self.penalty.hold(now.after(pause));
        self.awaited = None;
    }

    /// When a newcomer in `lane` (or with `cancel` one of [`Pacer::enqueue_cancel`]) could start at the earliest, if
    /// none of those before it goes away, other lanes take no turn, and whatever is under way is answered now.
    #[must_use]
    pub fn earliest(&self, lane: Lane, cancel: bool, now: Moment) -> Moment {
        let (lane, rank) = newcomer(lane, cancel);
        self.earliest_behind(lane, self.lanes.before(lane, rank), now)
    }

    /// As [`Pacer::earliest`], for whom `before` stand before in its lane.
    pub(super) fn earliest_behind(&self, lane: Lane, before: usize, now: Moment) -> Moment {
        let step = match lane {
            Lane::Create => self.pacing.create_gap.max(self.pacing.interval),
            Lane::Rescue | Lane::Normal => self.pacing.interval,
        };
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let now = self.now.max(now);
        self.due_if(lane, Some(now)).at.max(now).after(step.saturating_mul(before))
    }

    /// How many wait.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        Waiting {
            rescue: self.lanes.waiting(Lane::Rescue),
            create: self.lanes.waiting(Lane::Create),
            normal: self.lanes.waiting(Lane::Normal),
        }
    }

    pub(super) fn holds(&self, ticket: &Ticket) -> bool {
        self.lanes.holds(ticket.lane, ticket.place)
    }

    /// The places to wake because of what was done since this was asked last.
    pub(super) fn take_called(&mut self) -> Vec<u64> {
        core::mem::take(&mut self.called)
    }

    fn join(&mut self, lane: Lane, rank: u64, now: Moment) -> Result<Ticket, QueueFull> {
        self.see(now);
        let waiting = self.lanes.waiting(lane);
        if waiting >= self.pacing.queue {
            return Err(QueueFull { lane, waiting });
        }
        let place = self.count() | rank;
        self.lanes.join(lane, place);
        Ok(Ticket { lane, place })
    }

    fn see(&mut self, now: Moment) -> Moment {
        self.now = self.now.max(now);
        while let Some(grant) = self.abandoned.pop() {
            self.close(&grant, self.now, false);
        }
        let hold = self.pacing.create_hold;
        self.starts.expire(self.now, |at| at.after(hold));
        self.creates.expire(self.now, |at| at.after(hold));
        self.now
    }

    fn close(&mut self, grant: &Grant, now: Moment, answered: bool) {
        self.starts.close(grant.number, now, answered);
        if grant.lane == Lane::Create {
            self.creates.close(grant.number, now, answered);
        }
    }

    fn count(&mut self) -> u64 {
        self.counter = self.counter.saturating_add(1);
        self.counter
    }

    fn grant(&mut self, ticket: &Ticket, now: Moment) -> Grant {
        let number = self.count();
        self.starts.begin(number, now);
        if ticket.lane == Lane::Create {
            self.creates.begin(number, now);
        }
        let new_head = self.lanes.leave(ticket.lane, ticket.place);
        self.called.extend(new_head);
        self.lanes.took_turn(ticket.lane);
        self.awaited = None;
        Grant { lane: ticket.lane, place: ticket.place, number, at: now }
    }

    fn refund(&mut self, grant: &Grant) {
        self.starts.refund(grant.number);
        self.creates.refund(grant.number);
        for lane in Lane::ALL {
            self.call_if_sooner(lane);
        }
    }

    /// A returned grant can bring every head forward. One that was used brings forward the next create, and where
    /// spacing is strict the heads that wait for its answer, of which the one whose turn it is is enough: its own
    /// answer calls the next. So a used grant wakes at most two, the next of its lane and this one; a create three.
    fn call_sooner(&mut self, ended: Lane) {
        if ended == Lane::Create {
            self.call_if_sooner(Lane::Create);
        }
        self.call_whose_turn_it_is();
    }

    /// Calls one of the heads that may go earlier than they were told: the earliest, and of several the next in turn.
    fn call_whose_turn_it_is(&mut self) {
        let sooner = Lane::ALL.map(|lane| self.sooner(lane));
        let first = sooner.iter().flatten().min().copied();
        if let Some(lane) = self.lanes.turn(|lane| first.is_some() && self.sooner(lane) == first) {
            self.call_if_sooner(lane);
        }
    }

    /// When the head of `lane` may start, if that is before the moment it was told.
    fn sooner(&self, lane: Lane) -> Option<Moment> {
        let due = self.due(lane).at;
        self.lanes.told(lane).filter(|&told| due < told).map(|_| due)
    }

    fn call_if_sooner(&mut self, lane: Lane) {
        if let (Some(due), Some(head)) = (self.sooner(lane), self.lanes.head(lane)) {
            self.lanes.tell(lane, Some(due));
            self.called.push(head);
        }
    }

    /// Whether `lane`, whose moment has come, must leave the turn to another, and until when it does.
    fn leave_turn_until(&mut self, lane: Lane, now: Moment) -> Option<Moment> {
        for _ in Lane::ALL {
            let first = self
                .lanes
                .turn(|other| {
                    other == lane || (self.lanes.told(other).is_some() && self.due(other).has_come(now))
                })
                .filter(|&first| first != lane)?;
            let head = self.lanes.head(first)?;
            let since = match self.awaited {
                Some((awaited, since)) if awaited == head => since,
                _ => now,
            };
            self.awaited = Some((head, since));
            // It may still sleep until a later moment it was told.
            self.call_if_sooner(first);
            if now.since(since) < PATIENCE {
                return Some(since.after(PATIENCE));
            }
            // Its owner does not come: it counts again when it has looked again.
            self.lanes.tell(first, None);
        }
        None
    }

    /// When the head of `lane` may start, others left aside.
    fn due(&self, lane: Lane) -> Due {
        self.due_if(lane, None)
    }

    /// As [`Pacer::due`]; with a moment, if all that is under way were answered then.
    fn due_if(&self, lane: Lane, answered: Option<Moment>) -> Due {
        let pacing = &self.pacing;
        let mut due = Due { at: Moment::ORIGIN, why: WaitReason::Interval };
        if let Some(last) = self.starts.last() {
            due.not_before(last.at.after(pacing.interval), WaitReason::Interval);
            let ended = match last.end {
                End::Open => answered,
                End::Answered(at) => Some(at),
                End::Lost => None,
            };
            let bound = ended.map_or(Moment::NEVER, |ended| ended.after(pacing.interval));
            let strict_until = if pacing.always_strict { Moment::NEVER } else { self.strict_until };
            due.not_before(
                bound.min(last.at.after(pacing.strict_reach)).min(strict_until),
                WaitReason::Strict,
            );
        }
        if lane == Lane::Create {
            if let Some(closed) = self.creates.last_close() {
                due.not_before(closed.after(pacing.create_gap), WaitReason::CreateGap);
            }
            if let Some(open) = self.creates.last_open() {
                let closed_at_last = open.after(pacing.create_hold).min(answered.unwrap_or(Moment::NEVER));
                due.not_before(closed_at_last.after(pacing.create_gap), WaitReason::Strict);
            }
        }
        due.not_before(self.penalty.until(), WaitReason::Penalty);
        due
    }
}

/// The lane and the rank of a newcomer.
fn newcomer(lane: Lane, cancel: bool) -> (Lane, u64) {
    if cancel { (Lane::Rescue, CANCEL) } else { (lane, AFTER_CANCELS) }
}

/// A moment and what put it there.
#[derive(Clone, Copy)]
struct Due {
    at: Moment,
    why: WaitReason,
}

impl Due {
    fn not_before(&mut self, at: Moment, why: WaitReason) {
        if at > self.at {
            *self = Self { at, why };
        }
    }

    /// What was pushed to the end of time does not come, though a clock may stand there.
    fn has_come(self, now: Moment) -> bool {
        self.at <= now && self.at < Moment::NEVER
    }
}
