//! `GET /v1/poh_balance`: what the account proves to hold, address by address (api-facts 3.15).

use super::Call;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::json_text::Object;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let held = clore.options.proof_of_holding;
    let user = clore.account();
    let mut items: Vec<String> = call.odd_rows().iter().map(|row| (*row).to_owned()).collect();
    if held > 0.0 {
        let mut item = Object::new();
        item.integer("user", user)
            .text("address", "sandbox-clore-address")
            .text("signature", "sandbox-signature")
            .text("message", &format!("sandbox proof of holding of user {user}"))
            .integer("created", clore.options.epoch)
            .text("unique", &format!("{user}-1"))
            .integer("remove", 0)
            .text("status", "verified")
            .number("balance", held)
            .integer("last_check", clore.options.epoch.saturating_add(call.now.as_secs()));
        items.push(item.finish());
    }
    // api-facts 3.15: five amounts.
    let mut offers = Object::new();
    for amount in [
        "rented_amount",
        "rented_on_marketplace_amount",
        "rented_finished_amount",
        "leased_amount",
        "leased_finished_amount",
    ] {
        offers.integer(amount, 0);
    }
    let mut balance = Object::new();
    balance
        .number("total", held)
        .number("free_amount", held)
        .integer("reward_amount", 0)
        .object("offers", offers);
    let count = items.len() as u64;
    let mut answer = Object::new();
    answer.array("items", items).object("balance", balance).integer("count", count);
    Answer::done(answer)
}
