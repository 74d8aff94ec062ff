//! Unix seconds as the two texts the service writes: the `Date` header and RFC 3339.

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sun, 06 Nov 1994 08:49:37 GMT`
pub(crate) fn imf_fixdate(unix: u64) -> String {
    let (year, month, day) = civil(unix / 86_400);
    let (hour, minute, second) = clock(unix);
    let weekday = DAYS[((unix / 86_400) % 7) as usize];
    let month = MONTHS[(month - 1) as usize];
    // Every answer has one, so it is put together without the machinery of `format!`.
    let mut text = String::with_capacity(29);
    text.push_str(weekday);
    text.push_str(", ");
    push_digits(&mut text, day, 2);
    text.push(' ');
    text.push_str(month);
    text.push(' ');
    push_digits(&mut text, year, 4);
    for (before, figure) in [(' ', hour), (':', minute), (':', second)] {
        text.push(before);
        push_digits(&mut text, figure, 2);
    }
    text.push_str(" GMT");
    text
}

/// A figure with zeros before it up to `width`.
fn push_digits(text: &mut String, figure: u64, width: u32) {
    for place in (0..width.max(figure.checked_ilog10().unwrap_or(0) + 1)).rev() {
        text.push(char::from(b'0' + (figure / 10_u64.pow(place) % 10) as u8));
    }
}

/// `1994-11-06T08:49:37Z`
pub(crate) fn rfc3339(unix: u64) -> String {
    let (year, month, day) = civil(unix / 86_400);
    let (hour, minute, second) = clock(unix);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn clock(unix: u64) -> (u64, u64, u64) {
    (unix / 3600 % 24, unix / 60 % 60, unix % 60)
}

/// Days since 1970-01-01 to year, month, day (Howard Hinnant's `civil_from_days` for days not before 1970).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let slot = (5 * of_year + 2) / 153;
    let day = of_year - (153 * slot + 2) / 5 + 1;
    let month = if slot < 10 { slot + 3 } else { slot - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{imf_fixdate, rfc3339};

    #[test]
    fn dates_are_written_as_the_rfcs_print_them() {
        assert_eq!(imf_fixdate(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(imf_fixdate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(imf_fixdate(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(rfc3339(1_790_000_000), "2026-09-21T14:13:20Z");
        assert_eq!(rfc3339(4_107_542_399), "2100-02-28T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400), "2100-03-01T00:00:00Z");
    }
}
