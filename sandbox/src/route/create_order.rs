//! `POST /v1/create_order`: rents a server (api-facts 3.4). First what was asked, field by field, then whether it
//! can be had; a refusal changes nothing.

use serde_json::{Map, Value};

use super::Call;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::rentals::{Kind, Placement};
use crate::shape::Shape;

/// api-facts 3.4: longest texts, and of `env` the longest key, value and whole.
const LONGEST_PASSWORD: usize = 32;
const LONGEST_KEY: usize = 3072;
const LONGEST_TOKEN: usize = 32;
const LONGEST_ENV_KEY: usize = 128;
const LONGEST_ENV_VALUE: usize = 1536;
const LONGEST_ENV: usize = 12_288;

/// The body after its fields were checked.
struct Asked {
    server: u64,
    kind: Kind,
    /// None: a text that is no coin of the service.
    coin: Option<Coin>,
    image: String,
    tcp: Vec<u16>,
    http: Option<u16>,
    /// In the dialect's unit, as the price below.
    bid: Option<f64>,
    required_price: Option<f64>,
    trapped: bool,
}

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let asked = match call.object().and_then(|fields| read(&fields, clore.shape())) {
        Ok(asked) => asked,
        Err(refusal) => return refusal,
    };
    // A value that trips the service's database: api-facts 1.4, `&` in env.
    let mut trap = asked.trapped.then_some("a value of `env` holds `&`");
    let placement = match judge(clore, call, asked, &mut trap) {
        Ok(placement) => placement,
        Err(refusal) => return refusal,
    };
    if let Some(why) = trap {
        // api-facts 1.4: code 1, and sometimes the order exists afterwards.
        if clore.options.trap_places {
            clore.rentals.place(call.now, placement);
        }
        return Answer::code(1, why);
    }
    let id = clore.rentals.place(call.now, placement);
    clore.created_answer(id, call.now)
}

/// Checks the body's types and lengths: what is wrong is code 2 (api-facts 1.3, invalid input).
fn read(fields: &Map<String, Value>, shape: &dyn Shape) -> Result<Asked, Answer> {
    let wrong = |why: &str| Answer::code(2, why.to_owned());
    let text = |key: &str, longest: usize| match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= longest => Ok(Some(text.as_str())),
        Some(Value::String(_)) => Err(wrong(&format!("`{key}` is longer than {longest}"))),
        Some(_) => Err(wrong(&format!("`{key}` is not a text"))),
    };
    let number = |key: &str| match fields.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(_) => Err(wrong(&format!("`{key}` is not a number"))),
    };
    let server = fields
        .get("renting_server")
        .and_then(Value::as_u64)
        .ok_or_else(|| wrong("`renting_server` is not a number"))?;
    let kind = match text("type", usize::MAX)? {
        Some("on-demand") => Kind::OnDemand,
        Some("spot") => Kind::Spot,
        _ => return Err(wrong("`type` is neither `on-demand` nor `spot`")),
    };
    let coin = text("currency", usize::MAX)?.ok_or_else(|| wrong("`currency` is missing"))?;
    let image = text("image", usize::MAX)?.filter(|image| !image.is_empty());
    let image = image.ok_or_else(|| wrong("`image` is missing"))?.to_owned();
    text("ssh_password", LONGEST_PASSWORD)?;
    text("ssh_key", LONGEST_KEY)?;
    text("jupyter_token", LONGEST_TOKEN)?;
    text("command", usize::MAX)?;
    text("dockerhub_auth", usize::MAX)?;
    // api-facts 3.4: a boolean, or a text in the official SDK.
    if !matches!(
        fields.get("autossh_entrypoint"),
        None | Some(Value::Null | Value::Bool(_) | Value::String(_))
    ) {
        return Err(wrong("`autossh_entrypoint` is not a boolean"));
    }
    if !matches!(fields.get("remember_password"), None | Some(Value::Null | Value::Bool(_))) {
        return Err(wrong("`remember_password` is not a boolean"));
    }
    let (tcp, http) = ports(fields.get("ports")).ok_or_else(|| wrong("`ports` is no map of ports"))?;
    let trapped = env(fields.get("env")).map_err(wrong)?;
    let bid = number("spotprice")?;
    if kind == Kind::Spot && bid.is_none_or(|bid| bid.is_nan() || bid <= 0.0) {
        // api-facts 3.4: `spotprice` is required for spot.
        return Err(wrong("`spotprice` is missing"));
    }
    Ok(Asked {
        server,
        kind,
        coin: shape.coin(coin),
        image,
        tcp,
        http,
        bid,
        required_price: number("required_price")?,
        trapped,
    })
}

