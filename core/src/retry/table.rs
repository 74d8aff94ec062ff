//! The table itself: effect × delivery × verdict, as data.

use crate::effect::{Delivery, Effect};

/// What an answer, or its absence, says about the request.
///
/// Closed: the retry table is exhaustive over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// The service did it.
    Ok,
    /// The service certainly did not do it, and will not if asked again.
    Refused,
    /// Code 5 or HTTP 429: not done, ask later.
    TooFast,
    /// Everything else: no answer, half an answer, one that says nothing certain.
    Unclear,
}

impl Verdict {
    /// Every verdict, for tables and tests; in the order of the table's columns.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Refused, Self::TooFast, Self::Unclear];
}

/// Whether the same request can be expected to fare better.
///
/// Closed: a cause passes, may pass, or stays.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Permanence {
    /// It may well pass: resets, timeouts, HTTP 5xx, code 1.
    Transient,
    /// Worth one more try: an empty body, HTML with status 200, a garbled status line. Retried after a call's first
    /// attempt only.
    Once,
    /// It stays: certificate, invalid URL or header, redirect, answer over a cap, JSON of the wrong shape.
    Permanent,
}

impl Permanence {
    /// Every permanence, for tables and tests.
    pub const ALL: [Self; 3] = [Self::Transient, Self::Once, Self::Permanent];
}

/// What a cell of the table says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    Done,
    Refused,
    /// Nothing was sent, so it may be.
    NotSent,
    TooFast,
    /// It may have been done, and doing it again is harmless.
    Transient,
    /// It may have been done, and doing it again may cost money: find out by reading.
    Reconcile,
}

use Cell::{Done, NotSent, Reconcile, Refused, TooFast, Transient};

type Row = (Effect, Delivery, [Cell; 4]);

/// Columns as in [`Verdict::ALL`]. Without a whole answer every verdict but unclear is a contradiction, which is read
/// the careful way: what claims an answer and "not sent" counts as maybe sent.
#[rustfmt::skip]
pub(super) const TABLE: [Row; 12] = [
    //                                           Ok         Refused    TooFast    Unclear
    (Effect::Read,       Delivery::NotSent,  [Transient, Refused,   TooFast,   NotSent]),
    (Effect::Read,       Delivery::Unknown,  [Transient, Refused,   TooFast,   Transient]),
    (Effect::Read,       Delivery::Answered, [Done,      Refused,   TooFast,   Transient]),
    (Effect::Idempotent, Delivery::NotSent,  [Transient, Refused,   TooFast,   NotSent]),
    (Effect::Idempotent, Delivery::Unknown,  [Transient, Refused,   TooFast,   Transient]),
    (Effect::Idempotent, Delivery::Answered, [Done,      Refused,   TooFast,   Transient]),
    (Effect::Reprice,    Delivery::NotSent,  [Reconcile, Reconcile, Reconcile, NotSent]),
    (Effect::Reprice,    Delivery::Unknown,  [Reconcile, Reconcile, Reconcile, Reconcile]),
    (Effect::Reprice,    Delivery::Answered, [Done,      Refused,   TooFast,   Reconcile]),
    (Effect::Spend,      Delivery::NotSent,  [Reconcile, Reconcile, Reconcile, NotSent]),
    (Effect::Spend,      Delivery::Unknown,  [Reconcile, Reconcile, Reconcile, Reconcile]),
    (Effect::Spend,      Delivery::Answered, [Done,      Refused,   TooFast,   Reconcile]),
];

/// The cell for this attempt. A cell that were missing would be read as the careful one.
pub(super) fn cell(effect: Effect, delivery: Delivery, verdict: Verdict) -> Cell {
    TABLE
        .iter()
        .find(|(of, after, _)| *of == effect && *after == delivery)
        .and_then(|(_, _, cells)| Verdict::ALL.iter().zip(cells).find(|(column, _)| **column == verdict))
        .map_or(Reconcile, |(_, cell)| *cell)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn rendered() -> String {
        let mut text = String::from("\n| effect | delivery | ok | refused | too fast | unclear |\n");
        text.push_str("|---|---|---|---|---|---|\n");
        for (effect, delivery, cells) in TABLE {
            write!(text, "| {effect:?} | {delivery:?} ").unwrap();
            for cell in cells {
                let words = match cell {
                    Done => "done",
                    Refused => "stop: refused",
                    NotSent => "retry: not sent",
                    TooFast => "retry: too fast",
                    Transient => "retry",
                    Reconcile => "**reconcile**",
                };
                write!(text, "| {words} ").unwrap();
            }
            text.push_str("|\n");
        }
        text
    }

    #[test]
    fn the_documented_table_is_the_table() {
        assert_eq!(rendered(), include_str!("table.md"));
    }

    #[test]
    fn every_row_of_effect_and_delivery_exists_once() {
        for effect in Effect::ALL {
            for delivery in Delivery::ALL {
                let rows = TABLE.iter().filter(|(e, d, _)| *e == effect && *d == delivery);
                assert_eq!(rows.count(), 1, "{effect:?} {delivery:?}");
            }
        }
    }

    /// Written apart from the table, by rule: an expectation for each of the 48 cells.
    #[test]
    fn every_cell_is_as_the_rules_say() {
        for effect in Effect::ALL {
            let costs = matches!(effect, Effect::Spend | Effect::Reprice);
            for delivery in Delivery::ALL {
                for verdict in Verdict::ALL {
                    let expected = match (delivery, verdict) {
                        (Delivery::NotSent, Verdict::Unclear) => NotSent,
                        (Delivery::Answered, Verdict::Ok) => Done,
                        (Delivery::Answered, Verdict::Refused) => Refused,
                        (Delivery::Answered, Verdict::TooFast) => TooFast,
                        _ if costs => Reconcile,
                        (_, Verdict::Refused) => Refused,
                        (_, Verdict::TooFast) => TooFast,
                        _ => Transient,
                    };
                    assert_eq!(
                        cell(effect, delivery, verdict),
                        expected,
                        "{effect:?} {delivery:?} {verdict:?}"
                    );
                }
            }
        }
    }
}
