//! `GET /v1/renter_fees`: what a renter pays on top of the price (api-facts 3.16).

use super::Call;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::json_text::{Object, eight_decimals};
use crate::options::Options;
use crate::rentals::Kind;

/// api-facts 3.16 `poh_config`: that there are such bounds is known, their values are not.
const MOST_REDUCTION_PERCENT: u64 = 50;
const MOST_HELD: u64 = 100_000;

pub(super) fn handle(clore: &mut Clore, _call: &Call<'_>) -> Answer {
    let options = &clore.options;
    let mut answer = Object::new();
    if options.tell_fees {
        let mut fees = Object::new();
        fees.object("on_demand", fee(options, Kind::OnDemand)).object("spot", fee(options, Kind::Spot));
        let mut creation = Object::new();
        creation.object("on_demand", creation_fees(options)).object("spot", creation_fees(options));
        answer.object("renter_fees", fees).object("creation_fees", creation);
    }
    let mut config = Object::new();
    config.integer("max_reduction_percent", MOST_REDUCTION_PERCENT).integer("max_poh_amount", MOST_HELD);
    answer.object("poh_config", config).number("poh_balance", options.proof_of_holding);
    Answer::done(answer)
}

/// api-facts 3.16: percent per coin; `extra` is read by one program and comes on top of `base`.
fn fee(options: &Options, kind: Kind) -> Object {
    let whole = |coin| options.renter_fee(kind, coin);
    let base = match kind {
        Kind::OnDemand => options.fee,
        Kind::Spot => options.spot_fee,
    };
    let (mut bases, mut extras) = (Object::new(), Object::new());
    for coin in Coin::ALL {
        bases.number(coin.name(), eight_decimals(base * 100.0));
        let extra = eight_decimals((whole(coin) - base) * 100.0);
        if extra > 0.0 {
            extras.number(coin.name(), extra);
        }
    }
    let mut fee = Object::new();
    fee.object("base", bases).object("extra", extras);
    fee
}

/// The creation fee, in each coin (api-facts 3.16, 3.12).
pub(super) fn creation_fees(options: &Options) -> Object {
    let mut fees = Object::new();
    for coin in Coin::ALL {
        fees.number(coin.name(), eight_decimals(options.creation_fee_in(coin)));
    }
    fees
}
