//! A host tells the terms of its server anew: the facts change, and the row's text with them.
//!
//! A row that was loaded keeps its bytes until then; afterwards its keys are sorted and `rented` is the last.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::listing::{Listing, Price};
use super::price_text::price_text;
use crate::coin::Coin;
use crate::json_text::{Object, quoted};

impl Listing {
    /// Sets prices (coin per day, by `Coin::index`), the longest rental in hours, and whether the server is on offer.
    ///
    /// A coin that loses its prices is not taken any more, and one that gets its first price is; what a server takes
    /// of the coins it goes on pricing stays as it was. Blocks of the row that would contradict the new terms go.
    pub(crate) fn retell(&mut self, prices: [Price; 3], max_rental_hours: u64, listed: bool) {
        self.allowed = Coin::ALL.map(|coin| {
            let (before, now) = (self.price(coin).is_told(), prices[coin.index()].is_told());
            now && (self.allows(coin) || !before)
        });
        self.prices = prices;
        self.max_rental = max_rental_hours;
        self.listed = listed;
        self.rewrite();
    }

    /// Sets which coins are taken, by `Coin::index`; one that has no price is not.
    pub(crate) fn take_only(&mut self, coins: [bool; 3]) {
        self.allowed = Coin::ALL.map(|coin| coins[coin.index()] && self.price(coin).is_told());
        self.rewrite();
    }

    fn rewrite(&mut self) {
        let mut text = String::with_capacity(self.row.0.len() + self.row.1.len() + 8);
        self.push_row(false, &mut text);
        let Ok(fields) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(&text) else {
            return;
        };
        let mut row = Object::with_capacity(text.len() + 256);
        for (key, value) in &fields {
            if !matches!(key.as_str(), "rented" | "price" | "mrl" | "allowed_coins") {
                row.pairs(&format!("{}:{}", quoted(key), value.get()));
            }
        }
        let coins = Coin::ALL.into_iter().filter(|coin| self.allows(*coin)).map(|coin| quoted(coin.name()));
        row.integer("mrl", self.max_rental)
            .object("price", price_text(&self.prices, self.allowed))
            .array("allowed_coins", coins);
        let mut head = row.finish();
        self.row = if fields.contains_key("rented") {
            head.pop();
            head.push_str(",\"rented\":");
            (head, "}".to_owned())
        } else {
            (head, String::new())
        };
    }
}

impl Price {
    fn is_told(self) -> bool {
        self.on_demand.is_some() || self.spot.is_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Price;
    use crate::coin::Coin;
    use crate::market::Market;

    const NONE: Price = Price { on_demand: None, spot: None };
    const FILE: &[u8] = br#"{"servers":[
        {"id":7,"rented":false, "mrl":72,"a\u0022b":1.50,"allowed_coins":["bitcoin"],
         "price":{"on_demand":{"bitcoin":0.0001,"USD-Blockchain":3},"original_usd":{"bitcoin":{"spot":1}}}},
        {"id":8,"mrl":5}]}"#;

    fn row(market: &Market, place: usize, rented: bool) -> Value {
        let mut text = String::new();
        market.listings()[place].push_row(rented, &mut text);
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn a_retold_row_says_the_new_terms_and_keeps_the_rest() {
        let mut market = Market::from_json(FILE).expect("a market");
        let clore = Price { on_demand: Some(20.0), spot: Some(10.0) };
        let usd = Price { on_demand: Some(4.0), spot: None };
        market.retell(0, [NONE, clore, usd], 48, true);
        let told = row(&market, 0, true);
        assert_eq!(told["price"]["on_demand"], json!({"CLORE-Blockchain": 20, "USD-Blockchain": 4}));
        assert_eq!(told["price"]["spot"], json!({"CLORE-Blockchain": 10}));
        assert_eq!(told["price"]["usd"], json!({"on_demand_clore": 6, "spot": 3}));
        assert!(told["price"].get("original_usd").is_none(), "it would contradict the new price");
        assert_eq!((&told["mrl"], &told["a\"b"]), (&json!(48), &json!(1.5)));
        // Bitcoin lost its price; CLORE got its first; USD was priced before and not taken.
        assert_eq!(told["allowed_coins"], json!(["CLORE-Blockchain"]));
        assert_eq!(
            (row(&market, 0, false)["rented"].clone(), told["rented"].clone()),
            (json!(false), json!(true))
        );
        market.retell(1, [NONE, clore, NONE], 9, false);
        assert_eq!(row(&market, 1, true).get("rented"), None, "a row that never told goes on not telling");
        assert!(!market.listings()[1].listed && market.listings()[0].allows(Coin::Clore));
    }

    #[test]
    fn a_market_that_shares_the_rows_does_not_change() {
        let mut market = Market::from_json(FILE).expect("a market");
        let other = market.clone();
        let before = row(&other, 0, false);
        market.retell(0, [NONE; 3], 1, false);
        assert_eq!(row(&other, 0, false), before);
        assert!(other.listings()[0].listed && !market.listings()[0].listed);
        assert_eq!(row(&market, 0, false)["allowed_coins"], json!([]));
    }
}
