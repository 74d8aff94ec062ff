//! Parts of answers, where they are read by themselves: texts, numbers, heads.

use super::{Input, Work, input};
use clore_core::excerpt::Excerpt;
use clore_core::model::SshTarget;
use clore_core::retry::retry_after;
use clore_core::wire::number;
use core::hint::black_box;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};

pub(super) const INPUTS: &[Input] = &[
    input("an excerpt of n harmless bytes", 2_000_000, |n| excerpt("x", n)),
    input("an excerpt of n characters that hide", 200_000, |n| excerpt("\u{202e}", n)),
    input("an integer of n digits", 2_000_000, |n| {
        let digits = "7".repeat(n);
        work(move || (number::integer(&digits), number::signed(&digits)))
    }),
    input("a decimal of n digits", 1_000_000, |n| {
        let texts = [
            format!("0.{}", "7".repeat(n)),
            format!("1{}", "0".repeat(n)),
            format!("\"{}.0\"", "0".repeat(n)),
        ];
        work(move || texts.map(|text| number::decimal(&text)))
    }),
    input("an exponent of n digits", 1_000_000, |n| {
        let texts = [format!("1e{}", "0".repeat(n)), format!("1e-{}", "9".repeat(n))];
        work(move || texts.map(|text| number::decimal(&text)))
    }),
    input("an ssh line of n words", 100_000, |n| {
        let text = format!("ssh {}root@h.example -p 22", "-o x=y ".repeat(n));
        work(move || SshTarget::parse(&text).is_ok())
    }),
    input("a Retry-After of n digits", 2_000_000, |n| headers(&[(RETRY_AFTER, "7".repeat(n))])),
    input("a Retry-After of n blanks", 2_000_000, |n| {
        headers(&[(RETRY_AFTER, format!("x{}7", " ".repeat(n)))])
    }),
    input("n lines of Retry-After", 50_000, |n| {
        let mut all = vec![(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())];
        all.extend((0..n).map(|n| (RETRY_AFTER, n.to_string())));
        headers(&all)
    }),
    input("n lines of Retry-After that are dates", 20_000, |n| {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT".to_owned();
        let mut all = vec![(DATE, date.clone())];
        all.extend((0..n).map(|_| (RETRY_AFTER, date.clone())));
        headers(&all)
    }),
];

fn work<T>(work: impl FnOnce() -> T + 'static) -> Work {
    Work(Box::new(move || {
        let _ = black_box(work());
    }))
}

fn excerpt(text: &str, n: usize) -> Work {
    let text = text.repeat(n);
    work(move || Excerpt::new(&text, usize::MAX))
}

fn headers(lines: &[(http::HeaderName, String)]) -> Work {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    work(move || retry_after(&headers))
}
