//! Every model against an independent writer: what is written in any known shape is read; whatever is deleted, retyped,
//! reordered or doubled, nothing panics, nothing is invented, and no record's fault becomes another's.
#![allow(unreachable_pub, reason = "tests have no public API")]

mod account;
mod gigaspot;
mod hosted;
mod json;
mod market;
mod orders;
mod rule;
mod shapes;

/// The rules as tests of one model; the last only where the service tells it in a list.
macro_rules! rules {
    ($name:ident, $model:expr, $row:expr $(, $list:expr, $key:literal)?) => {
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig { cases: crate::cases(), ..ProptestConfig::default() })]

                #[test]
                fn what_is_written_in_any_shape_is_read_and_nothing_else(row in $row) {
                    $model.reads_what_was_written(&row);
                }

                #[test]
                fn a_harm_costs_what_it_touches_and_nothing_is_invented(row in $row, harms in harms()) {
                    $model.a_harm_costs_what_it_touches(&row, &harms);
                }

                $(#[test]
                fn a_list_keeps_its_records_apart(rows in rows_of_a_list($row)) {
                    crate::rule::keeps_apart($model, $list, $key, &rows);
                })?
            }
        }
    };
}
pub(crate) use rules;

/// How many cases a rule is tried on: `MODEL_CASES`, or enough for a few seconds in all.
fn cases() -> u32 {
    std::env::var("MODEL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}
