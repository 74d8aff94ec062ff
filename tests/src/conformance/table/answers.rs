//! Whole answers of which one must make something: statuses, redirects, envelopes.

use super::Cell::{Again, Confirmed, Good, Listed, Once, Refused, Stopped, Unclear};
use super::{Cell, Play, Row};
use crate::canary;
use clore_core::effect::Delivery::Answered;

/// With the key ([`canary::KEY`]) in it, as a page that shows what it was asked.
const HTML: &str = "<html><title>No Canary-Key-5f1c9e77</title></html>";

fn answer(row: &'static str, status: u16, headers: &str, body: &str, cells: [Cell; 3]) -> Row {
    let short: String = body.chars().take(40).collect();
    let [read, money, cancel] = cells;
    Row {
        row,
        form: format!("{status} {headers}{short}"),
        play: Play::bytes(format!(
            "HTTP/1.1 {status} So\r\nx-echo: {}\r\n{}content-length: {}\r\n\r\n{body}",
            canary::KEY,
            if headers.is_empty() { String::new() } else { format!("{headers}\r\n") },
            body.len()
        )),
        read,
        money,
        cancel,
        phase: None,
        is_slow: false,
        is_packed: false,
    }
}

fn packed(row: Row) -> Row {
    Row { is_packed: true, ..row }
}

