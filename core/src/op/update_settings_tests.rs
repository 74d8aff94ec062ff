use super::*;
use crate::effect::{Effect, Lane};
use crate::endpoint::cancel_order::CancelOrder;
use crate::error::{FailureKind, InvalidRequest, Reason, Why};
use crate::journal::MemoryJournal;
use crate::model::hosted::RequiredSetting;
use crate::model::{Coin, Kind, OrderId, Rate};
use crate::op::scripted::{Asked, Reply, Run, at, seconds, session, settings};
use core::time::Duration;

const CONFIG: &str = r#"{"config":{"name":"rig","visibility":"public","mrl":96,"allowed_coins":["bitcoin"],
    "pricing":{"bitcoin":0.0001},"spot_pricing":{"bitcoin":5e-5}},"code":0}"#;
const YES: &str = r#"{"code":0}"#;
const READ: &str = r#"/v1/server_config {"server_name":"rig"}"#;
const SENT: &str = r#"/v1/set_server_settings {"name":"rig","availability":true,"mrl":48,"bitcoin_on_demand":0.0001,"bitcoin_spot":0.00005,"enabled-bitcoin":true}"#;

fn lost() -> Reply {
    Reply::Fails(Delivery::Unknown, FailureKind::Io(std::io::ErrorKind::ConnectionReset))
}

fn never_sent() -> Reply {
    Reply::Fails(Delivery::NotSent, FailureKind::Connect)
}

fn shorter() -> SetServerSettings {
    SetServerSettings::new("rig").max_rental(Duration::from_secs(48 * 3600))
}

/// The configuration after [`shorter`] took effect.
fn shortened() -> String {
    CONFIG.replace("\"mrl\":96", "\"mrl\":48")
}

struct Told {
    result: Result<UpdatedSettings, Error>,
    asked: Vec<Asked>,
    lines: Vec<String>,
}

/// Runs `plan` against these replies, one a request; the last of them for all further ones.
fn told(plan: UpdateServerSettings, replies: &[Reply]) -> Told {
    let session = session();
    let mut run = Run::new(&settings(&session, 7), plan, at(0));
    let mut replies = replies.iter();
    let mut last = lost();
    let result = run.finish(&MemoryJournal::new(), &mut |_| {
        last = replies.next().cloned().unwrap_or(last.clone());
        (seconds(1), last.clone())
    });
    let lines = run.asked.iter().map(|asked| format!("{} {}", asked.path, asked.body)).collect();
    Told { result, asked: run.asked, lines }
}

fn error_of(told: Told) -> Error {
    told.result.unwrap_err()
}

