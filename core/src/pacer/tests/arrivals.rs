//! P3: what the service sees. A request arrives some time after its start, and its answer comes some time after that.

use core::time::Duration;

use proptest::prelude::*;

use super::super::{Feedback, Pacing};
use super::bench::Bench;
use crate::effect::Lane;
use crate::time::Moment;

/// What the network does to one request, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Way {
    lane: Lane,
    /// From its start to its arrival.
    out: u64,
    /// From its arrival to the end of the exchange.
    back: u64,
    /// The client gives up this long after the start, before or after the arrival.
    given_up: Option<u64>,
}

fn ways(
    out: impl Strategy<Value = u64>,
    given_up: impl Strategy<Value = Option<u64>>,
) -> impl Strategy<Value = Way> {
    (0_usize..3, out, 0_u64..8_000, given_up).prop_map(|(lane, out, back, given_up)| Way {
        lane: Lane::ALL[lane],
        out,
        back,
        given_up,
    })
}

fn never() -> impl Strategy<Value = Option<u64>> {
    Just(None)
}

fn sometimes() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![3 => Just(None), 1 => (0_u64..6_000).prop_map(Some)]
}

/// When each request arrives, in the order of their starts.
fn arrivals(pacing: Pacing, ways: &[Way]) -> Vec<Moment> {
    let mut bench = Bench::new(pacing);
    for way in ways {
        bench.add(way.lane);
    }
    bench.run(|task| {
        let Way { out, back, given_up, .. } = ways[task];
        let end = out + back;
        match given_up {
            Some(after) if after < end => (Duration::from_millis(after), Feedback::Lost),
            _ => (Duration::from_millis(end), Feedback::Answered),
        }
    });
    assert_eq!(bench.granted.len(), ways.len());
    bench.granted.iter().map(|(task, _, at)| at.after(Duration::from_millis(ways[*task].out))).collect()
}

fn in_order(mut arrivals: Vec<Moment>) -> Vec<Moment> {
    arrivals.sort();
    arrivals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// P3, strict: whatever the delays within the reach, and whoever gives up or hangs, arrivals are spaced.
    #[test]
    fn p3_strict_spacing_is_that_of_arrivals(
        ways in proptest::collection::vec(ways(0_u64..=1_900, sometimes()), 1..40),
        interval in 1_u64..=1_100,
    ) {
        // An arrival within the reach less the interval of its start.
        let pacing = Pacing::default().always_strict(true).interval(Duration::from_millis(interval));
        let pacing = pacing.strict(pacing.strict_for, Duration::from_millis(1_900 + interval));
        let arrivals = arrivals(pacing, &ways);
        prop_assert!(arrivals.is_sorted(), "they arrive in the order of their starts");
        for pair in arrivals.windows(2) {
            prop_assert!(pair[1].since(pair[0]) >= pacing.interval, "{:?}", pair);
        }
    }

    /// P3, counting from starts: arrivals come closer together by as much as the delays of two requests differ.
    #[test]
    fn p3_spacing_of_starts_shrinks_by_the_spread_of_delays(
        ways in proptest::collection::vec(ways(500_u64..=1_200, never()), 1..40),
    ) {
        let pacing = Pacing::default();
        let spread = ways.iter().map(|way| way.out).max().unwrap() - ways.iter().map(|way| way.out).min().unwrap();
        for pair in in_order(arrivals(pacing, &ways)).windows(2) {
            prop_assert!(pair[1].since(pair[0]) >= pacing.interval.saturating_sub(Duration::from_millis(spread)));
        }
    }
}

/// The last of the two properties is not empty, nor is the reach: beyond both, arrivals do come together.
#[test]
fn what_is_not_promised_does_not_hold() {
    let way = |out| Way { lane: Lane::Normal, out, back: 10, given_up: None };
    let close = arrivals(Pacing::default(), &[way(1_000), way(0)]);
    assert_eq!(close[1].since(close[0]), Duration::from_millis(100));
    let beyond = arrivals(Pacing::default().always_strict(true), &[way(2_500), way(0)]);
    assert_eq!(beyond[1].since(beyond[0]), Duration::from_millis(500));
}
