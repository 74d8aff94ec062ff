//! The pacer said again, naively: lists that are searched from end to end, nothing remembered that can be recomputed.

use core::time::Duration;

use super::super::{Feedback, Pacing, WaitReason};
use crate::effect::Lane;
use crate::time::Moment;

/// One request that was let go.
#[derive(Clone, Debug)]
pub(super) struct Started {
    pub(super) lane: Lane,
    pub(super) place: usize,
    pub(super) at: Moment,
    pub(super) closed: Option<Moment>,
    pub(super) answered: bool,
    pub(super) returned: bool,
    pub(super) cancel: bool,
}

#[derive(PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Go,
    Until(Moment, WaitReason),
    Behind,
}

pub(super) struct Model {
    pacing: Pacing,
    now: Moment,
    /// Places in the order they were given out, with whether they wait and whether they have looked as head.
    places: Vec<(Lane, bool, bool)>,
    pub(super) started: Vec<Started>,
    turns: Vec<Lane>,
    /// When a code 5 told something new, and the pause it was given.
    raised: Vec<(Moment, Duration)>,
    /// What told something about pauses: true for a code 5.
    steps: Vec<bool>,
    /// Ends of pauses.
    held: Vec<Moment>,
    /// Ends of creates that came after they were taken for ended.
    late: Vec<Moment>,
    abandoned: Vec<usize>,
    cancels: Vec<usize>,
    strict_until: Moment,
    awaited: Option<(usize, Moment)>,
}

impl Model {
    pub(super) fn new(pacing: Pacing) -> Self {
        Self {
            pacing,
            now: Moment::ORIGIN,
            places: Vec::new(),
            started: Vec::new(),
            turns: Vec::new(),
            raised: Vec::new(),
            steps: Vec::new(),
            held: Vec::new(),
            late: Vec::new(),
            abandoned: Vec::new(),
            cancels: Vec::new(),
            strict_until: Moment::ORIGIN,
            awaited: None,
        }
    }

    pub(super) fn enqueue(&mut self, lane: Lane, now: Moment) -> usize {
        self.see(now);
        self.places.push((lane, true, false));
        self.places.len() - 1
    }

    pub(super) fn enqueue_cancel(&mut self, now: Moment) -> usize {
        let place = self.enqueue(Lane::Rescue, now);
        self.cancels.push(place);
        self.only_heads_have_looked();
        place
    }

    pub(super) fn poll(&mut self, place: usize, now: Moment) -> Answer {
        self.see(now);
        let (lane, waits, _) = self.places[place];
        if !waits || self.head(lane) != Some(place) {
            return Answer::Behind;
        }
        self.places[place].2 = true;
        let (due, why) = self.due(lane);
        if due > self.now || due == Moment::NEVER {
            return Answer::Until(due, why);
        }
        loop {
            let first = self.first_of_ready(lane);
            if first == place {
                break;
            }
            let since =
                self.awaited.filter(|(awaited, _)| *awaited == first).map_or(self.now, |(_, since)| since);
            self.awaited = Some((first, since));
            let end = since.after(Duration::from_millis(100));
            if self.now.since(since) < Duration::from_millis(100) {
                return Answer::Until(end, WaitReason::Turn);
            }
            self.places[first].2 = false;
        }
        self.awaited = None;
        self.places[place] = (lane, false, false);
        self.turns.push(lane);
        let cancel = self.cancels.contains(&place);
        self.started.push(Started {
            lane,
            place,
            at: self.now,
            closed: None,
            answered: false,
            returned: false,
            cancel,
        });
        Answer::Go
    }

    pub(super) fn cancel(&mut self, place: usize) {
        self.places[place].1 = false;
        self.places[place].2 = false;
    }

    pub(super) fn settle(&mut self, number: usize, now: Moment, feedback: Feedback) {
        self.see(now);
        let expired = self.started[number].closed.is_some();
        if feedback == Feedback::Unsent {
            self.started[number].returned = !expired;
            return;
        }
        let started = self.started[number].at;
        let news = self.raised.last().is_none_or(|(raised, _)| started >= *raised);
        match feedback {
            Feedback::Answered if news => self.steps.push(false),
            Feedback::TooFast { retry_after } => {
                if news {
                    self.raised.push((self.now, self.next_pause()));
                    self.steps.push(true);
                }
                let (_, pause) = self.raised[self.raised.len() - 1];
                let asked = retry_after.unwrap_or_default().min(Duration::from_secs(120));
                self.held.push(self.now.after(pause.max(asked)));
                self.strict_until = self.strict_until.max(self.now.after(self.pacing.strict_for));
                self.awaited = None;
            }
            _ => {}
        }
        self.started[number].answered = !expired && feedback != Feedback::Lost;
        self.close(number);
    }

