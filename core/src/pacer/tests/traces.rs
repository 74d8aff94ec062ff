//! Random traces over the pacer and the model side by side: every answer must be equal (P15).
//!
//! A trace is a list of happenings whose indices are taken modulo what there is, so any list is a trace and any part of
//! one too: it shrinks to the fewest happenings by itself. That is all that `proptest-state-machine` would add, whose
//! preconditions nothing here needs.

use core::time::Duration;

use proptest::prelude::*;

use super::super::{Feedback, Grant, Pacer, Pacing, Ticket, Turn};
use super::model::{Answer, Model, Started};
use crate::effect::Lane;
use crate::time::Moment;

/// One thing that happens. Indices are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Enqueue(Lane),
    EnqueueCancel,
    Poll(usize),
    /// Every ticket once, from this one on.
    PollAll(usize),
    Cancel(usize),
    Settle(usize, Feedback),
    GiveBack(usize),
    Abandon(usize),
    Hold(Duration),
    Forward(Duration),
    Backward(Duration),
    Leap(Duration),
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    let lane = (0_usize..3).prop_map(|lane| Lane::ALL[lane]);
    let feedback = prop_oneof![
        2 => Just(Feedback::Unsent),
        6 => Just(Feedback::Answered),
        2 => Just(Feedback::Lost),
        1 => Just(Feedback::Elsewhere),
        2 => Just(Feedback::TooFast { retry_after: None }),
        1 => (0_u64..400).prop_map(|seconds| Feedback::TooFast { retry_after: Some(Duration::from_secs(seconds)) }),
    ];
    let millis = |most: u64| (0..most).prop_map(Duration::from_millis);
    prop_oneof![
        4 => lane.prop_map(Happening::Enqueue),
        1 => Just(Happening::EnqueueCancel),
        1 => any::<usize>().prop_map(Happening::Abandon),
        4 => any::<usize>().prop_map(Happening::Poll),
        8 => any::<usize>().prop_map(Happening::PollAll),
        1 => any::<usize>().prop_map(Happening::Cancel),
        5 => (any::<usize>(), feedback).prop_map(|(which, feedback)| Happening::Settle(which, feedback)),
        1 => any::<usize>().prop_map(Happening::GiveBack),
        1 => millis(3_000).prop_map(Happening::Hold),
        8 => millis(2_000).prop_map(Happening::Forward),
        4 => millis(150).prop_map(Happening::Forward),
        1 => millis(100_000).prop_map(Happening::Backward),
        1 => millis(100_000).prop_map(Happening::Leap),
    ]
}

pub(super) fn pacings() -> impl Strategy<Value = Pacing> {
    prop_oneof![
        4 => Just(Pacing::default()),
        4 => Just(Pacing::default().always_strict(true)),
        2 => (0_u64..3_000, 0_u64..8_000, 0_u64..9_000, 0_u64..40_000, any::<bool>()).prop_map(|(interval, gap, reach, hold, strict)| {
            Pacing::default()
                .interval(Duration::from_millis(interval))
                .create_gap(Duration::from_millis(gap))
                .strict(Duration::from_secs(20), Duration::from_millis(reach))
                .create_hold(Duration::from_millis(hold))
                .always_strict(strict)
        }),
        1 => Just(Pacing::default().interval(Duration::MAX)),
        1 => Just(Pacing::default().create_gap(Duration::MAX).create_hold(Duration::MAX)),
        1 => Just(Pacing::default().penalties(Duration::MAX, Duration::ZERO).strict(Duration::MAX, Duration::MAX)),
    ]
}

pub(super) fn starts() -> impl Strategy<Value = Moment> {
    prop_oneof![
        8 => Just(Moment::ORIGIN),
        1 => Just(Moment::NEVER.before(Duration::from_secs(60))),
        1 => Just(Moment::NEVER),
    ]
}

/// What a trace left behind: the model's record, and the pauses that were in force.
pub(super) struct Record {
    pub(super) started: Vec<Started>,
    /// (answered, end of the pause)
    pub(super) pauses: Vec<(Moment, Moment)>,
    pub(super) wakes_asked: usize,
    /// Places whose grant came back after it was taken for ended: that start counts all the same.
    pub(super) late_returns: Vec<usize>,
    /// The longest time anybody was told to wait, from the latest moment ever seen.
    pub(super) longest_wait: Duration,
}

