//! P1, P2, P4 to P7, P11, P12 and P15 over random traces; P3 is in `arrivals`, P8, P9, P13 and P14 in `contention`, P10
//! with the calls, P16 with the retry budget.

use core::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Feedback, Pacer, Pacing, Turn};
use super::model::Started;
use super::traces::{Happening, Record, happening, pacings, run, starts};
use crate::effect::Lane;
use crate::time::Moment;

/// Requests that were sent, in the order of their starts.
fn sent(record: &Record) -> Vec<&Started> {
    record.started.iter().filter(|started| !started.returned).collect()
}

fn either_mode() -> impl Strategy<Value = Pacing> {
    any::<bool>().prop_map(|strict| Pacing::default().always_strict(strict))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// P15, and with it P9 for the pacer alone: a moment that is told is later.
    #[test]
    fn p15_the_pacer_is_the_model(pacing in pacings(), start in starts(), happenings in vec(happening(), 0..150)) {
        run(pacing, start, &happenings)?;
    }

    /// P1: whatever the order, the lanes, the answers and the clock.
    #[test]
    fn p1_starts_are_an_interval_apart(
        pacing in either_mode(), start in starts(), happenings in vec(happening(), 0..200),
    ) {
        let record = run(pacing, start, &happenings)?;
        for pair in sent(&record).windows(2) {
            prop_assert!(pair[1].at.since(pair[0].at) >= pacing.interval);
        }
    }

    /// P2: creates keep their gap from the end of the one before, and P1 with all others.
    #[test]
    fn p2_creates_keep_their_gap(pacing in either_mode(), happenings in vec(happening(), 0..200)) {
        let record = run(pacing, Moment::ORIGIN, &happenings)?;
        let creates: Vec<_> = sent(&record).into_iter().filter(|started| started.lane == Lane::Create).collect();
        for pair in creates.windows(2) {
            prop_assert!(pair[1].at.since(pair[0].closed.unwrap_or(pair[0].at)) >= pacing.create_gap);
        }
    }

    /// P4: a place is granted once, and once more each time its grant came back.
    #[test]
    fn p4_every_send_has_a_grant_of_its_own(pacing in pacings(), happenings in vec(happening(), 0..200)) {
        let record = run(pacing, Moment::ORIGIN, &happenings)?;
        let of_place = |place| record.started.iter().filter(move |started| started.place == place);
        for started in &record.started {
            let used = of_place(started.place).filter(|started| !started.returned).count();
            prop_assert!(used <= 1 || record.late_returns.contains(&started.place));
        }
    }

    /// P5: after any idle time one goes, and the next an interval later.
    #[test]
    fn p5_idle_time_allows_a_burst_of_one(pacing in either_mode(), idle in 0_u64..1_000_000, lane in 0_usize..3) {
        let now = Moment::from_origin(Duration::from_millis(idle));
        let mut pacer = Pacer::new(pacing);
        let tickets = [Lane::ALL[lane], Lane::Normal, Lane::Rescue].map(|lane| pacer.enqueue(lane, now).unwrap());
        let gone = |turn| if let Turn::Go(grant) = turn { Some(grant) } else { None };
        let mut grants: Vec<_> = tickets.iter().filter_map(|ticket| gone(pacer.poll(ticket, now))).collect();
        prop_assert_eq!(grants.len(), 1);
        pacer.settle(grants.remove(0), now, Feedback::Answered);
        let early = now.after(pacing.interval).before(Duration::from_nanos(1));
        prop_assert!(tickets.iter().all(|ticket| gone(pacer.poll(ticket, early)).is_none()));
    }

    /// P6: nothing starts within a pause, however pauses overlap; each is at least what was asked and the first one.
    #[test]
    fn p6_nothing_starts_within_a_pause(pacing in either_mode(), happenings in vec(happening(), 0..200)) {
        let record = run(pacing, Moment::ORIGIN, &happenings)?;
        for (from, until) in record.pauses {
            prop_assert!(!record.started.iter().any(|started| started.at > from && started.at < until));
        }
    }

    /// P7: in each lane the order of grants is the order of places, among those that were not returned.
    #[test]
    fn p7_each_lane_is_first_in_first_out(pacing in either_mode(), happenings in vec(happening(), 0..200)) {
        let record = run(pacing, Moment::ORIGIN, &happenings)?;
        for (lane, cancel) in [(Lane::Rescue, true), (Lane::Rescue, false), (Lane::Create, false), (Lane::Normal, false)] {
            let of_lane = record.started.iter().filter(|s| s.lane == lane && s.cancel == cancel);
            let mut order = of_lane.filter(|s| !s.returned).map(|s| s.place);
            let mut last = None;
            // A place that came back may be granted again after those behind it.
            let grants_of = |place| record.started.iter().filter(|s| s.place == place).count();
            let in_order = order.all(|place| {
                let later = Some(place) > last || grants_of(place) > 1;
                last = last.max(Some(place));
                later
            });
            prop_assert!(in_order);
        }
    }

    /// P11: whatever the clock shows and the settings say, no panic, and no wait beyond the longest pause that is
    /// believed and a create that hangs.
    #[test]
    fn p11_no_clock_and_no_setting_makes_anybody_wait_for_ever(
        extreme in pacings(), pacing in either_mode(), start in starts(), happenings in vec(happening(), 0..150),
    ) {
        run(extreme, start, &happenings)?;
        let record = run(pacing, start, &happenings)?;
        let most = Duration::from_secs(120) + pacing.create_hold + pacing.create_gap;
        prop_assert!(record.longest_wait <= most, "{:?}", record.longest_wait);
    }

    /// Reliability S6: the seed slept an hour because the clock was set back an hour. Here the clock goes where it
    /// likes between any two happenings.
    #[test]
    fn clock_jumps_never_change_spacing(
        jumps in vec((happening(), any::<bool>(), 0_u64..4_000_000), 0..120),
    ) {
        let leap = |(happening, back, millis)| {
            let by = Duration::from_millis(millis);
            [if back { Happening::Backward(by) } else { Happening::Leap(by) }, happening]
        };
        let happenings: Vec<_> = jumps.into_iter().flat_map(leap).collect();
        let record = run(Pacing::default(), Moment::ORIGIN, &happenings)?;
        for pair in sent(&record).windows(2) {
            prop_assert!(pair[1].at.since(pair[0].at) >= Duration::from_millis(1_100));
        }
        prop_assert!(record.longest_wait <= Duration::from_millis(120_000 + 60_000 + 5_500));
    }

    /// P12 for the pacer alone: what it asks to wake is bounded by what happened, not by who waits.
    #[test]
    fn p12_wake_ups_are_bounded_by_what_happened(pacing in either_mode(), happenings in vec(happening(), 0..200)) {
        let record = run(pacing, Moment::ORIGIN, &happenings)?;
        let cancels = happenings.iter().filter(|h| matches!(h, Happening::Cancel(_))).count();
        let returns = happenings.iter().filter(|h| {
            matches!(h, Happening::GiveBack(_) | Happening::Settle(_, Feedback::Unsent))
        }).count();
        let creates = record.started.iter().filter(|started| started.lane == Lane::Create).count();
        prop_assert!(record.wakes_asked <= 2 * record.started.len() + creates + 3 * returns + 2 * cancels);
    }
}
