//! What a cap does to answers on which money depends: it makes them unknown, never refused, and hides no order.

use super::FindOrder;
use crate::drive::scripted::{Scripted, both, config, ok};
use crate::endpoint::create_order::CreateOrder;
use crate::error::ErrorKind;
use crate::limits::Caps;
use crate::model::{OrderId, ServerId};
use crate::op::Cancel;

/// Whatever it says within: a create whose answer was not read to its end may have been done.
#[test]
fn a_create_whose_answer_is_over_a_cap_is_sent_once_and_stays_open() {
    let long = "a".repeat(21);
    let caps = Caps::default();
    for (caps, body) in [
        (Caps { string_bytes: 20, ..caps }, format!(r#"{{"code":0,"order_id":9,"x":"{long}"}}"#)),
        (Caps { string_bytes: 20, ..caps }, format!(r#"{{"code":6,"error":"{long}"}}"#)),
        (Caps { answer_bytes: 20, ..caps }, r#"{"code":6,"error":"server-already-rented"}"#.to_owned()),
        (Caps { wire_bytes: 8, ..caps }, r#"{"code":6,"error":"x"}"#.to_owned()),
        (Caps { head_bytes: 1, ..caps }, r#"{"code":6,"error":"x"}"#.to_owned()),
        (Caps { head_lines: 1, ..caps }, r#"{"code":6,"error":"x"}"#.to_owned()),
        (Caps { depth: 1, ..caps }, r#"{"code":6,"error":[[]]}"#.to_owned()),
    ] {
        let answer = body.clone();
        let world = Scripted::new(move |_| ok(answer.as_str()).header("x-pad", "y").header("x-more", "y"));
        let config = config().caps(caps).build().unwrap();
        let (result, world) = both(&world, &config, CreateOrder::on_demand(ServerId::new(5), "img"));
        let closed = world.trace().iter().any(|line| line.contains("Resolved {"));
        let kind = result.unwrap_err().kind().clone();
        assert_eq!(
            (kind, world.sent().len(), closed),
            (ErrorKind::OutcomeUnknown, 1, false),
            "{body} {caps:?}"
        );
    }
}

/// A cancel whose answer says too much is settled by the lists; one whose lists do is confirmed by none.
#[test]
fn a_cancel_is_confirmed_by_no_list_over_a_cap() {
    let caps = Caps { string_bytes: 20, ..Caps::default() };
    let cancel = |list: &'static str| {
        let world = Scripted::new(move |asked| match asked.path() {
            "/cancel_order" => ok(format!(r#"{{"code":0,"x":"{}"}}"#, "a".repeat(21))),
            _ => ok(list),
        });
        both(&world, &config().caps(caps).build().unwrap(), Cancel::new(OrderId::new(7))).0
    };
    assert!(cancel(r#"{"orders":[],"code":0}"#).is_ok());
    let long = r#"{"orders":[{"id":8,"env":{"A":"aaaaaaaaaaaaaaaaaaaaaaaa"},"si":1}],"code":0}"#;
    assert_eq!(*cancel(long).unwrap_err().kind(), ErrorKind::CancelUnconfirmed);
}

#[test]
fn a_row_over_its_cap_may_be_any_order() {
    for (caps, row) in [
        // A second id behind the cut.
        (40, r#"{"id":8,"e":"aaaaaaaaaaaaaaa","order_id":71234567,"si":5}"#),
        // Behind a text over its cap.
        (1_000, r#"{"id":8,"e":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa","order_id":71234567,"si":5}"#),
        // The cut is within the id: half of it is another order's.
        (26, r#"{"e":"aaaaaaaaaaaaa","id":71234567,"si":5}"#),
    ] {
        let caps = Caps { record_bytes: caps, string_bytes: 20, ..Caps::default() };
        let body = format!(r#"{{"orders":[{row}],"code":0}}"#);
        let world = Scripted::new(move |_| ok(body.as_str()));
        let config = config().caps(caps).build().unwrap();
        let (result, _) = both(&world, &config, FindOrder::new(OrderId::new(71_234_567)));
        assert!(matches!(result.unwrap_err().kind(), ErrorKind::UnreadOrder(_)), "{row}");
    }
}
