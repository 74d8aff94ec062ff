//! Reading what a host wants changed: both spellings of the fields, and each of the four refusals (api-facts 1.4, 3.11).

use serde_json::{Map, Value};

use super::Terms;
use crate::coin::Coin;
use crate::json_text::eight_decimals;
use crate::market::Price;

/// docs faq, api-facts 4.4: a server is let for 6 to 3000 hours.
const SHORTEST: u64 = 6;
const LONGEST: u64 = 3000;
/// Above this a figure is no price: sums with it would not be exact any more.
const HIGHEST: f64 = 1e12;
/// How much of `autoprice` is kept.
const MOST_AUTOPRICE: usize = 16;
const LONGEST_AUTOPRICE: usize = 256;

/// api-facts 3.11, required: `name`, `availability`, `mrl` and both figures of bitcoin in either spelling.
pub(super) fn is_complete(fields: &Map<String, Value>) -> bool {
    let told = |key: &str| fields.get(key).is_some_and(|value| !value.is_null());
    let either = |[one, other]: [&str; 2]| told(one) || told(other);
    told("name") && told("availability") && told("mrl") && either(ON_DEMAND) && either(SPOT)
}

/// The TypeScript types' spelling, and the official SDK's, which means bitcoin.
const ON_DEMAND: [&str; 2] = ["bitcoin_on_demand", "on_demand"];
const SPOT: [&str; 2] = ["bitcoin_spot", "spot"];

impl Terms {
    /// The terms after the change; what is not named stays. The error is the service's reason.
    pub(crate) fn changed(&self, fields: &Map<String, Value>) -> Result<Terms, &'static str> {
        // api-facts 1.4: not_all_parameters_present
        if !is_complete(fields) {
            return Err("not_all_parameters_present");
        }
        // api-facts 1.4: invalid_mrl, in hours (api-facts 4.4)
        let hours = fields["mrl"].as_u64().filter(|hours| (SHORTEST..=LONGEST).contains(hours));
        let max_rental = hours.ok_or("invalid_mrl")?;
        // api-facts 1.4: invalid_input, from here on
        let mut terms = Terms { max_rental, ..self.clone() };
        terms.listed = fields["availability"].as_bool().ok_or("invalid_input")?;
        for coin in Coin::ALL {
            let at = coin.index();
            let name = coin.name();
            let (on_demand, spot) = match coin {
                Coin::Bitcoin => (either(fields, ON_DEMAND)?, either(fields, SPOT)?),
                _ => (
                    figure(fields.get(&format!("{name}_on_demand")))?,
                    figure(fields.get(&format!("{name}_spot")))?,
                ),
            };
            // A price told in the coin itself is no longer pinned to USD.
            if on_demand.is_some() || spot.is_some() {
                terms.usd[at] = None;
            }
            if let Some(figure) = on_demand {
                terms.prices[at].on_demand = price(figure);
            }
            if let Some(figure) = spot {
                terms.prices[at].spot = price(figure);
            }
            match fields.get(&format!("enabled-{name}")) {
                None | Some(Value::Null) => {}
                Some(Value::Bool(enabled)) => terms.enabled[at] = *enabled,
                Some(_) => return Err("invalid_input"),
            }
        }
        terms.pin(fields.get("usd_pricing"))?;
        terms.autoprice(fields.get("autoprice"))?;
        Ok(terms)
    }

    /// api-facts 3.11 `usd_pricing`: coin → `{on_demand, spot}` in USD per day.
    fn pin(&mut self, value: Option<&Value>) -> Result<(), &'static str> {
        let coins = match value {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Object(coins)) => coins,
            Some(_) => return Err("invalid_input"),
        };
        for (name, pair) in coins {
            let coin = Coin::from_name(name).ok_or("invalid_input")?;
            let pair = pair.as_object().ok_or("invalid_input")?;
            let usd = Price {
                on_demand: figure(pair.get("on_demand"))?.and_then(price),
                spot: figure(pair.get("spot"))?.and_then(price),
            };
            let in_coin = |usd: Option<f64>| usd.map(|usd| eight_decimals(usd / coin.usd())).and_then(price);
            let at = coin.index();
            if usd.on_demand.is_some() || usd.spot.is_some() {
                self.usd[at] = Some(usd);
                self.prices[at] = Price { on_demand: in_coin(usd.on_demand), spot: in_coin(usd.spot) };
            }
        }
        Ok(())
    }

    fn autoprice(&mut self, value: Option<&Value>) -> Result<(), &'static str> {
        let entries = match value {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Object(entries)) if entries.len() <= MOST_AUTOPRICE => entries,
            Some(_) => return Err("invalid_input"),
        };
        let kept = entries.iter().map(|(key, value)| {
            // The official SDK's model holds texts only.
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let fits = key.len() <= LONGEST_AUTOPRICE && value.len() <= LONGEST_AUTOPRICE;
            fits.then(|| (key.clone(), value))
        });
        self.autoprice = kept.collect::<Option<_>>().ok_or("invalid_input")?;
        Ok(())
    }
}

/// A figure in either spelling; two that differ say nothing.
fn either(fields: &Map<String, Value>, [one, other]: [&str; 2]) -> Result<Option<f64>, &'static str> {
    match (figure(fields.get(one))?, figure(fields.get(other))?) {
        (Some(one), Some(other)) if one != other => Err("invalid_input"),
        (one, other) => Ok(one.or(other)),
    }
}

/// A number from 0 up. A text is none, though it be digits.
fn figure(value: Option<&Value>) -> Result<Option<f64>, &'static str> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_f64().filter(|number| (0.0..HIGHEST).contains(number));
            number.map(Some).ok_or("invalid_input")
        }
    }
}

/// api-facts 4.4: 0 means no price, not free.
fn price(figure: f64) -> Option<f64> {
    Some(figure).filter(|figure| *figure > 0.0)
}
