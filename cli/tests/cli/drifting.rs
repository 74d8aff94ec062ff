//! Lists of which more than half cannot be used: each command that shows one says so.

use crate::canned::Canned;

const WARNING: &str = "more than half of the";

#[test]
fn a_list_more_than_half_of_which_is_odd_is_warned_of_and_any_other_is_not() {
    for (call, arguments, list) in [
        ("marketplace", &["search"][..], r#"{"servers":[{"id":7,"rented":false},ODD],"code":0}"#),
        ("my_orders", &["orders"], r#"{"orders":[{"id":7},ODD],"code":0}"#),
        ("wallets", &["wallets"], r#"{"wallets":[{"name":"bitcoin"},ODD],"code":0}"#),
        ("my_servers", &["servers"], r#"{"servers":[{"name":"rig"},ODD],"code":0}"#),
        ("spot_marketplace", &["spot", "7"], r#"{"market":{"offers":[{},ODD]},"exists":true,"code":0}"#),
    ] {
        for (odd, warns) in [("8", false), ("8,9", true)] {
            let service = Canned::new(&[(call, &list.replace("ODD", odd))]);
            for json in [&[][..], &["--json"]] {
                let run = service.run(&[arguments, json].concat());
                assert_eq!(run.err.contains(WARNING), warns, "{call} {odd}: {}\n{}", run.out, run.err);
            }
        }
    }
}
