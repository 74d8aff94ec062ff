//! The `price` of a row as text, with the newer `price.usd` (api-facts 3.2).

use super::draw::decimals;
use super::listing::Price;
use crate::coin::Coin;
use crate::json_text::Object;

/// Both by `Coin::index`. A USD figure is listed only for a coin that the server takes (api-facts 4.6).
pub(super) fn price_text(prices: &[Price; 3], allowed: [bool; 3]) -> Object {
    let mut on_demand = Object::new();
    let mut spot = Object::new();
    let mut usd = Object::new();
    for coin in Coin::ALL {
        let price = prices[coin.index()];
        if let Some(asked) = price.on_demand {
            on_demand.number(coin.name(), asked);
            if allowed[coin.index()] {
                usd.number(coin.usd_block_key(), decimals(asked * coin.usd(), 4));
            }
        }
        if let Some(floor) = price.spot {
            spot.number(coin.name(), floor);
        }
    }
    // api-facts 4.6: the USD value of the floor when bidding in CLORE; api-facts 3.2: 0 means none.
    let clore = Coin::Clore.index();
    let floor = prices[clore].spot.filter(|_| allowed[clore]).unwrap_or_default() * Coin::Clore.usd();
    usd.number("spot", decimals(floor, 4));
    let mut price = Object::new();
    price.object("on_demand", on_demand).object("spot", spot).object("usd", usd);
    price
}
