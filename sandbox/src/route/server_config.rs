//! `GET /v1/server_config` with a JSON body: all settings of one own server (api-facts 1.1, 3.10).

use serde_json::Value;

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::hosting::{Facts, Rig};
use crate::json_text::Object;
use crate::shape::Dialect;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let fields = match call.object() {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let Some(name) = fields.get("server_name").and_then(Value::as_str) else {
        return Answer::code(2, "`server_name` is not a text");
    };
    // api-facts 1.4: server_dont_exist; the name of somebody else's server is no name here.
    let Some(rig) = clore.hosting.named(name) else {
        return Answer::refused("server_dont_exist");
    };
    let mut answer = Object::new();
    answer.object("config", config(clore, rig)).flag("creation_completed", rig.place.is_some());
    Answer::done(answer)
}

fn config(clore: &Clore, rig: &Rig) -> Object {
    let terms = rig.terms(&clore.market);
    let mut config = Object::with_capacity(1024);
    config
        .text("name", &rig.name)
        .flag("connected", rig.place.is_some())
        .text("visibility", terms.visibility())
        // api-facts 3.9 and 5: coin per day.
        .object("pricing", terms.pricing(|price| price.on_demand))
        .object("spot_pricing", terms.pricing(|price| price.spot))
        .object("usd_pricing", terms.usd_pricing())
        .object("autoprice", terms.autoprice_map())
        // api-facts 4.4: hours.
        .integer("mrl", terms.max_rental)
        .flag("online", clore.rig_online(rig))
        .flag("initialized", rig.place.is_some());
    if rig.place.is_some() || clore.options.dialect != Dialect::Live {
        config.integer("id", rig.id);
    }
    // api-facts 3.10: its values are not known; here 0 is free, 1 rented on demand, 2 held by a bid.
    let machine = rig.place.map(|place| clore.rentals.machine(place));
    let status = match machine {
        Some(machine) if machine.rented() => 1,
        Some(machine) if machine.winner().is_some() => 2,
        _ => 0,
    };
    let mut job = Object::new();
    job.integer("times_updated", 0).text("image", "").text("command", "").object("env", Object::new());
    config
        .integer("rental_status", status)
        .array("allowed_coins", terms.coins())
        .flag("is_vpn_enabled", false)
        .flag("is_partner_enabled", false)
        .number("remaining_time", 0.0)
        .integer("monitoring", 0)
        .number("mfp_usd", 0.0)
        .object("background_job", job);
    let Some(place) = rig.place else {
        return config;
    };
    let facts = Facts::of(&clore.market.listings()[place]);
    // api-facts 3.10: fields of the official SDK's model.
    config
        .raw("gpu_array", facts.text("gpu_array").unwrap_or("[]"))
        .text("kernel", "6.8.0")
        .flag("allow_oc", false)
        .text("oc_gpus", &crate::gigaspot::ranges_text(&facts))
        .flag("xorg_valid", true)
        .integer("onboard_type", 0)
        .object("clock_lock_ranges", Object::new());
    if let Some(specs) = facts.text("specs") {
        config.raw("specs", specs);
    }
    config
}
