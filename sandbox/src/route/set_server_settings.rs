//! `POST /v1/set_server_settings`: new terms for one own server, all of them at once (api-facts 3.11).

use serde_json::Value;

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::Object;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let fields = match call.object() {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let name = match fields.get("name") {
        // api-facts 1.4: not_all_parameters_present
        None | Some(Value::Null) => return Answer::refused("not_all_parameters_present"),
        Some(Value::String(name)) => name,
        // api-facts 1.4: invalid_input
        Some(_) => return Answer::refused("invalid_input"),
    };
    // api-facts 1.4: server_dont_exist; the name of somebody else's server is no name here.
    let Some(rig) = clore.hosting.named(name) else {
        return Answer::refused("server_dont_exist");
    };
    match rig.terms(&clore.market).changed(&fields) {
        Ok(terms) => {
            clore.hosting.retell(name, terms, &mut clore.market);
            Answer::done(Object::new())
        }
        // api-facts 1.4: not_all_parameters_present, invalid_mrl, invalid_input
        Err(reason) => Answer::refused(reason),
    }
}
