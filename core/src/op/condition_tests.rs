use super::*;
use crate::excerpt::Excerpt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Every status there is; the match makes a new one stop the build here.
fn statuses() -> Vec<OrderStatus> {
    use OrderStatus::{
        Bidding, Cancelled, Creating, Ended, Expired, Failed, NotSeen, Offline, Other, Outbid, Paused,
        Running,
    };
    let all = vec![
        Creating,
        Bidding,
        Running,
        Paused,
        Offline,
        Cancelled,
        Expired,
        Outbid,
        Failed,
        Ended,
        NotSeen,
        Other(Excerpt::new("hibernating", 64)),
    ];
    for status in &all {
        match status {
            Creating | Bidding | Running | Paused | Offline | Cancelled | Expired | Outbid | Failed
            | Ended | NotSeen | Other(_) => {}
        }
    }
    all
}

fn order(status: OrderStatus, with_ssh: bool) -> Order {
    let reach = r#","pub_cluster":["h.example"],"tcp_ports":["22:10022"]"#;
    let row = format!(r#"{{"id":7,"si":1{}}}"#, if with_ssh { reach } else { "" });
    let mut order = Order::decode(row.as_bytes()).unwrap();
    order.status = status;
    order
}

/// `y`, `n`, or `?` where the look does not tell.
fn answer(condition: &Condition, look: &Look<'_>) -> char {
    condition.judge(look).map_or('?', |holds| if holds { 'y' } else { 'n' })
}

/// The columns: running, has_ssh without an address, has_ssh with one, gone; then `not` of running and of gone.
#[test]
fn each_condition_judges_each_status_as_its_table_says() {
    let expected = |status: &OrderStatus| match status {
        OrderStatus::Running => "ynynny",
        OrderStatus::Creating | OrderStatus::Bidding | OrderStatus::Paused | OrderStatus::Offline => "nnnnyy",
        OrderStatus::Cancelled
        | OrderStatus::Expired
        | OrderStatus::Outbid
        | OrderStatus::Failed
        | OrderStatus::Ended => "nnnyyn",
        OrderStatus::NotSeen | OrderStatus::Other(_) => "??????",
    };
    for status in statuses() {
        for list in [List::Active, List::Completed] {
            let (bare, reachable) = (order(status.clone(), false), order(status.clone(), true));
            let (bare, reachable) = (Look::seen(&bare, list), Look::seen(&reachable, list));
            let said: String = [
                answer(&running(), &bare),
                answer(&has_ssh(), &bare),
                answer(&has_ssh(), &reachable),
                answer(&gone(), &bare),
                answer(&not(running()), &bare),
                answer(&not(gone()), &bare),
            ]
            .into_iter()
            .collect();
            assert_eq!(said, expected(&status), "{status} {list:?}");
            assert_eq!(bare.is_gone(), status.is_end(), "{status}");
        }
    }
}

/// api-facts 4.3, rule 8: `not` must not turn an absence into evidence.
#[test]
fn a_look_that_lacks_the_order_tells_nothing_until_it_is_missing_for_good() {
    for (condition, once, for_good) in [
        (running(), '?', 'n'),
        (has_ssh(), '?', 'n'),
        (gone(), '?', 'y'),
        (not(running()), '?', 'y'),
        (not(has_ssh()), '?', 'y'),
        (not(gone()), '?', 'n'),
        (running().or(gone()), '?', 'y'),
        (not(running()).and(not(gone())), '?', 'n'),
    ] {
        assert_eq!(answer(&condition, &Look::missing(false)), once, "{condition:?}");
        assert_eq!(answer(&condition, &Look::missing(true)), for_good, "{condition:?}");
    }
    assert!(!Look::missing(false).is_gone() && Look::missing(true).is_gone());
}

/// A condition that says this of every look.
fn says(what: char) -> Condition {
    match what {
        'y' => when(|_| true),
        'n' => when(|_| false),
        // No built-in condition can tell of a word that is not known.
        _ => running(),
    }
}

#[test]
fn and_or_not_combine_yes_no_and_untold() {
    let unknown = order(OrderStatus::named("hibernating"), false);
    let look = Look::seen(&unknown, List::Active);
    for (one, other, and, or) in [
        ('y', 'y', 'y', 'y'),
        ('y', 'n', 'n', 'y'),
        ('y', '?', '?', 'y'),
        ('n', 'n', 'n', 'n'),
        ('n', '?', 'n', '?'),
        ('?', '?', '?', '?'),
    ] {
        for (one, other) in [(one, other), (other, one)] {
            assert_eq!(answer(&says(one).and(says(other)), &look), and, "{one} and {other}");
            assert_eq!(answer(&says(one).or(says(other)), &look), or, "{one} or {other}");
            // De Morgan.
            assert_eq!(answer(&not(not(says(one)).or(not(says(other)))), &look), and, "{one} and {other}");
        }
    }
    for (what, opposite) in [('y', 'n'), ('n', 'y'), ('?', '?')] {
        assert_eq!(answer(&not(says(what)), &look), opposite);
        assert_eq!(answer(&not(not(says(what))), &look), what);
    }
}

#[test]
fn a_closure_sees_the_order_its_list_and_what_was_seen_before() {
    let (earlier, now) = (order(OrderStatus::Creating, false), order(OrderStatus::Running, true));
    let changed = when(|look| match (look.earlier(), look.order(), look.list()) {
        (Some(earlier), Some(order), Some(List::Completed)) => earlier.status != order.status,
        _ => false,
    });
    let look = Look::seen(&now, List::Completed);
    assert_eq!(answer(&changed, &look.after(Some(&earlier))), 'y');
    assert_eq!(answer(&changed, &look.after(Some(&now))), 'n');
    assert_eq!(answer(&changed, &look), 'n', "nothing was seen before");
    assert_eq!(answer(&changed, &Look::seen(&now, List::Active).after(Some(&earlier))), 'n');
    assert_eq!(answer(&changed, &Look::missing(true).after(Some(&earlier))), 'n');
    assert_eq!(
        answer(&when(|look| look.order().is_none() && look.list().is_none()), &Look::missing(false)),
        'y'
    );
}

#[test]
fn what_is_decided_is_not_asked_again() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let counts = || {
        when(|_| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            true
        })
    };
    assert_eq!(answer(&says('n').and(counts()), &Look::missing(false)), 'n');
    assert_eq!(answer(&says('y').or(counts()), &Look::missing(false)), 'y');
    assert_eq!(ASKED.load(Ordering::SeqCst), 0);
    assert_eq!(answer(&gone().and(counts()), &Look::missing(false)), '?');
    assert_eq!(ASKED.load(Ordering::SeqCst), 1, "an answer that does not tell does not decide");
}

#[test]
fn a_condition_shows_what_it_is_made_of() {
    let condition = not(has_ssh().or(gone())).and(running().or(says('y')));
    assert_eq!(format!("{condition:?}"), "(not((has_ssh or gone)) and (running or when(..)))");
    assert_eq!(format!("{:?}", condition.clone()), format!("{condition:?}"));
}
