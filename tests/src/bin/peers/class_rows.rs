//! What is known of the page's class: which fault each step of `class_live.py` and `class_faults.py` shows.

use super::rows::{Ours, Row, body, create_body, gave, least_gap, raised, said, sent};
use super::sandboxes;
use serde_json::{Value, json};

/// `class_live.py`: the API as it is.
pub(crate) const LIVE: &[Row] = &[
    Row {
        step: "get_balance BTC",
        row: "S20",
        shows: |step| gave(step) == &json!(0.0),
        what: "0.0, while the wallet named `bitcoin` is full",
        ours: Ours::Measured("balance"),
    },
    Row {
        step: "get_balance Blockchain",
        row: "S20",
        shows: |step| gave(step).as_f64().is_some_and(|balance| balance > 0.0),
        what: "another wallet's balance for a name that no wallet has",
        ours: Ours::Measured("balance"),
    },
    Row {
        step: "example find and rent",
        row: "api-facts 4.4, 5",
        shows: |step| gave(step).as_str().is_some_and(|text| text.contains("No servers available")),
        what: "finds nothing: 85 is compared with a reliability of 0 to 1, and $0.80 an hour with dollars a day",
        ours: Ours::Measured("search"),
    },
    Row {
        step: "find_servers price",
        row: "api-facts 5",
        shows: |step| gave(step) == &json!(0),
        what: "no RTX 4090 at $0.80 an hour: the listed dollars are per day",
        ours: Ours::Measured("search"),
    },
    Row {
        step: "find_servers RTX 3060",
        row: "S21",
        shows: |step| gave(step).to_string().contains("RTX 3060 Ti"),
        what: "finds the RTX 3060 Ti as well",
        ours: Ours::Measured("gpu"),
    },
    Row {
        step: "order_id of the answer",
        row: "S25",
        shows: |step| raised(step, "KeyError"),
        what: "a rental that bills, and no `order_id` in `{\"code\":0}` (api-facts 3.4)",
        ours: Ours::Measured("create"),
    },
    Row {
        step: "get_order",
        row: "S25",
        shows: |step| step.came == Ok(Value::Null),
        what: "None for an order that is there: its id is called `id`",
        ours: Ours::Measured("order"),
    },
    Row {
        step: "wait_for_order",
        row: "S25",
        shows: |step| raised(step, "TimeoutError"),
        what: "never sees the order run, while it bills",
        ours: Ours::Measured("order"),
    },
    Row {
        step: "wait_for_order",
        row: "S27",
        shows: |step| {
            !step.requests.is_empty()
                && step.requests.iter().all(|request| request.path.contains("return_completed=true"))
        },
        what: "every look reads the whole history",
        ours: Ours::Measured("poll"),
    },
    Row {
        step: "wait_for_order timeout",
        row: "S26",
        shows: |step| raised(step, "TimeoutError") && step.seconds > 3.0,
        what: "timeout=1 sleeps on past its deadline",
        ours: Ours::Measured("wait"),
    },
    Row {
        step: "parse_ssh_connection",
        row: "S36",
        shows: |step| gave(step).get("host") == Some(&json!("")),
        what: "an empty host, which would then be dialled: a live row has no `connection`",
        ours: Ours::Measured("ssh"),
    },
    Row {
        step: "parse ssh root@h -p abc",
        row: "S36",
        shows: |step| gave(step).get("port") == Some(&json!(22)),
        what: "port 22 for `-p abc`",
        ours: Ours::Measured("ssh text"),
    },
    Row {
        step: "parse ssh -p 22 root@h",
        row: "S36",
        shows: |step| gave(step).get("user") == Some(&json!("-p")),
        what: "user `-p`",
        ours: Ours::Measured("ssh text"),
    },
    Row {
        step: "parse ssh -oProxyCommand=id@x;cmd",
        row: "S36",
        shows: |step| gave(step).get("user") == Some(&json!("-oProxyCommand=id")),
        what: "user `-oProxyCommand=id` and host `x;cmd` are taken",
        ours: Ours::Measured("ssh text"),
    },
    Row {
        step: "connect_ssh policy",
        row: "S37",
        shows: |step| gave(step) == &json!("AutoAddPolicy"),
        what: "the password goes to whoever answers (a stand-in for paramiko noted the policy)",
        ours: Ours::Typed("no SSH connection yet; the command line leaves the host key to ssh"),
    },
    Row {
        step: "spot as documented",
        row: "api-facts 5",
        shows: |step| said(step, "too_low_price"),
        what: "\"USD/hr\" 0.25 goes out as 0.25 CLORE a day",
        ours: Ours::Measured("bid"),
    },
    Row {
        step: "spot as documented",
        row: "S16",
        shows: |step| said(step, "| response={"),
        what: "the whole answer is pasted into the error",
        ours: Ours::Measured("reprice"),
    },
    Row {
        step: "spot without a price",
        row: "S30",
        shows: |step| step.came.is_err() && sent(step, "create_order") == 1,
        what: "sent all the same",
        ours: Ours::Typed("cannot be written: `CreateOrder::spot` takes the bid"),
    },
    Row {
        step: "create with empty options",
        row: "S29",
        shows: |step| {
            let body = create_body(step);
            body.get("ports") == Some(&json!({"22": "tcp"})) && body.get("env") != Some(&json!({}))
        },
        what: "ports={} and env={} become the defaults",
        ours: Ours::Measured("empty"),
    },
    Row {
        step: "create with empty options",
        row: "S28",
        shows: |step| {
            let body = create_body(step);
            let password = body.get("ssh_password").and_then(Value::as_str);
            password.is_some_and(|password| !gave(step).to_string().contains(password))
        },
        what: "an invented password that nobody is told",
        ours: Ours::Measured("password"),
    },
    Row {
        step: "create with empty options",
        row: "S30",
        shows: |step| !create_body(step).is_empty() && !create_body(step).contains_key("spotprice"),
        what: "spot_price of an on-demand order is dropped without a word",
        ours: Ours::Typed("cannot be written: `CreateOrder::on_demand` takes no bid"),
    },
    Row {
        step: "create with empty options",
        row: "S31",
        shows: |step| !create_body(step).is_empty() && !create_body(step).contains_key("required_price"),
        what: "rents at whatever the price is by then",
        ours: Ours::Typed("a fresh listing's price goes along as `required_price`"),
    },
    Row {
        step: "create with key and password",
        row: "S29",
        shows: |step| {
            create_body(step).contains_key("ssh_key") && !create_body(step).contains_key("ssh_password")
        },
        what: "the password is dropped without a word",
        ours: Ours::Typed("cannot be written: `Access` is a key or a password"),
    },
    Row {
        step: "cancel_order long issue",
        row: "S32",
        shows: |step| {
            let body = body(step, "cancel_order");
            body.get("issue").and_then(Value::as_str).is_some_and(|issue| issue.len() == 2048)
        },
        what: "an issue of 3,000 characters is cut without a word",
        ours: Ours::Measured("issue"),
    },
    Row {
        step: "cancel_order again",
        row: "S33",
        shows: |step| said(step, "order_not_active"),
        what: "an order that is over is a failure",
        ours: Ours::Measured("cancel again"),
    },
    Row {
        step: "cancel_orders",
        row: "S34",
        shows: |step| gave(step).get("failed_to_cancel") == Some(&json!(["1"])),
        what: "an order that was not cancelled is not looked at",
        ours: Ours::Measured("batch"),
    },
    Row {
        step: "set_spot_price",
        row: "S35",
        shows: |step| gave(step) == &json!(false),
        what: "a refusal is a quiet False",
        ours: Ours::Measured("reprice"),
    },
    Row {
        step: "create slow",
        row: "S1",
        shows: |step| sent(step, "create_order") > 1 && step.placed == 1 && step.came.is_err(),
        what: "a create whose answer is late is sent again, and an order that bills is reported as failed",
        ours: Ours::Measured("lost"),
    },
    Row {
        step: "connections",
        row: "S38",
        shows: |step| {
            let count = |key: &str| gave(step).get(key).and_then(Value::as_u64).unwrap_or_default();
            count("requests") > 0 && count("connections") >= count("requests")
        },
        what: "a new connection for every call",
        ours: Ours::Measured("connections"),
    },
];

