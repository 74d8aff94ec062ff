//! `GET /v1/my_servers`: what the account hosts, connected or not (api-facts 3.9).

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::hosting::{Facts, Rig};
use crate::json_text::Object;
use crate::shape::Dialect;

/// api-facts 3.9: servers allowed, as the documentation's page has it.
const LIMIT: u64 = 16;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let mut rows: Vec<String> = call.odd_rows().iter().map(|row| (*row).to_owned()).collect();
    rows.extend(clore.hosting.rigs().iter().map(|rig| row(clore, rig).finish()));
    let mut answer = Object::with_capacity(rows.iter().map(|row| row.len() + 1).sum::<usize>() + 64);
    answer.array("servers", rows).integer("limit", LIMIT.max(clore.hosting.rigs().len() as u64));
    Answer::done(answer)
}

fn row(clore: &Clore, rig: &Rig) -> Object {
    let terms = rig.terms(&clore.market);
    let online = clore.rig_online(rig);
    let mut row = Object::with_capacity(1024);
    // The documentation's page has no id of a server that never connected; the official SDK's model needs one.
    if rig.place.is_some() || clore.options.dialect != Dialect::Live {
        row.integer("id", rig.id);
    }
    row.text("name", &rig.name)
        .flag("connected", rig.place.is_some())
        .text("visibility", terms.visibility())
        // api-facts 3.9 and 5: coin per day.
        .object("pricing", terms.pricing(|price| price.on_demand))
        .flag("online", online)
        .object("min_spot_pricing", terms.pricing(|price| price.spot))
        .array("allowed_currencies", terms.coins());
    if let Some(token) = &rig.init_token {
        row.text("init_token", token);
    }
    let Some(place) = rig.place else {
        return row;
    };
    let facts = Facts::of(&clore.market.listings()[place]);
    // api-facts 3.9: fields of the official SDK's model.
    row.flag("is_vpn_enabled", false)
        .raw("gpu_array", facts.text("gpu_array").unwrap_or("[]"))
        .number("max_fair_price_usd", 0.0)
        .flag("mass_price_changeable", true)
        .integer("gpu_count", facts.gpus().len() as u64)
        .object("usd_pricing", terms.usd_pricing())
        .object("autoprice", terms.autoprice_map())
        .text("oc_gpus", &crate::gigaspot::ranges_text(&facts))
        .number("lock_balance", 0.0)
        .flag("working_properly", true)
        .integer("monitoring", 0);
    if let Some(specs) = facts.text("specs") {
        row.raw("specs", specs);
    }
    row
}