/// A good wallet, a good create and a good cancel at once, with this in place of the code.
fn coded(row: &'static str, code: &str, cells: [Cell; 3]) -> Row {
    answer(row, 200, "", &format!(r#"{{"wallets":[],"order_id":7,"code":{code}}}"#), cells)
}

const AGAIN: [Cell; 3] = [Again(Answered), Unclear, Confirmed];
const ONCE: [Cell; 3] = [Once(Answered), Unclear, Confirmed];
const GOOD: [Cell; 3] = [Good, Good, Confirmed];
const REFUSED: [Cell; 3] = [Once(Answered), Refused, Stopped];
/// What a cancel says, too, that has nothing left to do: it is looked for.
const GONE: [Cell; 3] = [Once(Answered), Refused, Confirmed];
const STOPPED: [Cell; 3] = [Once(Answered), Unclear, Stopped];
const TOO_FAST: [Cell; 3] = [Again(Answered), Unclear, Stopped];

pub(super) fn rows() -> Vec<Row> {
    const EMPTY: &str = "204 / 200 empty body";
    const RETRY_AFTER: &str = "+ negative, float, empty, 2 headers";
    const ENVELOPED: &str = "5xx/4xx **with** valid envelope";
    const NO_OBJECT: &str = r#"JSON not an object (list, null, 5, "x")"#;
    const WHOLE_CODES: &str = r#"`code` "0", 0.0, " 5 ", "5""#;
    const ODD_CODES: &str = "`code` -1, 2^70, 1e400, 0.5, true, null, [], {}";
    const TEXTS: &str = "invalid UTF-8, lone surrogate, BOM, NUL";
    let good = r#"{"wallets":[],"order_id":7,"code":0}"#;
    let deep = format!("{{\"wallets\":{}{},\"code\":0}}", "[".repeat(100_000), "]".repeat(100_000));
    let mut rows = vec![
        Row { play: Play::bytes("HTTP/1.1 204 No Content\r\n\r\n"), ..answer(EMPTY, 204, "", "", AGAIN) },
        answer(EMPTY, 200, "", "", AGAIN),
        answer("304, 3xx without Location", 304, "", "", STOPPED),
        answer("304, 3xx without Location", 302, "", "", STOPPED),
        answer("400/422", 400, "", "bad", ONCE),
        answer("400/422", 422, "", "bad", ONCE),
        answer("401 / 403 with envelope or not", 401, "", "", STOPPED),
        answer("401 / 403 with envelope or not", 403, "", HTML, STOPPED),
        answer("401 / 403 with envelope or not", 401, "", r#"{"code":3}"#, REFUSED),
        answer("404", 404, "", HTML, ONCE),
        answer("404", 404, "", r#"{"code":4}"#, GONE),
        answer("408", 408, "", "", AGAIN),
        // Says that it is packed, and has no body.
        packed(answer("429, no Retry-After", 429, "content-encoding: gzip", "", TOO_FAST)),
        packed(answer("401 / 403 with envelope or not", 401, "content-encoding: gzip", "", STOPPED)),
        answer("429, no Retry-After", 429, "", HTML, TOO_FAST),
        answer("429/503 + Retry-After seconds", 429, "retry-after: 1", HTML, TOO_FAST),
        answer("429/503 + Retry-After seconds", 503, "retry-after: 1", HTML, AGAIN),
        answer(
            "429/503 + Retry-After seconds",
            503,
            "retry-after: 18446744073709551615",
            HTML,
            [Listed("it is waited for 120 s: virtual time, `retry_after_is_a_floor`"), Unclear, Confirmed],
        ),
        answer(
            "+ Retry-After HTTP-date",
            503,
            "retry-after: Sun, 06 Nov 1994 08:49:38 GMT\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT",
            HTML,
            AGAIN,
        ),
        answer(RETRY_AFTER, 503, "retry-after: -5", HTML, AGAIN),
        answer(RETRY_AFTER, 503, "retry-after: 1.5", HTML, AGAIN),
        answer(RETRY_AFTER, 503, "retry-after:", HTML, AGAIN),
        answer(RETRY_AFTER, 503, "retry-after: 0\r\nretry-after: 1", HTML, AGAIN),
        answer("500", 500, "", HTML, AGAIN),
        answer("502/504 HTML", 502, "", HTML, AGAIN),
        answer("502/504 HTML", 504, "", HTML, AGAIN),
        answer("503 HTML", 503, "", HTML, AGAIN),
        answer(ENVELOPED, 500, "", r#"{"code":1}"#, AGAIN),
        answer(ENVELOPED, 500, "", r#"{"code":6,"error":"x"}"#, REFUSED),
        answer("5xx with `code:0`", 500, "", good, AGAIN),
        answer("200 + HTML (shield, maintenance)", 200, "content-type: text/html", HTML, AGAIN),
        answer("object without `code`", 200, "", r#"{"wallets":[],"order_id":7}"#, ONCE),
        coded("unknown integer code (7, 99)", "7", STOPPED),
        coded("unknown integer code (7, 99)", "99", STOPPED),
        answer(
            "code 0 + non-empty `error`",
            200,
            "",
            r#"{"code":0,"wallets":[],"error":"partly"}"#,
            [Once(Answered), Unclear, Confirmed],
        ),
        coded("code 1 (database error)", "1", AGAIN),
        coded("code 2/3/4", "2", REFUSED),
        coded("code 2/3/4", "3", REFUSED),
        coded("code 2/3/4", "4", GONE),
        answer("code 6 with `error`", 200, "", r#"{"code":6,"error":"no_such_thing"}"#, REFUSED),
        answer("code 6 without `error`", 200, "", r#"{"code":6}"#, GONE),
        answer(
            "`error` is object / array / number / 1 MB string",
            200,
            "",
            r#"{"code":6,"error":{"a":[1]}}"#,
            REFUSED,
        ),
        answer(
            "`error` is object / array / number / 1 MB string",
            200,
            "",
            &format!(r#"{{"code":6,"error":"{}"}}"#, "x".repeat(1 << 20)),
            REFUSED,
        ),
        answer(
            r#"`{"code":0}` to create (no id)"#,
            200,
            "",
            r#"{"code":0}"#,
            [Listed("it is a create's row"), Unclear, Listed("it is a create's row")],
        ),
        answer(
            "create answers an id of another type, two ids",
            200,
            "",
            r#"{"code":0,"order_id":["7"]}"#,
            [Listed("it is a create's row"), Unclear, Listed("it is a create's row")],
        ),
        answer("nesting 129 / 100,000 deep", 200, "", &deep, ONCE),
        answer("duplicate keys", 200, "", r#"{"wallets":[],"order_id":7,"code":0,"code":0}"#, ONCE),
        answer("trailing bytes after JSON", 200, "", &format!("{good}x"), ONCE),
        answer(
            "unknown fields, any number",
            200,
            "",
            r#"{"a":[{}],"wallets":[],"b":null,"order_id":7,"code":0}"#,
            GOOD,
        ),
        answer(
            "`servers`/`orders`/`wallets` null or missing",
            200,
            "",
            r#"{"wallets":null,"code":0}"#,
            [Once(Answered), Listed("it is a list's row"), Listed("it is a list's row")],
        ),
        answer(TEXTS, 200, "", &format!("\u{feff}{good}"), GOOD),
        answer(TEXTS, 200, "", "{\"wallets\":[],\"order_id\":\"\\ud800\",\"code\":0", ONCE),
        answer(TEXTS, 200, "", "{\"wallets\":[],\"code\":0,\0}", AGAIN),
    ];
    rows.extend(["[]", "null", "5", "\"x\""].map(|body| answer(NO_OBJECT, 200, "", body, ONCE)));
    rows.extend(["\"0\"", "0.0", "\" 0 \""].map(|code| coded(WHOLE_CODES, code, GOOD)));
    rows.extend(
        ["1180591620717411303424", "1e400", "0.5", "true", "false", "null", "[]", "{}"]
            .map(|code| coded(ODD_CODES, code, ONCE)),
    );
    rows.push(coded(ODD_CODES, "-1", STOPPED));
    rows
}

/// Five statuses, six forms of an address, all of which lead to this port or back to the server.
pub(super) fn redirects(sink: u16) -> Vec<Row> {
    let forms = [
        format!("http://localhost:{sink}/v1/wallets"),
        format!("http://127.0.0.1:{sink}/v1/wallets"),
        format!("https://127.0.0.1:{sink}/v1/wallets"),
        "/v1/wallets".to_owned(),
        format!("//127.0.0.1:{sink}/v1/wallets"),
        format!("http://api.clore.ai@127.0.0.1:{sink}/v1/wallets"),
    ];
    let form = |status| {
        let to = |form: &String| {
            answer("301/302/303/307/308, any host", status, &format!("location: {form}"), "", STOPPED)
        };
        forms.iter().map(to).collect::<Vec<_>>()
    };
    [301, 302, 303, 307, 308].into_iter().flat_map(form).collect()
}

#[test]
fn the_page_plays_the_key_back() {
    assert!(HTML.contains(canary::KEY));
}
