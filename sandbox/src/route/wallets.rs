//! `GET /v1/wallets`: what the account holds (api-facts 3.1).

use super::Call;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::json_text::{Object, eight_decimals};

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let rows = Coin::ALL.map(|coin| {
        let mut row = Object::new();
        row.text("name", coin.name())
            .text("deposit", &format!("sandbox-{}", coin.name().to_lowercase()))
            .number("balance", eight_decimals(clore.rentals.balance(coin, call.now)))
            .number("withdrawal_fee", eight_decimals(5.0 / coin.usd()));
        row.finish()
    });
    let mut answer = Object::new();
    answer.array("wallets", rows);
    Answer::done(answer)
}
