//! Which row may be ours: every clause of rent.md's "candidate".

use super::world::{SERVER, World, id, left_behind, row, state_of};
use crate::effect::{Delivery, Effect};
use crate::error::FailureKind;
use crate::excerpt::Excerpt;
use crate::journal::{Intent, Journal, MemoryJournal, Record, Resolution, View};
use crate::model::order::Sighting;
use crate::model::{Coin, Kind, OrderId, ServerId};
use crate::op::rent::candidate::{Dates, Finding, judge};
use crate::op::scripted::{EPOCH, Reply};
use std::collections::BTreeMap;

const LOST: Reply = Reply::Fails(Delivery::Unknown, FailureKind::Timeout);

fn intent() -> Intent {
    let mut intent = Intent::new(id("mine"), "create_order");
    intent.server = Some(ServerId::new(SERVER));
    intent.kind = Some(Kind::OnDemand);
    intent.coin = Some(Coin::Clore);
    intent.image = Some(Excerpt::new("an/image", 200));
    intent.base_ids = Some([OrderId::new(1)].into());
    intent.snapshot_date = Some(EPOCH);
    intent
}

fn sighting(json: &str) -> Sighting {
    Sighting::decode(json.as_bytes()).unwrap()
}

/// Order 9 on our server, created `after` seconds after the snapshot's date.
fn created(after: i64) -> Sighting {
    sighting(&format!(r#"{{"id":9,"si":5,"ct":{}}}"#, EPOCH.plus(after).seconds()))
}

fn finding_of(intent: &Intent, dates: Dates, rows: &[Sighting], view: &View) -> &'static str {
    let seen: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row.clone())).collect();
    match judge(intent, dates, &seen, view) {
        Finding::None => "none",
        Finding::Ours(_) => "ours",
        Finding::OursButEnded(_) => "ours but ended",
        Finding::Unclear(_) => "unclear",
    }
}

fn dated(answer: Option<i64>) -> Dates {
    Dates { snapshot: Some(EPOCH), answer: answer.map(|after| EPOCH.plus(after)) }
}

fn finding(dates: Dates, rows: &[Sighting]) -> &'static str {
    finding_of(&intent(), dates, rows, &View::default())
}

#[test]
fn a_row_is_ours_from_10_s_before_the_snapshot_to_120_s_after_the_send() {
    for (answer, from, to) in
        [(None, -10, 45 + 120), (Some(0), -10, 120), (Some(20), -10, 140), (Some(60), -10, 180)]
    {
        for (after, expected) in [(from - 1, "unclear"), (from, "ours"), (to, "ours"), (to + 1, "unclear")] {
            assert_eq!(finding(dated(answer), &[created(after)]), expected, "{answer:?} {after}");
        }
    }
}

#[test]
fn without_a_date_there_is_no_evidence_from_time() {
    for dates in [Dates::default(), Dates { snapshot: None, answer: Some(EPOCH) }] {
        for after in [-1_000_000, 0, 1_000_000] {
            assert_eq!(finding(dates, &[created(after)]), "ours", "{dates:?} {after}");
        }
    }
}

#[test]
fn an_answer_more_than_60_s_after_the_snapshot_means_sleep_and_at_most_ambiguous() {
    for (answer, expected) in [(59, "ours"), (60, "ours"), (61, "unclear"), (100_000, "unclear")] {
        assert_eq!(finding(dated(Some(answer)), &[created(5)]), expected, "{answer}");
    }
}

