//! `POST /v1/create_gigaspot_orders`: bids on any number of gigaspot machines. What failed is listed, and the code is 0
//! whatever it was (api-facts 3.13).

use serde_json::Value;

use super::Call;
use super::create_order::env;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::gigaspot::Overclock;
use crate::json_text::Object;
use crate::rentals::{Kind, Placement};

/// Above this a figure is no price: sums with it would not be exact any more.
const HIGHEST: f64 = 1e12;

/// One bid after its fields were checked.
struct Asked {
    server: u64,
    image: String,
    /// CLORE per day.
    price: f64,
    overclocks: Vec<Overclock>,
}

/// Why a bid was not placed: which list its server goes to.
enum Failed {
    Rent,
    Overclock,
    TooLow,
}

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let asked = call.array().and_then(|items| items.iter().map(read).collect::<Result<Vec<_>, _>>());
    let asked = match asked {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    let (mut no_rent, mut no_overclock, mut too_low) = (Vec::new(), Vec::new(), Vec::new());
    for asked in asked {
        let server = asked.server.to_string();
        match judge(clore, call, &asked) {
            Ok(placement) => {
                let order = clore.rentals.place(call.now, placement);
                clore.gigaspot.ask(order, asked.overclocks);
            }
            Err(Failed::Rent) => no_rent.push(server),
            Err(Failed::Overclock) => no_overclock.push(server),
            Err(Failed::TooLow) => too_low.push(server),
        }
    }
    let mut answer = Object::new();
    // api-facts 3.13: no order ids; the third list only where there is something in it.
    answer
        .text("status", "ok")
        .array("failed_to_oc_servers", no_overclock)
        .array("failed_to_rent_servers", no_rent);
    if !too_low.is_empty() {
        answer.array("too_low_bids_servers", too_low);
    }
    Answer::done(answer)
}

/// Checks one bid's types and lengths: what is wrong is code 2 for the whole request (api-facts 1.3, invalid input).
fn read(item: &Value) -> Result<Asked, Answer> {
    let wrong = |why: &str| Answer::code(2, why.to_owned());
    // api-facts 3.13: the price is in CLORE per day, so no other coin says what it means.
    if item["currency"].as_str() != Some(Coin::Clore.name()) {
        return Err(wrong("`currency` is not CLORE-Blockchain"));
    }
    env(item.get("env")).map_err(wrong)?;
    Ok(Asked {
        server: item["renting_server"].as_u64().ok_or_else(|| wrong("`renting_server` is not a number"))?,
        image: item["image"]
            .as_str()
            .filter(|image| !image.is_empty())
            .ok_or_else(|| wrong("`image` is missing"))?
            .to_owned(),
        price: price(&item["price"]).ok_or_else(|| wrong("`price` is not a number"))?,
        overclocks: Overclock::list(item.get("oc")).ok_or_else(|| wrong("`oc` is no list of settings"))?,
    })
}

pub(super) fn price(value: &Value) -> Option<f64> {
    value.as_f64().filter(|price| price.abs() < HIGHEST)
}

/// Whether the machine can be bid on so.
fn judge(clore: &Clore, call: &Call<'_>, asked: &Asked) -> Result<Placement, Failed> {
    // api-facts 1.4, as for a create: no such machine here, one's own, offline, rented, or bid on already.
    let place = clore.on_gigaspot(asked.server).ok_or(Failed::Rent)?;
    let machine = clore.rentals.machine(place);
    let own = clore.market.own().contains(&asked.server);
    if own || !machine.online || machine.rented() || machine.has_own_bid() {
        return Err(Failed::Rent);
    }
    let floor = clore.gigaspot_floor(place).ok_or(Failed::Rent)?;
    // api-facts 3.13: failed_to_oc_servers
    if !clore.takes_overclocks(place, &asked.overclocks) {
        return Err(Failed::Overclock);
    }
    // api-facts 3.13: too_low_bids_servers; 3.12: min_bid
    if asked.price < floor || asked.price <= 0.0 {
        return Err(Failed::TooLow);
    }
    let fee = clore.options.renter_fee(Kind::Spot, Coin::Clore);
    let creation_fee = clore.options.creation_fee_in(Coin::Clore);
    // As for a create: an hour and the creation fee.
    let least = asked.price * (1.0 + fee) / 24.0 + creation_fee;
    if clore.rentals.balance(Coin::Clore, call.now) < least {
        return Err(Failed::Rent);
    }
    Ok(Placement {
        server: asked.server,
        machine: place,
        kind: Kind::Spot,
        coin: Coin::Clore,
        price: asked.price,
        fee,
        creation_fee,
        image: asked.image.clone(),
        tcp: Vec::new(),
        http: None,
        max_rental: clore.market.listings()[place].max_rental_time(),
        lag: clore.options.orders_lag.max(call.lag),
    })
}
