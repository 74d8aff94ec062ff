//! One order, whole: lines for people, a document for programs. Links that log in, passwords and tokens stay out.

use super::cost::{CostRow, fee_words};
use super::document::Document;
use super::json::{number, order_row};
use super::money::{amount, cell, price_line};
use clore_core::model::{CostEstimate, Order, Rates, StatusSource, UsdPerDay};
use clore_core::time::UnixTime;
use std::path::Path;

/// Every part that is known, one a line.
pub fn order_lines(
    order: &Order,
    cost: Option<&CostEstimate>,
    rates: &Rates,
    password: Option<&Path>,
) -> String {
    let mut lines: Vec<(&str, String)> = vec![
        ("order", order.id.to_string()),
        ("status", format!("{} ({})", cell(&order.status.to_string(), 40), source(order.status_source))),
    ];
    let mut add = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    add("server", order.server.map(|server| server.to_string()));
    add("GPUs", Some(cell(&order.gpus.to_string(), 100)));
    add("type", Some(order.kind.to_string()));
    add("image", order.image.as_deref().map(|image| cell(image, 200)));
    add("price", Some(price_line(usd(order, rates).map(UsdPerDay::per_hour), order.price.as_ref())));
    add("fees", cost.map(fee_words));
    add("spent", order.spend.as_ref().map(|spend| format!("{} (without the creation fee)", amount(spend))));
    add("created", order.created.map(date));
    add("ends", order.end.map(date));
    add("longest", order.max_rental.map(|time| format!("{} h", time.as_secs() / 3600)));
    add("online", order.online.map(|online| if online { "yes" } else { "no" }.to_owned()));
    add("SSH", order.ssh().map(|target| cell(target.raw(), 200)));
    add("password", password.map(|path| format!("in {}", path.display())));
    let ports = order.tcp_ports.iter().map(|(inside, outside)| format!("{inside} as {outside}"));
    let ports = ports.collect::<Vec<_>>().join(", ");
    add("TCP ports", (!ports.is_empty()).then_some(ports));
    add("web", order.http.as_ref().and_then(|http| http.url()).map(|url| cell(&url, 200)));
    lines
        .iter()
        .map(|(name, value)| format!("{:<11}{value}", format!("{name}:")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// `{"order": {..}, "status_source", "max_rental_hours", "tcp_ports", "cost": {..}, "password_file"}`; `order` is as
/// in `orders --json`.
pub fn order_document(
    order: &Order,
    cost: Option<&CostEstimate>,
    rates: &Rates,
    password: Option<&Path>,
) -> Document {
    let hours = order.max_rental.and_then(|time| {
        rust_decimal::Decimal::from(time.as_secs()).checked_div(rust_decimal::Decimal::from(3600))
    });
    Document::new()
        .with("order", &order_row(order, rates))
        .with("status_source", &source(order.status_source))
        .with("max_rental_hours", &number(hours.map(|hours| hours.normalize())))
        .with("tcp_ports", &order.tcp_ports)
        .with("cost", &cost.map(CostRow::new))
        .with("password_file", &password.map(|path| path.display().to_string()))
}

fn usd(order: &Order, rates: &Rates) -> Option<UsdPerDay> {
    order.price.as_ref().and_then(|price| price.usd_per_day(rates)).or(order.original_price_usd)
}

/// `2026-09-21 13:33:26 UTC`; what is no date of this era stays a number.
pub(super) fn date(time: UnixTime) -> String {
    let seconds = time.seconds();
    if !(0..253_402_300_800).contains(&seconds) {
        return format!("{seconds} (Unix time)");
    }
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Years counted from March, so that the leap day is the last of its year; eras of 400 years are alike.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let (date, month) = (of_year - (153 * from_march + 2) / 5 + 1, (from_march + 2) % 12 + 1);
    let year = era * 400 + year + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Where a status is from: the service's word, or a rule over the other fields.
fn source(source: StatusSource) -> String {
    match source {
        StatusSource::Reported => "by the service's word".to_owned(),
        StatusSource::Derived(rule) => format!("derived by rule {rule}"),
        _ => "from elsewhere".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_by_people() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_709_251_200, "2024-03-01 00:00:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
            (1_790_000_006, "2026-09-21 14:13:26 UTC"),
            (253_402_300_799, "9999-12-31 23:59:59 UTC"),
            (-1, "-1 (Unix time)"),
            (i64::MAX, "9223372036854775807 (Unix time)"),
        ] {
            assert_eq!(date(UnixTime::from_seconds(seconds)), text);
        }
    }
}
