//! Many virtual tasks at one gate: nobody is forgotten, nobody is woken for nothing, no turn is lost.

use core::task::Waker;
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;

use proptest::prelude::*;

use super::super::{Feedback, Gate, Pacing, Turn};
use super::bench::{Bench, Fate};
use crate::effect::Lane;
use crate::time::Moment;

const AT_ONCE: Fate = (Duration::ZERO, Feedback::Answered);

fn lanes() -> impl Strategy<Value = Vec<Lane>> {
    proptest::collection::vec((0_usize..3).prop_map(|lane| Lane::ALL[lane]), 1..40)
}

fn either_mode() -> impl Strategy<Value = Pacing> {
    any::<bool>().prop_map(|strict| Pacing::default().always_strict(strict))
}

fn fates() -> impl Strategy<Value = Fate> {
    let feedback = prop_oneof![
        6 => Just(Feedback::Answered),
        1 => Just(Feedback::Unsent),
        1 => Just(Feedback::Lost),
        1 => Just(Feedback::TooFast { retry_after: None }),
    ];
    (0_u64..4_000, feedback).prop_map(|(millis, feedback)| (Duration::from_millis(millis), feedback))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// P8: `k` of `n` go away at any point; the others finish as if those had never come.
    #[test]
    fn p8_who_goes_away_costs_no_turn_and_no_wake_up(
        pacing in either_mode(), points in proptest::collection::vec(0_u8..6, 1..40),
    ) {
        let mut bench = Bench::new(pacing);
        for _ in &points {
            bench.add(Lane::Normal);
        }
        let stays = |task: usize| points[task] >= 4;
        // 0: before the first poll.
        for (task, point) in points.iter().enumerate() {
            if *point == 0 {
                bench.drop_task(task);
            }
        }
        // 3: granted but unsent.
        let mut fate = |task: usize| if points[task] == 3 { (Duration::ZERO, Feedback::Unsent) } else { AT_ONCE };
        bench.look(&mut fate);
        // 1: queued. 2: woken as new head by a predecessor that goes away, and not polled.
        for kind in [1, 2] {
            for (task, point) in points.iter().enumerate() {
                if *point == kind {
                    bench.drop_task(task);
                }
            }
        }
        bench.run(fate);
        let left = (0..points.len()).filter(|task| stays(*task)).count();
        let finished = bench.granted.iter().filter(|(task, _, _)| stays(*task)).count();
        prop_assert_eq!(finished, left);
        // One of those that went away may have been granted in the first look, before it was dropped.
        let sent = u32::try_from(bench.granted.len()).unwrap();
        prop_assert!(sent as usize <= left + 1);
        if let Some((_, _, last)) = bench.granted.last() {
            prop_assert_eq!(last.since_origin(), pacing.interval * (sent - 1));
        }
        prop_assert_eq!(bench.gate.waiting().total(), 0);
    }

    /// P9: driven only by what they were told and by wake-ups, all go, whatever happens to each.
    #[test]
    fn p9_every_waiter_gets_its_turn(
        pacing in either_mode(), lanes in lanes(), fates in proptest::collection::vec(fates(), 40),
    ) {
        let mut bench = Bench::new(pacing);
        for lane in &lanes {
            bench.add(*lane);
        }
        bench.run(|task| fates[task]);
        prop_assert!((0..lanes.len()).all(|task| !bench.is_waiting(task)));
        // P7 in each lane, and strict spacing of creates: none starts within the gap of the previous one's end.
        for lane in Lane::ALL {
            let order: Vec<_> = bench.granted.iter().filter(|(_, of, _)| *of == lane).map(|(task, ..)| *task).collect();
            prop_assert!(order.is_sorted());
        }
        let creates: Vec<_> = bench.granted.iter().filter(|(_, lane, _)| *lane == Lane::Create).collect();
        for pair in creates.windows(2) {
            let end = pair[0].2.after(fates[pair[0].0].0);
            prop_assert!(pair[1].2.since(end) >= Duration::from_millis(5_500));
        }
    }

    /// P12 in every mix of lanes, all answered. A create where spacing is strict wakes the head of another lane too.
    #[test]
    fn p12_a_grant_wakes_at_most_two(
        pacing in either_mode(), lanes in lanes(), fates in proptest::collection::vec(0_u64..4_000, 40),
    ) {
        let mut bench = Bench::new(pacing);
        for lane in &lanes {
            bench.add(*lane);
        }
        bench.run(|task| (Duration::from_millis(fates[task]), Feedback::Answered));
        prop_assert_eq!(bench.granted.len(), lanes.len());
        let creates = lanes.iter().filter(|lane| **lane == Lane::Create && pacing.always_strict).count();
        prop_assert!(bench.rings() <= 2 * lanes.len() + creates, "{} rings", bench.rings());
    }

    /// P7 across lanes: once its window is open, a create is delayed by one read at most.
    #[test]
    fn p7_reads_delay_a_create_by_one_turn_at_most(
        pacing in either_mode(), creates in 2_usize..6, reads in 0_usize..60, takes in 0_u64..1_000,
    ) {
        let mut bench = Bench::new(pacing);
        for _ in 0..reads {
            bench.add(Lane::Normal);
        }
        for _ in 0..creates {
            bench.add(Lane::Create);
        }
        bench.run(|_| (Duration::from_millis(takes), Feedback::Answered));
        let starts: Vec<_> = bench.granted.iter().filter(|(_, lane, _)| *lane == Lane::Create).map(|g| g.2).collect();
        let turn = 1_100 + if pacing.always_strict { takes } else { 0 };
        for pair in starts.windows(2) {
            prop_assert!(pair[1].since(pair[0]) <= Duration::from_millis(takes + 5_500 + 2 * turn), "{:?}", starts);
        }
    }

    /// P13: wakers of others' making panic when they are called; whoever waits behind still gets its turn.
    #[test]
    #[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
    fn p13_wakers_that_panic_harm_nobody_else(
        pacing in either_mode(), broken in proptest::collection::vec(any::<bool>(), 1..30),
    ) {
        let mut bench = Bench::new(pacing);
        for broken in &broken {
            if *broken { bench.add_broken(Lane::Normal) } else { bench.add(Lane::Normal) };
        }
        bench.run(|_| AT_ONCE);
        for (task, broken) in broken.iter().enumerate() {
            prop_assert!(!bench.is_waiting(task), "{task}, broken: {broken}, waits for ever");
        }
    }

    /// P14: a full queue uses every slot; where spacing is strict a slot is a round trip and the interval.
    #[test]
    fn p14_a_full_queue_runs_at_the_limit(pacing in either_mode(), lanes in lanes(), takes in 0_u64..1_000) {
        let mut bench = Bench::new(pacing);
        let lanes: Vec<_> = lanes.into_iter().filter(|lane| *lane != Lane::Create).collect();
        for lane in &lanes {
            bench.add(*lane);
        }
        bench.run(|_| (Duration::from_millis(takes), Feedback::Answered));
        let slot = pacing.interval + Duration::from_millis(if pacing.always_strict { takes } else { 0 });
        for pair in bench.granted.windows(2) {
            prop_assert_eq!(pair[1].2.since(pair[0].2), slot);
        }
        prop_assert_eq!(bench.granted.len(), lanes.len());
    }
}

