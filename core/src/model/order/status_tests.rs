//! The rules of api-facts 4.3, one by one.

use super::*;
use StatusSource::{Derived, Reported};

fn order(rest: &str) -> Order {
    let comma = if rest.is_empty() { "" } else { "," };
    Order::decode(format!(r#"{{"id":1{comma}{rest}}}"#).as_bytes()).unwrap()
}

fn judged(rest: &str, context: &StatusContext) -> (OrderStatus, StatusSource) {
    order(rest).status_in(context)
}

const READY: &str = r#""pub_cluster":["h.example"],"tcp_ports":["22:10022"]"#;

#[test]
fn rule_0_an_ended_order_is_never_shown_as_running() {
    for word in ["running", "active", "creating", "paused", "something new"] {
        let read = order(&format!(r#""expired":true,"status":"{word}",{READY},"online":true"#));
        assert_eq!((read.status, read.status_source), (OrderStatus::Ended, Derived(0)), "{word}");
    }
    let read = order(r#""expired":true,"status":"cancelled""#);
    assert_eq!((read.status, read.status_source), (OrderStatus::Cancelled, Reported));
}

#[test]
fn rule_1_a_word_of_the_service_counts() {
    for (words, status) in [
        ("creating pending created starting deploying", OrderStatus::Creating),
        ("running active Running ACTIVE", OrderStatus::Running),
        ("paused", OrderStatus::Paused),
        ("cancelled canceled terminated Terminated deleted closed", OrderStatus::Cancelled),
        ("expired completed Completed finished ended", OrderStatus::Expired),
        ("outbid", OrderStatus::Outbid),
        ("failed error", OrderStatus::Failed),
        ("rebooting", OrderStatus::Other(Excerpt::new("rebooting", 64))),
    ] {
        for word in words.split(' ') {
            for key in ["status", "instance_status"] {
                let read = order(&format!(r#""{key}":"{word}","online":false"#));
                assert_eq!((read.status, read.status_source), (status.clone(), Reported), "{key} {word}");
            }
        }
    }
    assert_eq!(order(r#""status":"","instance_status":" paused ""#).status, OrderStatus::Paused);
    for odd in ["null", "\"\"", "7", "[]"] {
        assert_eq!(order(&format!(r#""status":{odd}"#)).status_source, Derived(6), "{odd}");
    }
}

#[test]
fn rule_2_expired_or_a_past_end_is_an_end_of_unknown_reason() {
    assert_eq!(
        judged(&format!(r#""expired":true,{READY}"#), &StatusContext::new()),
        (OrderStatus::Ended, Derived(2))
    );
    let at = |now| StatusContext::new().now(UnixTime::from_seconds(now));
    let row = format!(r#""order_end":1790000000,{READY}"#);
    assert_eq!(judged(&row, &at(1_790_000_001)), (OrderStatus::Ended, Derived(2)));
    assert_eq!(judged(&row, &at(1_789_999_999)), (OrderStatus::Running, Derived(4)));
    // Without the service's time nothing is past.
    assert_eq!(judged(&row, &StatusContext::new()), (OrderStatus::Running, Derived(4)));
}

#[test]
fn rule_3_paused() {
    assert_eq!(
        judged(&format!(r#""paused":true,{READY}"#), &StatusContext::new()),
        (OrderStatus::Paused, Derived(3))
    );
}

#[test]
fn rule_4_host_and_port_mean_running_on_demand() {
    let none = StatusContext::new();
    for online in ["", r#","online":true"#, r#","online":null"#] {
        assert_eq!(
            judged(&format!("{READY}{online}"), &none),
            (OrderStatus::Running, Derived(4)),
            "{online}"
        );
    }
    for lacking in [
        r#""pub_cluster":["h.example"]"#,
        r#""tcp_ports":["22:10022"]"#,
        r#""pub_cluster":["-bad"],"tcp_ports":["22:10022"]"#,
    ] {
        assert_eq!(judged(lacking, &none), (OrderStatus::Creating, Derived(6)), "{lacking}");
    }
    let web = r#""http_pub":"abc.example.net","http_port":"8888""#;
    assert_eq!(judged(web, &none), (OrderStatus::Running, Derived(4)));
}

#[test]
fn rule_4_a_spot_order_runs_only_on_evidence() {
    let row = |spend: &str| format!(r#""spot":true,"currency":"bitcoin",{READY},"spend":{spend}"#);
    let none = StatusContext::new();
    assert_eq!(judged(&row("0"), &none), (OrderStatus::Bidding, Derived(4)));
    assert_eq!(judged(&row("null"), &none), (OrderStatus::Bidding, Derived(4)));
    assert_eq!(judged(&row("0.1"), &none), (OrderStatus::Running, Derived(4)));
    let winning = StatusContext::new().winning_bid(true);
    assert_eq!(judged(&row("0"), &winning), (OrderStatus::Running, Derived(4)));
    let grown = StatusContext::new().after(&order(&row("-0.2")));
    assert_eq!(judged(&row("-0.1"), &grown), (OrderStatus::Running, Derived(4)));
}

#[test]
fn rule_5_a_lost_host_is_offline() {
    let row = format!(r#""online":false,"ct":1790000000,{READY}"#);
    let at = |now| StatusContext::new().now(UnixTime::from_seconds(now));
    assert_eq!(judged(&row, &at(1_790_000_900)), (OrderStatus::Creating, Derived(6)));
    assert_eq!(judged(&row, &at(1_790_000_901)), (OrderStatus::Offline, Derived(5)));
    let ran = StatusContext::new().after(&order(READY));
    assert_eq!(judged(&row, &ran), (OrderStatus::Offline, Derived(5)));
    assert_eq!(judged(&row, &StatusContext::new()), (OrderStatus::Creating, Derived(6)));
}

#[test]
fn rule_6_anything_else_is_still_coming() {
    assert_eq!(judged("", &StatusContext::new()), (OrderStatus::Creating, Derived(6)));
    assert_eq!(judged(r#""spot":true"#, &StatusContext::new()), (OrderStatus::Bidding, Derived(6)));
}

#[test]
fn rule_7_an_order_only_in_the_completed_list_has_ended() {
    let left = StatusContext::new().left_active_list(true);
    assert_eq!(judged(READY, &left), (OrderStatus::Ended, Derived(7)));
    assert_eq!(judged(r#""status":"outbid""#, &left), (OrderStatus::Outbid, Reported));
    assert_eq!(judged(r#""expired":true"#, &left), (OrderStatus::Ended, Derived(2)));
}

/// Rule 8: no row yields it, and it is no end.
#[test]
fn rule_8_not_seen_is_not_an_end() {
    assert!(!OrderStatus::NotSeen.is_end() && !OrderStatus::NotSeen.is_running());
}

#[test]
fn ends_are_the_five_that_are_over() {
    use OrderStatus::{
        Bidding, Cancelled, Creating, Ended, Expired, Failed, Offline, Outbid, Paused, Running,
    };
    assert!([Cancelled, Expired, Outbid, Failed, Ended].iter().all(OrderStatus::is_end));
    assert!(![Creating, Bidding, Running, Paused, Offline].iter().any(OrderStatus::is_end));
    assert!(!OrderStatus::named("rebooting").is_end());
}
