//! P10: who cannot make it in time is told at once and takes nothing; and the retry budget under a storm of code 5.

use super::*;
use crate::config::Config;
use crate::drive::run;
use crate::drive::scripted::{Scripted, begin, config, go, ok, together};
use crate::effect::Effect;
use crate::endpoint::cancel_order::CancelOrder;
use crate::endpoint::wallets::Wallets;
use crate::flow::Flow;
use crate::model::OrderId;
use crate::op::{Head, Pace};
use crate::retry::Budget;
use proptest::collection::vec;
use proptest::prelude::*;

const CODE5: &str = r#"{"code":5}"#;
const DONE: &str = r#"{"code":0}"#;

/// One request in a lane, with a deadline of its own.
struct Once {
    lane: Lane,
    deadline: Moment,
    asked: bool,
    came: Option<Result<(), FailureKind>>,
}

impl Once {
    fn new(lane: Lane, deadline: Moment) -> Self {
        Self { lane, deadline, asked: false, came: None }
    }
}

impl Operation for Once {
    type Output = Result<(), FailureKind>;
    fn name(&self) -> &'static str {
        "once"
    }
    fn poll(&mut self, _: Moment) -> Step<Result<Self::Output, Error>> {
        if let Some(came) = self.came.take() {
            return Step::Done(Ok(came));
        }
        assert!(!core::mem::replace(&mut self.asked, true));
        let mut request = http::Request::new(Vec::new());
        *request.uri_mut() = http::Uri::from_static("/v1/once");
        Step::Send(Exchange::new(request, Effect::Read, self.lane, Duration::from_secs(30), self.deadline))
    }
    fn handle_head(&mut self, _: Head<'_>) -> Flow {
        Flow::Continue
    }
    fn handle_data(&mut self, _: &[u8]) -> Flow {
        Flow::Continue
    }
    fn handle_end(&mut self, _: Moment) -> Pace {
        self.came = Some(Ok(()));
        Pace::Fine
    }
    fn handle_failure(&mut self, _: Moment, failure: Failure) {
        self.came = Some(Err(failure.kind));
    }
    fn handle_recorded(&mut self, _: Moment, _: Result<Recorded, JournalError>) {}
}

/// What came of each call, and when it was told.
type Told = Vec<(Result<(), FailureKind>, u64)>;

/// Runs these calls (lane, milliseconds to the deadline) at once, in this order.
fn at_once(config: Config, asks: &[(Lane, u64)], takes: u64) -> (Told, Scripted) {
    let world = Scripted::new(move |_| ok(DONE).after_ms(takes));
    let session = Session::new(config);
    let told: Vec<_> = asks.iter().map(|_| std::sync::Mutex::new(None)).collect();
    let one = |index: usize| {
        let (lane, deadline) = asks[index];
        let call = Call::new(&session, Once::new(lane, Moment::from_origin(Duration::from_millis(deadline))));
        let (world, told) = (&world, &told[index]);
        Box::pin(async move {
            let came = run(world, call).await.unwrap();
            *told.lock().unwrap() = Some((came, world.ms()));
        })
    };
    together(&world, (0..asks.len()).map(|index| one(index) as _).collect());
    assert_eq!(session.gate().waiting().total(), 0);
    (told.into_iter().map(|told| told.into_inner().unwrap().unwrap()).collect(), world)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// P10 in one lane: who is taken starts in time, who is not is told at once, and takes no turn from the others.
    #[test]
    fn p10_who_cannot_make_it_is_refused_at_once_and_takes_nothing(
        rescue in any::<bool>(), strict in any::<bool>(), deadlines in vec(1_000_u64..40_000, 1..30),
    ) {
        let lane = if rescue { Lane::Rescue } else { Lane::Normal };
        let asks: Vec<_> = deadlines.iter().map(|deadline| (lane, *deadline)).collect();
        let config = config().strict_pacing(strict).build().unwrap();
        let (told, world) = at_once(config, &asks, 0);
        let mut taken = 0;
        for (deadline, (came, at)) in deadlines.iter().zip(&told) {
            let start = taken * 1_100;
            if start <= deadline - 1_000 {
                prop_assert_eq!((came, *at), (&Ok(()), start));
                taken += 1;
            } else {
                prop_assert_eq!((came, *at), (&Err(FailureKind::NoTurn), 0));
            }
        }
        prop_assert_eq!(world.starts(), (0..taken).map(|turn| turn * 1_100).collect::<Vec<_>>());
    }

    /// P10 over all lanes and delays: nobody starts too late or sleeps on when it is too late, and who is refused at
    /// once could not have come before those of its lane.
    #[test]
    fn p10_nobody_sleeps_towards_a_turn_that_comes_too_late(
        strict in any::<bool>(), asks in vec((0_usize..3, 1_000_u64..60_000), 1..30), takes in 0_u64..900,
    ) {
        let asks: Vec<_> = asks.into_iter().map(|(lane, deadline)| (Lane::ALL[lane], deadline)).collect();
        let config = config().strict_pacing(strict).build().unwrap();
        let (told, _) = at_once(config, &asks, takes);
        let mut ahead = [0_u64; 3];
        for ((lane, deadline), (came, at)) in asks.iter().zip(&told) {
            let (index, gap) = match lane {
                Lane::Rescue => (0, 1_100),
                Lane::Create => (1, 5_500),
                Lane::Normal => (2, 1_100),
            };
            let latest = deadline - 1_000;
            match came {
                Ok(()) => prop_assert!(at - takes <= latest),
                Err(kind) => {
                    prop_assert_eq!(*kind, FailureKind::NoTurn);
                    prop_assert!(*at <= latest, "told at {} that nothing comes by {}", at, latest);
                    let in_vain = ahead[index] * gap + gap.max(1_100) > latest;
                    prop_assert!(*at > 0 || in_vain, "refused at once with {} ahead", ahead[index]);
                }
            }
            // Who was refused at once stands ahead of nobody.
            ahead[index] += u64::from(came.is_ok() || *at > 0);
        }
    }
}

