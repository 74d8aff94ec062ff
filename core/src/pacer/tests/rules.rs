//! One rule each, on the pure queue, told as a story in milliseconds.

use core::time::Duration;

use super::super::{Feedback, Pacer, Pacing, Turn, WaitReason};
use super::story::{Story, at};
use crate::effect::Lane;

const TOO_FAST: Feedback = Feedback::TooFast { retry_after: None };

#[test]
fn only_the_head_waits_for_time() {
    let mut story = Story::new();
    let (first, second, third) =
        (story.queue(Lane::Normal), story.queue(Lane::Normal), story.queue(Lane::Normal));
    assert_eq!(story.0.poll(&second, at(0)), Turn::Behind);
    let _grant = story.go(&first, 0);
    assert_eq!(story.told(&second, 0), (1_100, WaitReason::Interval));
    assert_eq!(story.0.poll(&third, at(5_000)), Turn::Behind);
}

/// Reliability S11: after a code 5 one of the seed's threads waited while the others went on sending.
#[test]
fn penalty_is_shared() {
    let mut story = Story::new();
    let grant = story.start(Lane::Normal, 0);
    story.settle(grant, 200, TOO_FAST);
    for lane in Lane::ALL {
        let ticket = story.queue(lane);
        assert_eq!(story.told(&ticket, 300), (2_200, WaitReason::Penalty), "{lane:?}");
        story.0.cancel(ticket);
    }
}

/// Reliability O5: in the official SDK a later, shorter pause took the place of a longer one.
#[test]
fn penalty_is_max_not_last() {
    let mut story = Story::new();
    let (first, second) = (story.start(Lane::Normal, 0), story.start(Lane::Normal, 1_100));
    story.settle(first, 1_200, Feedback::TooFast { retry_after: Some(Duration::from_secs(60)) });
    story.settle(second, 1_300, TOO_FAST);
    story.0.hold(at(1_400), Duration::from_millis(1));
    let ticket = story.queue(Lane::Normal);
    assert_eq!(story.told(&ticket, 1_500), (61_200, WaitReason::Penalty));
}

/// Reliability O5: the official SDK's tasks that slept already sent during a pause.
#[test]
fn penalty_reaches_sleepers() {
    let mut story = Story::new();
    let grant = story.start(Lane::Normal, 0);
    let sleeper = story.queue(Lane::Normal);
    assert_eq!(story.told(&sleeper, 10), (1_100, WaitReason::Interval));
    story.settle(grant, 1_000, TOO_FAST);
    assert_eq!(story.told(&sleeper, 1_100), (3_000, WaitReason::Penalty));
    assert_eq!(story.go(&sleeper, 3_000).at(), at(3_000));
}

