//! Reading `Retry-After`. The local clock is never asked: a date is judged against the answer's own `Date`.

use core::time::Duration;
use std::time::SystemTime;

use http::HeaderMap;
use http::header::{DATE, HeaderValue, RETRY_AFTER};

use crate::limits::RETRY_AFTER_SECONDS;

/// What the answer with these headers asks for, at most 120 s; none when nothing readable is there.
///
/// Whole seconds and HTTP dates are read; negative, fractional and empty values are ignored; of several the largest
/// counts. A date without a readable `Date` header says nothing, one in the past says zero.
#[must_use]
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let answered = headers.get(DATE).and_then(date);
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| seconds(value).or_else(|| Some(until(date(value)?, answered?))))
        .max()
        .map(|asked| asked.min(Duration::from_secs(RETRY_AFTER_SECONDS)))
}

fn seconds(value: &HeaderValue) -> Option<Duration> {
    let digits = value.as_bytes().trim_ascii();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = core::str::from_utf8(digits).ok()?;
    // Only too many digits can fail now.
    Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

fn date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?.trim_ascii()).ok()
}

fn until(then: SystemTime, answered: SystemTime) -> Duration {
    then.duration_since(answered).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(date: Option<&str>, values: &[&str]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).unwrap());
        }
        for value in values {
            headers.append(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        }
        retry_after(&headers).map(|asked| asked.as_secs())
    }

    #[test]
    fn every_form_of_retry_after_is_read_or_ignored() {
        const NOON: &str = "Sun, 06 Nov 1994 12:00:00 GMT";
        let table: [(Option<&str>, &[&str], Option<u64>); 18] = [
            (None, &[], None),
            (None, &["60"], Some(60)),
            (None, &[" 7 "], Some(7)),
            (None, &["0"], Some(0)),
            (None, &["18446744073709551615"], Some(120)),
            (None, &["99999999999999999999999999"], Some(120)),
            (None, &["-5"], None),
            (None, &["+5"], None),
            (None, &["1.5"], None),
            (None, &["1e3"], None),
            (None, &[""], None),
            (None, &["soon"], None),
            (None, &["5", "30", "-1"], Some(30)),
            (Some(NOON), &["Sun, 06 Nov 1994 12:00:45 GMT"], Some(45)),
            (Some(NOON), &["Sun, 06 Nov 1994 11:00:00 GMT"], Some(0)),
            (Some(NOON), &["Mon, 07 Nov 1994 12:00:00 GMT", "3"], Some(120)),
            (None, &["Sun, 06 Nov 1994 12:00:45 GMT"], None),
            (Some("yesterday"), &["Sun, 06 Nov 1994 12:00:45 GMT"], None),
        ];
        for (date, values, expected) in table {
            assert_eq!(asked(date, values), expected, "{date:?} {values:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_at_most_two_minutes(date in any::<Vec<u8>>(), value in any::<Vec<u8>>()) {
            let mut headers = HeaderMap::new();
            if let (Ok(date), Ok(value)) = (HeaderValue::from_bytes(&date), HeaderValue::from_bytes(&value)) {
                headers.insert(DATE, date);
                headers.append(RETRY_AFTER, value);
            }
            prop_assert!(retry_after(&headers).is_none_or(|asked| asked <= Duration::from_secs(120)));
        }
    }
}