/// api-facts 3.4: `{"22":"tcp","8888":"http"}`, keys are text.
fn ports(value: Option<&Value>) -> Option<(Vec<u16>, Option<u16>)> {
    let mut tcp = Vec::new();
    let mut http = None;
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(ports)) => {
            for (port, protocol) in ports {
                let port = port.parse::<u16>().ok().filter(|port| *port > 0)?;
                match protocol.as_str()? {
                    "tcp" | "udp" => tcp.push(port),
                    // api-facts 3.4: only one `http` comes back.
                    "http" => http = http.or(Some(port)),
                    _ => return None,
                }
            }
        }
        Some(_) => return None,
    }
    tcp.sort_unstable();
    Some((tcp, http))
}

/// Checks `env`; true when a value is of the kind that trips the service.
pub(super) fn env(value: Option<&Value>) -> Result<bool, &'static str> {
    let pairs = match value {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::Object(pairs)) => pairs,
        Some(_) => return Err("`env` is not a map"),
    };
    let mut whole = 0;
    let mut trapped = false;
    for (key, value) in pairs {
        let value = value.as_str().ok_or("`env` holds what is no text")?;
        let (key, length) = (key.chars().count(), value.chars().count());
        if key > LONGEST_ENV_KEY || length > LONGEST_ENV_VALUE {
            return Err("`env` has a key or a value that is too long");
        }
        whole += key + length;
        trapped |= value.contains('&');
    }
    if whole > LONGEST_ENV { Err("`env` is too long") } else { Ok(trapped) }
}

/// Whether the server can be had on these terms.
fn judge(
    clore: &Clore,
    call: &Call<'_>,
    asked: Asked,
    trap: &mut Option<&'static str>,
) -> Result<Placement, Answer> {
    // api-facts 1.4: server-dont-exist, also one that was delisted
    let place = clore
        .market
        .place_of(asked.server)
        .filter(|place| clore.market.listings()[*place].listed)
        .ok_or_else(|| Answer::refused("server-dont-exist"))?;
    let (listing, machine) = (&clore.market.listings()[place], clore.rentals.machine(place));
    // api-facts 1.4: cant_rent_from_yourself
    if clore.market.own().contains(&asked.server) {
        return Err(Answer::refused("cant_rent_from_yourself"));
    }
    // api-facts 1.4: machine-is-on-gigaspot
    if listing.gigaspot {
        return Err(Answer::refused("machine-is-on-gigaspot"));
    }
    // api-facts 1.4: server-offline
    if !machine.online {
        return Err(Answer::refused("server-offline"));
    }
    // api-facts 1.4: server-already-rented
    if machine.rented() {
        return Err(Answer::refused("server-already-rented"));
    }
    // api-facts 1.4: currency-not-allowed
    let refused = || Answer::refused("currency-not-allowed");
    let coin = asked.coin.filter(|coin| listing.allows(*coin)).ok_or_else(refused)?;
    let (listed, shape) = (listing.price(coin), clore.shape());
    let price = match asked.kind {
        Kind::OnDemand => {
            let price = listed.on_demand.ok_or_else(refused)?;
            // api-facts 1.4: a required_price that is not the listed one is an opaque code 1.
            if asked.required_price.is_some_and(|required| required != shape.price_out(coin, price)) {
                *trap = Some("`required_price` is not the listed price");
            }
            price
        }
        Kind::Spot => {
            let bid = asked.bid.ok_or_else(refused)?;
            let floor = listed.spot.or(listed.on_demand).ok_or_else(refused)?;
            let floor = shape.price_out(coin, floor);
            // api-facts 1.4: you_already_have_spot_order
            if machine.has_own_bid() {
                return Err(Answer::refused("you_already_have_spot_order"));
            }
            // api-facts 1.4: too_low_price, with min_price
            if bid < floor {
                return Err(Answer::refused_with(6, "too_low_price", |more| {
                    more.number("min_price", floor);
                }));
            }
            shape.price_in(coin, bid)
        }
    };
    let fee = clore.options.renter_fee(asked.kind, coin);
    let creation_fee = clore.options.creation_fee_in(coin);
    // api-facts 1.4: not_enough_balance. How much is enough is not known: here an hour and the creation fee.
    if clore.rentals.balance(coin, call.now) < price * (1.0 + fee) / 24.0 + creation_fee {
        return Err(Answer::refused("not_enough_balance"));
    }
    Ok(Placement {
        server: asked.server,
        machine: place,
        kind: asked.kind,
        coin,
        price,
        fee,
        creation_fee,
        image: asked.image,
        tcp: asked.tcp,
        http: asked.http,
        max_rental: listing.max_rental_time(),
        lag: clore.options.orders_lag.max(call.lag),
    })
}