#[test]
fn another_coin_or_kind_contradicts_and_a_missing_value_does_not() {
    for (fields, expected) in [
        ("", "ours"),
        (r#","currency":"CLORE-Blockchain","type":"on-demand""#, "ours"),
        (r#","currency":"bitcoin""#, "unclear"),
        (r#","currency":"a-new-coin""#, "unclear"),
        (r#","currency":null,"type":null,"ct":null"#, "ours"),
        (r#","type":"spot""#, "unclear"),
        (r#","spot":true"#, "unclear"),
        (r#","spot":false"#, "ours"),
        (r#","spot":true,"type":"on-demand""#, "ours"),
        (r#","image":"another/image""#, "ours"),
        (r#","price":123456"#, "ours"),
        (r#","expired":true"#, "ours but ended"),
    ] {
        let row = sighting(&format!(r#"{{"id":9,"si":5{fields}}}"#));
        assert_eq!(finding(dated(None), &[row]), expected, "{fields}");
    }
    let mut bare = intent();
    (bare.coin, bare.kind) = (None, None);
    let row = sighting(r#"{"id":9,"si":5,"currency":"bitcoin","type":"spot"}"#);
    assert_eq!(finding_of(&bare, dated(None), &[row], &View::default()), "ours");
}

#[test]
fn only_a_new_row_on_this_server_is_a_candidate() {
    let on = |id: u64, server: &str| sighting(&format!(r#"{{"id":{id}{server}}}"#));
    assert_eq!(finding(dated(None), &[]), "none");
    assert_eq!(finding(dated(None), &[on(1, r#","si":5"#)]), "none", "it was there before");
    assert_eq!(finding(dated(None), &[on(9, r#","si":6"#)]), "none");
    assert_eq!(
        finding(dated(None), &[on(9, r#","si":5"#), on(1, r#","si":5"#), on(8, r#","si":6"#)]),
        "ours"
    );
    assert_eq!(finding(dated(None), &[on(8, r#","si":5"#), on(9, r#","si":5"#)]), "unclear");
    // One row, contradicting or not: a second one makes it unclear even when it contradicts.
    let other = sighting(r#"{"id":8,"si":5,"currency":"bitcoin"}"#);
    assert_eq!(finding(dated(None), &[created(5), other]), "unclear");
}

#[test]
fn a_new_row_whose_server_cannot_be_told_is_never_nothing_and_never_ours() {
    for odd in [r#"{"id":9}"#, r#"{"id":9,"si":"x"}"#, r#"{"id":9,"si":5,"server_id":6}"#] {
        assert_eq!(finding(dated(None), &[sighting(odd)]), "unclear", "{odd}");
    }
    assert_eq!(finding(dated(None), &[sighting(r#"{"id":8}"#), created(5)]), "ours");
    assert_eq!(finding(dated(None), &[sighting(r#"{"id":1}"#)]), "none");
}

#[test]
fn without_base_ids_a_row_is_at_most_ambiguous() {
    let mut intent = intent();
    intent.base_ids = None;
    assert_eq!(finding_of(&intent, dated(None), &[created(5)], &View::default()), "unclear");
}

#[test]
fn a_row_of_another_intent_is_no_candidate_and_a_contested_server_none_of_ours() {
    let journal = MemoryJournal::new();
    left_behind(&journal, "other", SERVER);
    let contested = super::world::view(&journal);
    assert_eq!(finding_of(&intent(), dated(None), &[created(5)], &contested), "unclear");
    let resolution = Resolution::AttributedTo(OrderId::new(9));
    let resolved = Record::Resolved { intent: id("other"), resolution, wall: None };
    journal.record(resolved).unwrap();
    let attributed = super::world::view(&journal);
    assert_eq!(finding_of(&intent(), dated(None), &[created(5)], &attributed), "none");
    // The other's row does not make ours the second one.
    let rows = [created(5), sighting(r#"{"id":10,"si":5}"#)];
    assert_eq!(finding_of(&intent(), dated(None), &rows, &attributed), "ours");
    let elsewhere = MemoryJournal::new();
    left_behind(&elsewhere, "other", SERVER + 1);
    let elsewhere = super::world::view(&elsewhere);
    assert_eq!(finding_of(&intent(), dated(None), &[created(5)], &elsewhere), "ours");
}

#[test]
fn the_image_only_ranks() {
    let rows = [
        sighting(r#"{"id":7,"si":5,"image":"another/image"}"#),
        sighting(r#"{"id":8,"si":5}"#),
        sighting(r#"{"id":9,"si":5,"image":"an/image"}"#),
    ];
    let seen: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row.clone())).collect();
    let Finding::Unclear(ranked) = judge(&intent(), dated(None), &seen, &View::default()) else { panic!() };
    assert_eq!(ranked.iter().map(|row| row.id.number()).collect::<Vec<_>>(), [9, 7, 8]);
    let Finding::Ours(_) =
        judge(&intent(), dated(None), &seen.into_iter().take(1).collect(), &View::default())
    else {
        panic!("another image contradicts nothing")
    };
}

#[test]
fn a_row_that_ended_is_accepted_at_the_end_of_grace() {
    let mut world = World::new().create(LOST).row(row(5, 9, SERVER, 3, r#","expired":true"#));
    let journal = MemoryJournal::new();
    let (run, result) = world.run(&journal);
    assert_eq!(super::world::word(&result), "placed");
    let closed = super::world::closed_after(&run, world.took);
    assert_eq!(super::world::after_close(&world, closed).last(), Some(&60));
    assert_eq!(state_of(&journal, "mine"), "Placed { order: OrderId(9), inferred: true }");
}

#[test]
fn a_row_that_was_seen_once_counts_although_it_is_gone_later() {
    // Two new rows, each seen in one reading only: the second is not alone.
    let json = r#"{"id":8,"si":5,"currency":"bitcoin"}"#.to_owned();
    let contradicting = super::world::Row { from: crate::op::scripted::at(5), json };
    let mut world = World::new().create(LOST).row(contradicting);
    let journal = MemoryJournal::new();
    let mut run = crate::op::scripted::Run::new(
        &crate::op::scripted::settings(&crate::op::scripted::session(), 3),
        super::world::rent(),
        crate::op::scripted::at(1),
    );
    let result = run.finish(&journal, &mut |asked| {
        let reply = world.answer(asked);
        if asked.at > crate::op::scripted::at(9) {
            world.rows.retain(|row| !row.json.contains(r#""id":8"#));
            if asked.at > crate::op::scripted::at(15) {
                world.rows.push(row(15, 9, SERVER, 3, ""));
            }
        }
        reply
    });
    let outcome = result.unwrap();
    assert_eq!(
        (outcome.order(), outcome.candidates().len()),
        (None, 2),
        "either may bill, and none is told as it"
    );
    let crate::op::rent::RentOutcome::Ambiguous(_, rows) = outcome else { panic!("{outcome:?}") };
    assert_eq!(rows.iter().map(|row| row.id.number()).collect::<Vec<_>>(), [8, 9]);
}

#[test]
fn no_effect_but_spend_is_sent_as_a_create() {
    // The adapters' rule "a spend is never repeated" rests on it.
    use crate::endpoint::Endpoint;
    assert_eq!(super::world::order().effect(), Effect::Spend);
}
