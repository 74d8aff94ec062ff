//! Spacing that counts from answers, and what a newcomer can reckon with; told as stories in milliseconds.

use super::super::{Feedback, WaitReason};
use super::story::{Story, at};
use crate::effect::Lane;

const TOO_FAST: Feedback = Feedback::TooFast { retry_after: None };

#[test]
fn for_a_minute_after_code_5_spacing_counts_from_the_answer() {
    let mut story = Story::new();
    let fast = story.start(Lane::Normal, 0);
    story.settle(fast, 100, TOO_FAST);
    let slow = story.start(Lane::Normal, 2_100);
    let next = story.queue(Lane::Normal);
    assert_eq!(story.told(&next, 2_200), (5_100, WaitReason::Strict), "never beyond 3 s after the start");
    story.settle(slow, 2_900, Feedback::Answered);
    assert_eq!(story.0.take_called(), [next.place], "it can go earlier than it was told");
    assert_eq!(story.told(&next, 2_900), (4_000, WaitReason::Strict));
    let _ = story.go(&next, 4_000);
    let _late = story.start(Lane::Normal, 60_050);
    let after = story.queue(Lane::Normal);
    assert_eq!(story.told(&after, 60_060), (61_150, WaitReason::Interval), "the minute ended at 60.1 s");
}

/// What was given up without an answer may still arrive: where spacing is strict it is waited for to the reach.
#[test]
fn a_lost_request_is_waited_for_to_the_reach_and_another_host_s_answer_is_not() {
    for (feedback, due) in
        [(Feedback::Lost, 3_000), (Feedback::Elsewhere, 1_150), (Feedback::Answered, 1_150)]
    {
        let mut story = Story::strict();
        let grant = story.start(Lane::Normal, 0);
        story.settle(grant, 50, feedback);
        let next = story.queue(Lane::Normal);
        assert_eq!(story.told(&next, 60), (due, WaitReason::Strict), "{feedback:?}");
    }
}

#[test]
fn a_call_that_hangs_stops_nobody_for_longer_than_the_reach() {
    let mut story = Story::strict();
    let _hung = story.start(Lane::Normal, 0);
    let next = story.queue(Lane::Rescue);
    assert_eq!(story.told(&next, 2_900), (3_000, WaitReason::Strict));
    let _ = story.go(&next, 3_000);
}

/// Each answer calls the lane whose turn it is, so a busy lane does not outrun one that sleeps to the reach.
#[test]
fn where_spacing_is_strict_an_answer_calls_the_lane_whose_turn_it_is() {
    let mut story = Story::strict();
    let read = story.start(Lane::Normal, 0);
    let (next, create) = (story.queue(Lane::Normal), story.queue(Lane::Create));
    story.told(&next, 10);
    story.told(&create, 10);
    story.settle(read, 100, Feedback::Answered);
    assert_eq!(story.0.take_called(), [create.place]);
    let create = story.go(&create, 1_200);
    story.settle(create, 1_300, Feedback::Answered);
    assert_eq!(story.0.take_called(), [next.place]);
    let _ = story.go(&next, 2_400);
}

/// An answer calls one lane; when that one goes away before its turn, the next must hear of it.
#[test]
fn a_called_head_that_goes_away_passes_the_call_on() {
    let mut story = Story::strict();
    let read = story.start(Lane::Normal, 0);
    let (next, rescue) = (story.queue(Lane::Normal), story.queue(Lane::Rescue));
    story.told(&next, 10);
    story.told(&rescue, 10);
    story.settle(read, 100, Feedback::Answered);
    assert_eq!(story.0.take_called(), [rescue.place]);
    story.0.cancel(rescue);
    assert_eq!(story.0.take_called(), [next.place]);
    let _ = story.go(&next, 1_200);
}

/// Whoever is left the turn may still sleep until a later moment, which it was told before the answer came.
#[test]
fn a_lane_that_is_left_the_turn_is_called() {
    let mut story = Story::strict();
    let read = story.start(Lane::Normal, 0);
    let (dead, create) = (story.queue(Lane::Rescue), story.queue(Lane::Create));
    story.told(&dead, 10);
    story.told(&create, 10);
    story.settle(read, 100, Feedback::Answered);
    assert_eq!(story.0.take_called(), [dead.place], "it never comes");
    let next = story.queue(Lane::Normal);
    assert_eq!(story.told(&next, 1_200), (1_300, WaitReason::Turn));
    assert_eq!(story.told(&next, 1_300), (1_400, WaitReason::Turn));
    assert_eq!(story.0.take_called(), [create.place]);
    let _ = story.go(&create, 1_300);
}

/// What is under way may be answered now, so a short deadline is not refused for its sake.
#[test]
fn earliest_takes_what_is_under_way_for_answered_now() {
    let mut story = Story::new();
    let _create = story.start(Lane::Create, 0);
    assert_eq!(story.0.earliest(Lane::Create, false, at(1_000)), at(6_500));
    assert_eq!(story.0.earliest(Lane::Create, false, at(62_000)), at(65_500), "it counts as ended at 60 s");
    assert_eq!(story.0.earliest(Lane::Normal, false, at(62_000)), at(62_000));
}

#[test]
fn earliest_of_a_cancel_counts_cancels_alone() {
    let mut story = Story::new();
    let _first = story.start(Lane::Normal, 0);
    let _reads = [story.queue(Lane::Rescue), story.queue(Lane::Rescue)];
    let cancel = story.0.enqueue_cancel(at(0)).unwrap();
    assert_eq!(story.0.earliest(Lane::Rescue, false, at(0)), at(4_400));
    assert_eq!(story.0.earliest(Lane::Rescue, true, at(0)), at(2_200));
    story.0.cancel(cancel);
    assert_eq!(story.0.earliest(Lane::Rescue, true, at(0)), at(1_100));
}