/// `class_faults.py`: lost answers, odd rows, bad settings.
pub(crate) const FAULTS: &[Row] = &[
    Row {
        step: "create lost",
        row: "S2",
        shows: |step| sent(step, "create_order") > 1 && step.placed == 1 && step.came.is_err(),
        what: "the create is sent again, and an order that bills is reported as failed",
        ours: Ours::Measured("lost"),
    },
    Row {
        step: "create in a row",
        row: "S11",
        shows: |step| {
            step.placed == 0
                && least_gap(step, "create_order").is_some_and(|gap| gap < sandboxes::create_window())
        },
        what: "a create that came too soon is tried again after 2 s, though its window is 5 s",
        ours: Ours::Measured("in a row"),
    },
    Row {
        step: "create in a row",
        row: "S12",
        shows: |step| said(step, "failed after 3 retries") && !said(step, "Rate"),
        what: "the error does not say that it was too fast",
        ours: Ours::Measured("in a row"),
    },
    Row {
        step: "create in a row",
        row: "S7",
        shows: |step| step.seconds >= 14.0,
        what: "sleeps 8 s after the last attempt",
        ours: Ours::Measured("in a row"),
    },
    Row {
        step: "cancel garbled",
        row: "S3",
        shows: |step| sent(step, "cancel_order") > 1,
        what: "a 200 with HTML is sent again",
        ours: Ours::Measured("garbled"),
    },
    Row {
        step: "cancel garbled",
        row: "S33",
        shows: |step| said(step, "order_not_active"),
        what: "a cancel that was done is a failure",
        ours: Ours::Measured("garbled"),
    },
    Row {
        step: "after a retry",
        row: "S4",
        shows: |step| step.requests.first().is_some_and(|request| request.code == Some(5)),
        what: "sent right behind the retry before it, and told that it is too fast",
        ours: Ours::Measured("threads"),
    },
    Row {
        step: "market with an odd row",
        row: "S23",
        shows: |step| raised(step, "AttributeError") || raised(step, "TypeError"),
        what: "one odd row kills the search",
        ours: Ours::Measured("odd row"),
    },
    Row {
        step: "status 401",
        row: "S9",
        shows: |step| sent(step, "wallets") == 3 && step.seconds >= 14.0,
        what: "a refused key is tried three times over 14 s",
        ours: Ours::Measured("401"),
    },
    Row {
        step: "redirect",
        row: "S18",
        shows: |step| {
            let redirected = step.requests.windows(2).any(|pair| match pair {
                [one, two] => {
                    one.fault.is_some()
                        && two.with_key
                        && two.at.saturating_sub(one.at) < sandboxes::interval()
                }
                _ => false,
            });
            redirected && sent(step, "cancel_orders") > 1
        },
        what: "the key goes along to the host that a 307 names",
        ours: Ours::Measured("redirect"),
    },
    Row {
        step: "max_retries 0",
        row: "S13",
        shows: |step| said(step, "failed after 0 retries") && step.requests.is_empty(),
        what: "sends nothing and says that it failed",
        ours: Ours::Measured("no retries"),
    },
    Row {
        step: "key with a line end",
        row: "S17",
        shows: |step| said(step, "SECRETKEY"),
        what: "the error repeats the key",
        ours: Ours::Measured("key"),
    },
    Row {
        step: "key with a line end",
        row: "S8",
        shows: |step| step.requests.is_empty() && step.seconds >= 14.0,
        what: "tries three times over 14 s what can never be sent",
        ours: Ours::Measured("key"),
    },
    Row {
        step: "threads",
        row: "S5",
        shows: |step| least_gap(step, "").is_some_and(|gap| gap < sandboxes::interval() / 2),
        what: "threads of one client send at once",
        ours: Ours::Measured("threads"),
    },
    Row {
        step: "two clients",
        row: "S39",
        shows: |step| least_gap(step, "").is_some_and(|gap| gap < sandboxes::interval() / 2),
        what: "two clients of one key send at once",
        ours: Ours::Measured("threads"),
    },
];