#[test]
fn penalties_double_to_a_cap_and_halve_with_success() {
    let mut story = Story::new();
    let mut now = 0;
    let mut pause_after = |feedback| {
        let grant = story.start(Lane::Rescue, now);
        story.settle(grant, now, feedback);
        let ticket = story.queue(Lane::Rescue);
        let (until, _) = story.told(&ticket, now);
        story.0.cancel(ticket);
        let pause = until - now;
        now = until;
        pause
    };
    let pauses: Vec<_> = (0..6).map(|_| pause_after(TOO_FAST)).collect();
    assert_eq!(pauses, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert_eq!(pause_after(Feedback::Answered), 1_100);
    assert_eq!(pause_after(TOO_FAST), 15_000);
    // It says nothing about speed, and may still be on its way: 3 s.
    assert_eq!(pause_after(Feedback::Lost), 3_000);
    assert_eq!(pause_after(TOO_FAST), 30_000);
}

#[test]
fn code_5_to_what_was_already_under_way_does_not_double_again() {
    let mut story = Story::new();
    let grants =
        [story.start(Lane::Normal, 0), story.start(Lane::Normal, 1_100), story.start(Lane::Normal, 2_200)];
    for grant in grants {
        story.settle(grant, 2_500, TOO_FAST);
    }
    let ticket = story.queue(Lane::Normal);
    assert_eq!(story.told(&ticket, 2_600), (4_500, WaitReason::Penalty));
}

/// Reliability S11: the seed sent a create again 2 s after a code 5, inside the window of 5 s.
#[test]
fn create_retry_waits_class_window() {
    let mut story = Story::new();
    let create = story.start(Lane::Create, 0);
    story.settle(create, 700, TOO_FAST);
    let again = story.queue(Lane::Create);
    assert_eq!(story.told(&again, 800), (6_200, WaitReason::CreateGap));
}

#[test]
fn any_refused_create_restarts_the_window_at_its_answer() {
    for feedback in [Feedback::Answered, Feedback::Lost] {
        let mut story = Story::new();
        let create = story.start(Lane::Create, 0);
        story.settle(create, 2_000, feedback);
        let next = story.queue(Lane::Create);
        assert_eq!(story.told(&next, 2_000), (7_500, WaitReason::CreateGap));
    }
}

#[test]
fn a_create_waiting_for_its_window_holds_back_no_read() {
    let mut story = Story::new();
    let create = story.start(Lane::Create, 0);
    story.settle(create, 300, Feedback::Answered);
    let (second, read) = (story.queue(Lane::Create), story.queue(Lane::Normal));
    assert_eq!(story.told(&second, 400).0, 5_800);
    let _ = story.go(&read, 1_100);
}

/// Reliability T2: a create of the TypeScript client that hung stopped its queue for ever. Here it stops creates alone,
/// and those for a minute at most.
#[test]
fn hung_create_does_not_stop_reads() {
    let mut story = Story::new();
    let hung = story.start(Lane::Create, 0);
    let next = story.queue(Lane::Create);
    assert_eq!(story.told(&next, 10), (65_500, WaitReason::Strict));
    for turn in 1..=20 {
        let _read = story.start(Lane::Normal, turn * 1_100);
    }
    assert_eq!(story.told(&next, 60_001), (65_500, WaitReason::CreateGap));
    let _ = story.go(&next, 65_500);
    story.settle(hung, 66_000, Feedback::Lost);
}

#[test]
fn a_create_comes_next_once_its_window_is_open() {
    let mut story = Story::new();
    let _read = story.start(Lane::Normal, 0);
    let (create, read) = (story.queue(Lane::Create), story.queue(Lane::Normal));
    story.told(&create, 0);
    assert_eq!(story.told(&read, 1_100), (1_200, WaitReason::Turn));
    let _ = story.go(&create, 1_150);
    assert_eq!(story.told(&read, 1_200), (2_250, WaitReason::Interval));
}

#[test]
fn rescue_has_every_other_turn_while_others_wait() {
    let mut story = Story::new();
    let mut waiting: Vec<_> = (0..4).map(|_| story.queue(Lane::Normal)).collect();
    waiting.extend((0..4).map(|_| story.queue(Lane::Rescue)));
    let mut order = Vec::new();
    for turn in 0..8 {
        let now = at(turn * 1_100);
        // First look: everyone shows that they wait. Second look: who is first goes.
        for _ in 0..2 {
            waiting.retain(|ticket| match story.0.poll(ticket, now) {
                Turn::Go(grant) => {
                    order.push(grant.lane());
                    story.0.settle(grant, now, Feedback::Answered);
                    false
                }
                _ => true,
            });
        }
    }
    use Lane::{Normal, Rescue};
    assert_eq!(
        order[..7].iter().filter(|lane| **lane == Rescue).count(),
        3 + usize::from(order[0] == Rescue)
    );
    assert!(order.windows(2).all(|pair| pair[0] != pair[1]), "{order:?}");
    assert!(order.contains(&Normal));
}

#[test]
fn a_lane_that_does_not_come_for_its_turn_is_passed_after_a_tenth_of_a_second() {
    let mut story = Story::new();
    let _read = story.start(Lane::Normal, 0);
    let (absent, read) = (story.queue(Lane::Rescue), story.queue(Lane::Normal));
    story.told(&absent, 0);
    assert_eq!(story.told(&read, 1_100), (1_200, WaitReason::Turn));
    let _ = story.go(&read, 1_200);
    let next = story.queue(Lane::Normal);
    let _ = story.go(&next, 2_300);
    assert_eq!(story.told(&absent, 2_300).1, WaitReason::Interval, "it is still head of its lane");
    let _ = story.go(&absent, 3_400);
}

#[test]
fn a_kept_place_that_is_not_polled_stops_no_other_lane() {
    let mut story = Story::new();
    let (create, behind) = (story.queue(Lane::Create), story.queue(Lane::Create));
    let unused = story.go(&create, 0);
    let kept = story.0.give_back(unused);
    let _read = story.start(Lane::Normal, 0);
    let _rescue = story.start(Lane::Rescue, 1_100);
    assert_eq!(story.0.poll(&behind, at(2_200)), Turn::Behind, "the place is kept");
    let _ = story.go(&kept, 2_200);
}

#[test]
fn an_unsent_start_does_not_count() {
    let mut story = Story::new();
    let create = story.start(Lane::Create, 0);
    let (next, read) = (story.queue(Lane::Create), story.queue(Lane::Normal));
    story.told(&next, 10);
    story.told(&read, 10);
    story.settle(create, 20, Feedback::Unsent);
    assert_eq!(story.0.take_called().len(), 2, "both heads can go earlier than they were told");
    let _ = story.go(&read, 20);
}

#[test]
fn a_cancel_goes_before_reads_that_rescue_and_behind_other_cancels() {
    let mut story = Story::new();
    let reading = story.queue(Lane::Rescue);
    let first = story.0.enqueue_cancel(at(0)).unwrap();
    let second = story.0.enqueue_cancel(at(0)).unwrap();
    assert_eq!(story.0.poll(&reading, at(0)), Turn::Behind);
    let _ = story.go(&first, 0);
    let _ = story.go(&second, 1_100);
    assert_eq!(story.0.take_called(), [second.place, reading.place]);
    let _ = story.go(&reading, 2_200);
}

#[test]
fn an_abandoned_create_ends_at_the_next_moment_seen() {
    let mut story = Story::new();
    let create = story.start(Lane::Create, 0);
    let next = story.queue(Lane::Create);
    assert_eq!(story.told(&next, 10), (65_500, WaitReason::Strict));
    story.0.abandon(create);
    assert_eq!(story.0.take_called(), [next.place], "it need not wait for the longest hold");
    assert_eq!(story.told(&next, 20_000), (25_500, WaitReason::CreateGap));
}

#[test]
fn a_grant_dropped_before_it_was_sent_leaves_no_trace() {
    let mut story = Story::new();
    let create = story.start(Lane::Create, 0);
    let ticket = story.0.give_back(create);
    story.0.cancel(ticket);
    assert_eq!(story.0.waiting().total(), 0);
    let _ = story.start(Lane::Create, 0);
}

#[test]
fn p5_idle_time_is_not_saved_up() {
    let mut story = Story::new();
    let _first = story.start(Lane::Normal, 3_600_000);
    let second = story.queue(Lane::Normal);
    assert_eq!(story.told(&second, 3_600_000).0, 3_601_100);
}

#[test]
fn a_full_lane_refuses_and_the_others_do_not() {
    let mut pacer = Pacer::new(Pacing::default().queue(2));
    let _kept = [pacer.enqueue(Lane::Normal, at(0)).unwrap(), pacer.enqueue(Lane::Normal, at(0)).unwrap()];
    let full = pacer.enqueue(Lane::Normal, at(0)).unwrap_err();
    assert_eq!((full.lane, full.waiting), (Lane::Normal, 2));
    let _cancel = pacer.enqueue(Lane::Rescue, at(0)).unwrap();
    assert_eq!(pacer.waiting().total(), 3);
}

#[test]
fn earliest_counts_those_before_and_the_penalty() {
    let mut story = Story::new();
    assert_eq!(story.0.earliest(Lane::Normal, false, at(5)), at(5));
    let grant = story.start(Lane::Normal, 10);
    let _waiting = [story.queue(Lane::Normal), story.queue(Lane::Normal)];
    assert_eq!(story.0.earliest(Lane::Normal, false, at(10)), at(3_310));
    story.settle(grant, 20, TOO_FAST);
    assert_eq!(story.0.earliest(Lane::Normal, false, at(20)), at(4_220));
    assert_eq!(story.0.earliest(Lane::Rescue, false, at(20)), at(2_020));
}

#[test]
fn a_hundred_thousand_waiters_are_cancelled_without_a_search() {
    let mut pacer = Pacer::new(Pacing::default().queue(100_000));
    let mut tickets: Vec<_> = (0..100_000).map(|_| pacer.enqueue(Lane::Normal, at(0)).unwrap()).collect();
    let last = tickets.pop().unwrap();
    let mut middle = tickets.split_off(50_000);
    while let Some(ticket) = middle.pop() {
        assert_eq!(pacer.poll(&ticket, at(0)), Turn::Behind);
        pacer.cancel(ticket);
    }
    tickets.into_iter().for_each(|ticket| pacer.cancel(ticket));
    assert!(matches!(pacer.poll(&last, at(0)), Turn::Go(_)));
}
