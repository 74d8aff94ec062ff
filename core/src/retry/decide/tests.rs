use proptest::prelude::*;

use super::*;

const NOW: Moment = Moment::ORIGIN;

fn decided(attempt: &Attempt) -> Decision {
    let bounds = Bounds::new(NOW, NOW.after(Duration::from_secs(120)));
    decide(attempt, &Policy::default(), bounds, &mut Budget::default(), &mut Jitter::new(7))
}

fn lost(number: u32, effect: Effect) -> Attempt {
    Attempt::new(number, effect, Delivery::Unknown, Verdict::Unclear)
}

#[test]
fn a_spend_of_unknown_delivery_is_reconciled_whatever_its_cause() {
    for effect in [Effect::Spend, Effect::Reprice] {
        for permanence in Permanence::ALL {
            assert_eq!(decided(&lost(1, effect).permanence(permanence)), Decision::Reconcile);
        }
    }
}

#[test]
fn zero_and_one_attempts_both_mean_one() {
    for total in [0, 1] {
        let policy = Policy::default().max_attempts(total);
        let bounds = Bounds::new(NOW, Moment::NEVER);
        let decision =
            decide(&lost(1, Effect::Read), &policy, bounds, &mut Budget::default(), &mut Jitter::new(1));
        assert_eq!(decision, Decision::Stop(StopReason::Attempts));
    }
}

#[test]
fn the_last_attempt_is_followed_by_no_wait() {
    assert!(matches!(decided(&lost(2, Effect::Read)), Decision::Retry { .. }));
    assert_eq!(decided(&lost(3, Effect::Read)), Decision::Stop(StopReason::Attempts));
}

#[test]
fn permanent_causes_stop_at_once() {
    for effect in Effect::ALL {
        let attempt = Attempt::new(1, effect, Delivery::NotSent, Verdict::Unclear);
        assert_eq!(
            decided(&attempt.permanence(Permanence::Permanent)),
            Decision::Stop(StopReason::Permanent)
        );
    }
}

#[test]
fn what_is_worth_one_more_try_gets_one() {
    let once = |number| decided(&lost(number, Effect::Read).permanence(Permanence::Once));
    assert!(matches!(once(1), Decision::Retry { .. }));
    assert_eq!(once(2), Decision::Stop(StopReason::Permanent));
}

#[test]
fn an_attempt_that_would_not_fit_is_not_begun() {
    let policy = Policy::default();
    let decide_with = |bounds| {
        let mut budget = Budget::default();
        let decision = decide(&lost(1, Effect::Read), &policy, bounds, &mut budget, &mut Jitter::new(7));
        (decision, budget.left())
    };
    let seconds = |seconds| NOW.after(Duration::from_secs(seconds));
    assert!(matches!(decide_with(Bounds::new(NOW, seconds(3))), (Decision::Retry { .. }, 49)));
    let too_short = Bounds::new(NOW, NOW.after(Duration::from_millis(1_999)));
    assert_eq!(decide_with(too_short), (Decision::Stop(StopReason::Deadline), 50));
    let queued = Bounds::new(NOW, seconds(30)).earliest(seconds(30));
    assert_eq!(decide_with(queued), (Decision::Stop(StopReason::Deadline), 50));
    let fits = Bounds::new(NOW, seconds(30)).earliest(seconds(29));
    assert!(matches!(decide_with(fits), (Decision::Retry { .. }, 49)));
}

#[test]
fn a_retry_after_beyond_the_deadline_stops_now() {
    let attempt = Attempt::new(1, Effect::Read, Delivery::Answered, Verdict::TooFast);
    let asked = attempt.retry_after(Some(Duration::from_secs(u64::MAX)));
    assert_eq!(decided(&asked), Decision::Stop(StopReason::Deadline));
}

#[test]
fn an_empty_budget_stops_reads_and_still_retries_cancels() {
    let mut budget = Budget::new(1, 1);
    let bounds = Bounds::new(NOW, Moment::NEVER);
    let mut ask =
        |effect| decide(&lost(1, effect), &Policy::default(), bounds, &mut budget, &mut Jitter::new(1));
    assert_eq!(ask(Effect::Read), Decision::Stop(StopReason::Budget));
    let settings = lost(1, Effect::Idempotent).lane(Lane::Normal);
    let settings = decide(&settings, &Policy::default(), bounds, &mut budget.clone(), &mut Jitter::new(1));
    assert_eq!(settings, Decision::Stop(StopReason::Budget), "they end no bill");
    let mut ask =
        |effect| decide(&lost(1, effect), &Policy::default(), bounds, &mut budget, &mut Jitter::new(1));
    assert!(matches!(ask(Effect::Idempotent), Decision::Retry { why: RetryReason::Transient, .. }));
    assert_eq!(ask(Effect::Idempotent), Decision::Stop(StopReason::Budget));
}

fn attempts() -> impl Strategy<Value = Attempt> {
    (0_usize..4, 0_usize..3, 0_usize..4, 0_usize..3, any::<Option<Duration>>(), any::<u32>()).prop_map(
        |(effect, delivery, verdict, permanence, retry_after, number)| {
            Attempt::new(number, Effect::ALL[effect], Delivery::ALL[delivery], Verdict::ALL[verdict])
                .permanence(Permanence::ALL[permanence])
                .retry_after(retry_after)
        },
    )
}

proptest! {
    #[test]
    fn money_is_sent_again_only_when_unsent_or_too_fast(
        attempt in attempts(), max in any::<u32>(), now in any::<Duration>(), deadline in any::<Duration>(), seed in any::<u64>(),
    ) {
        let policy = Policy::default().max_attempts(max);
        let bounds = Bounds::new(Moment::from_origin(now), Moment::from_origin(deadline));
        let decision = decide(&attempt, &policy, bounds, &mut Budget::default(), &mut Jitter::new(seed));
        if let Decision::Retry { at, why } = decision {
            prop_assert!(at >= bounds.now && at <= bounds.deadline);
            prop_assert!(attempt.number < max);
            prop_assert!(attempt.permanence != Permanence::Permanent);
            prop_assert!(attempt.verdict != Verdict::Refused);
            if matches!(attempt.effect, Effect::Spend | Effect::Reprice) {
                let certain = match why {
                    RetryReason::NotSent => attempt.delivery == Delivery::NotSent,
                    RetryReason::TooFast => attempt.delivery == Delivery::Answered,
                    RetryReason::Transient => false,
                };
                prop_assert!(certain);
            }
        }
    }
}