    pub(super) fn abandon(&mut self, number: usize) {
        self.abandoned.push(number);
    }

    pub(super) fn give_back(&mut self, number: usize) -> usize {
        let Started { lane, place, closed, .. } = self.started[number];
        self.started[number].returned = closed.is_none();
        self.places[place] = (lane, true, false);
        self.only_heads_have_looked();
        place
    }

    pub(super) fn hold(&mut self, now: Moment, pause: Duration) {
        self.see(now);
        self.held.push(self.now.after(pause));
        self.awaited = None;
    }

    fn see(&mut self, now: Moment) {
        self.now = self.now.max(now);
        for number in std::mem::take(&mut self.abandoned) {
            self.close(number);
        }
        for started in &mut self.started {
            let end = started.at.after(self.pacing.create_hold);
            if started.closed.is_none() && !started.returned && end <= self.now {
                started.closed = Some(end);
            }
        }
    }

    fn close(&mut self, number: usize) {
        if self.started[number].closed.is_none() {
            self.started[number].closed = Some(self.now);
        } else if self.started[number].lane == Lane::Create {
            self.late.push(self.now);
        }
    }

    fn only_heads_have_looked(&mut self) {
        let heads = Lane::ALL.map(|lane| self.head(lane));
        for (place, (_, _, looked)) in self.places.iter_mut().enumerate() {
            *looked &= heads.contains(&Some(place));
        }
    }

    fn next_pause(&self) -> Duration {
        let Pacing { first_penalty, longest_penalty, .. } = self.pacing;
        self.steps.iter().fold(first_penalty, |next, too_fast| {
            if *too_fast {
                next.saturating_mul(2).min(longest_penalty.max(first_penalty))
            } else {
                (next / 2).max(first_penalty)
            }
        })
    }

    fn head(&self, lane: Lane) -> Option<usize> {
        let waiting =
            || (0..self.places.len()).filter(|&place| self.places[place].0 == lane && self.places[place].1);
        waiting().find(|place| self.cancels.contains(place)).or_else(|| waiting().next())
    }

    fn first_of_ready(&self, asks: Lane) -> usize {
        let ready = |lane: Lane| {
            self.head(lane).filter(|&head| {
                let (due, _) = self.due(lane);
                lane == asks || (self.places[head].2 && due <= self.now && due < Moment::NEVER)
            })
        };
        let last_other = self.turns.iter().rev().find(|lane| **lane != Lane::Rescue);
        let others = match (ready(Lane::Create), ready(Lane::Normal)) {
            (Some(_), normal @ Some(_)) if last_other == Some(&Lane::Create) => normal,
            (create @ Some(_), _) => create,
            (None, normal) => normal,
        };
        match (ready(Lane::Rescue), others) {
            (Some(rescue), None) => rescue,
            (Some(rescue), Some(_)) if self.turns.last() != Some(&Lane::Rescue) => rescue,
            (_, Some(other)) => other,
            (None, None) => unreachable!("the lane that asks is ready"),
        }
    }

    /// The latest of all that may not be passed; of equal ones the first in this order.
    fn due(&self, lane: Lane) -> (Moment, WaitReason) {
        let pacing = &self.pacing;
        let sent = || self.started.iter().filter(|started| !started.returned);
        let mut bounds = vec![(Moment::ORIGIN, WaitReason::Interval)];
        if let Some(last) = sent().next_back() {
            bounds.push((last.at.after(pacing.interval), WaitReason::Interval));
            let end_of_strict = if pacing.always_strict { Moment::NEVER } else { self.strict_until };
            let reach = last.at.after(pacing.strict_reach).min(end_of_strict);
            let answered = last.closed.filter(|_| last.answered).map(|closed| closed.after(pacing.interval));
            bounds.push((answered.map_or(reach, |answered| answered.min(reach)), WaitReason::Strict));
        }
        if lane == Lane::Create {
            let creates = || sent().filter(|started| started.lane == Lane::Create);
            let ends = creates().filter_map(|create| create.closed).chain(self.late.iter().copied());
            bounds.extend(ends.map(|end| (end.after(pacing.create_gap), WaitReason::CreateGap)));
            let open = creates().filter(|create| create.closed.is_none());
            bounds.extend(open.map(|create| {
                (create.at.after(pacing.create_hold).after(pacing.create_gap), WaitReason::Strict)
            }));
        }
        bounds.extend(self.held.iter().map(|&until| (until, WaitReason::Penalty)));
        bounds
            .into_iter()
            .reduce(|latest, bound| if bound.0 > latest.0 { bound } else { latest })
            .unwrap_or((Moment::ORIGIN, WaitReason::Interval))
    }
}
