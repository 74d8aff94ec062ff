//! What is said of turns to come, and of those that cannot be had.

use super::super::{Gate, NoPlace, Pacing, QueueFull, Turn};
use super::story::{Story, at};
use crate::effect::Lane;
use core::task::Waker;

#[test]
fn a_cancel_that_waits_still_counts_when_a_reading_behind_it_goes_away() {
    let mut story = Story::new();
    let _started = story.start(Lane::Normal, 0);
    let _first = story.0.enqueue_cancel(at(1)).unwrap();
    let _second = story.0.enqueue_cancel(at(1)).unwrap();
    let reading = story.queue(Lane::Rescue);
    let behind_both = story.0.earliest(Lane::Rescue, true, at(1));
    assert_eq!(behind_both, at(3_300), "two of 1.1 s each, and the one that started");
    story.0.cancel(reading);
    assert_eq!(story.0.earliest(Lane::Rescue, true, at(1)), behind_both);
}

#[test]
fn the_gate_says_when_a_newcomer_could_start() {
    let gate = Gate::new(Pacing::default());
    let ticket = gate.enqueue(Lane::Normal, at(0)).unwrap();
    assert!(matches!(gate.poll(&ticket, at(0), Waker::noop()), Turn::Go(_)));
    assert_eq!(gate.earliest(Lane::Normal, false, at(1)), at(1_100));
}

#[test]
fn what_cannot_be_had_is_said_in_words() {
    let full = QueueFull { lane: Lane::Normal, waiting: 3 };
    assert_eq!(full.to_string(), "3 requests already wait for their turn");
    assert_eq!(NoPlace::Full(full).to_string(), full.to_string());
    let late = NoPlace::TooLate { earliest: at(1) };
    assert_eq!(late.to_string(), "no turn can come before the deadline");
}
