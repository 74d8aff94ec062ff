//! The pacer as a trace: spacing of starts, order within a lane, and no waiter forgotten.

use arbitrary::Unstructured;
use clore_core::effect::Lane;
use clore_core::pacer::{Feedback, Grant, Pacer, Pacing, Ticket, Turn};
use clore_core::time::Moment;
use core::time::Duration;
use std::collections::VecDeque;

const INTERVAL: Duration = Duration::from_millis(1_000);
const GAP: Duration = Duration::from_millis(5_500);

/// A pacer and what should be true of it.
struct Trace {
    pacer: Pacer,
    now: Moment,
    lanes: [VecDeque<Ticket>; 3],
    open: Vec<Grant>,
    starts: Vec<(Lane, Moment)>,
}

fn place(lane: Lane) -> usize {
    Lane::ALL.iter().position(|one| *one == lane).expect("it is one of them")
}

impl Trace {
    /// Lets the head of a lane look. Whether it was told to go.
    fn look(&mut self, lane: Lane) -> bool {
        let Some(head) = self.lanes[place(lane)].front() else { return false };
        match self.pacer.poll(head, self.now) {
            Turn::Go(grant) => {
                assert_eq!(grant.lane(), lane);
                self.lanes[place(lane)].pop_front();
                if let Some((_, last)) = self.starts.last() {
                    assert!(self.now.since(*last) >= INTERVAL, "too soon: {:?} {:?}", self.starts, self.now);
                }
                let creates = || self.starts.iter().rev().find(|(lane, _)| *lane == Lane::Create);
                if let (Lane::Create, Some((_, last))) = (lane, creates()) {
                    assert!(self.now.since(*last) >= GAP, "a create too soon");
                }
                self.starts.push((lane, self.now));
                self.open.push(grant);
                true
            }
            Turn::Until(moment, _) => {
                assert!(moment > self.now, "told to look again at once");
                false
            }
            Turn::Behind => panic!("the first of its lane is behind somebody"),
        }
    }

    fn step(&mut self, bytes: &mut Unstructured<'_>) -> arbitrary::Result<()> {
        let lane = *bytes.choose(&Lane::ALL)?;
        match bytes.int_in_range(0..=7)? {
            0 | 1 => {
                if let Ok(ticket) = self.pacer.enqueue(lane, self.now) {
                    self.lanes[place(lane)].push_back(ticket);
                }
            }
            2 | 3 => {
                self.look(lane);
            }
            4 => self.now = self.now.after(Duration::from_millis(bytes.int_in_range(0..=9_000)?)),
            5 => {
                // Not the first: one behind it goes away.
                let line = &mut self.lanes[place(lane)];
                if line.len() > 1 {
                    let index = bytes.int_in_range(1..=line.len() - 1)?;
                    self.pacer.cancel(line.remove(index).expect("it is there"));
                }
            }
            6 if !self.open.is_empty() => {
                let grant = self.open.remove(bytes.int_in_range(0..=self.open.len() - 1)?);
                let feedback = *bytes.choose(&[
                    Feedback::Answered,
                    Feedback::Lost,
                    Feedback::Elsewhere,
                    Feedback::TooFast { retry_after: None },
                    Feedback::TooFast { retry_after: Some(Duration::MAX) },
                ])?;
                self.pacer.settle(grant, self.now, feedback);
            }
            7 if !self.open.is_empty() => self.pacer.abandon(self.open.remove(0)),
            _ => {}
        }
        Ok(())
    }
}

/// Joins, leaves, looks, answers and time, as the bytes say; then all who wait get their turn.
pub fn pacer(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let pacing = Pacing::default().interval(INTERVAL).create_gap(GAP).queue(50);
    let pacing = pacing.always_strict(bytes.arbitrary().unwrap_or(false));
    let (pacer, now) = (Pacer::new(pacing), Moment::ORIGIN);
    let mut trace = Trace { pacer, now, lanes: Default::default(), open: Vec::new(), starts: Vec::new() };
    while !bytes.is_empty() && trace.step(&mut bytes).is_ok() {}
    let waiting = |trace: &Trace| trace.lanes.iter().map(VecDeque::len).sum::<usize>();
    for _ in 0..20_000 {
        if waiting(&trace) == 0 {
            break;
        }
        for lane in Lane::ALL {
            trace.look(lane);
        }
        for grant in std::mem::take(&mut trace.open) {
            trace.pacer.settle(grant, trace.now, Feedback::Answered);
        }
        trace.now = trace.now.after(Duration::from_millis(100));
    }
    assert_eq!(waiting(&trace), 0, "somebody never gets a turn");
}