/// The one under way may be answered soon, so its timeout of a minute is no reason to refuse the next.
#[test]
fn a_create_with_half_a_minute_left_waits_for_the_one_under_way() {
    let asks = [(Lane::Create, 60_000), (Lane::Create, 30_000)];
    let (told, world) = at_once(config().build().unwrap(), &asks, 2_000);
    assert_eq!(told, [(Ok(()), 2_000), (Ok(()), 9_500)]);
    assert_eq!(world.starts(), [0, 7_500]);
    // Where even an answer at once comes too late, it is told at once.
    let asks = [(Lane::Create, 60_000), (Lane::Create, 6_000)];
    assert_eq!(at_once(config().build().unwrap(), &asks, 2_000).0[1], (Err(FailureKind::NoTurn), 0));
    // And when no answer comes in time, it is told once that is sure.
    let asks = [(Lane::Create, 60_000), (Lane::Create, 10_000)];
    let (told, _) = at_once(config().build().unwrap(), &asks, 25_000);
    assert_eq!(told[1].0, Err(FailureKind::NoTurn));
    assert!((3_500..=9_001).contains(&told[1].1), "{told:?}");
}

/// Two lanes of one session ask at once: what the one is refused makes the other wait, and its permit is stale then.
#[test]
fn a_permit_that_is_not_used_at_once_is_asked_for_again() {
    let session = Session::new(config().ask_outer_limiter(true).build().unwrap());
    let call = |lane| Call::new(&session, Once::new(lane, Moment::from_origin(Duration::from_secs(60))));
    let at = |seconds| Moment::from_origin(Duration::from_secs(seconds));
    let (mut read, mut rescue) = (call(Lane::Normal), call(Lane::Rescue));
    assert!(matches!(read.poll(at(0), Waker::noop()), Step::Permit(_)));
    assert!(matches!(rescue.poll(at(0), Waker::noop()), Step::Permit(_)));
    read.handle_permitted(at(0), Permitted::Granted);
    rescue.handle_permitted(at(0), Permitted::NotBefore(Duration::from_secs(5)));
    assert!(matches!(read.poll(at(0), Waker::noop()), Step::Wait(_)));
    assert!(matches!(read.poll(at(5), Waker::noop()), Step::Permit(_)), "it was granted at 0 s, not at 5 s");
    read.handle_permitted(at(5), Permitted::Granted);
    assert!(matches!(read.poll(at(5), Waker::noop()), Step::Send(_)));
}

/// Reliability O3: ten tasks of the official SDK sent within one window, two of its creates at the same instant.
#[test]
fn async_contention_keeps_class_spacing() {
    let asks: Vec<_> =
        (0..10).map(|n| (if n % 3 == 0 { Lane::Create } else { Lane::Normal }, 120_000)).collect();
    let (told, world) = at_once(config().build().unwrap(), &asks, 300);
    assert!(told.iter().all(|(came, _)| came.is_ok()), "{told:?}");
    let starts = world.starts();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 1_100), "{starts:?}");
    let creates: Vec<_> = told.iter().step_by(3).map(|(_, end)| end - 300).collect();
    let gaps = creates.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.into_iter().all(|gap| (5_800..=5_800 + 1_100).contains(&gap)), "{creates:?}");
}

/// Reliability O4: the official SDK slept by a clock it had read before its first sleep, so 0.99 s too long.
#[test]
fn waits_are_exact_on_a_virtual_clock() {
    let lanes = [Lane::Create, Lane::Normal, Lane::Create, Lane::Normal];
    let (told, world) = at_once(config().build().unwrap(), &lanes.map(|lane| (lane, 120_000)), 300);
    assert_eq!(world.starts(), [0, 1_100, 2_200, 300 + 5_500]);
    assert_eq!(told[2], (Ok(()), 300 + 5_500 + 300));
}

/// Reliability 3.3, "code 5 storm": the budget runs dry for reads, and what ends a bill still has its reserve.
#[test]
fn a_storm_of_code_5_leaves_cancels_their_reserve() {
    let world = Scripted::new(|_| ok(CODE5));
    let patient = || config().deadline(Duration::from_secs(3_600)).max_retries(9);
    let session = Session::new(patient().build().unwrap());
    let reads = 40;
    let failed = std::sync::Mutex::new(0);
    let one = || {
        let (world, session, failed) = (&world, &session, &failed);
        Box::pin(async move {
            let error = begin(world, session, Wallets).await.unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::TooFast);
            *failed.lock().unwrap() += 1;
        })
    };
    together(&world, (0..reads).map(|_| one() as _).collect());
    assert_eq!(failed.into_inner().unwrap(), reads);
    let sends = world.starts().len();
    let retries = sends - reads;
    let whole = usize::try_from(Budget::default().left()).unwrap();
    assert_eq!(retries, whole - 10, "reads stop at the reserve: {retries} retries");
    // A read gets no retry any more.
    let _ = go(&world, &session, Wallets).unwrap_err();
    assert_eq!(world.starts().len(), sends + 1);
    // A cancel gets all that is left, while the storm goes on.
    let _ = go(&world, &session, CancelOrder::new(OrderId::new(7)));
    let cancels = world.sent().iter().filter(|asked| asked.path() == "/cancel_order").count();
    assert_eq!(cancels, 9, "every attempt of the policy");
    assert_eq!(session.budget(|budget| budget.left()), 2);
    let starts = world.starts();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 2_000), "no faster than the first pause");
}
