//! Reading the market for `search` and `rent`: every record of it, so that what could not be used is named.

use crate::adapter::Adapter;
use crate::args::MarketArgs;
use crate::context::Context;
use crate::exit::Failure;
use crate::output;
use clore_core::endpoint::marketplace::{Market, Marketplace};
use clore_core::model::{Coin, Kind, Rates, Server};
use clore_core::search::{Found, Judgement};

/// What was found.
pub struct Findings {
    /// The listing.
    pub market: Market,
    /// What fits, in the order asked for.
    pub found: Vec<Found>,
    /// How many fit but for their price, which is not known in dollars.
    pub unknown_price: usize,
}

/// Reads the market once and keeps what fits.
pub fn find<A: Adapter>(context: &Context<A>, args: &MarketArgs) -> Result<Findings, Failure> {
    let call = Marketplace::new().include_rented(true).rates(context.rates.clone());
    let mut market = context.client.run(call)?;
    let filter = args.filter();
    let mut unknown_price = 0;
    let mut found = Vec::new();
    for server in std::mem::take(&mut market.servers) {
        if filter.judge(&server, &context.rates) == Judgement::UnknownPrice {
            unknown_price += 1;
        } else {
            found.extend(filter.find(server, &context.rates));
        }
    }
    args.sort.key().sort(&mut found);
    if let Some(doubt) = market.unit_doubt {
        output::warn(&format!("{doubt}; compare a price with the web page before you rent"));
    }
    Ok(Findings { market, found, unknown_price })
}

impl Findings {
    /// Says on stderr what a reader of the list cannot see in it.
    pub fn tell_what_is_missing(&self) {
        tell_what_is_missing(self.unknown_price, self.market.skipped.count);
    }
}

/// Says on stderr how many servers have no known price, and how many records could not be used.
pub fn tell_what_is_missing(unknown_price: usize, skipped: usize) {
    if unknown_price > 0 {
        let advice = "give a rate (--rate CLORE=0.3; beside a limit of the environment CLORE_RATES=CLORE=0.3) to see them";
        output::note(&format!("{unknown_price} more have no known price in US dollars; {advice}"));
    }
    if skipped > 0 {
        output::note(&format!("{skipped} of the market's records could not be used (--json names them)"));
    }
}

/// What a limit in dollars rests on, with what this listing says.
pub fn rates_for_limits<A: Adapter>(context: &Context<A>, server: &Server, coin: &Coin) -> Rates {
    context.worth_to_limits(&rates_by_listing(server, coin, &Rates::new()))
}

/// What one coin is worth by this listing, where it tells both prices. For showing a bid; never for a conversion.
pub fn rates_by_listing(server: &Server, coin: &Coin, known: &Rates) -> Rates {
    let by_listing = || {
        let usd = server.usd_per_day(Kind::OnDemand, coin, known)?.amount();
        let listed = server.price(Kind::OnDemand, coin)?.amount();
        clore_core::model::UsdPerCoin::new(usd.checked_div(listed)?).ok()
    };
    match known.usd_for_one(coin) {
        Some(_) => known.clone(),
        None => by_listing().map_or_else(|| known.clone(), |worth| known.clone().with(coin.clone(), worth)),
    }
}
