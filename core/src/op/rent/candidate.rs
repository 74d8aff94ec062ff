//! Which rows of `my_orders` may be the order of one intent. Pure: rows, the intent and the journal's view in, a
//! [`Finding`] out.
//!
//! Invariant: a row is taken for ours only when it is the only new row on the server, contradicts nothing, no other
//! open intent wants that server, and no other intent has it (`rent.md`, "candidate").

use crate::excerpt::Excerpt;
use crate::journal::{Intent, View};
use crate::model::order::Sighting;
use crate::model::{OrderId, ServerId};
use crate::time::UnixTime;
use std::collections::BTreeMap;

/// The dates of the service that bound when our row can have been made. The local clock is never evidence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Dates {
    /// `Date` of the snapshot.
    pub(super) snapshot: Option<UnixTime>,
    /// `Date` of the last send's answer.
    pub(super) answer: Option<UnixTime>,
}

/// Characters of an image's name that an intent keeps.
pub(super) const IMAGE: usize = 200;
/// A row may be this much older than the snapshot's `Date`.
const BEFORE: i64 = 10;
/// Without an answer's `Date`, the send is taken to have ended this long after the snapshot.
const UNANSWERED: i64 = 45;
/// A row may be this much newer than the end of the send.
const AFTER: i64 = 120;
/// More than this between snapshot and answer means that the machine slept in between.
const SLEPT: i64 = 60;

/// What the rows seen so far say.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Finding {
    /// No candidate.
    None,
    /// One row that is ours.
    Ours(Sighting),
    /// One row that would be ours had it not ended; accepted at the end of grace.
    OursButEnded(Sighting),
    /// Rows that may be ours or somebody else's.
    Unclear(Vec<Sighting>),
}

/// Judges every row seen in any complete reading since the send.
pub(super) fn judge(
    intent: &Intent,
    dates: Dates,
    seen: &BTreeMap<OrderId, Sighting>,
    view: &View,
) -> Finding {
    let rows: Vec<&Sighting> = candidates(intent, seen)
        .filter(|row| view.attributed_to(row.id).is_none_or(|owner| *owner == intent.id))
        .collect();
    let [row] = rows.as_slice() else {
        if rows.is_empty() {
            // A new row whose server cannot be told may be ours: never "none", and never "ours".
            let odd: Vec<&Sighting> = new_rows(intent, seen)
                .filter(|row| view.attributed_to(row.id).is_none_or(|owner| *owner == intent.id))
                .collect();
            return if odd.is_empty() { Finding::None } else { unclear(intent, odd) };
        }
        return unclear(intent, rows);
    };
    let contested = intent.server.is_some_and(|server| view.other_open_for(server, &intent.id).is_some());
    let slept = match (dates.snapshot, dates.answer) {
        (Some(snapshot), Some(answer)) => answer.since(snapshot) > SLEPT,
        _ => false,
    };
    if intent.base_ids.is_none() || contested || slept || contradicts(row, intent, dates) {
        return unclear(intent, rows);
    }
    if row.ended { Finding::OursButEnded((*row).clone()) } else { Finding::Ours((*row).clone()) }
}

/// New rows on the intent's server, whoever they belong to.
pub(super) fn candidates<'a>(
    intent: &'a Intent,
    seen: &'a BTreeMap<OrderId, Sighting>,
) -> impl Iterator<Item = &'a Sighting> {
    new_rows(intent, seen).filter(|row| is_on(row, intent.server))
}

/// New rows on the intent's server or on one that cannot be told, whoever they belong to.
pub(super) fn new_rows<'a>(
    intent: &'a Intent,
    seen: &'a BTreeMap<OrderId, Sighting>,
) -> impl Iterator<Item = &'a Sighting> {
    seen.values().filter(|row| is_new(intent, row))
}

/// Whether a row may be the order of an intent, as far as the server and the snapshot tell.
pub(super) fn is_new(intent: &Intent, row: &Sighting) -> bool {
    let may_be = row.server.is_none() || is_on(row, intent.server);
    may_be && !intent.base_ids.as_ref().is_some_and(|base| base.contains(&row.id))
}

/// An intent without a server (a user's own endpoint) cannot tell rows apart by server.
fn is_on(row: &Sighting, server: Option<ServerId>) -> bool {
    server.is_none_or(|server| row.server == Some(server))
}

/// The rows with the intent's image first: the image only ranks.
fn unclear(intent: &Intent, mut rows: Vec<&Sighting>) -> Finding {
    let same_image = |row: &Sighting| {
        let theirs = row.image.as_ref().map(|image| Excerpt::new(image, IMAGE));
        theirs.is_some() && theirs == intent.image
    };
    rows.sort_by_key(|row| (!same_image(row), row.id));
    Finding::Unclear(rows.into_iter().cloned().collect())
}

/// A missing value contradicts nothing.
fn contradicts(row: &Sighting, intent: &Intent, dates: Dates) -> bool {
    let differs = |ours: Option<bool>| ours == Some(true);
    let coin = row.coin.as_ref().zip(intent.coin.as_ref()).map(|(theirs, ours)| theirs != ours);
    let kind = row.kind.zip(intent.kind).map(|(theirs, ours)| theirs != ours);
    let time = row.created.zip(dates.snapshot).map(|(created, snapshot)| {
        let end = dates.answer.unwrap_or(snapshot.plus(UNANSWERED));
        created < snapshot.plus(BEFORE.saturating_neg()) || created > end.plus(AFTER)
    });
    differs(coin) || differs(kind) || differs(time)
}
