//! What must have come of a peer's calls on its own dialect: a call that raises nothing may still be wrong quietly.

use super::rows::{came, gave};
use super::script::{Step, Told};
use serde_json::{Value, json};

/// What one step must have given.
pub(crate) struct Works {
    step: &'static str,
    holds: fn(&Value) -> bool,
    what: &'static str,
}

const fn works(step: &'static str, holds: fn(&Value) -> bool, what: &'static str) -> Works {
    Works { step, holds, what }
}

/// `class_flow.py`.
pub(crate) const CLASS: &[Works] = &[
    works("example Check balance", |told| says(told, "CLORE balance: "), "a balance"),
    works(
        "example Find and rent the cheapest RTX 4090",
        |told| says(told, "Ready! SSH: ssh root@"),
        "it is ready",
    ),
    works(
        "parse_ssh_connection",
        |told| says(&told["host"], "n") && told["port"] != json!(22),
        "host and port",
    ),
    works("get_wallets", is_full, "the wallets"),
    works("get_balance", |told| told.as_f64().is_some_and(|balance| balance > 0.0), "a balance"),
    works("find_servers", |told| some(&told["count"]), "servers"),
    works("find_servers spot", |told| some(&told["count"]), "servers"),
    works("wait_for_order", |told| told["status"] == json!("running"), "a running order"),
    works("get_spot_market", |told| is_full(&told["market"]["offers"]), "the own bid"),
    works("set_spot_price", |told| told == &json!(true), "True"),
    works("create_order every option", |told| some(&told["order_id"]), "an order id"),
    works("get_order", some, "the order"),
    works("get_orders", |told| told["count"] == json!(2), "two live orders"),
    works("cancel_order", |told| told == &json!(true), "True"),
    works("cancel_orders", |told| told["failed_to_cancel"] == json!([]), "nothing failed"),
    works("get_orders completed", |told| told["count"] == json!(4), "all four orders"),
];

/// `sdk_flow.py`, sync and async.
pub(crate) const SDK: &[Works] = &[
    works("wallets", |told| told[0]["balance"].as_f64().is_some_and(|balance| balance > 0.0), "balances"),
    works("marketplace", some, "servers"),
    works("marketplace every option", |told| some(&told["count"]), "servers"),
    works("create_order", |told| some(&told["id"]), "an order id"),
    works(
        "ready",
        |told| told["status"] == json!("running") && says(&told["host"], "n") && some(&told["ports"]["22"]),
        "running, with host and port 22",
    ),
    works("spot_marketplace", |told| told["currency_rates_in_usd"].is_object(), "the exchange rates"),
    works("set_spot_price", |told| told["code"] == json!(0), "code 0"),
    works("cancel_order", |told| told["code"] == json!(0), "code 0"),
    works(
        "my_orders completed",
        |told| {
            told.as_object().is_some_and(|all| all.len() == 2 && all.values().all(|word| word == "cancelled"))
        },
        "two cancelled orders",
    ),
    works("my_servers", is_full, "hosted machines"),
    works("set_server_settings", |told| told["code"] == json!(0), "code 0"),
    works(
        "server_config after",
        |told| told["mrl"] == json!(96) && told["pricing"]["bitcoin"] == json!(0.000_12),
        "the new settings",
    ),
];

/// Steps that gave something else than they must, or never ran.
pub(crate) fn problems(peer: &str, told: &Told, table: &[Works]) -> Vec<String> {
    let mut problems = Vec::new();
    for work in table {
        let steps: Vec<&Step> = told.steps.iter().filter(|step| step.name == work.step).collect();
        if steps.is_empty() {
            problems.push(format!("{peer}: the step `{}` never ran", work.step));
        }
        for step in steps.into_iter().filter(|step| !(work.holds)(gave(step))) {
            problems.push(format!("{peer}: `{}` should give {}: {}", step.call, work.what, came(step)));
        }
    }
    problems
}

fn says(told: &Value, text: &str) -> bool {
    told.as_str().is_some_and(|told| told.contains(text))
}

fn is_full(told: &Value) -> bool {
    told.as_array().is_some_and(|list| !list.is_empty())
}

/// A number above zero.
fn some(told: &Value) -> bool {
    told.as_u64().is_some_and(|number| number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_wrong_answer_and_a_step_that_never_ran_are_problems() {
        let table = [works("a", some, "a number")];
        let step = |came: Value| Step {
            name: "a".to_owned(),
            call: "a()".to_owned(),
            came: Ok(came),
            seconds: 0.0,
            requests: Vec::new(),
            placed: 0,
        };
        let told = |steps| Told { steps, ..Told::default() };
        assert!(problems("p", &told(vec![step(json!(1))]), &table).is_empty());
        assert!(problems("p", &told(vec![step(Value::Null)]), &table)[0].contains("should give a number"));
        assert!(problems("p", &told(Vec::new()), &table)[0].contains("never ran"));
    }
}
