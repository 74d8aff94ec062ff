use super::*;
use crate::error::Reason;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// The verdict in one word, so that a table reads like one.
fn verdict(body: &[u8]) -> String {
    match judge(body, &Caps::default()) {
        Judged::Success(_) => "success".into(),
        Judged::SuccessWithError(refusal, _) => format!("success but {}", refusal.text),
        Judged::Refused(refusal) => format!("refused {} {}", refusal.code.number(), refusal.text),
        Judged::NoCode(error) => format!("no code: {:?}", error.found()),
        Judged::Malformed(error) => format!("malformed {}: {:?}", error.path(), error.found()),
    }
}

fn refusal(body: &str) -> Refusal {
    match judge(body.as_bytes(), &Caps::default()) {
        Judged::Refused(refusal) | Judged::SuccessWithError(refusal, _) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Reliability S15, O10 and T5: in the seed `false` and a second `code` are success and `"0"` is failure; the official
/// SDK did not know `"5"` for too fast.
#[test]
fn code_decoding_table() {
    for (code, expected) in [
        ("0", "success"),
        ("0.0", "success"),
        ("\"0\"", "success"),
        ("\" 0 \"", "success"),
        ("0e0", "success"),
        ("1", "refused 1 "),
        ("\" 5 \"", "refused 5 "),
        ("\"5\"", "refused 5 "),
        ("5.0", "refused 5 "),
        ("6", "refused 6 "),
        ("7", "refused 7 "),
        ("99", "refused 99 "),
        ("-1", "refused -1 "),
        ("-0", "malformed code: Number"),
        ("-0.0", "malformed code: Number"),
        ("\"-0\"", "malformed code: Text"),
        ("1180591620717411303424", "malformed code: Number"),
        ("1e400", "malformed code: Number"),
        ("0.5", "malformed code: Number"),
        ("1e-400", "malformed code: Number"),
        ("true", "malformed code: Boolean"),
        ("false", "malformed code: Boolean"),
        ("null", "malformed code: Null"),
        ("[]", "malformed code: List"),
        ("[0]", "malformed code: List"),
        ("{}", "malformed code: Object"),
        ("\"\"", "malformed code: Text"),
        ("\"zero\"", "malformed code: Text"),
        ("NaN", "malformed : NotJson"),
        ("Infinity", "malformed : NotJson"),
        ("00", "malformed : NotJson"),
    ] {
        assert_eq!(verdict(format!("{{\"code\":{code}}}").as_bytes()), expected, "{code}");
    }
}

/// Reliability S14, O7 and T5: a list, null, 100,000 brackets or a number of 5,000 digits ended the others in errors of
/// Python and JavaScript. What is no envelope is told as what it is.
#[test]
fn any_bytes_yield_typed_result() {
    let deep = |n: usize| format!("{{\"code\":0,\"x\":{}{}}}", "[".repeat(n), "]".repeat(n)).into_bytes();
    let many = |n: usize| {
        let fields: Vec<_> = (0..n).map(|i| format!("\"k{i}\":0")).collect();
        format!("{{\"code\":0,{}}}", fields.join(",")).into_bytes()
    };
    for (body, expected) in [
        (b"".to_vec(), "malformed : Empty"),
        (b" \n ".to_vec(), "malformed : Empty"),
        (b"\xef\xbb\xbf".to_vec(), "malformed : Empty"),
        (b"error code: 1010".to_vec(), "malformed : NotJson"),
        (b"<html></html>".to_vec(), "malformed : NotJson"),
        (b"null".to_vec(), "malformed : Null"),
        (b"[]".to_vec(), "malformed : List"),
        (b"5".to_vec(), "malformed : Number"),
        (b"\"x\"".to_vec(), "malformed : Text"),
        (b"true".to_vec(), "malformed : Boolean"),
        (b"nullx".to_vec(), "malformed : NotJson"),
        (b"{}".to_vec(), "no code: Missing"),
        (b"{\"detail\":\"maintenance\"}".to_vec(), "no code: Missing"),
        (b"{\"code\":0".to_vec(), "malformed : NotJson"),
        (b"{\"code\":0,}".to_vec(), "malformed : NotJson"),
        (b"{\"code\":0}x".to_vec(), "malformed : TrailingBytes"),
        (b"{\"code\":0}{\"code\":0}".to_vec(), "malformed : TrailingBytes"),
        (b"{\"code\":0}\0".to_vec(), "malformed : TrailingBytes"),
        (b"{\"code\":0}\r\n".to_vec(), "success"),
        (b"\xef\xbb\xbf{\"code\":0}".to_vec(), "success"),
        (b"{\"code\":0,\"a\":\"\xff\"}".to_vec(), "malformed : NotJson"),
        (b"{\"code\":0,\"a\":\"\0\"}".to_vec(), "malformed : NotJson"),
        (b"{\"code\":6,\"error\":\"no\",\"code\":0}".to_vec(), "malformed code: DuplicateKey"),
        (b"{\"code\":6,\"\\u0063ode\":0}".to_vec(), "malformed code: DuplicateKey"),
        (b"{\"code\":0,\"error\":null,\"error\":\"no\"}".to_vec(), "malformed error: DuplicateKey"),
        (deep(127), "success"),
        (deep(128), "malformed : TooDeep"),
        (deep(100_000), "malformed : TooDeep"),
        (vec![b'['; 100_000], "malformed : TooDeep"),
        (format!("{{\"code\":0,\"x\":{}}}", "7".repeat(5_000)).into_bytes(), "success"),
        (format!("{{\"code\":{}}}", "7".repeat(5_000)).into_bytes(), "malformed code: Number"),
        (many(999), "success"),
        (many(1_000), "malformed : TooLarge"),
    ] {
        assert_eq!(verdict(&body), expected, "{}", String::from_utf8_lossy(&body[..body.len().min(60)]));
    }
}

/// Reliability O8: in the official SDK `{"detail":"maintenance"}` was an empty list of wallets.
#[test]
fn missing_code_is_never_success() {
    for body in ["{}", "{\"wallets\":[]}", "{\"error\":\"no\"}", "{\"data\":{\"code\":0}}", "{\"Code\":0}"] {
        assert_eq!(verdict(body.as_bytes()), "no code: Missing", "{body}");
    }
}

#[test]
fn code_0_with_an_error_is_no_plain_success() {
    for (error, expected) in [
        ("null", "success"),
        ("false", "success"),
        ("\"\"", "success"),
        ("\"exceeded_max_step\"", "success but exceeded_max_step"),
        ("true", "success but true"),
        ("0", "success but 0"),
        ("{}", "success but {}"),
        ("[]", "success but []"),
        ("\" \"", "success but  "),
    ] {
        assert_eq!(verdict(format!("{{\"error\":{error},\"code\":0}}").as_bytes()), expected, "{error}");
    }
    assert_eq!(verdict(b"{\"code\":0,\"message\":\"welcome\"}"), "success");
}

/// Reliability O9: the official SDK read `message` only and said "API error code 6".
#[test]
fn error_text_preserved() {
    assert_eq!(
        refusal("{\"code\":6,\"error\":\"server-already-rented\"}").reason,
        Reason::ServerAlreadyRented
    );
    let gone = refusal("{\"code\":6,\"message\":\"gone\"}");
    assert!(gone.text.as_str() == "gone" && gone.to_string().contains("gone"), "{gone}");
    assert_eq!(refusal("{\"code\":6,\"error\":\"first\",\"message\":\"x\"}").text.as_str(), "first");
    assert_eq!(refusal("{\"code\":6}").reason, Reason::Unsaid);
    let long = refusal(&format!("{{\"code\":6,\"error\":\"{}\"}}", "x".repeat(1 << 20)));
    assert!(long.text.as_str().len() <= 512 && long.to_string().len() < 1_200);
}

#[test]
fn numbers_of_a_refusal_are_kept_or_none() {
    let floor = |text: &str| refusal(&format!("{{\"code\":6,\"error\":\"too_low_price\"{text}}}")).reason;
    assert_eq!(floor(",\"min_price\":3.2"), Reason::TooLowPrice { min_price: Some(Decimal::new(32, 1)) });
    for odd in ["", ",\"min_price\":null", ",\"min_price\":\"x\"", ",\"min_price\":-1", ",\"min_price\":[]"] {
        assert_eq!(floor(odd), Reason::TooLowPrice { min_price: None }, "{odd}");
    }
    let wait = |text: &str| {
        refusal(&format!(
            "{{\"code\":0,\"error\":\"can_lower_every_600_seconds\",\"time_to_lowering\":{text}}}"
        ))
        .reason
    };
    let after = |s| Reason::CanLowerEvery600Seconds { time_to_lowering: s };
    assert_eq!(wait("299.2"), after(Some(Duration::from_secs(300))));
    assert_eq!(wait("\"17\""), after(Some(Duration::from_secs(17))));
    assert_eq!(wait("1e20"), after(None));
    assert_eq!(wait("-4"), after(None));
    assert_eq!(
        refusal("{\"code\":6,\"error\":\"exceeded_max_step\",\"max_step\":0.5}").reason,
        Reason::ExceededMaxStep { max_step: Some(Decimal::new(5, 1)) }
    );
}

#[test]
fn other_numbers_of_a_refusal_are_kept_by_name_up_to_eight() {
    let refusal = refusal(r#"{"a":"1","retry_in":7.50,"error":"new-reason","b":null,"c":1e999,"code":6}"#);
    let kept: Vec<_> = refusal.numbers.iter().map(|(name, n)| format!("{name}={n}")).collect();
    assert_eq!(kept, ["retry_in=7.50"]);
    let many: Vec<_> = (0..50).map(|n| format!("\"k{n}\":{n}")).collect();
    assert_eq!(self::refusal(&format!("{{\"code\":6,{}}}", many.join(","))).numbers.len(), 8);
}

/// Reliability T5: the TypeScript client said "[object Object]".
#[test]
fn error_object_rendered_as_json() {
    for json in ["{\"why\":\"no\"}", "[1,2]", "17", "true"] {
        let refusal = refusal(&format!("{{\"code\":6,\"error\":{json}}}"));
        assert_eq!(refusal.text.as_str(), json);
        assert!(matches!(refusal.reason, Reason::Other(_)));
    }
    let long = refusal(&format!("{{\"code\":6,\"error\":[{}1]}}", "1,".repeat(1 << 18)));
    assert!(long.text.as_str().len() <= 512);
    let control = refusal("{\"code\":6,\"error\":\"\\u001b[2J\\n\"}");
    assert_eq!(control.text.as_str(), "\\u{1b}[2J\\u{a}");
    // A lone surrogate is no text; it is shown as the JSON it is.
    assert_eq!(refusal("{\"code\":6,\"error\":\"\\ud800\"}").text.as_str(), "\"\\ud800\"");
}

#[test]
fn a_list_that_is_not_there_is_never_an_empty_one() {
    let fields = |body: &'static str| Fields::read(body.as_bytes(), &Caps::default()).unwrap();
    assert_eq!(fields("{\"a\":[]}").list("a").unwrap().len(), 0);
    assert_eq!(fields("{\"a\":[1, {} ]}").list("a").unwrap(), ["1", "{}"]);
    for (body, found) in [
        ("{}", Found::Missing),
        ("{\"a\":null}", Found::Null),
        ("{\"a\":{}}", Found::Object),
        ("{\"a\":3}", Found::Number),
    ] {
        assert_eq!(fields(body).list("a").unwrap_err().found(), found, "{body}");
    }
}

#[test]
fn debug_of_fields_shows_names_only() {
    let fields = Fields::read(b"{\"deposit\":\"bc1qcanary\",\"code\":0}", &Caps::default()).unwrap();
    assert_eq!(format!("{fields:?}"), "[\"deposit\", \"code\"]");
}

proptest! {
    #[test]
    fn no_bytes_panic_and_success_means_code_0(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Judged::Success(fields) = judge(&bytes, &Caps::default()) {
            prop_assert_eq!(fields.raw("code").and_then(number::signed), Some(0));
        }
    }

    #[test]
    fn a_damaged_answer_never_panics(at in 0_usize..90, byte in any::<u8>(), cut in 0_usize..90) {
        let mut body = br#"{"code":6,"error":"too_low_price","min_price":3.2,"x":[{"a":"\u0041"},null,1.5e3]}"#.to_vec();
        if let Some(b) = body.get_mut(at) { *b = byte; }
        let _ = judge(&body, &Caps::default());
        body.truncate(cut);
        let whole = matches!(judge(&body, &Caps::default()), Judged::Success(_));
        prop_assert!(!whole || byte == b'0' || body.len() > 80);
    }
}