/// Design, invariant 5: settings go out whole, and what could not be read would be lost with them.
#[test]
fn nothing_is_sent_from_a_configuration_with_a_price_that_cannot_be_read() {
    let with = |more: &str| CONFIG.replace(r#""pricing":{"bitcoin":0.0001}"#, more);
    let update = |config: &str| {
        told(UpdateServerSettings::new(shorter()), &[Reply::ok(config), Reply::ok(YES)]).lines.len()
    };
    for more in [
        r#""pricing":{"bitcoin":0.0001,"CLORE-Blockchain":"12 a day"}"#,
        r#""pricing":{"bitcoin":0.0001,"CLORE-Blockchain":-1}"#,
        r#""pricing":{"bitcoin":0.0001,"CLORE-Blockchain":1e300}"#,
        r#""pricing":{"bitcoin":0.0001,"BTC":0.0002}"#,
        r#""pricing":{"bitcoin":0.0001},"usd_pricing":{"bitcoin":7}"#,
        r#""pricing":{"bitcoin":0.0001},"usd_pricing":{"bitcoin":{"on_demand":[]}}"#,
        r#""pricing":{"bitcoin":0.0001},"usd_pricing":[]"#,
    ] {
        assert_eq!(update(&with(more)), 1, "{more}");
        let plan = UpdateServerSettings::new(shorter());
        let error = error_of(told(plan, &[Reply::ok(with(more)), Reply::ok(YES)]));
        assert!(
            matches!(error.kind(), ErrorKind::Decode(odd) if odd.path().starts_with("config.")),
            "{error}"
        );
    }
    for more in [
        r#""pricing":{"bitcoin":0.0001,"CLORE-Blockchain":0,"usd":0,"USD-Blockchain":null}"#,
        r#""pricing":{"bitcoin":0.0001,"BTC":0.0001}"#,
        r#""pricing":{"bitcoin":0.0001},"usd_pricing":{"bitcoin":{"on_demand":0,"spot":null}}"#,
    ] {
        assert_eq!(update(&with(more)), 2, "{more}");
    }
}

#[test]
fn a_partial_update_reads_first_and_sends_all() {
    let told = told(UpdateServerSettings::new(shorter()), &[Reply::ok(CONFIG), Reply::ok(YES)]);
    assert_eq!(told.lines, [READ, SENT]);
    assert!(told.asked.iter().all(|asked| asked.lane == Lane::Normal), "it goes before nobody");
    let updated = told.result.unwrap();
    assert!(!updated.inferred);
    assert_eq!(updated.before.unwrap().max_rental, Some(Duration::from_secs(96 * 3600)));
    assert_eq!(updated.sent.longest_rental(), Some(Duration::from_secs(48 * 3600)));
    assert_eq!(updated.sent.price(Kind::Spot, &Coin::Bitcoin).unwrap().digits(), "0.00005");
}

#[test]
fn settings_sent_as_they_are_read_nothing_before() {
    let told = told(UpdateServerSettings::as_they_are(shorter()), &[Reply::ok(YES)]);
    assert_eq!(told.lines, [r#"/v1/set_server_settings {"name":"rig","mrl":48}"#]);
    assert!(told.result.unwrap().before.is_none());
}

#[test]
fn each_missing_setting_is_named_and_nothing_is_sent() {
    for (without, missing, words) in [
        ("public", RequiredSetting::Availability, "availability (`availability`)"),
        ("\"mrl\"", RequiredSetting::MaxRental, "longest rental (`mrl`)"),
        ("0.0001", RequiredSetting::BitcoinOnDemand, "on-demand price in bitcoin/day (`bitcoin_on_demand`)"),
        ("5e-5", RequiredSetting::BitcoinSpot, "spot price in bitcoin/day (`bitcoin_spot`)"),
    ] {
        let config = CONFIG.replace(without, if without.starts_with('"') { "\"x\"" } else { "0" });
        let changes = SetServerSettings::new("rig").coin_enabled(Coin::Clore, true);
        let told = told(UpdateServerSettings::new(changes), &[Reply::ok(config)]);
        assert_eq!(told.lines, [READ]);
        let error = error_of(told);
        assert_eq!(*error.kind(), ErrorKind::IncompleteSettings(vec![missing]), "{without}");
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert_eq!(
            error.to_string(),
            format!(
                "set_server_settings: incomplete settings: the server's configuration does not tell {words}; nothing was sent; give the missing settings as well"
            )
        );
    }
}

#[test]
fn what_the_configuration_lacks_the_caller_can_give() {
    let changes = shorter()
        .available(false)
        .on_demand(Rate::parse("0.0002", Coin::Bitcoin).unwrap())
        .spot(Rate::parse("0.0001", Coin::Bitcoin).unwrap());
    let empty = r#"{"config":{"name":"rig","visibility":"hidden","pricing":{"bitcoin":0,"usd":0}},"code":0}"#;
    let told = told(UpdateServerSettings::new(changes), &[Reply::ok(empty), Reply::ok(YES)]);
    assert!(told.lines[1].ends_with(
        r#"{"name":"rig","availability":false,"mrl":48,"bitcoin_on_demand":0.0002,"bitcoin_spot":0.0001}"#
    ));
    assert!(told.result.is_ok());
}

#[test]
fn a_configuration_that_cannot_be_read_changes_nothing() {
    for (reply, requests) in [
        (Reply::ok(r#"{"code":6,"error":"server_dont_exist"}"#), 1),
        (Reply::ok(YES), 1),
        (Reply::ok(CONFIG.replace("\"rig\"", "\"another\"")), 1),
        (Reply::status(500, "<html>"), 3),
        (lost(), 3),
    ] {
        let told = told(UpdateServerSettings::new(shorter()), &[reply]);
        assert!(told.lines.iter().all(|line| line == READ), "{:?}", told.lines);
        assert_eq!(told.lines.len(), requests);
        let error = error_of(told);
        assert!(!matches!(error.kind(), ErrorKind::SettingsUnknown), "{error}");
    }
}

#[test]
fn a_server_of_somebody_else_is_refused_with_advice() {
    for replies in [
        vec![Reply::ok(r#"{"code":6,"error":"server_dont_exist"}"#)],
        vec![Reply::ok(CONFIG), Reply::ok(r#"{"code":6,"error":"server_dont_exist"}"#)],
    ] {
        let error = error_of(told(UpdateServerSettings::new(shorter()), &replies));
        assert_eq!(error.refusal().unwrap().reason, Reason::NotYourServer);
        assert_eq!(error.advice(), "`clore servers` lists them");
    }
}

#[test]
fn settings_that_break_a_rule_of_their_own_ask_nothing() {
    for plan in [UpdateServerSettings::new, UpdateServerSettings::as_they_are] {
        let told = told(plan(shorter().max_rental(Duration::from_secs(90))), &[]);
        assert!(told.lines.is_empty());
        let invalid = InvalidRequest::new("mrl", Why::NotWholeHours);
        assert_eq!(*error_of(told).kind(), ErrorKind::Invalid(invalid));
    }
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_bytes() {
    for odd in [lost(), never_sent(), Reply::Hangs, Reply::status(502, "<html>"), Reply::ok("{\"code\":1}")] {
        let told = told(UpdateServerSettings::new(shorter()), &[Reply::ok(CONFIG), odd, Reply::ok(YES)]);
        assert_eq!(told.lines, [READ, SENT, SENT]);
        assert!(!told.result.unwrap().inferred);
    }
}

#[test]
fn an_answer_lost_to_the_end_is_settled_by_reading() {
    let all_lost = |then: Reply| {
        let replies = [Reply::ok(CONFIG), lost(), lost(), lost(), then];
        told(UpdateServerSettings::new(shorter()), &replies)
    };
    let did = all_lost(Reply::ok(shortened()));
    assert_eq!(did.lines, [READ, SENT, SENT, SENT, READ]);
    assert!(did.result.unwrap().inferred);
    // Not there yet may be there later; and a reading that fails says nothing.
    for then in
        [Reply::ok(CONFIG), lost(), Reply::ok(YES), Reply::ok("{\"code\":6,\"error\":\"server_dont_exist\"}")]
    {
        let error = error_of(all_lost(then));
        assert_eq!((error.kind(), error.delivery()), (&ErrorKind::SettingsUnknown, Delivery::Unknown));
        assert!(error.to_string().contains("not known whether the new settings took effect"), "{error}");
    }
}

#[test]
fn settings_as_they_are_are_unknown_too_when_their_answer_is_lost() {
    let plan = || UpdateServerSettings::as_they_are(shorter());
    let done = told(plan(), &[lost(), lost(), lost(), Reply::ok(shortened())]);
    assert!(done.result.unwrap().inferred);
    let error = error_of(told(plan(), &[lost()]));
    assert_eq!(*error.kind(), ErrorKind::SettingsUnknown);
}

#[test]
fn a_refusal_after_a_loss_counts_only_when_the_reading_agrees() {
    let refused = || Reply::ok(r#"{"code":6,"error":"invalid_mrl"}"#);
    for (read, unknown) in [(Reply::ok(CONFIG), false), (Reply::status(500, ""), true)] {
        let replies = [Reply::ok(CONFIG), lost(), refused(), read];
        let error = error_of(told(UpdateServerSettings::new(shorter()), &replies));
        assert_eq!(*error.kind() == ErrorKind::SettingsUnknown, unknown, "{error}");
        assert_eq!(error.refusal().map(|refusal| &refusal.reason), (!unknown).then_some(&Reason::InvalidMrl));
    }
    let replies = [Reply::ok(CONFIG), lost(), refused(), Reply::ok(shortened())];
    assert!(told(UpdateServerSettings::new(shorter()), &replies).result.unwrap().inferred);
}

#[test]
fn what_was_certainly_not_done_is_no_unknown() {
    for (odd, requests) in [
        (Reply::ok(r#"{"code":6,"error":"invalid_mrl"}"#), 2),
        (Reply::ok(r#"{"code":2}"#), 2),
        (never_sent(), 4),
        (Reply::ok(r#"{"code":5}"#), 4),
    ] {
        let told = told(UpdateServerSettings::new(shorter()), &[Reply::ok(CONFIG), odd.clone()]);
        assert_eq!(told.lines.len(), requests, "{odd:?}");
        let error = error_of(told);
        assert!(!matches!(error.kind(), ErrorKind::SettingsUnknown), "{error}");
    }
}

#[test]
fn the_first_reading_and_the_sending_end_by_one_deadline() {
    let session = session();
    let mut run = Run::new(&settings(&session, 7), UpdateServerSettings::new(shorter()), at(0));
    // The reading is answered at the third attempt, after more than a minute.
    let mut requests = 0;
    let result = run.finish(&MemoryJournal::new(), &mut |_| {
        requests += 1;
        if requests == 3 { (seconds(20), Reply::ok(CONFIG)) } else { (seconds(1), Reply::Hangs) }
    });
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::SettingsUnknown);
    let end = at(0).after(session.config().deadline);
    let sends = run.asked.iter().filter(|asked| asked.path.starts_with("/v1/set_"));
    assert_eq!(sends.map(|asked| asked.deadline).max(), Some(end));
}

/// What is left of the session's retries is kept for what ends a bill.
#[test]
fn lost_settings_leave_the_last_retries_to_cancels() {
    let session = session();
    while session.budget(|budget| budget.withdraw(Effect::Read, Lane::Normal)) {}
    let left = session.budget(|budget| budget.left());
    let whole = UpdateServerSettings::as_they_are(shorter());
    let mut run = Run::new(&settings(&session, 7), whole, at(0));
    let result = run.finish(&MemoryJournal::new(), &mut |_| (seconds(1), lost()));
    assert_eq!(*result.unwrap_err().kind(), ErrorKind::SettingsUnknown);
    assert_eq!((run.asked.iter().filter(|asked| asked.path.ends_with("settings")).count(), left), (1, 10));
    assert_eq!(session.budget(|budget| budget.left()), left);
    let mut run = Run::new(&settings(&session, 7), CancelOrder::new(OrderId::new(1)), at(500));
    let _ = run.finish(&MemoryJournal::new(), &mut |_| (seconds(1), lost()));
    assert_eq!(run.asked.len(), 3, "a cancel is sent again");
}
