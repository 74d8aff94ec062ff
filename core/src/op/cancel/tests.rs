use super::*;
use crate::drive::scripted::{
    Asked, Reply, Scripted, both, config, fail, never, ok, refused_connection, reset, status,
};
use crate::effect::Delivery;
use crate::error::{Error, ErrorKind, FailureKind};
use crate::event::Event;
use std::collections::BTreeMap;

const NONE: &str = r#"{"orders":[],"code":0}"#;
const DONE: &str = r#"{"code":0}"#;
const GONE: &str = r#"{"code":6,"error":"order_not_active"}"#;

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<OrderId> {
    numbers.into_iter().map(OrderId::new).collect()
}

fn rows(list: &[u64]) -> Reply {
    let rows: Vec<_> = list.iter().map(|id| format!(r#"{{"id":{id},"si":1}}"#)).collect();
    ok(format!(r#"{{"orders":[{}],"code":0}}"#, rows.join(",")))
}

/// Cancels get `cancels` in order, readings `lists`; each list's last one ever after.
fn world(cancels: &[Reply], lists: &[Reply]) -> Scripted {
    let (cancels, lists) = (cancels.to_vec(), lists.to_vec());
    let counted = std::sync::Mutex::new(BTreeMap::<usize, (usize, usize)>::new());
    Scripted::new(move |asked: &Asked| {
        let mut counted = counted.lock().unwrap();
        // What went before, by the number of the request: the script runs twice, once for each loop.
        let before = if asked.n == 0 { (0, 0) } else { counted[&(asked.n - 1)] };
        let reads = asked.path().starts_with("/my_orders");
        let after = if reads { (before.0, before.1 + 1) } else { (before.0 + 1, before.1) };
        counted.insert(asked.n, after);
        let (from, at) = if reads { (&lists, before.1) } else { (&cancels, before.0) };
        from.get(at).or(from.last()).unwrap().clone()
    })
}

fn cancelled(world: &Scripted) -> (Result<Cancelled, Error>, Scripted) {
    both(world, &config().build().unwrap(), Cancel::new(OrderId::new(7)))
}

fn sends(world: &Scripted, path: &str) -> Vec<u64> {
    world.sent().iter().filter(|asked| asked.path() == path).map(|asked| asked.at).collect()
}

/// Reliability S33: in the seed a cancel that worked and whose answer was lost ended as "not found".
#[test]
fn cancel_confirms_by_reading() {
    let lost = [reset(), never(), status(502, "<html>"), ok("<html>"), status(500, r#"{"code":1}"#)];
    for first in
        [ok(DONE), ok(GONE), ok(r#"{"code":4}"#), ok(r#"{"code":0,"error":"odd"}"#), ok(r#"{"code":6}"#)]
            .into_iter()
            .chain(lost)
    {
        let (result, world) = cancelled(&world(&[first.clone(), ok(GONE)], &[ok(NONE)]));
        assert_eq!(result.unwrap().order, OrderId::new(7), "{first:?}");
        assert!(sends(&world, "/cancel_order").len() <= 2);
        let trace = world.trace();
        assert!(trace.iter().any(|line| line.contains(" Ended { order: OrderId(7)")), "{trace:?}");
        assert!(world.events().contains(&Event::OrderCancelled { order: OrderId::new(7) }));
    }
}

/// Lost to the end of all attempts, the last of them not even sent: still a reading decides.
#[test]
fn a_cancel_lost_in_any_attempt_is_settled_by_reading() {
    for script in [
        vec![reset(), refused_connection(), refused_connection()],
        vec![reset(), ok(r#"{"code":6,"error":"weird"}"#)],
        vec![never(), never(), never()],
    ] {
        let (result, _) = cancelled(&world(&script, &[ok(NONE)]));
        assert!(result.is_ok(), "{script:?} {result:?}");
        let (result, _) = cancelled(&world(&script, &[rows(&[7])]));
        let error = result.unwrap_err();
        // What the second sending was told is worth more than "unconfirmed".
        let told = matches!(error.kind(), ErrorKind::Refused(refusal) if refusal.text.as_str() == "weird");
        assert!(told || *error.kind() == ErrorKind::CancelUnconfirmed, "{script:?} {error:?}");
        assert_eq!(error.order_ids(), [OrderId::new(7)]);
    }
}

/// A list lags up to a minute behind a create: an order it lacks may be there, and its lost cancel may not have come.
#[test]
fn absence_proves_nothing_of_a_cancel_that_nobody_accepted_before_the_end_of_grace() {
    // Accepted when sent once more after the reading at 20 s: then the next reading counts.
    let script = [reset(), reset(), reset(), ok(DONE)];
    let (result, told) = cancelled(&world(&script, &[ok(NONE)]));
    assert!(result.is_ok());
    assert_eq!((sends(&told, "/cancel_order").len(), sends(&told, "/my_orders").len()), (4, 6));
    // Never accepted, and the order shows up late: not confirmed.
    let mut lists = vec![ok(NONE); 5];
    lists.push(rows(&[7]));
    let (result, _) = cancelled(&world(&[reset()], &lists));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::CancelUnconfirmed);
}

/// Nothing was done, so there is nothing to look for: the fault itself is the answer, and soon.
#[test]
fn a_cancel_that_certainly_did_nothing_says_why_at_once() {
    let code_5 = || ok(r#"{"code":5}"#);
    for (script, kind) in [
        (vec![code_5()], ErrorKind::TooFast),
        (vec![refused_connection()], ErrorKind::Network(FailureKind::Connect)),
        (vec![code_5(), refused_connection()], ErrorKind::Network(FailureKind::Connect)),
    ] {
        let (result, told) = cancelled(&world(&script, &[rows(&[7])]));
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.order_ids()), (&kind, &[OrderId::new(7)][..]));
        assert!(sends(&told, "/my_orders").is_empty());
    }
}

#[test]
fn an_order_shown_as_ended_is_over() {
    for row in [r#"{"id":7,"si":1,"expired":true}"#, r#"{"id":7,"si":1,"status":"cancelled"}"#] {
        let list = ok(format!(r#"{{"orders":[{row}],"code":0}}"#));
        assert!(cancelled(&world(&[ok(DONE)], &[list])).0.is_ok(), "{row}");
    }
}

/// A word that is only likely ends the bill of an order whose cancel was accepted. Where nobody accepted one, the row
/// has to say it plainly, or the cancel is sent again and told as unconfirmed.
#[test]
fn a_row_that_probably_ended_confirms_only_a_cancel_that_was_accepted() {
    for (row, unaccepted) in [
        (r#"{"id":7,"si":1,"expired":true}"#, true),
        (r#"{"id":7,"si":1,"status":"cancelled"}"#, true),
        (r#"{"id":7,"si":1,"status":"completed"}"#, false),
        (r#"{"id":7,"si":1,"status":"failed"}"#, false),
        (r#"{"id":7,"si":1,"status":"outbid"}"#, false),
        (r#"{"id":7,"si":1,"status":"running"}"#, false),
    ] {
        let list = [ok(format!(r#"{{"orders":[{row}],"code":0}}"#))];
        let (result, _) = cancelled(&world(&[reset()], &list));
        assert_eq!(result.is_ok(), unaccepted, "{row}");
        let (result, _) = cancelled(&world(&[ok(DONE)], &list));
        assert_eq!(result.is_ok(), !row.contains("running"), "{row}");
    }
}

/// A reading that fails says nothing; the next comes in its time.
#[test]
fn a_reading_that_fails_is_followed_by_the_next() {
    for failed in [reset(), never(), status(502, "<html>"), ok("<html>"), ok(r#"{"code":5}"#)] {
        let (result, told) = cancelled(&world(&[ok(DONE)], &[failed.clone(), ok(NONE)]));
        assert!(result.is_ok(), "{failed:?} {result:?}");
        assert_eq!(sends(&told, "/my_orders").len(), 2, "{failed:?}");
    }
    let (_, told) = cancelled(&world(&[ok(DONE)], &[reset(), ok(NONE)]));
    assert!(told.ms() < 3_000, "{}", told.ms());
}

#[test]
fn readings_at_0_2_5_10_20_40_60_and_sent_once_more_after_20() {
    let (result, world) = cancelled(&world(&[ok(DONE)], &[rows(&[7, 8])]));
    let error = result.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::CancelUnconfirmed);
    assert_eq!(error.order_ids(), [OrderId::new(7)]);
    // The cancel was answered at 50 ms; the first reading has to keep the spacing.
    assert_eq!(sends(&world, "/my_orders"), [1_100, 2_200, 5_050, 10_050, 20_050, 40_050, 60_050]);
    assert_eq!(sends(&world, "/cancel_order"), [0, 21_150]);
    assert!(!world.trace().iter().any(|line| line.contains(" Ended {")), "nothing is noted as ended");
}

#[test]
fn the_second_sending_can_be_what_works() {
    let lists = [rows(&[7]), rows(&[7]), rows(&[7]), rows(&[7]), rows(&[7]), ok(NONE)];
    for again in [ok(DONE), ok(GONE), reset(), refused_connection(), ok(r#"{"code":6,"error":"weird"}"#)] {
        let (result, _) = cancelled(&world(&[ok(DONE), again.clone()], &lists));
        assert!(result.is_ok(), "{again:?} {result:?}");
    }
}

#[test]
fn an_incomplete_list_never_confirms() {
    for row in [
        r#"{"si":1}"#,
        r#"{"id":"x"}"#,
        "17",
        r#"{"id":7,"si":1,"si":1}"#,
        r#"{"id":1,"order_id":7}"#,
        r#"{"id":9,"si":1,"si":1}"#,
    ] {
        let list = ok(format!(r#"{{"orders":[{row}],"code":0}}"#));
        let (result, _) = cancelled(&world(&[ok(DONE)], &[list]));
        assert_eq!(*result.unwrap_err().kind(), ErrorKind::CancelUnconfirmed, "{row}");
    }
    for list in [
        reset(),
        ok(NONE).cut(),
        ok(r#"{"orders":null,"code":0}"#),
        ok(DONE),
        status(500, NONE),
        ok("<html>"),
    ] {
        let (result, _) = cancelled(&world(&[ok(DONE)], core::slice::from_ref(&list)));
        assert_eq!(*result.unwrap_err().kind(), ErrorKind::CancelUnconfirmed, "{list:?}");
    }
}

#[test]
fn a_refused_cancel_is_an_error_at_once() {
    for (reply, sends) in [
        (ok(r#"{"code":6,"error":"you_dont_own_this_order"}"#), 1),
        (ok(r#"{"code":2}"#), 1),
        (ok(r#"{"code":3}"#), 1),
        (status(403, "<html>"), 1),
        (status(302, "").header("location", "https://evil.example"), 1),
        (fail(Delivery::NotSent, FailureKind::Certificate), 1),
        (refused_connection(), 3),
    ] {
        let (result, world) = cancelled(&world(core::slice::from_ref(&reply), &[ok(NONE)]));
        let error = result.unwrap_err();
        assert!(!matches!(error.kind(), ErrorKind::CancelUnconfirmed), "{reply:?}");
        assert_eq!(error.order_ids(), [OrderId::new(7)]);
        assert_eq!(world.sent().len(), sends, "{reply:?}");
    }
}

#[test]
fn long_issue_refused_before_anything_is_sent() {
    let issue = "é".repeat(2_049);
    let config = config().build().unwrap();
    let (result, sent) =
        both(&world(&[ok(DONE)], &[ok(NONE)]), &config, Cancel::new(OrderId::new(7)).issue(&*issue));
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::Invalid(_)));
    assert!(sent.sent().is_empty());
    let many = CancelMany::new(ids([7, 8])).issue(&*issue);
    let (result, sent) = both(&world(&[ok(DONE)], &[ok(NONE)]), &config, many);
    let failed = |state: &CancelState| matches!(state, CancelState::Failed(_));
    assert!(result.unwrap().orders.iter().all(|(_, state)| failed(state)) && sent.sent().is_empty());
}

fn many(world: &Scripted, plan: CancelMany) -> (CancelReport, Scripted) {
    let (result, world) = both(world, &config().build().unwrap(), plan);
    (result.unwrap(), world)
}

/// Reliability S34: the seed did not look at the failures that an answer of code 0 lists.
#[test]
fn batch_cancel_reports_each() {
    let batch = ok(r#"{"failed_to_cancel":["8"],"code":0}"#);
    let (report, sent) =
        many(&world(&[batch, ok(GONE), ok(DONE)], &[rows(&[9])]), CancelMany::new(ids([7, 8, 9, 7])));
    let states: Vec<_> = report.orders.iter().map(|(order, state)| (order.number(), state.clone())).collect();
    // 8 was over already; 9 is still there.
    let expected = [(7, CancelState::Confirmed), (8, CancelState::Confirmed), (9, CancelState::Unconfirmed)];
    assert_eq!(states, expected);
    assert!(!report.is_confirmed());
    assert_eq!(sends(&sent, "/cancel_orders").len(), 1);
    // What failed is asked for by itself; then only what is still there is sent once more.
    let again: Vec<_> = sent.sent().into_iter().filter(|asked| asked.path() == "/cancel_order").collect();
    let bodies = again.iter().map(|asked| asked.body.as_str()).collect::<Vec<_>>();
    assert_eq!(bodies, [r#"{"id":8}"#, r#"{"id":9}"#]);
    let (report, _) =
        many(&world(&[ok(r#"{"code":6,"error":"no"}"#)], &[ok(NONE)]), CancelMany::new(ids([7, 8])));
    assert!(report.orders.iter().all(|(_, state)| matches!(state, CancelState::Failed(_))));
}

/// Named among the failures is less than accepted: each is asked for by itself, and until somebody accepts it the
/// absence from a list that may lag proves nothing.
#[test]
fn a_failure_within_a_batch_is_not_confirmed_by_a_list_that_may_lag() {
    let nobody = r#"{"code":6,"error":"you_dont_own_this_order"}"#;
    for batch in [r#"{"failed_to_cancel":["8"],"code":0}"#, r#"{"failed_to_cancel":[{}],"code":0}"#] {
        let state = |then: Reply, lists: &[Reply]| {
            let (report, sent) = many(&world(&[ok(batch), then], lists), CancelMany::new(ids([7, 8])));
            assert!(sent.sent().iter().any(|asked| asked.body == r#"{"id":8}"#), "{batch}");
            report.orders.last().unwrap().1.clone()
        };
        // The order is so new that the list shows it only at 40 s.
        let mut lagging = vec![ok(NONE); 5];
        lagging.push(rows(&[8]));
        assert_eq!(state(status(502, "<html>"), &lagging), CancelState::Unconfirmed, "{batch}");
        assert_eq!(state(ok(GONE), &[ok(NONE)]), CancelState::Confirmed, "{batch}");
        assert!(matches!(state(ok(nobody), &[ok(NONE)]), CancelState::Failed(_)), "{batch}");
    }
}

#[test]
fn over_64_ids_are_split_and_an_issue_is_sent_for_each() {
    let done = ok(r#"{"failed_to_cancel":[],"code":0}"#);
    let (report, sent) = many(&world(&[done], &[ok(NONE)]), CancelMany::new(ids(1..=130)));
    assert!(report.is_confirmed() && report.orders.len() == 130);
    let sizes: Vec<_> = sent.sent().iter().map(|asked| asked.body.matches(',').count() + 1).collect();
    assert_eq!(sizes, [64, 64, 2, 1]);
    let (report, sent) =
        many(&world(&[ok(DONE)], &[ok(NONE)]), CancelMany::new(ids([1, 2, 3])).issue("broken"));
    assert!(report.is_confirmed() && sends(&sent, "/cancel_order").len() == 3);
    let (report, sent) = many(&world(&[ok(DONE)], &[ok(NONE)]), CancelMany::new([]));
    assert!(report.orders.is_empty() && sent.sent().is_empty());
}

/// However slow everything is, the whole has an end, and late readings are not all made up for.
#[test]
fn a_cancel_ends_even_when_nothing_answers() {
    let (result, world) = cancelled(&world(&[never()], &[never()]));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::CancelUnconfirmed);
    assert!(world.ms() <= 120_000 + 60_000 + 40_000, "{}", world.ms());
    assert!(sends(&world, "/my_orders").len() <= 4, "{:?}", world.starts());
}

#[test]
fn a_key_that_is_refused_meanwhile_ends_the_confirming() {
    let (result, world) = cancelled(&world(&[ok(DONE)], &[status(401, "")]));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::CancelUnconfirmed);
    assert_eq!(world.sent().len(), 2);
}

/// The cancel stands without its note.
#[test]
fn a_journal_that_fails_does_not_hide_a_cancel() {
    let failing =
        world(&[ok(DONE)], &[ok(NONE)]).failing(|_| Some(crate::journal::JournalError::LockTimeout));
    assert!(cancelled(&failing).0.is_ok());
}

#[test]
fn retries_of_a_cancel_are_told() {
    let (_, one) = cancelled(&world(&[reset(), ok(DONE)], &[ok(NONE)]));
    assert!(one.events().iter().any(|event| matches!(event, Event::RetryScheduled { attempt: 1, .. })));
    // Two go by one request, and that is told alike.
    let batch = ok(r#"{"failed_to_cancel":[],"code":0}"#);
    let (report, two) = many(&world(&[reset(), batch], &[ok(NONE)]), CancelMany::new(ids([7, 8])));
    assert!(report.is_confirmed());
    assert_eq!((sends(&two, "/cancel_orders").len(), sends(&two, "/cancel_order").len()), (2, 0));
    assert!(two.events().iter().any(|event| matches!(event, Event::RetryScheduled { attempt: 1, .. })));
    assert!(two.ms() < 10_000, "{}", two.ms());
}
