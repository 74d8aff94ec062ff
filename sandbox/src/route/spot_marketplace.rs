//! `GET /v1/spot_marketplace?market=ID`: the bids on one server, and the exchange rates (api-facts 3.7).

use super::Call;
use crate::clore::Clore;
use crate::coin::Coin;
use crate::envelope::Answer;
use crate::json_text::Object;
use crate::rentals::Bid;

pub(super) fn handle(clore: &mut Clore, call: &Call<'_>) -> Answer {
    let Some(market) = call.query.get("market").and_then(|id| id.parse::<u64>().ok()) else {
        return Answer::code(2, "`market` is not a server's id");
    };
    let shape = clore.shape();
    let mut rates = Object::new();
    for coin in Coin::ALL {
        rates.number(shape.coin_name(coin), coin.usd());
    }
    let mut content = Object::new();
    let place = clore.market.place_of(market);
    let mut offers: Vec<String> = call.odd_rows().iter().map(|row| (*row).to_owned()).collect();
    match place {
        Some(place) => {
            let (listing, machine) = (&clore.market.listings()[place], clore.rentals.machine(place));
            let winner = machine.winner().map(|bid| bid.offer);
            let active = |bid: &Bid| winner == Some(bid.offer);
            offers.extend(machine.bids.iter().map(|bid| shape.offer(bid, active(bid), market).finish()));
            let mut floors = Object::new();
            for coin in Coin::ALL.into_iter().filter(|coin| listing.allows(*coin)) {
                if let Some(floor) = listing.price(coin).spot {
                    floors.number(shape.coin_name(coin), shape.price_out(coin, floor));
                }
            }
            let mut server = Object::new();
            server
                .object("min_pricing", floors)
                .integer("mrl", listing.max_rental)
                .flag("online", machine.online)
                .text("visibility", if listing.listed { "public" } else { "hidden" });
            content.array("offers", offers).object("server", server);
        }
        None => {
            content.array("offers", offers);
        }
    }
    content.object("currency_rates_in_usd", rates);
    let mut answer = Object::new();
    // api-facts 3.7: `exists` false means there is no such market.
    answer.object("market", content).flag("exists", place.is_some());
    Answer::done(answer)
}
