//! Errors: of answers that play the request's secrets back, and of requests that cannot be sent.

use clore_core::endpoint::create_order::CreateOrder;
use clore_core::error::Error;
use clore_core::model::ServerId;
use clore_core::secret::Secret;
use clore_tests::canary::{self, KEY, is_clean};
use clore_tests::client;
use clore_tests::hostile::{Answer, Hostile};

fn shown(error: &Error) -> String {
    let refusal = error.refusal().map(|refusal| format!("{refusal} {refusal:?}"));
    let source = std::error::Error::source(error).map(ToString::to_string);
    format!("{error} {error:?} {error:#?} {} {:?} {refusal:?} {source:?}", error.advice(), error.kind())
}

/// Reliability T4. Answers that hold a secret where a value should be: no serde text quotes it, no excerpt keeps it.
#[test]
pub fn an_answer_that_plays_a_secret_back_is_not_quoted() {
    let key = KEY;
    for body in [
        format!("<html>{key}</html>"),
        key.to_owned(),
        format!("\"{key}\""),
        format!(r#"["{key}"]"#),
        format!(r#"{{"code":"{key}"}}"#),
        format!(r#"{{"code":0,"wallets":"{key}"}}"#),
        format!(r#"{{"code":0,"orders":"{key}"}}"#),
        format!(r#"{{"code":0,"orders":[{{"id":"{key}"}}]}}"#),
        format!(r#"{{"code":0,"orders":["{key}"]}}"#),
        format!(r#"{{"code":0,"wallets":[{{"name":["{key}"]}}]}}"#),
        format!(r#"{{"code":0,"order_id":"{key}"}}"#),
        format!(r#"{{"code":0,"id":{{"{key}":1}}}}"#),
        format!(r#"{{"{key}":1"#),
    ] {
        for status in [200, 403, 500] {
            let text = body.clone();
            let service = Hostile::start(move |_, _| Answer::new(status, &[("x-echo", key)], &text));
            let client = client(service.url(), KEY);
            let order = canary::order(40);
            let errors = [
                client.wallets().err(),
                client.orders(true).err(),
                client.marketplace(false).err(),
                client.create_order(order.clone()).err(),
                client.rent(order).err(),
                client.wallets().map(|list| format!("{list:?}")).map(|text| is_clean("a value", &text)).err(),
                client
                    .orders(true)
                    .map(|list| format!("{list:?}"))
                    .map(|text| is_clean("a value", &text))
                    .err(),
            ];
            for error in errors.iter().flatten() {
                is_clean(&format!("{status} {body}"), &shown(error));
            }
        }
    }
}

/// The service's own words are shown, so a key in them would be: it is taken out.
#[test]
pub fn a_refusal_that_names_the_key_does_not_show_it() {
    for code in [1, 2, 3, 4, 6, 77] {
        let service = Hostile::start(move |_, _| {
            Answer::json(format!(r#"{{"code":{code},"error":"the key {KEY} may not","message":"{KEY}"}}"#))
        });
        let client = client(service.url(), KEY);
        for error in [client.wallets().err(), client.create_order(canary::order(40)).err()].iter().flatten() {
            is_clean(&format!("code {code}"), &shown(error));
        }
    }
}

#[test]
pub fn a_redirect_names_a_host_and_nothing_else_of_its_target() {
    let to = format!("https://user:{KEY}@elsewhere.invalid/{KEY}?key={KEY}#{KEY}");
    let service = Hostile::start(move |_, _| Answer::new(302, &[("location", &to)], ""));
    let error = client(service.url(), KEY).wallets().unwrap_err();
    is_clean("a redirect", &shown(&error));
    assert!(error.to_string().contains("elsewhere.invalid"), "{error}");
}

#[test]
pub fn a_request_that_cannot_be_sent_is_refused_without_its_values() {
    let order = || CreateOrder::on_demand(ServerId::new(40), "image");
    let long = "Canary+Word/8d20aa".repeat(9);
    let service = Hostile::start(|_, _| Answer::json(r#"{"orders":[],"code":0}"#));
    for bad in [
        order().ssh_password(Secret::new(&*long)),
        order().jupyter_token(Secret::new(&*long)),
        order().env("NAME", "Canary Env=77aa/01\0"),
        order().env("Canary Env=77aa/01", "value"),
        order().command(format!("{}\0", "curl -H Canary/Command+6b".repeat(4000))),
        order().ssh_key("Canary+Word/8d20aa".repeat(900)),
        order().dockerhub_auth(Secret::new("canaryuser:Canary/Docker+9e".repeat(900))),
    ] {
        let client = client(service.url(), KEY);
        is_clean("warnings", &format!("{:?}", bad.warnings()));
        if let Err(error) = client.create_order(bad) {
            is_clean("a request", &shown(&error));
        }
    }
}