/// Runs pacer and model side by side.
pub(super) fn run(pacing: Pacing, start: Moment, happenings: &[Happening]) -> Result<Record, TestCaseError> {
    let (mut pacer, mut model) = (Pacer::new(pacing), Model::new(pacing));
    let mut now = start;
    let mut highest = Moment::ORIGIN;
    let mut tickets: Vec<(Ticket, usize)> = Vec::new();
    let mut grants: Vec<(Grant, usize)> = Vec::new();
    let mut record = Record {
        started: Vec::new(),
        pauses: Vec::new(),
        wakes_asked: 0,
        late_returns: Vec::new(),
        longest_wait: Duration::ZERO,
    };
    for happening in happenings {
        let pick = |which: &usize, of: usize| (of > 0).then(|| which % of.max(1));
        let shows_time = match happening {
            Happening::Enqueue(_) | Happening::EnqueueCancel | Happening::Hold(_) => true,
            Happening::Poll(_) | Happening::PollAll(_) => !tickets.is_empty(),
            Happening::Settle(..) => !grants.is_empty(),
            _ => false,
        };
        if shows_time {
            highest = highest.max(now);
        }
        match happening {
            Happening::Enqueue(lane) => {
                let ticket = pacer.enqueue(*lane, now).unwrap();
                tickets.push((ticket, model.enqueue(*lane, now)));
            }
            Happening::EnqueueCancel => {
                let ticket = pacer.enqueue_cancel(now).unwrap();
                tickets.push((ticket, model.enqueue_cancel(now)));
            }
            Happening::Abandon(which) => {
                let Some(index) = pick(which, grants.len()) else {
                    continue;
                };
                let (grant, number) = grants.remove(index);
                pacer.abandon(grant);
                model.abandon(number);
            }
            Happening::Poll(which) | Happening::PollAll(which) => {
                let Some(first) = pick(which, tickets.len()) else {
                    continue;
                };
                tickets.rotate_left(first);
                let rounds = if matches!(happening, Happening::Poll(_)) { 1 } else { tickets.len() };
                for _ in 0..rounds {
                    let (ticket, place) = tickets.remove(0);
                    let expected = model.poll(place, now);
                    match pacer.poll(&ticket, now) {
                        Turn::Go(grant) => {
                            prop_assert_eq!(expected, Answer::Go);
                            prop_assert_eq!(grant.lane(), ticket.lane());
                            prop_assert_eq!(grant.at(), highest);
                            // The ticket is spent.
                            prop_assert_eq!(pacer.poll(&ticket, now), Turn::Behind);
                            prop_assert_eq!(model.poll(place, now), Answer::Behind);
                            pacer.cancel(ticket);
                            grants.push((grant, model.started.len() - 1));
                        }
                        Turn::Until(moment, why) => {
                            prop_assert_eq!(expected, Answer::Until(moment, why));
                            prop_assert!(moment > highest || moment == Moment::NEVER, "no spin");
                            record.longest_wait = record.longest_wait.max(moment.since(highest));
                            tickets.push((ticket, place));
                        }
                        Turn::Behind => {
                            prop_assert_eq!(expected, Answer::Behind);
                            tickets.push((ticket, place));
                        }
                    }
                }
            }
            Happening::Cancel(which) => {
                let Some(index) = pick(which, tickets.len()) else {
                    continue;
                };
                let (ticket, place) = tickets.remove(index);
                pacer.cancel(ticket);
                model.cancel(place);
            }
            Happening::Settle(which, feedback) => {
                let Some(index) = pick(which, grants.len()) else {
                    continue;
                };
                let (grant, number) = grants.remove(index);
                pacer.settle(grant, now, *feedback);
                model.settle(number, now, *feedback);
                if let Feedback::TooFast { retry_after } = feedback {
                    let least = pacing
                        .first_penalty
                        .max(retry_after.unwrap_or_default().min(Duration::from_secs(120)));
                    record.pauses.push((highest, highest.after(least)));
                }
            }
            Happening::GiveBack(which) => {
                let Some(index) = pick(which, grants.len()) else {
                    continue;
                };
                let (grant, number) = grants.remove(index);
                let ticket = pacer.give_back(grant);
                let place = model.give_back(number);
                if !model.started[number].returned {
                    record.late_returns.push(place);
                }
                tickets.push((ticket, place));
            }
            Happening::Hold(pause) => {
                pacer.hold(now, *pause);
                model.hold(now, *pause);
                record.pauses.push((highest, highest.after(*pause)));
            }
            Happening::Forward(by) | Happening::Leap(by) => now = now.after(*by),
            Happening::Backward(by) => now = now.before(*by),
        }
        record.wakes_asked += pacer.take_called().len();
        prop_assert_eq!(pacer.waiting().total(), tickets.len());
    }
    record.started = model.started;
    Ok(record)
}
