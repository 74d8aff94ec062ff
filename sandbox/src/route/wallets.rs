//! `GET /v1/wallets`: what the account holds (api-facts 3.1).

use super::Call;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::json_text::Object;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let mut rows: Vec<String> = call.odd_rows().iter().map(|row| (*row).to_owned()).collect();
    rows.extend(Coin::ALL.map(|coin| {
        let known = !clore.options.unknown_balances[coin.index()];
        let balance = known.then(|| clore.rentals.balance(coin, call.now));
        clore.shape().wallet(coin, balance).finish()
    }));
    let mut answer = Object::new();
    answer.array("wallets", rows);
    Answer::done(answer)
}
