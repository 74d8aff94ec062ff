//! What ends no order and leaves none: lists that lag, odd dates, one refusal, one cancel that nothing confirms.

use super::{Account, id, runtime, standing};
use crate::event::{Event, Standing};
use crate::journal::Resolution;
use crate::op::GuardOrders;
use crate::op::scripted::{at, seconds};
use std::collections::BTreeSet;

#[test]
fn one_refusal_of_the_key_does_not_leave_orders_unwatched() {
    let mut account = Account::default().told(1, runtime(600));
    account.refused = vec![(0, 100), (200, 300)];
    let (result, _) = account.watch(GuardOrders::new(), 3_000);
    result.unwrap();
    let when = account.cancels[&1].since_origin();
    assert!(when >= seconds(600) && when < seconds(603), "{when:?}");
}

/// A list that lags says nothing, and it does not set the clock back.
#[test]
fn an_order_that_one_list_lacks_keeps_its_meter_and_is_not_ended_meanwhile() {
    let mut account = Account::default().told(1, runtime(600)).no_dates();
    account.lacking = vec![(300, 330), (595, 640)];
    let (result, run) = account.watch(GuardOrders::new(), 3_000);
    result.unwrap();
    let when = account.cancels[&1].since_origin();
    assert!(
        when >= seconds(640) && when < seconds(660),
        "{when:?}, not 10 minutes after the list that lacked it"
    );
    let is_missing = |event: &&Event| {
        let Event::GuardRound(round) = event else { return false };
        round.orders.iter().any(|one| one.order == id(1) && matches!(one.standing, Standing::Missing(_)))
    };
    let missing = run.events.iter().filter(is_missing).count();
    assert!(missing >= 2, "each time, and it is not told as gone");
}

/// It ended elsewhere: no cap of ours ended it, and no cancel is sent.
#[test]
fn an_order_that_every_list_lacks_is_watched_no_more() {
    let mut account = Account::default().told(1, runtime(600));
    account.lacking = vec![(500, 100_000)];
    let (result, run) = account.watch(GuardOrders::new(), 3_000);
    assert!(result.unwrap().orders.is_empty());
    assert!(account.ended().is_empty());
    assert!(!run.events.iter().any(|event| matches!(event, Event::CapPassed { .. })));
}

/// A cancel that no list confirms takes a minute: the cap of another order does not wait for it.
#[test]
fn a_cancel_that_nothing_confirms_does_not_hold_up_the_next_cap() {
    let mut account = Account::default().told(1, runtime(600)).told(2, runtime(620));
    account.sticky = BTreeSet::from([1]);
    let (_, run) = account.watch(GuardOrders::new(), 2_000);
    let second = account.cancels[&2].since_origin();
    assert!(second >= seconds(620) && second < seconds(625), "{second:?}");
    assert!(run.events.contains(&Event::OrderStillBilling { order: id(1) }));
}

#[test]
fn one_odd_date_ends_no_order() {
    // Ten hours ahead in one answer.
    let mut account = Account::default().told(1, runtime(3_600));
    account.ahead = vec![(60, 62)];
    account.watch(GuardOrders::new(), 1_000).0.unwrap();
    assert!(account.ended().is_empty());
    // Two readings that agree are believed, of an order that no snapshot of ours bounds.
    let mut account = Account::default().told(1, runtime(3_600));
    account.ahead = vec![(0, 2_000)];
    account.watch(GuardOrders::new(), 1_000).0.unwrap();
    assert_eq!((account.ended(), account.cancels[&1] < at(20)), (vec![1], true));
    let mut account = Account::default().told(1, runtime(3_600));
    account.ahead = vec![(0, 2_000)];
    account.once(GuardOrders::new());
    assert_eq!(
        (account.ended(), account.reads),
        (vec![1], 3),
        "also in a single round: twice, then to confirm"
    );
}

/// One whole list lacked it, and then none can be read: by time its cap holds as before.
#[test]
fn an_order_that_was_missing_once_is_ended_by_its_cap_while_no_list_can_be_read() {
    for partial in [false, true] {
        let mut account = Account::default().told(1, runtime(600));
        account.lacking = vec![(300, 330)];
        let blind = vec![(330, 100_000)];
        if partial {
            account.partial = blind
        } else {
            account.dark = blind
        }
        let _ = account.watch(GuardOrders::new(), 2_000);
        let when = account.cancels[&1].since_origin();
        assert!(when >= seconds(600) && when < seconds(620), "{when:?}");
    }
}

/// A single round knows an order's age by its dates alone.
#[test]
fn a_single_round_says_when_it_cannot_tell_how_old_an_order_is() {
    let mut account = Account::default().told(1, runtime(7_200)).no_dates();
    assert_eq!(*standing(&account.once(GuardOrders::new()), 1), Standing::NotMeasured);
    let mut account = Account::default().told(1, runtime(7_200));
    assert_eq!(*standing(&account.once(GuardOrders::new()), 1), Standing::Within);
    // One that is left running measures by its own time.
    let mut account = Account::default().told(1, runtime(7_200)).no_dates();
    let (round, _) = account.watch(GuardOrders::new(), 900);
    assert_eq!(*standing(&round.unwrap(), 1), Standing::Within);
}

/// A fault of the service's login for ten seconds is not a key that was withdrawn.
#[test]
fn quick_refusals_of_the_key_are_not_the_end() {
    let mut account = Account::default().told(1, runtime(600));
    account.refused = vec![(100, 159)];
    let (result, _) = account.watch(GuardOrders::new().every(seconds(5)), 3_000);
    result.unwrap();
    assert_eq!(account.ended(), [1]);
}

/// Lists do not come, and the answers to cancels are lost: the cap holds by time, and the lists tell that it is over.
#[test]
fn connections_that_break_neither_hold_up_a_cap_nor_end_another_order() {
    let mut account = Account::default().told(1, runtime(600)).told(2, runtime(90_000));
    (account.breaks, account.dark) = (true, vec![(200, 620)]);
    let (result, run) = account.watch(GuardOrders::new(), 2_000);
    let round = result.unwrap();
    assert_eq!(account.ended(), [1]);
    let when = account.cancels[&1].since_origin();
    assert!(when >= seconds(600) && when < seconds(700), "{when:?}");
    assert!(run.events.contains(&Event::OrderCancelled { order: id(1) }));
    assert_eq!(*standing(&round, 2), Standing::Within);
}

/// Nothing but the answers of cancels is broken, and no cancel works: each round tells it.
#[test]
fn a_cancel_that_never_gets_through_is_told_as_still_billing() {
    let mut account = Account::default().told(1, runtime(600)).found(2, runtime(600), true);
    (account.breaks, account.sticky) = (true, BTreeSet::from([1, 2]));
    let (result, run) = account.watch(GuardOrders::new(), 1_500);
    let round = result.unwrap();
    for order in [1, 2] {
        assert!(run.events.contains(&Event::OrderStillBilling { order: id(order) }), "{order}");
        assert!(matches!(standing(&round, order), Standing::StillBilling(..)));
    }
}

/// The journal lacks what the rule of the automatic cancel needs: the order may be somebody else's.
#[test]
fn an_order_whose_readings_the_journal_did_not_keep_is_told_and_not_ended() {
    let inferred = Resolution::Placed { order: id(1), inferred: true };
    let mut account = Account::default().order(1, runtime(600), inferred);
    let (result, _) = account.watch(GuardOrders::new().cancel_inferred(true), 1_500);
    assert!(matches!(standing(&result.unwrap(), 1), Standing::NotCertain(Some(_))));
    assert!(account.ended().is_empty());
}
