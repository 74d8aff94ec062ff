//! Loading a market from an answer of the service, old shape or new (api-facts 3.2), keeping each row's bytes.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;
use serde_json::value::RawValue;

use super::listing::{Listing, Price};
use super::{MarketError, gpu_names};
use crate::coin::Coin;
use crate::json_text::{list, quoted};

/// Longest market that is unpacked.
const LONGEST: u64 = 256 * 1024 * 1024;
/// Fields of a listing that an order repeats (api-facts 3.3).
const ECHOED: [&str; 6] = ["specs", "rating", "reliability", "cuda_version", "gpu_array", "owner"];

pub(super) fn load(bytes: &[u8]) -> Result<(Vec<Listing>, Vec<u64>), MarketError> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = unpack(bytes)?;
        &unpacked
    } else {
        bytes
    };
    let envelope: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(bytes)
        .map_err(|error| MarketError::NotJson { line: error.line(), column: error.column() })?;
    let rows: Vec<Box<RawValue>> = envelope
        .get("servers")
        .and_then(|rows| serde_json::from_str(rows.get()).ok())
        .ok_or(MarketError::NoServers)?;
    let mut listings: Vec<Listing> = rows.iter().map(|row| listing(row.get())).collect();
    let mut own: Vec<u64> =
        envelope.get("my_servers").and_then(|own| serde_json::from_str(own.get()).ok()).unwrap_or_default();
    if own.is_empty() {
        own.extend(listings.iter().filter(|listing| listing.rented).find_map(|listing| listing.id));
    }
    // An own server cannot be rented from oneself, so it is listed as rented.
    for listing in &mut listings {
        listing.rented |= listing.id.is_some_and(|id| own.contains(&id));
    }
    Ok((listings, own))
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, MarketError> {
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(bytes).take(LONGEST + 1).read_to_end(&mut unpacked);
    match read {
        Ok(length) if length as u64 <= LONGEST => Ok(unpacked),
        _ => Err(MarketError::BadGzip),
    }
}

fn listing(text: &str) -> Listing {
    let row: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let prices = price_block(&row["price"]);
    let allowed = match row["allowed_coins"].as_array() {
        Some(coins) => Coin::ALL.map(|coin| coins.iter().any(|name| name.as_str() == Some(coin.name()))),
        // api-facts 3.2: fixtures lack the list; then every priced coin is taken.
        None => prices.map(|price| price.on_demand.is_some()),
    };
    let raw: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
    let echo = ECHOED
        .into_iter()
        .filter_map(|key| raw.get(key).map(|value| (key, value.get().to_owned())))
        .collect();
    Listing {
        id: row["id"].as_u64(),
        max_rental: row["mrl"].as_u64().unwrap_or(72),
        prices,
        allowed,
        rented: row["rented"].as_bool().unwrap_or(false),
        listed: true,
        gigaspot: match &row["gigaspot"] {
            Value::Bool(flag) => *flag,
            Value::Object(_) => true,
            _ => false,
        },
        row: split_at_rented(text, &raw),
        echo,
        short_gpus: list(gpu_names::of_row(&row).into_iter().map(quoted)),
    }
}

/// Coin by coin: its own figure, else the USD figure of either newer block divided by the coin's rate.
fn price_block(price: &Value) -> [Price; 3] {
    Coin::ALL.map(|coin| {
        let name = coin.name();
        let original = &price["original_usd"][name];
        let in_coin = |usd: &Value| usd.as_f64().map(|usd| usd / coin.usd());
        Price {
            on_demand: price["on_demand"][name]
                .as_f64()
                .or_else(|| in_coin(&price["usd"][coin.usd_block_key()]))
                .or_else(|| in_coin(&original["on_demand"]))
                .filter(|price| *price > 0.0),
            spot: price["spot"][name]
                .as_f64()
                .or_else(|| in_coin(&original["spot"]))
                .filter(|price| *price > 0.0),
        }
    })
}

/// Cuts the row's text around the value of its top-level `rented`.
fn split_at_rented(text: &str, raw: &BTreeMap<String, Box<RawValue>>) -> (String, String) {
    let Some(value) = raw.get("rented").filter(|value| matches!(value.get(), "true" | "false")) else {
        return (text.to_owned(), String::new());
    };
    let mut found = text.match_indices("\"rented\"");
    if let (Some((at, key)), None) = (found.next(), found.next()) {
        let after_key = at + key.len();
        if let Some(offset) = text[after_key..].find(value.get()) {
            let start = after_key + offset;
            return (text[..start].to_owned(), text[start + value.get().len()..].to_owned());
        }
    }
    // The word stands in the row more than once: write the row anew with `rented` last.
    let others: Vec<String> = raw
        .iter()
        .filter(|(key, _)| *key != "rented")
        .map(|(key, value)| format!("{}:{}", quoted(key), value.get()))
        .collect();
    let comma = if others.is_empty() { "" } else { "," };
    (format!("{{{}{comma}\"rented\":", others.join(",")), "}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::load;
    use crate::coin::Coin;
    use crate::market::MarketError;

    #[test]
    fn rows_keep_their_bytes_but_for_rented() {
        let text = br#"{"servers":[ {"id": 7, "rented" : false ,"x":1.50}, {"id":8,"specs":{"rented":true},"rented":true}, 5, {"id":"n"}],"code":0}"#;
        let (rows, own) = load(text).expect("a market");
        let mut out = String::new();
        rows[0].push_row(true, &mut out);
        assert_eq!(out, r#"{"id": 7, "rented" : true ,"x":1.50}"#);
        let mut out = String::new();
        rows[1].push_row(false, &mut out);
        assert_eq!(out, r#"{"id":8,"specs":{"rented":true},"rented":false}"#);
        let mut out = String::new();
        rows[2].push_row(true, &mut out);
        assert_eq!(out, "5");
        assert_eq!((rows[2].id, rows[3].id), (None, None));
        assert_eq!(own, [8], "the first rented server becomes the account's own");
    }

    #[test]
    fn newer_price_blocks_give_prices_where_the_old_one_is_missing() {
        let text = br#"{"servers":[{"id":1,"price":{"usd":{"on_demand_usd":20.0},"original_usd":{"CLORE-Blockchain":{"on_demand":3.0,"spot":1.5}}}}]}"#;
        let (rows, _) = load(text).expect("a market");
        assert_eq!(rows[0].price(Coin::Usd).on_demand, Some(20.0));
        assert_eq!(rows[0].price(Coin::Clore).on_demand, Some(10.0));
        assert_eq!(rows[0].price(Coin::Clore).spot, Some(5.0));
        assert!(!rows[0].allows(Coin::Bitcoin), "not priced, not allowed");
    }

    #[test]
    fn what_is_no_market_is_refused_with_its_reason() {
        assert!(matches!(load(b"[]"), Err(MarketError::NotJson { line: 1, .. })));
        assert!(matches!(load(b"{\"servers\":5}"), Err(MarketError::NoServers)));
        assert!(matches!(load(&[0x1f, 0x8b, 8]), Err(MarketError::BadGzip)));
        assert!(load(b"{\"servers\":[]}").is_ok());
    }
}
