use super::*;
use crate::recordings::recording;

#[test]
fn the_recorded_answers_do_not_differ_from_what_is_known() {
    for (list, name) in [
        (Known::Marketplace, "marketplace-2024-3500-servers.json.gz"),
        (Known::Marketplace, "marketplace-2024-4-servers.json"),
        (Known::Wallets, "documented/wallets-api-page.json"),
        (Known::MyServers, "documented/my_servers-api-page.json"),
        (Known::MyOrders, "third-party-fixtures/my_orders-one-order.json"),
    ] {
        let Some(body) = recording(name) else { return };
        let drift = Drift::of(list, &body);
        assert!(drift.is_none() && drift.records > 0, "{name}: {drift}");
        assert!(drift.to_string().ends_with(", no difference\n"), "{drift}");
    }
}

/// What a row lacks, has anew, or has in another kind, is told by name and kind, with how many have it.
#[test]
fn new_missing_and_retyped_fields_are_told() {
    let body = br#"{"servers":[{"name":"a","online":[1],"pricing":{},"later":null},{"online":true,"later":{"x":1}},7],"code":0}"#;
    let drift = Drift::of(Known::MyServers, body);
    assert_eq!(
        drift.to_string(),
        "my_servers: 2 records, 1 more that cannot be read\n  new: later (an object, 1 of 2)\n  missing: name (in 1 of 2)\n  \
         retyped: online (a list, 1 of 2)\n"
    );
    // Inside an object that is known.
    let body = br#"{"servers":[{"specs":{"gpu":5,"fan":"x","net":{"up":1}}}]}"#;
    let told = Drift::of(Known::Marketplace, body).to_string();
    for line in [
        "new: specs.fan (a text, 1 of 1)",
        "retyped: specs.gpu (a number, 1 of 1)",
        "missing: specs.ram (in 1 of 1)",
    ] {
        assert!(told.contains(line), "{told}");
    }
    // A number as a text of digits is read as that number, so it is no difference.
    assert!(Drift::of(Known::MyOrders, br#"{"orders":[{"id":"7","price":"1.5"}],"code":0}"#).is_none());
}

#[test]
fn an_empty_list_is_nothing_to_compare_and_a_missing_one_is_told() {
    assert_eq!(
        Drift::of(Known::MyOrders, br#"{"orders":[],"code":0}"#).to_string(),
        "my_orders: 0 records, nothing to compare\n"
    );
    for body in [&b"{\"code\":3}"[..], b"", b"{\"orders\":null}", b"{\"orders\":[", b"<html>"] {
        let drift = Drift::of(Known::MyOrders, body);
        assert!(!drift.is_none() && drift.to_string().contains("not whole"), "{drift}");
    }
}

/// It is posted publicly: whatever stands in values, or in names that are no plain words, is not in it.
#[test]
fn nothing_but_names_and_kinds_is_told() {
    let body = br#"{"orders":[{"id":7,"ssh_password":{"canary":"canary"},"canary@example.net":1,"CANARY":2,"canary-7f3a":3,"t12345":4,"image":["canary"],"\u001b[31m":5,"env":{"canary":1}}],"code":0}"#;
    let told = Drift::of(Known::MyOrders, body).to_string();
    assert!(
        !told.to_lowercase().contains("canary") && !told.contains("12345") && !told.contains('\u{1b}'),
        "{told}"
    );
    assert!(told.contains("new: (not a plain word) (a number, 1 of 1)"), "{told}");
    assert!(told.contains("retyped: ssh_password (an object, 1 of 1)"), "{told}");
}

#[test]
fn any_number_of_new_fields_stays_short() {
    let fields: Vec<String> = (0..5_000).map(|n| format!("\"f{}_{}\":1", n / 1_000, n % 1_000)).collect();
    let drift = Drift::of(Known::Wallets, format!("{{\"wallets\":[{{{}}}]}}", fields.join(",")).as_bytes());
    assert_eq!(drift.new.len(), MOST_NEW);
}