/// Reliability T7: the TypeScript client sent a third of what the service allows.
#[test]
fn throughput_at_limit() {
    let pacing = Pacing::default();
    let mut bench = Bench::new(pacing);
    for _ in 0..1_000 {
        bench.add(Lane::Normal);
    }
    bench.run(|_| (Duration::from_millis(300), Feedback::Answered));
    assert_eq!(bench.granted.len(), 1_000);
    assert_eq!(bench.granted[999].2.since_origin(), pacing.interval * 999);
    assert!(bench.rings() <= 1_000, "{} rings", bench.rings());
}

/// The design's storm: all answers are code 5. The rate falls and nobody starts within a pause.
#[test]
fn a_storm_of_code_5_slows_everybody_down() {
    let mut bench = Bench::new(Pacing::default());
    for task in 0..100 {
        bench.add(Lane::ALL[task % 3]);
    }
    bench.run(|_| (Duration::from_millis(100), Feedback::TooFast { retry_after: None }));
    let gaps: Vec<_> = bench.granted.windows(2).map(|pair| pair[1].2.since(pair[0].2)).collect();
    assert_eq!(gaps.len(), 99);
    assert!(gaps.is_sorted() && gaps[98] >= Duration::from_secs(30), "{gaps:?}");
}

struct Breaks;

impl Wake for Breaks {
    fn wake(self: Arc<Self>) {
        panic!("a waker of somebody else's making");
    }
}

#[test]
#[cfg_attr(panic = "abort", ignore = "a panic ends the process there")]
fn p13_a_waker_that_panics_harms_nobody_else() {
    let gate = Gate::new(Pacing::default());
    let now = Moment::ORIGIN;
    let tickets: Vec<_> = (0..3).map(|_| gate.enqueue(Lane::Normal, now).unwrap()).collect();
    let broken = Waker::from(Arc::new(Breaks));
    assert_eq!(gate.poll(&tickets[1], now, &broken), Turn::Behind);
    let mut tickets = tickets.into_iter();
    let (first, second, third) = (tickets.next().unwrap(), tickets.next().unwrap(), tickets.next().unwrap());
    // It is somebody else's panic: it does not unwind whoever goes away.
    gate.cancel(first);
    gate.cancel(second);
    assert!(matches!(gate.poll(&third, now, Waker::noop()), Turn::Go(_)));
}
