//! Prices as people read them: dollars by the hour, the day's price and the coin beside it.

use clore_core::excerpt::Excerpt;
use clore_core::model::{Amount, Coin, Rate, UsdPerHour};
use core::time::Duration;
use rust_decimal::{Decimal, RoundingStrategy};

/// Foreign text for a cell of a table: bounded and harmless, whatever it came through.
pub fn cell(text: &str, max: usize) -> String {
    Excerpt::new(text, max).as_str().to_owned()
}

/// `$0.353/h`, or a question mark: unknown is not free.
pub fn per_hour(price: Option<UsdPerHour>) -> String {
    price.map_or_else(|| "?".to_owned(), |price| price.to_string())
}

/// `$8.47/day`, or a question mark.
pub fn per_day(price: Option<UsdPerHour>) -> String {
    price.map_or_else(|| "?".to_owned(), |price| price.per_day().to_string())
}

/// `2,824.51 CLORE/day`: rounded for reading, with the coin's short name.
pub fn coin_per_day(rate: &Rate) -> String {
    format!("{} {}/day", shown(rate.amount()), short_name(rate.coin()))
}

/// `$0.353/h ($8.47/day; 2,824 CLORE/day)`.
pub fn price_line(price: Option<UsdPerHour>, rate: Option<&Rate>) -> String {
    match (price, rate) {
        (Some(price), Some(rate)) => {
            format!("{price} ({}; {})", price.per_day(), coin_per_day(rate))
        }
        (Some(price), None) => format!("{price} ({})", price.per_day()),
        (None, Some(rate)) => format!("{} (its worth in dollars is not known)", coin_per_day(rate)),
        (None, None) => "at a price that is not known".to_owned(),
    }
}

/// `2 h`, `1 h 30 min`, `45 s`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let parts = [(seconds / 3600, "h"), (seconds % 3600 / 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

/// `0.0189 CLORE`.
pub fn amount(amount: &Amount) -> String {
    format!("{} {}", shown(amount.amount()), short_name(amount.coin()))
}

fn short_name(coin: &Coin) -> String {
    let name = coin.to_string();
    name.strip_suffix("-Blockchain").map_or(name.clone(), str::to_owned)
}

/// At most six significant digits below a thousand, whole numbers with commas above.
pub(super) fn shown(amount: Decimal) -> String {
    let nearest = RoundingStrategy::MidpointAwayFromZero;
    if amount >= Decimal::ONE_THOUSAND {
        let whole = amount.round_dp_with_strategy(0, nearest).normalize().to_string();
        let mut out = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        return out;
    }
    amount.round_sf_with_strategy(6, nearest).unwrap_or(amount).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_read_as_money() {
        let rate = |text| Rate::parse(text, Coin::Clore).unwrap();
        assert_eq!(coin_per_day(&rate("2824.51")), "2,825 CLORE/day");
        assert_eq!(coin_per_day(&rate("1234567")), "1,234,567 CLORE/day");
        assert_eq!(coin_per_day(&rate("0.0000123456789")), "0.0000123457 CLORE/day");
        assert_eq!(coin_per_day(&rate("999.9")), "999.9 CLORE/day");
        let price = UsdPerHour::parse("0.353").unwrap();
        assert_eq!(price_line(Some(price), Some(&rate("2824"))), "$0.353/h ($8.47/day; 2,824 CLORE/day)");
        assert_eq!(per_hour(None), "?");
        assert_eq!(span(Duration::from_secs(5400)), "1 h 30 min");
        assert_eq!(span(Duration::ZERO), "0 s");
    }
}
