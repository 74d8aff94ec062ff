//! What is known of the official SDK: which fault each step of `sdk_live.py` shows, sync and async.

use super::rows::{Ours, Row, create_body, gave, least_gap, raised, said, sent};
use super::sandboxes;
use serde_json::{Value, json};

/// Both clients of the SDK.
pub(crate) const LIVE: &[Row] = &[
    Row {
        step: "max_price_usd 0",
        row: "O13",
        shows: |step| gave(step).as_u64().is_some_and(|count| count > 0),
        what: "a maximum of 0 is no maximum",
        ours: Ours::Typed("cannot be written: a price of 0 is refused when it is made"),
    },
    Row {
        step: "create_order",
        row: "O6",
        shows: |step| raised(step, "ValidationError") && step.placed == 1,
        what: "raises over `{\"code\":0}`, and the order bills",
        ours: Ours::Measured("create"),
    },
    Row {
        step: "create_order spot",
        row: "O6",
        shows: |step| raised(step, "ValidationError") && step.placed == 1,
        what: "raises over `{\"code\":0}`, and the bid stands",
        ours: Ours::Measured("create"),
    },
    Row {
        step: "my_orders",
        row: "O12",
        shows: |step| raised(step, "ValidationError") && said(step, "pub_cluster"),
        what: "`pub_cluster` is a list: no order can be read",
        ours: Ours::Measured("order"),
    },
    Row {
        step: "my_orders completed",
        row: "O12",
        shows: |step| raised(step, "ValidationError") && said(step, "tcp_ports"),
        what: "`tcp_ports` is a list: no order can be read",
        ours: Ours::Measured("order"),
    },
    Row {
        step: "spot without a price",
        row: "O13",
        shows: |step| !create_body(step).is_empty() && !create_body(step).contains_key("spotprice"),
        what: "a bid of 0 is dropped and the create sent without one",
        ours: Ours::Typed("cannot be written: `CreateOrder::spot` takes a rate above 0"),
    },
    Row {
        step: "spot_marketplace",
        row: "api-facts 3.7",
        shows: |step| {
            let offers = gave(step).as_array();
            offers.is_some_and(|offers| {
                !offers.is_empty() && offers.iter().all(|offer| offer.get("price") == Some(&Value::Null))
            })
        },
        what: "every bid is read without its price: it is called `bid`",
        ours: Ours::Measured("offers"),
    },
    Row {
        step: "set_spot_price too low",
        row: "O9",
        shows: |step| {
            said(step, "API error code 6") || gave(step).get("error") == Some(&json!("amount_too_low"))
        },
        what: "the reason of a refusal is lost; beside code 0 it counts as success",
        ours: Ours::Measured("reprice"),
    },
    Row {
        step: "cancel_order again",
        row: "O9",
        shows: |step| said(step, "API error code 6"),
        what: "an order that is over is a failure, and its reason is lost",
        ours: Ours::Measured("cancel again"),
    },
    Row {
        step: "my_servers",
        row: "O11",
        shows: |step| raised(step, "ValidationError"),
        what: "a machine that never connected has no id, and no machine is listed",
        ours: Ours::Measured("hosted"),
    },
    Row {
        step: "set_server_settings partial",
        row: "O9",
        shows: |step| said(step, "API error code 6"),
        what: "the reason `not_all_parameters_present` is lost (api-facts 3.11)",
        ours: Ours::Measured("settings"),
    },
    Row {
        step: "create lost",
        row: "O1",
        shows: |step| sent(step, "create_order") > 1 && step.placed == 1 && step.came.is_err(),
        what: "the create is sent again, and an order that bills is reported as failed",
        ours: Ours::Measured("lost"),
    },
    Row {
        step: "market with an odd row",
        row: "O11",
        shows: |step| raised(step, "ValidationError"),
        what: "one odd row loses the whole market",
        ours: Ours::Measured("odd row"),
    },
    Row {
        step: "cancel garbled",
        row: "O7",
        shows: |step| raised(step, "JSONDecodeError"),
        what: "a 200 with HTML ends in the JSON library's own error, though it was cancelled",
        ours: Ours::Measured("garbled"),
    },
    Row {
        step: "status 401",
        row: "O2",
        shows: |step| sent(step, "wallets") == 4 && step.seconds > 6.5 && said(step, "<html"),
        what: "a refused key is tried four times over 7 s, and the page is pasted into the error",
        ours: Ours::Measured("401"),
    },
    Row {
        step: "key with a line end",
        row: "O16",
        shows: |step| said(step, "SECRETKEY") && step.requests.is_empty(),
        what: "the error repeats the key, after three retries",
        ours: Ours::Measured("key"),
    },
    Row {
        step: "plain http",
        row: "O15",
        shows: |step| gave(step) == &json!("http://clore.invalid/v1"),
        what: "takes plain http to any host",
        ours: Ours::Measured("plain http"),
    },
];

/// The async client besides.
pub(crate) const ASYNC: &[Row] = &[
    Row {
        step: "create before",
        row: "O6",
        shows: |step| raised(step, "ValidationError") && step.placed == 1,
        what: "raises over `{\"code\":0}`, and the order bills",
        ours: Ours::Measured("create"),
    },
    Row {
        step: "two creates at once",
        row: "O3",
        shows: |step| least_gap(step, "create_order").is_some_and(|gap| gap < sandboxes::interval()),
        what: "two tasks send their creates in the same window",
        ours: Ours::Measured("in a row"),
    },
];
